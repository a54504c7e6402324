"""An id of another entity is refused, and so is a bare string."""

from __future__ import annotations

from typing import assert_type

from coregen_runtime import Money, SystemContext
from sample_modules import catalog, ordering


async def wrong(ctx: SystemContext, category: catalog.Category, product: catalog.Product, order: ordering.Order) -> None:
    await ctx.query(catalog.GetProduct(id=category.id))  # E: expected "ProductId"
    await ctx.dispatch(catalog.UpdateProduct(id=category.id, name="Lamp"))  # E: expected "ProductId"
    await ctx.query(catalog.GetProduct(id="prod_01ARZ3NDEKTSV4RRFFQ69G5FAV"))  # E: expected "ProductId"
    catalog.Product.new(name="Lamp", sku="LMP-1", price=Money.of("1", "EUR"), category=order.id)  # E: expected "CategoryId | None"
    await ctx.repo(catalog.ProductRepository).find_by_id(category.id)  # E: expected "ProductId"
    ordering.OrderLine.new(order=product.id, product=product.id, quantity=1, unit_price=product.price)  # E: expected "OrderId"


async def right(ctx: SystemContext, category: catalog.Category, product: catalog.Product) -> None:
    assert_type(product.id, catalog.ProductId)
    assert_type(product.category, catalog.CategoryId | None)
    assert_type(await ctx.repo(catalog.ProductRepository).find_by_id(product.id), catalog.Product | None)
    catalog.Product.new(name="Lamp", sku="LMP-1", price=Money.of("1", "EUR"), category=category.id)
