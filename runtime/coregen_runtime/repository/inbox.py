"""What an application has taken from a broker's stream, and where it stands in it, in its own database (semantics 27, 31).

A received event stands beside the log, not in it: the log holds what happened here. It leaves with its outbox record.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from coregen_runtime.event.broker import StreamPosition, is_erasure
from coregen_runtime.event.types import DomainEvent
from coregen_runtime.repository.dedup import DatabaseDedup
from coregen_runtime.repository.outbox import outbox_record
from coregen_runtime.repository.system_tables import CHECKPOINTS, RECEIVED
from coregen_runtime.repository.types import SYSTEM, AllOf, AnyOf, Compare, DbQuery, Insert, Operation, UpdateWhere, Where

if TYPE_CHECKING:
    from coregen_runtime.primitives.clock import Clock
    from coregen_runtime.repository.types import DatabaseAdapter

TAKER = "coregen.inbox"
"""The name under which it is kept which events were taken in."""


_AHEAD = 10
"""Leases by which the clocks of two processes may differ; one that ends later was given before the clock was set back."""


class _Moved(Exception):
    """Another process has moved the position."""


class DatabaseInbox:
    """The `Inbox` of a database."""

    def __init__(self, db: DatabaseAdapter, clock: Clock) -> None:
        self._db = db
        self._clock = clock
        self._dedup = DatabaseDedup(db, clock)

    async def lease(self, group: str, holder: str, lease: int) -> StreamPosition | None:
        now = self._clock.now()
        over = (Compare("held_until", "lte", now), Compare("held_until", "gt", now + _AHEAD * lease))
        free = AllOf((_of(group), AnyOf((Compare("held_by", "eq", holder), *over))))
        first = {"name": group, "stream": "", "position": 0, "held_by": None, "held_until": 0}
        [_, held] = await self._db.apply(
            SYSTEM,
            [Insert(CHECKPOINTS, first, if_absent=True), UpdateWhere(CHECKPOINTS, free, {"held_by": holder, "held_until": now + lease})],
        )
        if held.rows == 0:
            return None
        [row] = await self._db.select(SYSTEM, DbQuery(CHECKPOINTS, _of(group)))
        return StreamPosition(row["stream"], row["position"])

    async def take_in(self, group: str, holder: str, after: StreamPosition, position: StreamPosition, events: Sequence[DomainEvent[Any]]) -> bool:
        there = AllOf((_of(group), Compare("stream", "eq", after.stream), Compare("position", "eq", after.sequence)))
        move = UpdateWhere(CHECKPOINTS, there, {"stream": position.stream, "position": position.sequence})
        try:
            async with self._db.transaction(SYSTEM) as tx:
                [moved] = await tx.apply(SYSTEM, [move])
                if moved.rows == 0:
                    raise _Moved
                fresh = set(await self._dedup.note_all([event.id for event in events], TAKER, tx))
                operations = [operation for event in events if event.id in fresh for operation in _keep(event)]
                if operations:
                    await tx.apply(SYSTEM, operations)
        except _Moved:
            return False
        return True

    async def purge(self, retention: int) -> int:
        return await self._dedup.purge(self._clock.now() - retention)

    async def leave(self, group: str, holder: str) -> None:
        mine = AllOf((_of(group), Compare("held_by", "eq", holder)))
        await self._db.apply(SYSTEM, [UpdateWhere(CHECKPOINTS, mine, {"held_by": None, "held_until": 0})])


def _keep(event: DomainEvent[Any]) -> tuple[Operation, ...]:
    """The writes that leave an event to the relay; of an erased aggregate, what waits undelivered is blanked before."""
    row = {"id": event.id, "organization_id": event.org_id, "aggregate_id": event.aggregate_id}
    document = event.model_dump(mode="json", by_alias=True)
    kept = (Insert(RECEIVED, {**row, "event": document}), outbox_record(event.id, event.org_id, event.aggregate_id, event_id=event.id))
    if not is_erasure(event):
        return kept
    its = AllOf((Compare("organization_id", "eq", event.org_id), Compare("aggregate_id", "eq", event.aggregate_id)))
    return (UpdateWhere(RECEIVED, its, {"event": None}), *kept)


def _of(group: str) -> Where:
    return Compare("name", "eq", group)
