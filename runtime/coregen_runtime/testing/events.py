"""The contracts of `EventStore`, `EventOutbox`, `SnapshotStore` and `DedupStore` (semantics 27, 29-32): subclass them and say how a database is made."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

from coregen_runtime.errors.base import ConflictError, NotFoundError
from coregen_runtime.event.dedup import DedupStore
from coregen_runtime.event.outbox import DispatchRecord
from coregen_runtime.event.snapshots import Snapshot, rebuild
from coregen_runtime.event.store import EventFilter, EventStore, ReadOptions
from coregen_runtime.event.types import DomainEvent
from coregen_runtime.event.upcasters import Upcasters
from coregen_runtime.primitives.clock import FrozenClock
from coregen_runtime.repository.dedup import DatabaseDedup
from coregen_runtime.repository.log import BATCH, DatabaseEventStore, erase_events
from coregen_runtime.repository.outbox import DatabaseOutbox
from coregen_runtime.repository.snapshots import DatabaseSnapshots
from coregen_runtime.repository.types import AppendEvent, DatabaseAdapter, Scope
from coregen_runtime.testing.database import OURS, raised


def event(id: str, aggregate: str = "order_1", **values: Any) -> DomainEvent[Any]:
    """An event of the contract's own module."""
    stamps = {"type": "order.placed", "source": "contract", "aggregate_type": "Order", "occurred_at": 1_000, "org_id": "org_ours"}
    return DomainEvent(id=id, aggregate_id=aggregate, **{"payload": {"id": id}, **stamps, **values})


async def collected(stream: AsyncIterator[DomainEvent[Any]]) -> list[str]:
    """The ids of a stream's events, in order."""
    return [each.id async for each in stream]


class EventStoreContract:
    """What holds for every `EventStore`."""

    def adapter(self) -> AbstractAsyncContextManager[DatabaseAdapter]:
        """An empty database, open while the block runs."""
        raise NotImplementedError("the subclass says how its adapter is made")

    def store(self, db: DatabaseAdapter, organization: str | None) -> EventStore:
        """The store of that database, as one organisation sees it or, with None, as replay does."""
        return DatabaseEventStore(db, organization)

    @asynccontextmanager
    async def _opened(self) -> AsyncIterator[tuple[EventStore, DatabaseAdapter]]:
        async with self.adapter() as db:
            yield self.store(db, "org_ours"), db

    async def test_an_event_comes_back_as_it_was_appended(self) -> None:
        given = event("e1", actor_id="actor_1", correlation_id="cor_1", caused_by="e0", metadata={"try": 1}, payload={"total": {"amount": 5}})
        async with self._opened() as (store, _):
            appended = await store.append(given)

            assert given.model_copy(update={"version": 1, "schema_version": 1}) == appended
            assert [appended] == [each async for each in store.read("order_1")]

    async def test_of_many_events_at_once_each_takes_the_next_ordinal_of_its_version(self) -> None:
        """Semantics 29: `(aggregate_id, version, ordinal)` is unique, whatever stood there and however many come together."""
        async with self._opened() as (_, db):
            await db.apply(OURS, [AppendEvent(event("before", "order_0", version=1))])
            many = [AppendEvent(event(f"e{number:02}", f"order_{number % 7}", version=1 + number % 2)) for number in range(30)]
            applied = await db.apply(OURS, many)
            seen: dict[tuple[str, int], list[int]] = {}
            for operation, done in zip(many, applied, strict=True):
                seen.setdefault((operation.event.aggregate_id, done.values["version"]), []).append(done.values["ordinal"])
            await raised(ConflictError, db.apply(OURS, [AppendEvent(event(f"e{number:02}", "order_9", version=number)) for number in range(25, 40)]))
            positions = [done.values["position"] for done in applied]

            assert positions == sorted(set(positions))
            assert [1, 2, 3] == seen.pop(("order_0", 1))
            assert all(list(range(len(ordinals))) == ordinals for ordinals in seen.values())
            assert 0 == await self.store(db, "org_ours").get_version("order_9")

    async def test_an_append_at_another_version_than_expected_is_a_conflict(self) -> None:
        """Semantics 29: append takes an expected version."""
        async with self._opened() as (store, _):
            await store.append(event("e1"), expected_version=0)
            await raised(ConflictError, store.append(event("e2"), expected_version=0))
            await store.append(event("e3"), expected_version=1)

            assert 2 == await store.get_version("order_1")
            assert 0 == await store.get_version("order_2")
            assert ["e1", "e3"] == await collected(store.read("order_1"))

    async def test_one_change_may_emit_several_events(self) -> None:
        """Semantics 29: (aggregate, version, ordinal) is unique."""
        async with self._opened() as (store, _):
            appended = await store.append_batch([event("e1"), event("e2"), event("e3", "order_2")])

            assert [1, 1, 1] == [each.version for each in appended]
            assert ["e1", "e2"] == await collected(store.read("order_1"))

    async def test_a_batch_is_appended_whole_or_not_at_all(self) -> None:
        async with self._opened() as (store, _):
            await store.append(event("e1"))
            await raised(ConflictError, store.append_batch([event("e2"), event("e1", "order_2")]))

            assert ["e1"] == await collected(store.replay(EventFilter()))

    async def test_of_parallel_appends_at_one_version_one_succeeds(self) -> None:
        async with self._opened() as (store, _):
            racing = [store.append(event(f"e{number}"), expected_version=0) for number in range(8)]
            outcomes = await asyncio.gather(*racing, return_exceptions=True)

            assert 7 == sum(isinstance(outcome, ConflictError) for outcome in outcomes)
            assert 1 == await store.get_version("order_1")

    async def test_reads_take_what_their_options_say(self) -> None:
        async with self._opened() as (store, _):
            for number in range(1, 5):
                await store.append(event(f"e{number}", occurred_at=number * 1_000, type="order.paid" if number == 3 else "order.placed"))

            assert ["e3", "e4"] == await collected(store.read("order_1", ReadOptions(after=2)))
            assert ["e2", "e3"] == await collected(store.read("order_1", ReadOptions(start=2_000, end=4_000)))
            assert ["e1", "e2"] == await collected(store.read_by_type("order.placed", ReadOptions(limit=2)))
            assert ["e3"] == await collected(store.replay(EventFilter(types=["order.paid"], aggregate_type="Order"), 1_000))

    async def test_a_store_sees_the_events_of_its_organisation(self) -> None:
        """Semantics 23; replay sees all of them."""
        async with self._opened() as (store, db):
            theirs = self.store(db, "org_theirs")
            await store.append(event("e1"))
            await theirs.append(event("e2", org_id="org_theirs"))
            everything = await collected(self.store(db, None).replay(EventFilter()))

            assert (["e1"], ["e2"]) == (await collected(store.read("order_1")), await collected(theirs.read("order_1")))
            assert ["e1"] == await collected(store.replay(EventFilter(org_id=None)))
            assert ["e1", "e2"] == everything

    async def test_a_reader_that_keeps_its_position_sees_every_event_once(self) -> None:
        """Semantics 29 and 32: positions rise; a stream longer than what is held in memory is read to its end."""
        count = BATCH + 3
        async with self._opened() as (store, _):
            await store.append_batch([event(f"e{number:04}", f"order_{number}") for number in range(count)])
            seen: list[str] = []
            at = 0
            async for position, each in store.replay_positions(EventFilter()):
                assert position > at
                at = position
                seen.append(each.id)
            await store.append(event("last"))

            assert [f"e{number:04}" for number in range(count)] == seen
            assert ["last"] == [each.id async for _, each in store.replay_positions(EventFilter(), after=at)]

    async def test_writers_in_parallel_hide_nothing_from_a_reader_that_keeps_its_position(self) -> None:
        """Semantics 29: what commits late is not behind a position that was given out before."""
        async with self.adapter() as db:
            seen: list[str] = []
            at, written = 0, asyncio.Event()

            async def write(writer: int) -> None:
                for number in range(10):
                    async with db.transaction(OURS) as tx:
                        await self._in(tx).append(event(f"e{writer}.{number}", f"order_{writer}"))
                        await asyncio.sleep(0.002 * (writer % 3))

            async def read() -> None:
                nonlocal at
                while not (written.is_set() and len(seen) == 60):
                    async for position, each in self.store(db, None).replay_positions(EventFilter(), after=at):
                        assert position > at
                        at = position
                        seen.append(each.id)
                    await asyncio.sleep(0.001)

            reading = asyncio.create_task(read())
            await asyncio.gather(*(write(writer) for writer in range(6)))
            written.set()
            await asyncio.wait_for(reading, 10)

            assert sorted(f"e{writer}.{number}" for writer in range(6) for number in range(10)) == sorted(seen)

    def _in(self, tx: Any) -> EventStore:
        return DatabaseEventStore(tx, "org_ours")

    async def test_an_old_event_is_read_in_the_present_shape(self) -> None:
        """Semantics 29 and the specification's section 3: what is stored stays; a chain of upcasters takes it further."""
        now = Upcasters()
        now.add("contract", "order.placed", lambda old: {"sum": old["total"]}, lambda old: {**old, "currency": "EUR"})
        async with self.adapter() as db:
            await DatabaseEventStore(db, "org_ours").append(event("e1", payload={"total": 5}))
            await DatabaseEventStore(db, "org_ours").append(event("e2", type="order.paid", payload={"total": 5}))
            later = DatabaseEventStore(db, "org_ours", now)
            await later.append(event("e3", payload={"sum": 7, "currency": "USD"}))
            seen = [(each.payload, each.schema_version) async for each in later.read("order_1")]
            replayed = [each.payload async for _, each in later.replay_positions(EventFilter(types=["order.placed"]))]
            stored = [each.payload async for each in DatabaseEventStore(db, "org_ours").read("order_1")]

            assert [({"sum": 5, "currency": "EUR"}, 3), ({"total": 5}, 1), ({"sum": 7, "currency": "USD"}, 3)] == seen
            assert [{"sum": 5, "currency": "EUR"}, {"sum": 7, "currency": "USD"}] == replayed
            assert {"total": 5} == stored[0]


class EventOutboxContract:
    """What holds for every `EventOutbox`."""

    def adapter(self) -> AbstractAsyncContextManager[DatabaseAdapter]:
        """An empty database, open while the block runs."""
        raise NotImplementedError("the subclass says how its adapter is made")

    @asynccontextmanager
    async def _opened(self) -> AsyncIterator[tuple[DatabaseOutbox, DatabaseAdapter]]:
        async with self.adapter() as db:
            yield DatabaseOutbox(db, FrozenClock(7)), db

    async def test_a_record_stands_in_the_outbox_if_its_transaction_commits(self) -> None:
        """Semantics 27: the event and its record commit with the change, or not at all."""
        async with self._opened() as (outbox, db):

            async def fail() -> None:
                async with db.transaction(OURS) as tx:
                    await outbox.write(event("lost"), tx)
                    raise LookupError

            await raised(LookupError, fail())
            async with db.transaction(OURS) as tx:
                await outbox.write_batch([event("e1"), event("e2")], tx)
            records = await outbox.poll_unpublished(10)

            assert ["e1", "e2"] == [record.event.id for record in records if record.event]
            assert ["e1", "e2"] == await collected(DatabaseEventStore(db, "org_ours").replay(EventFilter()))

    async def test_a_published_record_is_polled_no_more(self) -> None:
        async with self._opened() as (outbox, db):
            await outbox.write_batch([event("e1"), event("e2")], db)
            await outbox.mark_published("e1")
            await raised(NotFoundError, outbox.mark_published("e9"))

            assert ["e2"] == [record.id for record in await outbox.poll_unpublished(10)]
            assert 7 == (await outbox.get("e1")).published_at

    async def test_a_failure_is_counted_and_seen(self) -> None:
        async with self._opened() as (outbox, db):
            await outbox.write(event("e1"), db)
            await outbox.mark_failed("e1", "the handler was away")
            await outbox.mark_failed("e1", "the handler was away again")
            [record] = await outbox.poll_unpublished(10)

            assert (2, "the handler was away again") == (record.attempts, record.last_error)

    async def test_a_poll_gives_the_oldest_first_and_no_more_than_asked(self) -> None:
        async with self._opened() as (outbox, db):
            for number in range(5):
                await outbox.write(event(f"e{number}"), db)

            assert ["e0", "e1", "e2"] == [record.id for record in await outbox.poll_unpublished(3)]

    async def test_a_dispatch_comes_back_as_it_was_written(self) -> None:
        """Semantics 17."""
        given = DispatchRecord("d1", "shop.remind", {"after": 3}, "org_ours", "order_1", "token", "actor_1", "cor_1", "e1")
        async with self._opened() as (outbox, db):
            async with db.transaction(OURS) as tx:
                await outbox.write_dispatch(given, tx)
            [record] = await outbox.poll_unpublished(10)

            assert (given, None) == (record.dispatch, record.event)

    async def test_an_erased_event_is_known_to_be(self) -> None:
        """Semantics 27: erasing takes the payload, not the fact."""
        async with self._opened() as (outbox, db):
            await outbox.write_batch([event("e1", metadata={"a": 1}), event("e2", "order_2"), event("e3", org_id="org_theirs")], db)
            await db.apply(Scope("org_ours"), erase_events("order_1"))
            records = await outbox.poll_unpublished(10)

            assert [True, False, False] == [record.erased for record in records]
            assert [None, {"id": "e2"}, {"id": "e3"}] == [record.event.payload for record in records if record.event]

    async def test_a_record_holds_its_event_in_the_present_shape(self) -> None:
        now = Upcasters()
        now.add("contract", "order.placed", lambda old: {**old, "new": True})
        async with self._opened() as (outbox, db):
            await outbox.write(event("e1"), db)
            [record] = await DatabaseOutbox(db, FrozenClock(), now).poll_unpublished(10)

            assert record.event is not None
            assert ({"id": "e1", "new": True}, 2) == (record.event.payload, record.event.schema_version)


class SnapshotStoreContract:
    """What holds for every `SnapshotStore`."""

    def adapter(self) -> AbstractAsyncContextManager[DatabaseAdapter]:
        """An empty database, open while the block runs."""
        raise NotImplementedError("the subclass says how its adapter is made")

    @asynccontextmanager
    async def _opened(self) -> AsyncIterator[tuple[DatabaseSnapshots, DatabaseAdapter]]:
        async with self.adapter() as db:
            yield DatabaseSnapshots(db, "org_ours", FrozenClock(7)), db

    async def test_the_latest_is_the_one_of_the_highest_version(self) -> None:
        async with self._opened() as (snapshots, db):
            for version in (2, 10, 9):
                await snapshots.save(Snapshot("order_1", "Order", version, {"total": version}))
            await snapshots.save(Snapshot("order_1", "Order", 10, {"total": "again"}))
            theirs = DatabaseSnapshots(db, "org_theirs", FrozenClock())

            assert Snapshot("order_1", "Order", 10, {"total": 10}, 1, 7) == await snapshots.latest("order_1")
            assert 9 == getattr(await snapshots.latest("order_1", up_to=9), "version", None)
            assert [None, None, None] == [
                await snapshots.latest("order_2"),
                await snapshots.latest("order_1", schema_version=2),
                await theirs.latest("order_1"),
            ]

    async def test_pruning_keeps_the_newest(self) -> None:
        async with self._opened() as (snapshots, _):
            for version in range(1, 6):
                await snapshots.save(Snapshot("order_1", "Order", version, {}))
            await snapshots.save(Snapshot("order_2", "Order", 1, {}))

            assert (3, 0) == (await snapshots.prune("order_1", keep=2), await snapshots.prune("order_1", keep=2))
            assert None is await snapshots.latest("order_1", up_to=3)
            assert 2 == await snapshots.prune("order_1", keep=0)
            assert None is not await snapshots.latest("order_2")

    async def test_rebuilding_reads_the_events_since_the_snapshot(self) -> None:
        """Semantics 32: constant memory, and with a snapshot few reads."""
        async with self._opened() as (snapshots, db):
            store = DatabaseEventStore(db, "org_ours")

            def fold(state: int, each: DomainEvent[Any]) -> int:
                return state + int(each.payload["amount"])

            async def rebuilt(schema_version: int = 1) -> tuple[int, int, int]:
                found = await rebuild(store, snapshots, "order_1", fold, 0, every=10, schema_version=schema_version)
                return found.state, found.version, found.read

            await store.append_batch([event(f"e{number}", payload={"amount": number}) for number in range(2)])
            for number in range(2, 12):
                await store.append(event(f"e{number}", payload={"amount": number}))
            first = await rebuilt()
            await store.append(event("e12", payload={"amount": 12}))

            assert (66, 11, 12) == first
            assert (78, 12, 1) == await rebuilt()
            assert (78, 12, 13) == await rebuilt(schema_version=2)

    async def test_erasing_an_aggregate_takes_its_snapshots(self) -> None:
        """Semantics 27: a snapshot is made of what was erased; others' stay."""
        async with self._opened() as (snapshots, db):
            await snapshots.save(Snapshot("order_1", "Order", 1, {"name": "secret"}))
            await snapshots.save(Snapshot("order_2", "Order", 1, {}))
            await db.apply(Scope("org_ours"), erase_events("order_1"))

            assert None is await snapshots.latest("order_1")
            assert None is not await snapshots.latest("order_2")


class DedupStoreContract:
    """What holds for every `DedupStore`."""

    def adapter(self) -> AbstractAsyncContextManager[DatabaseAdapter]:
        """An empty database, open while the block runs."""
        raise NotImplementedError("the subclass says how its adapter is made")

    def dedup(self, db: DatabaseAdapter, clock: FrozenClock) -> DedupStore:
        return DatabaseDedup(db, clock)

    async def test_an_event_is_noted_once_for_each_handler(self) -> None:
        """Semantics 30: duplicates are recognised by (event id, handler)."""
        async with self.adapter() as db:
            dedup = self.dedup(db, FrozenClock())
            notes = [await dedup.note("e1", "a"), await dedup.note("e1", "a"), await dedup.note("e1", "b")]
            batch = await dedup.note_all(["e2", "e1", "e3", "e2"], "a")
            before = await dedup.noted("e3", "a")
            await dedup.forget("e3", "a")

            assert ([True, False, True], ["e2", "e3"]) == (notes, batch)
            assert (True, False, False) == (before, await dedup.noted("e3", "a"), await dedup.noted("e2", "b"))

    async def test_of_many_at_once_one_is_told_that_it_is_the_first(self) -> None:
        """Semantics 31: who marks an event in the same moment as others may act once."""
        async with self.adapter() as db:
            dedup = self.dedup(db, FrozenClock())

            assert 1 == sum(await asyncio.gather(*(dedup.note("e1", "a") for _ in range(8))))

    async def test_what_is_old_is_forgotten(self) -> None:
        async with self.adapter() as db:
            clock = FrozenClock(1_000)
            dedup = self.dedup(db, clock)
            await dedup.note_all([f"e{number}" for number in range(600)], "a")
            await dedup.note("e1", "b")
            clock.advance(10)
            await dedup.note("late", "a")

            assert (601, 0) == (await dedup.purge(1_010), await dedup.purge(1_010))
            assert (False, True) == (await dedup.noted("e1", "a"), await dedup.noted("late", "a"))
