"""Handlers of inventory of which `receive` returns what it no longer should."""

from __future__ import annotations

from coregen_runtime import SystemContext
from sample_modules.inventory import Availability, AvailabilityResult, LowStock, LowStockResult, Receive
from sample_modules.ordering import OrderCancelled, OrderPlaced, OrderShipped


async def receive(command: Receive, ctx: SystemContext) -> int:
    return command.quantity


async def availability(query: Availability, ctx: SystemContext) -> AvailabilityResult:
    return AvailabilityResult(on_hand=0, reserved=0, available=0)


async def low_stock(query: LowStock, ctx: SystemContext) -> LowStockResult:
    return LowStockResult(items=(), missing=0)


async def on_order_placed(event: OrderPlaced, ctx: SystemContext) -> None:
    ctx.logger.info(event.payload.number)


async def on_order_cancelled(event: OrderCancelled, ctx: SystemContext) -> None:
    ctx.logger.info(event.payload.number)


async def on_order_shipped(event: OrderShipped, ctx: SystemContext) -> None:
    ctx.logger.info(event.payload.tracking_code)
