"""Factories and strategies of OrderLine, for tests."""

from typing import TypedDict, Unpack

from coregen_runtime import ID, Integer, Money
from coregen_runtime.testing import Recipe, Strategy

from ...entities.order_line import OrderLine
from ...ids import OrderId, OrderLineId, ProductId
from ...operations.order_line import CreateOrderLine, OrderLineChanges, UpdateOrderLine
from ...schemas.order_line import order_line_schema


class OrderLineValues(TypedDict, total=False):
    """What an input of OrderLine can be given."""

    order: OrderId
    product: ProductId
    quantity: Integer
    unit_price: Money


class OrderLineOverrides(OrderLineChanges, total=False):
    """What OrderLine itself can be given."""

    id: OrderLineId
    organization_id: ID


order_line_recipe = Recipe(OrderLine, order_line_schema)
create_order_line_recipe = Recipe(CreateOrderLine)
update_order_line_recipe = Recipe(UpdateOrderLine)


def make_order_line(**values: Unpack[OrderLineOverrides]) -> OrderLine:
    """One with these values; what else it must have is unlike that of any other made here."""
    return order_line_recipe.make(values)


def any_order_line(**values: Unpack[OrderLineOverrides]) -> Strategy[OrderLine]:
    """Every one with these values that the definition allows."""
    return order_line_recipe.any(values)


def make_create_order_line(**values: Unpack[OrderLineValues]) -> CreateOrderLine:
    """One with these values; what else it must have is unlike that of any other made here."""
    return create_order_line_recipe.make(values)


def any_create_order_line(
    **values: Unpack[OrderLineValues],
) -> Strategy[CreateOrderLine]:
    """Every one with these values that the definition allows."""
    return create_order_line_recipe.any(values)


def make_update_order_line(
    id: OrderLineId,
    expected_version: int | None = None,
    **values: Unpack[OrderLineValues],
) -> UpdateOrderLine:
    """One with these values; what else it must have is unlike that of any other made here."""
    return update_order_line_recipe.make(
        {"id": id, "expected_version": expected_version, **values},
    )


def any_update_order_line(
    id: OrderLineId,
    expected_version: int | None = None,
    **values: Unpack[OrderLineValues],
) -> Strategy[UpdateOrderLine]:
    """Every one with these values that the definition allows."""
    return update_order_line_recipe.any(
        {"id": id, "expected_version": expected_version, **values},
    )
