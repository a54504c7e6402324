"""What the messages of Reservation do. Declare one in the definition, and its handler is yours."""

from __future__ import annotations

from coregen_runtime import PaginatedResult, QueryOptions, SystemContext

from ..entities.reservation import (
    CreateReservation,
    DeleteReservation,
    GetReservation,
    ListReservations,
    Reservation,
    ReservationIncluded,
    ReservationRepository,
    RestoreReservation,
    UpdateReservation,
)


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
