"""What the messages of StockItem do. Declare one in the definition, and its handler is yours."""

from __future__ import annotations

from coregen_runtime import PaginatedResult, QueryOptions, SystemContext

from ..entities.stock_item import (
    CreateStockItem,
    DeleteStockItem,
    GetStockItem,
    ListStockItems,
    RestoreStockItem,
    StockItem,
    StockItemIncluded,
    StockItemRepository,
    UpdateStockItem,
)


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
