"""New rows and new events: one by one, or many of one shape by one statement. What else is written, and in which order, is `statements.py`'s."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

from coregen_adapters.sqlite import compile as sql
from coregen_adapters.sqlite.connection import Connection
from coregen_runtime.repository import refusals
from coregen_runtime.repository.log import event_row
from coregen_runtime.repository.system_tables import EVENTS
from coregen_runtime.repository.table import Table
from coregen_runtime.repository.types import AppendEvent, Applied, Compare, Insert, Operation, Row, Scope

_ONE = Applied(1)
_OF_AGGREGATE = f'FROM {sql.quote(EVENTS.name)} WHERE "organization_id" = ? AND "aggregate_id" = ?'
_VERSION = f'SELECT coalesce(max("version"), 0) {_OF_AGGREGATE}'


def shape_of(operation: Operation) -> Hashable:
    """What operations have in common that `insert_all` writes by one statement; None for any other operation."""
    if type(operation) is Insert:
        return None if operation.if_absent else (operation.table, *operation.row)
    return EVENTS if type(operation) is AppendEvent and _knows_its_version(operation) else None


def insert_all(connection: Connection, run: Sequence[tuple[Scope, Any]]) -> list[Applied] | None:
    """Many insertions of one shape. None, and nothing is written, when one stands in the way of another or of a row that is there.

    Events are taken for the first of their versions.
    """
    rows = [_first_of_its_version(operation) if type(operation) is AppendEvent else operation.row for _, operation in run]
    table: Table = EVENTS if type(run[0][1]) is AppendEvent else run[0][1].table
    for (scope, _), row in zip(run, rows, strict=True):
        _check(scope, table, row)
    insertion = _insertion(connection, table, rows[0])
    connection.execute("SAVEPOINT rows")
    if connection.executemany(insertion.text, map(insertion.values, rows)).rowcount != len(rows):
        connection.execute("ROLLBACK TO rows")
        connection.execute("RELEASE rows")
        return None
    connection.execute("RELEASE rows")
    if table.sequence is None:
        return [_ONE] * len(rows)
    [last] = connection.execute("SELECT last_insert_rowid()").fetchone()
    numbered = enumerate(rows, last - len(rows) + 1)
    if table is EVENTS:
        return [_appended(position, row["version"]) for position, row in numbered]
    return [Applied(1, {table.sequence: position}) for position, _ in numbered]


def insert(connection: Connection, scope: Scope, operation: Insert) -> Applied:
    """One row. Raises ConflictError, which names the columns that another row has the same."""
    table, row = operation.table, operation.row
    _check(scope, table, row)
    insertion = _insertion(connection, table, row)
    cursor = connection.execute(insertion.text, insertion.values(row))
    if cursor.rowcount == 1:
        return Applied(1, {table.sequence: cursor.lastrowid}) if table.sequence else _ONE
    if operation.if_absent:
        return Applied(0)
    raise refusals.duplicate(_in_the_way(connection, table, row), table.entity)


def append(connection: Connection, scope: Scope, operation: AppendEvent) -> Applied:
    """One event. Most know their version and are the first of it: no question is asked for those. Raises ConflictError."""
    row = _first_of_its_version(operation)
    _check(scope, EVENTS, row)
    if _knows_its_version(operation):
        insertion = _insertion(connection, EVENTS, row)
        cursor = connection.execute(insertion.text, insertion.values(row))
        if cursor.rowcount == 1:
            return _appended(cursor.lastrowid, row["version"])
    return _append_next(connection, operation, row)


def _append_next(connection: Connection, operation: AppendEvent, row: dict[str, Any]) -> Applied:
    """An event whose version is asked for or to be found, or which is not the first of its version."""
    aggregate = (row["organization_id"], row["aggregate_id"])
    if operation.expected_version is not None or not row["version"]:
        [present] = connection.execute(_VERSION, aggregate).fetchone()
        if operation.expected_version not in (None, present):
            raise refusals.stale(row["aggregate_type"], row["aggregate_id"])
        row["version"] = row["version"] or present + operation.advance
    insertion = _insertion(connection, EVENTS, row)
    text = connection.compiled.get(_append_next)
    if text is None:
        text = connection.compiled[_append_next] = _with_ordinal(insertion.text)
    *values, _ = insertion.values(row)
    appended = connection.execute(text, (*values, *aggregate, row["version"])).fetchone()
    if appended is None:
        raise refusals.duplicate(("id",), "an event")
    return _appended(appended[0], row["version"], appended[1])


def _with_ordinal(insertion: str) -> str:
    """The insertion of an event, whose last column is its ordinal: it takes the next of its version, and tells what it got."""
    head, _, tail = insertion.rpartition("?)")
    return f'{head}(SELECT coalesce(max("ordinal") + 1, 0) {_OF_AGGREGATE} AND "version" = ?)){tail} RETURNING "position", "ordinal"'


def _knows_its_version(operation: AppendEvent) -> bool:
    return operation.expected_version is None and operation.event.version > 0


def _first_of_its_version(operation: AppendEvent) -> dict[str, Any]:
    """The event's row; its documents are written where they are bound, whatever they are made of."""
    return {**event_row(operation.event, document=_as_it_is), "ordinal": 0}


def _as_it_is(value: Any) -> Any:
    return value


def _appended(position: int | None, version: int, ordinal: int = 0) -> Applied:
    return Applied(1, {"position": position, "version": version, "ordinal": ordinal})


def _check(scope: Scope, table: Table, row: Row) -> None:
    if "organization_id" in row:
        refusals.belongs(scope, table, row["organization_id"])


def _insertion(connection: Connection, table: Table, row: Row) -> sql.Insertion:
    key = (table, *row)
    compiled: sql.Insertion | None = connection.compiled.get(key)
    if compiled is None:
        compiled = connection.compiled[key] = sql.insert(table, tuple(row))
    return compiled


def _in_the_way(connection: Connection, table: Table, row: Row) -> tuple[str, ...]:
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
