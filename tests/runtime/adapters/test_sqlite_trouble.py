"""What goes wrong around a SQLite file: it is told clearly, and the adapter works on as soon as the cause is gone."""

from __future__ import annotations

import asyncio
import random
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from coregen_adapters.sqlite import SqliteAdapter
from coregen_adapters.sqlite.ddl import create_table
from coregen_runtime.errors.base import ConflictError, CoreError, IntegrationError
from coregen_runtime.event.delivery import RetryPolicy
from coregen_runtime.event.types import DomainEvent
from coregen_runtime.primitives.clock import SystemClock
from coregen_runtime.repository.types import AllOf, Compare, DbQuery, Insert, Order, Transaction, UpdateWhere
from coregen_runtime.testing.database import ITEMS, OURS, item
from tests.runtime.event.test_relay import World
from tests.runtime.repository.library import Library, Note, make_tables

LARGE = "x" * 20_000


@asynccontextmanager
async def _opened(path: Path | None, busy_timeout: int = 5_000) -> AsyncIterator[SqliteAdapter]:
    db = SqliteAdapter(path, busy_timeout=busy_timeout)
    await db.open()
    try:
        await db.execute(create_table(ITEMS))
        yield db
    finally:
        await db.close()


async def _ids(db: SqliteAdapter) -> list[str]:
    return [row["id"] for row in await db.select(OURS, DbQuery(ITEMS, order=(Order("id"),)))]


async def test_a_folder_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(CoreError, match="make .*missing first"):
        await SqliteAdapter(tmp_path / "missing" / "a.db").open()


async def test_a_file_that_is_no_database_is_named_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    path.write_bytes(b"this is no database, and long enough to be looked at " * 40)
    db = SqliteAdapter(path)

    with pytest.raises(CoreError, match="a.db is no SQLite database, or is damaged"):
        await db.open()
    assert path.read_bytes().startswith(b"this is no database")
    with pytest.raises(CoreError, match="not open"):
        await db.select(OURS, DbQuery(ITEMS))


async def test_a_damaged_file_says_restore_a_backup(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    async with _opened(path) as db:
        await db.apply(OURS, [Insert(ITEMS, item(f"item_{number:04}", name=LARGE[:500])) for number in range(400)])
    whole = bytearray(path.read_bytes())
    whole[4096 * 4 :] = random.Random(7).randbytes(len(whole) - 4096 * 4)
    path.write_bytes(whole)

    with pytest.raises(CoreError, match="damaged; restore a backup"):
        async with _opened(path) as db:
            await db.select(OURS, DbQuery(ITEMS))


async def test_a_full_disk_undoes_the_write_alone_and_says_free_some_space(tmp_path: Path) -> None:
    async with _opened(tmp_path / "a.db") as db:
        await db.apply(OURS, [Insert(ITEMS, item("1"))])
        await db.execute(["PRAGMA max_page_count = 1"])
        large = [Insert(ITEMS, item(f"row_{number}", name=LARGE)) for number in range(100)]
        with pytest.raises(IntegrationError, match="is full, and nothing of this was written; free some space"):
            await db.apply(OURS, large)
        with pytest.raises(CoreError):
            async with db.transaction(OURS) as tx:
                await tx.apply(OURS, [Insert(ITEMS, item("2"))])
                async with tx.savepoint() as inner:
                    await inner.apply(OURS, large)
        await db.execute(["PRAGMA max_page_count = 1000000"])
        await db.apply(OURS, large[:1])

        assert ["1", "row_0"] == await _ids(db)


async def test_a_file_that_may_not_be_written_says_what_the_process_needs(tmp_path: Path) -> None:
    async with _opened(tmp_path / "a.db") as db:
        await db.execute(["PRAGMA query_only = ON"])
        with pytest.raises(IntegrationError, match="is read-only; the process needs to write"):
            await db.apply(OURS, [Insert(ITEMS, item("1"))])

        assert [] == await _ids(db)


async def test_a_table_that_is_missing_says_run_the_migrations(tmp_path: Path) -> None:
    db = SqliteAdapter(tmp_path / "a.db")
    await db.open()

    with pytest.raises(IntegrationError, match="there is no table contract_item; run the module's migrations"):
        await db.select(OURS, DbQuery(ITEMS))
    await db.close()


async def test_a_log_that_was_deleted_under_us_is_an_error_that_names_it_and_a_new_start_reads_again(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    async with _opened(path) as db:
        await db.apply(OURS, [Insert(ITEMS, item("1"))])
        Path(f"{path}-wal").unlink()
        await db.apply(OURS, [Insert(ITEMS, item("2"))])
        with pytest.raises(IntegrationError, match="a.db-wal beside it was deleted"):
            await _ids(db)
    async with _opened(path) as db:
        await db.apply(OURS, [Insert(ITEMS, item("3"))])

        assert "3" == (await _ids(db))[-1]


async def test_a_document_that_was_edited_by_hand_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    async with _opened(path) as db:
        await db.apply(OURS, [Insert(ITEMS, item("1", extra={"a": 1}))])
        with sqlite3.connect(path) as other:
            other.execute("UPDATE contract_item SET extra = '{broken'")
        other.close()

        with pytest.raises(CoreError, match="extra of the row 1 of contract.Item is no JSON"):
            await db.select(OURS, DbQuery(ITEMS))


async def test_a_lease_that_is_held_too_long_is_named_with_its_task() -> None:
    async with _opened(None, busy_timeout=50) as db:

        async def slow() -> None:
            async with db.transaction(OURS):
                await asyncio.sleep(0.3)

        holding = asyncio.create_task(slow(), name="nightly-import")
        await asyncio.sleep(0.02)
        with pytest.raises(IntegrationError, match=r"nightly-import for \d+ ms.*do slow work before it or after it") as refused:
            await db.apply(OURS, [Insert(ITEMS, item("1"))])
        await holding

        assert refused.value.transient
        await db.apply(OURS, [Insert(ITEMS, item("1"))])


async def test_closing_finishes_what_waits_and_refuses_who_would_wait_for_himself(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    db = SqliteAdapter(path)
    await db.open()
    await db.execute(create_table(ITEMS))

    async def hold() -> None:
        async with db.transaction(OURS) as tx:
            with pytest.raises(CoreError, match="holds a transaction"):
                await db.close()
            await asyncio.sleep(0.05)
            await tx.apply(OURS, [Insert(ITEMS, item("held"))])

    holding = asyncio.create_task(hold())
    await asyncio.sleep(0.01)
    waiting = [asyncio.create_task(db.apply(OURS, [Insert(ITEMS, item(f"waiting_{number}"))])) for number in range(5)]
    await asyncio.sleep(0)
    await db.close()
    await asyncio.gather(holding, *waiting)
    async with _opened(path) as again:
        assert ["held", *(f"waiting_{number}" for number in range(5))] == await _ids(again)


@pytest.mark.parametrize("where", ["file", "memory"])
async def test_who_is_cancelled_anywhere_leaves_writer_and_readers_sound(tmp_path: Path, where: str) -> None:
    """Whatever is cancelled at whatever await: what was acknowledged is there, what is there came whole, and the next one is served."""
    random_ = random.Random(11)
    acknowledged: set[str] = set()
    async with _opened(tmp_path / "a.db" if where == "file" else None) as db:

        async def work(name: str) -> None:
            pair = [Insert(ITEMS, item(f"{name}_{half}")) for half in "ab"]
            if random_.random() < 0.4:
                await db.apply(OURS, pair)
            else:
                async with db.transaction(OURS) as tx:
                    await tx.apply(OURS, pair[:1])
                    async with tx.savepoint() as inner:
                        await inner.apply(OURS, pair[1:])
                    await tx.count(OURS, DbQuery(ITEMS))
            acknowledged.add(name)
            await db.select(OURS, DbQuery(ITEMS, Compare("id", "eq", f"{name}_a")))

        for number in range(300):
            tasks = [asyncio.create_task(work(f"w{number:03}_{each}")) for each in range(random_.randint(1, 4))]
            for _ in range(random_.randint(0, 12)):
                await asyncio.sleep(random_.choice([0, 0, 0.0003]))
            for task in tasks:
                if random_.random() < 0.7:
                    task.cancel()
                    if random_.random() < 0.3:
                        await asyncio.sleep(0)
                        task.cancel()
            for outcome in await asyncio.gather(*tasks, return_exceptions=True):
                assert outcome is None or isinstance(outcome, asyncio.CancelledError), outcome
        there = await _ids(db)
        halves = {name: [id for id in there if id.startswith(name)] for name in {id[:-2] for id in there}}

        assert acknowledged <= set(halves)
        assert all(2 == len(each) for each in halves.values())
        await asyncio.wait_for(db.apply(OURS, [Insert(ITEMS, item("last"))]), 2)


async def test_ten_thousand_rows_go_in_and_come_out_by_one_call_each() -> None:
    """Whatever SQLite's limit of bound values is."""
    ids = tuple(f"row_{number:05}" for number in range(10_000))
    async with _opened(None) as db:
        await db.apply(OURS, [Insert(ITEMS, item(id, code=id)) for id in ids])
        found = await db.select(OURS, DbQuery(ITEMS, Compare("id", "in", ids), (Order("id"),)))
        with pytest.raises(ConflictError):
            await db.apply(OURS, [Insert(ITEMS, item(f"again_{id}", code=id)) for id in ids])

        assert list(ids) == [row["id"] for row in found]
        assert 10_000 == await db.count(OURS, DbQuery(ITEMS))


async def test_the_log_beside_the_file_stays_small_while_others_read(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    async with _opened(path) as db:
        await db.apply(OURS, [Insert(ITEMS, item("1"))])
        writing = True

        async def read() -> None:
            while writing:
                await db.select(OURS, DbQuery(ITEMS, AllOf()))

        readers = [asyncio.create_task(read()) for _ in range(3)]
        largest = 0
        for number in range(1_500):
            await db.apply(OURS, [UpdateWhere(ITEMS, AllOf(), {"name": f"{number}{LARGE}"})])
            largest = max(largest, Path(f"{path}-wal").stat().st_size)
        writing = False
        await asyncio.gather(*readers)

        assert largest < 12 * 1024 * 1024 < 1_500 * len(LARGE)


@pytest.mark.parametrize(
    "sql",
    [
        "ATTACH DATABASE '/tmp/other.db' AS other",
        "PRAGMA query_only = OFF",
        "PRAGMA journal_mode = DELETE",
        "SELECT * FROM pragma_table_info('contract_item') WHERE :org <> ''",
        "SELECT load_extension(:org)",
        "VACUUM INTO '/tmp/other.db'",
        "SAVEPOINT mine",
        "COMMIT",
        "CREATE TEMP TABLE t AS SELECT :org AS x",
        "WITH gone AS (SELECT :org AS x) DELETE FROM contract_item",
        "EXPLAIN DELETE FROM contract_item WHERE id = :org",
        "REINDEX",
        "ANALYZE",
    ],
)
@pytest.mark.parametrize("where", ["file", "memory"])
async def test_raw_sql_reads_and_reaches_nothing_else(tmp_path: Path, where: str, sql: str) -> None:
    """Semantics 23: neither other files nor settings nor the transaction itself."""
    async with _opened(tmp_path / "a.db" if where == "file" else None) as db:
        await db.apply(OURS, [Insert(ITEMS, item("1"))])
        with pytest.raises(CoreError, match=r"raw SQL reads|refused the raw statement"):
            await db.raw(OURS, sql)
        async with db.transaction(OURS) as tx:
            await tx.apply(OURS, [Insert(ITEMS, item("2"))])
            with pytest.raises(CoreError, match=r"raw SQL reads|refused the raw statement"):
                await tx.raw(OURS, sql)
        await db.apply(OURS, [Insert(ITEMS, item("3"))])

        assert ["1", "2", "3"] == await _ids(db)
        counted: list[Any] = await db.raw(
            OURS, "WITH own AS (SELECT id FROM contract_item WHERE organization_id = :org) SELECT count(*) AS n FROM own"
        )
        assert [{"n": 3}] == counted


async def test_a_relay_on_a_full_disk_goes_on_where_it_was_once_there_is_space(tmp_path: Path) -> None:
    """Semantics 27, 30, 31: what was acknowledged is delivered once, what was refused has neither row nor event, and nothing is parked for it."""
    async with _opened(tmp_path / "a.db") as db:
        await make_tables(db)
        library = Library(db, SystemClock())
        world, heard = World(library), list[str]()

        async def handler(event: DomainEvent[Any], tx: Transaction) -> None:
            await library.notes().within(tx).save(Note._new({"id": event.id, "text": LARGE}))
            heard.append(event.aggregate_id)

        world.on("book.*", "shop.on_book", handler)
        relay = world.relay(interval=5, policy=RetryPolicy(attempts=100, first=5, factor=1))
        db.on_commit(relay.wake)
        await relay.start()
        saved, refused = list[str](), 0
        for number in range(60):
            if number % 20 == 10:
                await db.execute(["PRAGMA max_page_count = 1"])
            if number % 20 == 0:
                await db.execute(["PRAGMA max_page_count = 1000000"])
            try:
                saved.append((await library.books().save(library.book(LARGE))).id)
            except IntegrationError as error:
                assert "is full, and nothing of this was written" in error.message
                refused += 1
            await asyncio.sleep(0.002)
        await db.execute(["PRAGMA max_page_count = 1000000"])
        await relay.settle()
        await relay.stop()
        notes = await library.notes().count()
        parked = await relay.parked()
        there = [book.id for book in await library.books().find_all()]

    assert refused > 0
    assert sorted(saved) == sorted(there) == sorted(set(heard))
    assert len(saved) == notes
    assert [] == parked
