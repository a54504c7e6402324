"""Forwards the bus's events to channels (specification, section 10). Business code knows neither this nor the gateway behind it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from pydantic_core import to_jsonable_python

from coregen_runtime.errors.base import CoreError
from coregen_runtime.errors.codes import ErrorCode
from coregen_runtime.event.bus import EventBus
from coregen_runtime.event.types import DomainEvent, SubscribeOptions
from coregen_runtime.realtime.types import Channel, ChannelPublisher

if TYPE_CHECKING:
    from coregen_runtime.context.types import SystemContext


class EventBusBridge:
    """A `RealTimeBridge` from a bus to a gateway. What a client gets is the event as JSON, in the specification's keys."""

    def __init__(self, bus: EventBus, gateway: ChannelPublisher) -> None:
        self._bus = bus
        self._gateway = gateway

    def forward(self, event_pattern: str, to_channel: Callable[[DomainEvent], Channel], filter: Callable[[DomainEvent], bool] | None = None) -> None:
        async def send(event: DomainEvent, ctx: SystemContext) -> None:
            await self._gateway.publish(to_channel(event), wire(event))

        self._bus.subscribe(event_pattern, send, SubscribeOptions(filter=filter))


_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


def channel_template(template: str) -> Callable[[DomainEvent], Channel]:
    """`org:{orgId}:orders:{payload.locationId}` as a function: each placeholder is a path into the event as JSON.

    Raises, when it is called:
        CoreError: `INVALID_STATE`: the event has no plain value at a path.
    """

    def to_channel(event: DomainEvent) -> Channel:
        data = wire(event)

        def value(placeholder: re.Match[str]) -> str:
            found: Any = data
            for part in placeholder[1].split("."):
                found = found.get(part) if isinstance(found, Mapping) else None
            if not isinstance(found, str | int | float):
                raise CoreError(ErrorCode.INVALID_STATE, f'{event.type} has no "{placeholder[1]}" for the channel "{template}"')
            return str(found)

        return _PLACEHOLDER.sub(value, template)

    return to_channel


def wire(event: DomainEvent) -> dict[str, Any]:
    """An event as JSON, in the specification's keys; fields without a value are left out."""
    wired: dict[str, Any] = to_jsonable_python(event, by_alias=True, exclude_none=True)
    return wired
