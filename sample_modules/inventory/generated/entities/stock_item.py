"""StockItem of inventory."""

from typing import TYPE_CHECKING, Annotated, ClassVar, Self, Unpack

from coregen_runtime import (
    Computed,
    Entity,
    Field,
    Integer,
    Text,
    Timestamp,
    Validators,
)

from ..ids import ProductId, StockItemId

if TYPE_CHECKING:
    from ..operations.stock_item import StockItemChanges, StockItemFields


class StockItem(Entity):
    """What lies of a product at one location."""

    __entity__: ClassVar[str] = "inventory.StockItem"
    __id_prefix__: ClassVar[str] = "stock"

    id: StockItemId
    product: ProductId
    location: Annotated[Text, Validators.pattern("^[A-Z][A-Z0-9-]{0,19}$")]
    """Must match ^[A-Z][A-Z0-9-]{0,19}$."""
    on_hand: Annotated[Integer, Validators.min(0)] = Field(
        default=0,
        validation_alias="onHand",
        serialization_alias="onHand",
    )
    """On hand. Must be an integer. Must be 0 or more."""
    reserved: Annotated[Integer, Validators.min(0)] = 0
    """Of those on hand, how many are kept for orders. Must be an integer. Must be 0 or more."""
    reorder_point: Annotated[Integer, Validators.min(0)] = Field(
        default=0,
        validation_alias="reorderPoint",
        serialization_alias="reorderPoint",
    )
    """Reorder point: Fewer available than this is low. Must be an integer. Must be 0 or more."""
    created_at: Timestamp = Field(
        default=0,
        validation_alias="createdAt",
        serialization_alias="createdAt",
    )
    updated_at: Timestamp = Field(
        default=0,
        validation_alias="updatedAt",
        serialization_alias="updatedAt",
    )
    deleted_at: Timestamp | None = Field(
        default=None,
        validation_alias="deletedAt",
        serialization_alias="deletedAt",
    )
    version: Integer = 0

    available = Computed[Integer]("sample_modules.inventory.rules:available")
    """The units on hand that are kept for nobody. Must be an integer."""

    @classmethod
    def new(cls, **fields: "Unpack[StockItemFields]") -> Self:
        """A new one, with an id of its own unless it is given. Raises ValidationError."""
        return cls._new(fields)

    def replace(self, **changes: "Unpack[StockItemChanges]") -> Self:
        """The same with some values changed. Raises ValidationError."""
        return self._replace(changes)
