"""Trouble that no handler is to blame for, on every adapter (semantics 29-31): one event, one handler or one lane is held up by it, and nothing else."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from typing import Any

import pytest

from coregen_runtime.errors.base import BusinessError, CoreError, IntegrationError
from coregen_runtime.event.broker import InMemoryBroker, InMemoryStream, StreamPosition
from coregen_runtime.event.delivery import BROKER, RetryPolicy
from coregen_runtime.event.outbox import DeliveryStatus
from coregen_runtime.event.store import EventFilter
from coregen_runtime.event.types import DomainEvent
from coregen_runtime.event.upcasters import Upcasters
from coregen_runtime.repository.deliveries import Deliveries
from coregen_runtime.repository.inbox import DatabaseInbox
from coregen_runtime.repository.log import DatabaseEventStore
from coregen_runtime.repository.outbox import DatabaseOutbox
from coregen_runtime.repository.system_tables import CHECKPOINTS
from coregen_runtime.repository.types import SYSTEM, DbQuery, Transaction
from coregen_runtime.testing.events import event
from tests.conftest import PROFILE
from tests.runtime.event.test_relay import World, drain
from tests.runtime.event.test_relay_at_work import killed
from tests.runtime.repository.library import ORG

HOUR = 3_600_000
MANY = 10_000 if PROFILE == "nightly" else 200


def picky() -> Upcasters:
    """Upcasters of which one fails on a certain book."""

    def upcaster(old: Any) -> Any:
        pages: Any = None if old["title"] == "poison" else 1
        return {**old, "pages": pages + 1}

    upcasters = Upcasters()
    upcasters.add("library", "book.created", lambda old: {**old, "new": True}, upcaster)
    return upcasters


WHY = r'INVALID_STATE: the upcaster of "library/book.created" from shape 2 to 3 failed on event evt_\w+: TypeError at test_trouble.py:\d+ in upcaster'


async def test_an_event_whose_upcaster_fails_is_parked_and_holds_up_its_own_lane_alone(world: World) -> None:
    """Semantics 29, 30: for each of its handlers and for the broker, told with the upcaster's place; mended, it goes out."""
    heard: list[Any] = []

    async def handler(event: DomainEvent[Any], tx: Transaction) -> None:
        heard.append((event.type, event.payload.get("pages")))

    world.on("book.*", "shop.on_book", handler)
    broker = InMemoryBroker(InMemoryStream(), "library")
    poison = await world.library.books().save(world.library.book("poison"))
    await world.library.books().delete(poison.id)
    await world.library.books().save(world.library.book("fine"))
    once = RetryPolicy(attempts=1)
    relay = world.relay(log=Deliveries(world.library.db, world.clock, picky()), broker=broker, policy=once)
    await relay.settle()
    parked = await relay.parked()
    before, published = list(heard), len(world.published)

    assert [("book.created", 2)] == before
    assert {("shop.on_book", poison.id), (BROKER, poison.id)} == {(each.handler, each.aggregate_id) for each in parked}
    assert all(re.fullmatch(WHY, each.last_error or "") for each in parked)
    assert 2 == published

    mended = world.relay(broker=broker, policy=once)
    for each in parked:
        await mended.unpark(each.record_id, each.handler)
    await mended.settle()

    assert ["book.created", "book.created", "book.deleted"] == [type for type, _ in heard]
    assert [] == await mended.parked()


async def test_a_replay_that_meets_an_upcaster_that_fails_names_it_and_the_event(world: World) -> None:
    """Semantics 29: what was read before it stands, and nothing is passed over in silence."""
    for title in ("fine", "poison", "fine"):
        await world.library.books().save(world.library.book(title))
    seen: list[int] = []
    store = DatabaseEventStore(world.library.db, ORG, picky())
    with pytest.raises(CoreError, match=WHY):
        async for _, event in store.replay_positions(EventFilter()):
            seen.append(event.payload["pages"])

    assert [2] == seen


async def test_a_clock_that_is_set_back_delays_and_loses_nothing(world: World) -> None:
    """Semantics 30, 31: new events go out at once, who is at work goes on saying that it lives, and what had its time yet to come is made when it comes."""
    heard: list[tuple[str, int]] = []
    broken = [True]

    async def handler(event: DomainEvent[Any], tx: Transaction) -> None:
        if broken[0] and event.payload.get("title") == "later":
            raise BusinessError("NOT_YET")
        heard.append((event.aggregate_id, event.version))

    world.on("book.*", "shop.on_book", handler)
    relay = world.relay()
    later = await world.library.books().save(world.library.book("later"))
    await drain(relay)
    broken[0] = False
    await world.wait(-HOUR)
    fresh = [await world.library.books().save(world.library.book()) for _ in range(3)]
    await world.library.books().save(later._replace({"title": "x"}))
    await drain(relay)
    at_once, now = list(heard), world.clock.now()
    alive = [row["held_until"] for row in await world.library.db.select(SYSTEM, DbQuery(CHECKPOINTS))]
    await world.wait(HOUR + 100)
    await drain(relay)

    assert sorted((book.id, 1) for book in fresh) == sorted(at_once)
    assert [now + 10_000] == alive
    assert [(later.id, 1), (later.id, 2)] == heard[3:]


async def test_a_broker_that_was_away_is_tried_again_though_the_clock_is_set_back(world: World) -> None:
    """Semantics 30: what waited for a time by the old clock goes when that comes, new events at once."""
    stream = InMemoryStream()
    broker = InMemoryBroker(stream, "library")
    relay = world.relay(broker=_Away(broker, 1))
    first = await world.library.books().save(world.library.book())
    await drain(relay)
    await world.wait(-HOUR)
    second = await world.library.books().save(world.library.book())
    await drain(relay)
    sent = [event.aggregate_id for event in (await broker.fetch(StreamPosition(), 10, 0)).events]

    assert [second.id] == sent
    await world.wait(HOUR + 1_000)
    await drain(relay)
    assert [second.id, first.id] == [event.aggregate_id for event in (await broker.fetch(StreamPosition(), 10, 0)).events]


class _Away:
    """A broker that is away the first times."""

    def __init__(self, broker: InMemoryBroker, times: int) -> None:
        self._broker, self._times = broker, times

    def __getattr__(self, name: str) -> Any:
        return getattr(self._broker, name)

    async def publish(self, events: Sequence[DomainEvent[Any]]) -> list[Exception | None]:
        if self._times:
            self._times -= 1
            return [IntegrationError("INTEGRATION_FAILED", "away", transient=True)] * len(events)
        return await self._broker.publish(events)


async def test_what_nobody_listens_for_any_more_waits_for_its_handler_and_holds_up_no_other(world: World) -> None:
    """Semantics 30: a release without the handler delivers to the others, and one that has it again finds every event in order."""

    async def broken(event: DomainEvent[Any], tx: Transaction) -> None:
        raise ValueError

    world.on("book.*", "shop.gone", broken)
    others = world.hears("book.*", "shop.others")
    book = await world.library.books().save(world.library.book())
    await world.library.books().save(book._replace({"title": "x"}))
    await drain(world.relay())
    without = World(world.library)
    still = without.hears("book.*", "shop.others")
    await without.library.books().delete(book.id)
    await without.wait(HOUR)
    await without.relay().settle()
    left = [(each.handler, each.status, each.attempts) for each in await world.deliveries.unfinished()]
    again = World(world.library)
    heard = again.hears("book.*", "shop.gone")
    await again.relay().settle()

    assert [("shop.gone", DeliveryStatus.PENDING, 1), ("shop.gone", DeliveryStatus.WAITING, 0)] == left
    assert ["book.created", "book.updated", "book.deleted"] == [*others, *still]
    assert ["book.created", "book.updated"] == heard


async def test_an_event_of_ten_megabytes_comes_whole(world: World) -> None:
    """Semantics 30, 32: to a handler and in a replay, no byte less."""
    lengths: list[int] = []

    async def handler(event: DomainEvent[Any], tx: Transaction) -> None:
        lengths.append(len(event.payload["title"]))

    world.on("book.created", "shop.on_book", handler)
    await world.library.books().save(world.library.book("x" * 10_000_000))
    await drain(world.relay())
    replayed = [len(each.payload["title"]) async for each in DatabaseEventStore(world.library.db, ORG).replay(EventFilter())]

    assert [10_000_000] == lengths == replayed


@pytest.mark.parametrize("lanes", [1, MANY])
async def test_thousands_that_are_parked_or_wait_behind_one_hold_up_nobody_else(world: World, lanes: int) -> None:
    """Semantics 30: in as many lanes, or all in one; all of them go out, in order, once a person lets them."""
    count = MANY // 10 if world.library.db.dialect == "memory" or lanes == 1 else MANY
    broken, heard = [True], list[tuple[str, int]]()

    async def handler(event: DomainEvent[Any], tx: Transaction) -> None:
        if broken[0] and event.type == "order.placed":
            raise BusinessError("NOT_YET")
        heard.append((event.aggregate_id, int(event.id)))

    world.on("*", "shop.on_any", handler)
    outbox = DatabaseOutbox(world.library.db, world.clock)
    await outbox.write_batch([event(f"{number:05}", f"order_{number % lanes}") for number in range(count)], world.library.db)
    relay = world.relay(policy=RetryPolicy(attempts=1), concurrency=16)
    await relay.settle(300_000)
    parked = await relay.parked()
    await outbox.write(event("99999", "free", type="order.paid"), world.library.db)
    await relay.settle()
    before = list(heard)
    broken[0] = False
    for each in parked:
        await relay.unpark(each.record_id, each.handler)
    await relay.settle(300_000)

    assert min(lanes, count) == len(parked)
    assert [("free", 99_999)] == before
    assert sorted(heard[1:], key=lambda each: each[1]) == [(f"order_{number % lanes}", number) for number in range(count)]
    assert lanes > 1 or heard[1:] == sorted(heard[1:])
    assert [] == await world.deliveries.unfinished()


async def test_a_clock_that_is_set_back_gives_nobody_a_longer_life(world: World) -> None:
    """Semantics 31: what a dead relay had claimed, and the place of a dead reader, are taken up as soon as others look; of the living, nothing is."""
    heard, begun, hang = list[str](), asyncio.Event(), [True]

    async def handler(event: DomainEvent[Any], tx: Transaction) -> None:
        begun.set()
        if hang[0]:
            await asyncio.sleep(60)
        heard.append(event.type)

    world.on("book.created", "shop.on_book", handler)
    await world.library.books().save(world.library.book())
    inbox = DatabaseInbox(world.library.db, world.clock)
    await inbox.lease("shop", "dead", 10_000)
    await killed(world, begun)
    hang[0] = False
    held = await inbox.lease("shop", "other", 10_000)
    await drain(world.relay())
    before = list(heard)
    await world.wait(-HOUR)
    free = await inbox.lease("shop", "other", 10_000)
    await drain(world.relay())

    assert (None, []) == (held, before)
    assert (StreamPosition(), ["book.created"]) == (free, heard)
