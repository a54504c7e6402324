"""What stays true of the ledger whichever way a row is written: posted transactions balance, and nothing of them changes.

The definition names these functions as hooks, so that generated commands and repositories are held to them as well.
"""

from __future__ import annotations

from collections.abc import Iterable

from coregen_runtime import BusinessError, Money, SystemContext

from sample_modules.ledger import (
    Account,
    Entry,
    EntryRepository,
    EntrySide,
    Transaction,
    TransactionRepository,
    TransactionStatus,
)


def signed(entry: Entry) -> Money:
    """A debit's amount, and a credit's amount below zero."""
    return entry.amount if entry.side == EntrySide.DEBIT else -entry.amount


def must_balance(reference: str, entries: Iterable[Entry]) -> None:
    """Raises BusinessError UNBALANCED without entries, and when debits and credits differ in a currency."""
    sums: dict[str, Money] = {}
    for entry in entries:
        sums[entry.amount.currency] = sums.get(entry.amount.currency, Money.zero(entry.amount.currency)) + signed(entry)
    if not sums:
        raise BusinessError("UNBALANCED", f"{reference} has no entries")
    odd = [str(difference) for difference in sums.values() if not difference.is_zero()]
    if odd:
        raise BusinessError("UNBALANCED", f"debits less credits of {reference} are {', '.join(odd)}")


async def keep_transaction(transaction: Transaction, ctx: SystemContext) -> None:
    """Before a save. Raises BusinessError POSTED_IS_FINAL or UNBALANCED."""
    await keep_posted(transaction, ctx)
    if transaction.status == TransactionStatus.POSTED:
        must_balance(transaction.reference, await ctx.repo(EntryRepository).find_all({"transaction": transaction.id}))


async def keep_posted(transaction: Transaction, ctx: SystemContext) -> None:
    """Raises BusinessError POSTED_IS_FINAL when the transaction stands as posted already."""
    stored = await ctx.repo(TransactionRepository).find_by_id(transaction.id)
    if stored is not None and stored.status == TransactionStatus.POSTED:
        raise BusinessError("POSTED_IS_FINAL", f"{stored.reference} is posted; post its reversal instead")


async def keep_entry(entry: Entry, ctx: SystemContext) -> None:
    """Before an entry is saved or deleted: it is of a draft, was of no posted transaction, and is of more than nothing.

    Raises:
        NotFoundError: no such transaction.
        BusinessError: POSTED_IS_FINAL, AMOUNT_NOT_POSITIVE.
    """
    transactions = ctx.repo(TransactionRepository)
    stored = await ctx.repo(EntryRepository).find_by_id(entry.id)
    for id in {entry.transaction, entry.transaction if stored is None else stored.transaction}:
        await keep_posted(await transactions.find_by_id_or_fail(id), ctx)
    if not entry.amount.is_positive():
        raise BusinessError("AMOUNT_NOT_POSITIVE", f"an entry is of more than nothing, and this one of {entry.amount}")


async def keep_used_accounts(account: Account, ctx: SystemContext) -> None:
    """Before an account is deleted. Raises BusinessError ACCOUNT_IN_USE."""
    if await ctx.repo(EntryRepository).exists({"account": account.id}):
        raise BusinessError("ACCOUNT_IN_USE", f"account {account.code} has entries")
