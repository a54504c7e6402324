"""A transaction of one's own on SQLite: the writer is leased to it, and it reads what it wrote.

It begins, commits and ends in `adapter.py`.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from coregen_adapters.sqlite import statements
from coregen_adapters.sqlite.connection import Connection
from coregen_adapters.sqlite.troubles import translated
from coregen_adapters.sqlite.writer import Lease
from coregen_runtime.repository.types import Applied, DbQuery, Operation, Row, Scope, Transaction
from coregen_runtime.repository.usage import Usage

T = TypeVar("T")


class SqliteTransaction:
    """A `Transaction`."""

    def __init__(self, lease: Lease, scope: Scope, path: str | None, raw_timeout: int) -> None:
        self._lease = lease
        self._scope = scope
        self._path = path
        self._raw_timeout = raw_timeout
        self._depth = 0
        self.usage = Usage(scope)

    async def apply(self, scope: Scope, operations: Sequence[Operation]) -> tuple[Applied, ...]:
        applied = await self._call(scope, lambda connection: _atomically(connection, lambda: statements.perform(connection, scope, operations)))
        self.usage.applied(operations)
        return applied

    async def select(self, scope: Scope, query: DbQuery) -> list[Row]:
        return await self._call(scope, lambda connection: statements.rows(connection, scope, query))

    async def count(self, scope: Scope, query: DbQuery) -> int:
        return await self._call(scope, lambda connection: statements.count(connection, scope, query))

    async def raw(self, scope: Scope, sql: str, params: Mapping[str, Any] | None = None) -> list[Row]:
        return await self._call(scope, lambda connection: statements.raw(connection, scope, sql, params or {}, self._raw_timeout))

    @asynccontextmanager
    async def savepoint(self) -> AsyncIterator[Transaction]:
        self._depth += 1
        name = f"nested_{self._depth}"
        try:
            try:
                await self._execute(f"SAVEPOINT {name}")
            except asyncio.CancelledError:
                await self._leave(name)
                raise
            try:
                with self.usage.nested():
                    yield self
            except BaseException:
                await self._leave(name)
                raise
            await self._execute(f"RELEASE {name}")
        finally:
            self._depth -= 1

    def on_commit(self, callback: Callable[[], None]) -> None:
        self.usage.check_open()
        self.usage.callbacks.append(callback)

    async def _execute(self, sql: str) -> None:
        await self._call(self._scope, lambda connection: connection.execute(sql))

    async def _leave(self, name: str) -> None:
        """Undo a savepoint, also while a statement of another task, which should not be there, is under way."""
        await self._lease.call(lambda connection: _leave(connection, name))

    async def _call(self, scope: Scope, work: Callable[[Connection], T]) -> T:
        with self.usage.of(scope):
            try:
                return await self._lease.call(work)
            except sqlite3.Error as error:
                raise translated(error, self._path) from error


def _leave(connection: Connection, name: str) -> None:
    """Undo a savepoint. After an error of the disk there is none left: SQLite has undone the whole, and the commit will say so."""
    if connection.in_transaction:
        connection.execute(f"ROLLBACK TO {name}")
        connection.execute(f"RELEASE {name}")


def _atomically(connection: Connection, work: Callable[[], T]) -> T:
    connection.execute("SAVEPOINT hop")
    try:
        done = work()
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK TO hop")
            connection.execute("RELEASE hop")
        raise
    connection.execute("RELEASE hop")
    return done
