"""Snapshots: the state of an aggregate at a version, so that rebuilding it reads the events since, not all of them (semantics 29, 32).

They are a cache of the log: each may be dropped at any time, and is when its aggregate is erased. How a state follows from an event is the
caller's `fold`; where snapshots are kept is left to `repository/snapshots.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from coregen_runtime.event.store import ReadOptions

if TYPE_CHECKING:
    from coregen_runtime.entity.types import ID, Timestamp
    from coregen_runtime.event.store import EventStore
    from coregen_runtime.event.types import DomainEvent
    from coregen_runtime.repository.types import Statements

S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """`state` is JSON: the aggregate's as of `version`, all events of that version in it. `schema_version` counts the shapes that its fold has had."""

    aggregate_id: ID
    aggregate_type: str
    version: int
    state: Any
    schema_version: int = 1
    taken_at: Timestamp = 0


class SnapshotStore(Protocol):
    """The snapshots of one organisation."""

    async def save(self, snapshot: Snapshot, tx: Statements | None = None) -> None:
        """Keep a snapshot, with the present time where it has none; one of that version that is there already stays as it is."""
        ...

    async def latest(self, aggregate_id: ID, schema_version: int | None = None, up_to: int | None = None) -> Snapshot | None:
        """The newest, if asked of that shape alone, and of version `up_to` at most."""
        ...

    async def prune(self, aggregate_id: ID, keep: int = 1) -> int:
        """Drop all but the newest `keep`. Returns how many went."""
        ...


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """A state and the version it has; `read` events were folded into it."""

    state: Any
    version: int
    read: int


async def rebuild(
    store: EventStore,
    snapshots: SnapshotStore,
    aggregate_id: ID,
    fold: Callable[[S, DomainEvent[Any]], S],
    initial: S,
    *,
    schema_version: int = 1,
    every: int = 100,
    keep: int = 2,
) -> Rebuilt:
    """The aggregate's state: its latest snapshot and the events since, in constant memory. After `every` events a new snapshot is kept.

    Args:
        fold: state and event → state, both JSON; pure, so that it can be done again.
        initial: the state before the first event.
        schema_version: of `fold`: raise it when the state's shape changes, and older snapshots are passed over.
        every: events read before a snapshot is worth it; 0 takes none.
        keep: snapshots that stay when one is taken.
    """
    begun = await snapshots.latest(aggregate_id, schema_version)
    state: Any = initial if begun is None else begun.state
    version, read, type = (0, 0, "") if begun is None else (begun.version, 0, begun.aggregate_type)
    async for event in store.read(aggregate_id, ReadOptions(after=version)):
        state = fold(state, event)
        version, read, type = event.version, read + 1, event.aggregate_type
    if every and read >= every:
        await snapshots.save(Snapshot(aggregate_id, type, version, state, schema_version))
        await snapshots.prune(aggregate_id, keep)
    return Rebuilt(state, version, read)
