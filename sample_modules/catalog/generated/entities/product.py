"""Product of catalog."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal, Self, TypeAlias, Unpack

from coregen_runtime import Entity, Field, Integer, Money, Text, Timestamp, Validators

from ..ids import CategoryId, ProductId
from ..json_types.product_dimensions import ProductDimensions

if TYPE_CHECKING:
    from ..operations.product import ProductChanges, ProductFields


class ProductStatus(StrEnum):
    """The values of `status` of Product."""

    DRAFT = "draft"
    """Draft, shown in #94A3B8."""
    PUBLISHED = "published"
    """Published, shown in #22C55E."""
    RETIRED = "retired"
    """Retired, shown in #64748B."""


if TYPE_CHECKING:
    _ProductStatusValue: TypeAlias = Literal["draft", "published", "retired"]
    ProductStatusInput: TypeAlias = ProductStatus | _ProductStatusValue
else:
    ProductStatusInput = ProductStatus


class Product(Entity):
    """Product of catalog."""

    __entity__: ClassVar[str] = "catalog.Product"
    __id_prefix__: ClassVar[str] = "prod"

    id: ProductId
    name: Annotated[Text, Validators.max_length(120)]
    """Must have at most 120 characters."""
    sku: Annotated[Text, Validators.pattern("^[A-Z0-9-]{3,20}$")]
    """Must match ^[A-Z0-9-]{3,20}$. Must be unique."""
    price: Money
    category: CategoryId | None = None
    dimensions: ProductDimensions | None = None
    ordered: Annotated[Integer, Validators.min(0)] = 0
    """Units in orders that were placed, so far. Must be an integer. Must be 0 or more."""
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
    version: Integer = 0

    @classmethod
    def new(cls, **fields: "Unpack[ProductFields]") -> Self:
        """A new one, with an id of its own unless it is given. Raises ValidationError."""
        return cls._new(fields)

    def replace(self, **changes: "Unpack[ProductChanges]") -> Self:
        """The same with some values changed. Raises ValidationError."""
        return self._replace(changes)
