"""What coregen generated for ledger: each name is imported when it is first used."""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .entities.account import Account, AccountKind
    from .entities.entry import Entry, EntrySide
    from .entities.transaction import Transaction, TransactionStatus
    from .events.account import (
        AccountCreated,
        AccountDeleted,
        AccountRestored,
        AccountSnapshot,
        AccountUpdated,
        AccountUpdatedPayload,
    )
    from .events.entry import (
        EntryCreated,
        EntryDeleted,
        EntrySnapshot,
        EntryUpdated,
        EntryUpdatedPayload,
    )
    from .events.transaction import (
        TransactionCreated,
        TransactionDeleted,
        TransactionSnapshot,
        TransactionUpdated,
        TransactionUpdatedPayload,
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
    from .operations.account import (
        AccountChanges,
        AccountCreate,
        AccountFields,
        AccountUpdate,
        CreateAccount,
        DeleteAccount,
        GetAccount,
        ListAccounts,
        RestoreAccount,
        UpdateAccount,
    )
    from .operations.entry import (
        CreateEntry,
        DeleteEntry,
        EntryChanges,
        EntryCreate,
        EntryFields,
        EntryUpdate,
        GetEntry,
        GetEntryIncluding,
        ListEntries,
        UpdateEntry,
    )
    from .operations.transaction import (
        CreateTransaction,
        DeleteTransaction,
        GetTransaction,
        GetTransactionIncluding,
        ListTransactions,
        TransactionChanges,
        TransactionCreate,
        TransactionFields,
        TransactionUpdate,
        UpdateTransaction,
    )
    from .repositories.account import AccountFilter, AccountRepository
    from .repositories.entry import EntryFilter, EntryIncluded, EntryRepository
    from .repositories.transaction import (
        TransactionFilter,
        TransactionIncluded,
        TransactionRepository,
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
    "GetEntryIncluding",
    "GetTransaction",
    "GetTransactionIncluding",
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
    "AccountChanges": "operations.account",
    "AccountCreate": "operations.account",
    "AccountCreated": "events.account",
    "AccountDeleted": "events.account",
    "AccountFields": "operations.account",
    "AccountFilter": "repositories.account",
    "AccountId": "ids",
    "AccountKind": "entities.account",
    "AccountRepository": "repositories.account",
    "AccountRestored": "events.account",
    "AccountSnapshot": "events.account",
    "AccountUpdate": "operations.account",
    "AccountUpdated": "events.account",
    "AccountUpdatedPayload": "events.account",
    "Balance": "messages",
    "BalanceResult": "messages",
    "CreateAccount": "operations.account",
    "CreateEntry": "operations.entry",
    "CreateTransaction": "operations.transaction",
    "DeleteAccount": "operations.account",
    "DeleteEntry": "operations.entry",
    "DeleteTransaction": "operations.transaction",
    "Entry": "entities.entry",
    "EntryChanges": "operations.entry",
    "EntryCreate": "operations.entry",
    "EntryCreated": "events.entry",
    "EntryDeleted": "events.entry",
    "EntryFields": "operations.entry",
    "EntryFilter": "repositories.entry",
    "EntryId": "ids",
    "EntryIncluded": "repositories.entry",
    "EntryRepository": "repositories.entry",
    "EntrySide": "entities.entry",
    "EntrySnapshot": "events.entry",
    "EntryUpdate": "operations.entry",
    "EntryUpdated": "events.entry",
    "EntryUpdatedPayload": "events.entry",
    "GetAccount": "operations.account",
    "GetEntry": "operations.entry",
    "GetEntryIncluding": "operations.entry",
    "GetTransaction": "operations.transaction",
    "GetTransactionIncluding": "operations.transaction",
    "GetTransactionTransitions": "machines.transaction",
    "ListAccounts": "operations.account",
    "ListEntries": "operations.entry",
    "ListTransactions": "operations.transaction",
    "PostTransaction": "messages",
    "RestoreAccount": "operations.account",
    "ReverseTransaction": "messages",
    "Transaction": "entities.transaction",
    "TransactionChanges": "operations.transaction",
    "TransactionCreate": "operations.transaction",
    "TransactionCreated": "events.transaction",
    "TransactionDeleted": "events.transaction",
    "TransactionEvent": "machines.transaction",
    "TransactionFields": "operations.transaction",
    "TransactionFilter": "repositories.transaction",
    "TransactionId": "ids",
    "TransactionIncluded": "repositories.transaction",
    "TransactionMachine": "machines.transaction",
    "TransactionPosted": "messages",
    "TransactionPostedPayload": "messages",
    "TransactionRepository": "repositories.transaction",
    "TransactionSnapshot": "events.transaction",
    "TransactionState": "machines.transaction",
    "TransactionStatus": "entities.transaction",
    "TransactionUpdate": "operations.transaction",
    "TransactionUpdated": "events.transaction",
    "TransactionUpdatedPayload": "events.transaction",
    "TransitionTransaction": "machines.transaction",
    "TrialBalance": "messages",
    "TrialBalanceResult": "messages",
    "UpdateAccount": "operations.account",
    "UpdateEntry": "operations.entry",
    "UpdateTransaction": "operations.transaction",
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
