"""A process killed at any instruction loses no event and does nothing twice (semantics 31)."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from coregen_adapters.app import open_database
from coregen_runtime.event.store import EventFilter
from coregen_runtime.primitives.clock import SystemClock
from coregen_runtime.repository.log import OUTBOX, DatabaseEventStore
from coregen_runtime.repository.types import SYSTEM, DbQuery
from tests.runtime.adapters.crash_child import relay_of
from tests.runtime.adapters.postgres import left_alone, library_tables
from tests.runtime.repository.library import ORG, Library


def _killed(url: str, mode: str, after: float, root: Path) -> list[tuple[str, int]]:
    """Run the child, kill it that many seconds after its first acknowledged change, and give all it acknowledged."""
    command = [sys.executable, "-m", "tests.runtime.adapters.crash_child", url, mode]
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        first = child.stdout.readline()
        time.sleep(after)
        child.send_signal(signal.SIGKILL)
        lines = [first, *child.stdout]
    whole = [line.split() for line in lines if line.endswith("\n")]
    return [(id, int(version)) for id, version in whole]


async def _check(url: str, acknowledged: list[tuple[str, int]]) -> int:
    """Rows, events, outbox and the handler's notes agree once a relay has run. Returns how many events there are."""
    db = open_database(url)
    await db.open()
    try:
        library = Library(db, SystemClock())
        versions = {book.id: book.version for book in await library.books().find_all()}
        events = [event async for event in DatabaseEventStore(db, ORG).replay(EventFilter(aggregate_type="Book"))]
        records = {row["event_id"] for row in await db.select(SYSTEM, DbQuery(OUTBOX))}
        await relay_of(library).settle()
        notes = [note.text for note in await library.notes().find_all()]

        assert all(versions.get(id, 0) >= version for id, version in acknowledged)
        assert Counter(versions) == Counter(event.aggregate_id for event in events)
        assert records >= {event.id for event in events}
        assert sorted(f"{event.aggregate_id} {event.version} {event.id}" for event in events) == sorted(notes)
        return len(events)
    finally:
        await db.close()


async def _survives(url: str, root: Path, kills: int) -> None:
    acknowledged: list[tuple[str, int]] = []
    events = 0
    for number in range(kills):
        acknowledged += _killed(url, "relay" if number % 3 else "no-relay", random.uniform(0, 0.3), root)
        if url.startswith("postgresql:"):
            await left_alone(url)
        seen = await _check(url, acknowledged)

        assert seen > events
        events = seen


@pytest.fixture(params=["sqlite", "postgresql"])
async def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'crash.db'}" if request.param == "sqlite" else await library_tables("crash")


async def test_a_few_kills(url: str, project_root: Path) -> None:
    await _survives(url, project_root, kills=4)


@pytest.mark.nightly
async def test_two_hundred_kills(url: str, project_root: Path) -> None:
    await _survives(url, project_root, kills=200)
