"""What can be asked of Product, and what that does. Declare a message in the definition, and its handler is yours."""

# fmt: off
from typing import Annotated, Literal, NotRequired, TypedDict

from coregen_runtime import (
    ID,
    MISSING,
    Boolean,
    CommandMessage,
    Field,
    FilterData,
    IncludedResult,
    Integer,
    Meta,
    Model,
    Money,
    PaginatedResult,
    QueryMessage,
    QueryOptions,
    SortSpec,
    SystemContext,
    Text,
    Validators,
)

from ..entities.product import Product, ProductStatusInput
from ..ids import CategoryId, ProductId
from ..json_types.product_dimensions import ProductDimensions
from ..repositories.product import ProductFilter, ProductIncluded, ProductRepository


class ProductFields(TypedDict):
    """What `Product.new` takes."""

    id: NotRequired[ProductId]
    organization_id: NotRequired[ID]
    name: Text
    sku: Text
    price: Money
    category: NotRequired[CategoryId | None]
    dimensions: NotRequired[ProductDimensions | None]
    ordered: NotRequired[Integer]
    status: NotRequired[ProductStatusInput]
    meta: NotRequired[Meta]


class ProductChanges(TypedDict, total=False):
    """What `Product.replace` takes."""

    name: Text
    sku: Text
    price: Money
    category: CategoryId | None
    dimensions: ProductDimensions | None
    ordered: Integer
    status: ProductStatusInput
    meta: Meta


class ProductCreate(Model):
    """What a new Product is made from."""

    name: Annotated[Text, Validators.max_length(120)]
    """Must have at most 120 characters."""
    sku: Annotated[Text, Validators.pattern("^[A-Z0-9-]{3,20}$")]
    """Must match ^[A-Z0-9-]{3,20}$. Must be unique."""
    price: Money
    category: CategoryId | None = None
    dimensions: ProductDimensions | None = None
    ordered: Annotated[Integer, Validators.min(0)] = 0
    """Units in orders that were placed, so far. Must be an integer. Must be 0 or more."""


class ProductUpdate(Model):
    """What changes about a Product; what is left out stays."""

    name: Annotated[Text, Validators.max_length(120)] | MISSING = MISSING
    """Must have at most 120 characters."""
    sku: Annotated[Text, Validators.pattern("^[A-Z0-9-]{3,20}$")] | MISSING = MISSING
    """Must match ^[A-Z0-9-]{3,20}$. Must be unique."""
    price: Money | MISSING = MISSING
    category: CategoryId | None | MISSING = MISSING
    dimensions: ProductDimensions | None | MISSING = MISSING
    ordered: Annotated[Integer, Validators.min(0)] | MISSING = MISSING
    """Units in orders that were placed, so far. Must be an integer. Must be 0 or more."""

    def changes(self) -> ProductChanges:
        """What was given, under the names that `replace` takes."""
        changes: ProductChanges = {}
        if self.name is not MISSING:
            changes["name"] = self.name
        if self.sku is not MISSING:
            changes["sku"] = self.sku
        if self.price is not MISSING:
            changes["price"] = self.price
        if self.category is not MISSING:
            changes["category"] = self.category
        if self.dimensions is not MISSING:
            changes["dimensions"] = self.dimensions
        if self.ordered is not MISSING:
            changes["ordered"] = self.ordered
        return changes


class CreateProduct(
    ProductCreate,
    CommandMessage[Product],
    type="catalog.createProduct",
):
    """Make a Product."""


class UpdateProduct(
    ProductUpdate,
    CommandMessage[Product],
    type="catalog.updateProduct",
):
    """Change a Product; what is left out stays."""

    id: ProductId
    expected_version: Annotated[Integer, Validators.min(1)] | None = Field(
        default=None,
        validation_alias="expectedVersion",
        serialization_alias="expectedVersion",
    )


class DeleteProduct(Model, CommandMessage[None], type="catalog.deleteProduct"):
    """Delete a Product."""

    id: ProductId
    expected_version: Annotated[Integer, Validators.min(1)] | None = Field(
        default=None,
        validation_alias="expectedVersion",
        serialization_alias="expectedVersion",
    )


class RestoreProduct(Model, CommandMessage[Product], type="catalog.restoreProduct"):
    """Undo the deletion of a Product."""

    id: ProductId
    expected_version: Annotated[Integer, Validators.min(1)] | None = Field(
        default=None,
        validation_alias="expectedVersion",
        serialization_alias="expectedVersion",
    )


class GetProduct(Model, QueryMessage[Product], type="catalog.getProduct"):
    """One Product by its id."""

    id: ProductId


class GetProductIncluding(
    Model,
    QueryMessage[IncludedResult[Product, ProductIncluded]],
    type="catalog.getProductIncluding",
):
    """One Product by its id, and beside it what it refers to."""

    id: ProductId
    include: tuple[Literal["category"], ...]


class ListProducts(
    Model,
    QueryMessage[PaginatedResult[Product, ProductIncluded]],
    type="catalog.listProducts",
):
    """A page of those Product that a filter holds for."""

    filter: Annotated[ProductFilter | None, FilterData] = None
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
    include: tuple[Literal["category"], ...] = ()


async def create_product(command: CreateProduct, ctx: SystemContext) -> Product:
    product = Product.new(
        name=command.name,
        sku=command.sku,
        price=command.price,
        category=command.category,
        dimensions=command.dimensions,
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


async def get_product_including(
    query: GetProductIncluding,
    ctx: SystemContext,
) -> IncludedResult[Product, ProductIncluded]:
    return await ctx.repo(ProductRepository).find_by_id_including(query.id, query.include)


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
