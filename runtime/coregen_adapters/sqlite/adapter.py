"""The SQLite adapter: WAL, one writer thread, readers beside it; a file, or memory (architecture, "Adapters").

Statements are compiled by `compile.py` and performed by `statements.py`; threads and commits are `writer.py`'s.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, TypeVar

from coregen_adapters.sqlite import statements
from coregen_adapters.sqlite.ddl import create_table
from coregen_adapters.sqlite.migrate import migrate
from coregen_adapters.sqlite.transaction import SqliteTransaction
from coregen_adapters.sqlite.writer import Lease, Writer
from coregen_runtime.errors.base import CoreError
from coregen_runtime.errors.codes import ErrorCode
from coregen_runtime.module.migration import Migration
from coregen_runtime.primitives.patterns import searcher
from coregen_runtime.repository import refusals
from coregen_runtime.repository.log import SYSTEM_TABLES
from coregen_runtime.repository.types import Applied, DbQuery, Isolation, Operation, Row, Scope, Transaction
from coregen_runtime.repository.usage import leaves_records
from coregen_runtime.rule.operators import OPERATORS

T = TypeVar("T")

URL = "sqlite://"


class SqliteAdapter:
    """A `DatabaseAdapter` on the standard library's driver.

    Args:
        path: the file; None is a database in memory, which ends with the adapter and whose readers wait for its writers.
        busy_timeout: ms to wait for the writer, be it leased in this process or locked by another one.
        readers: threads that read a file while others write it.
    """

    dialect = "sqlite"

    def __init__(self, path: str | Path | None = None, *, busy_timeout: int = 5_000, readers: int = 2) -> None:
        self._path = None if path is None else str(path)
        self._busy_timeout = busy_timeout
        self._patience = busy_timeout / 1000
        self._count = readers
        self._writer: Writer | None = None
        self._readers: ThreadPoolExecutor | None = None
        self._connections: list[sqlite3.Connection] = []
        self._local = threading.local()
        self._holders: set[asyncio.Task[Any]] = set()
        self._callbacks: list[Callable[[], None]] = []

    @classmethod
    def from_url(cls, url: str) -> SqliteAdapter:
        """`sqlite:///shop.db`, `sqlite:////var/shop.db`, or `sqlite://` for memory. Raises CoreError for anything else."""
        if not url.startswith(URL) or (url != URL and not url.startswith(URL + "/")):
            raise CoreError(ErrorCode.NOT_CONFIGURED, 'a SQLite database is "sqlite:///file.db", or "sqlite://" for one in memory')
        return cls(url[len(URL) + 1 :] or None)

    async def open(self) -> None:
        if self._writer is not None:
            raise CoreError(ErrorCode.INVALID_STATE, "the database is open already")
        writer = Writer(partial(self._connect, readonly=False), f"sqlite-writer:{self._path or 'memory'}")
        try:
            await writer.start()
        except sqlite3.Error as error:
            raise CoreError(ErrorCode.NOT_CONFIGURED, f"the database {self._path or 'in memory'} cannot be opened: {error}") from error
        self._writer = writer
        if self._path is not None:
            self._readers = ThreadPoolExecutor(self._count, "sqlite-reader", self._connect_reader)
        made = [statement for table in SYSTEM_TABLES for statement in create_table(table)]
        await self.execute(made)

    async def close(self) -> None:
        writer, self._writer = self._writer, None
        readers, self._readers = self._readers, None
        if readers is not None:
            await asyncio.get_running_loop().run_in_executor(None, readers.shutdown)
            for connection in self._connections:
                connection.close()
            self._connections.clear()
        if writer is not None:
            await writer.stop()

    def on_commit(self, callback: Callable[[], None]) -> None:
        self._callbacks.append(callback)

    async def execute(self, sql: Sequence[str]) -> None:
        """Run DDL statements in one transaction; for set-up, never for data."""

        def work(connection: sqlite3.Connection) -> None:
            for statement in sql:
                connection.execute(statement)

        await self._write(work)

    async def apply(self, scope: Scope, operations: Sequence[Operation]) -> tuple[Applied, ...]:
        applied = await self._write(lambda connection: statements.perform(connection, scope, operations))
        if leaves_records(operations):
            self._committed()
        return applied

    async def select(self, scope: Scope, query: DbQuery) -> list[Row]:
        return await self._read(lambda connection: statements.rows(connection, scope, query))

    async def count(self, scope: Scope, query: DbQuery) -> int:
        return await self._read(lambda connection: statements.count(connection, scope, query))

    async def raw(self, scope: Scope, sql: str, params: Mapping[str, Any] | None = None) -> list[Row]:
        def work(connection: sqlite3.Connection) -> list[Row]:
            return statements.raw(connection, scope, sql, params or {})

        return await self._read(work if self._readers is not None else partial(_read_only, work))

    async def migrate(self, module: str, migrations: Sequence[Migration]) -> tuple[int, ...]:
        return await self._write(lambda connection: migrate(connection, module, migrations))

    def transaction(self, scope: Scope, isolation: Isolation = "read committed") -> AbstractAsyncContextManager[Transaction]:
        """Every transaction of SQLite is serialisable: there is one writer, so both isolations are the same here."""
        return self._transaction(scope)

    @asynccontextmanager
    async def _transaction(self, scope: Scope) -> AsyncIterator[Transaction]:
        lease = await self._lease()
        task = asyncio.current_task()
        assert task is not None
        self._holders.add(task)
        transaction = SqliteTransaction(lease, scope)
        try:
            try:
                yield transaction
            except BaseException:
                transaction.usage.end()
                await lease.end(commit=False)
                raise
            transaction.usage.end()
            try:
                await lease.end(commit=True)
            except sqlite3.Error as error:
                raise statements.translated(error) from error
        finally:
            self._holders.discard(task)
        for callback in transaction.usage.callbacks:
            callback()
        if transaction.usage.left_records:
            self._committed()

    async def _lease(self) -> Lease:
        with self._waiting() as writer:
            return await writer.lease(self._patience)

    async def _write(self, work: Callable[[sqlite3.Connection], T]) -> T:
        with self._waiting() as writer:
            return await writer.write(work, self._patience)

    async def _read(self, work: Callable[[sqlite3.Connection], T]) -> T:
        if self._readers is None:
            with self._waiting() as writer:
                return await writer.read(work, self._patience)
        try:
            return await asyncio.get_running_loop().run_in_executor(self._readers, self._on_reader, work)
        except sqlite3.Error as error:
            raise statements.translated(error) from error

    @contextmanager
    def _waiting(self) -> Iterator[Writer]:
        writer = self._started()
        if asyncio.current_task() in self._holders:
            raise refusals.holds_a_transaction()
        try:
            yield writer
        except TimeoutError:
            raise refusals.not_free(self._busy_timeout) from None
        except sqlite3.Error as error:
            raise statements.translated(error) from error

    def _started(self) -> Writer:
        if self._writer is None:
            raise refusals.not_open()
        return self._writer

    def _committed(self) -> None:
        for callback in self._callbacks:
            callback()

    def _connect(self, *, readonly: bool) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._path or ":memory:", timeout=self._patience, isolation_level=None, check_same_thread=False, cached_statements=512
        )
        if not readonly:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
        else:
            connection.execute("PRAGMA query_only = ON")
        compiled = lru_cache(maxsize=64)(searcher)
        for name, function in (("matches", lambda pattern, value: int(compiled(pattern)(value))), ("equal", _equal), ("contains", _contains)):
            connection.create_function(f"coregen_{name}", 2, function, deterministic=True)
        return connection

    def _connect_reader(self) -> None:
        self._local.connection = self._connect(readonly=True)
        self._connections.append(self._local.connection)

    def _on_reader(self, work: Callable[[sqlite3.Connection], T]) -> T:
        return work(self._local.connection)


def _read_only(work: Callable[[sqlite3.Connection], T], connection: sqlite3.Connection) -> T:
    connection.execute("PRAGMA query_only = ON")
    try:
        return work(connection)
    finally:
        connection.execute("PRAGMA query_only = OFF")


def _equal(document: str, column: object) -> int:
    return int(isinstance(column, str) and OPERATORS["eq"](json.loads(column), json.loads(document), 0))


def _contains(document: str, column: object) -> int:
    return int(isinstance(column, str) and OPERATORS["contains"](json.loads(column), json.loads(document), 0))
