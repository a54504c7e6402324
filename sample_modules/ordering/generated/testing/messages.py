"""Factories and strategies of ordering, for tests."""

from typing import TypedDict, Unpack

from coregen_runtime import Integer, Money, Text
from coregen_runtime.testing import Recipe, Strategy

from ..ids import OrderId, ProductId
from ..messages import (
    AddLine,
    OrderCancelledPayload,
    OrderPlacedPayload,
    OrderShippedPayload,
)


class AddLineValues(TypedDict, total=False):
    """What AddLine can be given."""

    order: OrderId
    product: ProductId
    quantity: Integer


class OrderPlacedPayloadValues(TypedDict, total=False):
    """What OrderPlacedPayload can be given."""

    number: Text
    total: Money


class OrderCancelledPayloadValues(TypedDict, total=False):
    """What OrderCancelledPayload can be given."""

    number: Text


class OrderShippedPayloadValues(TypedDict, total=False):
    """What OrderShippedPayload can be given."""

    number: Text
    tracking_code: Text


add_line_recipe = Recipe(AddLine)
order_placed_payload_recipe = Recipe(OrderPlacedPayload)
order_cancelled_payload_recipe = Recipe(OrderCancelledPayload)
order_shipped_payload_recipe = Recipe(OrderShippedPayload)


def make_add_line(**values: Unpack[AddLineValues]) -> AddLine:
    """One with these values; what else it must have is unlike that of any other made here."""
    return add_line_recipe.make(values)


def any_add_line(**values: Unpack[AddLineValues]) -> Strategy[AddLine]:
    """Every one with these values that the definition allows."""
    return add_line_recipe.any(values)


def make_order_placed_payload(
    **values: Unpack[OrderPlacedPayloadValues],
) -> OrderPlacedPayload:
    """One with these values; what else it must have is unlike that of any other made here."""
    return order_placed_payload_recipe.make(values)


def any_order_placed_payload(
    **values: Unpack[OrderPlacedPayloadValues],
) -> Strategy[OrderPlacedPayload]:
    """Every one with these values that the definition allows."""
    return order_placed_payload_recipe.any(values)


def make_order_cancelled_payload(
    **values: Unpack[OrderCancelledPayloadValues],
) -> OrderCancelledPayload:
    """One with these values; what else it must have is unlike that of any other made here."""
    return order_cancelled_payload_recipe.make(values)


def any_order_cancelled_payload(
    **values: Unpack[OrderCancelledPayloadValues],
) -> Strategy[OrderCancelledPayload]:
    """Every one with these values that the definition allows."""
    return order_cancelled_payload_recipe.any(values)


def make_order_shipped_payload(
    **values: Unpack[OrderShippedPayloadValues],
) -> OrderShippedPayload:
    """One with these values; what else it must have is unlike that of any other made here."""
    return order_shipped_payload_recipe.make(values)


def any_order_shipped_payload(
    **values: Unpack[OrderShippedPayloadValues],
) -> Strategy[OrderShippedPayload]:
    """Every one with these values that the definition allows."""
    return order_shipped_payload_recipe.any(values)
