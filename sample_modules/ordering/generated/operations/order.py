"""What can be asked of Order, and what that does. Declare a message in the definition, and its handler is yours."""

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

from ..entities.order import Order, OrderStatusInput
from ..ids import OrderId, UserId
from ..repositories.order import OrderFilter, OrderIncluded, OrderRepository


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


class OrderUpdate(Model):
    """What changes about an Order; what is left out stays."""

    number: Annotated[Text, Validators.pattern("^[A-Z0-9-]{1,20}$")] | MISSING = MISSING
    """Must match ^[A-Z0-9-]{1,20}$. Must be unique."""
    customer: UserId | None | MISSING = MISSING
    customer_name: Annotated[Text, Validators.max_length(120)] | MISSING = Field(
        default=MISSING,
        validation_alias="customerName",
        serialization_alias="customerName",
    )
    """Must have at most 120 characters."""
    customer_email: Annotated[Text, Validators.email()] | None | MISSING = Field(
        default=MISSING,
        repr=False,
        validation_alias="customerEmail",
        serialization_alias="customerEmail",
    )
    """Must be an e-mail address."""
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
    """Must have at most 60 characters."""

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


class CreateOrder(OrderCreate, CommandMessage[Order], type="ordering.createOrder"):
    """Make an Order."""


class UpdateOrder(OrderUpdate, CommandMessage[Order], type="ordering.updateOrder"):
    """Change an Order; what is left out stays."""

    id: OrderId
    expected_version: Annotated[Integer, Validators.min(1)] | None = Field(
        default=None,
        validation_alias="expectedVersion",
        serialization_alias="expectedVersion",
    )


class DeleteOrder(Model, CommandMessage[None], type="ordering.deleteOrder"):
    """Delete an Order."""

    id: OrderId
    expected_version: Annotated[Integer, Validators.min(1)] | None = Field(
        default=None,
        validation_alias="expectedVersion",
        serialization_alias="expectedVersion",
    )


class RestoreOrder(Model, CommandMessage[Order], type="ordering.restoreOrder"):
    """Undo the deletion of an Order."""

    id: OrderId
    expected_version: Annotated[Integer, Validators.min(1)] | None = Field(
        default=None,
        validation_alias="expectedVersion",
        serialization_alias="expectedVersion",
    )


class GetOrder(Model, QueryMessage[Order], type="ordering.getOrder"):
    """One Order by its id."""

    id: OrderId


class GetOrderIncluding(
    Model,
    QueryMessage[IncludedResult[Order, OrderIncluded]],
    type="ordering.getOrderIncluding",
):
    """One Order by its id, and beside it what it refers to."""

    id: OrderId
    include: tuple[Literal["customer"], ...]


class ListOrders(
    Model,
    QueryMessage[PaginatedResult[Order, OrderIncluded]],
    type="ordering.listOrders",
):
    """A page of those Order that a filter holds for."""

    filter: Annotated[OrderFilter | None, FilterData] = None
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
    include: tuple[Literal["customer"], ...] = ()


async def create_order(command: CreateOrder, ctx: SystemContext) -> Order:
    order = Order.new(
        number=command.number,
        customer=command.customer,
        customer_name=command.customer_name,
        customer_email=command.customer_email,
        total=command.total,
        placed_by=command.placed_by,
        tracking_code=command.tracking_code,
    )
    return await ctx.repo(OrderRepository).save(order)


async def update_order(command: UpdateOrder, ctx: SystemContext) -> Order:
    repository = ctx.repo(OrderRepository)
    order = await repository.find_by_id_or_fail(command.id)
    repository.check_version(order, command.expected_version)
    return await repository.save(order.replace(**command.changes()))


async def delete_order(command: DeleteOrder, ctx: SystemContext) -> None:
    await ctx.repo(OrderRepository).delete(command.id, command.expected_version)


async def restore_order(command: RestoreOrder, ctx: SystemContext) -> Order:
    repository = ctx.repo(OrderRepository)
    return await repository.restore(command.id, command.expected_version)


async def get_order(query: GetOrder, ctx: SystemContext) -> Order:
    return await ctx.repo(OrderRepository).find_by_id_or_fail(query.id)


async def get_order_including(
    query: GetOrderIncluding,
    ctx: SystemContext,
) -> IncludedResult[Order, OrderIncluded]:
    return await ctx.repo(OrderRepository).find_by_id_including(query.id, query.include)


async def list_orders(
    query: ListOrders,
    ctx: SystemContext,
) -> PaginatedResult[Order, OrderIncluded]:
    options = QueryOptions(
        page=query.page,
        limit=query.limit,
        sort=query.sort,
        with_deleted=query.with_deleted,
        total=query.total,
        after=query.after,
        include=query.include,
    )
    return await ctx.repo(OrderRepository).find_many(query.filter, options)
