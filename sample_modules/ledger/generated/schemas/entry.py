"""The schema of ledger.Entry."""

from __future__ import annotations

from coregen_runtime import EntityHooks, EntitySchema, FieldSchema


def entry_schema() -> EntitySchema:
    """The definition of Entry, as the registry takes it."""
    return EntitySchema(
        name="Entry",
        namespace="ledger",
        id_prefix="entry",
        fields=[
            FieldSchema(
                key="transaction",
                type="ref",
                required=True,
                ref_entity="ledger.Transaction",
            ),
            FieldSchema(
                key="account",
                type="ref",
                required=True,
                ref_entity="ledger.Account",
            ),
            FieldSchema(
                key="side",
                type="enum",
                required=True,
                enum_values=["debit", "credit"],
            ),
            FieldSchema(
                key="amount",
                type="money",
                description="More than nothing; the side says which way.",
                required=True,
            ),
        ],
        soft_delete=False,
        hooks=EntityHooks(
            before_save="sample_modules.ledger.invariants:keep_entry",
            before_delete="sample_modules.ledger.invariants:keep_entry",
        ),
    )
