"""Operations performed on one SQLite connection, synchronously, inside whatever transaction the caller has begun.

Who calls, on which thread and in which transaction, is left to `writer.py` and `adapter.py`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

from coregen_adapters.sqlite import compile as sql
from coregen_runtime.errors.base import CoreError, IntegrationError
from coregen_runtime.errors.codes import ErrorCode
from coregen_runtime.repository import refusals
from coregen_runtime.repository.log import EVENTS, event_row
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


def perform(connection: sqlite3.Connection, scope: Scope, operations: Sequence[Operation]) -> tuple[Applied, ...]:
    """All operations in order. Raises what they name; undoing is the caller's."""
    try:
        return tuple(_perform(connection, scope, operation) for operation in operations)
    except sqlite3.Error as error:
        raise translated(error) from error


def translated(error: sqlite3.Error) -> CoreError:
    """SQLite's error as one of Core's: a broken unique index is a conflict, a lock held elsewhere is worth another try."""
    name = getattr(error, "sqlite_errorname", "") or ""
    if name in ("SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY"):
        columns = str(error).partition(": ")[2].split(", ")
        return refusals.duplicate(tuple(column.rpartition(".")[2] for column in columns))
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return IntegrationError(ErrorCode.INTEGRATION_FAILED, "the database is locked by another process", transient=True)
    return IntegrationError(ErrorCode.INTEGRATION_FAILED, f"SQLite refused the statement ({name or type(error).__name__})")


def _perform(connection: sqlite3.Connection, scope: Scope, operation: Operation) -> Applied:
    match operation:
        case Insert():
            return _insert(connection, scope, operation)
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
        case AppendEvent():
            return _append(connection, scope, operation)


def rows(connection: sqlite3.Connection, scope: Scope, query: DbQuery) -> list[Row]:
    return [sql.decode(query.table, record) for record in connection.execute(*sql.select(scope, query))]


def count(connection: sqlite3.Connection, scope: Scope, query: DbQuery) -> int:
    [[number]] = connection.execute(*sql.count(scope, query))
    return int(number)


def raw(connection: sqlite3.Connection, scope: Scope, statement: str, params: Mapping[str, Any]) -> list[Row]:
    """Rows of the caller's own SQL. Raises CoreError when it does not name `:org` (semantics 23)."""
    if scope.organization is None:
        raise CoreError(ErrorCode.INVALID_STATE, "raw SQL needs an organisation")
    bound = _Bound({**params, "org": scope.organization})
    try:
        cursor = connection.execute(statement, bound)
        names = [column[0] for column in cursor.description or ()]
        found: list[Row] = [dict(zip(names, record, strict=True)) for record in cursor.fetchall()]
    except sqlite3.Error as error:
        raise IntegrationError(ErrorCode.INTEGRATION_FAILED, f"SQLite refused the raw statement: {error}") from error
    if "org" not in bound.asked:
        raise CoreError(ErrorCode.INVALID_STATE, 'raw SQL on SQLite must name the organisation; add "organization_id = :org" to its condition')
    return found


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


def _insert(connection: sqlite3.Connection, scope: Scope, operation: Insert) -> Applied:
    table, row = operation.table, operation.row
    if "organization_id" in row:
        refusals.belongs(scope, table, row["organization_id"])
    cursor = connection.execute(*sql.insert(table, row))
    if cursor.rowcount == 1:
        return Applied(1, {table.sequence: cursor.lastrowid} if table.sequence else {})
    if operation.if_absent:
        return Applied(0)
    raise refusals.duplicate(_in_the_way(connection, scope, table, row), table.entity)


def _in_the_way(connection: sqlite3.Connection, scope: Scope, table: Table, row: Row) -> tuple[str, ...]:
    for index in table.indexes:
        if index.unique and all(row.get(column) is not None for column in index.columns):
            where, values = sql.condition(Compare(index.columns[0], "eq", row[index.columns[0]]), table)
            for column in index.columns[1:]:
                more, bound = sql.condition(Compare(column, "eq", row[column]), table)
                where, values = f"{where} AND {more}", [*values, *bound]
            active = ' AND t."deleted_at" IS NULL' if index.active_only else ""
            if connection.execute(f"SELECT 1 FROM {sql.quote(table.name)} AS t WHERE {where}{active}", values).fetchone():
                return index.columns
    return table.primary_key


def _update(connection: sqlite3.Connection, scope: Scope, operation: Update) -> Applied:
    table = operation.table
    own, values = _within(scope, DbQuery(table, Compare("id", "eq", operation.id), with_deleted=True))
    if table.soft_delete and operation.state != "any":
        own += f' AND t."deleted_at" IS {"NOT " if operation.state == "deleted" else ""}NULL'
    guarded, bound = _at_version(own, values, operation.expected_version)
    if connection.execute(*sql.update(table, operation.changes, guarded, bound)).rowcount == 0:
        raise _absent(connection, table, operation.id, own, values)
    return Applied(1)


def _delete(connection: sqlite3.Connection, scope: Scope, operation: Delete) -> Applied:
    table, id = operation.table, operation.id
    own, values = _within(scope, DbQuery(table, Compare("id", "eq", id), with_deleted=True))
    if connection.execute(*sql.delete(table, *_at_version(own, values, operation.expected_version))).rowcount == 0:
        raise _absent(connection, table, id, own, values)
    for link in table.links:
        _clear(connection, scope, link, id)
    return Applied(1)


def _at_version(condition: str, values: list[Any], version: int | None) -> tuple[str, list[Any]]:
    return (condition, values) if version is None else (f'{condition} AND t."version" = ?', [*values, version])


def _absent(connection: sqlite3.Connection, table: Table, id: str, condition: str, values: list[Any]) -> CoreError:
    """Why no row was touched: it stands at another version, or there is none."""
    if connection.execute(f"SELECT 1 FROM {sql.quote(table.name)} AS t WHERE {condition}", values).fetchone():
        return refusals.stale(table.entity, id)
    return refusals.missing(table.entity, id)


def _clear(connection: sqlite3.Connection, scope: Scope, link: LinkTable, owner_id: str) -> None:
    condition, values = _within(scope, DbQuery(link.table, Compare("owner_id", "eq", owner_id)))
    connection.execute(*sql.delete(link.table, condition, values))


def _set_links(connection: sqlite3.Connection, scope: Scope, operation: SetLinks) -> Applied:
    _clear(connection, scope, operation.link, operation.owner_id)
    for position, target in enumerate(operation.targets):
        row = {"organization_id": scope.organization, "owner_id": operation.owner_id, "position": position, "target_id": target}
        connection.execute(*sql.insert(operation.link.table, row))
    return Applied(len(operation.targets))


def _append(connection: sqlite3.Connection, scope: Scope, operation: AppendEvent) -> Applied:
    row = event_row(operation.event)
    refusals.belongs(scope, EVENTS, row["organization_id"])
    aggregate = (row["organization_id"], row["aggregate_id"])
    where = f'FROM {sql.quote(EVENTS.name)} WHERE "organization_id" = ? AND "aggregate_id" = ?'
    if operation.expected_version is not None or not row["version"]:
        [[present]] = connection.execute(f'SELECT coalesce(max("version"), 0) {where}', aggregate)
        if operation.expected_version not in (None, present):
            raise refusals.stale(row["aggregate_type"], row["aggregate_id"])
        row["version"] = row["version"] or present + operation.advance
    [[ordinal]] = connection.execute(f'SELECT coalesce(max("ordinal") + 1, 0) {where} AND "version" = ?', (*aggregate, row["version"]))
    row["ordinal"] = ordinal
    cursor = connection.execute(*sql.insert(EVENTS, row))
    if cursor.rowcount == 0:
        raise refusals.duplicate(("id",), "an event")
    return Applied(1, {"position": cursor.lastrowid, "version": row["version"], "ordinal": ordinal})
