"""Reservation of inventory."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal, Self, TypeAlias, Unpack

from coregen_runtime import Entity, Field, Integer, Timestamp, Validators

from ..ids import OrderId, ReservationId, StockItemId

if TYPE_CHECKING:
    from ..operations.reservation import ReservationChanges, ReservationFields


class ReservationStatus(StrEnum):
    """The values of `status` of Reservation."""

    HELD = "held"
    """Held, shown in #F59E0B."""
    RELEASED = "released"
    """Released, shown in #64748B."""
    CONSUMED = "consumed"
    """Consumed, shown in #22C55E."""


if TYPE_CHECKING:
    _ReservationStatusValue: TypeAlias = Literal["held", "released", "consumed"]
    ReservationStatusInput: TypeAlias = ReservationStatus | _ReservationStatusValue
else:
    ReservationStatusInput = ReservationStatus


class Reservation(Entity):
    """Units of a stock item that are kept for an order."""

    __entity__: ClassVar[str] = "inventory.Reservation"
    __id_prefix__: ClassVar[str] = "res"

    id: ReservationId
    order: OrderId
    item: StockItemId
    quantity: Annotated[Integer, Validators.positive()]
    """Must be an integer. Must be more than 0."""
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
    version: Integer = 0

    @classmethod
    def new(cls, **fields: "Unpack[ReservationFields]") -> Self:
        """A new one, with an id of its own unless it is given. Raises ValidationError."""
        return cls._new(fields)

    def replace(self, **changes: "Unpack[ReservationChanges]") -> Self:
        """The same with some values changed. Raises ValidationError."""
        return self._replace(changes)
