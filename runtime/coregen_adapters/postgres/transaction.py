"""A transaction of one's own on PostgreSQL, on one session, and its savepoints (semantics 22, 28).

It begins with its first statement that is no plain read: what reads in "read committed" sees each time what is committed, in a transaction or
outside of one. It commits and ends in `adapter.py`. Operations that the database may refuse stand in a savepoint, whose end travels with the
next statement, as the beginning does with a savepoint.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import asyncpg

from coregen_adapters.postgres import statements
from coregen_adapters.postgres.errors import DRIVER, LOST, is_conflict, translated
from coregen_adapters.postgres.pool import Session
from coregen_adapters.postgres.program import Compiler, Program
from coregen_runtime.repository.types import Applied, DbQuery, Isolation, Operation, Row, Scope, Transaction
from coregen_runtime.repository.usage import Usage

T = TypeVar("T")


class PostgresTransaction:
    """A `Transaction`. `begun` says whether the database knows of it, `trusted` that no statement of the caller's own can have changed what the session is set to."""

    def __init__(self, session: Session, scope: Scope, compiler: Compiler, isolation: Isolation, raw_timeout: int) -> None:
        self._session, self._scope, self._compiler = session, scope, compiler
        self._snapshot = isolation != "read committed"
        self._raw_timeout = raw_timeout
        self._depth = 0
        self._due = f"BEGIN ISOLATION LEVEL {isolation.upper()}; "
        self.begun = False
        self.trusted = True
        self.usage = Usage(scope)

    async def apply(self, scope: Scope, operations: Sequence[Operation]) -> tuple[Applied, ...]:
        if not operations:
            return ()

        async def work() -> tuple[Applied, ...]:
            statements.check_ids(operations)
            compiled = await statements.program(self._session, scope, self._compiler, operations)
            if compiled is not None and compiled.harmless:
                await self._begin()
                done = await statements.run(self._session, compiled)
                return done if done is not None else await self._one_by_one(scope, operations)
            done = None if compiled is None else await self._together(compiled)
            return done if done is not None else await self._one_by_one(scope, operations)

        applied = await self._call(scope, work)
        self.usage.applied(operations)
        return applied

    async def select(self, scope: Scope, query: DbQuery) -> list[Row]:
        return await self._call(scope, lambda: statements.rows(self._session, scope, self._compiler, query, None if self._snapshot else 0))

    async def count(self, scope: Scope, query: DbQuery) -> int:
        return await self._call(scope, lambda: statements.count(self._session, scope, query))

    async def raw(self, scope: Scope, sql: str, params: Mapping[str, Any] | None = None) -> list[Row]:
        """Reads alone, in a savepoint that is undone with what the statement sets for its connection."""

        async def work() -> list[Row]:
            self.trusted = False
            async with self._hopping():
                await self._session.execute(f"SET TRANSACTION READ ONLY; {statements.within(self._raw_timeout)}")
                found = await statements.raw(self._session, scope, sql, params or {}, self._raw_timeout)
                await self._session.execute("ROLLBACK TO hop")
                return found

        return await self._call(scope, work)

    @asynccontextmanager
    async def savepoint(self) -> AsyncIterator[Transaction]:
        self._depth += 1
        name = f"nested_{self._depth}"
        try:
            await self._execute(f"SAVEPOINT {name}")
            try:
                with self.usage.nested():
                    yield self
            except BaseException:
                self._due, self._session.organization = "", None
                await self._execute(f"ROLLBACK TO {name}; RELEASE {name}")
                raise
            self._due = ""
            await self._execute(f"RELEASE {name}")
        finally:
            self._depth -= 1

    def on_commit(self, callback: Callable[[], None]) -> None:
        self.usage.check_open()
        self.usage.callbacks.append(callback)

    async def _together(self, compiled: Program) -> tuple[Applied, ...] | None:
        try:
            async with self._hopping():
                return await statements.run(self._session, compiled)
        except asyncpg.PostgresError as error:
            if is_conflict(error):
                return None
            raise

    async def _one_by_one(self, scope: Scope, operations: Sequence[Operation]) -> tuple[Applied, ...]:
        async with self._hopping():
            return await statements.perform(self._session, scope, self._compiler, operations)

    @asynccontextmanager
    async def _hopping(self) -> AsyncIterator[None]:
        """What fails in the block is undone, so that the transaction can go on."""
        await self._session.execute(f"{self._before()}SAVEPOINT hop")
        self._due = "RELEASE hop; "
        try:
            yield
        except BaseException as error:
            self._due, self._session.organization = "", None
            if not isinstance(error, LOST) and self._session.connection.is_in_transaction():
                await self._session.execute("ROLLBACK TO hop; RELEASE hop")
            raise

    def _before(self) -> str:
        """What is to be said before the next statement: that the transaction begins, or that a savepoint ends."""
        said, self._due, self.begun = self._due, "", True
        return said

    async def _begin(self) -> None:
        if not self.begun:
            await self._session.execute(self._before())

    async def _execute(self, sql: str) -> None:
        await self._call(None, lambda: self._session.execute(f"{self._before()}{sql}"))

    async def _call(self, scope: Scope | None, work: Callable[[], Awaitable[T]]) -> T:
        with self.usage.of(scope or self._scope):
            try:
                if scope is not None:
                    if self._snapshot or not self._session.belongs(scope.organization):
                        await self._begin()
                    await self._session.belong(scope.organization, locally=True)
                return await work()
            except DRIVER as error:
                raise translated(error) from error
