"""What only catalog knows: how prices change, what runs low, and what a placed order takes from the stock."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from coregen_runtime import BusinessError, SystemContext

from sample_modules.catalog import LowStock, LowStockResult, ProductFilter, ProductRepository, ProductStatus, Reprice, RepriceResult
from sample_modules.ordering import ListOrderLines, OrderId, OrderPlaced


async def reprice(command: Reprice, ctx: SystemContext) -> RepriceResult:
    """Change published prices by `percent`, rounding half up in minor units; a price may not fall to zero or below.

    Raises:
        BusinessError: PERCENT_TOO_LOW, when nothing or less would be left of a price.
    """
    if command.percent <= -100:
        raise BusinessError("PERCENT_TOO_LOW", f"a change of {command.percent} % would leave nothing of a price")
    products = ctx.repo(ProductRepository)
    chosen: ProductFilter = {"status": ProductStatus.PUBLISHED}
    if command.category is not None:
        chosen["category"] = command.category
    factor = (100 + Decimal(str(command.percent))) / 100
    repriced = [product.replace(price=product.price.times(factor, ROUND_HALF_UP)) for product in await products.find_all(chosen)]
    return RepriceResult(changed=len(await products.save_batch(repriced)))


async def low_stock(query: LowStock, ctx: SystemContext) -> LowStockResult:
    """The published products with fewer than `below` left, the scarcest first, and how many units are missing to reach it."""
    found = await ctx.repo(ProductRepository).find_all({"status": ProductStatus.PUBLISHED, "stock": {"lt": query.below}})
    scarcest = sorted(found, key=lambda product: (product.stock, product.sku))
    return LowStockResult(products=[product.id for product in scarcest], missing=sum(query.below - product.stock for product in scarcest))


async def on_order_placed(event: OrderPlaced, ctx: SystemContext) -> None:
    """Take what was ordered from the stock, all of it or nothing.

    Raises:
        BusinessError: OUT_OF_STOCK, when a product has less left than was ordered; the delivery is tried again and parked in the end.
    """
    products = ctx.repo(ProductRepository)
    lines = await ctx.query(ListOrderLines(filter={"order": OrderId(event.aggregate_id)}, limit=500))
    taken = []
    for line in lines.data:
        product = await products.find_by_id_or_fail(line.product)
        if product.stock < line.quantity:
            raise BusinessError("OUT_OF_STOCK", f"{product.sku} has {product.stock} left, order {event.payload.number} wants {line.quantity}")
        taken.append(product.replace(stock=product.stock - line.quantity))
    await products.save_batch(taken)
