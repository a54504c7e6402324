"""Trouble that no handler is to blame for, on every adapter (semantics 29-31): one event, one handler or one lane is held up by it, and nothing else."""

from __future__ import annotations

import re
from typing import Any

import pytest

from coregen_runtime.errors.base import CoreError
from coregen_runtime.event.broker import InMemoryBroker, InMemoryStream
from coregen_runtime.event.delivery import BROKER, RetryPolicy
from coregen_runtime.event.store import EventFilter
from coregen_runtime.event.types import DomainEvent
from coregen_runtime.event.upcasters import Upcasters
from coregen_runtime.repository.deliveries import Deliveries
from coregen_runtime.repository.log import DatabaseEventStore
from tests.runtime.event.test_relay import World
from tests.runtime.repository.library import ORG


def picky() -> Upcasters:
    """Upcasters of which one fails on a certain book."""

    def upcaster(old: Any) -> Any:
        pages: Any = None if old["title"] == "poison" else 1
        return {**old, "pages": pages + 1}

    upcasters = Upcasters()
    upcasters.add("library", "book.created", lambda old: {**old, "new": True}, upcaster)
    return upcasters


WHY = r'INVALID_STATE: the upcaster of "library/book.created" from shape 2 to 3 failed on event evt_\w+: TypeError at test_trouble.py:\d+ in upcaster'


async def test_an_event_whose_upcaster_fails_is_parked_and_holds_up_its_own_lane_alone(world: World) -> None:
    """Semantics 29, 30: for each of its handlers and for the broker, told with the upcaster's place; mended, it goes out."""
    heard: list[Any] = []

    async def handler(event: DomainEvent[Any], tx: object) -> None:
        heard.append((event.type, event.payload.get("pages")))

    world.on("book.*", "shop.on_book", handler)
    broker = InMemoryBroker(InMemoryStream(), "library")
    poison = await world.library.books().save(world.library.book("poison"))
    await world.library.books().delete(poison.id)
    await world.library.books().save(world.library.book("fine"))
    once = RetryPolicy(attempts=1)
    relay = world.relay(log=Deliveries(world.library.db, world.clock, picky()), broker=broker, policy=once)
    await relay.settle()
    parked = await relay.parked()
    before, published = list(heard), len(world.published)

    assert [("book.created", 2)] == before
    assert {("shop.on_book", poison.id), (BROKER, poison.id)} == {(each.handler, each.aggregate_id) for each in parked}
    assert all(re.fullmatch(WHY, each.last_error or "") for each in parked)
    assert 2 == published

    mended = world.relay(broker=broker, policy=once)
    for each in parked:
        await mended.unpark(each.record_id, each.handler)
    await mended.settle()

    assert ["book.created", "book.created", "book.deleted"] == [type for type, _ in heard]
    assert [] == await mended.parked()


async def test_a_replay_that_meets_an_upcaster_that_fails_names_it_and_the_event(world: World) -> None:
    """Semantics 29: what was read before it stands, and nothing is passed over in silence."""
    for title in ("fine", "poison", "fine"):
        await world.library.books().save(world.library.book(title))
    seen: list[int] = []
    store = DatabaseEventStore(world.library.db, ORG, picky())
    with pytest.raises(CoreError, match=WHY):
        async for _, event in store.replay_positions(EventFilter()):
            seen.append(event.payload["pages"])

    assert [2] == seen
