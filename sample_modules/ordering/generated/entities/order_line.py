"""OrderLine of ordering: its classes, repository, messages and events."""

from __future__ import annotations

from collections.abc import Mapping
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    ClassVar,
    Literal,
    NotRequired,
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
    Timestamp,
    Validators,
)

from ..ids import (
    OrderId,
    OrderIdFilter,
    OrderLineId,
    OrderLineIdFilter,
    ProductId,
    ProductIdFilter,
)

if TYPE_CHECKING:
    from ....catalog.generated.entities.product import Product
    from .order import Order


class OrderLine(Entity):
    """OrderLine of ordering."""

    __entity__: ClassVar[str] = "ordering.OrderLine"
    __id_prefix__: ClassVar[str] = "line"

    id: OrderLineId
    order: OrderId
    product: ProductId
    quantity: Annotated[Integer, Validators.positive()]
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
    version: int = 0

    @classmethod
    def new(cls, **fields: Unpack[OrderLineFields]) -> OrderLine:
        """A new one, with an id of its own unless it is given. Raises ValidationError."""
        return cls._new(fields)

    def replace(self, **changes: Unpack[OrderLineChanges]) -> OrderLine:
        """The same with some values changed. Raises ValidationError."""
        return self._replace(changes)


class OrderLineFields(TypedDict):
    """What `OrderLine.new` takes."""

    id: NotRequired[OrderLineId]
    organization_id: NotRequired[ID]
    order: OrderId
    product: ProductId
    quantity: Integer
    unit_price: Money
    meta: NotRequired[Meta]


class OrderLineChanges(TypedDict, total=False):
    """What `OrderLine.replace` takes."""

    order: OrderId
    product: ProductId
    quantity: Integer
    unit_price: Money
    meta: Meta


class OrderLineCreate(Model):
    """What a new OrderLine is made from."""

    order: OrderId
    product: ProductId
    quantity: Annotated[Integer, Validators.positive()]
    unit_price: Money = Field(
        validation_alias="unitPrice",
        serialization_alias="unitPrice",
    )


class OrderLineUpdate(Model):
    """What changes about an OrderLine; what is left out stays."""

    order: OrderId | MISSING = MISSING
    product: ProductId | MISSING = MISSING
    quantity: Annotated[Integer, Validators.positive()] | MISSING = MISSING
    unit_price: Money | MISSING = Field(
        default=MISSING,
        validation_alias="unitPrice",
        serialization_alias="unitPrice",
    )

    def changes(self) -> OrderLineChanges:
        """What was given, under the names that `replace` takes."""
        changes: OrderLineChanges = {}
        if self.order is not MISSING:
            changes["order"] = self.order
        if self.product is not MISSING:
            changes["product"] = self.product
        if self.quantity is not MISSING:
            changes["quantity"] = self.quantity
        if self.unit_price is not MISSING:
            changes["unit_price"] = self.unit_price
        return changes


OrderLineFilter = TypedDict(
    "OrderLineFilter",
    {
        "id": OrderLineId | OrderLineIdFilter,
        "order": OrderId | None | OrderIdFilter,
        "product": ProductId | None | ProductIdFilter,
        "quantity": Integer | None | NumberFilter,
        "unitPrice": Money | None | MoneyFilter,
        "createdAt": Timestamp | DateFilter,
        "updatedAt": Timestamp | DateFilter,
        "deletedAt": Timestamp | None | DateFilter,
        "version": int | NumberFilter,
        "meta": JsonFilter,
        "and": "list[OrderLineFilter]",
        "or": "list[OrderLineFilter]",
        "not": "OrderLineFilter",
    },
    total=False,
)

if TYPE_CHECKING:
    OrderLineIncluded = TypedDict(
        "OrderLineIncluded",
        {"order": Mapping[OrderId, Order], "product": Mapping[ProductId, Product]},
        total=False,
    )
else:
    OrderLineIncluded = dict[str, Any]


class OrderLineRepository(
    BaseRepository[OrderLine, OrderLineId, OrderLineFilter, OrderLineIncluded],
):
    """The rows of OrderLine, seen by one organisation."""

    entity: ClassVar[type[OrderLine]] = OrderLine

    async def find_by_order_and_product(
        self,
        order: OrderId,
        product: ProductId,
    ) -> OrderLine | None:
        """The OrderLine with this order and product, if there is one."""
        return await self.find_one({"order": order, "product": product})


class CreateOrderLine(
    OrderLineCreate,
    CommandMessage[OrderLine],
    type="ordering.createOrderLine",
):
    """Make an OrderLine."""


class UpdateOrderLine(
    OrderLineUpdate,
    CommandMessage[OrderLine],
    type="ordering.updateOrderLine",
):
    """Change an OrderLine; what is left out stays."""

    id: OrderLineId
    expected_version: int | None = Field(
        default=None,
        validation_alias="expectedVersion",
        serialization_alias="expectedVersion",
    )


class DeleteOrderLine(Model, CommandMessage[None], type="ordering.deleteOrderLine"):
    """Delete an OrderLine."""

    id: OrderLineId
    expected_version: int | None = Field(
        default=None,
        validation_alias="expectedVersion",
        serialization_alias="expectedVersion",
    )


class RestoreOrderLine(
    Model,
    CommandMessage[OrderLine],
    type="ordering.restoreOrderLine",
):
    """Undo the deletion of an OrderLine."""

    id: OrderLineId
    expected_version: int | None = Field(
        default=None,
        validation_alias="expectedVersion",
        serialization_alias="expectedVersion",
    )


class GetOrderLine(Model, QueryMessage[OrderLine], type="ordering.getOrderLine"):
    """One OrderLine by its id."""

    id: OrderLineId


class ListOrderLines(
    Model,
    QueryMessage[PaginatedResult[OrderLine, OrderLineIncluded]],
    type="ordering.listOrderLines",
):
    """A page of those OrderLine that a filter holds for."""

    filter: Annotated[OrderLineFilter | None, FilterData] = None
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
    include: tuple[Literal["order", "product"], ...] = ()


class OrderLineSnapshot(Model):
    """What events say of an OrderLine: its stored fields, without sensitive ones."""

    order: OrderId
    product: ProductId
    quantity: Integer
    unit_price: Money = Field(
        validation_alias="unitPrice",
        serialization_alias="unitPrice",
    )


class OrderLineUpdatedPayload(Model):
    """The wire names of what changed about an OrderLine, and how it stands now."""

    changed: tuple[Text, ...]
    snapshot: OrderLineSnapshot


class OrderLineCreated(
    DomainEvent[OrderLineSnapshot],
    type="order_line.created",
    source="ordering",
    aggregate="OrderLine",
):
    """An OrderLine was made."""

    payload: OrderLineSnapshot


class OrderLineUpdated(
    DomainEvent[OrderLineUpdatedPayload],
    type="order_line.updated",
    source="ordering",
    aggregate="OrderLine",
):
    """An OrderLine was changed."""

    payload: OrderLineUpdatedPayload


class OrderLineDeleted(
    DomainEvent[OrderLineSnapshot],
    type="order_line.deleted",
    source="ordering",
    aggregate="OrderLine",
):
    """An OrderLine was deleted."""

    payload: OrderLineSnapshot


class OrderLineRestored(
    DomainEvent[OrderLineSnapshot],
    type="order_line.restored",
    source="ordering",
    aggregate="OrderLine",
):
    """An OrderLine is back."""

    payload: OrderLineSnapshot
