"""Two applications, each with its database, and a broker between them (semantics 27, 30, 31), on every adapter."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from typing import Any

import pytest

from coregen_runtime.errors.base import CoreError, IntegrationError
from coregen_runtime.event.broker import EventBroker, InMemoryBroker, InMemoryStream
from coregen_runtime.event.delivery import BROKER, RetryPolicy
from coregen_runtime.event.receiving import Receiver
from coregen_runtime.event.types import DomainEvent
from coregen_runtime.primitives.logger import StandardLogger
from coregen_runtime.repository.inbox import DatabaseInbox
from coregen_runtime.repository.system_tables import CHECKPOINTS, EVENTS, HANDLED, RECEIVED
from coregen_runtime.repository.types import SYSTEM, DbQuery, Transaction
from coregen_runtime.testing.events import event
from tests.runtime.adapters.databases import DATABASES
from tests.runtime.adapters.postgres import postgres
from tests.runtime.event.test_relay import World, drain
from tests.runtime.repository.library import Library


class Moody(InMemoryBroker):
    """A broker that can be away, or refuse."""

    def __init__(self, stream: InMemoryStream, group: str) -> None:
        super().__init__(stream, group)
        self.mood: Exception | None = None
        self.tried = 0

    async def publish(self, events: Sequence[DomainEvent[Any]]) -> list[Exception | None]:
        self.tried += len(events)
        return await super().publish(events) if self.mood is None else [self.mood] * len(events)


class Side(World):
    """One application: its library, its handlers, its relay and its receiver."""

    def __init__(self, library: Library, stream: InMemoryStream, group: str, own: Sequence[str]) -> None:
        super().__init__(library)
        self.broker = Moody(stream, group)
        self.own = own

    def receiver(self, broker: EventBroker | None = None) -> Receiver:
        inbox = DatabaseInbox(self.library.db, self.clock)
        return Receiver(broker or self.broker, inbox, self.subscriptions, self.own, StandardLogger("test.receiver"), patience=20)

    async def send(self) -> None:
        await drain(self.relay(broker=self.broker))

    async def take(self) -> None:
        while await self.receiver_of_its_own.receive():
            pass
        await drain(self.relay())

    @property
    def receiver_of_its_own(self) -> Receiver:
        if not hasattr(self, "_receiver"):
            self._receiver = self.receiver()
        return self._receiver


@pytest.fixture(params=list(DATABASES))
async def sides(request: pytest.FixtureRequest) -> AsyncIterator[tuple[Side, Side]]:
    stream = InMemoryStream()
    async with AsyncExitStack() as stack:
        second = postgres("other") if request.param == "postgresql" else DATABASES[request.param]()
        ours, theirs = await stack.enter_async_context(DATABASES[request.param]()), await stack.enter_async_context(second)
        yield Side(Library(ours), stream, "library", ["library"]), Side(Library(theirs), stream, "shop", ["shop"])


async def test_an_event_of_one_application_reaches_a_handler_of_another_once(sides: tuple[Side, Side]) -> None:
    """Semantics 30: and in order; its own handlers hear it as well, and the stream brings it back to nobody who has it."""
    library, shop = sides
    own, heard, others = library.hears("book.*", "library.own"), shop.hears("library/book.*", "shop.on_book"), shop.hears("ordering/*", "shop.other")
    book = await library.library.books().save(library.library.book())
    await library.library.books().save(book._replace({"title": "x"}))
    await library.send()
    await library.send()
    await library.take()
    await shop.take()
    await shop.take()

    assert (["book.created", "book.updated"], ["book.created", "book.updated"], []) == (own, heard, others)
    assert ([], []) == (await library.deliveries.unfinished(), await shop.deliveries.unfinished())


async def test_an_event_that_the_stream_holds_twice_is_taken_in_once(sides: tuple[Side, Side]) -> None:
    """Semantics 30, 31: recognised by its id, after its records were purged too."""
    library, shop = sides
    heard = shop.hears("book.*", "shop.on_book")
    await library.library.books().save(library.library.book())
    await library.send()
    await shop.take()
    await shop.wait(10_000)
    await shop.relay().purge(1_000)
    [stored] = library.broker._stream.messages.values()
    library.broker._stream.ids.clear()
    await library.broker.publish([stored])
    await shop.take()

    kept = await shop.library.db.count(SYSTEM, DbQuery(HANDLED))
    forgotten = await DatabaseInbox(shop.library.db, shop.clock).purge(5_000)

    assert (["book.created"], 1, 1) == (heard, kept, forgotten)
    assert [] == await shop.library.db.select(SYSTEM, DbQuery(RECEIVED))


async def test_what_is_received_stands_beside_the_log_and_not_in_it(sides: tuple[Side, Side]) -> None:
    """Semantics 27: the log holds what happened here."""
    library, shop = sides
    shop.hears("book.*", "shop.on_book")
    await library.library.books().save(library.library.book())
    await library.send()
    await shop.take()

    assert [] == await shop.library.db.select(SYSTEM, DbQuery(EVENTS))
    assert 1 == await shop.library.db.count(SYSTEM, DbQuery(RECEIVED))


async def test_a_broker_that_is_away_costs_no_attempt(sides: tuple[Side, Side]) -> None:
    """Semantics 30: nothing is parked for an outage, however long, and the order stays."""
    library, shop = sides
    heard = shop.hears("book.*", "shop.on_book")
    library.broker.mood = IntegrationError("AWAY", transient=True)
    book = await library.library.books().save(library.library.book())
    await library.library.books().delete(book.id)
    relay = library.relay(broker=library.broker)
    for _ in range(10):
        await drain(relay)
        await library.wait(1_001)
    tried, waiting = library.broker.tried, await library.deliveries.unfinished()
    library.broker.mood = None
    await drain(relay)
    await shop.take()

    assert (10, [0, 0]) == (tried, [each.attempts for each in waiting])
    assert ["book.created", "book.deleted"] == heard


async def test_an_event_that_the_broker_refuses_is_parked_in_the_place_where_all_are(sides: tuple[Side, Side]) -> None:
    """Semantics 30: visible, and its aggregate waits behind it."""
    library, shop = sides
    heard = shop.hears("book.*", "shop.on_book")
    library.broker.mood = CoreError("INTEGRATION_FAILED", "too large")
    book = await library.library.books().save(library.library.book())
    relay = library.relay(broker=library.broker, policy=RetryPolicy(attempts=2, first=100, jitter=0))
    await drain(relay)
    await library.wait(100)
    await drain(relay)
    library.broker.mood = None
    await library.library.books().delete(book.id)
    await library.library.books().save(library.library.book())
    await drain(relay)
    [parked] = await relay.parked()
    await shop.take()
    before = list(heard)
    await relay.skip(parked.record_id, BROKER)
    await drain(relay)
    await shop.take()

    assert (BROKER, book.id, 2, "INTEGRATION_FAILED: too large") == (parked.handler, parked.aggregate_id, parked.attempts, parked.last_error)
    assert (["book.created"], ["book.created", "book.deleted"]) == (before, heard)


async def test_a_handler_of_the_other_application_fails_and_is_parked_there(sides: tuple[Side, Side]) -> None:
    """Semantics 30: retries, order and parking are the receiving database's; the broker has long let go."""
    library, shop = sides

    async def broken(event: DomainEvent[Any], tx: Transaction) -> None:
        raise ValueError

    shop.on("book.*", "shop.broken", broken)
    sound = shop.hears("book.*", "shop.sound")
    book = await library.library.books().save(library.library.book())
    await library.library.books().delete(book.id)
    await library.send()
    while await shop.receiver_of_its_own.receive():
        pass
    await drain(shop.relay(policy=RetryPolicy(attempts=1)))
    [parked] = await shop.deliveries.parked()

    assert (book.id, "shop.broken") == (parked.aggregate_id, parked.handler)
    assert ["book.created", "book.deleted"] == sound


async def test_an_erased_aggregate_is_forgotten_on_the_way_and_where_it_waits(sides: tuple[Side, Side]) -> None:
    """Semantics 27: in the stream and in the receiving database, what was erased is held no longer."""
    library, shop = sides
    heard = shop.hears("book.*", "shop.on_book")
    first, second = [await library.library.books().save(library.library.book()) for _ in range(2)]
    await library.send()
    while await shop.receiver_of_its_own.receive():
        pass
    third = await library.library.books().save(library.library.book())
    await library.send()
    for book in (first, third):
        await library.library.books().hard_delete(book.id)
    await library.send()
    held = [each.aggregate_id for each in library.broker._stream.messages.values() if each.payload]
    await shop.take()
    payloads = [row["event"] for row in await shop.library.db.select(SYSTEM, DbQuery(RECEIVED))]

    assert [second.id] == held
    assert Counter({"book.created": 1, "book.erased": 2}) == Counter(heard)
    assert {second.id} == {each["aggregateId"] for each in payloads if each and each["payload"]}


async def test_of_the_processes_of_a_group_one_reads_and_another_takes_over(sides: tuple[Side, Side]) -> None:
    """Semantics 30, 31: the order of the stream, whoever reads."""
    library, shop = sides
    heard = shop.hears("book.*", "shop.on_book")
    reading, idle = shop.receiver(), shop.receiver()
    await library.library.books().save(library.library.book())
    await library.send()
    taken = [await reading.receive(), await idle.receive()]
    await library.library.books().save(library.library.book())
    await library.send()
    kept_out = await idle.receive()
    await shop.wait(10_001)
    taken_over = await idle.receive()
    await drain(shop.relay())

    assert ([1, 0], 0, 1, 2) == (taken, kept_out, taken_over, len(heard))


async def test_a_position_that_another_process_moved_takes_nothing_in(sides: tuple[Side, Side]) -> None:
    """Semantics 31: a process that was away for a while and believes itself to be reading."""
    library, shop = sides
    heard = shop.hears("book.*", "shop.on_book")
    inbox = DatabaseInbox(shop.library.db, shop.clock)
    await library.library.books().save(library.library.book())
    await library.send()
    before = await inbox.lease("shop", "slow", 1_000)
    assert before is not None
    fetched = await shop.broker.fetch(before, 10, 10)
    taken = [await inbox.take_in("shop", holder, before, fetched.position, fetched.events) for holder in ("fast", "slow")]
    await drain(shop.relay())

    assert ([True, False], ["book.created"]) == (taken, heard)


async def test_receivers_and_relays_in_the_background_bring_everything_over(sides: tuple[Side, Side]) -> None:
    """Semantics 30: in order per aggregate, each once, with two processes on either side."""
    library, shop = sides
    heard: list[tuple[str, int]] = []

    async def handler(event: DomainEvent[Any], tx: Transaction) -> None:
        heard.append((event.aggregate_id, event.version))

    shop.on("book.*", "shop.on_book", handler)
    relays = [side.relay(interval=5, broker=broker) for side, broker in ((library, library.broker), (shop, None)) for _ in range(2)]
    receivers = [shop.receiver() for _ in range(2)]
    for relay in relays:
        await relay.start()
    for receiver in receivers:
        await receiver.start()

    async def save() -> None:
        book = await library.library.books().save(library.library.book())
        for title in "abc":
            book = await library.library.books().save(book._replace({"title": title}))

    await asyncio.gather(*(save() for _ in range(5)))
    async with asyncio.timeout(20):
        while len(heard) < 20:
            await asyncio.sleep(0.01)
    for receiver in receivers:
        await receiver.stop()
    for relay in relays:
        await relay.stop()

    assert 20 == len(set(heard)) == len(heard)
    for id in {id for id, _ in heard}:
        assert [1, 2, 3, 4] == [version for each, version in heard if each == id]
    assert [None] == [row["held_by"] for row in await shop.library.db.select(SYSTEM, DbQuery(CHECKPOINTS)) if row["name"] == "shop"]


async def test_an_event_that_a_database_cannot_hold_is_told_and_those_behind_it_come(
    sides: tuple[Side, Side], caplog: pytest.LogCaptureFixture
) -> None:
    """Semantics 30: PostgreSQL holds no NUL in a text, which another application's database may; reading does not end there."""
    library, shop = sides
    heard: list[str] = []

    async def handler(event: DomainEvent[Any], tx: Transaction) -> None:
        heard.append(event.id)

    shop.on("*", "shop.on_any", handler)
    odd = [event("e1", "a"), event("e2", "b", payload={"title": "a\0b"}), event("e3", "c\0"), event("e4", "d")]
    await library.broker.publish(odd)
    await shop.take()
    await library.broker.publish([event("e5", "a")])
    await shop.take()
    told = [record.__dict__["facts"]["id"] for record in caplog.records if record.getMessage().startswith("an event cannot be kept here")]
    lost = ["e2", "e3"] if shop.library.db.dialect == "postgresql" else []

    assert lost == told
    assert [each for each in ("e1", "e2", "e3", "e4", "e5") if each not in lost] == sorted(heard)
