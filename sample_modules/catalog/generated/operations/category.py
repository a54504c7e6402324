"""What the messages of Category do. Declare one in the definition, and its handler is yours."""

from __future__ import annotations

from coregen_runtime import PaginatedResult, QueryOptions, SystemContext

from ..entities.category import (
    Category,
    CategoryRepository,
    CreateCategory,
    DeleteCategory,
    GetCategory,
    ListCategories,
    RestoreCategory,
    UpdateCategory,
)


async def create_category(command: CreateCategory, ctx: SystemContext) -> Category:
    category = Category.new(name=command.name)
    return await ctx.repo(CategoryRepository).save(category)


async def update_category(command: UpdateCategory, ctx: SystemContext) -> Category:
    repository = ctx.repo(CategoryRepository)
    category = await repository.find_by_id_or_fail(command.id)
    repository.check_version(category, command.expected_version)
    return await repository.save(category.replace(**command.changes()))


async def delete_category(command: DeleteCategory, ctx: SystemContext) -> None:
    await ctx.repo(CategoryRepository).delete(command.id, command.expected_version)


async def restore_category(command: RestoreCategory, ctx: SystemContext) -> Category:
    repository = ctx.repo(CategoryRepository)
    return await repository.restore(command.id, command.expected_version)


async def get_category(query: GetCategory, ctx: SystemContext) -> Category:
    return await ctx.repo(CategoryRepository).find_by_id_or_fail(query.id)


async def list_categories(
    query: ListCategories,
    ctx: SystemContext,
) -> PaginatedResult[Category]:
    options = QueryOptions(
        page=query.page,
        limit=query.limit,
        sort=query.sort,
        with_deleted=query.with_deleted,
        total=query.total,
        after=query.after,
    )
    return await ctx.repo(CategoryRepository).find_many(query.filter, options)
