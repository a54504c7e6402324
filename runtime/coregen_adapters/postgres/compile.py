"""Queries and conditions → PostgreSQL's SQL. Pure: names come from tables and are quoted, every value is a bound parameter.

Conditions are two-valued: a comparison with a missing value is false, and its negation true (semantics 10, 24). What PostgreSQL cannot
hold (a NUL in a text) no row holds, so a comparison with it is decided here. What patterns and polygons find is found by `patterns.py` beforehand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeAlias

from coregen_adapters.postgres import areas
from coregen_adapters.postgres.values import DOCUMENTS, dumps, encoded, fits, repairs, storable, typed
from coregen_runtime.repository.points import AXES, coordinates, postgres_expression
from coregen_runtime.repository.refusals import needs_organization
from coregen_runtime.repository.table import ColumnSpec, Table
from coregen_runtime.repository.types import AllOf, AnyOf, Compare, DbQuery, Linked, LinkedTo, Negate, Order, Row, Scope, Where

if TYPE_CHECKING:
    import asyncpg

_ORDERED = {"eq": "=", "lt": "<", "lte": "<=", "gt": ">", "gte": ">="}
_MOST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Tested:
    """What a pattern or a polygon found in a column: the values that match, and those tested that do not. A value in neither came later, and is not seen.

    Points outside of a polygon's box are not tested, nor those that PostGIS is certain about where `postgis` is the schema that it is in.
    """

    matching: tuple[str, ...]
    others: tuple[str, ...]
    postgis: str | None = None


Asked: TypeAlias = tuple[str, str, str]
"""Column, operator, and the pattern or the polygon as JSON."""

Patterns: TypeAlias = Mapping[Asked, Tested]

NO_PATTERNS: Patterns = {}


class NeedsPatterns(Exception):
    """A condition asks for a pattern or a polygon that has not been tested yet."""


class Binds:
    """The values of a statement, in the order of their marks; `first` is the number of the first one."""

    def __init__(self, first: int = 1) -> None:
        self._first = first
        self.values: list[Any] = []

    def __call__(self, value: Any) -> str:
        self.values.append(value)
        return f"${self._first + len(self.values) - 1}"


def quote(name: str) -> str:
    """A name from a table description as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def owned(table: Table) -> bool:
    """Whether the rows of a table belong to organisations; those of a few system tables do not."""
    return any(column.name == "organization_id" for column in table.columns)


def guard(scope: Scope, table: Table, binds: Binds) -> str:
    """The condition that keeps a statement within its organisation (semantics 23).

    Raises CoreError when an entity's table is touched without one.
    """
    needs_organization(scope, table)
    if scope.organization is None or not owned(table):
        return "TRUE"
    return f't."organization_id" = {binds(scope.organization)}' if storable(scope.organization) else "FALSE"


def condition(where: Where, table: Table, binds: Binds, patterns: Patterns = NO_PATTERNS) -> str:
    """A condition on the rows of `table`, which the statement calls `t`."""
    return _condition(where, table, binds, patterns, negated=False)


def _condition(where: Where, table: Table, binds: Binds, patterns: Patterns, *, negated: bool) -> str:
    match where:
        case Compare():
            return _compare(where, table, binds, patterns, negated=negated)
        case Negate(part):
            return _condition(part, table, binds, patterns, negated=not negated)
        case AllOf(parts) | AnyOf(parts):
            conjunction = isinstance(where, AllOf) is not negated
            compiled = [_condition(part, table, binds, patterns, negated=negated) for part in parts]
            return f"({(' AND ' if conjunction else ' OR ').join(compiled)})" if compiled else str(conjunction).upper()
        case Linked(link, targets):
            found = f'SELECT 1 FROM {quote(link.name)} AS l WHERE l."organization_id" = t."organization_id" AND l."owner_id" = t."id"'
            if targets is not None:
                found += f' AND l."target_id" = ANY({binds([target for target in targets if storable(target)])}::text[])'
            return f"{'NOT ' if negated else ''}EXISTS ({found})"
        case LinkedTo(link, targets):
            if not storable(targets):
                return str(negated).upper()
            own = f'{quote(link.name)} AS l WHERE l."organization_id" = t."organization_id" AND l."owner_id" = t."id"'
            held = f'ARRAY(SELECT l."target_id" FROM {own} ORDER BY l."position")'
            return f"({held} {'<>' if negated else '='} {binds(list(targets))}::text[])"


def _compare(compare: Compare, table: Table, binds: Binds, patterns: Patterns, *, negated: bool) -> str:
    column = table.column(compare.column)
    name = f"t.{quote(column.name)}"
    if compare.op == "eq" and compare.value is None:
        if column.type in DOCUMENTS and not column.nullable:
            return f"({name} {'<>' if negated else '='} 'null'::jsonb)"
        return f"({name} IS {'NOT ' if negated else ''}NULL)"
    if compare.op == "matches":
        return _matches(compare, column, name, binds, patterns, negated=negated)
    if compare.op == "spatialWithin":
        return _within(compare, table, binds, patterns, negated=negated)
    sql = _comparison(compare, column, name, binds)
    if not negated:
        return sql
    return f"({name} IS NULL OR NOT {sql})" if column.nullable else f"(NOT {sql})"


def _matches(compare: Compare, column: ColumnSpec, name: str, binds: Binds, patterns: Patterns, *, negated: bool) -> str:
    tested = patterns.get((column.name, compare.op, compare.value))
    if tested is None:
        raise NeedsPatterns
    sql = f"({name} = ANY({binds(list(tested.others if negated else tested.matching))}::{typed(column)}[]))"
    untested = f"jsonb_typeof({name}) IS DISTINCT FROM 'string'" if column.type in DOCUMENTS else f"{name} IS NULL"
    return f"({untested} OR {sql})" if negated else sql


def _within(compare: Compare, table: Table, binds: Binds, patterns: Patterns, *, negated: bool) -> str:
    tested = patterns.get((compare.column, compare.op, dumps(compare.value)))
    if tested is None:
        raise NeedsPatterns
    inside = box_of(compare.column, compare.value, table, binds)
    found = f"t.{quote(compare.column)} = ANY({binds(list(tested.others if negated else tested.matching))}::jsonb[])"
    if tested.postgis is not None:
        verdict = verdict_of(compare.column, compare.value, table, tested.postgis, binds)
        found = f"CASE WHEN {verdict.certain} THEN {'NOT ' if negated else ''}{verdict.covered} ELSE {found} END"
    return f"({inside} IS NOT TRUE OR {found})" if negated else f"({inside} AND {found})"


def box_of(column: str, polygon: Any, table: Table, binds: Binds) -> str:
    """Whether a point of the column may lie in the polygon, by its bounds; null or false where it cannot."""
    name = f"t.{quote(column)}"
    inside = areas.box(polygon, name, _held(column, table), binds)
    return f"({inside} OR {name} ->> 'type' = 'Point')" if table.column(column).type == "json" else inside


def verdict_of(column: str, polygon: Any, table: Table, postgis: str, binds: Binds) -> areas.Verdict:
    """What PostGIS says of the points of a `geo.point` column that are in the polygon's box."""
    read = _held(column, table) or [postgres_expression(f"t.{quote(column)}", axis) for axis, _ in AXES]
    return areas.verdict(polygon, read, quote(postgis), binds)


def _held(column: str, table: Table) -> list[str]:
    """The columns of a point's coordinates, where an index holds them."""
    return [f"t.{quote(each)}" for each in coordinates(column)] if column in table.points else []


def _comparison(compare: Compare, column: ColumnSpec, name: str, binds: Binds) -> str:
    op, value, sql_type = compare.op, compare.value, typed(column)
    if op in ("startsWith", "endsWith", "substring"):
        return _part(op, name, value, binds)
    if op == "empty":
        return f"({name} IN ('[]'::jsonb, '\"\"'::jsonb))" if column.type in DOCUMENTS else f"({name} = '')"
    if op in ("contains", "containsAll"):
        is_array = f"jsonb_typeof({name}) = 'array'"
        each = [_contains(name, one, binds) for one in (value if op == "containsAll" else [value])]
        return f"({' AND '.join([is_array, *each])})"
    if op == "in":
        found = [encoded(column, one) for one in value if one is not None and fits(column, one) and storable(one)]
        return f"({name} = ANY({binds(found)}::{sql_type}[]))"
    if not fits(column, value):
        return "FALSE"
    if column.type in DOCUMENTS:
        return _of_a_document(op, name, value, binds)
    return _ordered(op, name, value, sql_type, binds)


def _of_a_document(op: str, name: str, value: Any, binds: Binds) -> str:
    """Equality; or order, of a text in a text's order and of a number in a number's, and of nothing else."""
    if op == "eq":
        return f"({name} = {binds(dumps(value))}::jsonb)" if storable(value) else "FALSE"
    if isinstance(value, str):
        text = _ordered(op, f"(({name} #>> '{{}}') COLLATE \"C\")", value, "text", binds)
        return f"(jsonb_typeof({name}) = 'string' AND {text})"
    return f"(jsonb_typeof({name}) = 'number' AND {name} {_ORDERED[op]} {binds(dumps(value))}::jsonb)"


def _ordered(op: str, name: str, value: Any, sql_type: str, binds: Binds) -> str:
    if not storable(value):
        return _beside_the_impossible(op, name, value, binds)
    return f"({name} {_ORDERED[op]} {binds(value)}::{sql_type})"


def _beside_the_impossible(op: str, name: str, value: str, binds: Binds) -> str:
    """Order against a text with a NUL: what stands before it is just what is at most the part before the NUL, since no text goes on with one."""
    if op == "eq" or not storable(value.partition("\0")[0]):
        return "FALSE"
    return f"({name} {'<=' if op in ('lt', 'lte') else '>'} {binds(value.partition(chr(0))[0])}::text)"


def _part(op: str, name: str, wanted: Any, binds: Binds) -> str:
    if not isinstance(wanted, str) or not storable(wanted):
        return "FALSE"
    mark = f"{binds(wanted)}::text"
    return {
        "startsWith": f"({name} ^@ {mark})",
        "endsWith": f"(right({name}, length({mark})) = {mark})",
        "substring": f"(strpos({name}, {mark}) > 0)",
    }[op]


def _contains(name: str, value: Any, binds: Binds) -> str:
    if not storable(value):
        return "FALSE"
    array = f"CASE WHEN jsonb_typeof({name}) = 'array' THEN {name} ELSE '[]'::jsonb END"
    return f"EXISTS (SELECT 1 FROM jsonb_array_elements({array}) AS e(item) WHERE e.item = {binds(dumps(value))}::jsonb)"


def _order(order: Sequence[Order], table: Table, alias: str = "t") -> str:
    return ", ".join(_key(key, table.column(key.column), alias) for key in order)


def _key(key: Order, column: ColumnSpec, alias: str) -> str:
    """PostgreSQL puts nulls at the other end; where there are none, nothing is said, so that an index serves."""
    nulls = (" NULLS LAST" if key.descending else " NULLS FIRST") if column.nullable else ""
    return f"{alias}.{quote(key.column)} {'DESC' if key.descending else 'ASC'}{nulls}"


def matching(scope: Scope, query: DbQuery, binds: Binds, patterns: Patterns = NO_PATTERNS) -> str:
    """Where the query's rows are, without its order, limit and heads: `FROM … AS t WHERE …`."""
    own = guard(scope, query.table, binds)
    sql = condition(query.where, query.table, binds, patterns)
    active = ' AND t."deleted_at" IS NULL' if query.table.soft_delete and not query.with_deleted else ""
    return f"FROM {quote(query.table.name)} AS t WHERE {own}{active} AND {sql}"


def _source(scope: Scope, query: DbQuery, binds: Binds, patterns: Patterns) -> str:
    found = matching(scope, query, binds, patterns)
    if not query.heads_of:
        return found
    groups = ", ".join(f"t.{quote(name)}" for name in query.heads_of)
    ordered = f"{groups}, {_order(query.order, query.table)}" if query.order else groups
    heads = f"SELECT DISTINCT ON ({groups}) t.* {found} ORDER BY {ordered}"
    return f"FROM ({heads}) AS t WHERE {condition(query.then, query.table, binds, patterns)}"


class Selection:
    """What is compiled of a table once: its columns, how they are repaired, and the read by id, which is asked most."""

    def __init__(self, table: Table) -> None:
        self.columns = ", ".join(f"t.{quote(column.name)}" for column in table.columns)
        self._repairs = repairs(table)
        self._by_id: dict[bool, str] = {}
        self._keyed = table.tenant and any(column.name == "id" and column.type == "text" for column in table.columns)

    def by_id(self, scope: Scope, query: DbQuery) -> tuple[str, list[Any]] | None:
        """The statement, if the query asks for one row of an organisation by its id and for nothing else."""
        where, organization = query.where, scope.organization
        while type(where) is AllOf and len(where.parts) == 1:
            where = where.parts[0]
        if (
            not (type(where) is Compare and where.column == "id" and where.op == "eq" and isinstance(where.value, str) and self._keyed)
            or organization is None
            or query.order
            or query.limit is not None
            or query.offset
            or query.heads_of
            or not (storable(where.value) and storable(organization))
        ):
            return None
        text = self._by_id.get(query.with_deleted)
        if text is None:
            text = self._by_id[query.with_deleted] = self.select(scope, replace(query, where=where))[0]
        return text, [organization, where.value]

    def rows(self, records: Sequence[asyncpg.Record]) -> list[Row]:
        """The statement's records as rows."""
        found: list[Row] = []
        for record in records:
            row = dict(record.items())
            for name, repair in self._repairs:
                value = row[name]
                if value is not None:
                    row[name] = repair(value)
            found.append(row)
        return found

    def select(self, scope: Scope, query: DbQuery, patterns: Patterns = NO_PATTERNS, *, extra: str = "") -> tuple[str, list[Any]]:
        """The statement that reads the query's rows; `extra` is one more column."""
        binds = Binds()
        sql = f"SELECT {self.columns}{extra} {_source(scope, query, binds, patterns)}"
        if query.order:
            sql += f" ORDER BY {_order(query.order, query.table)}"
        if query.limit is not None:
            sql += f" LIMIT {binds(min(query.limit, _MOST))}"
        if query.offset:
            sql += f" OFFSET {binds(min(query.offset, _MOST))}"
        return sql, binds.values


def count(scope: Scope, query: DbQuery, patterns: Patterns = NO_PATTERNS) -> tuple[str, list[Any]]:
    """The statement that counts the query's rows."""
    binds = Binds()
    return f"SELECT count(*) {_source(scope, query, binds, patterns)}", binds.values


def exists(scope: Scope, query: DbQuery, binds: Binds, patterns: Patterns = NO_PATTERNS) -> str:
    """Whether the query has a row, as an expression."""
    source = _source(scope, query, binds, patterns)
    if query.offset or query.limit == 0:
        source += f" LIMIT {binds(1 if query.limit is None else query.limit)} OFFSET {binds(query.offset)}"
    return f"EXISTS (SELECT 1 {source})"
