"""What a handler has done already: events recognised by (event id, handler), for effects that the delivery's own transaction does not hold (semantics 30, 31).

A handler whose effects are rows of the application's database needs none of this: they commit with the mark of its delivery, or not at all. One
that writes elsewhere keeps the note there, in the transaction of its effect.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from coregen_runtime.event.types import DomainEvent, EventHandler

if TYPE_CHECKING:
    from coregen_runtime.context.types import SystemContext
    from coregen_runtime.entity.types import ID, Timestamp
    from coregen_runtime.primitives.clock import Clock
    from coregen_runtime.repository.types import Statements


class DedupStore(Protocol):
    """Which events each handler has handled. A note made in `tx` commits with it; without one it stands at once."""

    async def note(self, event_id: ID, handler: str, tx: Statements | None = None) -> bool:
        """Note that the handler has handled the event; false when that was noted before. Of two at once, one is told true."""
        ...

    async def note_all(self, event_ids: Sequence[ID], handler: str, tx: Statements | None = None) -> list[ID]:
        """The same for several. Returns those that are new, in order; an id that stands twice is new once."""
        ...

    async def noted(self, event_id: ID, handler: str) -> bool: ...

    async def forget(self, event_id: ID, handler: str) -> None:
        """Let the event be handled again."""
        ...

    async def purge(self, before: Timestamp) -> int:
        """Drop what was noted before that time (ms): longer ago than any broker or relay may repeat an event. Returns how many."""
        ...


class InMemoryDedup:
    """A `DedupStore` of this process; transactions mean nothing to it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._noted: dict[tuple[ID, str], Timestamp] = {}

    async def note(self, event_id: ID, handler: str, tx: Statements | None = None) -> bool:
        return bool(await self.note_all([event_id], handler, tx))

    async def note_all(self, event_ids: Sequence[ID], handler: str, tx: Statements | None = None) -> list[ID]:
        new = [id for id in dict.fromkeys(event_ids) if (id, handler) not in self._noted]
        self._noted |= {(id, handler): self._clock.now() for id in new}
        return new

    async def noted(self, event_id: ID, handler: str) -> bool:
        return (event_id, handler) in self._noted

    async def forget(self, event_id: ID, handler: str) -> None:
        self._noted.pop((event_id, handler), None)

    async def purge(self, before: Timestamp) -> int:
        old = [key for key, at in self._noted.items() if at < before]
        for key in old:
            del self._noted[key]
        return len(old)


def handled_once(store: DedupStore, name: str, handler: EventHandler[Any]) -> Callable[[DomainEvent[Any], SystemContext], Any]:
    """The handler, passed over for an event that the store says it has handled. It is noted after the handler ends: one that fails is tried again,
    and one whose process dies between its effect and the note repeats the effect, which should carry the event's id as its idempotency key."""

    async def handle(event: DomainEvent[Any], ctx: SystemContext, /) -> None:
        if not await store.noted(event.id, name):
            await handler(event, ctx)
            await store.note(event.id, name)

    return handle
