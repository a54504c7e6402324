"""Durable subscriptions: handlers that the relay calls by name (semantics 30). Registered at boot; what is due when is relay.py's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from coregen_runtime.errors.base import CoreError
from coregen_runtime.errors.codes import ErrorCode
from coregen_runtime.event.patterns import PatternIndex
from coregen_runtime.event.types import DomainEvent, EventHandler


@dataclass(frozen=True, slots=True)
class DurableSubscription:
    """`name` is `<module>.<handler>` and stands in every delivery's record; `event` is the typed event that the handler takes, if it takes one."""

    name: str
    pattern: str
    handler: EventHandler[Any]
    event: type[DomainEvent[Any]] | None = None

    def typed(self, event: DomainEvent[Any]) -> DomainEvent[Any]:
        """The event as the handler takes it. Raises Pydantic's ValidationError for a payload of another shape."""
        if self.event is None or isinstance(event, self.event):
            return event
        return self.event.model_validate(event.model_dump(by_alias=True), by_alias=True, by_name=False)


class Subscriptions:
    """All durable subscriptions of an application."""

    def __init__(self) -> None:
        self._named: dict[str, DurableSubscription] = {}
        self._index: PatternIndex[DurableSubscription] = PatternIndex()

    def add(self, subscription: DurableSubscription) -> None:
        """Raises `CoreError`: `DUPLICATE` for a name taken, `INVALID_PATTERN`."""
        if subscription.name in self._named:
            raise CoreError(
                ErrorCode.DUPLICATE, f'a subscription named "{subscription.name}" is registered already; a delivery is recognised by that name'
            )
        self._index.add(subscription.pattern, subscription)
        self._named[subscription.name] = subscription

    def get(self, name: str) -> DurableSubscription | None:
        return self._named.get(name)

    def matching(self, event: DomainEvent[Any]) -> tuple[DurableSubscription, ...]:
        """Those that hear the event, in the order of registration; none twice."""
        return tuple({subscription.name: subscription for subscription in self._index.matching(event.type, event.source)}.values())

    def __iter__(self) -> Iterator[DurableSubscription]:
        return iter(self._named.values())

    def __len__(self) -> int:
        return len(self._named)
