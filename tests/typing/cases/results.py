"""What a message gives back has a type, and using it as another one is refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import assert_type

from coregen_runtime import IncludedResult, SystemContext, TransitionOptions
from sample_modules import catalog, ordering


async def wrong(ctx: SystemContext, product: catalog.Product, order: ordering.Order) -> None:
    changed: str = (await ctx.dispatch(catalog.Reprice(percent=10))).changed  # E: Incompatible types in assignment
    (await ctx.dispatch(catalog.Reprice(percent=10))).count  # E: has no attribute "count"
    other: ordering.Order = await ctx.query(catalog.GetProduct(id=product.id))  # E: expected "QueryMessage[Order]"
    (await ctx.query(catalog.ListProducts())).name  # E: has no attribute "name"
    (await ctx.query(catalog.GetProductIncluding(id=product.id, include=("category",)))).name  # E: has no attribute "name"
    catalog.GetProductIncluding(id=product.id, include=("sku",))  # E: incompatible type "tuple[Literal['sku']]"
    print(changed, other)


async def right(ctx: SystemContext, product: catalog.Product, order: ordering.Order) -> None:
    assert_type(await ctx.dispatch(catalog.Reprice(percent=10)), catalog.RepriceResult)
    assert_type((await ctx.dispatch(catalog.Reprice(percent=10))).changed, int)
    assert_type(await ctx.query(catalog.GetProduct(id=product.id)), catalog.Product)
    including = await ctx.query(catalog.GetProductIncluding(id=product.id, include=("category",)))
    assert_type(including, IncludedResult[catalog.Product, catalog.ProductIncluded])
    assert_type(including.included["category"], Mapping[catalog.CategoryId, catalog.Category])
    assert_type((await ctx.query(catalog.ListProducts())).data, tuple[catalog.Product, ...])
    assert_type(await ctx.dispatch(ordering.TransitionOrder(id=order.id, event="place")), ordering.Order)
    assert_type(await ctx.query(ordering.GetOrderTransitions(id=order.id)), TransitionOptions[ordering.OrderState, ordering.OrderEvent])
    assert_type(await ctx.dispatch(catalog.DeleteProduct(id=product.id)), None)
