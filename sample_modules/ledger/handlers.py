"""What only ledger knows: how a transaction is written from account codes, reversed, and added up."""

from __future__ import annotations

from collections.abc import Sequence

from coregen_runtime import BusinessError, Model, Money, SystemContext, ValidationError
from pydantic import TypeAdapter
from pydantic import ValidationError as PydanticValidationError

from sample_modules.ledger import (
    AccountId,
    AccountRepository,
    Balance,
    BalanceResult,
    Entry,
    EntryRepository,
    EntrySide,
    PostTransaction,
    ReverseTransaction,
    Transaction,
    TransactionId,
    TransactionRepository,
    TransactionStatus,
    TransitionTransaction,
    TrialBalance,
    TrialBalanceResult,
)
from sample_modules.ledger.invariants import signed


class Line(Model):
    """An entry as a command says it: an account by its code, a side, an amount."""

    account: str
    side: EntrySide
    amount: Money


async def post_transaction(command: PostTransaction, ctx: SystemContext) -> Transaction:
    """Write a transaction with its entries, and post it.

    Raises:
        ValidationError: an entry is no account, side and amount.
        BusinessError: UNKNOWN_ACCOUNT; UNBALANCED or AMOUNT_NOT_POSITIVE, from the invariants.
        ConflictError: the reference is taken.
    """
    lines = _lines(command)
    codes = sorted({line.account for line in lines})
    accounts = {account.code: account.id for account in await ctx.repo(AccountRepository).find_all({"code": {"in": codes}})}
    unknown = [code for code in codes if code not in accounts]
    if unknown:
        raise BusinessError("UNKNOWN_ACCOUNT", f"there is no account {', '.join(unknown)}")
    transaction = Transaction.new(reference=command.reference, description=command.description)
    return await _post(transaction, [(accounts[line.account], line.side, line.amount) for line in lines], ctx)


async def reverse_transaction(command: ReverseTransaction, ctx: SystemContext) -> Transaction:
    """Post the opposite of a posted transaction, under its reference with `/reversal` behind it.

    Raises:
        BusinessError: NOT_POSTED, when nothing is posted under the reference.
        ConflictError: it was reversed before.
    """
    original = await ctx.repo(TransactionRepository).find_by_reference(command.reference)
    if original is None or original.status != TransactionStatus.POSTED:
        raise BusinessError("NOT_POSTED", f"nothing is posted under {command.reference}")
    entries = await ctx.repo(EntryRepository).find_all({"transaction": original.id})
    opposite = {EntrySide.DEBIT: EntrySide.CREDIT, EntrySide.CREDIT: EntrySide.DEBIT}
    reversal = Transaction.new(reference=f"{original.reference}/reversal", description=original.description, reverses=original.id)
    return await _post(reversal, [(entry.account, opposite[entry.side], entry.amount) for entry in entries], ctx)


async def balance(query: Balance, ctx: SystemContext) -> BalanceResult:
    """Debits less credits of an account over all posted transactions. Raises BusinessError UNKNOWN_ACCOUNT."""
    account = await ctx.repo(AccountRepository).find_by_code(query.account)
    if account is None:
        raise BusinessError("UNKNOWN_ACCOUNT", f"there is no account {query.account}")
    entries = await _posted(query.currency, ctx)
    return BalanceResult(balance=Money.sum([signed(entry) for entry in entries if entry.account == account.id], query.currency))


async def trial_balance(query: TrialBalance, ctx: SystemContext) -> TrialBalanceResult:
    """All debits and all credits that were posted in a currency."""
    entries = await _posted(query.currency, ctx)
    debits, credits = ([entry.amount for entry in entries if entry.side == side] for side in (EntrySide.DEBIT, EntrySide.CREDIT))
    return TrialBalanceResult(debits=Money.sum(debits, query.currency), credits=Money.sum(credits, query.currency))


def _lines(command: PostTransaction) -> tuple[Line, ...]:
    try:
        return TypeAdapter(tuple[Line, ...]).validate_python(command.entries)
    except PydanticValidationError as error:
        raise ValidationError.from_pydantic(error) from error


async def _post(transaction: Transaction, lines: Sequence[tuple[AccountId, EntrySide, Money]], ctx: SystemContext) -> Transaction:
    saved = await ctx.repo(TransactionRepository).save(transaction)
    entries = [Entry.new(transaction=saved.id, account=account, side=side, amount=amount) for account, side, amount in lines]
    await ctx.repo(EntryRepository).save_batch(entries)
    return await ctx.dispatch(TransitionTransaction(id=saved.id, event="post"))


async def _posted(currency: str, ctx: SystemContext) -> list[Entry]:
    posted: set[TransactionId] = {each.id for each in await ctx.repo(TransactionRepository).find_all({"status": TransactionStatus.POSTED})}
    return [each for each in await ctx.repo(EntryRepository).find_all() if each.transaction in posted and each.amount.currency == currency]
