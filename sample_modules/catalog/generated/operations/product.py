"""What the messages of Product do. Declare one in the definition, and its handler is yours."""

from __future__ import annotations

from coregen_runtime import PaginatedResult, QueryOptions, SystemContext

from ..entities.product import (
    CreateProduct,
    DeleteProduct,
    GetProduct,
    ListProducts,
    Product,
    ProductIncluded,
    ProductRepository,
    RestoreProduct,
    UpdateProduct,
)


async def create_product(command: CreateProduct, ctx: SystemContext) -> Product:
    product = Product.new(
        name=command.name,
        sku=command.sku,
        price=command.price,
        category=command.category,
        ordered=command.ordered,
    )
    return await ctx.repo(ProductRepository).save(product)


async def update_product(command: UpdateProduct, ctx: SystemContext) -> Product:
    repository = ctx.repo(ProductRepository)
    product = await repository.find_by_id_or_fail(command.id)
    repository.check_version(product, command.expected_version)
    return await repository.save(product.replace(**command.changes()))


async def delete_product(command: DeleteProduct, ctx: SystemContext) -> None:
    await ctx.repo(ProductRepository).delete(command.id, command.expected_version)


async def restore_product(command: RestoreProduct, ctx: SystemContext) -> Product:
    repository = ctx.repo(ProductRepository)
    return await repository.restore(command.id, command.expected_version)


async def get_product(query: GetProduct, ctx: SystemContext) -> Product:
    return await ctx.repo(ProductRepository).find_by_id_or_fail(query.id)


async def list_products(
    query: ListProducts,
    ctx: SystemContext,
) -> PaginatedResult[Product, ProductIncluded]:
    options = QueryOptions(
        page=query.page,
        limit=query.limit,
        sort=query.sort,
        with_deleted=query.with_deleted,
        total=query.total,
        after=query.after,
        include=query.include,
    )
    return await ctx.repo(ProductRepository).find_many(query.filter, options)
