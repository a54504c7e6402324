"""Handlers of catalog without `reprice`."""

from __future__ import annotations

from coregen_runtime import SystemContext
from sample_modules.catalog import LowStock, LowStockResult
from sample_modules.ordering import OrderPlaced


async def low_stock(query: LowStock, ctx: SystemContext) -> LowStockResult:
    return LowStockResult(products=(), missing=query.below)


async def on_order_placed(event: OrderPlaced, ctx: SystemContext) -> None:
    ctx.logger.info(event.payload.number)
