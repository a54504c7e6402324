"""Factories and strategies of Order, for tests."""

from typing import TypedDict, Unpack

from coregen_runtime import ID, Money, Text
from coregen_runtime.testing import Recipe, Strategy

from ...entities.order import Order
from ...ids import OrderId, UserId
from ...operations.order import CreateOrder, OrderChanges, UpdateOrder
from ...schemas.order import order_schema


class OrderValues(TypedDict, total=False):
    """What an input of Order can be given."""

    number: Text
    customer: UserId | None
    customer_name: Text
    customer_email: Text | None
    total: Money
    placed_by: Text | None
    tracking_code: Text | None


class OrderOverrides(OrderChanges, total=False):
    """What Order itself can be given."""

    id: OrderId
    organization_id: ID


order_recipe = Recipe(Order, order_schema)
create_order_recipe = Recipe(CreateOrder)
update_order_recipe = Recipe(UpdateOrder)


def make_order(**values: Unpack[OrderOverrides]) -> Order:
    """One with these values; what else it must have is unlike that of any other made here."""
    return order_recipe.make(values)


def any_order(**values: Unpack[OrderOverrides]) -> Strategy[Order]:
    """Every one with these values that the definition allows."""
    return order_recipe.any(values)


def make_create_order(**values: Unpack[OrderValues]) -> CreateOrder:
    """One with these values; what else it must have is unlike that of any other made here."""
    return create_order_recipe.make(values)


def any_create_order(**values: Unpack[OrderValues]) -> Strategy[CreateOrder]:
    """Every one with these values that the definition allows."""
    return create_order_recipe.any(values)


def make_update_order(
    id: OrderId,
    expected_version: int | None = None,
    **values: Unpack[OrderValues],
) -> UpdateOrder:
    """One with these values; what else it must have is unlike that of any other made here."""
    return update_order_recipe.make(
        {"id": id, "expected_version": expected_version, **values},
    )


def any_update_order(
    id: OrderId,
    expected_version: int | None = None,
    **values: Unpack[OrderValues],
) -> Strategy[UpdateOrder]:
    """Every one with these values that the definition allows."""
    return update_order_recipe.any(
        {"id": id, "expected_version": expected_version, **values},
    )
