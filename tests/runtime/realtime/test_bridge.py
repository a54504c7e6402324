"""The bridge forwards events to the channels that patterns and templates name."""

from __future__ import annotations

from typing import Any

import pytest

from coregen_runtime import CoreError, DomainEvent, InMemoryEventBus
from coregen_runtime.realtime.bridge import EventBusBridge, channel_template
from tests.runtime.context.services import Bench

EVENT: DomainEvent[Any] = DomainEvent(
    id="evt_1", type="stock.low", payload={"location": {"id": "loc_1"}, "left": 3}, org_id="org_1", source="inventory", occurred_at=5
)
WIRE = {
    "id": "evt_1",
    "type": "stock.low",
    "payload": {"location": {"id": "loc_1"}, "left": 3},
    "aggregateId": "",
    "aggregateType": "",
    "occurredAt": 5,
    "orgId": "org_1",
    "correlationId": "",
    "version": 0,
    "source": "inventory",
}


class Published:
    """The half of a gateway that a bridge needs."""

    def __init__(self) -> None:
        self.messages: list[tuple[str, Any]] = []

    async def publish(self, channel: str, payload: Any) -> None:
        self.messages.append((channel, payload))


def bridge_of(bench: Bench) -> tuple[InMemoryEventBus, EventBusBridge, Published]:
    bus, published = InMemoryEventBus(bench.logger, bench.contexts.for_event), Published()
    return bus, EventBusBridge(bus, published), published


async def test_an_event_goes_to_the_channel_as_json_in_the_specifications_keys() -> None:
    bus, bridge, published = bridge_of(Bench())
    bridge.forward("stock.*", lambda event: f"org:{event.org_id}:inventory")
    bridge.forward("order.*", lambda event: "never")
    await bus.publish(EVENT)

    assert [("org:org_1:inventory", WIRE)] == published.messages


async def test_a_filter_narrows_what_is_forwarded() -> None:
    bus, bridge, published = bridge_of(Bench())
    bridge.forward("*", lambda event: "few", lambda event: event.payload["left"] < 3)
    bridge.forward("*", lambda event: "some", lambda event: event.payload["left"] < 4)
    await bus.publish(EVENT)

    assert ["some"] == [channel for channel, _ in published.messages]


def test_a_template_reads_paths_of_the_event() -> None:
    to_channel = channel_template("org:{orgId}:inventory:{payload.location.id}:{payload.left}")

    assert "org:org_1:inventory:loc_1:3" == to_channel(EVENT)
    assert "system:stock" == channel_template("system:stock")(EVENT)


@pytest.mark.parametrize("path", ["payload.location", "payload.location.name", "actorId", "left", ""])
def test_a_path_without_a_plain_value_is_an_error_and_no_channel(path: str) -> None:
    with pytest.raises(CoreError, match=f'stock.low has no "{path}" for the channel'):
        channel_template(f"org:{{{path}}}")(EVENT)


async def test_an_event_that_the_template_does_not_fit_is_logged_and_the_others_are_forwarded() -> None:
    bench = Bench()
    bus, bridge, published = bridge_of(bench)
    bridge.forward("*", channel_template("org:{payload.missing}"))
    bridge.forward("*", channel_template("org:{orgId}"))
    await bus.publish(EVENT)

    assert ["org:org_1"] == [channel for channel, _ in published.messages]
    assert ["event subscriber failed"] == [message for _, message, _ in bench.logger.lines]
