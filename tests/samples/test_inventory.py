"""Inventory: what an order keeps, on which shelf, once however often it is told, and never more than there is."""

from __future__ import annotations

from typing import Any

import pytest

from coregen_adapters.app import App
from coregen_runtime import BusinessError, DomainEvent, SystemContext
from sample_modules import catalog, inventory, ordering
from sample_modules.inventory import handlers
from sample_modules.inventory.rules import spread
from sample_modules.tour import MODULES
from tests.samples.shop import draft, placed, published, stock_of


def item(location: str, on_hand: int, reserved: int = 0) -> inventory.StockItem:
    return inventory.StockItem.new(
        product=catalog.ProductId("prod_01ARZ3NDEKTSV4RRFFQ69G5FAV"), location=location, on_hand=on_hand, reserved=reserved
    )


async def test_placing_an_order_keeps_its_lines(app: App, ctx: SystemContext) -> None:
    lamp, torch = await published(ctx, stock=10), await published(ctx, stock=4)
    order = await draft(ctx)
    await ctx.dispatch(ordering.AddLine(order=order.id, product=lamp.id, quantity=3))
    await ctx.dispatch(ordering.AddLine(order=order.id, product=torch.id, quantity=4))
    await ctx.dispatch(ordering.TransitionOrder(id=order.id, event="place"))
    await app.settle()

    assert ((10, 3, 7), (4, 4, 0)) == (await stock_of(ctx, lamp), await stock_of(ctx, torch))


async def test_an_order_that_wants_more_than_there_is_keeps_nothing_and_waits_where_people_see_it(hurried: App) -> None:
    """Semantics 30: after the last attempt a delivery is parked and visible, and `unpark` is a call."""
    ctx = hurried.context(organization="org_1", actor="actor_1")
    lamp, torch = await published(ctx, stock=10), await published(ctx, stock=1)
    order = await draft(ctx)
    await ctx.dispatch(ordering.AddLine(order=order.id, product=lamp.id, quantity=3))
    await ctx.dispatch(ordering.AddLine(order=order.id, product=torch.id, quantity=2))
    await ctx.dispatch(ordering.TransitionOrder(id=order.id, event="place"))
    await hurried.settle()
    [parked] = await hurried.relay.parked()

    assert "inventory.on_order_placed" == parked.handler
    assert "OUT_OF_STOCK" in str(parked.last_error)
    assert ((10, 0, 10), (1, 0, 1)) == (await stock_of(ctx, lamp), await stock_of(ctx, torch))

    await ctx.dispatch(inventory.Receive(product=torch.id, quantity=4))
    await hurried.relay.unpark(parked.record_id, parked.handler)
    await hurried.settle()

    assert ((10, 3, 7), (5, 2, 3)) == (await stock_of(ctx, lamp), await stock_of(ctx, torch))


async def test_an_order_that_was_cancelled_while_its_placing_was_parked_keeps_nothing(hurried: App) -> None:
    """Semantics 30: records wait for each other within one handler, so the cancelling is heard before the placing."""
    ctx = hurried.context(organization="org_1", actor="actor_1")
    lamp = await published(ctx, stock=1)
    order = await placed(ctx, lamp, quantity=2)
    await hurried.settle()
    [parked] = await hurried.relay.parked()
    await ctx.dispatch(ordering.TransitionOrder(id=order.id, event="cancel"))
    await ctx.dispatch(inventory.Receive(product=lamp.id, quantity=9))
    await hurried.relay.unpark(parked.record_id, parked.handler)
    await hurried.settle()

    assert (10, 0, 10) == await stock_of(ctx, lamp)


async def test_being_told_twice_keeps_once(app: App, ctx: SystemContext) -> None:
    """Semantics 30: delivery is at least once; what is kept is kept once."""
    lamp = await published(ctx, stock=10)
    order = await placed(ctx, lamp, quantity=3)
    await app.settle()
    payload = ordering.OrderPlacedPayload(number=order.number, total=order.total)
    again = ordering.OrderPlaced(payload=payload, aggregate_id=order.id, org_id="org_1")
    async with ctx.transaction() as tx:
        await handlers.on_order_placed(again, tx)

    assert (10, 3, 7) == await stock_of(ctx, lamp)
    assert 1 == (await ctx.query(inventory.ListReservations())).total


async def test_a_delivery_that_fails_behind_its_work_is_made_again_and_keeps_once(hurried: App, monkeypatch: pytest.MonkeyPatch) -> None:
    """Semantics 30: the handler's work and the mark that it is done commit together, so a failure after the work undoes it."""
    ctx = hurried.context(organization="org_1", actor="actor_1")
    attempts = []
    told = handlers._tell_of_low_stock

    async def fails_at_first(*arguments: object) -> None:
        attempts.append(arguments)
        await told(*arguments)  # type: ignore[arg-type]  # each handler takes its own
        if len(attempts) < 3:
            raise ConnectionError("the line is down")

    monkeypatch.setattr(handlers, "_tell_of_low_stock", fails_at_first)
    lamp = await published(ctx, stock=10)
    await placed(ctx, lamp, quantity=3)
    await hurried.settle()

    assert 3 == len(attempts)
    assert (10, 3, 7) == await stock_of(ctx, lamp)
    assert 1 == (await ctx.query(inventory.ListReservations())).total


@pytest.mark.parametrize(("event", "expected"), [("cancel", (10, 0, 10)), ("pay", (10, 3, 7))])
async def test_cancelling_gives_back_and_paying_does_not(
    app: App, ctx: SystemContext, event: ordering.OrderEvent, expected: tuple[int, int, int]
) -> None:
    lamp = await published(ctx, stock=10)
    order = await placed(ctx, lamp, quantity=3)
    await app.settle()
    await ctx.dispatch(ordering.TransitionOrder(id=order.id, event=ordering.OrderEvent(event)))
    if event == "cancel":
        await app.settle()

    assert expected == await stock_of(ctx, lamp)


async def test_two_orders_share_what_is_there_and_the_third_waits(hurried: App) -> None:
    ctx = hurried.context(organization="org_1", actor="actor_1")
    lamp = await published(ctx, stock=5)
    for _ in range(3):
        await placed(ctx, lamp, quantity=2)
    await hurried.settle()

    assert (5, 4, 1) == await stock_of(ctx, lamp)
    assert 1 == len(await hurried.relay.parked())


def test_an_order_is_spread_over_the_fullest_shelves_first() -> None:
    shelves = [item("NORTH", 3), item("MAIN", 5, reserved=1), item("SOUTH", 2, reserved=2)]

    assert [("MAIN", 4), ("NORTH", 2)] == [(given.location, units) for given, units in spread(6, shelves)]
    assert [("MAIN", 4), ("NORTH", 3)] == [(given.location, units) for given, units in spread(99, shelves)]
    assert [] == spread(1, [])


async def test_one_order_can_take_from_two_locations(app: App, ctx: SystemContext) -> None:
    lamp = await published(ctx, stock=3)
    await ctx.dispatch(inventory.Receive(product=lamp.id, location="NORTH", quantity=4))
    await placed(ctx, lamp, quantity=6)
    await app.settle()
    kept = {reservation.quantity for reservation in (await ctx.query(inventory.ListReservations())).data}

    assert {4, 2} == kept
    assert (7, 6, 1) == await stock_of(ctx, lamp)


async def test_receiving_more_of_the_same_joins_its_item(ctx: SystemContext) -> None:
    lamp = await published(ctx, stock=3)
    more = await ctx.dispatch(inventory.Receive(product=lamp.id, quantity=4))

    assert (7, 1) == (more.on_hand, (await ctx.query(inventory.ListStockItems())).total)


async def test_where_no_location_is_named_the_configured_one_is_meant() -> None:
    async with App(modules=MODULES, database="sqlite://", config={"inventory": {"location": "DOCK"}}) as app:
        ctx = app.context(organization="org_1", actor="actor_1")
        await published(ctx, stock=3)
        [shelf] = (await ctx.query(inventory.ListStockItems())).data

        assert ("DOCK", 3) == (shelf.location, shelf.available)


async def test_nothing_more_of_a_retired_product_is_taken_in(ctx: SystemContext) -> None:
    lamp = await published(ctx)
    await ctx.dispatch(catalog.TransitionProduct(id=lamp.id, event="retire"))

    with pytest.raises(BusinessError, match="PRODUCT_RETIRED"):
        await ctx.dispatch(inventory.Receive(product=lamp.id, quantity=1))


async def test_more_than_is_on_hand_can_be_reserved_in_no_way(ctx: SystemContext) -> None:
    """Semantics 26: a hook before a save may veto."""
    await published(ctx, stock=3)
    [shelf] = (await ctx.query(inventory.ListStockItems())).data

    with pytest.raises(BusinessError, match="OVER_RESERVED"):
        await ctx.dispatch(inventory.UpdateStockItem(id=shelf.id, reserved=4))
    assert shelf == await ctx.query(inventory.GetStockItem(id=shelf.id))


async def test_low_stock_is_told_when_it_becomes_so_and_not_again(app: App, ctx: SystemContext) -> None:
    heard: list[DomainEvent[Any]] = []

    async def listen(event: DomainEvent[Any], _: SystemContext) -> None:
        heard.append(event)

    app.bus.subscribe("stock.low", listen)
    lamp = await published(ctx, stock=10)
    [shelf] = (await ctx.query(inventory.ListStockItems())).data
    await ctx.dispatch(inventory.UpdateStockItem(id=shelf.id, reorder_point=8))
    await placed(ctx, lamp, quantity=2)
    await app.settle()
    assert [] == heard
    for _ in range(2):
        await placed(ctx, lamp, quantity=1)
        await app.settle()
    low = await ctx.query(inventory.LowStock())

    assert [(7, shelf.id, "inventory")] == [(event.payload["available"], event.aggregate_id, event.source) for event in heard]
    assert ((shelf.id,), 2) == (tuple(low.items), low.missing)
