"""The PostgreSQL adapter: asyncpg, forced row-level security, a save in one round trip (architecture, "Adapters"; semantics 22, 23, 29).

Statements are compiled by `compile.py`, `steps.py` and `program.py` and performed by `statements.py`; connections are `pool.py`'s, and
what the owner does is `migrate.py`'s.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, Concatenate, ParamSpec, TypeVar

import asyncpg

from coregen_adapters.postgres import migrate, standing, statements
from coregen_adapters.postgres.errors import DRIVER, LOST, RACES, is_conflict, translated
from coregen_adapters.postgres.pool import Connect, Pool, Session
from coregen_adapters.postgres.program import Compiler
from coregen_adapters.postgres.roles import check
from coregen_adapters.postgres.transaction import PostgresTransaction
from coregen_adapters.postgres.urls import Urls, joined, role_of
from coregen_adapters.postgres.wakeups import Wakeups
from coregen_runtime.errors.base import CoreError, IntegrationError
from coregen_runtime.errors.codes import ErrorCode
from coregen_runtime.module.migration import Migration
from coregen_runtime.repository import refusals
from coregen_runtime.repository.types import Applied, DbQuery, Isolation, Operation, Row, Scope, Transaction
from coregen_runtime.repository.usage import leaves_records

P = ParamSpec("P")
T = TypeVar("T")

_RACES = 4
"""How often a change of one's own is tried when others win."""
_GONE = {"tcp_keepalives_idle": "30", "tcp_keepalives_interval": "10", "tcp_keepalives_count": "3"}
"""Seconds, and questions without answer, after which the server ends the transaction of a process whose machine is gone: what it holds is free again."""


class PostgresAdapter:
    """A `DatabaseAdapter` on asyncpg.

    Args:
        url: the application's role; `?system=` and `?owner=` name the others, `?pool=` and `?timeout=` say how many connections a role
            has and how many ms one is waited for (`urls.py`).
        system_url: as whom the relay and replay log in, where the URL does not say it.
        owner_url: who owns the tables and migrates; without one the database must be migrated already.
    """

    dialect = "postgresql"

    def __init__(self, url: str, *, system_url: str | None = None, owner_url: str | None = None) -> None:
        self._urls: Urls = joined(url, system_url, owner_url)
        self._compiler = Compiler()
        self._pools: tuple[Pool, Pool] | None = None
        self._wakeups: Wakeups | None = None
        self._holders: set[asyncio.Task[Any]] = set()
        self._callbacks: list[Callable[[], None]] = []

    @classmethod
    def from_url(cls, url: str) -> PostgresAdapter:
        """`postgresql://app@host/db?system=relay&owner=owner`. Raises CoreError for anything else."""
        return cls(url)

    async def open(self) -> None:
        """Connect, and let the owner make what is missing. Raises CoreError for roles that row-level security would not bind, and for system tables that lack something which nobody can make."""
        if self._pools is not None:
            raise CoreError(ErrorCode.INVALID_STATE, "the database is open already")
        urls = self._urls
        if urls.system is None:
            message = 'the relay needs a role of its own; add "?system=…" to the URL (docs/how-to/postgres.md says how roles are made)'
            raise CoreError(ErrorCode.NOT_CONFIGURED, message)
        pools = (self._pool(urls.application), self._pool(urls.system))
        try:
            if urls.owner is not None:
                async with migrate.at_work(urls.owner) as owner:
                    await migrate.prepare(owner, role_of(urls.application) or "", role_of(urls.system) or "")
            for pool in pools:
                async with pool.session(None) as session:
                    await check(session)
                    if urls.owner is None and pool is pools[0]:
                        await standing.check(session.connection)
        except (*DRIVER, IntegrationError) as error:
            for pool in pools:
                await pool.close()
            raise CoreError(ErrorCode.NOT_CONFIGURED, f"the PostgreSQL database cannot be opened: {error}") from error
        except BaseException:
            for pool in pools:
                await pool.close()
            raise
        self._pools = pools
        self._wakeups = Wakeups(self._connect(urls.system), pools[1], self._call_back)
        if self._callbacks:
            self._wakeups.listen()

    async def close(self) -> None:
        if self._wakeups is not None:
            await self._wakeups.stop()
        pools, self._pools, self._wakeups = self._pools, None, None
        for pool in pools or ():
            await pool.close()

    def on_commit(self, callback: Callable[[], None]) -> None:
        """Commits of other processes are told as well, though not each of them."""
        self._callbacks.append(callback)
        if self._wakeups is not None:
            self._wakeups.listen()

    async def apply(self, scope: Scope, operations: Sequence[Operation]) -> tuple[Applied, ...]:
        if not operations:
            return ()
        statements.check_ids(operations)
        for attempt in range(_RACES):
            try:
                applied = await self._on_session(scope, self._apply, scope, operations)
                break
            except CoreError as error:
                if attempt == _RACES - 1 or not isinstance(error.__cause__, RACES):
                    raise
                await asyncio.sleep(random.uniform(0, 0.01 * 2**attempt))
        if leaves_records(operations):
            self._committed()
        return applied

    async def _apply(self, session: Session, scope: Scope, operations: Sequence[Operation]) -> tuple[Applied, ...]:
        compiled = await statements.program(session, scope, self._compiler, operations)
        if compiled is not None:
            try:
                done = await statements.run(session, compiled)
            except asyncpg.PostgresError as error:
                if not is_conflict(error):
                    raise
                done = None
            if done is not None:
                return done
        async with _begun(session):
            return await statements.perform(session, scope, self._compiler, operations)

    async def select(self, scope: Scope, query: DbQuery) -> list[Row]:
        return await self._on_session(scope, statements.rows, scope, self._compiler, query, statements.PATIENCE)

    async def count(self, scope: Scope, query: DbQuery) -> int:
        return await self._on_session(scope, statements.count, scope, query)

    async def raw(self, scope: Scope, sql: str, params: Mapping[str, Any] | None = None) -> list[Row]:
        """Reads alone, for as long as `raw_timeout` says; what the statement sets for its connection is undone with it."""

        async def work(session: Session) -> list[Row]:
            async with _begun(session, f"BEGIN READ ONLY; {statements.within(self._urls.raw_timeout)}", "ROLLBACK"):
                return await statements.raw(session, scope, sql, params or {}, self._urls.raw_timeout)

        return await self._on_session(scope, work)

    async def migrate(self, module: str, migrations: Sequence[Migration]) -> tuple[int, ...]:
        pools = self._started()
        if self._urls.owner is None:
            async with pools[0].session(None) as session:
                waiting = await migrate.pending(session.connection, module, migrations)
            if waiting:
                message = f"migration {waiting[0].version} of {module} has not run, and no owner is given who could run it"
                raise CoreError(ErrorCode.INVALID_STATE, f'{message}; add "?owner=…" to the URL, or migrate before')
            return ()
        async with migrate.at_work(self._urls.owner) as owner:
            ran = await migrate.run(owner, module, migrations)
            if ran:
                await migrate.grant(owner, role_of(self._urls.application) or "", role_of(self._urls.system or "") or "")
        return ran

    def transaction(self, scope: Scope, isolation: Isolation = "read committed") -> AbstractAsyncContextManager[Transaction]:
        """Under "serializable", what another transaction made impossible ends in a transient ConflictError: begin again (semantics 22)."""
        return self._transaction(scope, isolation)

    @asynccontextmanager
    async def _transaction(self, scope: Scope, isolation: Isolation) -> AsyncIterator[Transaction]:
        pool, task = self._free_to_ask(scope), asyncio.current_task()
        assert task is not None
        async with pool.session(scope.organization) as session:
            self._holders.add(task)
            transaction = PostgresTransaction(session, scope, self._compiler, isolation, self._urls.raw_timeout)
            try:
                async with _ended(session, begun=lambda: transaction.begun, then=lambda: self._stands(transaction)):
                    try:
                        yield transaction
                    finally:
                        transaction.usage.end()
            finally:
                self._holders.discard(task)
            session.organization = (scope.organization or "") if transaction.trusted else None

    def _stands(self, transaction: PostgresTransaction) -> None:
        for callback in transaction.usage.callbacks:
            callback()
        if transaction.usage.left_records:
            self._committed()

    async def _on_session(self, scope: Scope, work: Callable[Concatenate[Session, P], Awaitable[T]], *given: P.args, **named: P.kwargs) -> T:
        pool = self._free_to_ask(scope)
        session = pool.ready(scope.organization)
        try:
            if session is None:
                session = await pool.acquire(scope.organization)
            done = await work(session, *given, **named)
        except BaseException as error:
            if session is not None:
                pool.give_back(session, error)
            if isinstance(error, DRIVER):
                raise translated(error) from error
            raise
        pool.release(session)
        return done

    def _free_to_ask(self, scope: Scope) -> Pool:
        """The pool of the scope. A task that holds a transaction would wait for itself once the pool is empty, so it is told at once."""
        pools = self._started()
        if self._holders and asyncio.current_task() in self._holders:
            raise refusals.holds_a_transaction()
        return pools[1 if scope.organization is None else 0]

    def _started(self) -> tuple[Pool, Pool]:
        if self._pools is None:
            raise refusals.not_open()
        return self._pools

    def _pool(self, url: str) -> Pool:
        return Pool(self._connect(url), self._urls.pool, self._urls.timeout)

    def _connect(self, url: str) -> Connect:
        settings = {"lock_timeout": str(self._urls.timeout), "jit": "off", "application_name": "coregen", **_GONE}

        async def connect() -> asyncpg.Connection[asyncpg.Record]:
            return await asyncpg.connect(url, server_settings=settings)

        return connect

    def _committed(self) -> None:
        self._call_back()
        if self._wakeups is not None:
            self._wakeups.tell()

    def _call_back(self) -> None:
        for callback in self._callbacks:
            callback()


@asynccontextmanager
async def _begun(session: Session, begin: str = "BEGIN", end: str = "COMMIT") -> AsyncIterator[None]:
    """A transaction on the session: it ends with the block, and is undone when that raises."""
    await _execute(session, begin)
    async with _ended(session, end):
        yield


@asynccontextmanager
async def _ended(
    session: Session, end: str = "COMMIT", begun: Callable[[], bool] = lambda: True, then: Callable[[], None] = lambda: None
) -> AsyncIterator[None]:
    """The end of a transaction, if it has begun in the block; it is undone when that raises.

    The end is waited for whatever cancels the task meanwhile, and `then` called if it went well: nobody is left not knowing.
    """
    try:
        yield
    except BaseException as error:
        if begun() and not isinstance(error, (*LOST, asyncio.CancelledError, GeneratorExit)) and not session.connection.is_closed():
            await _execute(session, "ROLLBACK")
        raise
    if begun():
        ending = asyncio.ensure_future(_end(session, end))
        try:
            await asyncio.shield(ending)
        except asyncio.CancelledError:
            await asyncio.wait([ending])
            if ending.exception() is None:
                then()
            raise
    then()


async def _end(session: Session, end: str) -> None:
    if await _execute(session, end) == "ROLLBACK" and end == "COMMIT":
        raise CoreError(ErrorCode.INVALID_STATE, "the transaction was undone by an earlier error, and nothing of it was done")


async def _execute(session: Session, sql: str) -> str:
    try:
        return await session.execute(sql)
    except DRIVER as error:
        raise translated(error) from error
