"""Joins the handlers of ledger to its generated parts."""

from __future__ import annotations

from typing import Protocol

from coregen_runtime import AppModule, SystemContext, build_module, command, query

from .entities.transaction import Transaction
from .machines.transaction import (
    GetTransactionTransitions,
    TransactionMachine,
    TransitionTransaction,
    get_transaction_transitions,
    transition_transaction,
)
from .manifest import manifest, schemas
from .messages import (
    Balance,
    BalanceResult,
    PostTransaction,
    ReverseTransaction,
    TrialBalance,
    TrialBalanceResult,
)
from .operations.account import (
    CreateAccount,
    DeleteAccount,
    GetAccount,
    ListAccounts,
    RestoreAccount,
    UpdateAccount,
    create_account,
    delete_account,
    get_account,
    list_accounts,
    restore_account,
    update_account,
)
from .operations.entry import (
    CreateEntry,
    DeleteEntry,
    GetEntry,
    GetEntryIncluding,
    ListEntries,
    UpdateEntry,
    create_entry,
    delete_entry,
    get_entry,
    get_entry_including,
    list_entries,
    update_entry,
)
from .operations.transaction import (
    CreateTransaction,
    DeleteTransaction,
    GetTransaction,
    GetTransactionIncluding,
    ListTransactions,
    UpdateTransaction,
    create_transaction,
    delete_transaction,
    get_transaction,
    get_transaction_including,
    list_transactions,
    update_transaction,
)
from .repositories.account import AccountRepository
from .repositories.entry import EntryRepository
from .repositories.transaction import TransactionRepository


class Handlers(Protocol):
    """What handlers.py has to hold."""

    async def post_transaction(
        self,
        command: PostTransaction,
        ctx: SystemContext,
        /,
    ) -> Transaction:
        """Write a transaction with its entries, and post it: all of it or nothing."""
        ...

    async def reverse_transaction(
        self,
        command: ReverseTransaction,
        ctx: SystemContext,
        /,
    ) -> Transaction:
        """Post the opposite of a posted transaction, once; it is found by its reference."""
        ...

    async def balance(self, query: Balance, ctx: SystemContext, /) -> BalanceResult:
        """Debits less credits of an account, found by its code, over all posted transactions in a currency."""
        ...

    async def trial_balance(
        self,
        query: TrialBalance,
        ctx: SystemContext,
        /,
    ) -> TrialBalanceResult:
        """All debits and all credits that were posted in a currency; they are equal."""
        ...


def wire(handlers: Handlers) -> AppModule:
    """The module, ready to be registered."""
    return build_module(
        abi=1,
        manifest=manifest,
        schemas=schemas,
        commands=[
            command(CreateAccount, create_account),
            command(UpdateAccount, update_account),
            command(DeleteAccount, delete_account),
            command(RestoreAccount, restore_account),
            command(CreateEntry, create_entry),
            command(UpdateEntry, update_entry),
            command(DeleteEntry, delete_entry),
            command(CreateTransaction, create_transaction),
            command(UpdateTransaction, update_transaction),
            command(DeleteTransaction, delete_transaction),
            command(TransitionTransaction, transition_transaction),
            command(PostTransaction, handlers.post_transaction),
            command(ReverseTransaction, handlers.reverse_transaction),
        ],
        queries=[
            query(GetAccount, get_account),
            query(ListAccounts, list_accounts),
            query(GetEntry, get_entry),
            query(GetEntryIncluding, get_entry_including),
            query(ListEntries, list_entries),
            query(GetTransaction, get_transaction),
            query(GetTransactionIncluding, get_transaction_including),
            query(ListTransactions, list_transactions),
            query(GetTransactionTransitions, get_transaction_transitions),
            query(Balance, handlers.balance),
            query(TrialBalance, handlers.trial_balance),
        ],
        machines=[TransactionMachine],
        repositories=[AccountRepository, EntryRepository, TransactionRepository],
    )
