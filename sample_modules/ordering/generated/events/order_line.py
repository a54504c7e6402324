"""What is heard of OrderLine: its events and what they carry."""

from coregen_runtime import DomainEvent, Field, Integer, Model, Money, Text

from ..ids import OrderId, ProductId


class OrderLineSnapshot(Model):
    """What events say of an OrderLine: its stored fields, without sensitive ones."""

    order: OrderId
    product: ProductId
    quantity: Integer
    unit_price: Money = Field(
        validation_alias="unitPrice",
        serialization_alias="unitPrice",
    )


class OrderLineUpdatedPayload(Model):
    """The wire names of what changed about an OrderLine, and how it stands now."""

    changed: tuple[Text, ...]
    snapshot: OrderLineSnapshot


class OrderLineCreated(
    DomainEvent[OrderLineSnapshot],
    type="order_line.created",
    source="ordering",
    aggregate="OrderLine",
):
    """An OrderLine was made."""

    payload: OrderLineSnapshot


class OrderLineUpdated(
    DomainEvent[OrderLineUpdatedPayload],
    type="order_line.updated",
    source="ordering",
    aggregate="OrderLine",
):
    """An OrderLine was changed."""

    payload: OrderLineUpdatedPayload


class OrderLineDeleted(
    DomainEvent[OrderLineSnapshot],
    type="order_line.deleted",
    source="ordering",
    aggregate="OrderLine",
):
    """An OrderLine was deleted."""

    payload: OrderLineSnapshot


class OrderLineRestored(
    DomainEvent[OrderLineSnapshot],
    type="order_line.restored",
    source="ordering",
    aggregate="OrderLine",
):
    """An OrderLine is back."""

    payload: OrderLineSnapshot
