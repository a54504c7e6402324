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
    """Where it lies; the configured location when left out."""
    quantity: Annotated[Integer, Validators.positive()]
    """Must be an integer. Must be more than 0."""


class AvailabilityResult(Model):
    """What inventory.availability gives back."""

    on_hand: Integer = Field(validation_alias="onHand", serialization_alias="onHand")
    """Must be an integer."""
    reserved: Integer
    """Must be an integer."""
    available: Integer
    """Must be an integer."""


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
    """Must be an integer."""


class LowStock(Model, QueryMessage[LowStockResult], type="inventory.lowStock"):
    """The stock items of which fewer are available than their reorder point, the scarcest first."""


class StockLowPayload(Model):
    """What stock.low carries."""

    product: ProductId
    location: Text
    available: Integer
    """Must be an integer."""


class StockLow(DomainEvent[StockLowPayload], type="stock.low", source="inventory"):
    """What is available of a stock item has fallen below its reorder point."""

    payload: StockLowPayload
