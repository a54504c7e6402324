"""The contract of an `EventBroker` (semantics 27, 30): subclass it and say how brokers of one new stream are made."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from typing import Any

from coregen_runtime.event.broker import EventBroker, StreamPosition
from coregen_runtime.event.types import DomainEvent
from coregen_runtime.primitives.logger import StandardLogger
from coregen_runtime.testing.events import event

START = StreamPosition()


def erasure(id: str, aggregate: str, **values: Any) -> DomainEvent[Any]:
    """The event that says an aggregate was erased."""
    return event(id, aggregate, type="order.erased", payload={}, **values)


class EventBrokerContract:
    """What holds for every `EventBroker`."""

    def stream(self) -> AbstractAsyncContextManager[Callable[[str], EventBroker]]:
        """A new, empty stream while the block runs: group → a broker of it, not yet open."""
        raise NotImplementedError("the subclass says how its brokers are made")

    @asynccontextmanager
    async def _two(self) -> AsyncIterator[tuple[EventBroker, EventBroker]]:
        async with self.stream() as broker_of, AsyncExitStack() as stack:
            ours, theirs = broker_of("ours"), broker_of("theirs")
            for broker in (ours, theirs):
                await broker.open(StandardLogger("contract"))
                stack.push_async_callback(broker.close)
            yield ours, theirs

    async def _read(self, broker: EventBroker, after: StreamPosition = START, limit: int = 100) -> tuple[list[str], StreamPosition]:
        fetched = await broker.fetch(after, limit, 200)
        return [each.id for each in fetched.events], fetched.position

    async def test_a_group_is_named_as_it_was_given(self) -> None:
        async with self._two() as (ours, theirs):
            assert ("ours", "theirs") == (ours.group, theirs.group)

    async def test_an_event_arrives_as_it_was_published(self) -> None:
        given = event(
            "e 1\u00e9.*>", "order 1.>*", type="ünïcode name.placed now", source="a b", org_id="org.*", payload={"a": [1, None, "\u2028"]}, version=7
        )
        async with self._two() as (ours, theirs):
            outcomes = await ours.publish([given])
            fetched = await theirs.fetch(START, 10, 1_000)

            assert [None] == outcomes
            assert (given,) == fetched.events

    async def test_a_reader_goes_on_behind_its_position(self) -> None:
        """Semantics 30: in order, each once, whoever reads."""
        async with self._two() as (ours, theirs):
            for number in range(5):
                assert [None] == await ours.publish([event(f"e{number}")])
            first, position = await self._read(theirs, limit=2)
            rest, end = await self._read(theirs, position)
            again, _ = await self._read(ours, position)

            assert (["e0", "e1"], ["e2", "e3", "e4"]) == (first, rest)
            assert rest == again
            assert end.sequence > position.sequence

    async def test_an_event_that_is_published_again_stands_there_once(self) -> None:
        async with self._two() as (ours, theirs):
            for _ in range(3):
                assert [None, None] == await ours.publish([event("e1"), event("e2", "order_2")])
            found, _ = await self._read(theirs)

            assert ["e1", "e2"] == sorted(found)

    async def test_a_look_at_a_stream_without_news_ends(self) -> None:
        async with self._two() as (ours, theirs):
            await ours.publish([event("e1")])
            _, position = await self._read(theirs)
            fetched = await theirs.fetch(position, 10, 50)

            assert ((), position) == (fetched.events, fetched.position)

    async def test_who_waits_is_told_at_once(self) -> None:
        async with self._two() as (ours, theirs):
            waiting = asyncio.create_task(theirs.fetch(START, 100, 10_000))
            await asyncio.sleep(0.05)
            await ours.publish([event("e1")])
            fetched = await asyncio.wait_for(waiting, 2)

            assert ["e1"] == [each.id for each in fetched.events]

    async def test_an_erasure_takes_out_what_was_told_of_its_aggregate(self) -> None:
        """Semantics 27: brokers do not keep what was erased."""
        async with self._two() as (ours, theirs):
            await ours.publish([event("e1", "gone"), event("e2", "stays"), event("e3", "gone", org_id="org_theirs")])
            await ours.publish([event("e4", "gone")])
            await ours.publish([erasure("e5", "gone")])
            found, _ = await self._read(theirs)

            assert ["e2", "e3", "e5"] == sorted(found)

    async def test_many_at_once_arrive_in_the_order_in_which_each_aggregate_was_published(self) -> None:
        async with self._two() as (ours, theirs):
            for number in range(10):
                await ours.publish([event(f"{name}{number}", name) for name in "abcdef"])
            seen: list[str] = []
            position = START
            while len(seen) < 60:
                found, position = await self._read(theirs, position, limit=7)
                seen += found

            for name in "abcdef":
                assert [f"{name}{number}" for number in range(10)] == [id for id in seen if id.startswith(name)]
