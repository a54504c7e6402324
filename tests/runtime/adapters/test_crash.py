"""A process killed at any instruction loses no event and does nothing twice (semantics 31): on each database, and with a broker in between."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

from coregen_adapters.nats import NatsBroker
from coregen_runtime.errors.base import IntegrationError
from coregen_runtime.event.store import EventFilter
from coregen_runtime.repository.log import DatabaseEventStore
from coregen_runtime.repository.system_tables import OUTBOX
from coregen_runtime.repository.types import SYSTEM, DbQuery
from tests.runtime.adapters.crash_child import LOGGER, opened, receiver_of, relay_of, said
from tests.runtime.adapters.nats import Server, own_server
from tests.runtime.adapters.postgres import left_alone
from tests.runtime.adapters.stored import DATABASES, MakeUrl, sqlite_url
from tests.runtime.repository.library import ORG, Library

BACKLOG = 600_000
"""Ms for what a hundred rounds of writers leave behind."""


@pytest.fixture(params=list(DATABASES))
def make_url(request: pytest.FixtureRequest) -> MakeUrl:
    return DATABASES[request.param]


@pytest.fixture
def chance() -> random.Random:
    """Another course each time; a failure shows the seed, and COREGEN_TEST_SEED repeats it."""
    seed = int(os.environ.get("COREGEN_TEST_SEED", "0")) or random.randrange(1, 2**32)
    print(f"COREGEN_TEST_SEED={seed}")
    return random.Random(seed)


class Child:
    """A process that does what its role says, and prints what was acknowledged."""

    def __init__(self, root: Path, *arguments: str) -> None:
        command = [sys.executable, "-m", "tests.runtime.adapters.crash_child", *arguments]
        self._process = subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self._first = ""

    def begun(self) -> None:
        """Wait for its first line."""
        assert self._process.stdout is not None
        self._first = self._process.stdout.readline()

    async def pause(self, seconds: float) -> None:
        """Stop it at whatever instruction it is, as a machine that is moved does, and let it go on after that."""
        self._process.send_signal(signal.SIGSTOP)
        await asyncio.sleep(seconds)
        self._process.send_signal(signal.SIGCONT)

    def kill(self) -> list[tuple[str, int]]:
        """End it at whatever instruction it is; the changes that it said were acknowledged."""
        assert self._process.stdout is not None
        with self._process:
            self._process.send_signal(signal.SIGKILL)
            lines = [self._first, *self._process.stdout]
        whole = [line.split() for line in lines if line.endswith("\n") and line != "receiving\n"]
        return [(id, int(version)) for id, version in whole]


async def quiet(url: str) -> str:
    """The URL, once no killed process is at work there any more: a server notices that one is gone when it next writes to it."""
    if url.startswith("postgresql:"):
        await left_alone(url)
    return url


@asynccontextmanager
async def library_at(url: str) -> AsyncIterator[Library]:
    library = await opened(url)
    try:
        yield library
    finally:
        await library.db.close()


async def events_of(library: Library) -> list[str]:
    """What happened to books, as a handler would say it, in order."""
    return [said(event) async for event in DatabaseEventStore(library.db, ORG).replay(EventFilter(aggregate_type="Book"))]


async def agree(library: Library, acknowledged: list[tuple[str, int]]) -> list[str]:
    """Rows, events and outbox agree, with each other and with what was acknowledged. Returns the events."""
    versions = {book.id: book.version for book in await library.books().find_all()}
    events = await events_of(library)
    records = {row["event_id"] for row in await library.db.select(SYSTEM, DbQuery(OUTBOX))}

    assert all(versions.get(id, 0) >= version for id, version in acknowledged)
    assert Counter(versions) == Counter(event.split()[0] for event in events)
    assert records >= {event.split()[2] for event in events}
    return events


async def survives(make_url: MakeUrl, folder: Path, root: Path, chance: random.Random, kills: int) -> None:
    """Kill a process that saves, relays and handles; after each time the handler's notes agree with the events."""
    url = await make_url(folder, "one")
    acknowledged: list[tuple[str, int]] = []
    seen = 0
    for number in range(kills):
        child = Child(root, "relay" if number % 3 else "write", url)
        await asyncio.to_thread(child.begun)
        await asyncio.sleep(chance.uniform(0, 0.3))
        acknowledged += child.kill()
        async with library_at(await quiet(url)) as library:
            events = await agree(library, acknowledged)
            await relay_of(library).settle()
            notes = [note.text for note in await library.notes().find_all()]

            assert sorted(events) == sorted(notes)
            assert len(events) > seen
            seen = len(events)


async def test_a_few_kills(make_url: MakeUrl, tmp_path: Path, project_root: Path, chance: random.Random) -> None:
    """Semantics 31: rows, events and the effects of handlers agree exactly."""
    await survives(make_url, tmp_path, project_root, chance, kills=3)


@pytest.mark.nightly
async def test_two_hundred_kills(make_url: MakeUrl, tmp_path: Path, project_root: Path, chance: random.Random) -> None:
    """Semantics 31: rows, events and the effects of handlers agree exactly, after each of two hundred kills."""
    await survives(make_url, tmp_path, project_root, chance, kills=200)


async def survives_pauses(make_url: MakeUrl, folder: Path, root: Path, chance: random.Random, pauses: int) -> None:
    """Two processes save, relay and handle; one or the other stands still for longer than a relay may be silent, and goes on where it was."""
    url = await make_url(folder, "paused")
    children = [Child(root, "relay", url) for _ in range(2)]
    for child in children:
        await asyncio.to_thread(child.begun)
    for _ in range(pauses):
        await chance.choice(children).pause(chance.uniform(0.2, 1.2))
        await asyncio.sleep(chance.uniform(0, 0.1))
    acknowledged = [change for child in children for change in child.kill()]
    async with library_at(await quiet(url)) as library:
        events = await agree(library, acknowledged)
        await relay_of(library).settle(BACKLOG)
        notes = [note.text for note in await library.notes().find_all()]
        parked = await relay_of(library).parked()

    assert len(acknowledged) > 0
    assert sorted(events) == sorted(notes)
    assert [] == parked


async def test_a_few_pauses(make_url: MakeUrl, tmp_path: Path, project_root: Path, chance: random.Random) -> None:
    """Semantics 30, 31: what a process was at that others took for dead is done once, by whoever is first."""
    await survives_pauses(make_url, tmp_path, project_root, chance, pauses=3)


@pytest.mark.nightly
async def test_a_hundred_pauses(make_url: MakeUrl, tmp_path: Path, project_root: Path, chance: random.Random) -> None:
    """Semantics 30, 31: as above, at full size."""
    await survives_pauses(make_url, tmp_path, project_root, chance, pauses=100)


# --- with NATS in between ------------------------------------------------------------------------------------------------------


async def brought_over(server: Server, sending: str, receiving: str, elsewhere: str) -> None:
    """Send and receive what is left, and handle it."""
    async with AsyncExitStack() as stack:
        ours, theirs, others = [await stack.enter_async_context(library_at(url)) for url in (sending, receiving, elsewhere)]
        sender, reader = NatsBroker(server.url, "library"), NatsBroker(server.url, "shop")
        for broker in (sender, reader):
            await broker.open(LOGGER)
            stack.push_async_callback(broker.close)
        await relay_of(ours, sender).settle(BACKLOG)
        receiver = receiver_of(theirs, reader)
        quiet_since = time.monotonic()
        while time.monotonic() < quiet_since + 2:
            try:
                if await receiver.receive():
                    quiet_since = time.monotonic()
            except IntegrationError:
                await asyncio.sleep(0.05)
        await receiver.stop()
        await relay_of(theirs, elsewhere=others).settle(BACKLOG)


async def survives_between(make_url: MakeUrl, folder: Path, root: Path, chance: random.Random, kills: int, stops: int) -> None:
    """Kill those who save and send, those who receive and handle, and the server in between; in the end all of them agree."""
    sending, receiving = await make_url(folder, "sending"), await make_url(folder, "receiving")
    elsewhere = await sqlite_url(folder, "elsewhere")
    acknowledged: list[tuple[str, int]] = []
    stopping = set(chance.sample(range(kills), stops))
    async with own_server() as server:
        for number in range(kills):
            sender, receiver = Child(root, "send", sending, server.url), Child(root, "receive", receiving, server.url, elsewhere)
            await asyncio.to_thread(sender.begun)
            await asyncio.to_thread(receiver.begun)
            await asyncio.sleep(chance.uniform(0, 0.3))
            if number in stopping:
                server.stop(chance.choice([signal.SIGKILL, signal.SIGTERM]))
                await asyncio.sleep(chance.uniform(0, 0.3))
                await server.start()
                await asyncio.sleep(chance.uniform(0, 0.5))
            for child in chance.sample([sender, receiver], 2):
                acknowledged += child.kill()
        await brought_over(server, await quiet(sending), await quiet(receiving), elsewhere)
    async with library_at(sending) as library:
        events = await agree(library, acknowledged)
    async with library_at(receiving) as library:
        here = [note.text for note in await library.notes().find_all()]
    there = [text for [text] in sqlite3.connect(folder / "elsewhere.db").execute("SELECT text FROM library_note ORDER BY rowid")]

    assert len(acknowledged) > 0
    assert sorted(events) == sorted(here)
    assert sorted(events) == sorted(there)
    assert _by_book(events) == _by_book(there)


def _by_book(said: list[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for each in said:
        found.setdefault(each.split()[0], []).append(each)
    return found


async def test_a_few_kills_on_both_sides_of_a_server_that_stops(make_url: MakeUrl, tmp_path: Path, project_root: Path, chance: random.Random) -> None:
    """Semantics 31: handlers in another process, too; one with a dedup store repeats nothing where its delivery's transaction does not reach."""
    await survives_between(make_url, tmp_path, project_root, chance, kills=2, stops=1)


@pytest.mark.nightly
async def test_two_hundred_kills_on_both_sides_of_a_server_that_stops(
    make_url: MakeUrl, tmp_path: Path, project_root: Path, chance: random.Random
) -> None:
    """Semantics 31: as above, with two hundred kills and a server that stops twenty times."""
    await survives_between(make_url, tmp_path, project_root, chance, kills=100, stops=20)
