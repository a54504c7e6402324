"""The dedup store in a database: one row of every (event, handler) that was handled (semantics 30, 31)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from coregen_runtime.repository.system_tables import HANDLED
from coregen_runtime.repository.types import SYSTEM, AllOf, Compare, DbQuery, DeleteWhere, Insert, Order, Where

if TYPE_CHECKING:
    from coregen_runtime.entity.types import ID, Timestamp
    from coregen_runtime.primitives.clock import Clock
    from coregen_runtime.repository.types import DatabaseAdapter, Statements

PURGED = 500
"""Rows that a purge takes at a time."""


class DatabaseDedup:
    """The `DedupStore` of a database."""

    def __init__(self, db: DatabaseAdapter, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def note(self, event_id: ID, handler: str, tx: Statements | None = None) -> bool:
        return bool(await self.note_all([event_id], handler, tx))

    async def note_all(self, event_ids: Sequence[ID], handler: str, tx: Statements | None = None) -> list[ID]:
        now, ids = self._clock.now(), list(dict.fromkeys(event_ids))
        operations = [Insert(HANDLED, {"event_id": id, "handler": handler, "handled_at": now}, if_absent=True) for id in ids]
        applied = await (tx or self._db).apply(SYSTEM, operations) if operations else ()
        return [id for id, done in zip(ids, applied, strict=True) if done.rows == 1]

    async def noted(self, event_id: ID, handler: str) -> bool:
        return bool(await self._db.select(SYSTEM, DbQuery(HANDLED, _one(event_id, handler), limit=1)))

    async def forget(self, event_id: ID, handler: str) -> None:
        await self._db.apply(SYSTEM, [DeleteWhere(HANDLED, _one(event_id, handler))])

    async def purge(self, before: Timestamp) -> int:
        gone = 0
        old = DbQuery(HANDLED, Compare("handled_at", "lt", before), (Order("handled_at"),), limit=PURGED)
        while rows := await self._db.select(SYSTEM, old):
            for handler in {row["handler"] for row in rows}:
                ids = tuple(row["event_id"] for row in rows if row["handler"] == handler)
                where = AllOf((Compare("handler", "eq", handler), Compare("event_id", "in", ids)))
                [done] = await self._db.apply(SYSTEM, [DeleteWhere(HANDLED, where)])
                gone += done.rows
        return gone


def _one(event_id: ID, handler: str) -> Where:
    return AllOf((Compare("event_id", "eq", event_id), Compare("handler", "eq", handler)))
