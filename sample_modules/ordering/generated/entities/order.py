"""Order of ordering: its classes, repository, messages and events."""

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

from ..ids import OrderId, OrderIdFilter, UserId, UserIdFilter

if TYPE_CHECKING:
    from ....identity.generated.entities.user import User


class OrderStatus(StrEnum):
    """The values of `status` of Order."""

    DRAFT = "draft"
    PLACED = "placed"
    PAID = "paid"
    SHIPPED = "shipped"
    CANCELLED = "cancelled"


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

OrderStatusFilter = TypedDict(
    "OrderStatusFilter",
    {
        "eq": OrderStatusInput | None,
        "neq": OrderStatusInput | None,
        "in": Sequence[OrderStatusInput | None],
        "nin": Sequence[OrderStatusInput | None],
        "exists": bool,
    },
    total=False,
)


class Order(Entity):
    """Order of ordering."""

    __entity__: ClassVar[str] = "ordering.Order"
    __id_prefix__: ClassVar[str] = "ord"

    id: OrderId
    number: Annotated[Text, Validators.pattern("^[A-Z0-9-]{1,20}$")]
    customer: UserId | None = None
    customer_name: Annotated[Text, Validators.max_length(120)] = Field(
        validation_alias="customerName",
        serialization_alias="customerName",
    )
    customer_email: Annotated[Text, Validators.email()] | None = Field(
        default=None,
        repr=False,
        validation_alias="customerEmail",
        serialization_alias="customerEmail",
    )
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
    version: int = 0

    @classmethod
    def new(cls, **fields: Unpack[OrderFields]) -> Order:
        """A new one, with an id of its own unless it is given. Raises ValidationError."""
        return cls._new(fields)

    def replace(self, **changes: Unpack[OrderChanges]) -> Order:
        """The same with some values changed. Raises ValidationError."""
        return self._replace(changes)


class OrderFields(TypedDict):
    """What `Order.new` takes."""

    id: NotRequired[OrderId]
    organization_id: NotRequired[ID]
    number: Text
    customer: NotRequired[UserId | None]
    customer_name: Text
    customer_email: NotRequired[Text | None]
    total: NotRequired[Money]
    placed_by: NotRequired[Text | None]
    tracking_code: NotRequired[Text | None]
    status: NotRequired[OrderStatusInput]
    meta: NotRequired[Meta]


class OrderChanges(TypedDict, total=False):
    """What `Order.replace` takes."""

    number: Text
    customer: UserId | None
    customer_name: Text
    customer_email: Text | None
    total: Money
    placed_by: Text | None
    tracking_code: Text | None
    status: OrderStatusInput
    meta: Meta


class OrderCreate(Model):
    """What a new Order is made from."""

    number: Annotated[Text, Validators.pattern("^[A-Z0-9-]{1,20}$")]
    customer: UserId | None = None
    customer_name: Annotated[Text, Validators.max_length(120)] = Field(
        validation_alias="customerName",
        serialization_alias="customerName",
    )
    customer_email: Annotated[Text, Validators.email()] | None = Field(
        default=None,
        repr=False,
        validation_alias="customerEmail",
        serialization_alias="customerEmail",
    )
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


class OrderUpdate(Model):
    """What changes about an Order; what is left out stays."""

    number: Annotated[Text, Validators.pattern("^[A-Z0-9-]{1,20}$")] | MISSING = MISSING
    customer: UserId | None | MISSING = MISSING
    customer_name: Annotated[Text, Validators.max_length(120)] | MISSING = Field(
        default=MISSING,
        validation_alias="customerName",
        serialization_alias="customerName",
    )
    customer_email: Annotated[Text, Validators.email()] | None | MISSING = Field(
        default=MISSING,
        repr=False,
        validation_alias="customerEmail",
        serialization_alias="customerEmail",
    )
    total: Money | MISSING = MISSING
    placed_by: Text | None | MISSING = Field(
        default=MISSING,
        validation_alias="placedBy",
        serialization_alias="placedBy",
    )
    tracking_code: Annotated[Text, Validators.max_length(60)] | None | MISSING = Field(
        default=MISSING,
        validation_alias="trackingCode",
        serialization_alias="trackingCode",
    )

    def changes(self) -> OrderChanges:
        """What was given, under the names that `replace` takes."""
        changes: OrderChanges = {}
        if self.number is not MISSING:
            changes["number"] = self.number
        if self.customer is not MISSING:
            changes["customer"] = self.customer
        if self.customer_name is not MISSING:
            changes["customer_name"] = self.customer_name
        if self.customer_email is not MISSING:
            changes["customer_email"] = self.customer_email
        if self.total is not MISSING:
            changes["total"] = self.total
        if self.placed_by is not MISSING:
            changes["placed_by"] = self.placed_by
        if self.tracking_code is not MISSING:
            changes["tracking_code"] = self.tracking_code
        return changes


OrderFilter = TypedDict(
    "OrderFilter",
    {
        "id": OrderId | OrderIdFilter,
        "number": Text | None | TextFilter,
        "customer": UserId | None | UserIdFilter,
        "customerName": Text | None | TextFilter,
        "customerEmail": Text | None | TextFilter,
        "total": Money | None | MoneyFilter,
        "placedBy": Text | None | TextFilter,
        "trackingCode": Text | None | TextFilter,
        "status": OrderStatusInput | None | OrderStatusFilter,
        "createdAt": Timestamp | DateFilter,
        "updatedAt": Timestamp | DateFilter,
        "deletedAt": Timestamp | None | DateFilter,
        "version": int | NumberFilter,
        "meta": JsonFilter,
        "and": "list[OrderFilter]",
        "or": "list[OrderFilter]",
        "not": "OrderFilter",
    },
    total=False,
)

if TYPE_CHECKING:
    OrderIncluded = TypedDict(
        "OrderIncluded",
        {"customer": Mapping[UserId, User]},
        total=False,
    )
else:
    OrderIncluded = dict[str, Any]


class OrderRepository(BaseRepository[Order, OrderId, OrderFilter, OrderIncluded]):
    """The rows of Order, seen by one organisation."""

    entity: ClassVar[type[Order]] = Order

    async def find_by_number(self, number: Text) -> Order | None:
        """The Order with this number, if there is one."""
        return await self.find_one({"number": number})


class CreateOrder(OrderCreate, CommandMessage[Order], type="ordering.createOrder"):
    """Make an Order."""


class UpdateOrder(OrderUpdate, CommandMessage[Order], type="ordering.updateOrder"):
    """Change an Order; what is left out stays."""

    id: OrderId
    expected_version: int | None = Field(
        default=None,
        validation_alias="expectedVersion",
        serialization_alias="expectedVersion",
    )


class DeleteOrder(Model, CommandMessage[None], type="ordering.deleteOrder"):
    """Delete an Order."""

    id: OrderId
    expected_version: int | None = Field(
        default=None,
        validation_alias="expectedVersion",
        serialization_alias="expectedVersion",
    )


class RestoreOrder(Model, CommandMessage[Order], type="ordering.restoreOrder"):
    """Undo the deletion of an Order."""

    id: OrderId
    expected_version: int | None = Field(
        default=None,
        validation_alias="expectedVersion",
        serialization_alias="expectedVersion",
    )


class GetOrder(Model, QueryMessage[Order], type="ordering.getOrder"):
    """One Order by its id."""

    id: OrderId


class ListOrders(
    Model,
    QueryMessage[PaginatedResult[Order, OrderIncluded]],
    type="ordering.listOrders",
):
    """A page of those Order that a filter holds for."""

    filter: Annotated[OrderFilter | None, FilterData] = None
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
    include: tuple[Literal["customer"], ...] = ()


class OrderSnapshot(Model):
    """What events say of an Order: its stored fields, without sensitive ones."""

    number: Text
    customer: UserId | None = None
    customer_name: Text = Field(
        validation_alias="customerName",
        serialization_alias="customerName",
    )
    total: Money = Money(amount=0, currency="EUR")
    placed_by: Text | None = Field(
        default=None,
        validation_alias="placedBy",
        serialization_alias="placedBy",
    )
    tracking_code: Text | None = Field(
        default=None,
        validation_alias="trackingCode",
        serialization_alias="trackingCode",
    )
    status: OrderStatus = OrderStatus.DRAFT


class OrderUpdatedPayload(Model):
    """The wire names of what changed about an Order, and how it stands now."""

    changed: tuple[Text, ...]
    snapshot: OrderSnapshot


class OrderCreated(
    DomainEvent[OrderSnapshot],
    type="order.created",
    source="ordering",
    aggregate="Order",
):
    """An Order was made."""

    payload: OrderSnapshot


class OrderUpdated(
    DomainEvent[OrderUpdatedPayload],
    type="order.updated",
    source="ordering",
    aggregate="Order",
):
    """An Order was changed."""

    payload: OrderUpdatedPayload


class OrderDeleted(
    DomainEvent[OrderSnapshot],
    type="order.deleted",
    source="ordering",
    aggregate="Order",
):
    """An Order was deleted."""

    payload: OrderSnapshot


class OrderRestored(
    DomainEvent[OrderSnapshot],
    type="order.restored",
    source="ordering",
    aggregate="Order",
):
    """An Order is back."""

    payload: OrderSnapshot
