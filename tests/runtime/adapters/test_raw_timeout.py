"""How long a statement of the caller's own may take, on both databases."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from coregen_adapters.postgres import PostgresAdapter
from coregen_adapters.postgres.transaction import PostgresTransaction
from coregen_adapters.sqlite import SqliteAdapter
from coregen_adapters.sqlite.ddl import create_table
from coregen_runtime.errors.base import IntegrationError
from coregen_runtime.repository.types import DatabaseAdapter, DbQuery, Insert
from coregen_runtime.testing.database import ITEMS, OURS, item
from tests.runtime.adapters.postgres import library_tables

ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT 1 FROM n) SELECT count(*) AS c FROM n WHERE CAST(:org AS text) <> ''"
"""A statement that never ends by itself."""


@asynccontextmanager
async def sqlite(path: Path | None = None) -> AsyncIterator[DatabaseAdapter]:
    db = SqliteAdapter(path, raw_timeout=50)
    await db.open()
    try:
        await db.execute(create_table(ITEMS))
        yield db
    finally:
        await db.close()


@asynccontextmanager
async def sqlite_file() -> AsyncIterator[DatabaseAdapter]:
    with TemporaryDirectory() as folder:
        async with sqlite(Path(folder) / "raw.db") as db:
            yield db


@asynccontextmanager
async def postgres() -> AsyncIterator[DatabaseAdapter]:
    db = PostgresAdapter(f"{await library_tables('contract')}&raw_timeout=50")
    await db.open()
    try:
        yield db
    finally:
        await db.close()


@pytest.mark.parametrize("make", [sqlite, sqlite_file, postgres])
async def test_a_raw_statement_that_takes_too_long_is_ended_and_its_transaction_goes_on(
    make: Callable[[], AbstractAsyncContextManager[DatabaseAdapter]],
) -> None:
    async with make() as db:
        with pytest.raises(IntegrationError, match="it may take 50 ms.*raw_timeout") as alone:
            await db.raw(OURS, ENDLESS)
        async with db.transaction(OURS) as tx:
            await tx.apply(OURS, [Insert(ITEMS, item("1"))])
            with pytest.raises(IntegrationError, match="it may take 50 ms"):
                await tx.raw(OURS, ENDLESS)
            await tx.apply(OURS, [Insert(ITEMS, item("2"))])

        assert ("TIMEOUT", False) == (alone.value.code, alone.value.transient)
        assert 2 == await db.count(OURS, DbQuery(ITEMS))


async def test_what_a_raw_statement_may_take_is_not_what_others_may() -> None:
    url = await library_tables("contract")
    db = PostgresAdapter(f"{url}&raw_timeout=4321&pool=1")
    await db.open()
    limit = "SELECT current_setting('statement_timeout') AS ms"
    try:
        [within] = await db.raw(OURS, limit)
        async with db.transaction(OURS) as tx:
            [in_transaction] = await tx.raw(OURS, limit)
            assert isinstance(tx, PostgresTransaction)
            [[after]] = await tx._session.fetch(limit)
    finally:
        await db.close()

    assert ("4321ms", "4321ms", "0") == (within["ms"], in_transaction["ms"], after)
