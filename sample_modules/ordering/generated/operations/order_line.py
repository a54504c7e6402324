"""What the messages of OrderLine do. Declare one in the definition, and its handler is yours."""

from __future__ import annotations

from coregen_runtime import PaginatedResult, QueryOptions, SystemContext

from ..entities.order_line import (
    CreateOrderLine,
    DeleteOrderLine,
    GetOrderLine,
    ListOrderLines,
    OrderLine,
    OrderLineIncluded,
    OrderLineRepository,
    RestoreOrderLine,
    UpdateOrderLine,
)


async def create_order_line(command: CreateOrderLine, ctx: SystemContext) -> OrderLine:
    order_line = OrderLine.new(
        order=command.order,
        product=command.product,
        quantity=command.quantity,
        unit_price=command.unit_price,
    )
    return await ctx.repo(OrderLineRepository).save(order_line)


async def update_order_line(command: UpdateOrderLine, ctx: SystemContext) -> OrderLine:
    repository = ctx.repo(OrderLineRepository)
    order_line = await repository.find_by_id_or_fail(command.id)
    repository.check_version(order_line, command.expected_version)
    return await repository.save(order_line.replace(**command.changes()))


async def delete_order_line(command: DeleteOrderLine, ctx: SystemContext) -> None:
    await ctx.repo(OrderLineRepository).delete(command.id, command.expected_version)


async def restore_order_line(
    command: RestoreOrderLine,
    ctx: SystemContext,
) -> OrderLine:
    repository = ctx.repo(OrderLineRepository)
    return await repository.restore(command.id, command.expected_version)


async def get_order_line(query: GetOrderLine, ctx: SystemContext) -> OrderLine:
    return await ctx.repo(OrderLineRepository).find_by_id_or_fail(query.id)


async def list_order_lines(
    query: ListOrderLines,
    ctx: SystemContext,
) -> PaginatedResult[OrderLine, OrderLineIncluded]:
    options = QueryOptions(
        page=query.page,
        limit=query.limit,
        sort=query.sort,
        with_deleted=query.with_deleted,
        total=query.total,
        after=query.after,
        include=query.include,
    )
    return await ctx.repo(OrderLineRepository).find_many(query.filter, options)
