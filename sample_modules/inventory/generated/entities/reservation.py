"""Reservation of inventory: its classes, repository, messages and events."""

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
    ReservationId,
    ReservationIdFilter,
    StockItemId,
    StockItemIdFilter,
)

if TYPE_CHECKING:
    from ....ordering.generated.entities.order import Order
    from .stock_item import StockItem


class ReservationStatus(StrEnum):
    """The values of `status` of Reservation."""

    HELD = "held"
    RELEASED = "released"
    CONSUMED = "consumed"


if TYPE_CHECKING:
    _ReservationStatusValue: TypeAlias = Literal["held", "released", "consumed"]
    ReservationStatusInput: TypeAlias = ReservationStatus | _ReservationStatusValue
else:
    ReservationStatusInput = ReservationStatus

ReservationStatusFilter = TypedDict(
    "ReservationStatusFilter",
    {
        "eq": ReservationStatusInput | None,
        "neq": ReservationStatusInput | None,
        "in": Sequence[ReservationStatusInput | None],
        "nin": Sequence[ReservationStatusInput | None],
        "exists": bool,
    },
    total=False,
)


class Reservation(Entity):
    """Units of a stock item that are kept for an order."""

    __entity__: ClassVar[str] = "inventory.Reservation"
    __id_prefix__: ClassVar[str] = "res"

    id: ReservationId
    order: OrderId
    item: StockItemId
    quantity: Annotated[Integer, Validators.positive()]
    status: ReservationStatus = ReservationStatus.HELD
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
    def new(cls, **fields: Unpack[ReservationFields]) -> Reservation:
        """A new one, with an id of its own unless it is given. Raises ValidationError."""
        return cls._new(fields)

    def replace(self, **changes: Unpack[ReservationChanges]) -> Reservation:
        """The same with some values changed. Raises ValidationError."""
        return self._replace(changes)


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


class ReservationUpdate(Model):
    """What changes about a Reservation; what is left out stays."""

    order: OrderId | MISSING = MISSING
    item: StockItemId | MISSING = MISSING
    quantity: Annotated[Integer, Validators.positive()] | MISSING = MISSING

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


ReservationFilter = TypedDict(
    "ReservationFilter",
    {
        "id": ReservationId | ReservationIdFilter,
        "order": OrderId | None | OrderIdFilter,
        "item": StockItemId | None | StockItemIdFilter,
        "quantity": Integer | None | NumberFilter,
        "status": ReservationStatusInput | None | ReservationStatusFilter,
        "createdAt": Timestamp | DateFilter,
        "updatedAt": Timestamp | DateFilter,
        "deletedAt": Timestamp | None | DateFilter,
        "version": int | NumberFilter,
        "meta": JsonFilter,
        "and": "list[ReservationFilter]",
        "or": "list[ReservationFilter]",
        "not": "ReservationFilter",
    },
    total=False,
)

if TYPE_CHECKING:
    ReservationIncluded = TypedDict(
        "ReservationIncluded",
        {"order": Mapping[OrderId, Order], "item": Mapping[StockItemId, StockItem]},
        total=False,
    )
else:
    ReservationIncluded = dict[str, Any]


class ReservationRepository(
    BaseRepository[Reservation, ReservationId, ReservationFilter, ReservationIncluded],
):
    """The rows of Reservation, seen by one organisation."""

    entity: ClassVar[type[Reservation]] = Reservation

    async def find_by_order_and_item(
        self,
        order: OrderId,
        item: StockItemId,
    ) -> Reservation | None:
        """The Reservation with this order and item, if there is one."""
        return await self.find_one({"order": order, "item": item})


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
    expected_version: int | None = Field(
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
    expected_version: int | None = Field(
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
    expected_version: int | None = Field(
        default=None,
        validation_alias="expectedVersion",
        serialization_alias="expectedVersion",
    )


class GetReservation(Model, QueryMessage[Reservation], type="inventory.getReservation"):
    """One Reservation by its id."""

    id: ReservationId


class ListReservations(
    Model,
    QueryMessage[PaginatedResult[Reservation, ReservationIncluded]],
    type="inventory.listReservations",
):
    """A page of those Reservation that a filter holds for."""

    filter: Annotated[ReservationFilter | None, FilterData] = None
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
    include: tuple[Literal["order", "item"], ...] = ()


class ReservationSnapshot(Model):
    """What events say of a Reservation: its stored fields, without sensitive ones."""

    order: OrderId
    item: StockItemId
    quantity: Integer
    status: ReservationStatus = ReservationStatus.HELD


class ReservationUpdatedPayload(Model):
    """The wire names of what changed about a Reservation, and how it stands now."""

    changed: tuple[Text, ...]
    snapshot: ReservationSnapshot


class ReservationCreated(
    DomainEvent[ReservationSnapshot],
    type="reservation.created",
    source="inventory",
    aggregate="Reservation",
):
    """A Reservation was made."""

    payload: ReservationSnapshot


class ReservationUpdated(
    DomainEvent[ReservationUpdatedPayload],
    type="reservation.updated",
    source="inventory",
    aggregate="Reservation",
):
    """A Reservation was changed."""

    payload: ReservationUpdatedPayload


class ReservationDeleted(
    DomainEvent[ReservationSnapshot],
    type="reservation.deleted",
    source="inventory",
    aggregate="Reservation",
):
    """A Reservation was deleted."""

    payload: ReservationSnapshot


class ReservationRestored(
    DomainEvent[ReservationSnapshot],
    type="reservation.restored",
    source="inventory",
    aggregate="Reservation",
):
    """A Reservation is back."""

    payload: ReservationSnapshot
