"""What can be asked of Category, and what that does. Declare a message in the definition, and its handler is yours."""

from typing import Annotated, NotRequired, TypedDict

from coregen_runtime import (
    ID,
    MISSING,
    Boolean,
    CommandMessage,
    Field,
    FilterData,
    Integer,
    Meta,
    Model,
    PaginatedResult,
    QueryMessage,
    QueryOptions,
    SortSpec,
    SystemContext,
    Text,
    Validators,
)

from ..entities.category import Category
from ..ids import CategoryId
from ..repositories.category import CategoryFilter, CategoryRepository


class CategoryFields(TypedDict):
    """What `Category.new` takes."""

    id: NotRequired[CategoryId]
    organization_id: NotRequired[ID]
    name: Text
    meta: NotRequired[Meta]


class CategoryChanges(TypedDict, total=False):
    """What `Category.replace` takes."""

    name: Text
    meta: Meta


class CategoryCreate(Model):
    """What a new Category is made from."""

    name: Annotated[Text, Validators.max_length(80)]
    """Must have at most 80 characters. Must be unique."""


class CategoryUpdate(Model):
    """What changes about a Category; what is left out stays."""

    name: Annotated[Text, Validators.max_length(80)] | MISSING = MISSING
    """Must have at most 80 characters. Must be unique."""

    def changes(self) -> CategoryChanges:
        """What was given, under the names that `replace` takes."""
        changes: CategoryChanges = {}
        if self.name is not MISSING:
            changes["name"] = self.name
        return changes


class CreateCategory(
    CategoryCreate,
    CommandMessage[Category],
    type="catalog.createCategory",
):
    """Make a Category."""


class UpdateCategory(
    CategoryUpdate,
    CommandMessage[Category],
    type="catalog.updateCategory",
):
    """Change a Category; what is left out stays."""

    id: CategoryId
    expected_version: Annotated[Integer, Validators.min(1)] | None = Field(
        default=None,
        validation_alias="expectedVersion",
        serialization_alias="expectedVersion",
    )


class DeleteCategory(Model, CommandMessage[None], type="catalog.deleteCategory"):
    """Delete a Category."""

    id: CategoryId
    expected_version: Annotated[Integer, Validators.min(1)] | None = Field(
        default=None,
        validation_alias="expectedVersion",
        serialization_alias="expectedVersion",
    )


class RestoreCategory(Model, CommandMessage[Category], type="catalog.restoreCategory"):
    """Undo the deletion of a Category."""

    id: CategoryId
    expected_version: Annotated[Integer, Validators.min(1)] | None = Field(
        default=None,
        validation_alias="expectedVersion",
        serialization_alias="expectedVersion",
    )


class GetCategory(Model, QueryMessage[Category], type="catalog.getCategory"):
    """One Category by its id."""

    id: CategoryId


class ListCategories(
    Model,
    QueryMessage[PaginatedResult[Category]],
    type="catalog.listCategories",
):
    """A page of those Category that a filter holds for."""

    filter: Annotated[CategoryFilter | None, FilterData] = None
    page: Annotated[Integer, Validators.min(1)] = 1
    limit: Annotated[Integer, Validators.min(1), Validators.max(500)] = 50
    sort: tuple[SortSpec, ...] = ()
    with_deleted: Boolean = Field(
        default=False,
        validation_alias="withDeleted",
        serialization_alias="withDeleted",
    )
    total: Boolean = True
    after: Text | None = None


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
