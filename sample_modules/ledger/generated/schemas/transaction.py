"""The schema of ledger.Transaction."""

from __future__ import annotations

from coregen_runtime import EntityHooks, EntitySchema, FieldSchema, Validators


def transaction_schema() -> EntitySchema:
    """The definition of Transaction, as the registry takes it."""
    return EntitySchema(
        name="Transaction",
        namespace="ledger",
        id_prefix="txn",
        fields=[
            FieldSchema(
                key="reference",
                type="string",
                description="What it is about, an order's id for one.",
                required=True,
                unique=True,
                validators=[Validators.max_length(80)],
            ),
            FieldSchema(
                key="description",
                type="string",
                validators=[Validators.max_length(200)],
            ),
            FieldSchema(key="reverses", type="ref", ref_entity="ledger.Transaction"),
            FieldSchema(
                key="status",
                type="enum",
                default="draft",
                enum_values=["draft", "posted"],
                indexed=True,
            ),
        ],
        soft_delete=False,
        hooks=EntityHooks(
            before_save="sample_modules.ledger.invariants:keep_transaction",
            before_delete="sample_modules.ledger.invariants:keep_posted",
        ),
    )
