"""The event log and the outbox, kept in the database that the changes themselves stand in (semantics 27-32).

System tables are described here as values, so every adapter stores them alike; a column that one gains is nullable or has a default, since
tables that stand are brought up (`standing.py`). Deliveries are `deliveries.py`'s, snapshots `snapshots.py`'s,
what handlers have done `dedup.py`'s, what comes from a broker `inbox.py`'s; what is delivered when, `event/relay.py`'s.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pydantic_core import to_jsonable_python

from coregen_runtime.errors.base import CoreError, NotFoundError
from coregen_runtime.errors.codes import ErrorCode
from coregen_runtime.event.outbox import TIMERS, DeliveryStatus, DispatchRecord, OutboxRecord
from coregen_runtime.event.store import EventFilter, ReadOptions
from coregen_runtime.event.types import DomainEvent
from coregen_runtime.event.upcasters import Upcasters
from coregen_runtime.repository.table import ColumnSpec, IndexSpec, Table
from coregen_runtime.repository.types import (
    SYSTEM,
    AllOf,
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
    from coregen_runtime.repository.types import Row, Statements

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
        ColumnSpec("schema_version", "integer", nullable=False, default=1),
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
        _text("claimed_by", nullable=True),
        _text("last_error", nullable=True),
    ),
    primary_key=("record_id", "handler"),
    indexes=(
        IndexSpec("coregen_deliveries_next_idx", ("status", "due_at", "position")),
        IndexSpec("coregen_deliveries_due_idx", ("handler", "status", "position")),
        IndexSpec("coregen_deliveries_lane_idx", ("aggregate_id", "handler", "status", "organization_id", "position")),
    ),
    tenant=False,
)

RECEIVED = Table(
    name="coregen_received",
    entity="coregen_received",
    columns=(_text("id"), _text("organization_id"), _text("aggregate_id"), ColumnSpec("event", "json")),
    primary_key=("id",),
    indexes=(IndexSpec("coregen_received_aggregate_idx", ("aggregate_id",)),),
    tenant=False,
)

SNAPSHOTS = Table(
    name="coregen_snapshots",
    entity="coregen_snapshots",
    columns=(
        _text("organization_id"),
        _text("aggregate_id"),
        _text("aggregate_type"),
        _integer("version"),
        _integer("schema_version"),
        ColumnSpec("state", "json", nullable=False),
        ColumnSpec("taken_at", "timestamp", nullable=False),
    ),
    primary_key=("organization_id", "aggregate_id", "version"),
    tenant=False,
)

HANDLED = Table(
    name="coregen_handled",
    entity="coregen_handled",
    columns=(_text("event_id"), _text("handler"), ColumnSpec("handled_at", "timestamp", nullable=False)),
    primary_key=("event_id", "handler"),
    indexes=(IndexSpec("coregen_handled_at_idx", ("handled_at",)),),
    tenant=False,
)

CHECKPOINTS = Table(
    name="coregen_checkpoints",
    entity="coregen_checkpoints",
    columns=(
        _text("name"),
        _text("stream"),
        _integer("position"),
        _text("held_by", nullable=True),
        ColumnSpec("held_until", "timestamp", nullable=False),
    ),
    primary_key=("name",),
    tenant=False,
)

MIGRATIONS = Table(
    name="coregen_migrations",
    entity="coregen_migrations",
    columns=(_text("module"), _integer("version"), _text("name")),
    primary_key=("module", "version"),
    tenant=False,
)

SYSTEM_TABLES = (EVENTS, OUTBOX, DELIVERIES, RECEIVED, SNAPSHOTS, HANDLED, CHECKPOINTS, MIGRATIONS)


def event_row(event: DomainEvent, document: Callable[[Any], Any] = to_jsonable_python) -> dict[str, Any]:
    """The event by column, without what the database gives: position, ordinal and, where it is 0, the version.

    `document` makes payload and metadata, where there are any, what the adapter stores; without it they are plain JSON.
    """
    held = event.__dict__
    payload, metadata = held["payload"], held["metadata"]
    return {
        "id": held["id"],
        "organization_id": held["org_id"],
        "type": held["type"],
        "source": held["source"],
        "aggregate_type": held["aggregate_type"],
        "aggregate_id": held["aggregate_id"],
        "version": held["version"],
        "actor_id": held["actor_id"],
        "correlation_id": held["correlation_id"],
        "caused_by": held["caused_by"],
        "occurred_at": held["occurred_at"],
        "payload": None if payload is None else document(payload),
        "metadata": None if metadata is None else document(metadata),
        "schema_version": held["schema_version"] or 1,
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
        schema_version=row["schema_version"],
    )


def erase_events(aggregate_id: ID) -> tuple[Operation, ...]:
    """The writes that take an aggregate's payloads out of the log, and its snapshots away; that something happened, and when, stays (semantics 27)."""
    its = Compare("aggregate_id", "eq", aggregate_id)
    return (
        UpdateWhere(EVENTS, its, {"payload": None, "metadata": None, "erased": True}),
        DeleteWhere(SNAPSHOTS, its),
    )


class DatabaseEventStore:
    """The `EventStore` of a database. With an organisation it sees and writes that one's events alone; with None, replay's view, all of them.

    Events are read in the present shape of their type, by `upcasters`.
    """

    def __init__(self, db: Statements, organization: ID | None, upcasters: Upcasters | None = None) -> None:
        self._db = db
        self._scope = Scope(organization)
        self._upcasters = upcasters or Upcasters()

    async def append(self, event: DomainEvent, expected_version: int | None = None) -> DomainEvent:
        [appended] = await self.append_batch([event], expected_version)
        return appended

    async def append_batch(self, events: Sequence[DomainEvent], expected_version: int | None = None) -> tuple[DomainEvent, ...]:
        events = [self._upcasters.stamped(event) for event in events]
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
            yield row["position"], self._upcasters.upcast(event_of(row))

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
            yield self._upcasters.upcast(event_of(row))

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
        await tx.apply(Scope(record.org_id), [outbox_record(record.id, record.org_id, record.aggregate_id, dispatch=_dispatch(record))])

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


def arm_timer(record: DispatchRecord, due_at: Timestamp, now: Timestamp) -> tuple[Operation, ...]:
    """The writes of a timer: its record, already handed out, and its delivery, due at a time in ms (semantics 18)."""
    kept = outbox_record(record.id, record.org_id, record.aggregate_id, dispatch=_dispatch(record), published_at=now)
    return (kept, delivery_record(record.id, TIMERS, record.org_id, record.aggregate_id, due_at, due_at))


def cancel_timers(org_id: ID, aggregate_id: ID) -> Operation:
    """The write that takes an aggregate's timers out of the work, parked ones too: it left the state that armed them."""
    return DeleteWhere(DELIVERIES, AllOf((UNFINISHED, *_timers_of(org_id, aggregate_id))))


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
