"""The event bus: fan-out within one process (specification, section 3; semantics 33).

What must survive this process goes through the outbox: the relay gives each event to the bus once it is committed, and
calls durable handlers itself (subscriptions.py).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from coregen_runtime.errors.describe import describe
from coregen_runtime.event.patterns import PatternIndex
from coregen_runtime.event.types import DomainEvent, EventHandler, SubscribeOptions, Unsubscribe

if TYPE_CHECKING:
    from coregen_runtime.context.types import SystemContext
    from coregen_runtime.primitives.logger import Logger


class EventBus(Protocol):
    """Subscribers by pattern: `order.placed`, `order.*` (one or more further segments), `*.created` (one or more leading ones), `*`.

    A pattern may be qualified by the emitting module, `ordering/order.placed`; without one it hears every module.
    """

    async def publish(self, event: DomainEvent) -> None:
        """Call every matching subscriber, by priority and then in the order of registration. A failing one is logged, and the others run."""
        ...

    async def publish_batch(self, events: Sequence[DomainEvent]) -> None: ...

    def subscribe(self, pattern: str, handler: EventHandler[Any], options: SubscribeOptions | None = None) -> Unsubscribe: ...


@dataclass(frozen=True, slots=True)
class _Subscriber:
    pattern: str
    handler: EventHandler[Any]
    options: SubscribeOptions


class InMemoryEventBus:
    """The bus of one process.

    Args:
        context_of: makes the context that an event's subscribers are given.
    """

    def __init__(self, logger: Logger, context_of: Callable[[DomainEvent], SystemContext]) -> None:
        self._logger = logger
        self._context_of = context_of
        self._index: PatternIndex[_Subscriber] = PatternIndex()

    def subscribe(self, pattern: str, handler: EventHandler[Any], options: SubscribeOptions | None = None) -> Unsubscribe:
        key = self._index.add(pattern, _Subscriber(pattern, handler, options or SubscribeOptions()))
        return lambda: self._index.remove(key)

    async def publish(self, event: DomainEvent) -> None:
        subscribers = sorted(self._index.matching(event.type, event.source), key=lambda subscriber: -subscriber.options.priority)
        if not subscribers:
            return
        ctx = self._context_of(event)
        for subscriber in subscribers:
            try:
                if subscriber.options.filter is None or subscriber.options.filter(event):
                    await subscriber.handler(event, ctx)
            except Exception as error:  # noqa: BLE001  (the others still run: semantics 33)
                self._logger.error(
                    "event subscriber failed",
                    event=event.type,
                    event_id=event.id,
                    pattern=subscriber.pattern,
                    subscriber=getattr(subscriber.handler, "__qualname__", type(subscriber.handler).__qualname__),
                    error=describe(error),
                )

    async def publish_batch(self, events: Sequence[DomainEvent]) -> None:
        for event in events:
            await self.publish(event)
