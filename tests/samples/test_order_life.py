"""An order's life across all five samples, and what becomes of it where one of them says no."""

from __future__ import annotations

import pytest

from coregen_adapters.app import App
from coregen_runtime import BusinessError, CoreError, NotFoundError, SystemContext
from sample_modules import identity, inventory, ledger, ordering
from sample_modules.identity.generated.testing import make_create_user
from sample_modules.tour import MODULES, tour
from tests.samples.shop import accounts, active_user, balances, draft, placed, published, stock_of

on_both = pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)


@on_both
async def test_an_order_goes_from_draft_to_shipped_and_every_module_has_its_part(app: App, ctx: SystemContext) -> None:
    await accounts(ctx)
    buyer, lamp = await active_user(ctx), await published(ctx, price="49.90", stock=10)
    order = await placed(ctx, lamp, quantity=3, customer=buyer.id)
    await app.settle()
    kept = await stock_of(ctx, lamp)
    order = await ctx.dispatch(ordering.TransitionOrder(id=order.id, event="pay"))
    await app.settle()
    order = await ctx.dispatch(ordering.TransitionOrder(id=order.id, event="ship", payload={"trackingCode": "SEA-7"}))
    await app.settle()
    [reservation] = (await ctx.query(inventory.ListReservations())).data
    [transaction] = (await ctx.query(ledger.ListTransactions())).data

    assert ("shipped", "SEA-7", "actor_1", buyer.id) == (order.status, order.tracking_code, order.placed_by, order.customer)
    assert order == await ctx.query(ordering.GetOrder(id=order.id))
    assert ((10, 3, 7), (7, 0, 7)) == (kept, await stock_of(ctx, lamp))
    assert (order.id, "consumed") == (reservation.order, reservation.status)
    assert (order.id, order.number, "posted") == (transaction.reference, transaction.description, transaction.status)
    assert {"1200": "149.70 EUR", "4000": "-149.70 EUR", "6000": "0.00 EUR"} == await balances(ctx)
    assert [] == await app.relay.parked()


@on_both
async def test_a_refund_gives_back_the_units_and_the_money(app: App, ctx: SystemContext) -> None:
    await accounts(ctx)
    lamp = await published(ctx, stock=10)
    order = await placed(ctx, lamp, quantity=3)
    await ctx.dispatch(ordering.TransitionOrder(id=order.id, event="pay"))
    order = await ctx.dispatch(ordering.TransitionOrder(id=order.id, event="refund"))
    await app.settle()
    both = await ctx.query(ledger.TrialBalance())

    assert "cancelled" == order.status
    assert (10, 0, 10) == await stock_of(ctx, lamp)
    assert {"1200": "0.00 EUR", "4000": "0.00 EUR", "6000": "0.00 EUR"} == await balances(ctx)
    assert ("299.40 EUR", "299.40 EUR") == (str(both.debits), str(both.credits))


@on_both
async def test_a_payment_that_the_ledger_refuses_is_parked_and_goes_through_once_it_can(hurried: App) -> None:
    """Semantics 17 and 30: a machine's command leaves through the outbox; what it cannot do waits where people see it."""
    ctx = hurried.context(organization="org_1", actor="actor_1")
    order = await placed(ctx, await published(ctx))
    order = await ctx.dispatch(ordering.TransitionOrder(id=order.id, event="pay"))
    await hurried.settle()
    [parked] = await hurried.relay.parked()

    assert ("paid", order.id) == (order.status, parked.aggregate_id)
    assert "UNKNOWN_ACCOUNT" in str(parked.last_error)
    assert () == (await ctx.query(ledger.ListTransactions())).data

    await accounts(ctx)
    await hurried.relay.unpark(parked.record_id, parked.handler)
    await hurried.settle()

    assert "49.90 EUR" == (await balances(ctx))["1200"]


@on_both
async def test_suspending_a_user_cancels_what_is_unpaid_and_gives_the_units_back(app: App, ctx: SystemContext) -> None:
    await accounts(ctx)
    buyer, lamp = await active_user(ctx), await published(ctx, stock=10)
    other = await active_user(ctx, "pilot@example.org")
    unfinished, waiting = await draft(ctx, buyer.id), await placed(ctx, lamp, 2, buyer.id)
    paid, foreign = await placed(ctx, lamp, 3, buyer.id), await placed(ctx, lamp, 4, other.id)
    await ctx.dispatch(ordering.TransitionOrder(id=paid.id, event="pay"))
    await app.settle()
    before = await stock_of(ctx, lamp)
    await ctx.dispatch(identity.TransitionUser(id=buyer.id, event="suspend", payload={"reason": "chargeback"}))
    await app.settle()
    statuses = [(await ctx.query(ordering.GetOrder(id=each.id))).status for each in (unfinished, waiting, paid, foreign)]

    assert ["cancelled", "cancelled", "paid", "placed"] == statuses
    assert ((10, 9, 1), (10, 7, 3)) == (before, await stock_of(ctx, lamp))


async def test_who_is_not_active_orders_nothing(ctx: SystemContext) -> None:
    invited = await ctx.dispatch(make_create_user())
    order = await draft(ctx, customer=invited.id)

    with pytest.raises(BusinessError, match="CUSTOMER_NOT_ACTIVE"):
        await ctx.dispatch(ordering.AddLine(order=order.id, product=(await published(ctx)).id, quantity=1))


@on_both
async def test_another_organisation_has_its_own_stock_and_its_own_books(app: App, ctx: SystemContext) -> None:
    """Semantics 23: the organisation of a delivery is that of its event."""
    stranger = app.context(organization="org_2", actor="actor_2")
    ours = await published(ctx, stock=10)
    for each in (ctx, stranger):
        await accounts(each)
    order = await placed(stranger, theirs := await published(stranger, stock=5), quantity=2)
    await stranger.dispatch(ordering.TransitionOrder(id=order.id, event="pay"))
    await app.settle()

    assert ((10, 0, 10), (5, 2, 3)) == (await stock_of(ctx, ours), await stock_of(stranger, theirs))
    assert (0, 0, 0) == await stock_of(ctx, theirs)
    assert ("0.00 EUR", "99.80 EUR") == ((await balances(ctx))["1200"], (await balances(stranger))["1200"])
    with pytest.raises(NotFoundError):
        await ctx.dispatch(inventory.Receive(product=theirs.id, quantity=1))
    with pytest.raises(BusinessError, match="NOT_POSTED"):
        await ctx.dispatch(ledger.ReverseTransaction(reference=order.id))


async def test_the_timeout_of_a_placed_order_is_in_its_machine() -> None:
    [timed] = ordering.OrderMachine.definition().states["placed"].after

    assert (14 * 24 * 3_600_000, "cancelled") == (timed.delay, timed.target)


@on_both
async def test_the_tour_tells_what_happens(app: App) -> None:
    told = [line.split()[0] async for line in tour(app)]

    assert "welcome created refused repriced ordered placed could refused paid shipped refused refused".split() == told


async def test_a_module_that_another_needs_is_missed_before_anything_boots() -> None:
    """Semantics 37: a missing dependency is an error before anything boots."""
    with pytest.raises(CoreError, match="ledger"):
        async with App(modules=[each for each in MODULES if each is not ledger.module], database="sqlite://"):
            pass
