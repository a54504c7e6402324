"""Time, injected: integer epoch milliseconds (semantics 2). No `datetime` crosses Core's API."""

from __future__ import annotations

import time
from typing import Protocol


class Clock(Protocol):
    """What tells the time."""

    def now(self) -> int:
        """Milliseconds since the epoch."""
        ...


class SystemClock:
    """The machine's clock."""

    __slots__ = ()

    def now(self) -> int:
        return time.time_ns() // 1_000_000


class FrozenClock:
    """A clock that stands until it is told otherwise; for tests and replays."""

    __slots__ = ("_now",)

    def __init__(self, now: int = 1_700_000_000_000) -> None:
        self._now = now

    def now(self) -> int:
        return self._now

    def advance(self, milliseconds: int) -> None:
        self._now += milliseconds

    def set(self, now: int) -> None:
        self._now = now
