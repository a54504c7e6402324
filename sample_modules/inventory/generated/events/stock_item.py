"""What is heard of StockItem: its events and what they carry."""

from coregen_runtime import DomainEvent, Field, Integer, Model, Text

from ..ids import ProductId


class StockItemSnapshot(Model):
    """What events say of a StockItem: its stored fields, without sensitive ones."""

    product: ProductId
    location: Text
    on_hand: Integer = Field(
        default=0,
        validation_alias="onHand",
        serialization_alias="onHand",
    )
    """On hand."""
    reserved: Integer = 0
    """Of those on hand, how many are kept for orders."""
    reorder_point: Integer = Field(
        default=0,
        validation_alias="reorderPoint",
        serialization_alias="reorderPoint",
    )
    """Reorder point: Fewer available than this is low."""


class StockItemUpdatedPayload(Model):
    """The wire names of what changed about a StockItem, and how it stands now."""

    changed: tuple[Text, ...]
    snapshot: StockItemSnapshot


class StockItemCreated(
    DomainEvent[StockItemSnapshot],
    type="stock_item.created",
    source="inventory",
    aggregate="StockItem",
):
    """A StockItem was made."""

    payload: StockItemSnapshot


class StockItemUpdated(
    DomainEvent[StockItemUpdatedPayload],
    type="stock_item.updated",
    source="inventory",
    aggregate="StockItem",
):
    """A StockItem was changed."""

    payload: StockItemUpdatedPayload


class StockItemDeleted(
    DomainEvent[StockItemSnapshot],
    type="stock_item.deleted",
    source="inventory",
    aggregate="StockItem",
):
    """A StockItem was deleted."""

    payload: StockItemSnapshot


class StockItemRestored(
    DomainEvent[StockItemSnapshot],
    type="stock_item.restored",
    source="inventory",
    aggregate="StockItem",
):
    """A StockItem is back."""

    payload: StockItemSnapshot
