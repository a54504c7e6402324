"""Ordering: what may go on an order, the steps of its life, and the ways in which it must not go."""

from __future__ import annotations

import pytest
from pydantic import ValidationError as PydanticValidationError

from coregen_adapters.app import App
from coregen_runtime import BusinessError, ConflictError, Money, NotFoundError, Request, SystemContext, ValidationError
from sample_modules import catalog, ordering
from sample_modules.catalog.generated.testing import make_create_product
from tests.samples.shop import draft, placed, published


async def test_the_total_is_that_of_the_lines_and_more_of_the_same_joins_its_line(ctx: SystemContext) -> None:
    lamp, torch = await published(ctx, "49.90"), await published(ctx, "0.05")
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
    lamp = await ctx.dispatch(make_create_product())

    with pytest.raises(BusinessError, match="PRODUCT_NOT_FOR_SALE"):
        await ctx.dispatch(ordering.AddLine(order=order.id, product=lamp.id, quantity=1))


async def test_a_product_of_another_currency_is_not_put_on_the_order(ctx: SystemContext) -> None:
    order = await draft(ctx)
    lamp = await ctx.dispatch(make_create_product(price=Money.of("1", "USD")))
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
        await ctx.dispatch(ordering.TransitionOrder(id=order.id, event="ship", payload={"trackingCode": "A1"}))
    assert "INVALID_TRANSITION" == caught.value.code
    assert all(word in caught.value.message for word in ("placed", "ship", "pay", "cancel"))


async def test_shipping_wants_a_tracking_code(ctx: SystemContext) -> None:
    """What its guard asks to be there the message needs, typed or not; nothing is shipped without it."""
    order = await placed(ctx, await published(ctx))
    await ctx.dispatch(ordering.TransitionOrder(id=order.id, event="pay"))

    with pytest.raises(PydanticValidationError, match="payload.trackingCode"):
        ordering.TransitionOrder(id=order.id, event="ship")
    with pytest.raises(ValidationError, match="payload.trackingCode: is required"):
        await ctx.dispatch(Request(type="ordering.transitionOrder", payload={"id": order.id, "event": "ship", "payload": {"trackingCode": None}}))
    assert "paid" == (await ctx.query(ordering.GetOrder(id=order.id))).status


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
    filled = await ctx.query(ordering.GetOrderTransitions(id=(await placed(ctx, await published(ctx))).id))

    assert ["cancel"] == [option.event for option in empty.events]
    assert {"pay", "cancel"} == {option.event for option in filled.events}
    assert {"paid", "shipped", "cancelled"} == set(filled.reachable)


async def test_a_sensitive_value_is_in_no_event_and_no_repr(app: App, ctx: SystemContext) -> None:
    """Semantics 7: `sensitive` values never reach `repr` or an event payload."""
    order = await draft(ctx)

    assert "harbour@example.org" == order.customer_email
    assert "harbour@example.org" not in repr(order)
    assert "customer_email" not in ordering.OrderSnapshot.model_fields
