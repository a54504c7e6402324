"""Patterns, on the one engine that all of Core uses (semantics 12), and polygons (semantics 14): a column's different values are tested in Python.

PostgreSQL's own regular expressions are another language with another meaning and another cost. What is tested is what the rest of the query
leaves over, and of points those in the polygon's box that PostGIS, where it is installed, is not certain about, read a batch at a time; the
statement then asks for the values that matched.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from coregen_adapters.postgres import areas
from coregen_adapters.postgres.compile import Asked, Binds, Patterns, Tested, box_of, matching, quote, verdict_of
from coregen_adapters.postgres.values import DOCUMENTS, dumps, loads
from coregen_runtime.primitives.patterns import searcher
from coregen_runtime.repository.types import AllOf, AnyOf, Compare, DbQuery, DeleteWhere, Expect, Negate, Operation, Scope, UpdateWhere, Where
from coregen_runtime.rule.operators import polygon_rings, within_rings

if TYPE_CHECKING:
    from coregen_adapters.postgres.pool import Session

BATCH = 5_000
"""Values that are read at a time."""


async def tested(session: Session, scope: Scope, query: DbQuery) -> Patterns:
    """What each pattern and each polygon of the query finds."""
    asked = dict.fromkeys([*_patterns(query.where), *_patterns(query.then)])
    candidates = DbQuery(query.table, _without_patterns(query.where), with_deleted=query.with_deleted)
    postgis = await session.postgis() if any(op == "spatialWithin" for _, op, _ in asked) else None
    return {each: await _test(session, scope, candidates, each, postgis) for each in asked}


def queries_of(operation: Operation) -> tuple[DbQuery, ...]:
    """What an operation asks by condition."""
    match operation:
        case UpdateWhere(table, where) | DeleteWhere(table, where):
            return (DbQuery(table, where, with_deleted=True),)
        case Expect(query):
            return (query,)
    return ()


async def _test(session: Session, scope: Scope, query: DbQuery, asked: Asked, postgis: str | None) -> Tested:
    column, op, sought = asked
    stored = query.table.column(column).type
    document = stored in DOCUMENTS
    rings = polygon_rings(loads(sought)) if op == "spatialWithin" else []
    postgis = postgis if stored == "geo.point" and areas.sound(rings) else None
    matches, name = _matching(sought, document) if op == "matches" else _within(rings), f"t.{quote(column)}"
    found: tuple[list[str], list[str]] = ([], [])
    last = None
    while True:
        binds = Binds()
        source = matching(scope, query, binds)
        behind = f" AND {name} > {binds(last)}" if last is not None else f" AND {name} IS NOT NULL"
        if op == "matches" and document:
            behind += f" AND jsonb_typeof({name}) = 'string'"
        if op == "spatialWithin":
            behind += f" AND {box_of(column, loads(sought), query.table, binds)}"
        if postgis is not None:
            behind += f" AND {verdict_of(column, loads(sought), query.table, postgis, binds).certain} IS NOT TRUE"
        values = await session.fetch(f"SELECT DISTINCT {name} AS value {source}{behind} ORDER BY {name} LIMIT {BATCH}", binds.values, once=True)
        for record in values:
            found[0 if matches(record["value"]) else 1].append(record["value"])
        if len(values) < BATCH:
            return Tested(tuple(found[0]), tuple(found[1]), postgis)
        last = values[-1]["value"]


def _matching(pattern: str, document: bool) -> Callable[[str], bool]:
    search = searcher(pattern)
    return (lambda text: search(loads(text))) if document else search


def _within(rings: list[list[tuple[float, float]]]) -> Callable[[str], bool]:
    return lambda point: within_rings(loads(point), rings)


def _patterns(where: Where) -> Iterator[Asked]:
    match where:
        case Compare(column, "matches" as op, pattern):
            yield column, op, pattern
        case Compare(column, "spatialWithin" as op, polygon):
            yield column, op, dumps(polygon)
        case Negate(part):
            yield from _patterns(part)
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from _patterns(part)


def _without_patterns(where: Where) -> Where:
    """What the rows must fulfil in any case: the parts of a conjunction that ask for no pattern and no polygon."""
    if not any(_patterns(where)):
        return where
    return AllOf(tuple(_without_patterns(part) for part in where.parts)) if isinstance(where, AllOf) else AllOf()
