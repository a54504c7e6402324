"""What is heard of Order: its events and what they carry."""

from coregen_runtime import DomainEvent, Field, Model, Money, Text

from ..entities.order import OrderStatus
from ..ids import UserId


class OrderSnapshot(Model):
    """What events say of an Order: its stored fields, without sensitive ones."""

    number: Text
    customer: UserId | None = None
    customer_name: Text = Field(
        validation_alias="customerName",
        serialization_alias="customerName",
    )
    total: Money = Money(amount=0, currency="EUR")
    placed_by: Text | None = Field(
        default=None,
        validation_alias="placedBy",
        serialization_alias="placedBy",
    )
    tracking_code: Text | None = Field(
        default=None,
        validation_alias="trackingCode",
        serialization_alias="trackingCode",
    )
    status: OrderStatus = OrderStatus.DRAFT


class OrderUpdatedPayload(Model):
    """The wire names of what changed about an Order, and how it stands now."""

    changed: tuple[Text, ...]
    snapshot: OrderSnapshot


class OrderCreated(
    DomainEvent[OrderSnapshot],
    type="order.created",
    source="ordering",
    aggregate="Order",
):
    """An Order was made."""

    payload: OrderSnapshot


class OrderUpdated(
    DomainEvent[OrderUpdatedPayload],
    type="order.updated",
    source="ordering",
    aggregate="Order",
):
    """An Order was changed."""

    payload: OrderUpdatedPayload


class OrderDeleted(
    DomainEvent[OrderSnapshot],
    type="order.deleted",
    source="ordering",
    aggregate="Order",
):
    """An Order was deleted."""

    payload: OrderSnapshot


class OrderRestored(
    DomainEvent[OrderSnapshot],
    type="order.restored",
    source="ordering",
    aggregate="Order",
):
    """An Order is back."""

    payload: OrderSnapshot
