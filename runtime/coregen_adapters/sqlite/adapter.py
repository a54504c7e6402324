"""The SQLite adapter: WAL, one writer thread, readers beside it; a file, or memory (architecture, "Adapters").

Statements are compiled by `compile.py` and performed by `statements.py`; threads and commits are `writer.py`'s and `readers.py`'s.
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from coregen_adapters.sqlite import statements
from coregen_adapters.sqlite.connection import Connection, connect
from coregen_adapters.sqlite.migrate import migrate
from coregen_adapters.sqlite.readers import Readers
from coregen_adapters.sqlite.standing import prepare
from coregen_adapters.sqlite.transaction import SqliteTransaction
from coregen_adapters.sqlite.troubles import translated
from coregen_adapters.sqlite.writer import Lease, Writer
from coregen_runtime.errors.base import CoreError, IntegrationError
from coregen_runtime.errors.codes import ErrorCode
from coregen_runtime.module.migration import Migration
from coregen_runtime.repository import refusals
from coregen_runtime.repository.types import Applied, DbQuery, Isolation, Operation, Row, Scope, Transaction
from coregen_runtime.repository.usage import leaves_records

T = TypeVar("T")

URL = "sqlite://"
MIGRATION_PATIENCE = 600.0
"""Seconds that a process which starts waits for another one that migrates."""


class SqliteAdapter:
    """A `DatabaseAdapter` on the standard library's driver.

    Args:
        path: the file; None is a database in memory, which ends with the adapter and whose readers wait for its writers.
        busy_timeout: ms to wait for the writer, be it leased in this process or locked by another one.
        readers: threads that read a file while others write it.
        raw_timeout: ms that a statement of `raw` may take.
    """

    dialect = "sqlite"

    def __init__(self, path: str | Path | None = None, *, busy_timeout: int = 5_000, readers: int = 2, raw_timeout: int = 30_000) -> None:
        self._path = None if path is None else str(path)
        self._busy_timeout = busy_timeout
        self._patience = busy_timeout / 1000
        self._count = readers
        self._raw_timeout = raw_timeout
        self._writer: Writer | None = None
        self._readers: Readers | None = None
        self._holders: dict[asyncio.Task[Any], float] = {}
        self._callbacks: list[Callable[[], None]] = []

    @classmethod
    def from_url(cls, url: str) -> SqliteAdapter:
        """`sqlite:///shop.db`, `sqlite:////var/shop.db`, or `sqlite://` for memory. Raises CoreError for anything else."""
        if not url.startswith(URL) or (url != URL and not url.startswith(URL + "/")):
            raise CoreError(ErrorCode.NOT_CONFIGURED, 'a SQLite database is "sqlite:///file.db", or "sqlite://" for one in memory')
        return cls(url[len(URL) + 1 :] or None)

    async def open(self) -> None:
        """Raises CoreError, which says what is wrong with the file and what to do about it."""
        if self._writer is not None:
            raise CoreError(ErrorCode.INVALID_STATE, "the database is open already")
        if self._path is not None and not Path(self._path).parent.is_dir():
            folder = Path(self._path).parent
            raise CoreError(ErrorCode.NOT_CONFIGURED, f"the database {self._path} has no folder to stand in: make {folder} first")
        writer = Writer(partial(connect, self._path, self._patience), f"sqlite-writer:{self._path or 'memory'}", self._patience)
        try:
            await writer.start()
        except sqlite3.Error as error:
            trouble = translated(error, self._path)
            message = f"the database {self._path or 'in memory'} cannot be opened: {trouble.message}"
            raise CoreError(ErrorCode.NOT_CONFIGURED, message, transient=trouble.transient) from error
        self._writer = writer
        try:
            await self._patiently(prepare)
        except BaseException:
            await self.close()
            raise
        if self._path is not None:
            self._readers = Readers(partial(connect, self._path, self._patience, readonly=True), f"sqlite-reader:{self._path}", self._count)

    async def close(self) -> None:
        """End, once what was handed in is done. Raises CoreError in a task that holds a transaction."""
        if asyncio.current_task() in self._holders:
            raise refusals.holds_a_transaction()
        writer, self._writer = self._writer, None
        readers, self._readers = self._readers, None
        if readers is not None:
            await readers.stop()
        if writer is not None:
            await writer.stop()

    def on_commit(self, callback: Callable[[], None]) -> None:
        self._callbacks.append(callback)

    async def execute(self, sql: Sequence[str]) -> None:
        """Run DDL statements in one transaction; for set-up, never for data."""

        await self._write(lambda connection: _execute(connection, sql))

    async def apply(self, scope: Scope, operations: Sequence[Operation]) -> tuple[Applied, ...]:
        left = leaves_records(operations)
        try:
            applied = await self._write(statements.Operations(scope, operations))
        except asyncio.CancelledError:
            if left:
                self._committed()  # it may stand, and who is woken for nothing finds nothing
            raise
        if left:
            self._committed()
        return applied

    async def select(self, scope: Scope, query: DbQuery) -> list[Row]:
        return await self._read(lambda connection: statements.rows(connection, scope, query))

    async def count(self, scope: Scope, query: DbQuery) -> int:
        return await self._read(lambda connection: statements.count(connection, scope, query))

    async def raw(self, scope: Scope, sql: str, params: Mapping[str, Any] | None = None) -> list[Row]:
        return await self._read(lambda connection: statements.raw(connection, scope, sql, params or {}, self._raw_timeout))

    async def migrate(self, module: str, migrations: Sequence[Migration]) -> tuple[int, ...]:
        return await self._patiently(lambda connection: migrate(connection, module, migrations))

    def transaction(self, scope: Scope, isolation: Isolation = "read committed") -> AbstractAsyncContextManager[Transaction]:
        """Every transaction of SQLite is serialisable: there is one writer, so both isolations are the same here."""
        return self._transaction(scope)

    @asynccontextmanager
    async def _transaction(self, scope: Scope) -> AsyncIterator[Transaction]:
        try:
            lease = await self._free().lease()
        except (TimeoutError, sqlite3.Error) as error:
            raise self._refused(error) from error
        task = asyncio.current_task()
        assert task is not None
        self._holders[task] = time.monotonic()
        transaction = SqliteTransaction(lease, scope, self._path, self._raw_timeout)
        try:
            try:
                yield transaction
            except BaseException:
                transaction.usage.end()
                await lease.end(commit=False)
                raise
            transaction.usage.end()
            await self._commit(lease, transaction)
        finally:
            self._holders.pop(task, None)

    async def _commit(self, lease: Lease, transaction: SqliteTransaction) -> None:
        try:
            await lease.end(commit=True)
        except sqlite3.Error as error:
            raise translated(error, self._path) from error
        finally:
            if lease.committed:
                for callback in transaction.usage.callbacks:
                    callback()
                if transaction.usage.left_records:
                    self._committed()

    async def _write(self, work: Callable[[Connection], T]) -> T:
        try:
            return await self._free().write(work)
        except (TimeoutError, sqlite3.Error) as error:
            raise self._refused(error) from error

    async def _patiently(self, work: Callable[[Connection], T]) -> T:
        """As `_write`, but a lock that another process holds is waited for as long as a migration may take."""
        deadline = asyncio.get_running_loop().time() + MIGRATION_PATIENCE
        while True:
            try:
                return await self._write(work)
            except IntegrationError as error:
                if not error.transient or asyncio.get_running_loop().time() > deadline:
                    raise
                await asyncio.sleep(0.05)

    async def _read(self, work: Callable[[Connection], T]) -> T:
        try:
            if self._readers is None:
                return await self._free().read(work)
            return await self._readers.read(work)
        except (TimeoutError, sqlite3.Error) as error:
            raise self._refused(error) from error

    def _free(self) -> Writer:
        """The writer, for a task that does not hold it."""
        if self._writer is None:
            raise refusals.not_open()
        if self._holders and asyncio.current_task() in self._holders:
            raise refusals.holds_a_transaction()
        return self._writer

    def _refused(self, error: TimeoutError | sqlite3.Error) -> CoreError:
        if isinstance(error, TimeoutError):
            return refusals.not_free(self._busy_timeout, self._held())
        return translated(error, self._path)

    def _held(self) -> str:
        """Who holds the writer, and for how long; "" when nobody of this process does."""
        return ", ".join(f"{task.get_name()} for {(time.monotonic() - since) * 1000:.0f} ms" for task, since in self._holders.items())

    def _committed(self) -> None:
        for callback in self._callbacks:
            callback()


def _execute(connection: Connection, sql: Sequence[str]) -> None:
    for statement in sql:
        connection.execute(statement)
