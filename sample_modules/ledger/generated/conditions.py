"""What filters take for the ids of ledger: conditions by operator."""

from collections.abc import Sequence
from typing import TypedDict

from .ids import AccountId, EntryId, TransactionId

AccountIdFilter = TypedDict(
    "AccountIdFilter",
    {
        "eq": AccountId | None,
        "neq": AccountId | None,
        "in": Sequence[AccountId | None],
        "nin": Sequence[AccountId | None],
        "exists": bool,
        "matches": str,
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
        "matches": str,
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
        "matches": str,
    },
    total=False,
)
