"""What coregen generated for ledger: each name is imported when it is first used."""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .entities.account import (
        Account,
        AccountChanges,
        AccountCreate,
        AccountCreated,
        AccountDeleted,
        AccountFields,
        AccountFilter,
        AccountKind,
        AccountRepository,
        AccountRestored,
        AccountSnapshot,
        AccountUpdate,
        AccountUpdated,
        AccountUpdatedPayload,
        CreateAccount,
        DeleteAccount,
        GetAccount,
        ListAccounts,
        RestoreAccount,
        UpdateAccount,
    )
    from .entities.entry import (
        CreateEntry,
        DeleteEntry,
        Entry,
        EntryChanges,
        EntryCreate,
        EntryCreated,
        EntryDeleted,
        EntryFields,
        EntryFilter,
        EntryIncluded,
        EntryRepository,
        EntrySide,
        EntrySnapshot,
        EntryUpdate,
        EntryUpdated,
        EntryUpdatedPayload,
        GetEntry,
        ListEntries,
        UpdateEntry,
    )
    from .entities.transaction import (
        CreateTransaction,
        DeleteTransaction,
        GetTransaction,
        ListTransactions,
        Transaction,
        TransactionChanges,
        TransactionCreate,
        TransactionCreated,
        TransactionDeleted,
        TransactionFields,
        TransactionFilter,
        TransactionIncluded,
        TransactionRepository,
        TransactionSnapshot,
        TransactionStatus,
        TransactionUpdate,
        TransactionUpdated,
        TransactionUpdatedPayload,
        UpdateTransaction,
    )
    from .ids import AccountId, EntryId, TransactionId
    from .machines.transaction import (
        GetTransactionTransitions,
        TransactionEvent,
        TransactionMachine,
        TransactionState,
        TransitionTransaction,
    )
    from .messages import (
        Balance,
        BalanceResult,
        PostTransaction,
        ReverseTransaction,
        TransactionPosted,
        TransactionPostedPayload,
        TrialBalance,
        TrialBalanceResult,
    )

__all__ = [
    "Account",
    "AccountChanges",
    "AccountCreate",
    "AccountCreated",
    "AccountDeleted",
    "AccountFields",
    "AccountFilter",
    "AccountId",
    "AccountKind",
    "AccountRepository",
    "AccountRestored",
    "AccountSnapshot",
    "AccountUpdate",
    "AccountUpdated",
    "AccountUpdatedPayload",
    "Balance",
    "BalanceResult",
    "CreateAccount",
    "CreateEntry",
    "CreateTransaction",
    "DeleteAccount",
    "DeleteEntry",
    "DeleteTransaction",
    "Entry",
    "EntryChanges",
    "EntryCreate",
    "EntryCreated",
    "EntryDeleted",
    "EntryFields",
    "EntryFilter",
    "EntryId",
    "EntryIncluded",
    "EntryRepository",
    "EntrySide",
    "EntrySnapshot",
    "EntryUpdate",
    "EntryUpdated",
    "EntryUpdatedPayload",
    "GetAccount",
    "GetEntry",
    "GetTransaction",
    "GetTransactionTransitions",
    "ListAccounts",
    "ListEntries",
    "ListTransactions",
    "PostTransaction",
    "RestoreAccount",
    "ReverseTransaction",
    "Transaction",
    "TransactionChanges",
    "TransactionCreate",
    "TransactionCreated",
    "TransactionDeleted",
    "TransactionEvent",
    "TransactionFields",
    "TransactionFilter",
    "TransactionId",
    "TransactionIncluded",
    "TransactionMachine",
    "TransactionPosted",
    "TransactionPostedPayload",
    "TransactionRepository",
    "TransactionSnapshot",
    "TransactionState",
    "TransactionStatus",
    "TransactionUpdate",
    "TransactionUpdated",
    "TransactionUpdatedPayload",
    "TransitionTransaction",
    "TrialBalance",
    "TrialBalanceResult",
    "UpdateAccount",
    "UpdateEntry",
    "UpdateTransaction",
]

_FILES = {
    "Account": "entities.account",
    "AccountChanges": "entities.account",
    "AccountCreate": "entities.account",
    "AccountCreated": "entities.account",
    "AccountDeleted": "entities.account",
    "AccountFields": "entities.account",
    "AccountFilter": "entities.account",
    "AccountId": "ids",
    "AccountKind": "entities.account",
    "AccountRepository": "entities.account",
    "AccountRestored": "entities.account",
    "AccountSnapshot": "entities.account",
    "AccountUpdate": "entities.account",
    "AccountUpdated": "entities.account",
    "AccountUpdatedPayload": "entities.account",
    "Balance": "messages",
    "BalanceResult": "messages",
    "CreateAccount": "entities.account",
    "CreateEntry": "entities.entry",
    "CreateTransaction": "entities.transaction",
    "DeleteAccount": "entities.account",
    "DeleteEntry": "entities.entry",
    "DeleteTransaction": "entities.transaction",
    "Entry": "entities.entry",
    "EntryChanges": "entities.entry",
    "EntryCreate": "entities.entry",
    "EntryCreated": "entities.entry",
    "EntryDeleted": "entities.entry",
    "EntryFields": "entities.entry",
    "EntryFilter": "entities.entry",
    "EntryId": "ids",
    "EntryIncluded": "entities.entry",
    "EntryRepository": "entities.entry",
    "EntrySide": "entities.entry",
    "EntrySnapshot": "entities.entry",
    "EntryUpdate": "entities.entry",
    "EntryUpdated": "entities.entry",
    "EntryUpdatedPayload": "entities.entry",
    "GetAccount": "entities.account",
    "GetEntry": "entities.entry",
    "GetTransaction": "entities.transaction",
    "GetTransactionTransitions": "machines.transaction",
    "ListAccounts": "entities.account",
    "ListEntries": "entities.entry",
    "ListTransactions": "entities.transaction",
    "PostTransaction": "messages",
    "RestoreAccount": "entities.account",
    "ReverseTransaction": "messages",
    "Transaction": "entities.transaction",
    "TransactionChanges": "entities.transaction",
    "TransactionCreate": "entities.transaction",
    "TransactionCreated": "entities.transaction",
    "TransactionDeleted": "entities.transaction",
    "TransactionEvent": "machines.transaction",
    "TransactionFields": "entities.transaction",
    "TransactionFilter": "entities.transaction",
    "TransactionId": "ids",
    "TransactionIncluded": "entities.transaction",
    "TransactionMachine": "machines.transaction",
    "TransactionPosted": "messages",
    "TransactionPostedPayload": "messages",
    "TransactionRepository": "entities.transaction",
    "TransactionSnapshot": "entities.transaction",
    "TransactionState": "machines.transaction",
    "TransactionStatus": "entities.transaction",
    "TransactionUpdate": "entities.transaction",
    "TransactionUpdated": "entities.transaction",
    "TransactionUpdatedPayload": "entities.transaction",
    "TransitionTransaction": "machines.transaction",
    "TrialBalance": "messages",
    "TrialBalanceResult": "messages",
    "UpdateAccount": "entities.account",
    "UpdateEntry": "entities.entry",
    "UpdateTransaction": "entities.transaction",
}


def exports(package: str) -> tuple[list[str], Callable[[str], object]]:
    """`__all__` and `__getattr__` (PEP 562) of the module's own package."""

    def find(name: str) -> object:
        if name == "module":
            found = import_module(f"{package}.module").module
        else:
            found = _find(name, package)
        setattr(sys.modules[package], name, found)
        return found

    return [*__all__, "module"], find


def _find(name: str, package: str) -> object:
    if name not in _FILES:
        raise AttributeError(f"module {package!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_FILES[name]}"), name)


if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        found = globals()[name] = _find(name, __name__)
        return found
