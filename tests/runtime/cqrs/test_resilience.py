"""Limits count by who asks for what; retries wait longer and longer, within a deadline."""

from __future__ import annotations

from typing import Any

import pytest

from coregen_runtime import (
    CoreError,
    FrozenClock,
    InMemoryRateLimiter,
    RateLimitError,
    RateLimitMiddleware,
    Request,
    RetryMiddleware,
    RetryOptions,
    SystemContext,
    TransactionMiddleware,
)
from tests.runtime.context.services import Bench

BUSY = CoreError("BUSY", "the database is busy", transient=True)


async def test_a_limiter_lets_so_many_through_in_a_window_that_slides() -> None:
    clock = FrozenClock()
    limiter = InMemoryRateLimiter(2, 1_000, clock)
    first = await limiter.acquire("a")
    clock.advance(400)
    second, third = await limiter.acquire("a"), await limiter.acquire("a")
    clock.advance(600)
    fourth, fifth = await limiter.acquire("a"), await limiter.acquire("a")

    assert [0, 0, 600, 0, 400] == [first, second, third, fourth, fifth]


async def test_a_limiter_forgets_keys_that_are_not_used() -> None:
    clock = FrozenClock()
    limiter = InMemoryRateLimiter(1, 1_000, clock)
    for number in range(100):
        await limiter.acquire(str(number))
    clock.advance(1_000)
    await limiter.acquire("last")

    assert 1 == len(limiter._taken)


async def test_too_many_requests_of_one_actor_are_refused_and_another_actors_are_not() -> None:
    bench = Bench()

    async def handle(command: object, ctx: SystemContext, /) -> str:
        return "done"

    bench.mediator.use(RateLimitMiddleware(InMemoryRateLimiter(1, 1_000, bench.clock)))
    bench.mediator.register_command("catalog.reprice", handle)
    request = Request(type="catalog.reprice")
    await bench.context().dispatch(request)

    with pytest.raises(RateLimitError, match="RATE_LIMITED") as caught:
        await bench.context().dispatch(request)
    assert ({"retryAfter": 1_000}, True) == (caught.value.meta, caught.value.transient)
    assert "done" == await bench.context(actor="another").dispatch(request)


class Flaky:
    """Fails so many times, then answers; notes how long it was waited for."""

    def __init__(self, failures: int, error: Exception = BUSY) -> None:
        self.failures, self.error, self.calls = failures, error, 0
        self.waits: list[float] = []
        self.now = 0.0

    async def handle(self, command: object, ctx: SystemContext, /) -> int:
        self.calls += 1
        if self.calls <= self.failures:
            raise self.error
        return self.calls

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds

    def bench(self, options: RetryOptions, *, jitter: float = 1.0, outer: Any = None) -> Bench:
        bench = Bench()
        if outer is not None:
            bench.mediator.use(outer)
        bench.mediator.use(RetryMiddleware(options, sleep=self.sleep, random=lambda: jitter, monotonic=lambda: self.now))
        bench.mediator.register_command("catalog.reprice", self.handle)
        return bench


REPRICE = Request(type="catalog.reprice")


async def test_a_transient_failure_is_tried_again_after_waits_that_double() -> None:
    """Semantics 36."""
    flaky = Flaky(4)
    result = await flaky.bench(RetryOptions(attempts=5, base=100, longest=500)).context().dispatch(REPRICE)

    assert 5 == result
    assert [0.1, 0.2, 0.4, 0.5] == flaky.waits


async def test_jitter_is_full_anything_from_nothing_to_the_whole_wait() -> None:
    """Semantics 36."""
    flaky = Flaky(2)
    await flaky.bench(RetryOptions(base=100), jitter=0.25).context().dispatch(REPRICE)

    assert [0.025, 0.05] == flaky.waits


async def test_the_last_attempts_error_is_raised() -> None:
    flaky = Flaky(9)

    with pytest.raises(CoreError, match="BUSY"):
        await flaky.bench(RetryOptions(attempts=3)).context().dispatch(REPRICE)
    assert 3 == flaky.calls


async def test_no_wait_goes_beyond_the_deadline() -> None:
    """Semantics 36."""
    flaky = Flaky(9)

    with pytest.raises(CoreError, match="BUSY"):
        await flaky.bench(RetryOptions(attempts=9, base=100, deadline=350)).context().dispatch(REPRICE)
    assert [0.1, 0.2] == flaky.waits


@pytest.mark.parametrize("error", [CoreError("BROKEN"), ValueError("broken")])
async def test_what_is_not_marked_transient_is_not_tried_again(error: Exception) -> None:
    """Semantics 36."""
    flaky = Flaky(1, error)

    with pytest.raises(type(error)):
        await flaky.bench(RetryOptions()).context().dispatch(REPRICE)
    assert 1 == flaky.calls


async def test_within_a_transaction_nothing_is_tried_again() -> None:
    flaky = Flaky(1)

    with pytest.raises(CoreError, match="BUSY"):
        await flaky.bench(RetryOptions(), outer=TransactionMiddleware()).context().dispatch(REPRICE)
    assert 1 == flaky.calls
