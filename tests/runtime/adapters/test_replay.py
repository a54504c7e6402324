"""A replay holds a bounded number of events, however many there are (semantics 32)."""

from __future__ import annotations

import tracemalloc
from collections.abc import AsyncIterator

import pytest

from coregen_runtime.event.store import EventFilter
from coregen_runtime.repository.log import DatabaseEventStore
from coregen_runtime.repository.types import DatabaseAdapter
from coregen_runtime.testing.events import event
from tests.runtime.adapters.databases import DATABASES

SMALL, LARGE = 2_000, 12_000


@pytest.fixture(params=["sqlite file", "postgresql"])
async def db(request: pytest.FixtureRequest) -> AsyncIterator[DatabaseAdapter]:
    async with DATABASES[request.param]() as db:
        yield db


async def _peak(store: DatabaseEventStore) -> tuple[int, int]:
    """How many events a replay saw, and the most bytes that it held at a time."""
    tracemalloc.start()
    seen = 0
    async for _ in store.replay(EventFilter()):
        seen += 1
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return seen, peak


async def test_six_times_as_many_events_take_no_more_memory(db: DatabaseAdapter) -> None:
    """Semantics 32: reads and replays stream in constant memory."""
    store = DatabaseEventStore(db, "org_ours")
    peaks: list[tuple[int, int]] = []
    written = 0
    for count in (SMALL, LARGE):
        for first in range(written, count, 500):
            await store.append_batch([event(f"e{number}", f"order_{number}", payload={"text": "x" * 300}) for number in range(first, first + 500)])
        written = count
        await _peak(store)
        peaks.append(await _peak(store))
    (few, small), (many, large) = peaks

    assert (SMALL, LARGE) == (few, many)
    assert large < 1.5 * small
