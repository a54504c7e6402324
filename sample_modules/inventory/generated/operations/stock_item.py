"""What can be asked of StockItem, and what that does. Declare a message in the definition, and its handler is yours."""

# fmt: off
from typing import Annotated, Literal, NotRequired, TypedDict

from coregen_runtime import (
    ID,
    MISSING,
    Boolean,
    CommandMessage,
    Field,
    FilterData,
    IncludedResult,
    Integer,
    Meta,
    Model,
    PaginatedResult,
    QueryMessage,
    QueryOptions,
    SortSpec,
    SystemContext,
    Text,
    Validators,
)

from ..entities.stock_item import StockItem
from ..ids import ProductId, StockItemId
from ..repositories.stock_item import (
    StockItemFilter,
    StockItemIncluded,
    StockItemRepository,
)


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


class StockItemUpdate(Model):
    """What changes about a StockItem; what is left out stays."""

    product: ProductId | MISSING = MISSING
    location: Annotated[Text, Validators.pattern("^[A-Z][A-Z0-9-]{0,19}$")] | MISSING = MISSING  # fmt: skip
    """Must match ^[A-Z][A-Z0-9-]{0,19}$."""
    on_hand: Annotated[Integer, Validators.min(0)] | MISSING = Field(
        default=MISSING,
        validation_alias="onHand",
        serialization_alias="onHand",
    )
    """On hand. Must be an integer. Must be 0 or more."""
    reserved: Annotated[Integer, Validators.min(0)] | MISSING = MISSING
    """Of those on hand, how many are kept for orders. Must be an integer. Must be 0 or more."""
    reorder_point: Annotated[Integer, Validators.min(0)] | MISSING = Field(
        default=MISSING,
        validation_alias="reorderPoint",
        serialization_alias="reorderPoint",
    )
    """Reorder point: Fewer available than this is low. Must be an integer. Must be 0 or more."""

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
    expected_version: Annotated[Integer, Validators.min(1)] | None = Field(
        default=None,
        validation_alias="expectedVersion",
        serialization_alias="expectedVersion",
    )


class DeleteStockItem(Model, CommandMessage[None], type="inventory.deleteStockItem"):
    """Delete a StockItem."""

    id: StockItemId
    expected_version: Annotated[Integer, Validators.min(1)] | None = Field(
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
    expected_version: Annotated[Integer, Validators.min(1)] | None = Field(
        default=None,
        validation_alias="expectedVersion",
        serialization_alias="expectedVersion",
    )


class GetStockItem(Model, QueryMessage[StockItem], type="inventory.getStockItem"):
    """One StockItem by its id."""

    id: StockItemId


class GetStockItemIncluding(
    Model,
    QueryMessage[IncludedResult[StockItem, StockItemIncluded]],
    type="inventory.getStockItemIncluding",
):
    """One StockItem by its id, and beside it what it refers to."""

    id: StockItemId
    include: tuple[Literal["product"], ...]


class ListStockItems(
    Model,
    QueryMessage[PaginatedResult[StockItem, StockItemIncluded]],
    type="inventory.listStockItems",
):
    """A page of those StockItem that a filter holds for."""

    filter: Annotated[StockItemFilter | None, FilterData] = None
    page: Annotated[Integer, Validators.min(1)] = 1
    limit: Annotated[Integer, Validators.min(1), Validators.max(500)] = 50
    sort: tuple[SortSpec, ...] = ()
    with_deleted: Boolean = Field(
        default=False,
        validation_alias="withDeleted",
        serialization_alias="withDeleted",
    )
    total: Boolean = True
    after: Text | None = None
    include: tuple[Literal["product"], ...] = ()


async def create_stock_item(command: CreateStockItem, ctx: SystemContext) -> StockItem:
    stock_item = StockItem.new(
        product=command.product,
        location=command.location,
        on_hand=command.on_hand,
        reserved=command.reserved,
        reorder_point=command.reorder_point,
    )
    return await ctx.repo(StockItemRepository).save(stock_item)


async def update_stock_item(command: UpdateStockItem, ctx: SystemContext) -> StockItem:
    repository = ctx.repo(StockItemRepository)
    stock_item = await repository.find_by_id_or_fail(command.id)
    repository.check_version(stock_item, command.expected_version)
    return await repository.save(stock_item.replace(**command.changes()))


async def delete_stock_item(command: DeleteStockItem, ctx: SystemContext) -> None:
    await ctx.repo(StockItemRepository).delete(command.id, command.expected_version)


async def restore_stock_item(
    command: RestoreStockItem,
    ctx: SystemContext,
) -> StockItem:
    repository = ctx.repo(StockItemRepository)
    return await repository.restore(command.id, command.expected_version)


async def get_stock_item(query: GetStockItem, ctx: SystemContext) -> StockItem:
    return await ctx.repo(StockItemRepository).find_by_id_or_fail(query.id)


async def get_stock_item_including(
    query: GetStockItemIncluding,
    ctx: SystemContext,
) -> IncludedResult[StockItem, StockItemIncluded]:
    return await ctx.repo(StockItemRepository).find_by_id_including(query.id, query.include)


async def list_stock_items(
    query: ListStockItems,
    ctx: SystemContext,
) -> PaginatedResult[StockItem, StockItemIncluded]:
    options = QueryOptions(
        page=query.page,
        limit=query.limit,
        sort=query.sort,
        with_deleted=query.with_deleted,
        total=query.total,
        after=query.after,
        include=query.include,
    )
    return await ctx.repo(StockItemRepository).find_many(query.filter, options)
