"""A wrong payload is refused: a key too many, one too few, one of another type, one that a machine owns."""

from __future__ import annotations

from typing import assert_type

from coregen_runtime import SystemContext
from sample_modules import catalog, ordering


async def wrong(ctx: SystemContext, product: catalog.Product, order: ordering.Order) -> None:
    await ctx.dispatch(catalog.Reprice(percent="ten"))  # E: expected "int | float"
    await ctx.dispatch(catalog.Reprice())  # E: Missing named argument "percent"
    await ctx.dispatch(catalog.Reprice(percent=10, round=True))  # E: Unexpected keyword argument "round"
    await ctx.dispatch(catalog.CreateProduct(name="Lamp", sku="LMP-1", price=49.90))  # E: expected "Money"
    await ctx.dispatch(catalog.CreateProduct(name="Lamp", sku="L-1", price=product.price, status="published"))  # E: keyword argument "status"
    await ctx.dispatch(ordering.TransitionOrder(id=order.id, event="shipp"))  # E: incompatible type
    await ctx.dispatch(ordering.AddLine(order=order.id, product=order.id, quantity=1))  # E: expected "ProductId"
    await ctx.dispatch(catalog.ImportProducts(currency="XXX", rows=[]))  # E: incompatible type "Literal['XXX']"
    await ctx.dispatch(catalog.ImportProducts(currency="EUR"))  # E: Missing named argument "rows"
    catalog.ProductDimensions(width=1, height=1, depth="1", unit="cm")  # E: expected "int | float"
    product.replace(dimensions={"width": 1})  # E: incompatible type "dict[str, int]"
    await ctx.dispatch(catalog.GetProduct(id=product.id))  # E: No overload variant
    await ctx.query(catalog.Reprice(percent=10))  # E: No overload variant


async def right(ctx: SystemContext, product: catalog.Product, order: ordering.Order) -> None:
    await ctx.dispatch(catalog.Reprice(percent=10.5))
    row = catalog.ImportProductsPayloadRow(article_no="LMP-1", name="Lamp", price="49.90")
    assert_type(await ctx.dispatch(catalog.ImportProducts(currency="EUR", rows=[row])), catalog.ImportProductsResult)
    product.replace(dimensions=catalog.ProductDimensions(width=1, height=2.5, depth=1, unit="cm"))
    await ctx.dispatch(ordering.TransitionOrder(id=order.id, event="place"))
    await ctx.dispatch(ordering.TransitionOrder(id=order.id, event=ordering.OrderEvent.SHIP, payload={"trackingCode": "T-1"}))
    await ctx.dispatch(ordering.AddLine(order=order.id, product=product.id, quantity=1))
