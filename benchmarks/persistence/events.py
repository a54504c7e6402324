"""Events: appended, replayed, and on their way from a commit to a handler; one relay and four processes, SQLite, PostgreSQL and NATS between two databases.

Run as `python -m benchmarks.persistence.events relay URL`, it is one of the four processes.
"""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
import statistics
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

from benchmarks.harness import Contestant, Figure, measure
from benchmarks.persistence import server
from coregen_adapters.app import open_database
from coregen_runtime import DatabaseAdapter, DomainEvent, EventFilter, SystemClock
from coregen_runtime.event.broker import EventBroker
from coregen_runtime.event.outbox import DispatchRecord
from coregen_runtime.event.receiving import Receiver
from coregen_runtime.event.relay import Relay
from coregen_runtime.event.subscriptions import DurableSubscription, Subscriptions
from coregen_runtime.primitives.logger import StandardLogger
from coregen_runtime.repository.deliveries import Deliveries
from coregen_runtime.repository.inbox import DatabaseInbox
from coregen_runtime.repository.log import DatabaseEventStore
from coregen_runtime.repository.outbox import DatabaseOutbox
from coregen_runtime.repository.types import Transaction

ORG = "org_1"
CLOCK = SystemClock()
LOGGER = StandardLogger("benchmark")
APPENDED, REPLAYED, WAITED, DELIVERED, AGGREGATES = 200, 100_000, 200, 2_000, 400
NATS = os.environ.get("COREGEN_TEST_NATS", "nats://127.0.0.1:4222")

Hear = Callable[[DomainEvent[Any]], None]


def event(number: int, aggregates: int = AGGREGATES) -> DomainEvent[Any]:
    """An event of about half a kilobyte; those of one aggregate follow each other."""
    payload = {"number": number, "lines": [{"sku": f"LMP-{line}", "price": {"amount": 4990, "currency": "EUR"}} for line in range(5)]}
    return DomainEvent(
        id=f"evt_{uuid4().hex}",
        type="order.placed",
        source="shop",
        aggregate_id=f"order_{number % aggregates}",
        aggregate_type="Order",
        payload=payload,
        occurred_at=CLOCK.now(),
        org_id=ORG,
        version=1 + number // aggregates,
    )


def subscribed() -> Subscriptions:
    """One durable handler of all events."""

    async def unused(event: DomainEvent[Any], ctx: Any, /) -> None:
        raise AssertionError("the relay calls deliver")

    subscriptions = Subscriptions()
    subscriptions.add(DurableSubscription("shop.on_order", "order.*", unused))
    return subscriptions


def relay_of(db: DatabaseAdapter, hear: Hear, broker: EventBroker | None = None) -> Relay:
    """A relay whose handler does nothing beside what every delivery does: a transaction, and the mark in it."""

    async def deliver(subscription: DurableSubscription, event: DomainEvent[Any], tx: Transaction) -> None:
        hear(event)

    async def dispatch(record: DispatchRecord, tx: Transaction) -> None:
        raise AssertionError("nothing is dispatched here")

    several = 1 if db.dialect == "sqlite" else 8
    subscriptions = Subscriptions() if broker else subscribed()
    relay = Relay(
        Deliveries(db, CLOCK), subscriptions, deliver=deliver, dispatch=dispatch, clock=CLOCK, logger=LOGGER, concurrency=several, broker=broker
    )
    db.on_commit(relay.wake)
    return relay


async def opened(url: str) -> DatabaseAdapter:
    db = open_database(url)
    await db.open()
    return db


@dataclass
class _Stores:
    """A SQLite file and, where there is a server, a PostgreSQL database, each full of events."""

    folder: TemporaryDirectory[str] = field(default_factory=TemporaryDirectory)
    urls: dict[str, str] = field(default_factory=dict)

    async def make(self, name: str) -> dict[str, str]:
        """New, empty databases by the name of their kind."""
        made = {"SQLite file": f"sqlite:///{Path(self.folder.name) / name}.db"}
        if await server.available():
            made["PostgreSQL"] = server.url(await server.make_database())
        return made


def contestants(quick: bool = False) -> Sequence[Contestant]:
    """Appending and replaying, beside the standard library's driver."""
    return server.run(_contestants(REPLAYED // 10 if quick else REPLAYED))


async def _contestants(count: int) -> Sequence[Contestant]:
    stores, found = _Stores(), list[Contestant]()
    for kind, url in (await stores.make("log")).items():
        db = await opened(url)
        store = DatabaseEventStore(db, ORG)
        for first in range(0, count, 1_000):
            await store.append_batch([event(number, 1_000_000) for number in range(first, first + 1_000)])
        append, replay = f"append an event, {kind}", f"replay {count} events, {kind}"
        if kind == "SQLite file":
            found.append(Contestant(append, "sqlite3, one insert a commit", lambda: _by_hand(stores.folder.name), APPENDED, floor=True))
            path = Path(stores.folder.name) / "log.db"
            found.append(Contestant(replay, "sqlite3 and json, all rows", lambda path=path: _read_by_hand(path), count, floor=True))  # type: ignore[misc]  # the default binds this one
        found += [
            Contestant(append, "EventStore.append", _loop(lambda store=store: _append(store)), APPENDED),  # type: ignore[misc]  # the default binds this one
            Contestant(append, "EventStore.append_batch, 100 a commit", _loop(lambda store=store: _append_many(store)), APPENDED),  # type: ignore[misc]  # the default binds this one
            Contestant(replay, "EventStore.replay_positions", _loop(lambda store=store: _replay(store)), count),  # type: ignore[misc]  # the default binds this one
        ]
    return found


def _loop(work: Callable[[], Awaitable[object]]) -> Callable[[], object]:
    async def once() -> object:
        return await work()

    return lambda: server.run(once())


def _by_hand(folder: str) -> None:
    with sqlite3.connect(Path(folder) / f"{uuid4().hex}.db", isolation_level=None) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("CREATE TABLE log (position INTEGER PRIMARY KEY, id TEXT UNIQUE, aggregate TEXT, version INTEGER, payload TEXT)")
        for number in range(APPENDED):
            made = event(number)
            row = (made.id, made.aggregate_id, made.version, json.dumps(made.payload))
            connection.execute("INSERT INTO log (id, aggregate, version, payload) VALUES (?, ?, ?, ?)", row)
    connection.close()


def _read_by_hand(path: Path) -> None:
    connection = sqlite3.connect(path)
    for row in connection.execute("SELECT * FROM coregen_events ORDER BY position"):
        json.loads(row[13])
    connection.close()


async def _append(store: DatabaseEventStore) -> None:
    first = int(time.time() * 1e6)
    for number in range(APPENDED):
        await store.append(event(first + number, 1_000_000_000_000))


async def _append_many(store: DatabaseEventStore) -> None:
    first = int(time.time() * 1e6)
    for begin in range(0, APPENDED, 100):
        await store.append_batch([event(first + begin + number, 1_000_000_000_000) for number in range(100)])


async def _replay(store: DatabaseEventStore) -> int:
    seen = 0
    async for _ in store.replay_positions(EventFilter()):
        seen += 1
    return seen


# --- from the commit to the handler -------------------------------------------------------------------------------------------


def deliveries(quick: bool = False) -> tuple[Figure, ...]:
    """Latency (median: p50, maximum: p99) and throughput of deliveries."""
    return server.run(_deliveries(DELIVERED // 4 if quick else DELIVERED))


async def _deliveries(count: int) -> tuple[Figure, ...]:
    stores = _Stores()
    found: list[Figure] = []
    for kind, url in (await stores.make("latency")).items():
        found.append(_latency(f"from commit to handler (median p50, maximum p99), {kind}", "one relay", await _waits(url, url, None)))
    for kind, url in (await stores.make("sending")).items():
        [other] = [made for each, made in (await stores.make("receiving")).items() if each == kind]
        waits = await _over_nats(url, other)
        found += (
            [_latency(f"from commit to handler (median p50, maximum p99), {kind}", "in another process's database, over NATS", waits)]
            if waits
            else []
        )
    for processes in (1, 4):
        for kind, url in (await stores.make(f"throughput{processes}")).items():
            name = "one relay" if processes == 1 else "four processes"
            found.append(_rate(f"deliver {count} events of {AGGREGATES} aggregates, {kind}", name, count, await _drain(url, count, processes)))
    return tuple(found)


def _latency(group: str, name: str, waits: Sequence[float]) -> Figure:
    ordered = sorted(waits)
    median = statistics.median(ordered)
    return Figure(group, name, False, len(ordered), ordered[0], median, ordered[int(len(ordered) * 0.99)], median)


def _rate(group: str, name: str, count: int, seconds: float) -> Figure:
    return Figure(group, name, False, 1, seconds, seconds, seconds, seconds / count)


async def _waits(sending: str, receiving: str, brokers: tuple[EventBroker, EventBroker] | None) -> list[float]:
    """Seconds from each commit to the call of its handler, one event after the other."""
    committed, heard, arrived = [0.0], list[float](), asyncio.Event()

    def hear(event: DomainEvent[Any]) -> None:
        heard.append(time.perf_counter() - committed[0])
        arrived.set()

    async with AsyncExitStack() as stack:
        db = await opened(sending)
        stack.push_async_callback(db.close)
        db.on_commit(lambda: committed.__setitem__(0, time.perf_counter()))
        relays = [relay_of(db, hear, None if brokers is None else brokers[0])]
        if brokers is not None:
            other = await opened(receiving)
            stack.push_async_callback(other.close)
            relays.append(relay_of(other, hear))
            receiver = Receiver(brokers[1], DatabaseInbox(other, CLOCK), subscribed(), ["other"], LOGGER)
            await receiver.start()
            stack.push_async_callback(receiver.stop)
        for relay in relays:
            await relay.start()
            stack.push_async_callback(relay.stop)
        outbox = DatabaseOutbox(db, CLOCK)
        for number in range(WAITED):
            arrived.clear()
            await outbox.write(event(number, 1_000_000), db)
            await asyncio.wait_for(arrived.wait(), 30)
            await asyncio.sleep(0.005)
    return heard


async def _over_nats(sending: str, receiving: str) -> list[float]:
    from coregen_adapters.nats import NatsBroker
    from coregen_runtime import CoreError

    stream = f"coregen_bench_{uuid4().hex[:8]}"
    brokers = NatsBroker(NATS, "shop", stream=stream, retention=600_000), NatsBroker(NATS, "other", stream=stream)
    try:
        for broker in brokers:
            await broker.open(LOGGER)
    except CoreError:
        return []
    waits = await _waits(sending, receiving, brokers)
    await brokers[0]._connected().jetstream().delete_stream(stream)
    for broker in brokers:
        await broker.close()
    return waits


def _process(url: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "benchmarks.persistence.events", "relay", url], stdout=subprocess.PIPE)


async def _drain(url: str, count: int, processes: int) -> float:
    """Seconds until a backlog of that many events is delivered, by processes that are up when it is written."""
    children = [_process(url) for _ in range(processes)]
    try:
        for child in children:
            assert child.stdout is not None
            await asyncio.to_thread(child.stdout.readline)
        db = await opened(url)
        await DatabaseOutbox(db, CLOCK).write_batch([event(number) for number in range(count)], db)
        started = time.perf_counter()
        log = Deliveries(db, CLOCK)
        while await log.waiting(1) or await log.next_due(["shop.on_order"]) is not None:
            await asyncio.sleep(0.02)
        seconds = time.perf_counter() - started
        await db.close()
        return seconds
    finally:
        for child in children:
            child.kill()
            child.wait()


async def _be_a_relay(url: str) -> None:
    relay = relay_of(await opened(url), lambda event: None)
    await relay.start()
    print("up", flush=True)
    await asyncio.Event().wait()


def peak_of_a_replay(count: int = REPLAYED) -> int:
    """The most bytes that Python held at a time while it replayed that many events of a SQLite file."""
    return server.run(_peak(count))


async def _peak(count: int) -> int:
    with TemporaryDirectory() as folder:
        db = await opened(f"sqlite:///{Path(folder) / 'log.db'}")
        store = DatabaseEventStore(db, ORG)
        for first in range(0, count, 1_000):
            await store.append_batch([event(number, 1_000_000) for number in range(first, first + 1_000)])
        tracemalloc.start()
        await _replay(store)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        await db.close()
        return peak


def figures(quick: bool = False) -> tuple[Figure, ...]:
    """All of it."""
    return (*measure(contestants(quick), rounds=3), *deliveries(quick))


if __name__ == "__main__":
    if sys.argv[1:2] == ["relay"]:
        asyncio.run(_be_a_relay(sys.argv[2]))
    else:
        from benchmarks.harness import table

        print(table(figures("--quick" in sys.argv)))
        print(f"replay of {REPLAYED} events: {peak_of_a_replay() / 1e6:.1f} MB at most")
