"""Product of catalog: its classes, repository, messages and events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    ClassVar,
    Literal,
    NotRequired,
    TypeAlias,
    TypedDict,
    Unpack,
)

from coregen_runtime import (
    ID,
    MISSING,
    BaseRepository,
    Boolean,
    CommandMessage,
    DateFilter,
    DomainEvent,
    Entity,
    Field,
    FilterData,
    Integer,
    JsonFilter,
    Meta,
    Model,
    Money,
    MoneyFilter,
    NumberFilter,
    PaginatedResult,
    QueryMessage,
    SortSpec,
    Text,
    TextFilter,
    Timestamp,
    Validators,
)

from ..ids import CategoryId, CategoryIdFilter, ProductId, ProductIdFilter

if TYPE_CHECKING:
    from .category import Category


class ProductStatus(StrEnum):
    """The values of `status` of Product."""

    DRAFT = "draft"
    PUBLISHED = "published"
    RETIRED = "retired"


if TYPE_CHECKING:
    _ProductStatusValue: TypeAlias = Literal["draft", "published", "retired"]
    ProductStatusInput: TypeAlias = ProductStatus | _ProductStatusValue
else:
    ProductStatusInput = ProductStatus

ProductStatusFilter = TypedDict(
    "ProductStatusFilter",
    {
        "eq": ProductStatusInput | None,
        "neq": ProductStatusInput | None,
        "in": Sequence[ProductStatusInput | None],
        "nin": Sequence[ProductStatusInput | None],
        "exists": bool,
    },
    total=False,
)


class Product(Entity):
    """Product of catalog."""

    __entity__: ClassVar[str] = "catalog.Product"
    __id_prefix__: ClassVar[str] = "prod"

    id: ProductId
    name: Annotated[Text, Validators.max_length(120)]
    sku: Annotated[Text, Validators.pattern("^[A-Z0-9-]{3,20}$")]
    price: Money
    category: CategoryId | None = None
    ordered: Annotated[Integer, Validators.min(0)] = 0
    status: ProductStatus = ProductStatus.DRAFT
    created_at: Timestamp = Field(
        default=0,
        validation_alias="createdAt",
        serialization_alias="createdAt",
    )
    updated_at: Timestamp = Field(
        default=0,
        validation_alias="updatedAt",
        serialization_alias="updatedAt",
    )
    deleted_at: Timestamp | None = Field(
        default=None,
        validation_alias="deletedAt",
        serialization_alias="deletedAt",
    )
    version: int = 0

    @classmethod
    def new(cls, **fields: Unpack[ProductFields]) -> Product:
        """A new one, with an id of its own unless it is given. Raises ValidationError."""
        return cls._new(fields)

    def replace(self, **changes: Unpack[ProductChanges]) -> Product:
        """The same with some values changed. Raises ValidationError."""
        return self._replace(changes)


class ProductFields(TypedDict):
    """What `Product.new` takes."""

    id: NotRequired[ProductId]
    organization_id: NotRequired[ID]
    name: Text
    sku: Text
    price: Money
    category: NotRequired[CategoryId | None]
    ordered: NotRequired[Integer]
    status: NotRequired[ProductStatusInput]
    meta: NotRequired[Meta]


class ProductChanges(TypedDict, total=False):
    """What `Product.replace` takes."""

    name: Text
    sku: Text
    price: Money
    category: CategoryId | None
    ordered: Integer
    status: ProductStatusInput
    meta: Meta


class ProductCreate(Model):
    """What a new Product is made from."""

    name: Annotated[Text, Validators.max_length(120)]
    sku: Annotated[Text, Validators.pattern("^[A-Z0-9-]{3,20}$")]
    price: Money
    category: CategoryId | None = None
    ordered: Annotated[Integer, Validators.min(0)] = 0


class ProductUpdate(Model):
    """What changes about a Product; what is left out stays."""

    name: Annotated[Text, Validators.max_length(120)] | MISSING = MISSING
    sku: Annotated[Text, Validators.pattern("^[A-Z0-9-]{3,20}$")] | MISSING = MISSING
    price: Money | MISSING = MISSING
    category: CategoryId | None | MISSING = MISSING
    ordered: Annotated[Integer, Validators.min(0)] | MISSING = MISSING

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
        if self.ordered is not MISSING:
            changes["ordered"] = self.ordered
        return changes


ProductFilter = TypedDict(
    "ProductFilter",
    {
        "id": ProductId | ProductIdFilter,
        "name": Text | None | TextFilter,
        "sku": Text | None | TextFilter,
        "price": Money | None | MoneyFilter,
        "category": CategoryId | None | CategoryIdFilter,
        "ordered": Integer | None | NumberFilter,
        "status": ProductStatusInput | None | ProductStatusFilter,
        "createdAt": Timestamp | DateFilter,
        "updatedAt": Timestamp | DateFilter,
        "deletedAt": Timestamp | None | DateFilter,
        "version": int | NumberFilter,
        "meta": JsonFilter,
        "and": "list[ProductFilter]",
        "or": "list[ProductFilter]",
        "not": "ProductFilter",
    },
    total=False,
)

if TYPE_CHECKING:
    ProductIncluded = TypedDict(
        "ProductIncluded",
        {"category": Mapping[CategoryId, Category]},
        total=False,
    )
else:
    ProductIncluded = dict[str, Any]


class ProductRepository(
    BaseRepository[Product, ProductId, ProductFilter, ProductIncluded],
):
    """The rows of Product, seen by one organisation."""

    entity: ClassVar[type[Product]] = Product

    async def find_by_sku(self, sku: Text) -> Product | None:
        """The Product with this sku, if there is one."""
        return await self.find_one({"sku": sku})


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
    expected_version: int | None = Field(
        default=None,
        validation_alias="expectedVersion",
        serialization_alias="expectedVersion",
    )


class DeleteProduct(Model, CommandMessage[None], type="catalog.deleteProduct"):
    """Delete a Product."""

    id: ProductId
    expected_version: int | None = Field(
        default=None,
        validation_alias="expectedVersion",
        serialization_alias="expectedVersion",
    )


class RestoreProduct(Model, CommandMessage[Product], type="catalog.restoreProduct"):
    """Undo the deletion of a Product."""

    id: ProductId
    expected_version: int | None = Field(
        default=None,
        validation_alias="expectedVersion",
        serialization_alias="expectedVersion",
    )


class GetProduct(Model, QueryMessage[Product], type="catalog.getProduct"):
    """One Product by its id."""

    id: ProductId


class ListProducts(
    Model,
    QueryMessage[PaginatedResult[Product, ProductIncluded]],
    type="catalog.listProducts",
):
    """A page of those Product that a filter holds for."""

    filter: Annotated[ProductFilter | None, FilterData] = None
    page: int = Field(default=1, ge=1, strict=True)
    limit: int = Field(default=50, ge=1, le=500, strict=True)
    sort: tuple[SortSpec, ...] = ()
    with_deleted: Boolean = Field(
        default=False,
        validation_alias="withDeleted",
        serialization_alias="withDeleted",
    )
    total: Boolean = True
    after: Text | None = None
    include: tuple[Literal["category"], ...] = ()


class ProductSnapshot(Model):
    """What events say of a Product: its stored fields, without sensitive ones."""

    name: Text
    sku: Text
    price: Money
    category: CategoryId | None = None
    ordered: Integer = 0
    status: ProductStatus = ProductStatus.DRAFT


class ProductUpdatedPayload(Model):
    """The wire names of what changed about a Product, and how it stands now."""

    changed: tuple[Text, ...]
    snapshot: ProductSnapshot


class ProductCreated(
    DomainEvent[ProductSnapshot],
    type="product.created",
    source="catalog",
    aggregate="Product",
):
    """A Product was made."""

    payload: ProductSnapshot


class ProductUpdated(
    DomainEvent[ProductUpdatedPayload],
    type="product.updated",
    source="catalog",
    aggregate="Product",
):
    """A Product was changed."""

    payload: ProductUpdatedPayload


class ProductDeleted(
    DomainEvent[ProductSnapshot],
    type="product.deleted",
    source="catalog",
    aggregate="Product",
):
    """A Product was deleted."""

    payload: ProductSnapshot


class ProductRestored(
    DomainEvent[ProductSnapshot],
    type="product.restored",
    source="catalog",
    aggregate="Product",
):
    """A Product is back."""

    payload: ProductSnapshot
