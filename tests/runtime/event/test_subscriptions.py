"""Durable subscriptions are known by name, and give their handler the typed event."""

from __future__ import annotations

from typing import Any

import pytest

from coregen_runtime import CoreError, DomainEvent, Model, SystemContext
from coregen_runtime.event.subscriptions import DurableSubscription, Subscriptions


class Payload(Model):
    number: int


class Placed(DomainEvent[Payload], type="order.placed", source="ordering", aggregate="Order"):
    payload: Payload


async def hear(event: Any, ctx: SystemContext, /) -> None:
    """Hears."""


def test_those_that_hear_an_event_come_in_order_of_registration() -> None:
    subscriptions = Subscriptions()
    for name, pattern in (("a.all", "*"), ("b.placed", "ordering/order.placed"), ("c.other", "billing/order.placed")):
        subscriptions.add(DurableSubscription(name, pattern, hear))
    event = Placed(payload=Payload(number=1))

    assert ["a.all", "b.placed"] == [subscription.name for subscription in subscriptions.matching(event)]
    assert ["a.all", "b.placed", "c.other"] == [subscription.name for subscription in subscriptions]
    assert 3 == len(subscriptions)


def test_a_name_is_taken_once() -> None:
    """Semantics 30: a delivery is recognised by (event, handler)."""
    subscriptions = Subscriptions()
    subscriptions.add(DurableSubscription("a.on", "*", hear))

    with pytest.raises(CoreError, match='DUPLICATE: a subscription named "a.on"'):
        subscriptions.add(DurableSubscription("a.on", "x.y", hear))


def test_a_stored_event_becomes_the_typed_one() -> None:
    stored = DomainEvent(type="order.placed", source="ordering", payload={"number": 1}, aggregate_id="ord_1", version=2)
    subscription = DurableSubscription("a.on", "order.placed", hear, Placed)

    assert Placed(payload=Payload(number=1), aggregate_id="ord_1", version=2) == subscription.typed(stored)


def test_without_a_typed_event_the_handler_takes_the_stored_one() -> None:
    stored = DomainEvent(type="order.placed", payload={"number": 1})

    assert stored is DurableSubscription("a.on", "order.placed", hear).typed(stored)
