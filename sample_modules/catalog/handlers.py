"""What only catalog knows: how prices change."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from coregen_runtime import BusinessError, SystemContext

from sample_modules.catalog import ProductFilter, ProductRepository, ProductStatus, Reprice, RepriceResult


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
