"""The event store: the append-only log of what happened (specification, section 3; semantics 29, 32).

The port and its values. The log of a database is `repository/log.py`; who is told of an event is left to the relay.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from coregen_runtime.entity.types import ID, Timestamp
    from coregen_runtime.event.types import DomainEvent


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """Which events: of a version above `after`, from `start` (ms, the specification's `from`) on, before `end` (`to`), at most `limit`."""

    after: int | None = None
    start: Timestamp | None = None
    end: Timestamp | None = None
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class EventFilter:
    """Which events a replay sees; what is None is not asked for."""

    types: Sequence[str] | None = None
    aggregate_type: str | None = None
    org_id: ID | None = None
    actor_id: ID | None = None


class EventStore(Protocol):
    """The log. Every stream is in the order of the global position and holds a bounded number of events in memory."""

    async def append(self, event: DomainEvent, expected_version: int | None = None) -> DomainEvent:
        """Append one event and return it with its version: its own, or for version 0 the aggregate's next.

        Raises ConflictError when the aggregate stands at another version than `expected_version`.
        """
        ...

    async def append_batch(self, events: Sequence[DomainEvent], expected_version: int | None = None) -> tuple[DomainEvent, ...]:
        """Append all or none. Events of version 0 of one aggregate are one change: they share its next version, numbered within it."""
        ...

    def read(self, aggregate_id: ID, options: ReadOptions | None = None) -> AsyncIterator[DomainEvent]: ...

    def read_by_type(self, type: str, options: ReadOptions | None = None) -> AsyncIterator[DomainEvent]: ...

    def replay(self, filter: EventFilter, start: Timestamp = 0) -> AsyncIterator[DomainEvent]:
        """Events that occurred from `start` (ms) on. A reader that checkpoints takes `replay_positions`: time is never a cursor."""
        ...

    def replay_positions(self, filter: EventFilter, after: int = 0) -> AsyncIterator[tuple[int, DomainEvent]]:
        """Events behind the global position `after`, each with its own."""
        ...

    async def get_version(self, aggregate_id: ID) -> int:
        """The aggregate's latest version; 0 when nothing happened to it yet."""
        ...
