"""OrderLine of ordering."""

from typing import TYPE_CHECKING, Annotated, ClassVar, Self, Unpack

from coregen_runtime import Entity, Field, Integer, Money, Timestamp, Validators

from ..ids import OrderId, OrderLineId, ProductId

if TYPE_CHECKING:
    from ..operations.order_line import OrderLineChanges, OrderLineFields


class OrderLine(Entity):
    """OrderLine of ordering."""

    __entity__: ClassVar[str] = "ordering.OrderLine"
    __id_prefix__: ClassVar[str] = "line"

    id: OrderLineId
    order: OrderId
    product: ProductId
    quantity: Annotated[Integer, Validators.positive()]
    """Must be an integer. Must be more than 0."""
    unit_price: Money = Field(
        validation_alias="unitPrice",
        serialization_alias="unitPrice",
    )
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
    def new(cls, **fields: "Unpack[OrderLineFields]") -> Self:
        """A new one, with an id of its own unless it is given. Raises ValidationError."""
        return cls._new(fields)

    def replace(self, **changes: "Unpack[OrderLineChanges]") -> Self:
        """The same with some values changed. Raises ValidationError."""
        return self._replace(changes)
