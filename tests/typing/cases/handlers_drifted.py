"""Handlers of catalog of which `reprice` returns what it no longer should."""

from __future__ import annotations

from coregen_runtime import SystemContext
from sample_modules.catalog import LowStock, LowStockResult, Reprice
from sample_modules.ordering import OrderPlaced


async def reprice(command: Reprice, ctx: SystemContext) -> int:
    return int(command.percent)


async def low_stock(query: LowStock, ctx: SystemContext) -> LowStockResult:
    return LowStockResult(products=(), missing=query.below)


async def on_order_placed(event: OrderPlaced, ctx: SystemContext) -> None:
    ctx.logger.info(event.payload.number)
