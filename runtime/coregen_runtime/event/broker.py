"""Brokers: how events leave one application's database for another's (semantics 27, 30; architecture, "Adapters").

A broker holds events in one ordered stream, for a bounded time, and knows nothing of handlers: who sends is the relay (`sending.py`), who
reads keeps its own position (`receiving.py`). So a broker that stops, forgets or repeats itself loses nothing of what was committed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from coregen_runtime.event.types import DomainEvent

if TYPE_CHECKING:
    from coregen_runtime.primitives.logger import Logger


@dataclass(frozen=True, slots=True)
class StreamPosition:
    """Where a reader stands: behind `sequence` in the stream that `stream` identifies. A stream that was made anew is another one."""

    stream: str = ""
    sequence: int = 0


@dataclass(frozen=True, slots=True)
class Fetched:
    """Events of a stream in its order, and the position behind them. `missed` were dropped by the broker before they were read."""

    events: tuple[DomainEvent[Any], ...]
    position: StreamPosition
    missed: int = 0


class EventBroker(Protocol):
    """An ordered stream of events between applications, at least once.

    `group` names the application to itself: its processes share one position. What one process publishes is not read back by its own group.
    """

    @property
    def group(self) -> str: ...

    async def open(self, logger: Logger) -> None:
        """Connect. Raises `CoreError("NOT_CONFIGURED")` when nothing answers or what answers holds no streams."""
        ...

    async def close(self) -> None: ...

    async def publish(self, events: Sequence[DomainEvent[Any]]) -> list[Exception | None]:
        """Put events, of different aggregates, into the stream; for each, None once the stream holds it durably, or why it does not.

        An event is recognised by its id and stands there once. An erasure takes out what the stream held of its aggregate.
        A refusal that passes is a `CoreError` marked transient; any other will be the same next time.
        """
        ...

    async def fetch(self, after: StreamPosition, limit: int, wait: int) -> Fetched:
        """Up to `limit` events behind `after`; when there are none, those that come within `wait` ms, perhaps none. Raises IntegrationError."""
        ...


def is_erasure(event: DomainEvent[Any]) -> bool:
    """Whether the event says that its aggregate was erased: what was told of it before is to be forgotten (semantics 27)."""
    return event.type.endswith(".erased") and not event.payload


class InMemoryStream:
    """What the brokers of one process share: the twin of a server."""

    def __init__(self) -> None:
        self.messages: dict[int, DomainEvent[Any]] = {}
        self.last = 0
        self.ids: set[str] = set()
        self.arrived = asyncio.Event()


class InMemoryBroker:
    """An `EventBroker` within one process; applications that are given one stream hear each other."""

    def __init__(self, stream: InMemoryStream, group: str) -> None:
        self._stream = stream
        self._group = group

    @property
    def group(self) -> str:
        return self._group

    async def open(self, logger: Logger) -> None:
        """There is nothing to connect to."""

    async def close(self) -> None:
        """There is nothing to let go."""

    async def publish(self, events: Sequence[DomainEvent[Any]]) -> list[Exception | None]:
        stream = self._stream
        for event in events:
            if is_erasure(event):
                its = (event.org_id, event.aggregate_id)
                stream.messages = {at: held for at, held in stream.messages.items() if (held.org_id, held.aggregate_id) != its}
            if event.id not in stream.ids:
                stream.ids.add(event.id)
                stream.last += 1
                stream.messages[stream.last] = event
        stream.arrived.set()
        return [None] * len(events)

    async def fetch(self, after: StreamPosition, limit: int, wait: int) -> Fetched:
        stream = self._stream
        if stream.last <= after.sequence:
            stream.arrived.clear()
            try:
                await asyncio.wait_for(stream.arrived.wait(), wait / 1000)
            except TimeoutError:
                return Fetched((), StreamPosition("memory", after.sequence))
        found = [at for at in stream.messages if at > after.sequence][:limit]
        return Fetched(tuple(stream.messages[at] for at in found), StreamPosition("memory", found[-1] if found else stream.last))
