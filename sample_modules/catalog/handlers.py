"""What only catalog knows: how prices change, what a supplier's list brings, and how much of a product was ordered."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from coregen_runtime import BusinessError, Money, SystemContext

from sample_modules.catalog import (
    ImportProducts,
    ImportProductsResult,
    Product,
    ProductFilter,
    ProductRepository,
    ProductStatus,
    Reprice,
    RepriceResult,
)
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


async def on_order_placed(event: OrderPlaced, ctx: SystemContext) -> None:
    """Count what was ordered; this stands in one transaction with its delivery, so no order counts twice."""
    products = ctx.repo(ProductRepository)
    lines = await ctx.query(ListOrderLines(filter={"order": OrderId(event.aggregate_id)}, limit=500))
    counted = [(await products.find_by_id_or_fail(line.product), line.quantity) for line in lines.data]
    await products.save_batch([product.replace(ordered=product.ordered + quantity) for product, quantity in counted])


async def import_products(command: ImportProducts, ctx: SystemContext) -> ImportProductsResult:
    """Make a draft of every row of a supplier's list, or of none."""
    drafts = [Product.new(name=row.name, sku=row.article_no, price=Money.of(row.price, command.currency)) for row in command.rows]
    return ImportProductsResult(imported=len(await ctx.repo(ProductRepository).save_batch(drafts)))
