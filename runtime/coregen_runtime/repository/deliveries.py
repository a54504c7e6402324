"""One record of every (outbox record, handler), in the database: what the relay still has to do, and what became of the rest (semantics 30).

A lane is one aggregate as one handler hears it. Its first unfinished delivery is `pending` (or `parked`) and those behind it are `waiting`, so
what is due is found by an index, however much waits. A claim is an update that names what it saw: of two relays that try, one touches the row.
What is attempted when is left to `event/relay.py`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from coregen_runtime.errors.base import NotFoundError
from coregen_runtime.errors.codes import ErrorCode
from coregen_runtime.event.delivery import BROKER, Backlog, Claim, Taken, claimed
from coregen_runtime.event.outbox import TIMERS, Delivery, DeliveryStatus, Lane, OutboxRecord
from coregen_runtime.repository.outbox import UNFINISHED, DatabaseOutbox, delivery_record
from coregen_runtime.repository.system_tables import CHECKPOINTS, DELIVERIES, OUTBOX, RECEIVED
from coregen_runtime.repository.types import SYSTEM, AllOf, AnyOf, Compare, DbQuery, DeleteWhere, Insert, Negate, Operation, Order, UpdateWhere, Where

if TYPE_CHECKING:
    from coregen_runtime.entity.types import ID, Timestamp
    from coregen_runtime.event.upcasters import Upcasters
    from coregen_runtime.primitives.clock import Clock
    from coregen_runtime.repository.types import DatabaseAdapter, Row, Statements, Transaction

LOOKED_AT = 512
"""Unfinished deliveries that are read to find the first of several lanes, before each lane is asked on its own."""

PURGED = 500
"""Rows that a purge takes at a time, so that it never holds the writer for long."""

_ALIVE = "relay:"
"""What the names begin with under which relays say that they live."""
_LANE = ("handler", "organization_id", "aggregate_id")
"""The columns that tell lanes apart."""
_BEGINNING = (DeliveryStatus.PENDING.value, DeliveryStatus.PARKED.value)
_FINISHED = (DeliveryStatus.DONE.value, DeliveryStatus.SKIPPED.value)


class _Overtaken(Exception):
    """Another relay has published one of the records."""


class Deliveries:
    """The `DeliveryLog` of a database."""

    def __init__(self, db: DatabaseAdapter, clock: Clock, upcasters: Upcasters | None = None) -> None:
        self._db = db
        self._clock = clock
        self._outbox = DatabaseOutbox(db, clock, upcasters)

    def transaction(self) -> AbstractAsyncContextManager[Transaction]:
        return self._db.transaction(SYSTEM)

    async def waiting(self, limit: int) -> list[OutboxRecord]:
        return await self._outbox.poll_unpublished(limit)

    async def newest(self) -> int:
        rows = await self._db.select(SYSTEM, DbQuery(OUTBOX, order=(Order("position", descending=True),), limit=1))
        return int(rows[0]["position"]) if rows else 0

    # --- into the work --------------------------------------------------------------------------------------------------------

    async def fan_out(
        self, records: Sequence[tuple[OutboxRecord, Sequence[str]]], claim: Claim, slots: int, batched: Collection[str] = (BROKER,)
    ) -> list[Taken] | None:
        made = [
            delivery_record(record.id, handler, record.org_id, record.aggregate_id, record.position, None)
            for record, handlers in records
            for handler in handlers
        ]
        by_id = {record.id: record for record, _ in records}
        unpublished = AllOf((Compare("id", "in", tuple(by_id)), Compare("published_at", "eq", None)))
        mark = UpdateWhere(OUTBOX, unpublished, {"published_at": self._clock.now()})
        lanes = list(dict.fromkeys(_delivery(write.row).lane for write in made))
        try:
            async with self.transaction() as tx:
                marked, *_ = await tx.apply(SYSTEM, [mark, *made])
                if marked.rows < len(records):
                    raise _Overtaken
                firsts, behind = await self._firsts(tx, lanes)
                chosen = _within(firsts, slots, batched)
                if await self._begin(tx, chosen, claim) < len(chosen):
                    raise _Overtaken
                await self._begin(tx, [first for first in firsts if first not in chosen], None)
        except _Overtaken:
            return None
        for lane in behind:
            await self.advance(lane, None)
        mine = [claimed(delivery, claim) for delivery in chosen]
        older = await self._taken([delivery for delivery in mine if delivery.record_id not in by_id])
        return [*older, *((delivery, by_id[delivery.record_id]) for delivery in mine if delivery.record_id in by_id)]

    async def _firsts(self, db: Statements, lanes: Sequence[Lane]) -> tuple[list[Delivery], list[Lane]]:
        """The first waiting delivery of each lane that has none pending or parked, in order; and the lanes that have one."""
        if not lanes:
            return [], []
        among = AllOf(
            (
                Compare("aggregate_id", "in", tuple({lane.aggregate_id for lane in lanes})),
                Compare("handler", "in", tuple({lane.handler for lane in lanes})),
            )
        )
        rows = await db.select(SYSTEM, DbQuery(DELIVERIES, AllOf((among, UNFINISHED)), (Order("position"),), limit=LOOKED_AT))
        many = len(rows) == LOOKED_AT
        if many:
            rows = await db.select(SYSTEM, DbQuery(DELIVERIES, AllOf((among, Compare("status", "in", _BEGINNING)))))
        begun = {_delivery(row).lane for row in rows if row["status"] in _BEGINNING}
        free = [lane for lane in lanes if lane not in begun]
        behind = [lane for lane in lanes if lane in begun]
        found: dict[Lane, Delivery] = {}
        for delivery in map(_delivery, [] if many else rows):
            found.setdefault(delivery.lane, delivery)
        if many:
            found = {lane: first for lane in free for first in await self._next(db, lane, 1)}
        return sorted((found[lane] for lane in free if lane in found), key=lambda delivery: delivery.position), behind

    async def _next(self, db: Statements, lane: Lane, limit: int) -> list[Delivery]:
        """What waits in a lane, in order."""
        query = DbQuery(DELIVERIES, AllOf((_of(lane), Compare("status", "eq", DeliveryStatus.WAITING.value))), (Order("position"),), limit=limit)
        return [_delivery(row) for row in await db.select(SYSTEM, query)]

    async def _begin(self, db: Statements, firsts: Sequence[Delivery], claim: Claim | None) -> int:
        """Waiting deliveries become pending, claimed or free. Returns how many still were waiting."""
        pending: dict[str, Any] = {"status": DeliveryStatus.PENDING.value}
        changes = (
            {**pending, "due_at": self._clock.now()} if claim is None else {**pending, "attempts": 1, "claimed_by": claim.by, "due_at": claim.until}
        )
        operations = [_begun(same, changes) for same, _ in _alike(firsts)]
        return sum(done.rows for done in await db.apply(SYSTEM, operations)) if operations else 0

    async def advance(self, lane: Lane, claim: Claim | None, limit: int = 1) -> list[Taken]:
        next = await self._next(self._db, lane, limit)
        if not next:
            return []
        begun = DbQuery(DELIVERIES, AllOf((_of(lane), Compare("status", "in", _BEGINNING))), limit=1)
        if await self._db.select(SYSTEM, begun) or not await self._begin(self._db, next[:1], claim) or claim is None:
            return []
        return await self._taken([claimed(next[0], claim), *next[1:]])

    async def advance_all(self, lanes: Sequence[Lane]) -> None:
        firsts, _ = await self._firsts(self._db, list(dict.fromkeys(lanes)))
        await self._begin(self._db, firsts, None)

    async def beat(self, by: str, until: Timestamp) -> None:
        name = _ALIVE + by
        first = {"name": name, "stream": "", "position": 0, "held_by": by, "held_until": until}
        changed = UpdateWhere(CHECKPOINTS, Compare("name", "eq", name), {"held_until": until})
        await self._db.apply(SYSTEM, [Insert(CHECKPOINTS, first, if_absent=True), changed])

    async def revive(self, latest: Timestamp) -> int:
        now = self._clock.now()
        silent = AllOf((Compare("name", "startsWith", _ALIVE), AnyOf((Compare("held_until", "lt", now), Compare("held_until", "gt", latest)))))
        revived = 0
        for row in await self._db.select(SYSTEM, DbQuery(CHECKPOINTS, silent)):
            theirs = AllOf((Compare("status", "eq", DeliveryStatus.PENDING.value), Compare("claimed_by", "eq", row["held_by"])))
            over = AllOf((Compare("name", "eq", row["name"]), silent))
            [due, _] = await self._db.apply(SYSTEM, [UpdateWhere(DELIVERIES, theirs, {"due_at": now}, passing=True), DeleteWhere(CHECKPOINTS, over)])
            revived += due.rows
        return revived

    async def give_back(self, by: str, lanes: Sequence[Lane]) -> int:
        carried: defaultdict[str, set[str]] = defaultdict(set)
        for lane in lanes:
            carried[lane.handler].add(lane.aggregate_id)
        others = (
            Negate(AllOf((Compare("handler", "eq", handler), Compare("aggregate_id", "in", tuple(sorted(ids))))))
            for handler, ids in sorted(carried.items())
        )
        theirs = (Compare("status", "eq", DeliveryStatus.PENDING.value), Compare("claimed_by", "eq", by), Compare("due_at", "gt", self._clock.now()))
        [given] = await self._db.apply(SYSTEM, [UpdateWhere(DELIVERIES, AllOf((*theirs, *others)), {"due_at": self._clock.now()}, passing=True)])
        return given.rows

    async def mend(self) -> int:
        where = DbQuery(DELIVERIES, UNFINISHED, (Order("position"),), heads_of=_LANE)
        lost = [_delivery(row) for row in await self._db.select(SYSTEM, replace(where, then=Compare("status", "eq", DeliveryStatus.WAITING.value)))]
        return await self._begin(self._db, lost, None)

    # --- claims ---------------------------------------------------------------------------------------------------------------

    async def due(self, handlers: Sequence[str], limit: int) -> list[Delivery]:
        return await self._pending(handlers, Compare("due_at", "lte", self._clock.now()), limit)

    async def due_timers(self, limit: int) -> list[Delivery]:
        """Of each aggregate the timer that fell due first, unless it is parked or backs off. A timer's position is when it falls due."""
        return await self._fallen(Compare("due_at", "lte", self._clock.now()), limit)

    async def timers_left(self) -> bool:
        return bool(await self._fallen(AllOf(), 1))

    async def _fallen(self, then: Where, limit: int) -> list[Delivery]:
        fallen = AllOf((UNFINISHED, Compare("handler", "eq", TIMERS), Compare("position", "lte", self._clock.now())))
        pending = AllOf((Compare("status", "eq", DeliveryStatus.PENDING.value), then))
        rows = await self._db.select(SYSTEM, DbQuery(DELIVERIES, fallen, (Order("position"),), limit=limit, heads_of=_LANE, then=pending))
        return [_delivery(row) for row in rows]

    async def left(self, handlers: Sequence[str]) -> bool:
        unfinished = AllOf((UNFINISHED, Compare("handler", "in", tuple(handlers))))
        going = Compare("status", "in", (DeliveryStatus.PENDING.value, DeliveryStatus.WAITING.value))
        return bool(await self._db.select(SYSTEM, DbQuery(DELIVERIES, unfinished, (Order("position"),), limit=1, heads_of=_LANE, then=going)))

    async def next_due(self, handlers: Sequence[str]) -> Timestamp | None:
        found = await self._pending(handlers, AllOf(), 1)
        return found[0].due_at if found else None

    async def _pending(self, handlers: Sequence[str], then: Where, limit: int) -> list[Delivery]:
        where = AllOf((Compare("status", "eq", DeliveryStatus.PENDING.value), then, Compare("handler", "in", tuple(handlers))))
        rows = await self._db.select(SYSTEM, DbQuery(DELIVERIES, where, (Order("due_at"), Order("position")), limit=limit))
        return [_delivery(row) for row in rows]

    async def claim(self, deliveries: Sequence[Delivery], claim: Claim) -> list[Taken]:
        if not deliveries:
            return []
        due = AllOf((Compare("status", "eq", DeliveryStatus.PENDING.value), Compare("due_at", "lte", self._clock.now())))
        alike = list(_alike(deliveries))
        applied = await self._db.apply(
            SYSTEM,
            [
                UpdateWhere(
                    DELIVERIES,
                    AllOf((same, Compare("attempts", "eq", each.attempts), due)),
                    {"attempts": each.attempts + 1, "claimed_by": claim.by, "due_at": claim.until},
                    passing=True,
                )
                for same, each in alike
            ],
        )
        mine = [claimed(delivery, claim) for delivery in deliveries]
        if sum(done.rows for done in applied) < len(deliveries):
            ours = AllOf(
                (
                    Compare("record_id", "in", tuple(delivery.record_id for delivery in deliveries)),
                    Compare("status", "eq", DeliveryStatus.PENDING.value),
                    Compare("claimed_by", "eq", claim.by),
                    Compare("due_at", "eq", claim.until),
                )
            )
            won = {(row["record_id"], row["handler"], row["attempts"]) for row in await self._db.select(SYSTEM, DbQuery(DELIVERIES, ours))}
            mine = [delivery for delivery in mine if (delivery.record_id, delivery.handler, delivery.attempts) in won]
        return await self._taken(mine)

    async def release(self, deliveries: Sequence[Delivery], due_at: Timestamp) -> None:
        operations = [
            UpdateWhere(DELIVERIES, _claims(same, each), {"attempts": each.attempts - 1, "claimed_by": None, "due_at": due_at})
            for same, each in _alike(deliveries)
        ]
        if operations:
            await self._db.apply(SYSTEM, operations)

    async def _taken(self, deliveries: Sequence[Delivery]) -> list[Taken]:
        if not deliveries:
            return []
        records = {record.id: record for record in await self._outbox.get_many([delivery.record_id for delivery in deliveries])}
        return [(delivery, records[delivery.record_id]) for delivery in deliveries if delivery.record_id in records]

    # --- out of the work ------------------------------------------------------------------------------------------------------

    async def finish(
        self, delivery: Delivery, tx: Statements, status: DeliveryStatus = DeliveryStatus.DONE, following: Delivery | None = None
    ) -> tuple[bool, bool]:
        operations: list[Operation] = [self._finished(delivery, status)]
        if following is not None:
            stands = {
                "status": following.status.value,
                "attempts": following.attempts,
                "claimed_by": following.claimed_by,
                "due_at": following.due_at,
            }
            operations.append(_begun(_only(following), stands))
        done, *begun = [each.rows == 1 for each in await tx.apply(SYSTEM, operations)]
        return done, any(begun)

    async def finish_all(self, deliveries: Sequence[tuple[Delivery, DeliveryStatus]]) -> None:
        operations: list[Operation] = []
        for status in dict.fromkeys(status for _, status in deliveries):
            of_status = [delivery for delivery, each in deliveries if each is status]
            operations += [
                UpdateWhere(DELIVERIES, _claims(same, each), {"status": status.value, "due_at": self._clock.now()})
                for same, each in _alike(of_status)
            ]
        if operations:
            await self._db.apply(SYSTEM, operations)

    def _finished(self, delivery: Delivery, status: DeliveryStatus) -> UpdateWhere:
        return UpdateWhere(DELIVERIES, _claims(_only(delivery), delivery), {"status": status.value, "due_at": self._clock.now()})

    async def fail(self, delivery: Delivery, error: str, retry_at: Timestamp | None) -> bool:
        changes: dict[str, Any] = {"last_error": error, "claimed_by": None}
        changes |= {"status": DeliveryStatus.PARKED.value, "due_at": self._clock.now()} if retry_at is None else {"due_at": retry_at}
        [done] = await self._db.apply(SYSTEM, [UpdateWhere(DELIVERIES, _claims(_only(delivery), delivery), changes, passing=True)])
        return done.rows == 1

    # --- what a person sees and does ------------------------------------------------------------------------------------------

    async def backlog(self) -> Backlog:
        async def count(status: DeliveryStatus) -> int:
            return await self._db.count(SYSTEM, DbQuery(DELIVERIES, Compare("status", "eq", status.value)))

        now = self._clock.now()
        unpublished = DbQuery(OUTBOX, Compare("published_at", "eq", None))
        oldest = [record.event.occurred_at for record in await self.waiting(1) if record.event is not None]
        free = AllOf((Compare("status", "eq", DeliveryStatus.PENDING.value), Compare("due_at", "lte", now)))
        oldest += [row["due_at"] for row in await self._db.select(SYSTEM, DbQuery(DELIVERIES, free, (Order("due_at"), Order("position")), limit=1))]
        return Backlog(
            unpublished=await self._db.count(SYSTEM, unpublished),
            pending=await count(DeliveryStatus.PENDING),
            waiting=await count(DeliveryStatus.WAITING),
            parked=await count(DeliveryStatus.PARKED),
            lag=max(0, now - min(oldest, default=now)),
        )

    async def unfinished(self) -> list[Delivery]:
        """All waiting, pending and parked deliveries, in order."""
        rows = await self._db.select(SYSTEM, DbQuery(DELIVERIES, UNFINISHED, (Order("position"), Order("handler"))))
        return [_delivery(row) for row in rows]

    async def parked(self) -> list[Delivery]:
        """Those that wait for a person, in order."""
        parked = DbQuery(DELIVERIES, Compare("status", "eq", DeliveryStatus.PARKED.value), (Order("position"), Order("handler")))
        return [_delivery(row) for row in await self._db.select(SYSTEM, parked)]

    async def unpark(self, record_id: ID, handler: str) -> None:
        """Let a parked delivery be attempted again, its attempts counted anew. Raises NotFoundError."""
        changes = {"status": DeliveryStatus.PENDING.value, "attempts": 0, "claimed_by": None, "due_at": self._clock.now()}
        await self._settle_parked(record_id, handler, changes)

    async def skip(self, record_id: ID, handler: str) -> None:
        """Give a parked delivery up, so that those behind it go on. Raises NotFoundError."""
        lane = await self._settle_parked(record_id, handler, {"status": DeliveryStatus.SKIPPED.value, "due_at": self._clock.now()})
        await self.advance(lane, None)

    async def _settle_parked(self, record_id: ID, handler: str, changes: Row) -> Lane:
        where = AllOf(
            (Compare("record_id", "eq", record_id), Compare("handler", "eq", handler), Compare("status", "eq", DeliveryStatus.PARKED.value))
        )
        found = await self._db.select(SYSTEM, DbQuery(DELIVERIES, where))
        [done] = await self._db.apply(SYSTEM, [UpdateWhere(DELIVERIES, where, changes)])
        if done.rows == 0:
            raise NotFoundError(ErrorCode.NOT_FOUND, f"no delivery of {record_id} to {handler} is parked")
        return _delivery(found[0]).lane

    async def purge(self, before: Timestamp) -> int:
        gone = 0
        for status in _FINISHED:
            finished = AllOf((Compare("status", "eq", status), Compare("due_at", "lt", before)))
            while rows := await self._db.select(SYSTEM, DbQuery(DELIVERIES, finished, (Order("due_at"), Order("position")), limit=PURGED)):
                same = [AllOf((each, Compare("status", "eq", status))) for each, _ in _alike([_delivery(row) for row in rows])]
                gone += sum(done.rows for done in await self._db.apply(SYSTEM, [DeleteWhere(DELIVERIES, where) for where in same]))
        return gone + await self._purge_records(before)

    async def _purge_records(self, before: Timestamp) -> int:
        gone, after = 0, 0
        while True:
            old = AllOf((Compare("published_at", "lt", before), Compare("position", "gt", after)))
            rows = await self._db.select(SYSTEM, DbQuery(OUTBOX, old, (Order("position"),), limit=PURGED))
            if not rows:
                return gone
            after = rows[-1]["position"]
            ids = tuple(row["id"] for row in rows)
            kept = {row["record_id"] for row in await self._db.select(SYSTEM, DbQuery(DELIVERIES, Compare("record_id", "in", ids)))}
            done = Compare("id", "in", tuple(id for id in ids if id not in kept))
            gone += (await self._db.apply(SYSTEM, [DeleteWhere(RECEIVED, done), DeleteWhere(OUTBOX, done)]))[1].rows


def _within(firsts: Sequence[Delivery], slots: int, batched: Collection[str]) -> list[Delivery]:
    """As many of the deliveries as there are slots, and all of the batched handlers'."""
    found = []
    for delivery in firsts:
        if delivery.handler in batched:
            found.append(delivery)
        elif slots > 0:
            found.append(delivery)
            slots -= 1
    return found


def _begun(same: Where, changes: Row) -> UpdateWhere:
    """What waits becomes pending."""
    return UpdateWhere(DELIVERIES, AllOf((same, Compare("status", "eq", DeliveryStatus.WAITING.value))), changes)


def _alike(deliveries: Iterable[Delivery]) -> Iterable[tuple[Where, Delivery]]:
    """A condition for all deliveries that stand alike, apart from their records; and one of them."""
    groups: defaultdict[tuple[str, int, str | None], list[Delivery]] = defaultdict(list)
    for delivery in deliveries:
        groups[delivery.handler, delivery.attempts, delivery.claimed_by].append(delivery)
    for (handler, _, _), alike in sorted(groups.items(), key=lambda group: group[0][:2]):
        ids = tuple(sorted(delivery.record_id for delivery in alike))
        yield AllOf((Compare("record_id", "in", ids), Compare("handler", "eq", handler))), alike[0]


def _only(delivery: Delivery) -> Where:
    return AllOf((Compare("record_id", "eq", delivery.record_id), Compare("handler", "eq", delivery.handler)))


def _of(lane: Lane) -> Where:
    return AllOf(
        (Compare("aggregate_id", "eq", lane.aggregate_id), Compare("handler", "eq", lane.handler), Compare("organization_id", "eq", lane.org_id))
    )


def _claims(same: Where, delivery: Delivery) -> Where:
    """`same`, where it is still claimed as this one was."""
    return AllOf(
        (
            same,
            Compare("status", "eq", DeliveryStatus.PENDING.value),
            Compare("attempts", "eq", delivery.attempts),
            Compare("claimed_by", "eq", delivery.claimed_by),
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
        claimed_by=row["claimed_by"],
    )
