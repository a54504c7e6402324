"""Work on its way to a thread and back: what waits for its turn can be given up, what has begun is waited for.

Which thread does the work, and in which transaction, is writer.py's and readers.py's.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeAlias, TypeVar

from coregen_adapters.sqlite.connection import Connection

T = TypeVar("T")

Work: TypeAlias = Callable[[Connection], T]


class Turn(Generic[T]):
    """One piece of work of one task. Made on the task's loop, claimed once: by the thread that does it, or by whoever gives it up."""

    __slots__ = ("_loop", "_through", "_unclaimed", "future", "settled", "work", "writes")

    def __init__(self, work: Work[T], writes: bool = False) -> None:
        self.work, self.writes, self.settled = work, writes, False
        self._loop = asyncio.get_running_loop()
        self.future: asyncio.Future[T] = self._loop.create_future()
        self._unclaimed = [None]
        self._through: asyncio.Future[None] | None = None

    def claim(self) -> bool:
        """Whether nobody has claimed it before: `pop` is atomic."""
        try:
            self._unclaimed.pop()
        except IndexError:
            return False
        return True

    async def result(self) -> T:
        """What the work gives, or raises.

        Cancelled, or given up by `Deadlines` (TimeoutError), it never begins; once it has begun it is waited for all the same.
        """
        try:
            return await self.future
        except asyncio.CancelledError:
            if not self.claim():
                await self.through()
            raise

    async def through(self) -> None:
        """Until the thread is done with it, whatever cancels the wait meanwhile."""
        while not self.settled:
            self._through = self._through or self._loop.create_future()
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.shield(self._through)

    def expire(self) -> None:
        """Give it up, unless it has begun or its task has been cancelled, which gives it up itself."""
        if not self.future.done() and self.claim():
            self.future.set_exception(TimeoutError())

    def _settle(self, result: Any, error: BaseException | None) -> None:
        self.settled = True
        if self._through is not None and not self._through.done():
            self._through.set_result(None)
        if not self.future.done():
            if error is None:
                self.future.set_result(result)
            else:
                self.future.set_exception(error)


class Deadlines:
    """Gives up what nobody has begun `patience` seconds after it was handed in, by one timer a loop: a timer each would cost as much as the turn."""

    def __init__(self, patience: float) -> None:
        self._patience = patience
        self._waiting: dict[asyncio.AbstractEventLoop, deque[tuple[float, Turn[Any]]]] = {}

    def watch(self, turn: Turn[Any]) -> None:
        """Watch over a turn of the running loop."""
        loop = turn._loop
        waiting = self._waiting.get(loop)
        if waiting is None:
            waiting = self._waiting[loop] = deque()
            loop.call_later(self._patience, self._sweep, loop)
        while waiting and waiting[0][1].future.done():
            waiting.popleft()
        waiting.append((loop.time() + self._patience, turn))

    def _sweep(self, loop: asyncio.AbstractEventLoop) -> None:
        waiting, now = self._waiting[loop], loop.time()
        while waiting and (waiting[0][1].future.done() or waiting[0][0] <= now):
            waiting.popleft()[1].expire()
        if waiting:
            loop.call_at(waiting[0][0], self._sweep, loop)
        else:
            del self._waiting[loop]


Outcome: TypeAlias = "tuple[Turn[Any], Any, BaseException | None]"


def deliver(outcomes: Sequence[Outcome]) -> None:
    """Hand results to those who wait, from a thread: one wake-up for all of a loop."""
    loops = {turn._loop for turn, _, _ in outcomes}
    for loop in loops:
        own = outcomes if len(loops) == 1 else [outcome for outcome in outcomes if outcome[0]._loop is loop]
        try:
            loop.call_soon_threadsafe(_settle_all, own)
        except RuntimeError:
            continue  # its loop is closed, so nobody waits any more


def perform(turn: Turn[Any], connection: Connection) -> Outcome:
    """The outcome of a claimed turn's work."""
    try:
        return turn, turn.work(connection), None
    except BaseException as error:  # noqa: BLE001  # it is raised where the caller waits
        return turn, None, error


def _settle_all(outcomes: Sequence[Outcome]) -> None:
    for turn, result, error in outcomes:
        turn._settle(result, error)
