"""Events that come from a broker: taken into the application's own database, where its relay delivers them like its own (semantics 30, 31).

What is taken in and the position in the stream commit together, so a process killed anywhere reads on where the last commit was. One process
of a group reads at a time, in the stream's order; the handlers run wherever the group's relays run. Writing is left to `repository/inbox.py`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any, Protocol
from uuid import uuid4

from coregen_runtime.errors.base import CoreError, ValidationError
from coregen_runtime.errors.codes import ErrorCode
from coregen_runtime.errors.describe import describe

if TYPE_CHECKING:
    from coregen_runtime.event.broker import EventBroker, Fetched, StreamPosition
    from coregen_runtime.event.subscriptions import Subscriptions
    from coregen_runtime.event.types import DomainEvent
    from coregen_runtime.primitives.logger import Logger

BATCH = 256
LEASE = 10_000
RETENTION = 30 * 86_400_000
_PURGE_EVERY = 3_600


class Inbox(Protocol):
    """Where a group stands in a stream, and what it has taken from it; `Inbox` in repository/inbox.py is one."""

    async def lease(self, group: str, holder: str, lease: int) -> StreamPosition | None:
        """The group's position, if `holder` may read on for `lease` ms; None while another process does."""
        ...

    async def take_in(self, group: str, holder: str, after: StreamPosition, position: StreamPosition, events: Sequence[DomainEvent[Any]]) -> bool:
        """Keep the events for the relay and move the position, at once; events that were taken in before are left out. False: it has moved already.

        Raises ValidationError, and keeps none, where one of them holds what the database cannot.
        """
        ...

    async def purge(self, retention: int) -> int:
        """Forget which events were taken in longer ago than `retention` ms: more than any broker holds them. Returns how many."""
        ...

    async def leave(self, group: str, holder: str) -> None:
        """Let another process of the group read at once."""
        ...


class Receiver:
    """Reads a broker's stream for one application.

    Args:
        subscriptions: an event is taken in when one of them hears it.
        own: the modules of this application; their events are in its own log and are not taken from the stream.
        patience: ms that one look at the stream waits for events.
        lease: ms without a sign of life after which another process of the group reads.
    """

    def __init__(
        self,
        broker: EventBroker,
        inbox: Inbox,
        subscriptions: Subscriptions,
        own: Collection[str],
        logger: Logger,
        patience: int = 1_000,
        lease: int = LEASE,
    ) -> None:
        self._broker, self._inbox, self._subscriptions, self._logger = broker, inbox, subscriptions, logger
        self._own = frozenset(own)
        self._patience, self._lease = patience, lease
        self._holder = uuid4().hex
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Read in the background until `stop`."""
        if self._task is not None:
            raise CoreError(ErrorCode.INVALID_STATE, "the receiver runs already")
        self._task = asyncio.create_task(self._run(), name="coregen-receiver")

    async def stop(self) -> None:
        """End; what was not committed is read again, by whoever reads next."""
        task, self._task = self._task, None
        if task is None:
            return
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await self._inbox.leave(self._broker.group, self._holder)

    async def receive(self) -> int:
        """One look at the stream. Returns how many events were taken in."""
        after = await self._inbox.lease(self._broker.group, self._holder, self._lease)
        if after is None:
            await asyncio.sleep(self._patience / 1000)
            return 0
        fetched = await self._broker.fetch(after, BATCH, self._patience)
        if fetched.position == after:
            return 0
        if fetched.missed:
            self._logger.error("the broker dropped events before they were read", group=self._broker.group, events=fetched.missed)
        return await self._take_in(after, fetched)

    async def _take_in(self, after: StreamPosition, fetched: Fetched) -> int:
        wanted = [event for event in fetched.events if event.source not in self._own and self._subscriptions.matching(event)]
        try:
            took = await self._inbox.take_in(self._broker.group, self._holder, after, fetched.position, wanted)
        except ValidationError:
            wanted = [event for event in wanted if await self._kept(after, event)]
            took = await self._inbox.take_in(self._broker.group, self._holder, after, fetched.position, ())
        return len(wanted) if took else 0

    async def _kept(self, at: StreamPosition, event: DomainEvent[Any]) -> bool:
        """Take in one event where the position is. One that this database cannot hold is told and passed over, since everything behind it would wait for ever."""
        try:
            return await self._inbox.take_in(self._broker.group, self._holder, at, at, [event])
        except ValidationError as error:
            self._logger.error("an event cannot be kept here", id=event.id, type=event.type, source=event.source, error=describe(error))
            return False

    async def _run(self) -> None:
        waits, purge_at = 0, 0.0
        loop = asyncio.get_running_loop()
        while True:
            try:
                if loop.time() >= purge_at:
                    purge_at = loop.time() + _PURGE_EVERY
                    await self._inbox.purge(RETENTION)
                await self.receive()
                waits = 0
            except Exception as error:  # noqa: BLE001  # the receiver outlives a broker or a database that is away for a while
                waits = min(waits + 1, 6)
                self._logger.warning("the broker could not be read; it is tried again", error=describe(error))
                await asyncio.sleep(min(0.1 * 2**waits, 5))
