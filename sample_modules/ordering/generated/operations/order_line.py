"""What can be asked of OrderLine, and what that does. Declare a message in the definition, and its handler is yours."""

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

from ..entities.order_line import OrderLine
from ..ids import OrderId, OrderLineId, ProductId
from ..repositories.order_line import (
    OrderLineFilter,
    OrderLineIncluded,
    OrderLineRepository,
)


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
    """Must be an integer. Must be more than 0."""
    unit_price: Money = Field(
        validation_alias="unitPrice",
        serialization_alias="unitPrice",
    )


class OrderLineUpdate(Model):
    """What changes about an OrderLine; what is left out stays."""

    order: OrderId | MISSING = MISSING
    product: ProductId | MISSING = MISSING
    quantity: Annotated[Integer, Validators.positive()] | MISSING = MISSING
    """Must be an integer. Must be more than 0."""
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
    expected_version: Annotated[Integer, Validators.min(1)] | None = Field(
        default=None,
        validation_alias="expectedVersion",
        serialization_alias="expectedVersion",
    )


class DeleteOrderLine(Model, CommandMessage[None], type="ordering.deleteOrderLine"):
    """Delete an OrderLine."""

    id: OrderLineId
    expected_version: Annotated[Integer, Validators.min(1)] | None = Field(
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
    expected_version: Annotated[Integer, Validators.min(1)] | None = Field(
        default=None,
        validation_alias="expectedVersion",
        serialization_alias="expectedVersion",
    )


class GetOrderLine(Model, QueryMessage[OrderLine], type="ordering.getOrderLine"):
    """One OrderLine by its id."""

    id: OrderLineId


class GetOrderLineIncluding(
    Model,
    QueryMessage[IncludedResult[OrderLine, OrderLineIncluded]],
    type="ordering.getOrderLineIncluding",
):
    """One OrderLine by its id, and beside it what it refers to."""

    id: OrderLineId
    include: tuple[Literal["order", "product"], ...]


class ListOrderLines(
    Model,
    QueryMessage[PaginatedResult[OrderLine, OrderLineIncluded]],
    type="ordering.listOrderLines",
):
    """A page of those OrderLine that a filter holds for."""

    filter: Annotated[OrderLineFilter | None, FilterData] = None
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
    include: tuple[Literal["order", "product"], ...] = ()


async def create_order_line(command: CreateOrderLine, ctx: SystemContext) -> OrderLine:
    order_line = OrderLine.new(
        order=command.order,
        product=command.product,
        quantity=command.quantity,
        unit_price=command.unit_price,
    )
    return await ctx.repo(OrderLineRepository).save(order_line)


async def update_order_line(command: UpdateOrderLine, ctx: SystemContext) -> OrderLine:
    repository = ctx.repo(OrderLineRepository)
    order_line = await repository.find_by_id_or_fail(command.id)
    repository.check_version(order_line, command.expected_version)
    return await repository.save(order_line.replace(**command.changes()))


async def delete_order_line(command: DeleteOrderLine, ctx: SystemContext) -> None:
    await ctx.repo(OrderLineRepository).delete(command.id, command.expected_version)


async def restore_order_line(
    command: RestoreOrderLine,
    ctx: SystemContext,
) -> OrderLine:
    repository = ctx.repo(OrderLineRepository)
    return await repository.restore(command.id, command.expected_version)


async def get_order_line(query: GetOrderLine, ctx: SystemContext) -> OrderLine:
    return await ctx.repo(OrderLineRepository).find_by_id_or_fail(query.id)


async def get_order_line_including(
    query: GetOrderLineIncluding,
    ctx: SystemContext,
) -> IncludedResult[OrderLine, OrderLineIncluded]:
    return await ctx.repo(OrderLineRepository).find_by_id_including(query.id, query.include)


async def list_order_lines(
    query: ListOrderLines,
    ctx: SystemContext,
) -> PaginatedResult[OrderLine, OrderLineIncluded]:
    options = QueryOptions(
        page=query.page,
        limit=query.limit,
        sort=query.sort,
        with_deleted=query.with_deleted,
        total=query.total,
        after=query.after,
        include=query.include,
    )
    return await ctx.repo(OrderLineRepository).find_many(query.filter, options)
