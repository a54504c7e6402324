"""Operations performed on one SQLite connection, synchronously, inside whatever transaction the caller has begun.

Who calls, on which thread and in which transaction, is left to `writer.py` and `adapter.py`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Any

from coregen_adapters.sqlite import compile as sql
from coregen_adapters.sqlite.connection import Connection
from coregen_adapters.sqlite.troubles import translated
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


def perform(connection: Connection, scope: Scope, operations: Sequence[Operation]) -> tuple[Applied, ...]:
    """All operations in order. Raises what they name; undoing is the caller's."""
    try:
        if len(operations) < _RUN:
            return tuple([_perform(connection, scope, operation) for operation in operations])
        return tuple([applied for run in _runs(operations) for applied in _perform_run(connection, scope, run)])
    except sqlite3.Error as error:
        raise translated(error) from error


def _runs(operations: Sequence[Operation]) -> Iterator[list[Operation]]:
    """Neighbours that one statement can insert, and every other operation for itself."""
    run: list[Operation] = []
    for operation in operations:
        if run and not (_alike(run[-1], operation)):
            yield run
            run = []
        run.append(operation)
    if run:
        yield run


def _alike(one: Operation, other: Operation) -> bool:
    if isinstance(one, AppendEvent) and isinstance(other, AppendEvent):
        return all(each.expected_version is None and each.event.version > 0 and "\0" not in each.event.aggregate_id for each in (one, other))
    return (
        isinstance(one, Insert)
        and isinstance(other, Insert)
        and one.table is other.table
        and not (one.if_absent or other.if_absent)
        and one.row.keys() == other.row.keys()
    )


def _perform_run(connection: Connection, scope: Scope, run: Sequence[Operation]) -> Sequence[Applied]:
    events = [operation for operation in run if isinstance(operation, AppendEvent)]
    if len(events) > 1:
        return _append_all(connection, scope, events)
    inserts = [operation for operation in run if isinstance(operation, Insert)]
    return _insert_all(connection, scope, inserts) if len(inserts) > 1 else [_perform(connection, scope, operation) for operation in run]


def _perform(connection: Connection, scope: Scope, operation: Operation) -> Applied:
    match operation:
        case Insert():
            return _insert(connection, scope, operation)
        case AppendEvent():
            return _append(connection, scope, operation)
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


def raw(connection: Connection, scope: Scope, statement: str, params: Mapping[str, Any]) -> list[Row]:
    """Rows of the caller's own SQL, which may read and nothing else. Raises CoreError when it does not name `:org` (semantics 23)."""
    if scope.organization is None:
        raise CoreError(ErrorCode.INVALID_STATE, "raw SQL needs an organisation")
    bound = _Bound({**params, "org": scope.organization})
    connection.set_authorizer(_reads)
    try:
        cursor = connection.execute(statement, bound)
        names = [column[0] for column in cursor.description or ()]
        found: list[Row] = [dict(zip(names, record, strict=True)) for record in cursor.fetchall()]
    except (sqlite3.Error, sqlite3.Warning) as error:
        if getattr(error, "sqlite_errorname", "") == "SQLITE_AUTH":
            raise CoreError(ErrorCode.INVALID_STATE, "raw SQL reads; write through the repository, which knows versions and events") from error
        raise IntegrationError(ErrorCode.INTEGRATION_FAILED, f"SQLite refused the raw statement: {error}") from error
    finally:
        connection.set_authorizer(None)
    if "org" not in bound.asked:
        raise CoreError(ErrorCode.INVALID_STATE, 'raw SQL on SQLite must name the organisation; add "organization_id = :org" to its condition')
    return found


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


def _insert(connection: Connection, scope: Scope, operation: Insert) -> Applied:
    table, row = operation.table, operation.row
    if "organization_id" in row:
        refusals.belongs(scope, table, row["organization_id"])
    text, values = _insertion(connection, table, row)
    cursor = connection.execute(text, values)
    if cursor.rowcount == 1:
        return Applied(1, {table.sequence: cursor.lastrowid}) if table.sequence else _ONE
    if operation.if_absent:
        return Applied(0)
    raise refusals.duplicate(_in_the_way(connection, scope, table, row), table.entity)


_ONE = Applied(1)
_RUN = 8
"""Operations from which on it pays to look for neighbours."""


def _insertion(connection: Connection, table: Table, row: Row, shape: Hashable = None) -> tuple[str, list[Any]]:
    """The statement and what is bound to it; `shape` names the columns where a caller always has the same ones."""
    key = shape or (table, *row)
    compiled = connection.compiled.get(key)
    if compiled is None:
        compiled = connection.compiled[key] = sql.insert(table, tuple(row))
    text, documents = compiled
    values = list(row.values())
    for at, column in documents:
        values[at] = sql.bind(column, values[at])
    return text, values


def _insert_all(connection: Connection, scope: Scope, operations: Sequence[Insert]) -> list[Applied]:
    """Many rows by one statement. When one of them stands in the way of another or of a row that is there, they are tried one by one."""
    table = operations[0].table
    for operation in operations:
        if "organization_id" in operation.row:
            refusals.belongs(scope, table, operation.row["organization_id"])
    connection.execute("SAVEPOINT rows")
    text = ""
    values: list[list[Any]] = []
    for operation in operations:
        text, bound = _insertion(connection, table, operation.row)
        values.append(bound)
    inserted = connection.executemany(text, values).rowcount
    if inserted != len(operations):
        connection.execute("ROLLBACK TO rows")
        connection.execute("RELEASE rows")
        return [_insert(connection, scope, operation) for operation in operations]
    connection.execute("RELEASE rows")
    if table.sequence is None:
        return [_ONE] * len(operations)
    [last] = connection.execute("SELECT last_insert_rowid()").fetchone()
    return [Applied(1, {table.sequence: last - len(operations) + 1 + at}) for at in range(len(operations))]


def _in_the_way(connection: Connection, scope: Scope, table: Table, row: Row) -> tuple[str, ...]:
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
        connection.execute(*_insertion(connection, operation.link.table, row))
    return Applied(len(operation.targets))


def _append(connection: Connection, scope: Scope, operation: AppendEvent) -> Applied:
    event = operation.event
    refusals.belongs(scope, EVENTS, event.org_id)
    row = event_row(event)
    if operation.expected_version is None and event.version:
        row["ordinal"] = 0
        text, values = _insertion(connection, EVENTS, row, _append)
        cursor = connection.execute(text, values)
        if cursor.rowcount == 1:
            return Applied(1, {"position": cursor.lastrowid, "version": event.version, "ordinal": 0})
        del row["ordinal"]
    return _append_next(connection, operation, row)


def _append_next(connection: Connection, operation: AppendEvent, row: dict[str, Any]) -> Applied:
    """An event whose version is asked for or to be found, or which is not the first of its version."""
    aggregate = (row["organization_id"], row["aggregate_id"])
    if operation.expected_version is not None or not row["version"]:
        [present] = connection.execute(_VERSION, aggregate).fetchone()
        if operation.expected_version not in (None, present):
            raise refusals.stale(row["aggregate_type"], row["aggregate_id"])
        row["version"] = row["version"] or present + operation.advance
    text, values = _insertion(connection, EVENTS, row)
    text = connection.compiled.get(_append_next) or connection.compiled.setdefault(_append_next, _with_ordinal(text))
    appended = connection.execute(text, (*values, *aggregate, row["version"])).fetchone()
    if appended is None:
        raise refusals.duplicate(("id",), "an event")
    return Applied(1, {"position": appended[0], "version": row["version"], "ordinal": appended[1]})


_OF_AGGREGATE = f'FROM {sql.quote(EVENTS.name)} WHERE "organization_id" = ? AND "aggregate_id" = ?'
_VERSION = f'SELECT coalesce(max("version"), 0) {_OF_AGGREGATE}'


def _with_ordinal(insertion: str) -> str:
    """The insertion of an event, which takes the next ordinal of its version and tells what it got."""
    head, _, tail = insertion.partition(") VALUES (")
    marks, _, rest = tail.partition(")")
    ordinal = f'(SELECT coalesce(max("ordinal") + 1, 0) {_OF_AGGREGATE} AND "version" = ?)'
    return f'{head}, "ordinal") VALUES ({marks}, {ordinal}){rest} RETURNING "position", "ordinal"'


def _append_all(connection: Connection, scope: Scope, operations: Sequence[AppendEvent]) -> list[Applied]:
    """Many events whose versions are given: what ordinals their aggregates have is asked once."""
    rows_ = [event_row(operation.event) for operation in operations]
    next_: dict[tuple[Any, ...], int] = {}
    for organization in {row["organization_id"] for row in rows_}:
        refusals.belongs(scope, EVENTS, organization)
        asked = sorted({(row["aggregate_id"], row["version"]) for row in rows_ if row["organization_id"] == organization})
        for aggregate, version, last in connection.execute(_ORDINALS, (organization, sql.dumps(asked))):
            next_[organization, aggregate, version] = 0 if last is None else last + 1
    inserts: list[Insert] = []
    for row in rows_:
        key = (row["organization_id"], row["aggregate_id"], row["version"])
        row["ordinal"] = next_[key]
        next_[key] = row["ordinal"] + 1
        inserts.append(Insert(EVENTS, row))
    appended = _insert_all(connection, scope, inserts)
    return [Applied(1, {**done.values, "version": row["version"], "ordinal": row["ordinal"]}) for done, row in zip(appended, rows_, strict=True)]


_ORDINALS = f"""SELECT asked.id, asked.version,
    (SELECT max("ordinal") FROM {sql.quote(EVENTS.name)} AS e WHERE e."organization_id" = ? AND e."aggregate_id" = asked.id AND e."version" = asked.version)
    FROM (SELECT json_extract(value, '$[0]') AS id, json_extract(value, '$[1]') AS version FROM json_each(?)) AS asked"""
