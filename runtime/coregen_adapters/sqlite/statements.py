"""Operations performed on one SQLite connection, synchronously, inside whatever transaction the caller has begun.

Who calls, on which thread and in which transaction, is left to `writer.py` and `adapter.py`.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from coregen_adapters.sqlite import compile as sql
from coregen_adapters.sqlite.connection import Connection
from coregen_adapters.sqlite.insertions import append, insert, insert_all, shape_of
from coregen_adapters.sqlite.troubles import translated
from coregen_runtime.errors.base import CoreError, IntegrationError
from coregen_runtime.errors.codes import ErrorCode
from coregen_runtime.repository import refusals
from coregen_runtime.repository.table import LinkTable, Table
from coregen_runtime.repository.types import (
    AppendEvent,
    Applied,
    Compare,
    DbQuery,
    Delete,
    DeleteWhere,
    Expect,
    Insert,
    Operation,
    Row,
    Scope,
    SetLinks,
    Update,
    UpdateWhere,
)

_RUN = 8
"""Operations from which on it pays to look for neighbours."""


@dataclass(frozen=True, slots=True)
class Operations:
    """Operations of one scope, as work for a connection."""

    scope: Scope
    operations: Sequence[Operation]

    def __call__(self, connection: Connection) -> tuple[Applied, ...]:
        return perform(connection, self.scope, self.operations)


def perform(connection: Connection, scope: Scope, operations: Sequence[Operation]) -> tuple[Applied, ...]:
    """All operations in order. Raises what they name; undoing is the caller's."""
    try:
        if len(operations) < _RUN:
            return tuple([_perform(connection, scope, operation) for operation in operations])
        runs = groupby(operations, shape_of)
        return tuple([applied for shape, run in runs for applied in _perform_run(connection, shape, [(scope, operation) for operation in run])])
    except sqlite3.Error as error:
        raise translated(error) from error


def perform_together(connection: Connection, works: Sequence[Operations]) -> list[tuple[Applied, ...]]:
    """What several callers ask for at once. Where some only insert, and rows of the same shapes, their rows of a table are inserted together.

    Raises what any of them names; undoing is the caller's.
    """
    alike: dict[tuple[Hashable, ...], list[int]] = {}
    for at, work in enumerate(works):
        alike.setdefault(tuple(map(shape_of, work.operations)), []).append(at)
    done: dict[int, tuple[Applied, ...]] = {}
    try:
        for shapes, members in alike.items():
            if len(members) == 1 or None in shapes:
                done |= {at: works[at](connection) for at in members}
                continue
            runs = [[(works[at].scope, works[at].operations[place]) for at in members] for place in range(len(shapes))]
            applied = [_perform_run(connection, shape, run) for shape, run in zip(shapes, runs, strict=True)]
            done |= zip(members, zip(*applied, strict=True), strict=True)
    except sqlite3.Error as error:
        raise translated(error) from error
    return [done[at] for at in range(len(works))]


def _perform_run(connection: Connection, shape: Hashable, run: Sequence[tuple[Scope, Operation]]) -> Sequence[Applied]:
    together = insert_all(connection, run) if shape is not None and len(run) > 1 else None
    return together or [_perform(connection, scope, operation) for scope, operation in run]


def _perform(connection: Connection, scope: Scope, operation: Operation) -> Applied:
    match operation:
        case Insert():
            return insert(connection, scope, operation)
        case AppendEvent():
            return append(connection, scope, operation)
        case Update():
            return _update(connection, scope, operation)
        case Delete():
            return _delete(connection, scope, operation)
        case SetLinks():
            return _set_links(connection, scope, operation)
        case UpdateWhere(table, where, changes):
            condition, values = _within(scope, DbQuery(table, where, with_deleted=True))
            return Applied(connection.execute(*sql.update(table, changes, condition, values)).rowcount)
        case DeleteWhere(table, where):
            condition, values = _within(scope, DbQuery(table, where, with_deleted=True))
            return Applied(connection.execute(*sql.delete(table, condition, values)).rowcount)
        case Expect(query, present, error):
            if (not rows(connection, scope, query)) is present:
                raise error()
            return Applied(0)


def rows(connection: Connection, scope: Scope, query: DbQuery) -> list[Row]:
    table = query.table
    decode = connection.compiled.get(table)
    if decode is None:
        decode = connection.compiled[table] = sql.decoder(table)
    return [decode(record) for record in connection.execute(*_select(connection, scope, query)).fetchall()]


def _select(connection: Connection, scope: Scope, query: DbQuery) -> tuple[str, Sequence[Any]]:
    """The statement of a query; that of a single comparison, as a read by id is one, is compiled once."""
    where = query.where
    if type(where) is not Compare or where.op != "eq" or where.value is None or query.heads_of or query.limit is not None or query.offset:
        return sql.select(scope, query)
    if scope.organization is None or query.table.column(where.column).type in sql.DOCUMENTS:
        return sql.select(scope, query)
    key = (query.table, where.column, query.order, query.with_deleted)
    text = connection.compiled.get(key)
    if text is None:
        text, _ = sql.select(scope, query)
        connection.compiled[key] = text
    return text, (scope.organization, where.value)


def count(connection: Connection, scope: Scope, query: DbQuery) -> int:
    [[number]] = connection.execute(*sql.count(scope, query))
    return int(number)


def raw(connection: Connection, scope: Scope, statement: str, params: Mapping[str, Any], limit: int) -> list[Row]:
    """Rows of the caller's own SQL, which may read and nothing else, for `limit` ms. Raises CoreError when it does not name `:org` (semantics 23)."""
    if scope.organization is None:
        raise CoreError(ErrorCode.INVALID_STATE, "raw SQL needs an organisation")
    bound = _Bound({**params, "org": scope.organization})
    until = time.monotonic() + limit / 1000
    connection.set_authorizer(_reads)
    connection.set_progress_handler(lambda: time.monotonic() > until, _BETWEEN_LOOKS)
    try:
        cursor = connection.execute(statement, bound)
        names = [column[0] for column in cursor.description or ()]
        found: list[Row] = [dict(zip(names, record, strict=True)) for record in cursor.fetchall()]
    except (sqlite3.Error, sqlite3.Warning) as error:
        if getattr(error, "sqlite_errorname", "") == "SQLITE_AUTH":
            raise CoreError(ErrorCode.INVALID_STATE, "raw SQL reads; write through the repository, which knows versions and events") from error
        if getattr(error, "sqlite_errorname", "") == "SQLITE_INTERRUPT":
            raise refusals.took_too_long(limit) from error
        raise IntegrationError(ErrorCode.INTEGRATION_FAILED, f"SQLite refused the raw statement: {error}") from error
    finally:
        connection.set_authorizer(None)
        connection.set_progress_handler(None, 0)
    if "org" not in bound.asked:
        raise CoreError(ErrorCode.INVALID_STATE, 'raw SQL on SQLite must name the organisation; add "organization_id = :org" to its condition')
    return found


_BETWEEN_LOOKS = 10_000
"""Steps of SQLite's machine, about a tenth of a millisecond, between looks at the clock."""
_READING = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE})


def _reads(action: int, first: str | None, second: str | None, database: str | None, trigger: str | None) -> int:
    """SQLite asks this while it compiles: reading is allowed, but no function that loads code."""
    return sqlite3.SQLITE_OK if action in _READING and second != "load_extension" else sqlite3.SQLITE_DENY


class _Bound(dict[str, Any]):
    """Parameters by name that know which of them the statement asked for."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        super().__init__(values)
        self.asked: set[str] = set()

    def __getitem__(self, name: str) -> Any:
        self.asked.add(name)
        return super().__getitem__(name)


def _within(scope: Scope, query: DbQuery) -> tuple[str, list[Any]]:
    own, own_values = sql.guard(scope, query.table)
    condition, values = sql.condition(query.where, query.table)
    active = ' AND t."deleted_at" IS NULL' if query.table.soft_delete and not query.with_deleted else ""
    return f"{own}{active} AND {condition}", [*own_values, *values]


def _update(connection: Connection, scope: Scope, operation: Update) -> Applied:
    table = operation.table
    own, values = _within(scope, DbQuery(table, Compare("id", "eq", operation.id), with_deleted=True))
    if table.soft_delete and operation.state != "any":
        own += f' AND t."deleted_at" IS {"NOT " if operation.state == "deleted" else ""}NULL'
    guarded, bound = _at_version(own, values, operation.expected_version)
    if connection.execute(*sql.update(table, operation.changes, guarded, bound)).rowcount == 0:
        raise _absent(connection, table, operation.id, own, values)
    return Applied(1)


def _delete(connection: Connection, scope: Scope, operation: Delete) -> Applied:
    table, id = operation.table, operation.id
    own, values = _within(scope, DbQuery(table, Compare("id", "eq", id), with_deleted=True))
    if connection.execute(*sql.delete(table, *_at_version(own, values, operation.expected_version))).rowcount == 0:
        raise _absent(connection, table, id, own, values)
    for link in table.links:
        _clear(connection, scope, link, id)
    return Applied(1)


def _at_version(condition: str, values: list[Any], version: int | None) -> tuple[str, list[Any]]:
    return (condition, values) if version is None else (f'{condition} AND t."version" = ?', [*values, version])


def _absent(connection: Connection, table: Table, id: str, condition: str, values: list[Any]) -> CoreError:
    """Why no row was touched: it stands at another version, or there is none."""
    if connection.execute(f"SELECT 1 FROM {sql.quote(table.name)} AS t WHERE {condition}", values).fetchone():
        return refusals.stale(table.entity, id)
    return refusals.missing(table.entity, id)


def _clear(connection: Connection, scope: Scope, link: LinkTable, owner_id: str) -> None:
    condition, values = _within(scope, DbQuery(link.table, Compare("owner_id", "eq", owner_id)))
    connection.execute(*sql.delete(link.table, condition, values))


def _set_links(connection: Connection, scope: Scope, operation: SetLinks) -> Applied:
    _clear(connection, scope, operation.link, operation.owner_id)
    for position, target in enumerate(operation.targets):
        row = {"organization_id": scope.organization, "owner_id": operation.owner_id, "position": position, "target_id": target}
        insert(connection, scope, Insert(operation.link.table, row))
    return Applied(len(operation.targets))
