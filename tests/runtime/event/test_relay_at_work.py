"""Relays side by side, handlers that take their process with them, and what is read and kept of it all (semantics 30, 31), on every adapter."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from typing import Any

import pytest

from coregen_runtime.errors.base import IntegrationError
from coregen_runtime.errors.codes import ErrorCode
from coregen_runtime.event.delivery import Backlog, Claim, RetryPolicy, Taken
from coregen_runtime.event.outbox import Delivery, DeliveryStatus, Lane
from coregen_runtime.event.types import DomainEvent
from coregen_runtime.repository.deliveries import Deliveries
from coregen_runtime.repository.system_tables import DELIVERIES, OUTBOX
from coregen_runtime.repository.types import SYSTEM, Compare, DbQuery, Transaction, UpdateWhere
from tests.runtime.event.test_relay import World, drain

ONE_WRITER = ("memory", "sqlite in memory", "sqlite file")


class _Killed(Deliveries):
    """The log of a relay whose process ends by SIGKILL: nothing is given back."""

    async def release(self, deliveries: Sequence[Delivery], due_at: int) -> None:
        return None


async def killed(world: World, begun: asyncio.Event, **options: Any) -> None:
    """A round of a relay that ends, as by SIGKILL, once a handler has begun."""
    begun.clear()
    relay = world.relay(log=_Killed(world.library.db, world.clock), **options)
    round = asyncio.create_task(relay.deliver_due())
    await begun.wait()
    round.cancel()
    await asyncio.gather(round, return_exceptions=True)


async def test_an_attempt_is_counted_before_the_handler_runs(world: World) -> None:
    """Semantics 30, 31: so a handler that ends its process each time is parked in the end, and not tried for ever."""
    seen: list[str] = []
    begun = asyncio.Event()

    async def deadly(event: DomainEvent[Any], tx: Transaction) -> None:
        seen.append(event.id)
        begun.set()
        await asyncio.sleep(60)

    world.on("book.created", "shop.deadly", deadly)
    book = await world.library.books().save(world.library.book())
    counted: list[int] = []
    for _ in range(3):
        await killed(world, begun)
        counted += [each.attempts for each in await world.deliveries.unfinished()]
        await world.wait(10_001)
    await drain(world.relay())
    [parked] = await world.deliveries.parked()

    assert ([1, 2, 3], 3) == (counted, len(seen))
    assert (book.id, 3, "the process that attempted it ended each time") == (parked.aggregate_id, parked.attempts, parked.last_error)


class _Watched(Deliveries):
    """Keeps how often the next of a lane is asked for once the one before it is done."""

    asked = 0

    async def advance(self, lane: Lane, claim: Claim | None, limit: int = 1) -> list[Taken]:
        self.asked += 1
        return await super().advance(lane, claim, limit)


async def test_what_ends_a_delivery_claims_the_one_behind_it(world: World) -> None:
    """Semantics 30, 31: one commit does both, so between two deliveries of a lane nothing is lost, and a failure leaves the next where it was."""
    heard: list[int] = []
    faults = [RuntimeError("once")]

    async def handler(event: DomainEvent[Any], tx: Transaction) -> None:
        if event.version == 4 and faults:
            raise faults.pop()
        heard.append(event.version)

    world.on("book.*", "shop.on_book", handler)
    book = await world.library.books().save(world.library.book())
    for number in range(5):
        book = await world.library.books().save(book._replace({"title": f"t{number}"}))
    log = _Watched(world.library.db, world.clock)
    relay = world.relay(log=log)
    await drain(relay)
    left = [(each.status.value, each.claimed_by, each.attempts) for each in await world.deliveries.unfinished()]
    first = (list(heard), log.asked)
    await world.wait(60_000)
    await drain(relay)

    assert ([1, 2, 3], 1) == first
    assert [("pending", None, 1), ("waiting", None, 0), ("waiting", None, 0)] == left
    assert [1, 2, 3, 4, 5, 6] == heard


class _Unanswered(Deliveries):
    """Claims, and loses the first answer to one of the ways to claim on its way back."""

    losing = ""

    def _answer(self, way: str, taken: Any) -> Any:
        if taken and way == self.losing:
            self.losing = ""
            raise IntegrationError(ErrorCode.INTEGRATION_FAILED, "the connection was lost", transient=True)
        return taken

    async def fan_out(self, *given: Any) -> list[Taken] | None:
        return self._answer("fan_out", await super().fan_out(*given))  # type: ignore[no-any-return]  # what was given comes back

    async def claim(self, deliveries: Sequence[Delivery], claim: Claim) -> list[Taken]:
        return self._answer("claim", await super().claim(deliveries, claim))  # type: ignore[no-any-return]  # what was given comes back

    async def advance(self, lane: Lane, claim: Claim | None, limit: int = 1) -> list[Taken]:
        return self._answer("advance", await super().advance(lane, claim, limit))  # type: ignore[no-any-return]  # what was given comes back


@pytest.mark.parametrize("way", ["fan_out", "claim", "advance"])
async def test_a_claim_whose_answer_was_lost_is_given_back(world: World, way: str) -> None:
    """Semantics 30, 31: what a relay holds without knowing is attempted at its next poll, and does not wait for the end of the claim."""
    log = _Unanswered(world.library.db, world.clock)
    log.losing = way
    heard: list[tuple[str, int]] = []

    async def handler(event: DomainEvent[Any], tx: Transaction) -> None:
        heard.append((event.aggregate_id, event.version))

    world.on("book.*", "shop.on_book", handler)
    for id in "ab":
        book = await world.library.books().save(world.library.book(id=id))
        await world.library.books().save(book._replace({"title": "x"}))
    relay = world.relay(log=log, concurrency=1)
    for _ in range(2):
        try:
            await drain(relay)
        except IntegrationError:
            continue

    assert "" == log.losing
    assert [("a", 1), ("a", 2), ("b", 1), ("b", 2)] == sorted(heard)
    assert all(heard.index((id, 1)) < heard.index((id, 2)) for id in "ab")
    assert [] == await world.deliveries.unfinished()


async def test_what_a_dead_relay_had_claimed_is_taken_up_once_it_is_silent(world: World) -> None:
    """Semantics 31: what a killed process was at is neither lost nor taken from one that lives."""
    hang, heard, begun = [True], list[str](), asyncio.Event()

    async def handler(event: DomainEvent[Any], tx: Transaction) -> None:
        begun.set()
        if hang[0]:
            await asyncio.sleep(60)
        heard.append(event.type)

    world.on("book.created", "shop.on_book", handler)
    await world.library.books().save(world.library.book())
    await killed(world, begun, heartbeat=5_000)
    hang[0] = False
    await drain(world.relay(heartbeat=5_000))
    before = list(heard)
    await world.wait(5_001)
    await drain(world.relay(heartbeat=5_000))

    assert ([], ["book.created"]) == (before, heard)


async def test_what_was_running_when_a_process_died_is_tried_alone(world: World) -> None:
    """Semantics 30: so that what ended the process takes no other delivery with it a second time."""
    running: set[str] = set()
    together: list[int] = []
    hang, begun = [True], asyncio.Event()

    async def handler(event: DomainEvent[Any], tx: Transaction) -> None:
        begun.set()
        running.add(event.id)
        together.append(len(running))
        await asyncio.sleep(60 if hang[0] else 0.001)
        running.discard(event.id)

    world.on("book.created", "shop.on_book", handler)
    for _ in range(4):
        await world.library.books().save(world.library.book())
    await killed(world, begun, concurrency=4)
    running.clear()
    together.clear()
    hang[0] = False
    await world.wait(10_001)
    await drain(world.relay(concurrency=4))

    assert [1, 1, 1, 1] == together
    assert [] == await world.deliveries.unfinished()


async def test_aggregates_are_handled_side_by_side_and_each_in_its_order(request: pytest.FixtureRequest, world: World) -> None:
    """Semantics 30: in order per aggregate."""
    running, most = [0], [0]
    heard: list[tuple[str, int]] = []

    async def handler(event: DomainEvent[Any], tx: Transaction) -> None:
        running[0] += 1
        most[0] = max(most[0], running[0])
        await asyncio.sleep(0.005)
        heard.append((event.aggregate_id, event.version))
        running[0] -= 1

    world.on("book.*", "shop.on_book", handler)
    books = [await world.library.books().save(world.library.book()) for _ in range(5)]
    for title in "abc":
        books = [await world.library.books().save(book._replace({"title": title})) for book in books]
    await drain(world.relay(concurrency=3))

    assert 20 == len(heard)
    for book in books:
        assert [1, 2, 3, 4] == [version for id, version in heard if id == book.id]
    one_writer = request.node.callspec.params["world"] in ONE_WRITER
    assert most[0] == 1 if one_writer else 1 < most[0] <= 3


async def test_relays_side_by_side_make_each_delivery_once(world: World) -> None:
    """Semantics 30, 31: claims, whatever the timing."""
    heard: Counter[tuple[str, int]] = Counter()
    order: list[tuple[str, int]] = []

    async def handler(event: DomainEvent[Any], tx: Transaction) -> None:
        heard[event.aggregate_id, event.version] += 1
        order.append((event.aggregate_id, event.version))

    world.on("book.*", "shop.on_book", handler)
    others = world.hears("book.*", "shop.others")
    relays = [world.relay(interval=5, concurrency=4) for _ in range(4)]
    for relay in relays:
        world.library.db.on_commit(relay.wake)
        await relay.start()

    async def save() -> None:
        book = await world.library.books().save(world.library.book())
        for title in "abcd":
            book = await world.library.books().save(book._replace({"title": title}))

    await asyncio.gather(*(save() for _ in range(6)))
    await relays[0].settle()
    for relay in relays:
        await relay.stop()

    assert (30, {1}, 30) == (len(heard), set(heard.values()), len(others))
    for id in {id for id, _ in order}:
        assert [1, 2, 3, 4, 5] == [version for each, version in order if each == id]


async def test_an_attempt_that_takes_too_long_has_failed(world: World) -> None:
    """Semantics 30: one slow handler holds up its own lane alone."""

    async def slow(event: DomainEvent[Any], tx: Transaction) -> None:
        await asyncio.sleep(30)

    world.on("book.created", "shop.slow", slow)
    await world.library.books().save(world.library.book())
    await drain(world.relay(timeout=300, policy=RetryPolicy(attempts=1)))
    [parked] = await world.deliveries.parked()

    assert parked.last_error is not None and parked.last_error.startswith("TimeoutError")


async def test_stopping_lets_attempts_end_and_gives_back_what_does_not(world: World) -> None:
    """Semantics 31: a graceful stop costs no attempt."""
    begun, ended = asyncio.Event(), list[str]()

    async def quick(event: DomainEvent[Any], tx: Transaction) -> None:
        begun.set()
        await asyncio.sleep(0.05)
        ended.append(event.id)

    world.on("book.created", "shop.on_book", quick)
    relay = world.relay()
    await world.library.books().save(world.library.book())
    await relay.start()
    await begun.wait()
    await relay.stop()
    begun.clear()
    await world.library.books().save(world.library.book())
    again = world.relay()
    await again.start()
    await begun.wait()
    await again.stop(timeout=1)
    [left] = await world.deliveries.unfinished()

    assert (1, 0, DeliveryStatus.PENDING, None) == (len(ended), left.attempts, left.status, left.claimed_by)


async def test_a_lane_that_a_crash_left_without_a_first_goes_on(world: World) -> None:
    """Semantics 31: killed between the end of a delivery and the beginning of the next one."""
    heard = world.hears("book.*", "shop.on_book")
    book = await world.library.books().save(world.library.book())
    await world.library.books().save(book._replace({"title": "x"}))
    await world.library.books().delete(book.id)
    relay = world.relay()
    records = await world.deliveries.waiting(10)
    await world.deliveries.fan_out([(record, ["shop.on_book"]) for record in records], await relay._claim(), 0, ())
    first = next(each for each in await world.deliveries.unfinished() if each.status is DeliveryStatus.PENDING)
    done = UpdateWhere(DELIVERIES, Compare("record_id", "eq", first.record_id), {"status": DeliveryStatus.DONE.value})
    await world.library.db.apply(SYSTEM, [done])
    await world.relay().settle()

    assert ["book.updated", "book.deleted"] == heard


async def test_the_backlog_is_numbers_of_what_waits_and_why(world: World) -> None:
    """Semantics 30: parked and visible."""

    async def broken(event: DomainEvent[Any], tx: Transaction) -> None:
        raise ValueError

    world.on("book.*", "shop.broken", broken)
    relay = world.relay(policy=RetryPolicy(attempts=1))
    book = await world.library.books().save(world.library.book())
    await world.wait(500)
    fresh = await relay.backlog()
    await world.library.books().delete(book.id)
    await drain(relay)

    assert Backlog(unpublished=1, pending=0, waiting=0, parked=0, lag=500) == fresh
    assert Backlog(unpublished=0, pending=0, waiting=1, parked=1, lag=0) == await relay.backlog()


async def test_a_purge_forgets_what_is_done_and_nothing_else(world: World) -> None:
    """Semantics 30: records and deliveries have a retention; the log keeps its events."""

    async def picky(event: DomainEvent[Any], tx: Transaction) -> None:
        if event.payload.get("title") == "bad":
            raise ValueError

    world.on("book.*", "shop.picky", picky)
    others = world.hears("book.*", "shop.others")
    relay = world.relay(policy=RetryPolicy(attempts=1), retention=None)
    bad = await world.library.books().save(world.library.book("bad"))
    await world.library.books().save(world.library.book("good"))
    await drain(relay)
    early = await relay.purge(1_000)
    await world.wait(2_000)
    await world.library.books().save(world.library.book("late"))
    await drain(relay)
    gone = await relay.purge(1_000)
    left = {row["id"] for row in await world.library.db.select(SYSTEM, DbQuery(OUTBOX))}
    [parked] = await relay.parked()
    await relay.unpark(parked.record_id, parked.handler)

    assert (0, 4, 2, 3) == (early, gone, len(left), len(others))
    assert [bad.id] == [each.aggregate_id for each in await world.deliveries.unfinished()]
    assert 0 == await relay.purge(1_000)


async def test_old_deliveries_go_by_themselves(world: World) -> None:
    world.hears("book.*", "shop.on_book")
    relay = world.relay(retention=1_000)
    await world.library.books().save(world.library.book())
    await drain(relay)
    await world.wait(3_600_000)
    await drain(relay)

    assert ([], []) == (await world.library.db.select(SYSTEM, DbQuery(DELIVERIES)), await world.library.db.select(SYSTEM, DbQuery(OUTBOX)))


async def test_the_order_of_two_handlers_is_no_promise_and_one_that_is_parked_leaves_the_other_alone(world: World) -> None:
    """Semantics 30: order holds per aggregate and handler."""

    async def broken(event: DomainEvent[Any], tx: Transaction) -> None:
        raise ValueError

    world.on("book.created", "shop.broken", broken)
    heard = world.hears("book.*", "shop.sound")
    book = await world.library.books().save(world.library.book())
    await world.library.books().delete(book.id)
    await drain(world.relay(policy=RetryPolicy(attempts=1)))

    assert ["book.created", "book.deleted"] == heard


async def test_a_long_lane_is_told_from_others_that_are_free(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Semantics 30: where more waits than is looked at together, each lane is asked on its own."""
    monkeypatch.setattr("coregen_runtime.repository.deliveries.LOOKED_AT", 3)
    heard: list[tuple[str, int]] = []

    async def handler(event: DomainEvent[Any], tx: Transaction) -> None:
        heard.append((event.aggregate_id, event.version))

    world.on("book.*", "shop.on_book", handler)
    others = world.hears("book.*", "shop.others")
    books = [await world.library.books().save(world.library.book()) for _ in range(3)]
    for title in "abc":
        books = [await world.library.books().save(book._replace({"title": title})) for book in books]
    relay = world.relay(concurrency=2)
    await drain(relay)
    await relay.settle()

    assert (12, 12) == (len(heard), len(others))
    for book in books:
        assert [1, 2, 3, 4] == [version for id, version in heard if id == book.id]
