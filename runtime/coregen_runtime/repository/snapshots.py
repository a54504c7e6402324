"""Snapshots in the database that their events stand in; they go with the aggregate when it is erased (semantics 27, 29)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic_core import to_jsonable_python

from coregen_runtime.event.snapshots import Snapshot
from coregen_runtime.repository.system_tables import SNAPSHOTS
from coregen_runtime.repository.types import AllOf, Compare, DbQuery, DeleteWhere, Insert, Order, Scope, Where

if TYPE_CHECKING:
    from coregen_runtime.entity.types import ID
    from coregen_runtime.primitives.clock import Clock
    from coregen_runtime.repository.types import Statements


class DatabaseSnapshots:
    """The `SnapshotStore` of one organisation in a database."""

    def __init__(self, db: Statements, organization: ID, clock: Clock) -> None:
        self._db = db
        self._organization = organization
        self._scope = Scope(organization)
        self._clock = clock

    async def save(self, snapshot: Snapshot, tx: Statements | None = None) -> None:
        row = {
            "organization_id": self._organization,
            "aggregate_id": snapshot.aggregate_id,
            "aggregate_type": snapshot.aggregate_type,
            "version": snapshot.version,
            "schema_version": snapshot.schema_version,
            "state": to_jsonable_python(snapshot.state, by_alias=True),
            "taken_at": snapshot.taken_at or self._clock.now(),
        }
        await (tx or self._db).apply(self._scope, [Insert(SNAPSHOTS, row, if_absent=True)])

    async def latest(self, aggregate_id: ID, schema_version: int | None = None, up_to: int | None = None) -> Snapshot | None:
        parts: list[Where] = [Compare("aggregate_id", "eq", aggregate_id)]
        if schema_version is not None:
            parts.append(Compare("schema_version", "eq", schema_version))
        if up_to is not None:
            parts.append(Compare("version", "lte", up_to))
        query = DbQuery(SNAPSHOTS, AllOf(tuple(parts)), (Order("version", descending=True),), limit=1)
        rows = await self._db.select(self._scope, query)
        if not rows:
            return None
        [row] = rows
        names = ("aggregate_id", "aggregate_type", "version", "state", "schema_version", "taken_at")
        return Snapshot(*(row[name] for name in names))

    async def prune(self, aggregate_id: ID, keep: int = 1) -> int:
        its = Compare("aggregate_id", "eq", aggregate_id)
        kept = await self._db.select(self._scope, DbQuery(SNAPSHOTS, its, (Order("version", descending=True),), limit=keep))
        older = Compare("version", "lt", kept[-1]["version"] if kept else 0)
        [done] = await self._db.apply(self._scope, [DeleteWhere(SNAPSHOTS, its if keep == 0 else AllOf((its, older)))])
        return done.rows
