"""What the messages of Order do. Declare one in the definition, and its handler is yours."""

from __future__ import annotations

from coregen_runtime import PaginatedResult, QueryOptions, SystemContext

from ..entities.order import (
    CreateOrder,
    DeleteOrder,
    GetOrder,
    ListOrders,
    Order,
    OrderIncluded,
    OrderRepository,
    RestoreOrder,
    UpdateOrder,
)


async def create_order(command: CreateOrder, ctx: SystemContext) -> Order:
    order = Order.new(
        number=command.number,
        customer=command.customer,
        customer_name=command.customer_name,
        customer_email=command.customer_email,
        total=command.total,
        placed_by=command.placed_by,
        tracking_code=command.tracking_code,
    )
    return await ctx.repo(OrderRepository).save(order)


async def update_order(command: UpdateOrder, ctx: SystemContext) -> Order:
    repository = ctx.repo(OrderRepository)
    order = await repository.find_by_id_or_fail(command.id)
    repository.check_version(order, command.expected_version)
    return await repository.save(order.replace(**command.changes()))


async def delete_order(command: DeleteOrder, ctx: SystemContext) -> None:
    await ctx.repo(OrderRepository).delete(command.id, command.expected_version)


async def restore_order(command: RestoreOrder, ctx: SystemContext) -> Order:
    repository = ctx.repo(OrderRepository)
    return await repository.restore(command.id, command.expected_version)


async def get_order(query: GetOrder, ctx: SystemContext) -> Order:
    return await ctx.repo(OrderRepository).find_by_id_or_fail(query.id)


async def list_orders(
    query: ListOrders,
    ctx: SystemContext,
) -> PaginatedResult[Order, OrderIncluded]:
    options = QueryOptions(
        page=query.page,
        limit=query.limit,
        sort=query.sort,
        with_deleted=query.with_deleted,
        total=query.total,
        after=query.after,
        include=query.include,
    )
    return await ctx.repo(OrderRepository).find_many(query.filter, options)
