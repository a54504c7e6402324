"""Two writers never lose each other's work (semantics 22): counted, across processes, and by histories that are checked afterwards."""

from __future__ import annotations

import asyncio
import random
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from coregen_adapters.app import open_database
from coregen_runtime.event.store import EventFilter
from coregen_runtime.primitives.clock import SystemClock
from coregen_runtime.repository.log import DatabaseEventStore
from coregen_runtime.repository.types import Transaction
from tests.runtime.adapters.stored import MakeUrl, postgres_url, sqlite_url
from tests.runtime.adapters.writer_child import add
from tests.runtime.repository.library import ORG, Library


async def _eight(library: Library, each: int) -> None:
    book = await library.books().save(library.book(pages=0))
    await asyncio.gather(*(add(library, book.id, each) for _ in range(8)))
    after = await library.books().find_by_id_or_fail(book.id)
    events = [event.version async for event in DatabaseEventStore(library.db, ORG).replay(EventFilter(types=["book.updated"]))]

    assert (8 * each, 8 * each + 1) == (after.pages, after.version)
    assert list(range(2, 8 * each + 2)) == events


async def test_eight_writers_of_one_row_lose_no_update(library: Library) -> None:
    """Semantics 22: each update is there once, and so is its event."""
    await _eight(library, 25)


@pytest.mark.nightly
async def test_eight_writers_of_one_row_lose_none_of_ten_thousand_updates(library: Library) -> None:
    """Semantics 22, at the size that the promise names; the twin in memory looks at every row at every write, so a tenth there."""
    await _eight(library, 125 if library.db.dialect == "memory" else 1_250)


async def _two_processes(make_url: MakeUrl, folder: Path, root: Path, tasks: int, times: int) -> None:
    url = await make_url(folder, "writers")
    db = open_database(url)
    await db.open()
    library = Library(db, SystemClock())
    book = await library.books().save(library.book(pages=0))
    command = [sys.executable, "-m", "tests.runtime.adapters.writer_child", url, str(book.id), str(tasks), str(times)]
    children = [await asyncio.create_subprocess_exec(*command, cwd=root) for _ in range(2)]
    codes = [await child.wait() for child in children]
    after = await library.books().find_by_id_or_fail(book.id)
    await db.close()

    assert [0, 0] == codes
    assert (2 * tasks * times, 2 * tasks * times + 1) == (after.pages, after.version)


@pytest.mark.parametrize("make_url", [sqlite_url, postgres_url])
async def test_two_processes_on_one_database_lose_no_update(make_url: MakeUrl, tmp_path: Path, project_root: Path) -> None:
    """Semantics 22: the lock of another process is waited for, and a stale version is refused across processes."""
    await _two_processes(make_url, tmp_path, project_root, tasks=4, times=25)


@pytest.mark.nightly
@pytest.mark.parametrize("make_url", [sqlite_url, postgres_url])
async def test_two_processes_on_one_database_lose_none_of_ten_thousand_updates(make_url: MakeUrl, tmp_path: Path, project_root: Path) -> None:
    """Semantics 22: as above, at the size that the promise names."""
    await _two_processes(make_url, tmp_path, project_root, tasks=4, times=1_250)


@dataclass
class Done:
    """What a transaction that committed has seen and made: the version of each row that it read, and of each that it wrote."""

    read: dict[str, int] = field(default_factory=dict)
    wrote: dict[str, int] = field(default_factory=dict)


def lost_updates(history: Sequence[Done]) -> list[str]:
    """Rows of which two transactions made one version, or one made a version from another than the one before it."""
    made = [(row, version) for done in history for row, version in done.wrote.items()]
    twice = {row for row, _ in made if len({each for each in made if each[0] == row}) != len([each for each in made if each[0] == row])}
    skipped = {row for done in history for row, version in done.wrote.items() if done.read.get(row, version - 1) != version - 1}
    return sorted(twice | skipped)


def cycle(history: Sequence[Done]) -> list[int]:
    """Transactions that stand in no order: each had to come before the next, and the last before the first. Empty when there is one.

    One comes before another that read or replaced what it wrote, and before one that replaced what it read.
    """
    writer = {(row, version): at for at, done in enumerate(history) for row, version in done.wrote.items()}
    before: dict[int, set[int]] = {at: set() for at in range(len(history))}
    for at, done in enumerate(history):
        for row, version in done.read.items():
            before[writer.get((row, version), at)].add(at)
            before[at].add(writer.get((row, version + 1), at))
        for row, version in done.wrote.items():
            before[writer.get((row, version - 1), at)].add(at)
    left = {at: later - {at} for at, later in before.items()}
    while free := [at for at in left if not any(at in later for later in left.values())]:
        for at in free:
            del left[at]
    return sorted(left)


def test_the_checker_knows_a_lost_update_and_a_write_skew_when_it_sees_one() -> None:
    skew = [Done({"a": 1, "b": 1}, {"a": 2}), Done({"a": 1, "b": 1}, {"b": 2})]
    chain = [Done({"a": 1}, {"a": 2}), Done({"a": 2, "b": 1}, {"b": 2}), Done({"a": 2, "b": 2})]

    assert ([0, 1], []) == (cycle(skew), lost_updates(skew))
    assert ([], []) == (cycle(chain), lost_updates(chain))
    assert ["a"] == lost_updates([Done({"a": 1}, {"a": 2}), Done({"a": 1}, {"a": 2})])
    assert ["a"] == lost_updates([Done({"a": 1}, {"a": 2}), Done({"a": 1}, {"a": 3})])


async def _history(library: Library, isolation: str, transactions: int) -> list[Done]:
    """Transactions beside each other, each of which reads some rows and changes some of those."""
    rows = [book.id for book in await library.books().save_batch([library.book(id=f"row_{number}") for number in range(4)])]
    random_ = random.Random(5)
    plans = [(random_.sample(rows, 3), random_.random()) for _ in range(transactions)]
    history: list[Done] = []

    async def one(plan: Sequence[str], share: float) -> None:
        async def work(tx: Transaction) -> Done:
            done = Done()
            books = library.books().within(tx)
            held = {}
            for id in plan:
                held[id] = await books.find_by_id_or_fail(id)
                done.read[id] = held[id].version
                await asyncio.sleep(0)
            for id in sorted(plan[: 1 + int(share * 2)]):
                done.wrote[id] = (await books.save(held[id]._replace({"pages": done.read[id]}))).version
            return done

        history.append(await library.books().transaction(work, isolation=isolation, attempts=200))  # type: ignore[arg-type]  # one of the two

    outcomes: Sequence[object] = []
    for start in range(0, transactions, 6):
        outcomes = [*outcomes, *await asyncio.gather(*(one(*plan) for plan in plans[start : start + 6]), return_exceptions=True)]
    assert {"VERSION_CONFLICT", "SERIALIZATION_CONFLICT", None} >= {getattr(outcome, "code", None) for outcome in outcomes}
    return history


@pytest.mark.parametrize("isolation", ["read committed", "serializable"])
async def test_a_history_of_parallel_transactions_has_no_lost_update_and_a_serializable_one_an_order(library: Library, isolation: str) -> None:
    """Semantics 22: under `serializable` there is no write skew either: all that committed stand in one order."""
    history = await _history(library, isolation, 60)
    versions: Mapping[str, int] = {book.id: book.version for book in await library.books().find_all()}

    assert len(history) >= 10
    assert [] == lost_updates(history)
    assert sum(versions.values()) - len(versions) == sum(len(done.wrote) for done in history)
    if isolation == "serializable":
        assert [] == cycle(history)
