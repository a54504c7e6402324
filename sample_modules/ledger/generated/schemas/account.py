"""The schema of ledger.Account."""

from __future__ import annotations

from coregen_runtime import EntityHooks, EntitySchema, FieldSchema, Validators


def account_schema() -> EntitySchema:
    """The definition of Account, as the registry takes it."""
    return EntitySchema(
        name="Account",
        namespace="ledger",
        id_prefix="acct",
        fields=[
            FieldSchema(
                key="code",
                type="string",
                required=True,
                unique=True,
                validators=[Validators.pattern("^[0-9]{4}$")],
            ),
            FieldSchema(
                key="name",
                type="string",
                required=True,
                validators=[Validators.max_length(80)],
            ),
            FieldSchema(
                key="kind",
                type="enum",
                required=True,
                enum_values=["asset", "liability", "equity", "income", "expense"],
            ),
        ],
        hooks=EntityHooks(
            before_delete="sample_modules.ledger.invariants:keep_used_accounts",
        ),
    )
