"""Channels, the gateway that clients hang on, and the bridge that feeds it (specification, section 10; semantics 42).

No module knows of web sockets: a gateway is an adapter, and bridge.py forwards the bus's events to it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, TypeAlias

from coregen_runtime.entity.types import ID
from coregen_runtime.event.types import DomainEvent

Channel: TypeAlias = str
"""`org:{orgId}:{scope}[:{resourceId}]`, `org:{orgId}:actor:{actorId}:{scope}` or `system:{topic}`."""


class ChannelPublisher(Protocol):
    """The half of a gateway that a bridge needs."""

    async def publish(self, channel: Channel, payload: Any) -> None: ...


class RealTimeGateway(ChannelPublisher, Protocol):
    """Clients, what they listen to, and who is there."""

    def connect(self, client_id: ID, actor_id: ID, org_id: ID) -> None: ...

    def disconnect(self, client_id: ID) -> None: ...

    def subscribe(self, client_id: ID, channel: Channel) -> None:
        """Listen to a channel. Raises `AuthorizationError` for a channel of another organisation or actor."""
        ...

    def unsubscribe(self, client_id: ID, channel: Channel) -> None: ...

    def broadcast(self, org_id: ID, payload: Any) -> None: ...

    def get_presence(self, channel: Channel) -> list[ID]: ...

    def get_channels(self, client_id: ID) -> list[Channel]: ...


class RealTimeBridge(Protocol):
    """Declares which events go to which channels."""

    def forward(
        self, event_pattern: str, to_channel: Callable[[DomainEvent], Channel], filter: Callable[[DomainEvent], bool] | None = None
    ) -> None: ...
