"""The event log, kept in the database that the changes themselves stand in: what is appended, read, replayed and erased (semantics 27, 29, 32).

Its table is one of `system_tables.py`; who is told of an event is the concern of `outbox.py` and `deliveries.py`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from typing import TYPE_CHECKING, Any

from pydantic_core import to_jsonable_python

from coregen_runtime.event.store import EventFilter, ReadOptions
from coregen_runtime.event.types import DomainEvent
from coregen_runtime.event.upcasters import Upcasters
from coregen_runtime.repository.system_tables import EVENTS, SNAPSHOTS
from coregen_runtime.repository.types import AllOf, AppendEvent, Compare, DbQuery, DeleteWhere, Operation, Order, Scope, UpdateWhere, Where

if TYPE_CHECKING:
    from coregen_runtime.entity.types import ID, Timestamp
    from coregen_runtime.repository.types import Row, Statements

BATCH = 500
"""Rows that a stream holds in memory at a time (semantics 32)."""


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
