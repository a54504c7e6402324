"""The ids of ledger and those that it refers to: types of their own to the type checker, checked strings at run time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NewType, TypedDict

from coregen_runtime import ID, id_type

__all__ = [
    "AccountId",
    "AccountIdFilter",
    "EntryId",
    "EntryIdFilter",
    "TransactionId",
    "TransactionIdFilter",
]

if TYPE_CHECKING:
    AccountId = NewType("AccountId", ID)
    EntryId = NewType("EntryId", ID)
    TransactionId = NewType("TransactionId", ID)
else:
    AccountId = id_type("acct")
    EntryId = id_type("entry")
    TransactionId = id_type("txn")

AccountIdFilter = TypedDict(
    "AccountIdFilter",
    {
        "eq": AccountId | None,
        "neq": AccountId | None,
        "in": Sequence[AccountId | None],
        "nin": Sequence[AccountId | None],
        "exists": bool,
    },
    total=False,
)

EntryIdFilter = TypedDict(
    "EntryIdFilter",
    {
        "eq": EntryId | None,
        "neq": EntryId | None,
        "in": Sequence[EntryId | None],
        "nin": Sequence[EntryId | None],
        "exists": bool,
    },
    total=False,
)

TransactionIdFilter = TypedDict(
    "TransactionIdFilter",
    {
        "eq": TransactionId | None,
        "neq": TransactionId | None,
        "in": Sequence[TransactionId | None],
        "nin": Sequence[TransactionId | None],
        "exists": bool,
    },
    total=False,
)
