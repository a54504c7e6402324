"""The bus calls who subscribed, in order, whatever one of them does."""

from __future__ import annotations

from typing import Any

import pytest

from coregen_runtime import DomainEvent, InMemoryEventBus, SubscribeOptions, SystemContext
from coregen_runtime.event import patterns
from coregen_runtime.event.types import EventHandler
from tests.runtime.context.services import ORG, Bench


def bus_of(bench: Bench) -> InMemoryEventBus:
    return InMemoryEventBus(bench.logger, bench.contexts.for_event)


def event(type: str = "order.placed", source: str = "ordering") -> DomainEvent[Any]:
    return DomainEvent(id="evt_1", type=type, payload={"number": 7}, org_id=ORG, source=source, correlation_id="c")


def noting(calls: list[str], name: str) -> EventHandler[Any]:
    async def handler(event: DomainEvent[Any], ctx: SystemContext, /) -> None:
        calls.append(name)

    return handler


async def test_subscribers_are_called_by_priority_and_then_in_order_of_registration() -> None:
    """Semantics 33: a higher priority goes first, whatever the patterns are; among equals, who registered first."""
    bus, calls = bus_of(Bench()), list[str]()
    bus.subscribe("order.*", noting(calls, "first"))
    bus.subscribe("*", noting(calls, "second"))
    bus.subscribe("order.placed", noting(calls, "urgent"), SubscribeOptions(priority=10))
    bus.subscribe("*.placed", noting(calls, "last"), SubscribeOptions(priority=-1))
    await bus.publish(event())

    assert ["urgent", "first", "second", "last"] == calls


async def test_a_subscriber_that_fails_is_logged_and_the_others_run() -> None:
    """Semantics 33: the log names event, subscriber and place, and no value of the payload; the publisher sees no error."""
    bench, calls = Bench(), list[str]()
    bus = bus_of(bench)

    async def fail(event: DomainEvent[Any], ctx: SystemContext, /) -> None:
        raise ValueError(event.payload)

    bus.subscribe("order.placed", fail)
    bus.subscribe("order.placed", noting(calls, "other"))
    await bus.publish(event())
    [(level, message, facts)] = bench.logger.lines

    assert ["other"] == calls
    assert ("error", "event subscriber failed", "order.placed", "evt_1") == (level, message, facts["event"], facts["event_id"])
    assert facts["error"].startswith("ValueError at test_bus.py")


async def test_a_filter_narrows_a_pattern() -> None:
    bus, calls = bus_of(Bench()), list[str]()
    bus.subscribe("*", noting(calls, "seven"), SubscribeOptions(filter=lambda event: event.payload["number"] == 7))
    bus.subscribe("*", noting(calls, "eight"), SubscribeOptions(filter=lambda event: event.payload["number"] == 8))
    await bus.publish(event())

    assert ["seven"] == calls


async def test_a_qualified_pattern_hears_one_module_alone() -> None:
    """Semantics 27: an event's identity is (source module, type)."""
    bus, calls = bus_of(Bench()), list[str]()
    bus.subscribe("identity/user.created", noting(calls, "identity"))
    bus.subscribe("user.created", noting(calls, "any"))
    await bus.publish_batch([event("user.created", "identity"), event("user.created", "crm")])

    assert ["identity", "any", "any"] == calls


async def test_who_has_unsubscribed_hears_nothing_more() -> None:
    bus, calls = bus_of(Bench()), list[str]()
    unsubscribe = bus.subscribe("order.placed", noting(calls, "gone"))
    unsubscribe()
    unsubscribe()
    await bus.publish(event())

    assert [] == calls


async def test_subscribers_act_as_the_system_in_the_events_organisation() -> None:
    bus = bus_of(Bench())
    seen: list[SystemContext] = []

    async def keep(event: DomainEvent[Any], ctx: SystemContext, /) -> None:
        seen.append(ctx)

    bus.subscribe("*", keep)
    await bus.publish(event())
    [ctx] = seen

    assert (ORG, "system", "c", "evt_1") == (ctx.org.id, ctx.actor.type, ctx.correlation_id, ctx.caused_by)


async def test_a_publish_looks_at_what_may_match_and_not_at_all_subscriptions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Semantics 33: the cost grows with the matches, not with the subscriptions."""
    looked_at = 0
    original = patterns.Pattern.__hash__

    def counting(pattern: patterns.Pattern) -> int:
        nonlocal looked_at
        looked_at += 1
        return original(pattern)

    bus, calls = bus_of(Bench()), list[str]()
    for number in range(2_000):
        bus.subscribe(f"other{number}.happened", noting(calls, "other"))
    bus.subscribe("order.placed", noting(calls, "this"))
    monkeypatch.setattr(patterns.Pattern, "__hash__", counting)
    await bus.publish(event())

    assert ["this"] == calls
    assert looked_at < 20
