"""Ledger: debits equal credits, and what is posted stays, whichever way somebody tries."""

from __future__ import annotations

from typing import Any

import pytest

from coregen_runtime import BusinessError, ConflictError, JsonValue, Money, SystemContext, ValidationError
from sample_modules import ledger
from sample_modules.ledger.generated.testing import make_create_account, make_create_transaction
from tests.samples.shop import accounts, balances


def line(account: str, side: str, amount: str, currency: str = "EUR") -> dict[str, JsonValue]:
    return {"account": account, "side": side, "amount": {"amount": Money.of(amount, currency).amount, "currency": currency}}


def message(*lines: JsonValue, reference: str = "R-1") -> ledger.PostTransaction:
    return ledger.PostTransaction(reference=reference, entries=list(lines))


SALE = (line("1200", "debit", "95"), line("6000", "debit", "5"), line("4000", "credit", "100"))


async def posted(ctx: SystemContext, reference: str = "R-1") -> ledger.Transaction:
    await accounts(ctx)
    return await ctx.dispatch(message(*SALE, reference=reference))


async def test_a_transaction_of_three_entries_is_posted(ctx: SystemContext) -> None:
    transaction = await posted(ctx)
    entries = await ctx.query(ledger.ListEntries(filter={"transaction": transaction.id}))

    assert ("posted", 3) == (transaction.status, entries.total)
    assert {"1200": "95.00 EUR", "4000": "-100.00 EUR", "6000": "5.00 EUR"} == await balances(ctx)


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ([line("1200", "debit", "100"), line("4000", "credit", "99.99")], "UNBALANCED"),
        ([line("1200", "debit", "100")], "UNBALANCED"),
        ([line("1200", "debit", "1", "EUR"), line("4000", "credit", "1", "USD")], "UNBALANCED"),
        ([], "UNBALANCED"),
        ([line("1200", "debit", "0"), line("4000", "credit", "0")], "AMOUNT_NOT_POSITIVE"),
        ([line("1200", "debit", "-1"), line("4000", "credit", "-1")], "AMOUNT_NOT_POSITIVE"),
        ([line("1200", "debit", "1"), line("9999", "credit", "1")], "UNKNOWN_ACCOUNT"),
    ],
)
async def test_what_is_no_double_entry_is_refused_and_leaves_nothing(ctx: SystemContext, lines: list[JsonValue], code: str) -> None:
    await accounts(ctx)

    with pytest.raises(BusinessError, match=code):
        await ctx.dispatch(message(*lines))
    assert (0, 0) == ((await ctx.query(ledger.ListTransactions())).total, (await ctx.query(ledger.ListEntries())).total)


@pytest.mark.parametrize("entries", ["none", {"account": "1200"}, [{"account": "1200", "side": "left", "amount": {"amount": 1, "currency": "EUR"}}]])
async def test_entries_of_another_shape_are_refused_with_what_is_wrong(ctx: SystemContext, entries: Any) -> None:
    """Semantics 5: every failure has its path."""
    with pytest.raises(ValidationError) as caught:
        await ctx.dispatch(ledger.PostTransaction(reference="R-1", entries=entries))
    assert caught.value.failures


async def test_a_reference_is_posted_once(ctx: SystemContext) -> None:
    await posted(ctx)

    with pytest.raises(ConflictError):
        await ctx.dispatch(message(*SALE))
    assert "95.00 EUR" == (await balances(ctx))["1200"]


async def test_nothing_of_a_posted_transaction_changes_in_any_way(ctx: SystemContext) -> None:
    """Semantics 26: hooks hold generated commands and repositories alike to the invariant."""
    transaction = await posted(ctx)
    entry, *_ = (await ctx.query(ledger.ListEntries())).data
    other = await ctx.dispatch(make_create_transaction())
    attempts: list[Any] = [
        ledger.UpdateTransaction(id=transaction.id, description="x"),
        ledger.DeleteTransaction(id=transaction.id),
        ledger.UpdateEntry(id=entry.id, amount=Money.of("1", "EUR")),
        ledger.UpdateEntry(id=entry.id, transaction=other.id),
        ledger.DeleteEntry(id=entry.id),
        ledger.CreateEntry(transaction=transaction.id, account=entry.account, side=ledger.EntrySide.DEBIT, amount=entry.amount),
    ]

    for attempt in attempts:
        with pytest.raises(BusinessError, match="POSTED_IS_FINAL"):
            await ctx.dispatch(attempt)
    for erase in (ctx.repo(ledger.EntryRepository).hard_delete(entry.id), ctx.repo(ledger.EntryRepository).save(entry.replace(amount=-entry.amount))):
        with pytest.raises(BusinessError, match="POSTED_IS_FINAL"):
            await erase
    assert transaction == await ctx.query(ledger.GetTransaction(id=transaction.id))
    assert entry == await ctx.query(ledger.GetEntry(id=entry.id))


async def test_a_draft_is_posted_only_when_it_balances_and_counts_only_then(ctx: SystemContext) -> None:
    chart = await accounts(ctx)
    made = await ctx.dispatch(make_create_transaction())
    ten, side = Money.of("10", "EUR"), ledger.EntrySide
    await ctx.dispatch(ledger.CreateEntry(transaction=made.id, account=chart["1200"].id, side=side.DEBIT, amount=ten))

    with pytest.raises(BusinessError, match="UNBALANCED"):
        await ctx.dispatch(ledger.TransitionTransaction(id=made.id, event="post"))
    assert "0.00 EUR" == (await balances(ctx))["1200"]

    await ctx.dispatch(ledger.CreateEntry(transaction=made.id, account=chart["4000"].id, side=side.CREDIT, amount=ten))
    await ctx.dispatch(ledger.TransitionTransaction(id=made.id, event="post"))

    assert "10.00 EUR" == (await balances(ctx))["1200"]


async def test_a_repository_posts_nothing_past_the_invariant(ctx: SystemContext) -> None:
    with pytest.raises(BusinessError, match="UNBALANCED"):
        await ctx.repo(ledger.TransactionRepository).save(ledger.Transaction.new(reference="R-1", status=ledger.TransactionStatus.POSTED))


async def test_a_reversal_is_the_opposite_once(ctx: SystemContext) -> None:
    original = await posted(ctx)
    reversal = await ctx.dispatch(ledger.ReverseTransaction(reference="R-1"))

    assert (original.id, "R-1/reversal", "posted") == (reversal.reverses, reversal.reference, reversal.status)
    assert {"0.00 EUR"} == set((await balances(ctx)).values())
    with pytest.raises(ConflictError):
        await ctx.dispatch(ledger.ReverseTransaction(reference="R-1"))


async def test_a_draft_is_not_reversed(ctx: SystemContext) -> None:
    await ctx.dispatch(ledger.CreateTransaction(reference="R-1"))

    with pytest.raises(BusinessError, match="NOT_POSTED"):
        await ctx.dispatch(ledger.ReverseTransaction(reference="R-1"))


async def test_an_account_with_entries_stays(ctx: SystemContext) -> None:
    await posted(ctx)
    chart = {account.code: account.id for account in (await ctx.query(ledger.ListAccounts())).data}
    unused = await ctx.dispatch(make_create_account())
    await ctx.dispatch(ledger.DeleteAccount(id=unused.id))

    with pytest.raises(BusinessError, match="ACCOUNT_IN_USE"):
        await ctx.dispatch(ledger.DeleteAccount(id=chart["1200"]))
