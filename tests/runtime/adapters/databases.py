"""How each adapter's database is made for the tests: one async context manager each, tables of the contract and the library included."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeAlias

from coregen_adapters.sqlite import SqliteAdapter
from coregen_adapters.sqlite.ddl import create_table
from coregen_runtime.repository.memory import MemoryAdapter
from coregen_runtime.repository.types import DatabaseAdapter
from coregen_runtime.testing.database import ITEMS
from tests.runtime.adapters.postgres import postgres
from tests.runtime.repository.library import make_tables

MakeDatabase: TypeAlias = Callable[[], AbstractAsyncContextManager[DatabaseAdapter]]


@asynccontextmanager
async def memory() -> AsyncIterator[DatabaseAdapter]:
    db = MemoryAdapter()
    await db.open()
    try:
        yield db
    finally:
        await db.close()


@asynccontextmanager
async def _sqlite(path: Path | None) -> AsyncIterator[DatabaseAdapter]:
    db = SqliteAdapter(path)
    await db.open()
    try:
        await db.execute(create_table(ITEMS))
        await make_tables(db)
        yield db
    finally:
        await db.close()


def sqlite_memory() -> AbstractAsyncContextManager[DatabaseAdapter]:
    return _sqlite(None)


@asynccontextmanager
async def sqlite_file() -> AsyncIterator[DatabaseAdapter]:
    with TemporaryDirectory() as folder:
        async with _sqlite(Path(folder) / "test.db") as db:
            yield db


DATABASES: dict[str, MakeDatabase] = {"memory": memory, "sqlite in memory": sqlite_memory, "sqlite file": sqlite_file, "postgresql": postgres}
