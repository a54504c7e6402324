"""Operations and queries performed on one session, inside whatever transaction the caller has begun.

Who calls, and what is undone, is left to `adapter.py` and `transaction.py`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

import asyncpg

from coregen_adapters.postgres import compile as sql
from coregen_adapters.postgres import patterns as patterned
from coregen_adapters.postgres import raw as own
from coregen_adapters.postgres.compile import NO_PATTERNS, Binds, NeedsPatterns, Patterns
from coregen_adapters.postgres.errors import DRIVER, is_conflict, translated
from coregen_adapters.postgres.horizon import horizon
from coregen_adapters.postgres.pool import Session
from coregen_adapters.postgres.program import Compiler, Program
from coregen_adapters.postgres.values import storable
from coregen_runtime.errors.base import CoreError, IntegrationError, NotFoundError
from coregen_runtime.errors.codes import ErrorCode
from coregen_runtime.repository import refusals
from coregen_runtime.repository.system_tables import EVENTS
from coregen_runtime.repository.table import Table
from coregen_runtime.repository.types import (
    AllOf,
    AppendEvent,
    Applied,
    Compare,
    DbQuery,
    Delete,
    Expect,
    Insert,
    Negate,
    Operation,
    Order,
    Row,
    Scope,
    Update,
    Where,
)

Sql: TypeAlias = tuple[str, list[Any]]

_TRIES = 50
"""How often an event is appended anew behind those that came between."""
_IN_ORDER = (Order("position"),)
PATIENCE = 1.0
"""Seconds that a reader of the log waits for transactions that may still put events between those it sees (semantics 29)."""


async def program(session: Session, scope: Scope, compiler: Compiler, operations: Sequence[Operation]) -> Program | None:
    """The operations as one statement, their patterns tested."""
    try:
        return compiler.together(scope, operations)
    except NeedsPatterns:
        found: dict[sql.Asked, sql.Tested] = {}
        asking = [query for operation in operations for query in patterned.queries_of(operation)]
        if len(asking) > 1:
            return None
        for query in asking:
            found |= await patterned.tested(session, scope, query)
        compiled = compiler.together(scope, operations, found)
        return None if compiled is None else replace(compiled, once=True)


async def run(session: Session, compiled: Program) -> tuple[Applied, ...] | None:
    """What each operation did; None where one was refused and none was done."""
    [record] = await session.fetch(compiled.sql, compiled.values, once=compiled.once)
    return compiled.read(record)


async def perform(session: Session, scope: Scope, compiler: Compiler, operations: Sequence[Operation]) -> tuple[Applied, ...]:
    """All operations, in as few statements as they fit into, and one after the other where one was refused. Raises what they name; undoing is the caller's."""
    parts = compiler.parts(scope, operations)
    applied: list[Applied] = []
    for part in parts:
        done = await _part(session, scope, compiler, part) if len(part) > 1 and len(parts) > 1 else None
        applied += done if done is not None else [await _one(session, scope, compiler, operation) for operation in part]
    return tuple(applied)


async def _part(session: Session, scope: Scope, compiler: Compiler, operations: Sequence[Operation]) -> tuple[Applied, ...] | None:
    compiled = compiler.together(scope, operations)
    if compiled is None:
        return None
    await session.execute("SAVEPOINT part")
    try:
        done = await run(session, compiled)
    except asyncpg.PostgresError as error:
        if not is_conflict(error):
            raise
        done = None
    await session.execute("RELEASE part" if done is not None else "ROLLBACK TO part; RELEASE part")
    return done


async def _one(session: Session, scope: Scope, compiler: Compiler, operation: Operation) -> Applied:
    for _ in range(_TRIES):
        compiled = await program(session, scope, compiler, [operation])
        if compiled is None:
            raise CoreError(ErrorCode.INTERNAL, f"{type(operation).__name__} has no statement of its own")
        try:
            applied = await run(session, compiled)
        except asyncpg.UniqueViolationError as error:
            raise translated(error, tables_of(operation)) from error
        if applied is not None:
            return applied[0]
        await _refuse(session, scope, operation)
        await asyncio.sleep(0)
    raise refusals.duplicate(("id",), "an event")


async def _refuse(session: Session, scope: Scope, operation: Operation) -> None:
    """Raise why the operation was refused. Returns where another try may go through: an event that another one came before."""
    match operation:
        case Insert(table, row):
            raise refusals.duplicate(await _in_the_way(session, scope, table, row), table.entity)
        case Update(table, id) | Delete(table, id):
            raise await _absent(session, scope, table, id, operation.state if isinstance(operation, Update) else "any")
        case Expect():
            raise operation.error()
        case AppendEvent(event, expected):
            if expected is not None and await _version(session, scope, event.org_id, event.aggregate_id) != expected:
                raise refusals.stale(event.aggregate_type, event.aggregate_id)
            if await _found(session, scope, EVENTS, Compare("id", "eq", event.id)):
                raise refusals.duplicate(("id",), "an event")


async def _found(session: Session, scope: Scope, table: Table, where: Where, *, with_deleted: bool = True) -> bool:
    binds = Binds()
    found = sql.exists(scope, DbQuery(table, where, with_deleted=with_deleted), binds)
    return bool((await session.fetch(f"SELECT {found}", binds.values))[0][0])


async def _version(session: Session, scope: Scope, organization: str, aggregate: str) -> int:
    of_it = AllOf((Compare("organization_id", "eq", organization), Compare("aggregate_id", "eq", aggregate)))
    binds = Binds()
    source = sql.matching(scope, DbQuery(EVENTS, of_it), binds)
    return int((await session.fetch(f'SELECT coalesce(max(t."version"), 0) {source}', binds.values))[0][0])


async def _in_the_way(session: Session, scope: Scope, table: Table, row: Row) -> tuple[str, ...]:
    """The columns of the unique index that refused the row."""
    for index in table.indexes:
        if index.unique and all(row.get(column) is not None for column in index.columns):
            same = AllOf(tuple(Compare(column, "eq", row[column]) for column in index.columns))
            if await _found(session, scope, table, same, with_deleted=not index.active_only):
                return index.columns
    return table.primary_key


async def _absent(session: Session, scope: Scope, table: Table, id: str, state: str) -> CoreError:
    """Why no row was touched: it stands at another version, or there is none."""
    deleted = Compare("deleted_at", "eq", None)
    parts: list[Where] = [Compare("id", "eq", id)]
    if table.soft_delete and state != "any":
        parts.append(deleted if state == "active" else Negate(deleted))
    if await _found(session, scope, table, AllOf(tuple(parts))):
        return refusals.stale(table.entity, id)
    return refusals.missing(table.entity, id)


def tables_of(operation: Operation) -> tuple[Table, ...]:
    """The tables whose unique indexes an operation can break."""
    table = getattr(operation, "table", EVENTS if isinstance(operation, AppendEvent) else None)
    return () if table is None else (table,)


def check_ids(operations: Sequence[Operation]) -> None:
    """Raises NotFoundError for a row whose id PostgreSQL cannot hold, and which therefore is not there."""
    for operation in operations:
        if isinstance(operation, Update | Delete) and not storable(operation.id):
            raise NotFoundError(ErrorCode.NOT_FOUND, f"there is no {operation.table.entity} of this id", {"entity": operation.table.entity})


# --- reads --------------------------------------------------------------------------------------------------------------------


async def rows(session: Session, scope: Scope, compiler: Compiler, query: DbQuery, patience: float | None = 0) -> list[Row]:
    """The query's rows. Of the log in its order, no more than those that no transaction can put another one between.

    Such transactions are waited for, `patience` seconds. Raises CoreError where that is None: the session's snapshot stands still then.
    """
    selection = compiler.selection(query.table)
    if query.table is EVENTS and query.order[:1] == _IN_ORDER and not _of_one_aggregate(query.where):
        if patience is None:
            message = "a serializable transaction does not see how far the log is complete; read it in its order outside of one"
            raise CoreError(ErrorCode.INVALID_STATE, message)
        query = replace(query, where=AllOf((query.where, Compare("position", "lte", await horizon(session, patience)))))
    by_id = selection.by_id(scope, query)
    return selection.rows(await (session.fetch(*by_id) if by_id is not None else _fetched(session, scope, query, selection.select)))


async def count(session: Session, scope: Scope, query: DbQuery) -> int:
    found = await _fetched(session, scope, query, sql.count)
    return int(found[0][0])


async def _fetched(session: Session, scope: Scope, query: DbQuery, compile: Callable[[Scope, DbQuery, Patterns], Sql]) -> list[asyncpg.Record]:
    """The records of a query. One that asks for a pattern or a polygon holds what these found, and is planned for that."""
    try:
        text, values = compile(scope, query, NO_PATTERNS)
    except NeedsPatterns:
        text, values = compile(scope, query, await patterned.tested(session, scope, query))
        return await session.fetch(text, values, once=True)
    return await session.fetch(text, values)


def _of_one_aggregate(where: Where) -> bool:
    """Events of one aggregate come in its own order, one transaction after the other."""
    if isinstance(where, AllOf):
        return any(_of_one_aggregate(part) for part in where.parts)
    return isinstance(where, Compare) and where.column == "aggregate_id" and where.op == "eq"


def within(limit: int) -> str:
    """What makes PostgreSQL end each statement of the transaction, or of its savepoint, that takes longer than `limit` ms."""
    return f"SET LOCAL statement_timeout = {limit}"


async def raw(session: Session, scope: Scope, statement: str, params: Mapping[str, Any], limit: int) -> list[Row]:
    """Rows of the caller's own SQL, which may take `limit` ms. What it may have set, the session no longer relies on."""
    if scope.organization is None:
        raise CoreError(ErrorCode.INVALID_STATE, "raw SQL needs an organisation")
    text, values = own.bound(statement, {**params, "org": scope.organization})
    try:
        prepared = await session.connection.prepare(text)
        records = await prepared.fetch(*values)
    except asyncpg.QueryCanceledError as error:
        raise refusals.took_too_long(limit) from error
    except DRIVER as error:
        refused = translated(error)
        if refused.transient or not isinstance(refused, IntegrationError):
            raise refused from error
        raise IntegrationError(ErrorCode.INTEGRATION_FAILED, f"PostgreSQL refused the raw statement: {error}") from error
    finally:
        session.organization = None
    return list(own.rows(prepared.get_attributes(), records))
