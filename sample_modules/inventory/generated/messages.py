"""The commands, queries and events that inventory declares."""

from __future__ import annotations

from typing import Annotated

from coregen_runtime import (
    CommandMessage,
    DomainEvent,
    Field,
    Integer,
    Model,
    QueryMessage,
    Refs,
    Text,
    Validators,
)

from .entities.stock_item import StockItem
from .ids import ProductId, StockItemId


class Receive(Model, CommandMessage[StockItem], type="inventory.receive"):
    """Put units of a product on the shelf of a location."""

    product: ProductId
    location: Text | None = None
    quantity: Annotated[Integer, Validators.positive()]


class AvailabilityResult(Model):
    """What inventory.availability gives back."""

    on_hand: Integer = Field(validation_alias="onHand", serialization_alias="onHand")
    reserved: Integer
    available: Integer


class Availability(
    Model,
    QueryMessage[AvailabilityResult],
    type="inventory.availability",
):
    """What there is of a product, over all locations."""

    product: ProductId


class LowStockResult(Model):
    """What inventory.lowStock gives back."""

    items: Refs[StockItemId]
    missing: Integer


class LowStock(Model, QueryMessage[LowStockResult], type="inventory.lowStock"):
    """The stock items of which fewer are available than their reorder point, the scarcest first."""


class StockLowPayload(Model):
    """What stock.low carries."""

    product: ProductId
    location: Text
    available: Integer


class StockLow(DomainEvent[StockLowPayload], type="stock.low", source="inventory"):
    """What is available of a stock item has fallen below its reorder point."""

    payload: StockLowPayload
