"""A transaction of one's own on SQLite: the writer is leased to it, and it reads what it wrote.

It commits and ends in `adapter.py`.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import Any, TypeVar

from coregen_adapters.sqlite import statements
from coregen_adapters.sqlite.writer import Lease
from coregen_runtime.errors.base import CoreError
from coregen_runtime.errors.codes import ErrorCode
from coregen_runtime.repository.log import OUTBOX
from coregen_runtime.repository.types import Applied, DbQuery, Insert, Operation, Row, Scope, Transaction

T = TypeVar("T")


class SqliteTransaction:
    """A `Transaction`. `callbacks` are to be called after the commit; `left_records` says whether anything went into the outbox."""

    def __init__(self, lease: Lease, scope: Scope) -> None:
        self._lease = lease
        self._scope = scope
        self._busy: asyncio.Task[Any] | None = None
        self._closed = False
        self._depth = 0
        self.callbacks: list[Callable[[], None]] = []
        self.left_records = False

    async def apply(self, scope: Scope, operations: Sequence[Operation]) -> tuple[Applied, ...]:
        applied = await self._call(scope, lambda connection: _atomically(connection, lambda: statements.perform(connection, scope, operations)))
        self.left_records |= any(isinstance(operation, Insert) and operation.table is OUTBOX for operation in operations)
        return applied

    async def select(self, scope: Scope, query: DbQuery) -> list[Row]:
        return await self._call(scope, lambda connection: statements.rows(connection, scope, query))

    async def count(self, scope: Scope, query: DbQuery) -> int:
        return await self._call(scope, lambda connection: statements.count(connection, scope, query))

    async def raw(self, scope: Scope, sql: str, params: Mapping[str, Any] | None = None) -> list[Row]:
        return await self._call(scope, lambda connection: _atomically(connection, lambda: statements.raw(connection, scope, sql, params or {})))

    @asynccontextmanager
    async def savepoint(self) -> AsyncIterator[Transaction]:
        self._depth += 1
        name = f"nested_{self._depth}"
        callbacks = len(self.callbacks)
        try:
            await self._execute(f"SAVEPOINT {name}")
            try:
                yield self
            except BaseException:
                del self.callbacks[callbacks:]
                await self._execute(f"ROLLBACK TO {name}", f"RELEASE {name}")
                raise
            await self._execute(f"RELEASE {name}")
        finally:
            self._depth -= 1

    def on_commit(self, callback: Callable[[], None]) -> None:
        self._open()
        self.callbacks.append(callback)

    def close(self) -> None:
        """From now on every use is an error."""
        self._closed = True

    async def _execute(self, *sql: str) -> None:
        await self._call(self._scope, lambda connection: [connection.execute(statement) for statement in sql])

    async def _call(self, scope: Scope, work: Callable[[sqlite3.Connection], T]) -> T:
        if self._scope.organization not in (None, scope.organization):
            raise CoreError(ErrorCode.INVALID_STATE, "a transaction of one organisation was used for another")
        with self._exclusively():
            try:
                return await self._lease.call(work)
            except sqlite3.Error as error:
                raise statements.translated(error) from error

    @contextmanager
    def _exclusively(self) -> Iterator[None]:
        self._open()
        if self._busy is not None:
            raise CoreError(ErrorCode.INVALID_STATE, "two tasks use one transaction at once; give each a transaction of its own")
        self._busy = asyncio.current_task()
        try:
            yield
        finally:
            self._busy = None

    def _open(self) -> None:
        if self._closed:
            raise CoreError(ErrorCode.INVALID_STATE, "the transaction has ended; what follows it needs another one")


def _atomically(connection: sqlite3.Connection, work: Callable[[], T]) -> T:
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
