"""StockItem of inventory: its classes, repository, messages and events."""

from __future__ import annotations

from collections.abc import Mapping
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    ClassVar,
    Literal,
    NotRequired,
    TypedDict,
    Unpack,
)

from coregen_runtime import (
    ID,
    MISSING,
    BaseRepository,
    Boolean,
    CommandMessage,
    Computed,
    DateFilter,
    DomainEvent,
    Entity,
    Field,
    FilterData,
    Integer,
    JsonFilter,
    Meta,
    Model,
    NumberFilter,
    PaginatedResult,
    QueryMessage,
    SortSpec,
    Text,
    TextFilter,
    Timestamp,
    Validators,
)

from ..ids import ProductId, ProductIdFilter, StockItemId, StockItemIdFilter

if TYPE_CHECKING:
    from ....catalog.generated.entities.product import Product


class StockItem(Entity):
    """What lies of a product at one location."""

    __entity__: ClassVar[str] = "inventory.StockItem"
    __id_prefix__: ClassVar[str] = "stock"

    id: StockItemId
    product: ProductId
    location: Annotated[Text, Validators.pattern("^[A-Z][A-Z0-9-]{0,19}$")]
    on_hand: Annotated[Integer, Validators.min(0)] = Field(
        default=0,
        validation_alias="onHand",
        serialization_alias="onHand",
    )
    reserved: Annotated[Integer, Validators.min(0)] = 0
    reorder_point: Annotated[Integer, Validators.min(0)] = Field(
        default=0,
        validation_alias="reorderPoint",
        serialization_alias="reorderPoint",
    )
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
    version: int = 0

    available = Computed[Integer]("sample_modules.inventory.rules:available")

    @classmethod
    def new(cls, **fields: Unpack[StockItemFields]) -> StockItem:
        """A new one, with an id of its own unless it is given. Raises ValidationError."""
        return cls._new(fields)

    def replace(self, **changes: Unpack[StockItemChanges]) -> StockItem:
        """The same with some values changed. Raises ValidationError."""
        return self._replace(changes)


class StockItemFields(TypedDict):
    """What `StockItem.new` takes."""

    id: NotRequired[StockItemId]
    organization_id: NotRequired[ID]
    product: ProductId
    location: Text
    on_hand: NotRequired[Integer]
    reserved: NotRequired[Integer]
    reorder_point: NotRequired[Integer]
    meta: NotRequired[Meta]


class StockItemChanges(TypedDict, total=False):
    """What `StockItem.replace` takes."""

    product: ProductId
    location: Text
    on_hand: Integer
    reserved: Integer
    reorder_point: Integer
    meta: Meta


class StockItemCreate(Model):
    """What a new StockItem is made from."""

    product: ProductId
    location: Annotated[Text, Validators.pattern("^[A-Z][A-Z0-9-]{0,19}$")]
    on_hand: Annotated[Integer, Validators.min(0)] = Field(
        default=0,
        validation_alias="onHand",
        serialization_alias="onHand",
    )
    reserved: Annotated[Integer, Validators.min(0)] = 0
    reorder_point: Annotated[Integer, Validators.min(0)] = Field(
        default=0,
        validation_alias="reorderPoint",
        serialization_alias="reorderPoint",
    )


class StockItemUpdate(Model):
    """What changes about a StockItem; what is left out stays."""

    product: ProductId | MISSING = MISSING
    location: Annotated[Text, Validators.pattern("^[A-Z][A-Z0-9-]{0,19}$")] | MISSING = MISSING  # fmt: skip
    on_hand: Annotated[Integer, Validators.min(0)] | MISSING = Field(
        default=MISSING,
        validation_alias="onHand",
        serialization_alias="onHand",
    )
    reserved: Annotated[Integer, Validators.min(0)] | MISSING = MISSING
    reorder_point: Annotated[Integer, Validators.min(0)] | MISSING = Field(
        default=MISSING,
        validation_alias="reorderPoint",
        serialization_alias="reorderPoint",
    )

    def changes(self) -> StockItemChanges:
        """What was given, under the names that `replace` takes."""
        changes: StockItemChanges = {}
        if self.product is not MISSING:
            changes["product"] = self.product
        if self.location is not MISSING:
            changes["location"] = self.location
        if self.on_hand is not MISSING:
            changes["on_hand"] = self.on_hand
        if self.reserved is not MISSING:
            changes["reserved"] = self.reserved
        if self.reorder_point is not MISSING:
            changes["reorder_point"] = self.reorder_point
        return changes


StockItemFilter = TypedDict(
    "StockItemFilter",
    {
        "id": StockItemId | StockItemIdFilter,
        "product": ProductId | None | ProductIdFilter,
        "location": Text | None | TextFilter,
        "onHand": Integer | None | NumberFilter,
        "reserved": Integer | None | NumberFilter,
        "reorderPoint": Integer | None | NumberFilter,
        "createdAt": Timestamp | DateFilter,
        "updatedAt": Timestamp | DateFilter,
        "deletedAt": Timestamp | None | DateFilter,
        "version": int | NumberFilter,
        "meta": JsonFilter,
        "and": "list[StockItemFilter]",
        "or": "list[StockItemFilter]",
        "not": "StockItemFilter",
    },
    total=False,
)

if TYPE_CHECKING:
    StockItemIncluded = TypedDict(
        "StockItemIncluded",
        {"product": Mapping[ProductId, Product]},
        total=False,
    )
else:
    StockItemIncluded = dict[str, Any]


class StockItemRepository(
    BaseRepository[StockItem, StockItemId, StockItemFilter, StockItemIncluded],
):
    """The rows of StockItem, seen by one organisation."""

    entity: ClassVar[type[StockItem]] = StockItem

    async def find_by_product_and_location(
        self,
        product: ProductId,
        location: Text,
    ) -> StockItem | None:
        """The StockItem with this product and location, if there is one."""
        return await self.find_one({"product": product, "location": location})


class CreateStockItem(
    StockItemCreate,
    CommandMessage[StockItem],
    type="inventory.createStockItem",
):
    """Make a StockItem."""


class UpdateStockItem(
    StockItemUpdate,
    CommandMessage[StockItem],
    type="inventory.updateStockItem",
):
    """Change a StockItem; what is left out stays."""

    id: StockItemId
    expected_version: int | None = Field(
        default=None,
        validation_alias="expectedVersion",
        serialization_alias="expectedVersion",
    )


class DeleteStockItem(Model, CommandMessage[None], type="inventory.deleteStockItem"):
    """Delete a StockItem."""

    id: StockItemId
    expected_version: int | None = Field(
        default=None,
        validation_alias="expectedVersion",
        serialization_alias="expectedVersion",
    )


class RestoreStockItem(
    Model,
    CommandMessage[StockItem],
    type="inventory.restoreStockItem",
):
    """Undo the deletion of a StockItem."""

    id: StockItemId
    expected_version: int | None = Field(
        default=None,
        validation_alias="expectedVersion",
        serialization_alias="expectedVersion",
    )


class GetStockItem(Model, QueryMessage[StockItem], type="inventory.getStockItem"):
    """One StockItem by its id."""

    id: StockItemId


class ListStockItems(
    Model,
    QueryMessage[PaginatedResult[StockItem, StockItemIncluded]],
    type="inventory.listStockItems",
):
    """A page of those StockItem that a filter holds for."""

    filter: Annotated[StockItemFilter | None, FilterData] = None
    page: int = Field(default=1, ge=1, strict=True)
    limit: int = Field(default=50, ge=1, le=500, strict=True)
    sort: tuple[SortSpec, ...] = ()
    with_deleted: Boolean = Field(
        default=False,
        validation_alias="withDeleted",
        serialization_alias="withDeleted",
    )
    total: Boolean = True
    after: Text | None = None
    include: tuple[Literal["product"], ...] = ()


class StockItemSnapshot(Model):
    """What events say of a StockItem: its stored fields, without sensitive ones."""

    product: ProductId
    location: Text
    on_hand: Integer = Field(
        default=0,
        validation_alias="onHand",
        serialization_alias="onHand",
    )
    reserved: Integer = 0
    reorder_point: Integer = Field(
        default=0,
        validation_alias="reorderPoint",
        serialization_alias="reorderPoint",
    )


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
