"""The two samples together, booted on SQLite through `App`: an order's life, and the ways in which it must not go."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from importlib import import_module

import pytest

from coregen_adapters.app import App
from coregen_runtime import BusinessError, ConflictError, CoreError, Money, NotFoundError, Request, SystemContext, ValidationError
from sample_modules import catalog, ordering


class LeapingClock:
    """A clock that is a minute later whenever it is asked: retries that back off are due at once."""

    def __init__(self) -> None:
        self._now = 1_700_000_000_000

    def now(self) -> int:
        self._now += 60_000
        return self._now


@pytest.fixture
async def app() -> AsyncIterator[App]:
    async with App(modules=[ordering.module, catalog.module], database="sqlite://") as running:
        yield running


@pytest.fixture
def ctx(app: App) -> SystemContext:
    return app.context(organization="org_1", actor="actor_1")


async def published(ctx: SystemContext, sku: str = "LMP-1", price: str = "49.90", stock: int = 10) -> catalog.Product:
    product = await ctx.dispatch(catalog.CreateProduct(name="Lamp", sku=sku, price=Money.of(price, "EUR"), stock=stock))
    return await ctx.dispatch(catalog.TransitionProduct(id=product.id, event="publish"))


async def draft(ctx: SystemContext, number: str = "A-1") -> ordering.Order:
    return await ctx.dispatch(ordering.CreateOrder(number=number, customer_name="Harbour office", customer_email="harbour@example.org"))


async def placed(ctx: SystemContext, product: catalog.Product, quantity: int = 1, number: str = "A-1") -> ordering.Order:
    order = await draft(ctx, number)
    await ctx.dispatch(ordering.AddLine(order=order.id, product=product.id, quantity=quantity))
    return await ctx.dispatch(ordering.TransitionOrder(id=order.id, event="place"))


async def stock_of(ctx: SystemContext, product: catalog.Product) -> int:
    return (await ctx.query(catalog.GetProduct(id=product.id))).stock


async def test_an_order_goes_from_draft_to_shipped(ctx: SystemContext) -> None:
    order = await placed(ctx, await published(ctx))
    order = await ctx.dispatch(ordering.TransitionOrder(id=order.id, event="pay"))
    order = await ctx.dispatch(ordering.TransitionOrder(id=order.id, event="ship", payload={"trackingCode": "SEA-7"}))

    assert ("shipped", "SEA-7", "actor_1") == (order.status, order.tracking_code, order.placed_by)
    assert order == await ctx.query(ordering.GetOrder(id=order.id))


async def test_placing_an_order_takes_its_lines_from_the_stock(app: App, ctx: SystemContext) -> None:
    lamp, torch = await published(ctx, "LMP-1", stock=10), await published(ctx, "TRC-1", stock=4)
    order = await draft(ctx)
    await ctx.dispatch(ordering.AddLine(order=order.id, product=lamp.id, quantity=3))
    await ctx.dispatch(ordering.AddLine(order=order.id, product=torch.id, quantity=4))
    await ctx.dispatch(ordering.TransitionOrder(id=order.id, event="place"))
    await app.settle()

    assert (7, 0) == (await stock_of(ctx, lamp), await stock_of(ctx, torch))


async def test_an_order_that_wants_more_than_is_left_takes_nothing_and_waits_where_people_see_it() -> None:
    """Semantics 30: after the last attempt a delivery is parked and visible, and `unpark` is a call."""
    async with App(modules=[ordering.module, catalog.module], database="sqlite://", clock=LeapingClock()) as app:
        ctx = app.context(organization="org_1", actor="actor_1")
        lamp, torch = await published(ctx, "LMP-1", stock=10), await published(ctx, "TRC-1", stock=1)
        order = await draft(ctx)
        await ctx.dispatch(ordering.AddLine(order=order.id, product=lamp.id, quantity=3))
        await ctx.dispatch(ordering.AddLine(order=order.id, product=torch.id, quantity=2))
        await ctx.dispatch(ordering.TransitionOrder(id=order.id, event="place"))
        await app.settle()
        [parked] = await app.relay.parked()

        assert "catalog.on_order_placed" == parked.handler
        assert (10, 1) == (await stock_of(ctx, lamp), await stock_of(ctx, torch))

        await ctx.dispatch(catalog.UpdateProduct(id=torch.id, stock=5))
        await app.relay.unpark(parked.record_id, parked.handler)
        await app.settle()

        assert (7, 3) == (await stock_of(ctx, lamp), await stock_of(ctx, torch))


async def test_the_total_is_that_of_the_lines_and_more_of_the_same_joins_its_line(ctx: SystemContext) -> None:
    lamp, torch = await published(ctx, "LMP-1", "49.90"), await published(ctx, "TRC-1", "0.05")
    order = await draft(ctx)
    await ctx.dispatch(ordering.AddLine(order=order.id, product=lamp.id, quantity=1))
    await ctx.dispatch(ordering.AddLine(order=order.id, product=torch.id, quantity=3))
    order = await ctx.dispatch(ordering.AddLine(order=order.id, product=lamp.id, quantity=2))
    lines = await ctx.query(ordering.ListOrderLines(filter={"order": order.id}))

    assert Money.of("149.85", "EUR") == order.total
    assert {(lamp.id, 3), (torch.id, 3)} == {(line.product, line.quantity) for line in lines.data}


@pytest.mark.parametrize("quantity", [0, -1, 1.5])
async def test_a_quantity_that_is_no_positive_whole_number_is_refused(ctx: SystemContext, quantity: float) -> None:
    order, lamp = await draft(ctx), await published(ctx)

    with pytest.raises(ValidationError, match="quantity"):
        await ctx.dispatch(Request(type="ordering.addLine", payload={"order": order.id, "product": lamp.id, "quantity": quantity}))


async def test_a_draft_product_is_not_sold(ctx: SystemContext) -> None:
    order = await draft(ctx)
    lamp = await ctx.dispatch(catalog.CreateProduct(name="Lamp", sku="LMP-1", price=Money.of("1", "EUR")))

    with pytest.raises(BusinessError, match="PRODUCT_NOT_FOR_SALE"):
        await ctx.dispatch(ordering.AddLine(order=order.id, product=lamp.id, quantity=1))


async def test_a_product_of_another_currency_is_not_put_on_the_order(ctx: SystemContext) -> None:
    order = await draft(ctx)
    lamp = await ctx.dispatch(catalog.CreateProduct(name="Lamp", sku="LMP-1", price=Money.of("1", "USD")))
    await ctx.dispatch(catalog.TransitionProduct(id=lamp.id, event="publish"))

    with pytest.raises(BusinessError, match="OTHER_CURRENCY"):
        await ctx.dispatch(ordering.AddLine(order=order.id, product=lamp.id, quantity=1))


async def test_nothing_is_added_to_an_order_that_is_placed(ctx: SystemContext) -> None:
    lamp = await published(ctx)
    order = await placed(ctx, lamp)

    with pytest.raises(BusinessError, match="ORDER_NOT_DRAFT"):
        await ctx.dispatch(ordering.AddLine(order=order.id, product=lamp.id, quantity=1))


async def test_an_empty_order_is_not_placed(ctx: SystemContext) -> None:
    order = await draft(ctx)

    with pytest.raises(BusinessError, match="order.total.amount"):
        await ctx.dispatch(ordering.TransitionOrder(id=order.id, event="place"))
    assert "draft" == (await ctx.query(ordering.GetOrder(id=order.id))).status


async def test_an_event_that_is_not_valid_names_the_state_the_event_and_what_would_be_valid(ctx: SystemContext) -> None:
    """Semantics 19: INVALID_TRANSITION names the state, the event and what would be valid."""
    order = await placed(ctx, await published(ctx))

    with pytest.raises(BusinessError) as caught:
        await ctx.dispatch(ordering.TransitionOrder(id=order.id, event="ship"))
    assert "INVALID_TRANSITION" == caught.value.code
    assert all(word in caught.value.message for word in ("placed", "ship", "pay", "cancel"))


async def test_shipping_wants_a_tracking_code(ctx: SystemContext) -> None:
    order = await placed(ctx, await published(ctx))
    await ctx.dispatch(ordering.TransitionOrder(id=order.id, event="pay"))

    with pytest.raises(BusinessError, match="trackingCode"):
        await ctx.dispatch(ordering.TransitionOrder(id=order.id, event="ship"))


async def test_a_stale_version_is_refused(ctx: SystemContext) -> None:
    """Semantics 22: an update with a version that is no longer the row's is a ConflictError."""
    order = await draft(ctx)
    await ctx.dispatch(ordering.UpdateOrder(id=order.id, customer_name="Pilot station", expected_version=order.version))

    with pytest.raises(ConflictError):
        await ctx.dispatch(ordering.UpdateOrder(id=order.id, customer_name="Buoy depot", expected_version=order.version))
    assert "Pilot station" == (await ctx.query(ordering.GetOrder(id=order.id))).customer_name


async def test_another_organisation_sees_and_changes_nothing(app: App, ctx: SystemContext) -> None:
    """Semantics 23: an id of another organisation behaves as if it did not exist."""
    lamp = await published(ctx)
    order = await draft(ctx)
    stranger = app.context(organization="org_2", actor="actor_2")

    assert () == (await stranger.query(ordering.ListOrders())).data
    for message in (ordering.UpdateOrder(id=order.id, customer_name="x"), ordering.TransitionOrder(id=order.id, event="cancel")):
        with pytest.raises(NotFoundError):
            await stranger.dispatch(message)
    with pytest.raises(NotFoundError):
        await stranger.query(ordering.GetOrder(id=order.id))
    with pytest.raises(NotFoundError):
        await ctx.dispatch(ordering.AddLine(order=order.id, product=(await published(stranger)).id, quantity=1))
    assert lamp == await ctx.query(catalog.GetProduct(id=lamp.id))


async def test_the_options_of_an_order_are_those_that_would_succeed(ctx: SystemContext) -> None:
    """Semantics 19: `valid_events` and `transition` agree."""
    order = await draft(ctx)
    empty = await ctx.query(ordering.GetOrderTransitions(id=order.id))
    filled = await ctx.query(ordering.GetOrderTransitions(id=(await placed(ctx, await published(ctx), number="A-2")).id))

    assert ["cancel"] == [option.event for option in empty.events]
    assert {"pay", "cancel"} == {option.event for option in filled.events}
    assert {"paid", "shipped", "cancelled"} == set(filled.reachable)


@pytest.mark.parametrize(
    ("percent", "price", "expected"),
    [(10, "49.90", "54.89"), (-10, "49.90", "44.91"), (2.5, "0.20", "0.21"), (50, "0.01", "0.02"), (-50, "0.01", "0.01"), (0, "1.00", "1.00")],
)
async def test_repricing_rounds_half_up_in_minor_units(ctx: SystemContext, percent: float, price: str, expected: str) -> None:
    lamp = await published(ctx, price=price)
    await ctx.dispatch(catalog.Reprice(percent=percent))

    assert Money.of(expected, "EUR") == (await ctx.query(catalog.GetProduct(id=lamp.id))).price


async def test_repricing_leaves_drafts_other_categories_and_other_organisations_alone(app: App, ctx: SystemContext) -> None:
    light = await ctx.dispatch(catalog.CreateCategory(name="Light"))
    lamp, torch = await published(ctx, "LMP-1"), await published(ctx, "TRC-1")
    await ctx.dispatch(catalog.UpdateProduct(id=lamp.id, category=light.id))
    unpublished = await ctx.dispatch(catalog.CreateProduct(name="Lens", sku="LNS-1", price=Money.of("5", "EUR"), category=light.id))
    stranger = app.context(organization="org_2", actor="actor_2")
    foreign = await published(stranger)
    result = await ctx.dispatch(catalog.Reprice(percent=100, category=light.id))

    assert 1 == result.changed
    assert Money.of("99.80", "EUR") == (await ctx.query(catalog.GetProduct(id=lamp.id))).price
    assert torch.price == (await ctx.query(catalog.GetProduct(id=torch.id))).price
    assert unpublished.price == (await ctx.query(catalog.GetProduct(id=unpublished.id))).price
    assert foreign.price == (await stranger.query(catalog.GetProduct(id=foreign.id))).price


@pytest.mark.parametrize("percent", [-100, -100.5])
async def test_a_reprice_that_leaves_nothing_of_a_price_is_refused(ctx: SystemContext, percent: float) -> None:
    lamp = await published(ctx)

    with pytest.raises(BusinessError, match="PERCENT_TOO_LOW"):
        await ctx.dispatch(catalog.Reprice(percent=percent))
    assert lamp == await ctx.query(catalog.GetProduct(id=lamp.id))


async def test_low_stock_names_the_scarcest_first(ctx: SystemContext) -> None:
    await published(ctx, "AAA", stock=5)
    three, one = await published(ctx, "BBB", stock=3), await published(ctx, "CCC", stock=1)
    result = await ctx.query(catalog.LowStock())

    assert ((one.id, three.id), 6) == (tuple(result.products), result.missing)


async def test_two_products_of_one_organisation_cannot_share_a_sku_and_two_organisations_can(app: App, ctx: SystemContext) -> None:
    await published(ctx, "LMP-1")
    stranger = app.context(organization="org_2", actor="actor_2")
    await published(stranger, "LMP-1")

    with pytest.raises(ConflictError):
        await published(ctx, "LMP-1")


async def test_a_sensitive_value_is_in_no_event_and_no_repr(app: App, ctx: SystemContext) -> None:
    """Semantics 7: `sensitive` values never reach `repr` or an event payload."""
    order = await draft(ctx)

    assert "harbour@example.org" == order.customer_email
    assert "harbour@example.org" not in repr(order)
    assert "customer_email" not in ordering.OrderSnapshot.model_fields


async def test_a_package_and_its_module_file_stand_for_the_wired_module() -> None:
    """Once the file `module.py` was imported as such, it hides the wired module behind the same name."""
    async with App(modules=[sys.modules["sample_modules.ordering"], import_module("sample_modules.catalog.module")], database="sqlite://") as running:
        page = await running.context(organization="org_1", actor="actor_1").query(ordering.ListOrders())

    assert () == page.data


async def test_a_python_module_without_a_wired_one_is_refused_with_the_way_out() -> None:
    with pytest.raises(CoreError, match=r"holds no wired module; pass its package's `module`"):
        App(modules=[sys.modules["json"]], database="sqlite://")
