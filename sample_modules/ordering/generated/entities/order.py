"""Order of ordering."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal, Self, TypeAlias, Unpack

from coregen_runtime import Entity, Field, Integer, Money, Text, Timestamp, Validators

from ..ids import OrderId, UserId

if TYPE_CHECKING:
    from ..operations.order import OrderChanges, OrderFields


class OrderStatus(StrEnum):
    """The values of `status` of Order."""

    DRAFT = "draft"
    """Draft, shown in #94A3B8."""
    PLACED = "placed"
    """Placed, shown in #F59E0B."""
    PAID = "paid"
    """Paid, shown in #22C55E."""
    SHIPPED = "shipped"
    """Shipped, shown in #3B82F6."""
    CANCELLED = "cancelled"
    """Cancelled, shown in #64748B."""


if TYPE_CHECKING:
    _OrderStatusValue: TypeAlias = Literal[
        "draft",
        "placed",
        "paid",
        "shipped",
        "cancelled",
    ]
    OrderStatusInput: TypeAlias = OrderStatus | _OrderStatusValue
else:
    OrderStatusInput = OrderStatus


class Order(Entity):
    """Order of ordering."""

    __entity__: ClassVar[str] = "ordering.Order"
    __id_prefix__: ClassVar[str] = "ord"

    id: OrderId
    number: Annotated[Text, Validators.pattern("^[A-Z0-9-]{1,20}$")]
    """Must match ^[A-Z0-9-]{1,20}$. Must be unique."""
    customer: UserId | None = None
    customer_name: Annotated[Text, Validators.max_length(120)] = Field(
        validation_alias="customerName",
        serialization_alias="customerName",
    )
    """Must have at most 120 characters."""
    customer_email: Annotated[Text, Validators.email()] | None = Field(
        default=None,
        repr=False,
        validation_alias="customerEmail",
        serialization_alias="customerEmail",
    )
    """Must be an e-mail address."""
    total: Money = Money(amount=0, currency="EUR")
    placed_by: Text | None = Field(
        default=None,
        validation_alias="placedBy",
        serialization_alias="placedBy",
    )
    tracking_code: Annotated[Text, Validators.max_length(60)] | None = Field(
        default=None,
        validation_alias="trackingCode",
        serialization_alias="trackingCode",
    )
    """Must have at most 60 characters."""
    status: OrderStatus = OrderStatus.DRAFT
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
    def new(cls, **fields: "Unpack[OrderFields]") -> Self:
        """A new one, with an id of its own unless it is given. Raises ValidationError."""
        return cls._new(fields)

    def replace(self, **changes: "Unpack[OrderChanges]") -> Self:
        """The same with some values changed. Raises ValidationError."""
        return self._replace(changes)
