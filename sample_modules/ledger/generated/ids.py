"""The ids of ledger and those that it refers to: types of their own to the type checker, checked strings at run time."""

from typing import TYPE_CHECKING, NewType

from coregen_runtime import ID, id_type

__all__ = ["AccountId", "EntryId", "TransactionId"]

if TYPE_CHECKING:
    AccountId = NewType("AccountId", ID)
    EntryId = NewType("EntryId", ID)
    TransactionId = NewType("TransactionId", ID)
else:
    AccountId = id_type("acct")
    EntryId = id_type("entry")
    TransactionId = id_type("txn")
