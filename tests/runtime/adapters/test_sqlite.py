"""What SQLite does beyond the contract: one writer, groups of commits, leases, and a file that others use too."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

import pytest

from coregen_adapters.sqlite import SqliteAdapter
from coregen_adapters.sqlite.ddl import create_table
from coregen_adapters.sqlite.turns import Deadlines, Turn
from coregen_runtime.errors.base import ConflictError, CoreError, IntegrationError
from coregen_runtime.module.migration import CreateTable, Migration, RunSql
from coregen_runtime.repository.types import DbQuery, Insert, Order
from coregen_runtime.testing.database import ITEMS, OURS, item
from tests.runtime.adapters.databases import sqlite_file


async def _names(db: SqliteAdapter) -> list[str]:
    return [row["id"] for row in await db.select(OURS, DbQuery(ITEMS, order=(Order("id"),)))]


async def _opened(path: Path | None = None, busy_timeout: int = 5_000) -> SqliteAdapter:
    db = SqliteAdapter(path, busy_timeout=busy_timeout)
    await db.open()
    await db.execute(create_table(ITEMS))
    return db


async def test_one_that_fails_undoes_nothing_of_those_that_share_its_commit() -> None:
    db = await _opened()
    async with db.transaction(OURS):
        waiting = [asyncio.create_task(db.apply(OURS, [Insert(ITEMS, item(str(number % 7)))])) for number in range(10)]
        await asyncio.sleep(0.02)
    outcomes = await asyncio.gather(*waiting, return_exceptions=True)

    assert 3 == sum(isinstance(outcome, ConflictError) for outcome in outcomes)
    assert [str(number) for number in range(7)] == await _names(db)
    await db.close()


async def test_one_that_fails_midway_leaves_nothing_of_its_own_in_a_shared_commit(tmp_path: Path) -> None:
    db = await _opened(tmp_path / "a.db")
    sent = [["1"], ["2", "1"], ["3"], ["4", "2"], ["2"], ["5", "5"], ["4"]]
    async with db.transaction(OURS):
        waiting = [asyncio.create_task(db.apply(OURS, [Insert(ITEMS, item(id)) for id in ids])) for ids in sent]
        await asyncio.sleep(0.02)
    outcomes = await asyncio.gather(*waiting, return_exceptions=True)

    assert [False, True, False, False, True, True, True] == [isinstance(outcome, ConflictError) for outcome in outcomes]
    assert ["1", "2", "3", "4"] == await _names(db)
    await db.close()


async def test_one_that_is_cancelled_in_the_moment_its_time_is_up_gives_itself_up() -> None:
    turn = Turn(lambda connection: None)
    waiting = asyncio.create_task(turn.result())
    await asyncio.sleep(0)
    waiting.cancel()
    turn.expire()

    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(waiting, 1)
    assert not turn.claim()


async def test_each_is_given_up_when_its_own_time_is_up_and_the_timer_ends_with_the_last() -> None:
    loop, deadlines = asyncio.get_running_loop(), Deadlines(0.1)
    begun, first, later = (Turn(lambda connection: None) for _ in range(3))
    begun.claim()
    started = loop.time()
    for turn in (begun, first):
        deadlines.watch(turn)
    await asyncio.sleep(0.05)
    deadlines.watch(later)
    times: list[float] = []
    for turn in (first, later):
        with pytest.raises(TimeoutError):
            await turn.result()
        times.append(loop.time() - started)

    assert 0.1 <= times[0] <= times[1] - 0.03
    assert not begun.future.done()
    assert {} == deadlines._waiting


async def test_waiting_writes_share_a_commit(tmp_path: Path) -> None:
    """Architecture: one writer thread with group commit."""
    db = await _opened(tmp_path / "a.db")
    watcher = sqlite3.connect(tmp_path / "a.db", isolation_level=None)
    [[before]] = watcher.execute("PRAGMA data_version")
    async with db.transaction(OURS):
        waiting = [asyncio.create_task(db.apply(OURS, [Insert(ITEMS, item(str(number)))])) for number in range(10)]
        await asyncio.sleep(0.02)
    seen: set[int] = set()
    while not all(task.done() for task in waiting):
        [[count]] = watcher.execute("SELECT count(*) FROM contract_item")
        seen.add(count)
        await asyncio.sleep(0)
    [[after]] = watcher.execute("PRAGMA data_version")
    watcher.close()
    await db.close()

    assert seen <= {0, 10}
    assert before != after


async def test_readers_do_not_wait_for_a_transaction_on_a_file() -> None:
    async with sqlite_file() as db:
        async with db.transaction(OURS) as tx:
            await tx.apply(OURS, [Insert(ITEMS, item("1"))])
            outside = await asyncio.wait_for(asyncio.create_task(db.count(OURS, DbQuery(ITEMS))), 2)

        assert (0, 1) == (outside, await db.count(OURS, DbQuery(ITEMS)))


async def test_a_task_that_would_wait_for_itself_is_told_so() -> None:
    """A nested write outside its transaction is an error at once, never a deadlock."""
    db = await _opened()
    async with db.transaction(OURS) as tx:
        with pytest.raises(CoreError, match="holds a transaction"):
            await db.apply(OURS, [Insert(ITEMS, item("1"))])
        with pytest.raises(CoreError, match="holds a transaction"):
            await db.select(OURS, DbQuery(ITEMS))
        with pytest.raises(CoreError, match="holds a transaction"):
            async with db.transaction(OURS):
                raise AssertionError("it is not entered")
        await tx.apply(OURS, [Insert(ITEMS, item("2"))])

    assert ["2"] == await _names(db)
    await db.close()


async def test_a_write_that_finds_no_turn_in_time_is_given_up_and_never_happens() -> None:
    db = await _opened(busy_timeout=50)
    async with db.transaction(OURS):
        with pytest.raises(IntegrationError, match="not free") as refused:
            await asyncio.create_task(db.apply(OURS, [Insert(ITEMS, item("1"))]))
        with pytest.raises(IntegrationError, match="not free"):
            await asyncio.create_task(_enter(db))

    assert refused.value.transient
    await db.apply(OURS, [Insert(ITEMS, item("2"))])
    assert ["2"] == await _names(db)
    await db.close()


async def _enter(db: SqliteAdapter) -> None:
    async with db.transaction(OURS):
        raise AssertionError("it is not entered")


async def test_one_that_is_cancelled_while_it_waits_leaves_the_writer_free() -> None:
    db = await _opened()
    async with db.transaction(OURS):
        waiting = [asyncio.create_task(_enter(db)), asyncio.create_task(db.apply(OURS, [Insert(ITEMS, item("1"))]))]
        await asyncio.sleep(0.02)
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
    await db.apply(OURS, [Insert(ITEMS, item("2"))])

    assert ["2"] == await _names(db)
    await db.close()


async def test_a_cancelled_transaction_is_undone() -> None:
    db = await _opened()
    began = asyncio.Event()

    async def hang() -> None:
        async with db.transaction(OURS) as tx:
            await tx.apply(OURS, [Insert(ITEMS, item("1"))])
            began.set()
            await asyncio.sleep(60)

    task = asyncio.create_task(hang())
    await began.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)

    assert [] == await _names(db)
    await db.close()


async def test_a_lock_of_another_process_is_worth_another_try(tmp_path: Path) -> None:
    db = await _opened(tmp_path / "a.db", busy_timeout=50)
    other = sqlite3.connect(tmp_path / "a.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(IntegrationError) as refused:
        await db.apply(OURS, [Insert(ITEMS, item("1"))])
    other.execute("ROLLBACK")
    other.close()
    await db.apply(OURS, [Insert(ITEMS, item("1"))])

    assert refused.value.transient
    assert ["1"] == await _names(db)
    await db.close()


async def test_what_is_committed_is_there_when_the_file_is_opened_again(tmp_path: Path) -> None:
    first = await _opened(tmp_path / "a.db")
    await first.apply(OURS, [Insert(ITEMS, item("1", extra={"k": [1]}))])
    await first.close()
    second = SqliteAdapter.from_url(f"sqlite:///{tmp_path / 'a.db'}")
    await second.open()

    assert ["1"] == await _names(second)
    await second.close()
    with pytest.raises(CoreError):
        await second.select(OURS, DbQuery(ITEMS))


async def test_a_file_that_cannot_be_opened_says_so(tmp_path: Path) -> None:
    with pytest.raises(CoreError):
        await SqliteAdapter(tmp_path / "missing" / "a.db").open()


@pytest.mark.parametrize("url", ["postgresql://x", "sqlite:shop.db", "sqlite://shop.db", ""])
def test_another_address_is_refused(url: str) -> None:
    with pytest.raises(CoreError):
        SqliteAdapter.from_url(url)


def _migration(version: int, *sql: str) -> Migration:
    return Migration(version=version, name=f"step_{version}", steps=[RunSql(summary="a step", sql={"sqlite": sql})])


async def test_migrations_run_in_version_order_and_once(tmp_path: Path) -> None:
    db = SqliteAdapter(tmp_path / "a.db")
    await db.open()
    create = CreateTable(table="t", columns=[], sql={"sqlite": ["CREATE TABLE t (x TEXT)"]})
    first = Migration(version=1, name="initial", steps=[create])
    second = _migration(2, "INSERT INTO t VALUES ('two')")
    ran = [await db.migrate("shop", [second, first]), await db.migrate("shop", [first, second])]
    await db.close()
    again = SqliteAdapter(tmp_path / "a.db")
    await again.open()
    ran += [await again.migrate("shop", [first, second, _migration(3, "INSERT INTO t VALUES ('three')")])]
    elsewhere = await again.migrate("other", [_migration(1, "INSERT INTO t VALUES ('other')")])
    rows = await again.raw(OURS, "SELECT x FROM t WHERE :org IS NOT NULL")
    await again.close()

    assert [(1, 2), (), (3,)] == ran
    assert (1,) == elsewhere
    assert ["two", "three", "other"] == [row["x"] for row in rows]


async def test_a_migration_that_fails_leaves_nothing_and_runs_when_it_is_mended() -> None:
    db = SqliteAdapter()
    await db.open()
    with pytest.raises(CoreError):
        await db.migrate("shop", [_migration(1, "CREATE TABLE t (x TEXT)", "nonsense")])
    with pytest.raises(CoreError, match="one version"):
        await db.migrate("shop", [_migration(1), _migration(1)])
    with pytest.raises(CoreError, match="no SQL"):
        await db.migrate("shop", [Migration(version=1, name="a", steps=[RunSql(summary="a", sql={"postgresql": ["SELECT 1"]})])])

    assert (1,) == await db.migrate("shop", [_migration(1, "CREATE TABLE t (x TEXT)")])
    await db.close()


async def test_two_that_start_at_once_migrate_once(tmp_path: Path) -> None:
    """Under a lock: of two processes one migrates, the other finds it done."""
    both = [SqliteAdapter(tmp_path / "a.db") for _ in range(2)]
    for db in both:
        await db.open()
    ran = await asyncio.gather(*(db.migrate("shop", [_migration(1, "CREATE TABLE t (x TEXT)")]) for db in both))
    for db in both:
        await db.close()

    assert [(), (1,)] == sorted(ran)
