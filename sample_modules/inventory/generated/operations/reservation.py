"""What can be asked of Reservation, and what that does. Declare a message in the definition, and its handler is yours."""

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
    PaginatedResult,
    QueryMessage,
    QueryOptions,
    SortSpec,
    SystemContext,
    Text,
    Validators,
)

from ..entities.reservation import Reservation, ReservationStatusInput
from ..ids import OrderId, ReservationId, StockItemId
from ..repositories.reservation import (
    ReservationFilter,
    ReservationIncluded,
    ReservationRepository,
)


class ReservationFields(TypedDict):
    """What `Reservation.new` takes."""

    id: NotRequired[ReservationId]
    organization_id: NotRequired[ID]
    order: OrderId
    item: StockItemId
    quantity: Integer
    status: NotRequired[ReservationStatusInput]
    meta: NotRequired[Meta]


class ReservationChanges(TypedDict, total=False):
    """What `Reservation.replace` takes."""

    order: OrderId
    item: StockItemId
    quantity: Integer
    status: ReservationStatusInput
    meta: Meta


class ReservationCreate(Model):
    """What a new Reservation is made from."""

    order: OrderId
    item: StockItemId
    quantity: Annotated[Integer, Validators.positive()]
    """Must be an integer. Must be more than 0."""


class ReservationUpdate(Model):
    """What changes about a Reservation; what is left out stays."""

    order: OrderId | MISSING = MISSING
    item: StockItemId | MISSING = MISSING
    quantity: Annotated[Integer, Validators.positive()] | MISSING = MISSING
    """Must be an integer. Must be more than 0."""

    def changes(self) -> ReservationChanges:
        """What was given, under the names that `replace` takes."""
        changes: ReservationChanges = {}
        if self.order is not MISSING:
            changes["order"] = self.order
        if self.item is not MISSING:
            changes["item"] = self.item
        if self.quantity is not MISSING:
            changes["quantity"] = self.quantity
        return changes


class CreateReservation(
    ReservationCreate,
    CommandMessage[Reservation],
    type="inventory.createReservation",
):
    """Make a Reservation."""


class UpdateReservation(
    ReservationUpdate,
    CommandMessage[Reservation],
    type="inventory.updateReservation",
):
    """Change a Reservation; what is left out stays."""

    id: ReservationId
    expected_version: Annotated[Integer, Validators.min(1)] | None = Field(
        default=None,
        validation_alias="expectedVersion",
        serialization_alias="expectedVersion",
    )


class DeleteReservation(
    Model,
    CommandMessage[None],
    type="inventory.deleteReservation",
):
    """Delete a Reservation."""

    id: ReservationId
    expected_version: Annotated[Integer, Validators.min(1)] | None = Field(
        default=None,
        validation_alias="expectedVersion",
        serialization_alias="expectedVersion",
    )


class RestoreReservation(
    Model,
    CommandMessage[Reservation],
    type="inventory.restoreReservation",
):
    """Undo the deletion of a Reservation."""

    id: ReservationId
    expected_version: Annotated[Integer, Validators.min(1)] | None = Field(
        default=None,
        validation_alias="expectedVersion",
        serialization_alias="expectedVersion",
    )


class GetReservation(Model, QueryMessage[Reservation], type="inventory.getReservation"):
    """One Reservation by its id."""

    id: ReservationId


class GetReservationIncluding(
    Model,
    QueryMessage[IncludedResult[Reservation, ReservationIncluded]],
    type="inventory.getReservationIncluding",
):
    """One Reservation by its id, and beside it what it refers to."""

    id: ReservationId
    include: tuple[Literal["order", "item"], ...]


class ListReservations(
    Model,
    QueryMessage[PaginatedResult[Reservation, ReservationIncluded]],
    type="inventory.listReservations",
):
    """A page of those Reservation that a filter holds for."""

    filter: Annotated[ReservationFilter | None, FilterData] = None
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
    include: tuple[Literal["order", "item"], ...] = ()


async def create_reservation(
    command: CreateReservation,
    ctx: SystemContext,
) -> Reservation:
    reservation = Reservation.new(
        order=command.order,
        item=command.item,
        quantity=command.quantity,
    )
    return await ctx.repo(ReservationRepository).save(reservation)


async def update_reservation(
    command: UpdateReservation,
    ctx: SystemContext,
) -> Reservation:
    repository = ctx.repo(ReservationRepository)
    reservation = await repository.find_by_id_or_fail(command.id)
    repository.check_version(reservation, command.expected_version)
    return await repository.save(reservation.replace(**command.changes()))


async def delete_reservation(command: DeleteReservation, ctx: SystemContext) -> None:
    await ctx.repo(ReservationRepository).delete(command.id, command.expected_version)


async def restore_reservation(
    command: RestoreReservation,
    ctx: SystemContext,
) -> Reservation:
    repository = ctx.repo(ReservationRepository)
    return await repository.restore(command.id, command.expected_version)


async def get_reservation(query: GetReservation, ctx: SystemContext) -> Reservation:
    return await ctx.repo(ReservationRepository).find_by_id_or_fail(query.id)


async def get_reservation_including(
    query: GetReservationIncluding,
    ctx: SystemContext,
) -> IncludedResult[Reservation, ReservationIncluded]:
    return await ctx.repo(ReservationRepository).find_by_id_including(query.id, query.include)


async def list_reservations(
    query: ListReservations,
    ctx: SystemContext,
) -> PaginatedResult[Reservation, ReservationIncluded]:
    options = QueryOptions(
        page=query.page,
        limit=query.limit,
        sort=query.sort,
        with_deleted=query.with_deleted,
        total=query.total,
        after=query.after,
        include=query.include,
    )
    return await ctx.repo(ReservationRepository).find_many(query.filter, options)
