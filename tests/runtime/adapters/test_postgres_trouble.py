"""What goes wrong around a PostgreSQL server: processes that hang in a transaction, connections that are ended, statements that are cancelled, deadlocks."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import pytest

from coregen_adapters.postgres import PostgresAdapter
from coregen_runtime.errors.base import ConflictError, IntegrationError
from coregen_runtime.event.delivery import RetryPolicy
from coregen_runtime.event.store import EventFilter
from coregen_runtime.event.types import DomainEvent
from coregen_runtime.primitives.clock import SystemClock
from coregen_runtime.repository.log import DatabaseEventStore
from coregen_runtime.repository.types import AllOf, DbQuery, Insert, Transaction, Update, UpdateWhere
from coregen_runtime.testing.database import ITEMS, OURS, item
from tests.runtime.adapters.postgres import administrator, library_tables, postgres
from tests.runtime.event.test_relay import World, drain
from tests.runtime.repository.library import ORG, Book, Library, Note

PURPOSE = "trouble"
CONNECTED = "datname = current_database() AND application_name = 'coregen' AND pid <> pg_backend_pid()"
END_ALL = f"SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE {CONNECTED}"
END_ONE = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {CONNECTED} ORDER BY random() LIMIT 1"
CANCEL = f"SELECT count(pg_cancel_backend(pid)) FROM pg_stat_activity WHERE {CONNECTED} AND state = 'active'"


@pytest.fixture
async def db() -> AsyncIterator[PostgresAdapter]:
    async with postgres(PURPOSE) as db:
        yield db


@pytest.fixture
async def admin(db: PostgresAdapter) -> AsyncIterator[asyncpg.Connection[asyncpg.Record]]:
    connection = await asyncpg.connect(administrator(urlsplit(await library_tables(PURPOSE)).path.strip("/")))
    try:
        yield connection
    finally:
        await connection.close()


# --- who hangs in a transaction ------------------------------------------------------------------------------------------------


async def test_a_change_that_passes_over_what_is_held_waits_for_nobody(db: PostgresAdapter) -> None:
    await db.apply(OURS, [Insert(ITEMS, item(id)) for id in "abc"])
    async with db.transaction(OURS) as tx:
        await tx.apply(OURS, [Update(ITEMS, "b", {"name": "held"})])
        change = UpdateWhere(ITEMS, AllOf(), {"name": "changed"}, passing=True)
        [done] = await asyncio.create_task(_apply(db, change))
    names = {row["id"]: row["name"] for row in await db.select(OURS, DbQuery(ITEMS))}

    assert 2 == done.rows
    assert {"a": "changed", "b": "held", "c": "changed"} == names


async def _apply(db: PostgresAdapter, change: UpdateWhere) -> Any:
    return await db.apply(OURS, [change])


@pytest.mark.parametrize("attempts", [1, 6])
async def test_what_a_silent_process_holds_in_its_transaction_holds_up_its_own_lane_alone(db: PostgresAdapter, attempts: int) -> None:
    """Semantics 30, 31: neither taken up nor parked while it is held; a process that comes to itself again has done it once."""
    world, begun, go = World(Library(db)), asyncio.Event(), asyncio.Event()
    heard: list[tuple[str, int]] = []

    async def handler(event: DomainEvent[Any], tx: Transaction) -> None:
        if not begun.is_set():
            begun.set()
            await go.wait()
        await world.library.notes().within(tx).save(Note._new({"id": event.id, "text": "x"}))
        heard.append((event.aggregate_id, event.version))

    world.on("book.*", "shop.on_book", handler)
    policy = RetryPolicy(attempts=attempts)
    stuck = await world.library.books().save(world.library.book())
    hanging = asyncio.create_task(world.relay(policy=policy).deliver_due())
    await begun.wait()
    await world.library.books().save(stuck._replace({"title": "x"}))
    await world.wait(400_000)
    relay, others = world.relay(policy=policy), list[str]()
    for _ in range(3):
        others.append((await world.library.books().save(world.library.book())).id)
        await drain(relay)
        await world.wait(400_000)
    before = list(heard)
    go.set()
    await hanging
    await drain(relay)

    assert [(id, 1) for id in others] == before
    assert [(stuck.id, 1), (stuck.id, 2)] == [each for each in heard if each[0] == stuck.id]
    assert 5 == await world.library.notes().count()
    assert [] == await world.deliveries.unfinished()


async def test_a_handler_that_cannot_be_cancelled_holds_up_its_own_lane_alone(db: PostgresAdapter) -> None:
    """Semantics 30: its relay goes on with the others long after the attempt's time and its claim are over."""
    world, begun, refused, go = World(Library(db)), asyncio.Event(), asyncio.Event(), asyncio.Event()
    heard: list[str] = []

    async def handler(event: DomainEvent[Any], tx: Transaction) -> None:
        if not begun.is_set():
            begun.set()
            while not go.is_set():
                try:
                    await go.wait()
                except asyncio.CancelledError:
                    refused.set()
        heard.append(event.aggregate_id)

    world.on("book.created", "shop.on_book", handler)
    relay = world.relay(timeout=1_000)
    stuck = await world.library.books().save(world.library.book())
    await relay.start()
    await begun.wait()
    await refused.wait()
    await world.wait(100_000)
    others = [(await world.library.books().save(world.library.book())).id for _ in range(3)]
    relay.wake()
    for _ in range(1_000):
        await asyncio.sleep(0.005 if len(heard) < 3 else 0)
    before = list(heard)
    go.set()
    await relay.settle()
    await relay.stop()

    assert sorted(others) == sorted(before)
    assert [*before, stuck.id] == heard


# --- who is cut off ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("trouble", [END_ALL, END_ONE, CANCEL])
async def test_connections_that_end_and_statements_that_are_cancelled_lose_nothing_and_repeat_nothing(
    db: PostgresAdapter, admin: asyncpg.Connection[asyncpg.Record], trouble: str
) -> None:
    """Semantics 27, 30, 31: what was acknowledged is there, rows, events and the effects of handlers agree, and the pool works on."""
    library, random_ = Library(db, SystemClock()), random.Random(3)
    world = World(library)

    async def handler(event: DomainEvent[Any], tx: Transaction) -> None:
        await library.notes().within(tx).save(Note._new({"id": library.ids.generate(), "text": f"{event.aggregate_id} {event.version}"}))

    world.on("book.*", "shop.on_book", handler)
    relay = world.relay(interval=20, policy=RetryPolicy(attempts=50, first=5, factor=1))
    db.on_commit(relay.wake)
    await relay.start()
    acknowledged: dict[str, int] = {}
    failures: list[IntegrationError] = []
    working = True

    async def write(number: int) -> None:
        while working:
            try:
                book: Book = await library.books().save(library.book(tags=("a", "b")))
                acknowledged[book.id] = book.version
                async with db.transaction(library.books()._scope) as tx:
                    book = await library.books().within(tx).save(book._replace({"title": f"{number}"}))
                acknowledged[book.id] = book.version
            except IntegrationError as error:
                failures.append(error)

    writing = [asyncio.create_task(write(number)) for number in range(4)]
    for _ in range(25):
        await asyncio.sleep(random_.uniform(0, 0.04))
        await admin.execute(trouble)
    working = False
    await asyncio.gather(*writing)
    await relay.settle(60_000)
    await relay.stop()
    versions = {book.id: book.version for book in await library.books().find_all()}
    events = [f"{each.aggregate_id} {each.version}" async for each in DatabaseEventStore(db, ORG).replay(EventFilter(aggregate_type="Book"))]
    notes = [note.text for note in await library.notes().find_all()]

    assert failures and all(error.transient for error in failures)
    assert all(versions[id] >= version for id, version in acknowledged.items())
    assert Counter(versions) == Counter(event.split()[0] for event in events)
    assert sorted(events) == sorted(notes)
    assert [] == await relay.parked()


async def test_of_two_that_wait_for_each_other_one_is_told_to_try_again_and_batches_never_do(db: PostgresAdapter) -> None:
    """Semantics 22: batches go in the order of ids, so they meet no deadlock; whoever makes one by hand loses a race."""
    books = Library(db).books()
    both = [book.id for book in await books.save_batch([Library(db).book(id=f"row_{number}") for number in range(2)])]

    met = asyncio.Barrier(2)

    async def by_hand(first: str, second: str) -> None:
        async with db.transaction(books._scope) as tx:
            held = await books.within(tx).find_by_id_or_fail(second)
            await books.within(tx).save((await books.within(tx).find_by_id_or_fail(first))._replace({"title": "x"}))
            await met.wait()
            await books.within(tx).save(held._replace({"title": "x"}))

    [lost] = [each for each in await asyncio.gather(by_hand(*both), by_hand(*reversed(both)), return_exceptions=True) if each is not None]

    async def batch(order: int) -> None:
        for _ in range(20):
            held = sorted(await books.find_all(), key=lambda book: book.id)
            try:
                await books.save_batch([book._replace({"title": "y"}) for book in held[::order]])
            except ConflictError as error:
                assert "VERSION_CONFLICT" == error.code

    await asyncio.gather(*(batch(order) for order in (1, -1, 1, -1)))

    assert isinstance(lost, ConflictError) and lost.transient and "SERIALIZATION_CONFLICT" == lost.code
