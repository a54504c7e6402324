"""The event log, the outbox and the deliveries, kept in the database that the changes themselves stand in (semantics 27-32).

System tables are described here as values, so every adapter stores them alike. What is delivered when is left to `event/relay.py`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Any

from pydantic_core import to_jsonable_python

from coregen_runtime.errors.base import NotFoundError
from coregen_runtime.errors.codes import ErrorCode
from coregen_runtime.event.outbox import TIMERS, Delivery, DeliveryStatus, DispatchRecord, OutboxRecord
from coregen_runtime.event.store import EventFilter, ReadOptions
from coregen_runtime.event.types import DomainEvent
from coregen_runtime.repository.table import ColumnSpec, IndexSpec, Table
from coregen_runtime.repository.types import (
    SYSTEM,
    AllOf,
    AnyOf,
    AppendEvent,
    Compare,
    DbQuery,
    DeleteWhere,
    Insert,
    Operation,
    Order,
    Scope,
    UpdateWhere,
    Where,
)

if TYPE_CHECKING:
    from coregen_runtime.entity.types import ID, Timestamp
    from coregen_runtime.primitives.clock import Clock
    from coregen_runtime.repository.types import DatabaseAdapter, Row, Statements, Transaction

BATCH = 500
"""Rows that a stream holds in memory at a time (semantics 32)."""


def _text(name: str, nullable: bool = False) -> ColumnSpec:
    return ColumnSpec(name, "text", nullable)


def _integer(name: str, nullable: bool = False) -> ColumnSpec:
    return ColumnSpec(name, "integer", nullable)


EVENTS = Table(
    name="coregen_events",
    entity="coregen_events",
    columns=(
        _integer("position"),
        _text("id"),
        _text("organization_id"),
        _text("type"),
        _text("source"),
        _text("aggregate_type"),
        _text("aggregate_id"),
        _integer("version"),
        _integer("ordinal"),
        _text("actor_id", nullable=True),
        _text("correlation_id"),
        _text("caused_by", nullable=True),
        ColumnSpec("occurred_at", "timestamp", nullable=False),
        ColumnSpec("payload", "json"),
        ColumnSpec("metadata", "json"),
        ColumnSpec("erased", "boolean", nullable=False),
    ),
    primary_key=("position",),
    indexes=(
        IndexSpec("coregen_events_id_key", ("id",), unique=True),
        IndexSpec("coregen_events_version_key", ("organization_id", "aggregate_id", "version", "ordinal"), unique=True),
        IndexSpec("coregen_events_type_idx", ("type", "position")),
    ),
    tenant=False,
    sequence="position",
)

OUTBOX = Table(
    name="coregen_outbox",
    entity="coregen_outbox",
    columns=(
        _integer("position"),
        _text("id"),
        _text("organization_id"),
        _text("aggregate_id"),
        _text("event_id", nullable=True),
        ColumnSpec("dispatch", "json"),
        ColumnSpec("published_at", "timestamp"),
        _integer("attempts"),
        _text("last_error", nullable=True),
    ),
    primary_key=("position",),
    indexes=(IndexSpec("coregen_outbox_id_key", ("id",), unique=True), IndexSpec("coregen_outbox_published_idx", ("published_at", "position"))),
    tenant=False,
    sequence="position",
)

DELIVERIES = Table(
    name="coregen_deliveries",
    entity="coregen_deliveries",
    columns=(
        _text("record_id"),
        _text("handler"),
        _text("organization_id"),
        _text("aggregate_id"),
        _integer("position"),
        _text("status"),
        _integer("attempts"),
        ColumnSpec("due_at", "timestamp", nullable=False),
        _text("last_error", nullable=True),
    ),
    primary_key=("record_id", "handler"),
    indexes=(
        IndexSpec("coregen_deliveries_status_idx", ("status", "handler", "organization_id", "aggregate_id", "position")),
        IndexSpec("coregen_deliveries_due_idx", ("handler", "status", "position")),
    ),
    tenant=False,
)

MIGRATIONS = Table(
    name="coregen_migrations",
    entity="coregen_migrations",
    columns=(_text("module"), _integer("version"), _text("name")),
    primary_key=("module", "version"),
    tenant=False,
)

SYSTEM_TABLES = (EVENTS, OUTBOX, DELIVERIES, MIGRATIONS)


def event_row(event: DomainEvent) -> dict[str, Any]:
    """The event by column, without what the database gives: position, ordinal and, where it is 0, the version."""
    return {
        "id": event.id,
        "organization_id": event.org_id,
        "type": event.type,
        "source": event.source,
        "aggregate_type": event.aggregate_type,
        "aggregate_id": event.aggregate_id,
        "version": event.version,
        "actor_id": event.actor_id,
        "correlation_id": event.correlation_id,
        "caused_by": event.caused_by,
        "occurred_at": event.occurred_at,
        "payload": to_jsonable_python(event.payload, by_alias=True),
        "metadata": to_jsonable_python(event.metadata, by_alias=True),
        "erased": False,
    }


def event_of(row: Row) -> DomainEvent:
    """The event of a row; its payload is plain JSON, None once it has been erased."""
    return DomainEvent(
        id=row["id"],
        type=row["type"],
        aggregate_id=row["aggregate_id"],
        aggregate_type=row["aggregate_type"],
        payload=row["payload"],
        occurred_at=row["occurred_at"],
        actor_id=row["actor_id"],
        org_id=row["organization_id"],
        correlation_id=row["correlation_id"],
        caused_by=row["caused_by"],
        version=row["version"],
        source=row["source"],
        metadata=row["metadata"],
    )


def erase_events(aggregate_id: ID) -> tuple[Operation, ...]:
    """The writes that take an aggregate's payloads out of the log; that something happened, and when, stays (semantics 27)."""
    return (UpdateWhere(EVENTS, Compare("aggregate_id", "eq", aggregate_id), {"payload": None, "metadata": None, "erased": True}),)


class DatabaseEventStore:
    """The `EventStore` of a database. With an organisation it sees and writes that one's events alone; with None, replay's view, all of them."""

    def __init__(self, db: Statements, organization: ID | None) -> None:
        self._db = db
        self._scope = Scope(organization)

    async def append(self, event: DomainEvent, expected_version: int | None = None) -> DomainEvent:
        [appended] = await self.append_batch([event], expected_version)
        return appended

    async def append_batch(self, events: Sequence[DomainEvent], expected_version: int | None = None) -> tuple[DomainEvent, ...]:
        checked: set[str] = set()
        operations: list[Operation] = []
        for event in events:
            first = event.aggregate_id not in checked
            checked.add(event.aggregate_id)
            operations.append(AppendEvent(event, expected_version if first else None, advance=first))
        applied = await self._db.apply(self._scope, operations)
        return tuple(event.model_copy(update={"version": done.values["version"]}) for event, done in zip(events, applied, strict=True))

    def read(self, aggregate_id: ID, options: ReadOptions | None = None) -> AsyncIterator[DomainEvent]:
        return self._stream(Compare("aggregate_id", "eq", aggregate_id), options or ReadOptions())

    def read_by_type(self, type: str, options: ReadOptions | None = None) -> AsyncIterator[DomainEvent]:
        return self._stream(Compare("type", "eq", type), options or ReadOptions())

    def replay(self, filter: EventFilter, start: Timestamp = 0) -> AsyncIterator[DomainEvent]:
        return self._stream(_condition(filter), ReadOptions(start=start))

    async def replay_positions(self, filter: EventFilter, after: int = 0) -> AsyncIterator[tuple[int, DomainEvent]]:
        async for row in self._rows(_condition(filter), after, None):
            yield row["position"], event_of(row)

    async def get_version(self, aggregate_id: ID) -> int:
        query = DbQuery(EVENTS, Compare("aggregate_id", "eq", aggregate_id), (Order("version", descending=True),), limit=1)
        rows = await self._db.select(self._scope, query)
        return int(rows[0]["version"]) if rows else 0

    async def _stream(self, where: Where, options: ReadOptions) -> AsyncIterator[DomainEvent]:
        parts = [where]
        if options.after is not None:
            parts.append(Compare("version", "gt", options.after))
        if options.start is not None:
            parts.append(Compare("occurred_at", "gte", options.start))
        if options.end is not None:
            parts.append(Compare("occurred_at", "lt", options.end))
        async for row in self._rows(AllOf(tuple(parts)), 0, options.limit):
            yield event_of(row)

    async def _rows(self, where: Where, after: int, limit: int | None) -> AsyncIterator[Row]:
        left = limit
        while left is None or left > 0:
            size = BATCH if left is None else min(BATCH, left)
            query = DbQuery(EVENTS, AllOf((where, Compare("position", "gt", after))), (Order("position"),), limit=size)
            rows = await self._db.select(self._scope, query)
            for row in rows:
                yield row
            if len(rows) < size:
                return
            after = rows[-1]["position"]
            left = None if left is None else left - len(rows)


def _condition(filter: EventFilter) -> Where:
    parts: list[Where] = []
    if filter.types is not None:
        parts.append(Compare("type", "in", tuple(filter.types)))
    for column, value in (("aggregate_type", filter.aggregate_type), ("organization_id", filter.org_id), ("actor_id", filter.actor_id)):
        if value is not None:
            parts.append(Compare(column, "eq", value))
    return AllOf(tuple(parts))


class DatabaseOutbox:
    """The `EventOutbox` of a database: an event's record names the event in the log, a dispatch's record holds the command."""

    def __init__(self, db: Statements, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    def operations(self, events: Sequence[DomainEvent], *, advance: bool = False) -> tuple[Operation, ...]:
        written: list[Operation] = []
        for event in events:
            written += [AppendEvent(event, advance=advance), _record(event.id, event.org_id, event.aggregate_id, event_id=event.id)]
        return tuple(written)

    async def write(self, event: DomainEvent, tx: Statements) -> None:
        await self.write_batch([event], tx)

    async def write_batch(self, events: Sequence[DomainEvent], tx: Statements) -> None:
        for org_id in sorted({event.org_id for event in events}):
            await tx.apply(Scope(org_id), self.operations([event for event in events if event.org_id == org_id]))

    async def write_dispatch(self, record: DispatchRecord, tx: Statements) -> None:
        await tx.apply(Scope(record.org_id), [_record(record.id, record.org_id, record.aggregate_id, dispatch=_dispatch(record))])

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
        ids = tuple(row["event_id"] for row in rows if row["event_id"] is not None)
        events = await self._db.select(SYSTEM, DbQuery(EVENTS, Compare("id", "in", ids))) if ids else []
        by_id = {event["id"]: event for event in events}
        return [_outbox_record(row, by_id.get(row["event_id"])) for row in rows]


def arm_timer(record: DispatchRecord, due_at: Timestamp, now: Timestamp) -> tuple[Operation, ...]:
    """The writes of a timer: its record, already handed out, and its delivery, due at a time in ms (semantics 18)."""
    kept = _record(record.id, record.org_id, record.aggregate_id, dispatch=_dispatch(record), published_at=now)
    return (kept, _delivered(record.id, TIMERS, record.org_id, record.aggregate_id, due_at, due_at))


def cancel_timers(org_id: ID, aggregate_id: ID) -> Operation:
    """The write that takes an aggregate's timers out of the work, parked ones too: it left the state that armed them."""
    return DeleteWhere(DELIVERIES, AllOf((_UNFINISHED, *_timers_of(org_id, aggregate_id))))


async def newest_timer(db: Statements, org_id: ID, aggregate_id: ID) -> ID | None:
    """The key of the timer that an aggregate armed last, fired or not; None where it has none."""
    any_status = Compare("status", "in", tuple(status.value for status in DeliveryStatus))
    query = DbQuery(DELIVERIES, AllOf((any_status, *_timers_of(org_id, aggregate_id))), (Order("record_id", descending=True),), limit=1)
    rows = await db.select(Scope(org_id), query)
    return str(rows[0]["record_id"]) if rows else None


def _timers_of(org_id: ID, aggregate_id: ID) -> tuple[Where, ...]:
    return (Compare("handler", "eq", TIMERS), Compare("organization_id", "eq", org_id), Compare("aggregate_id", "eq", aggregate_id))


def _dispatch(record: DispatchRecord) -> dict[str, Any]:
    return {
        "command": record.command,
        "payload": to_jsonable_python(record.payload, by_alias=True),
        "idempotencyKey": record.idempotency_key,
        "actorId": record.actor_id,
        "correlationId": record.correlation_id,
        "causedBy": record.caused_by,
    }


def _record(
    id: ID,
    org_id: ID,
    aggregate_id: ID,
    *,
    event_id: ID | None = None,
    dispatch: Mapping[str, Any] | None = None,
    published_at: Timestamp | None = None,
) -> Insert:
    row = {"id": id, "organization_id": org_id, "aggregate_id": aggregate_id, "event_id": event_id, "dispatch": dispatch}
    return Insert(OUTBOX, {**row, "published_at": published_at, "attempts": 0, "last_error": None})


def _delivered(record_id: ID, handler: str, org_id: ID, aggregate_id: ID, position: int, due_at: Timestamp) -> Insert:
    row = {"record_id": record_id, "handler": handler, "organization_id": org_id, "aggregate_id": aggregate_id, "position": position}
    status = {"status": DeliveryStatus.PENDING.value, "attempts": 0, "due_at": due_at, "last_error": None}
    return Insert(DELIVERIES, {**row, **status}, if_absent=True)


def _outbox_record(row: Row, event: Row | None) -> OutboxRecord:
    stored = row["dispatch"]
    dispatch = None
    if stored is not None:
        dispatch = DispatchRecord(
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
    return OutboxRecord(
        id=row["id"],
        position=row["position"],
        event=None if event is None else event_of(event),
        dispatch=dispatch,
        erased=event is not None and event["erased"],
        org_id=row["organization_id"],
        aggregate_id=row["aggregate_id"],
        published_at=row["published_at"],
        attempts=row["attempts"],
        last_error=row["last_error"],
    )


class Deliveries:
    """One record of every (outbox record, handler): what the relay still has to do, and what became of the rest (semantics 30)."""

    def __init__(self, db: DatabaseAdapter, clock: Clock) -> None:
        self._db = db
        self._clock = clock
        self._outbox = DatabaseOutbox(db, clock)

    def transaction(self) -> AbstractAsyncContextManager[Transaction]:
        return self._db.transaction(SYSTEM)

    async def waiting(self, limit: int) -> list[OutboxRecord]:
        """What has no deliveries yet, in order."""
        return await self._outbox.poll_unpublished(limit)

    async def fan_out(self, records: Sequence[tuple[OutboxRecord, Sequence[str]]]) -> None:
        """Make a delivery of each record to each of its handlers and mark the records published, all at once; a repetition changes nothing."""
        now = self._clock.now()
        operations: list[Operation] = [
            _delivered(record.id, handler, record.org_id, record.aggregate_id, record.position, now)
            for record, handlers in records
            for handler in handlers
        ]
        unpublished = AllOf((Compare("id", "in", tuple(record.id for record, _ in records)), Compare("published_at", "eq", None)))
        await self._db.apply(SYSTEM, [*operations, UpdateWhere(OUTBOX, unpublished, {"published_at": now})])

    async def due(self, handlers: Sequence[str], limit: int) -> list[tuple[Delivery, OutboxRecord]]:
        """What may be attempted now: the first unfinished delivery of each (handler, aggregate), unless it is parked or backs off."""
        return await self._with_records(self._heads(handlers, Compare("due_at", "lte", self._clock.now()), limit))

    async def due_timers(self, limit: int) -> list[tuple[Delivery, OutboxRecord]]:
        """The timers that may fire now: of each aggregate the first that fell due, unless it is parked or backs off. Their position is when they fall due."""
        fallen = Compare("position", "lte", self._clock.now())
        return await self._with_records(self._heads((TIMERS,), Compare("due_at", "lte", self._clock.now()), limit, fallen))

    async def _with_records(self, query: DbQuery) -> list[tuple[Delivery, OutboxRecord]]:
        rows = await self._db.select(SYSTEM, query)
        records = {record.id: record for record in await self._outbox.get_many([row["record_id"] for row in rows])} if rows else {}
        return [(_delivery(row), records[row["record_id"]]) for row in rows]

    async def next_due(self, handlers: Sequence[str]) -> Timestamp | None:
        """When the next attempt may run; None when nothing waits for one."""
        rows = await self._db.select(SYSTEM, self._heads(handlers, AllOf(), None))
        return min((row["due_at"] for row in rows), default=None)

    async def unfinished(self) -> list[Delivery]:
        """All pending and parked deliveries, in order."""
        rows = await self._db.select(SYSTEM, DbQuery(DELIVERIES, _UNFINISHED, (Order("position"), Order("handler"))))
        return [_delivery(row) for row in rows]

    async def parked(self) -> list[Delivery]:
        """Those that wait for a person, in order."""
        parked = Compare("status", "eq", DeliveryStatus.PARKED.value)
        return [_delivery(row) for row in await self._db.select(SYSTEM, DbQuery(DELIVERIES, parked, (Order("position"), Order("handler"))))]

    async def finish(self, delivery: Delivery, tx: Statements, status: DeliveryStatus = DeliveryStatus.DONE) -> bool:
        """Take a pending delivery out of the work, in the handler's transaction; false when another relay has done so."""
        [done] = await tx.apply(SYSTEM, [UpdateWhere(DELIVERIES, _only(delivery, DeliveryStatus.PENDING), {"status": status.value})])
        return done.rows == 1

    async def fail(self, delivery: Delivery, error: str, retry_at: Timestamp | None) -> None:
        """Count a failed attempt; without `retry_at` it was the last one and the delivery is parked."""
        changes: dict[str, Any] = {"attempts": delivery.attempts + 1, "last_error": error}
        changes |= {"status": DeliveryStatus.PARKED.value} if retry_at is None else {"due_at": retry_at}
        await self._db.apply(SYSTEM, [UpdateWhere(DELIVERIES, _only(delivery, DeliveryStatus.PENDING), changes)])

    async def unpark(self, record_id: ID, handler: str) -> None:
        """Let a parked delivery be attempted again, its attempts counted anew. Raises NotFoundError."""
        await self._settle_parked(record_id, handler, {"status": DeliveryStatus.PENDING.value, "attempts": 0, "due_at": self._clock.now()})

    async def skip(self, record_id: ID, handler: str) -> None:
        """Give a parked delivery up, so that those behind it go on. Raises NotFoundError."""
        await self._settle_parked(record_id, handler, {"status": DeliveryStatus.SKIPPED.value})

    async def _settle_parked(self, record_id: ID, handler: str, changes: Row) -> None:
        where = AllOf(
            (Compare("record_id", "eq", record_id), Compare("handler", "eq", handler), Compare("status", "eq", DeliveryStatus.PARKED.value))
        )
        [done] = await self._db.apply(SYSTEM, [UpdateWhere(DELIVERIES, where, changes)])
        if done.rows == 0:
            raise NotFoundError(ErrorCode.NOT_FOUND, f"no delivery of {record_id} to {handler} is parked")

    def _heads(self, handlers: Sequence[str], then: Where, limit: int | None, *among: Where) -> DbQuery:
        return DbQuery(
            DELIVERIES,
            AllOf((_UNFINISHED, Compare("handler", "in", tuple(handlers)), *among)),
            (Order("position"),),
            limit=limit,
            heads_of=("handler", "organization_id", "aggregate_id"),
            then=AllOf((Compare("status", "eq", DeliveryStatus.PENDING.value), then)),
        )


_UNFINISHED = AnyOf((Compare("status", "eq", DeliveryStatus.PENDING.value), Compare("status", "eq", DeliveryStatus.PARKED.value)))


def _only(delivery: Delivery, status: DeliveryStatus) -> Where:
    return AllOf(
        (
            Compare("record_id", "eq", delivery.record_id),
            Compare("handler", "eq", delivery.handler),
            Compare("status", "eq", status.value),
            Compare("attempts", "eq", delivery.attempts),
        )
    )


def _delivery(row: Row) -> Delivery:
    return Delivery(
        record_id=row["record_id"],
        handler=row["handler"],
        org_id=row["organization_id"],
        aggregate_id=row["aggregate_id"],
        position=row["position"],
        status=DeliveryStatus(row["status"]),
        attempts=row["attempts"],
        due_at=row["due_at"],
        last_error=row["last_error"],
    )
