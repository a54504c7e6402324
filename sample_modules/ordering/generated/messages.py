"""The commands, queries and events that ordering declares."""

from __future__ import annotations

from typing import Annotated

from coregen_runtime import (
    CommandMessage,
    DomainEvent,
    Field,
    Integer,
    Model,
    Money,
    Text,
    Validators,
)

from .entities.order import Order
from .ids import OrderId, ProductId


class AddLine(Model, CommandMessage[Order], type="ordering.addLine"):
    """Put a quantity of a published product on a draft order, at the product's price of now."""

    order: OrderId
    product: ProductId
    quantity: Annotated[Integer, Validators.positive()]
    """Must be an integer. Must be more than 0."""


class OrderPlacedPayload(Model):
    """What order.placed carries."""

    number: Text
    total: Money


class OrderPlaced(
    DomainEvent[OrderPlacedPayload],
    type="order.placed",
    source="ordering",
    aggregate="Order",
):
    """order.placed."""

    payload: OrderPlacedPayload


class OrderCancelledPayload(Model):
    """What order.cancelled carries."""

    number: Text


class OrderCancelled(
    DomainEvent[OrderCancelledPayload],
    type="order.cancelled",
    source="ordering",
    aggregate="Order",
):
    """order.cancelled."""

    payload: OrderCancelledPayload


class OrderShippedPayload(Model):
    """What order.shipped carries."""

    number: Text
    tracking_code: Text = Field(
        validation_alias="trackingCode",
        serialization_alias="trackingCode",
    )


class OrderShipped(
    DomainEvent[OrderShippedPayload],
    type="order.shipped",
    source="ordering",
    aggregate="Order",
):
    """order.shipped."""

    payload: OrderShippedPayload
