"""The outbox, kept in the database that the changes themselves stand in: its records, and the writes that make one and its deliveries (semantics 27, 30).

An event's record names the event in the log (`log.py`) or among those received (`inbox.py`); a dispatch's holds the command.
What is delivered when is the concern of `deliveries.py` and `event/relay.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pydantic_core import to_jsonable_python

from coregen_runtime.errors.base import CoreError, NotFoundError
from coregen_runtime.errors.codes import ErrorCode
from coregen_runtime.event.outbox import DeliveryStatus, DispatchRecord, OutboxRecord
from coregen_runtime.event.types import DomainEvent
from coregen_runtime.event.upcasters import Upcasters
from coregen_runtime.repository.log import event_of
from coregen_runtime.repository.system_tables import DELIVERIES, EVENTS, OUTBOX, RECEIVED
from coregen_runtime.repository.table import Table
from coregen_runtime.repository.types import SYSTEM, AppendEvent, Compare, DbQuery, Insert, Operation, Order, Scope, UpdateWhere

if TYPE_CHECKING:
    from coregen_runtime.entity.types import ID, Timestamp
    from coregen_runtime.primitives.clock import Clock
    from coregen_runtime.repository.types import Row, Statements


class DatabaseOutbox:
    """The `EventOutbox` of a database: an event's record names the event in the log, a dispatch's record holds the command.

    Events are stamped with the number of their shape, and come back in the present one, by `upcasters`.
    """

    def __init__(self, db: Statements, clock: Clock, upcasters: Upcasters | None = None) -> None:
        self._db = db
        self._clock = clock
        self._upcasters = upcasters or Upcasters()

    def operations(self, events: Sequence[DomainEvent], *, advance: bool = False) -> tuple[Operation, ...]:
        written: list[Operation] = []
        for event in events:
            written += [
                AppendEvent(self._upcasters.written(event), advance=advance),
                outbox_record(event.id, event.org_id, event.aggregate_id, event_id=event.id),
            ]
        return tuple(written)

    async def write(self, event: DomainEvent, tx: Statements) -> None:
        await self.write_batch([event], tx)

    async def write_batch(self, events: Sequence[DomainEvent], tx: Statements) -> None:
        for org_id in sorted({event.org_id for event in events}):
            await tx.apply(Scope(org_id), self.operations([event for event in events if event.org_id == org_id]))

    async def write_dispatch(self, record: DispatchRecord, tx: Statements) -> None:
        await tx.apply(Scope(record.org_id), [outbox_record(record.id, record.org_id, record.aggregate_id, dispatch=dispatched(record))])

    async def poll_unpublished(self, limit: int) -> list[OutboxRecord]:
        return await self._records(DbQuery(OUTBOX, Compare("published_at", "eq", None), (Order("position"),), limit=limit))

    async def mark_published(self, id: ID) -> None:
        await self._change(id, {"published_at": self._clock.now()})

    async def mark_failed(self, id: ID, error: str) -> None:
        record = await self.get(id)
        await self._change(id, {"attempts": record.attempts + 1, "last_error": error})

    async def get(self, id: ID) -> OutboxRecord:
        """The record, published or not. Raises NotFoundError."""
        records = await self.get_many([id])
        if not records:
            raise NotFoundError(ErrorCode.NOT_FOUND, f"there is no outbox record {id}")
        return records[0]

    async def get_many(self, ids: Sequence[ID]) -> list[OutboxRecord]:
        """Those of the records that are there, published or not, in order."""
        return await self._records(DbQuery(OUTBOX, Compare("id", "in", tuple(ids)), (Order("position"),)))

    async def _change(self, id: ID, changes: Row) -> None:
        [done] = await self._db.apply(SYSTEM, [UpdateWhere(OUTBOX, Compare("id", "eq", id), changes)])
        if done.rows == 0:
            raise NotFoundError(ErrorCode.NOT_FOUND, f"there is no outbox record {id}")

    async def _records(self, query: DbQuery) -> list[OutboxRecord]:
        rows = await self._db.select(SYSTEM, query)
        ids = [row["event_id"] for row in rows if row["event_id"] is not None]
        logged = await self._by_id(EVENTS, ids)
        received = await self._by_id(RECEIVED, [id for id in ids if id not in logged])
        return [self._record(row, logged.get(row["event_id"]), received.get(row["event_id"])) for row in rows]

    async def _by_id(self, table: Table, ids: Sequence[ID]) -> dict[ID, Row]:
        return {row["id"]: row for row in await self._db.select(SYSTEM, DbQuery(table, Compare("id", "in", tuple(ids))))} if ids else {}

    def _record(self, row: Row, logged: Row | None, received: Row | None) -> OutboxRecord:
        event = None if logged is None else event_of(logged)
        if received is not None and received["event"] is not None:
            event = DomainEvent.model_validate(received["event"], by_alias=True, by_name=False)
        unreadable: CoreError | None = None
        try:
            event = None if event is None else self._upcasters.upcast(event)
        except CoreError as error:
            unreadable = error
        return OutboxRecord(
            id=row["id"],
            position=row["position"],
            event=event,
            dispatch=_dispatch_of(row),
            erased=logged["erased"] if logged is not None else row["event_id"] is not None and event is None,
            org_id=row["organization_id"],
            aggregate_id=row["aggregate_id"],
            published_at=row["published_at"],
            attempts=row["attempts"],
            last_error=row["last_error"],
            received=received is not None,
            unreadable=unreadable,
        )


def dispatched(record: DispatchRecord) -> dict[str, Any]:
    """What a record keeps of a command."""
    return {
        "command": record.command,
        "payload": to_jsonable_python(record.payload, by_alias=True),
        "idempotencyKey": record.idempotency_key,
        "actorId": record.actor_id,
        "correlationId": record.correlation_id,
        "causedBy": record.caused_by,
    }


def outbox_record(
    id: ID,
    org_id: ID,
    aggregate_id: ID,
    *,
    event_id: ID | None = None,
    dispatch: Mapping[str, Any] | None = None,
    published_at: Timestamp | None = None,
) -> Insert:
    """The write of one record: of an event in the log or received, or of a command. Columns that stay empty are left out: a driver takes long over a null."""
    row: dict[str, Any] = {"id": id, "organization_id": org_id, "aggregate_id": aggregate_id, "event_id": event_id, "attempts": 0}
    if dispatch is not None:
        row["dispatch"] = dispatch
    if published_at is not None:
        row["published_at"] = published_at
    return Insert(OUTBOX, row)


def delivery_record(record_id: ID, handler: str, org_id: ID, aggregate_id: ID, position: int, due_at: Timestamp | None) -> Insert:
    """The write of one delivery, pending from `due_at` on, or with None waiting behind the others of its lane."""
    status = DeliveryStatus.WAITING if due_at is None else DeliveryStatus.PENDING
    row = {"record_id": record_id, "handler": handler, "organization_id": org_id, "aggregate_id": aggregate_id, "position": position}
    state = {"status": status.value, "attempts": 0, "due_at": due_at or 0, "claimed_by": None, "last_error": None}
    return Insert(DELIVERIES, {**row, **state}, if_absent=True)


UNFINISHED = Compare("status", "in", (DeliveryStatus.WAITING.value, DeliveryStatus.PENDING.value, DeliveryStatus.PARKED.value))
"""What still has to be delivered."""


def _dispatch_of(row: Row) -> DispatchRecord | None:
    stored = row["dispatch"]
    if stored is None:
        return None
    return DispatchRecord(
        id=row["id"],
        command=stored["command"],
        payload=stored["payload"],
        org_id=row["organization_id"],
        aggregate_id=row["aggregate_id"],
        idempotency_key=stored["idempotencyKey"],
        actor_id=stored["actorId"],
        correlation_id=stored["correlationId"],
        caused_by=stored["causedBy"],
    )
