"""The relay's promises, on every adapter (semantics 30, 31)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

import pytest

from coregen_runtime.errors.base import BusinessError, CoreError, NotFoundError
from coregen_runtime.event.delivery import DISPATCHER, RetryPolicy
from coregen_runtime.event.outbox import DeliveryStatus, DispatchRecord
from coregen_runtime.event.relay import Relay
from coregen_runtime.event.subscriptions import DurableSubscription, Subscriptions
from coregen_runtime.event.types import DomainEvent
from coregen_runtime.primitives.clock import FrozenClock
from coregen_runtime.primitives.logger import StandardLogger
from coregen_runtime.repository.deliveries import Deliveries
from coregen_runtime.repository.types import Scope, Transaction
from tests.runtime.repository.library import ORG, OTHER_ORG, Library, Note

Handler: TypeAlias = Callable[[DomainEvent[Any], Transaction], Awaitable[None]]


class World:
    """A library whose events a relay takes to the test's handlers."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.clock = library.clock
        self.subscriptions = Subscriptions()
        self.handlers: dict[str, Handler] = {}
        self.dispatched: list[DispatchRecord] = []
        self.published: list[str] = []
        self.deliveries = Deliveries(library.db, library.clock)

    def relay(self, **options: Any) -> Relay:
        async def deliver(subscription: DurableSubscription, event: DomainEvent[Any], tx: Transaction) -> None:
            await self.handlers[subscription.name](event, tx)

        async def dispatch(record: DispatchRecord, tx: Transaction) -> None:
            self.dispatched.append(record)

        async def publish(event: DomainEvent[Any]) -> None:
            self.published.append(event.id)

        log = options.pop("log", self.deliveries)
        chosen: dict[str, Any] = {"policy": RetryPolicy(attempts=3, first=100, factor=10, jitter=0), "publish": publish, **options}
        return Relay(log, self.subscriptions, deliver=deliver, dispatch=dispatch, clock=self.clock, logger=StandardLogger("test.relay"), **chosen)

    def on(self, pattern: str, name: str, handler: Handler) -> None:
        async def unused(event: DomainEvent[Any], ctx: Any, /) -> None:
            raise AssertionError("the test delivers")

        self.subscriptions.add(DurableSubscription(name, pattern, unused))
        self.handlers[name] = handler

    def hears(self, pattern: str, name: str) -> list[str]:
        """What a handler that only listens has heard: event types."""
        heard: list[str] = []

        async def handler(event: DomainEvent[Any], tx: Transaction) -> None:
            heard.append(event.type)

        self.on(pattern, name, handler)
        return heard

    async def wait(self, milliseconds: int) -> None:
        assert isinstance(self.clock, FrozenClock)
        self.clock.advance(milliseconds)


async def drain(relay: Relay) -> None:
    while await relay.deliver_due():
        pass


async def test_each_named_handler_hears_each_event_that_it_listens_for_once(world: World) -> None:
    created, everything = world.hears("book.created", "shop.on_created"), world.hears("library/book.*", "shop.on_book")
    elsewhere = world.hears("other/book.created", "shop.on_other")
    relay = world.relay()
    book = await world.library.books().save(world.library.book())
    await drain(relay)
    await world.library.books().save(book._replace({"title": "x"}))
    await drain(relay)
    await drain(world.relay())

    assert (["book.created"], ["book.created", "book.updated"], []) == (created, everything, elsewhere)
    assert 2 == len(world.published)
    assert [] == await world.deliveries.unfinished()


async def test_a_failing_handler_neither_hides_nor_repeats_the_others(world: World) -> None:
    """Semantics 30: each (event, handler) has its own record; retries back off."""
    first, last = world.hears("*", "a.first"), world.hears("*", "z.last")
    attempts: list[int] = []

    async def flaky(event: DomainEvent[Any], tx: Transaction) -> None:
        attempts.append(world.clock.now())
        await world.library.notes().within(tx).save(Note._new({"id": f"try{len(attempts)}", "text": "x"}))
        if len(attempts) < 3:
            raise BusinessError("NOT_YET")

    world.on("book.*", "m.flaky", flaky)
    relay = world.relay()
    await world.library.books().save(world.library.book())
    started = world.clock.now()
    for step in (0, 99, 1, 999, 1):
        await world.wait(step)
        await drain(relay)

    assert [0, 100, 1_100] == [at - started for at in attempts]
    assert ["book.created", "note.created"] == first == last
    assert ["try3"] == [note.id for note in await world.library.notes().find_all()]


async def test_the_last_failure_parks_the_delivery_and_what_follows_waits_behind_it(world: World) -> None:
    """Semantics 30: in order per aggregate, per handler; parked and visible; unpark is a call."""
    broken, heard = [True], []

    async def handler(event: DomainEvent[Any], tx: Transaction) -> None:
        if broken[0] and event.payload.get("title") == "poison":
            raise ValueError("hush")
        heard.append((event.type, event.payload.get("title")))

    world.on("book.*", "shop.on_book", handler)
    others = world.hears("book.*", "shop.others")
    relay = world.relay()
    poison = await world.library.books().save(world.library.book("poison"))
    await world.library.books().delete(poison.id)
    await world.library.books().save(world.library.book("fine"))
    for _ in range(4):
        await drain(relay)
        await world.wait(10_000)
    [parked] = await relay.parked()

    assert [("book.created", "fine")] == heard
    assert 3 == len(others)
    assert ("shop.on_book", poison.id, ORG, 3, DeliveryStatus.PARKED) == (
        parked.handler,
        parked.aggregate_id,
        parked.org_id,
        parked.attempts,
        parked.status,
    )
    assert parked.last_error is not None and "ValueError" in parked.last_error and "hush" not in parked.last_error

    broken[0] = False
    with pytest.raises(NotFoundError):
        await relay.unpark(parked.record_id, "shop.others")
    await relay.unpark(parked.record_id, parked.handler)
    await drain(relay)

    assert [("book.created", "fine"), ("book.created", "poison"), ("book.deleted", "poison")] == heard
    assert [] == await relay.parked()


async def test_a_parked_delivery_may_be_skipped(world: World) -> None:
    heard: list[str] = []

    async def handler(event: DomainEvent[Any], tx: Transaction) -> None:
        if event.type == "book.created":
            raise ValueError
        heard.append(event.type)

    world.on("book.*", "shop.on_book", handler)
    relay = world.relay(policy=RetryPolicy(attempts=1))
    book = await world.library.books().save(world.library.book())
    await world.library.books().delete(book.id)
    await drain(relay)
    [parked] = await relay.parked()
    await relay.skip(parked.record_id, parked.handler)
    await drain(relay)

    assert ["book.deleted"] == heard
    with pytest.raises(NotFoundError):
        await relay.skip(parked.record_id, parked.handler)


async def test_what_a_handler_writes_and_its_mark_are_one_transaction(world: World) -> None:
    """Semantics 31: an interruption before the commit leaves neither; the delivery is made again."""
    hanging = asyncio.Event()
    patient = [False]

    async def handler(event: DomainEvent[Any], tx: Transaction) -> None:
        await world.library.notes().within(tx).save(Note._new({"id": event.id, "text": "x"}))
        hanging.set()
        if not patient[0]:
            await asyncio.sleep(60)

    world.on("book.created", "shop.on_book", handler)
    await world.library.books().save(world.library.book())
    draining = asyncio.create_task(drain(world.relay()))
    await hanging.wait()
    draining.cancel()
    with pytest.raises(asyncio.CancelledError):
        await draining
    after_interruption = await world.library.notes().count()
    [given_back] = await world.deliveries.unfinished()
    patient[0] = True
    await drain(world.relay())

    assert (0, 0, DeliveryStatus.PENDING) == (after_interruption, given_back.attempts, given_back.status)
    assert 1 == await world.library.notes().count()


async def test_two_relays_do_not_make_one_delivery_twice(world: World) -> None:
    heard = world.hears("book.created", "shop.on_book")
    for _ in range(5):
        await world.library.books().save(world.library.book())
    await asyncio.gather(*(drain(world.relay()) for _ in range(2)))

    assert 5 == len(heard)


async def test_events_of_every_organisation_are_delivered_in_their_order(world: World) -> None:
    heard: list[tuple[str, str, int]] = []

    async def handler(event: DomainEvent[Any], tx: Transaction) -> None:
        heard.append((event.org_id, event.aggregate_id, event.version))

    world.on("book.*", "shop.on_book", handler)
    for org in (ORG, OTHER_ORG):
        book = await world.library.books(org).save(world.library.book(id="same"))
        for title in ("x", "y"):
            book = await world.library.books(org).save(book._replace({"title": title}))
    await drain(world.relay())

    for org in (ORG, OTHER_ORG):
        assert [1, 2, 3] == [version for owner, _, version in heard if owner == org]


async def test_a_command_left_in_a_transaction_is_sent_after_its_commit(world: World) -> None:
    """Semantics 17."""
    record = DispatchRecord("d1", "shop.remind", {"after": 3}, ORG, "order_1", "token")
    async with world.library.db.transaction(Scope(ORG)) as tx:
        await world.library.outbox.write_dispatch(record, tx)
    relay = world.relay()
    await drain(relay)
    await drain(relay)

    assert [record] == world.dispatched
    assert DISPATCHER == "coregen.dispatch"


async def test_an_erased_event_is_delivered_to_nobody(world: World) -> None:
    """Semantics 27: what waited undelivered when its aggregate was erased is skipped; the erasure itself is heard."""
    heard = world.hears("book.*", "shop.on_book")
    book = await world.library.books().save(world.library.book())
    await world.library.books().hard_delete(book.id)
    await drain(world.relay())

    assert ["book.erased"] == heard
    assert 1 == len(world.published)


async def test_a_commit_wakes_the_relay_and_stop_ends_it(world: World) -> None:
    heard = world.hears("book.created", "shop.on_book")
    relay = world.relay(interval=60_000)
    world.library.db.on_commit(relay.wake)
    await relay.start()
    with pytest.raises(CoreError):
        await relay.start()
    await asyncio.sleep(0.05)
    await world.library.books().save(world.library.book())
    await relay.settle(timeout=5_000)
    await relay.stop()
    await relay.stop()
    await world.library.books().save(world.library.book())
    await asyncio.sleep(0.05)

    assert ["book.created"] == heard


async def test_settle_says_when_it_cannot(world: World) -> None:
    async def handler(event: DomainEvent[Any], tx: Transaction) -> None:
        raise ValueError

    world.on("*", "shop.broken", handler)
    await world.library.books().save(world.library.book())
    with pytest.raises(CoreError, match="TIMEOUT"):
        await world.relay().settle(timeout=50)
    await world.wait(1_000_000)
    await world.relay(policy=RetryPolicy(attempts=1)).settle(timeout=5_000)

    assert 1 == len(await world.deliveries.parked())


def test_waits_grow_up_to_a_limit_and_then_end() -> None:
    chance = [0.0, 1.0]
    policy = RetryPolicy(attempts=5, first=100, factor=10, longest=5_000, jitter=0)
    shaken = RetryPolicy(first=100, jitter=0.5, chance=lambda: chance.pop(0))

    assert [100, 1_000, 5_000, 5_000, None] == [policy.delay(failed) for failed in range(1, 6)]
    assert [100, 50] == [shaken.delay(1), shaken.delay(1)]
