"""What ledger declares: manifest and schemas."""

from __future__ import annotations

from collections.abc import Sequence

from coregen_runtime import EntitySchema, ModuleManifest, load_migrations

from .schemas.account import account_schema
from .schemas.entry import entry_schema
from .schemas.transaction import transaction_schema


def manifest() -> ModuleManifest:
    """What the module is and emits. Its entities, messages and machines are added when it is wired."""
    return ModuleManifest(
        id="ledger",
        version="1.0.0",
        id_prefixes={"Account": "acct", "Transaction": "txn", "Entry": "entry"},
        events=[
            "account.created",
            "account.deleted",
            "account.erased",
            "account.restored",
            "account.updated",
            "entry.created",
            "entry.deleted",
            "entry.erased",
            "entry.updated",
            "transaction.created",
            "transaction.deleted",
            "transaction.erased",
            "transaction.posted",
            "transaction.updated",
        ],
        migrations=load_migrations("sample_modules.ledger.migrations"),
    )


def schemas() -> Sequence[EntitySchema]:
    """The schemas of all entities."""
    return [account_schema(), entry_schema(), transaction_schema()]
