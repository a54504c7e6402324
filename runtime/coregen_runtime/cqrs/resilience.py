"""Rate limits and retries (specification, section 6; semantics 36)."""

from __future__ import annotations

import asyncio
import random as _random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from coregen_runtime.cqrs.types import Envelope, MediatorMiddleware, Next
from coregen_runtime.errors.base import CoreError, RateLimitError
from coregen_runtime.errors.codes import ErrorCode

if TYPE_CHECKING:
    from coregen_runtime.context.types import SystemContext
    from coregen_runtime.primitives.clock import Clock


class RateLimiter(Protocol):
    """Counts requests by key."""

    async def acquire(self, key: str) -> int:
        """0 when the request may go on; else the ms until one may."""
        ...


class InMemoryRateLimiter:
    """`limit` requests a key in a sliding `window` of ms, within this process."""

    def __init__(self, limit: int, window: int, clock: Clock) -> None:
        if limit < 1 or window < 1:
            raise ValueError("limit and window are 1 or more")
        self._limit = limit
        self._window = window
        self._clock = clock
        self._taken: dict[str, list[int]] = {}
        self._swept = 0

    async def acquire(self, key: str) -> int:
        now = self._clock.now()
        self._sweep(now)
        taken = [at for at in self._taken.get(key, ()) if at > now - self._window]
        self._taken[key] = taken
        if len(taken) >= self._limit:
            return taken[0] + self._window - now
        taken.append(now)
        return 0

    def _sweep(self, now: int) -> None:
        if now - self._swept < self._window:
            return
        self._swept = now
        self._taken = {key: taken for key, taken in self._taken.items() if taken and taken[-1] > now - self._window}


def RateLimitMiddleware(limiter: RateLimiter) -> MediatorMiddleware:
    """Limits requests by organisation, actor and type.

    The middleware raises:
        RateLimitError: `RATE_LIMITED`, transient; `meta["retryAfter"]` in ms.
    """

    async def limit(request: Envelope, ctx: SystemContext, next: Next) -> Any:
        wait = await limiter.acquire(f"{request.org_id}\n{request.actor_id}\n{request.type}")
        if wait > 0:
            raise RateLimitError(
                ErrorCode.RATE_LIMITED, f'too many requests "{request.type}"; ask again in {wait} ms', {"retryAfter": wait}, transient=True
            )
        return await next()

    return limit


@dataclass(frozen=True, slots=True)
class RetryOptions:
    """`attempts` in all; waits double from `base` up to `longest`; none begins that would end after `deadline`. All in ms."""

    attempts: int = 4
    base: int = 50
    longest: int = 2_000
    deadline: int = 10_000


def RetryMiddleware(
    options: RetryOptions | None = None,
    *,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    random: Callable[[], float] = _random.random,
    monotonic: Callable[[], float] = time.monotonic,
) -> MediatorMiddleware:
    """Tries again what failed with a transient `CoreError`, after an exponential wait with full jitter: anything from 0 to the whole of it.

    A request inside a transaction is not tried again: its transaction is undone as a whole, and retried by whoever began it.

    Args:
        sleep, random, monotonic: seconds to wait, a number from 0 to 1, seconds gone by; for tests.
    """
    opts = options or RetryOptions()

    async def retry(request: Envelope, ctx: SystemContext, next: Next) -> Any:
        if ctx.in_transaction:
            return await next()
        begin = monotonic()
        attempt = 1
        while True:
            try:
                return await next()
            except CoreError as error:
                wait = random() * min(opts.longest, opts.base * 2 ** (attempt - 1)) / 1000
                late = (monotonic() - begin + wait) * 1000 > opts.deadline
                if not error.transient or attempt >= opts.attempts or late:
                    raise
                ctx.logger.debug("trying again", type=request.type, attempt=attempt, wait_ms=round(wait * 1000), error=error.code)
            await sleep(wait)
            attempt += 1

    return retry
