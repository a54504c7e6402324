"""Queries and conditions → SQLite's SQL. Pure: names come from tables and are quoted, every value is a bound parameter.

Conditions are two-valued: a comparison with a missing value is false, and its negation true (semantics 10, 24).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic_core import from_json, to_json, to_jsonable_python

from coregen_runtime.errors.base import CoreError
from coregen_runtime.errors.codes import ErrorCode
from coregen_runtime.repository.points import AXES, sqlite_expression
from coregen_runtime.repository.refusals import needs_organization
from coregen_runtime.repository.table import ColumnSpec, LinkTable, Table
from coregen_runtime.repository.types import AllOf, AnyOf, Compare, DbQuery, Linked, LinkedTo, Negate, Order, Scope, Where
from coregen_runtime.rule.operators import bounds, polygon_rings

_FINITE = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode
"""Pydantic's writer is three times as fast, and writes NaN and infinities: what seems to hold one is written by this, which refuses them."""
_ORDERED = {"eq": "=", "lt": "<", "lte": "<=", "gt": ">", "gte": ">="}
DOCUMENTS = ("json", "geo.point", "geo.polygon", "geo.linestring")
DOCUMENT_OPS = ("eq", "gt", "gte", "lt", "lte", "in", "contains", "containsAll")
"""What is asked of a document by the function `coregen_document_<operator>`, which means what the rule engine does."""


def quote(name: str) -> str:
    """A name from a table description as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def dumps(value: object) -> str:
    """JSON as it is stored: compact, keys as they came, models under their wire keys. Raises ValueError for NaN and infinities."""
    text = to_json(value).decode()
    return _FINITE(to_jsonable_python(value)) if "NaN" in text or "Infinity" in text else text


def bind(column: ColumnSpec, value: Any) -> Any:
    """A row's value as SQLite takes it: where a document must stand, null is one."""
    return dumps(value) if column.type in DOCUMENTS and (value is not None or not column.nullable) else value


def decoder(table: Table) -> Callable[[Sequence[Any]], dict[str, Any]]:
    """What makes a row of a record of `select`. It raises CoreError for a document that is none: it was edited by hand."""
    names = tuple(column.name for column in table.columns)
    booleans = tuple(column.name for column in table.columns if column.type == "boolean")
    documents = tuple(column.name for column in table.columns if column.type in DOCUMENTS)

    def decode(record: Sequence[Any]) -> dict[str, Any]:
        row = dict(zip(names, record, strict=True))
        for name in booleans:
            if row[name] is not None:
                row[name] = bool(row[name])
        for name in documents:
            if row[name] is not None:
                try:
                    row[name] = from_json(row[name])
                except (ValueError, TypeError) as error:
                    message = f"{name} of the row {row.get('id')} of {table.entity} is no JSON; mend the row"
                    raise CoreError(ErrorCode.INVALID_STATE, message, {"entity": table.entity}) from error
        return row

    return decode


def guard(scope: Scope, table: Table) -> tuple[str, list[Any]]:
    """The condition that keeps a statement within its organisation (semantics 23).

    Raises CoreError when an entity's table is touched without one.
    """
    needs_organization(scope, table)
    if scope.organization is None or "organization_id" not in table.by_name:
        return "1", []
    return 't."organization_id" = ?', [scope.organization]


def condition(where: Where, table: Table) -> tuple[str, list[Any]]:
    """A condition on the rows of `table`, which the statement calls `t`."""
    values: list[Any] = []
    return _condition(where, table, values, negated=False), values


def _condition(where: Where, table: Table, values: list[Any], *, negated: bool) -> str:
    match where:
        case Negate(part):
            return _condition(part, table, values, negated=not negated)
        case AllOf(parts) | AnyOf(parts):
            conjunction = isinstance(where, AllOf) is not negated
            compiled = [_condition(part, table, values, negated=negated) for part in parts]
            return f"({(' AND ' if conjunction else ' OR ').join(compiled)})" if compiled else str(int(conjunction))
        case Linked(link, targets):
            found = f'SELECT 1 FROM {quote(link.name)} AS l WHERE l."organization_id" = t."organization_id" AND l."owner_id" = t."id"'
            if targets is not None:
                found += " AND " + _among('l."target_id"', targets, values)
            return f"{'NOT ' if negated else ''}EXISTS ({found})"
        case LinkedTo(link, targets):
            return f"({_linked_to(link, targets, values)} {'<>' if negated else '='} 1)"
        case Compare():
            return _compare(where, table.column(where.column), values, negated=negated)


def _compare(compare: Compare, column: ColumnSpec, values: list[Any], *, negated: bool) -> str:
    name = f"t.{quote(column.name)}"
    if compare.op == "eq" and compare.value is None:
        if column.type in DOCUMENTS and not column.nullable:
            return f"({name} {'<>' if negated else '='} 'null')"
        return f"{name} IS {'NOT ' if negated else ''}NULL"
    if compare.op == "spatialWithin":
        return _within(compare.value, name, values, boxed=column.type != "json", negated=negated)
    sql = _comparison(compare, column, name, values)
    return f"({name} IS NULL OR NOT {sql})" if negated else sql


def _linked_to(link: LinkTable, targets: Sequence[str], values: list[Any]) -> str:
    """1 where the links are as many as the targets, and each stands at its target's place."""
    links = f'FROM {quote(link.name)} AS l WHERE l."organization_id" = t."organization_id" AND l."owner_id" = t."id"'
    values += [len(targets), dumps([None if _has_nul(target) else target for target in targets])]
    wanted = 'SELECT 1 FROM json_each(?) AS j WHERE j.key = l."position" AND coalesce(j.value = l."target_id", 1)'
    sql = f"SELECT count(*) = ? AND total(NOT EXISTS ({wanted})) = 0 {links}"
    for place, target in enumerate(targets):
        if _has_nul(target):
            sql += ' AND (l."position" <> ? OR l."target_id" = ?)'
            values += [place, target]
    return f"({sql})"


def _within(polygon: Any, name: str, values: list[Any], *, boxed: bool, negated: bool) -> str:
    """The polygon's box first, for which an index may serve, and the polygon itself for what is in it (semantics 14). A document of any form has no box."""
    rings = polygon_rings(polygon)
    if not rings:
        return str(int(negated))
    if not boxed:
        values.append(dumps(polygon))
        return f"({'NOT ' if negated else ''}coregen_within(?, {name}))"
    (west, south), (east, north) = bounds(rings)
    longitude, latitude = (sqlite_expression(name, axis) for axis, _ in AXES)
    values += [west, east, south, north, dumps(polygon)]
    within = f"{longitude} BETWEEN ? AND ? AND {latitude} BETWEEN ? AND ? AND coregen_within(?, {name})"
    return f"(NOT coalesce({within}, 0))" if negated else f"({within})"


def _has_nul(value: object) -> bool:
    """SQLite's JSON functions read a text up to its first NUL."""
    return isinstance(value, str) and "\0" in value


def _among(name: str, wanted: Sequence[Any], values: list[Any]) -> str:
    within, apart = [one for one in wanted if not _has_nul(one)], [one for one in wanted if _has_nul(one)]
    values += [dumps(within), *apart]
    return f"({' OR '.join([f'{name} IN (SELECT value FROM json_each(?))', *[f'{name} = ?' for _ in apart]])})"


def _part(op: str, name: str, wanted: bytes, values: list[Any]) -> str:
    """Text functions stop at a NUL and bytes do not; in UTF-8 a text is part of another just where its bytes are. Of no bytes they make null."""
    if not wanted:
        return f"({name} = {name})"
    text = f"CAST({name} AS BLOB)"
    values += [wanted] if op == "substring" else [len(wanted), wanted]
    found = {"substring": f"instr({text}, ?) > 0", "startsWith": f"substr({text}, 1, ?) = ?", "endsWith": f"substr({text}, -?) = ?"}[op]
    return f"coalesce({found}, 0)"


def _comparison(compare: Compare, column: ColumnSpec, name: str, values: list[Any]) -> str:
    op, value = compare.op, compare.value
    if column.type in DOCUMENTS and op in DOCUMENT_OPS:
        values.append(dumps(value))
        return f"coregen_document_{op}(?, {name})"
    if op in _ORDERED:
        values.append(bind(column, value))
        return f"({name} {_ORDERED[op]} ?)"
    if op == "in":
        return _among(name, value, values)
    if op in ("substring", "startsWith", "endsWith"):
        return _part(op, name, value.encode(errors="surrogatepass"), values)
    if op == "matches":
        values.append(value)
        return f"coregen_{'document_' if column.type in DOCUMENTS else ''}matches(?, {name})"
    return f"({name} IN ('[]', '\"\"'))" if column.type in DOCUMENTS else f"({name} = '')"


def _order(order: Sequence[Order]) -> str:
    return ", ".join(f"t.{quote(key.column)} {'DESC' if key.descending else 'ASC'}" for key in order)


def _matching(scope: Scope, query: DbQuery) -> tuple[str, list[Any]]:
    own, own_values = guard(scope, query.table)
    sql, values = condition(query.where, query.table)
    active = ' AND t."deleted_at" IS NULL' if query.table.soft_delete and not query.with_deleted else ""
    return f"FROM {quote(query.table.name)} AS t WHERE {own}{active} AND {sql}", [*own_values, *values]


def _source(scope: Scope, query: DbQuery) -> tuple[str, list[Any]]:
    matching, values = _matching(scope, query)
    if not query.heads_of:
        return matching, values
    groups = ", ".join(f"t.{quote(name)}" for name in query.heads_of)
    then, then_values = condition(query.then, query.table)
    ranked = f'SELECT t.*, row_number() OVER (PARTITION BY {groups} ORDER BY {_order(query.order)}) AS "head" {matching}'
    return f'FROM ({ranked}) AS t WHERE t."head" = 1 AND {then}', [*values, *then_values]


def select(scope: Scope, query: DbQuery) -> tuple[str, list[Any]]:
    """The statement that reads the query's rows, its columns in the table's order."""
    source, values = _source(scope, query)
    sql = f"SELECT {', '.join('t.' + quote(column.name) for column in query.table.columns)} {source}"
    if query.order:
        sql += f" ORDER BY {_order(query.order)}"
    if query.limit is not None or query.offset:
        sql += " LIMIT ? OFFSET ?"
        values += [-1 if query.limit is None else query.limit, query.offset]
    return sql, values


def count(scope: Scope, query: DbQuery) -> tuple[str, list[Any]]:
    """The statement that counts the query's rows."""
    source, values = _source(scope, query)
    return f"SELECT count(*) {source}", values


@dataclass(frozen=True, slots=True)
class Insertion:
    """A compiled insertion, and the columns of it, by place, that hold documents."""

    text: str
    documents: tuple[tuple[int, ColumnSpec], ...]

    def values(self, row: Mapping[str, Any]) -> list[Any]:
        """What is bound to it: the values of a row of those columns."""
        values = list(row.values())
        for at, column in self.documents:
            values[at] = bind(column, values[at])
        return values


def insert(table: Table, names: Sequence[str]) -> Insertion:
    """The insertion of a row, which does nothing when another one stands in its way (semantics 22)."""
    marks = ", ".join("?" for _ in names)
    text = f"INSERT INTO {quote(table.name)} ({', '.join(map(quote, names))}) VALUES ({marks}) ON CONFLICT DO NOTHING"
    return Insertion(text, tuple((at, column) for at, column in enumerate(map(table.column, names)) if column.type in DOCUMENTS))


def update(table: Table, changes: Mapping[str, Any], where: str, values: Sequence[Any]) -> tuple[str, list[Any]]:
    """A change of the rows that the compiled condition holds for."""
    columns = [table.column(name) for name in changes]
    sets = ", ".join(f"{quote(column.name)} = ?" for column in columns)
    return f"UPDATE {quote(table.name)} AS t SET {sets} WHERE {where}", [*(bind(c, changes[c.name]) for c in columns), *values]


def delete(table: Table, where: str, values: Sequence[Any]) -> tuple[str, list[Any]]:
    """The removal of the rows that the compiled condition holds for."""
    return f"DELETE FROM {quote(table.name)} AS t WHERE {where}", list(values)
