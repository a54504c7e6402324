"""What is heard of Reservation: its events and what they carry."""

from coregen_runtime import DomainEvent, Integer, Model, Text

from ..entities.reservation import ReservationStatus
from ..ids import OrderId, StockItemId


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
