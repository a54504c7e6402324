"""Factories and strategies of Reservation, for tests."""

from typing import TypedDict, Unpack

from coregen_runtime import ID, Integer
from coregen_runtime.testing import Recipe, Strategy

from ...entities.reservation import Reservation
from ...ids import OrderId, ReservationId, StockItemId
from ...operations.reservation import (
    CreateReservation,
    ReservationChanges,
    UpdateReservation,
)
from ...schemas.reservation import reservation_schema


class ReservationValues(TypedDict, total=False):
    """What an input of Reservation can be given."""

    order: OrderId
    item: StockItemId
    quantity: Integer


class ReservationOverrides(ReservationChanges, total=False):
    """What Reservation itself can be given."""

    id: ReservationId
    organization_id: ID


reservation_recipe = Recipe(Reservation, reservation_schema)
create_reservation_recipe = Recipe(CreateReservation)
update_reservation_recipe = Recipe(UpdateReservation)


def make_reservation(**values: Unpack[ReservationOverrides]) -> Reservation:
    """One with these values; what else it must have is unlike that of any other made here."""
    return reservation_recipe.make(values)


def any_reservation(**values: Unpack[ReservationOverrides]) -> Strategy[Reservation]:
    """Every one with these values that the definition allows."""
    return reservation_recipe.any(values)


def make_create_reservation(**values: Unpack[ReservationValues]) -> CreateReservation:
    """One with these values; what else it must have is unlike that of any other made here."""
    return create_reservation_recipe.make(values)


def any_create_reservation(
    **values: Unpack[ReservationValues],
) -> Strategy[CreateReservation]:
    """Every one with these values that the definition allows."""
    return create_reservation_recipe.any(values)


def make_update_reservation(
    id: ReservationId,
    expected_version: int | None = None,
    **values: Unpack[ReservationValues],
) -> UpdateReservation:
    """One with these values; what else it must have is unlike that of any other made here."""
    return update_reservation_recipe.make(
        {"id": id, "expected_version": expected_version, **values},
    )


def any_update_reservation(
    id: ReservationId,
    expected_version: int | None = None,
    **values: Unpack[ReservationValues],
) -> Strategy[UpdateReservation]:
    """Every one with these values that the definition allows."""
    return update_reservation_recipe.any(
        {"id": id, "expected_version": expected_version, **values},
    )
