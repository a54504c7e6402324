"""Any condition means on a database what it means in Python (semantics 10, 24)."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coregen_runtime.repository.types import AllOf, AnyOf, Compare, DbQuery, Insert, Negate, Order, Where
from coregen_runtime.testing.database import ITEMS, OURS, item
from tests.runtime.adapters.databases import MakeDatabase, memory, sqlite_memory
from tests.runtime.adapters.postgres import postgis, postgres

texts = st.text(alphabet="aA%_é'\\ \x00😀", max_size=4)
numbers = st.integers(-3, 3) | st.sampled_from([0.5, -0.5, 2.0])
scalars = st.none() | st.booleans() | numbers | texts
grid = st.integers(-2, 2)
points = st.fixed_dictionaries({"lat": grid | st.floats(-2, 2), "lng": grid | st.floats(-2, 2)})
pairs = st.lists(grid | texts, min_size=1, max_size=3)
documents = st.recursive(
    scalars | points | pairs.map(lambda pair: {"type": "Point", "coordinates": pair}),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "b", "lat", "lng"]), inner, max_size=2),
    max_leaves=5,
)
rings = st.lists(st.lists(grid | st.floats(-2, 2), min_size=2, max_size=2), min_size=3, max_size=6).map(lambda open: [*open, open[0]])
polygons = st.lists(rings, min_size=1, max_size=2).map(lambda rings: {"type": "Polygon", "coordinates": rings})
orders = st.sampled_from(["eq", "lt", "lte", "gt", "gte"])

leaves: st.SearchStrategy[Where] = st.one_of(
    st.builds(Compare, st.just("name"), orders, texts),
    st.builds(Compare, st.just("name"), st.sampled_from(["startsWith", "endsWith", "substring"]), texts),
    st.builds(Compare, st.just("name"), st.just("in"), st.lists(texts, max_size=3).map(tuple)),
    st.builds(Compare, st.just("name"), st.just("matches"), st.sampled_from(["^a", "A$", "%", "^$", "[aA]{2}"])),
    st.builds(Compare, st.sampled_from(["name", "extra"]), st.just("empty"), st.none()),
    st.builds(Compare, st.just("size"), orders, numbers),
    st.builds(Compare, st.just("size"), st.just("in"), st.lists(numbers, max_size=3).map(tuple)),
    st.builds(Compare, st.just("ready"), st.just("eq"), st.booleans()),
    st.builds(Compare, st.just("extra"), st.sampled_from(["eq", "contains"]), documents),
    st.builds(Compare, st.just("extra"), orders, numbers | texts),
    st.builds(Compare, st.just("extra"), st.just("in"), st.lists(documents.filter(lambda each: each is not None), max_size=3).map(tuple)),
    st.builds(Compare, st.just("extra"), st.just("matches"), st.sampled_from(["^a", "A$", "%", "^$", "[aA]{2}"])),
    st.builds(Compare, st.just("extra"), st.just("spatialWithin"), polygons),
    st.builds(Compare, st.just("place"), st.just("eq"), points),
    st.builds(Compare, st.just("place"), st.just("spatialWithin"), polygons),
    st.builds(Compare, st.sampled_from(["name", "size", "ready", "extra", "place"]), st.just("eq"), st.none()),
)
wheres: st.SearchStrategy[Where] = st.recursive(
    leaves,
    lambda inner: st.builds(Negate, inner)
    | st.builds(AllOf, st.lists(inner, max_size=3).map(tuple))
    | st.builds(AnyOf, st.lists(inner, max_size=3).map(tuple)),
    max_leaves=8,
)


def rows_of(texts: st.SearchStrategy[str], documents: st.SearchStrategy[Any]) -> st.SearchStrategy[list[dict[str, Any]]]:
    columns = {
        "name": st.none() | texts,
        "size": st.none() | numbers,
        "ready": st.none() | st.booleans(),
        "extra": documents,
        "place": st.none() | points,
    }
    return st.lists(st.fixed_dictionaries(columns), max_size=6)


def no_nul(value: object) -> bool:
    return "\\u0000" not in json.dumps(value)


ROWS = {"sqlite": rows_of(texts, documents), "postgresql": rows_of(texts.filter(no_nul), documents.filter(no_nul))}
"""What can stand in a row: PostgreSQL holds no NUL; conditions may have one everywhere."""


@pytest.mark.parametrize(("database", "make"), [("sqlite", sqlite_memory), ("postgresql", postgres), ("postgresql", postgis)])
def test_a_condition_finds_the_same_rows_in_the_same_order(database: str, make: MakeDatabase) -> None:
    @given(ROWS[database], st.lists(wheres, min_size=1, max_size=5), st.sampled_from(["name", "size", "ready"]), st.booleans())
    def agree(values: list[dict[str, Any]], conditions: list[Where], column: str, descending: bool) -> None:
        async def compare() -> None:
            async with memory() as twin, make() as db:
                for each in (twin, db):
                    await each.apply(OURS, [Insert(ITEMS, item(str(number), **row)) for number, row in enumerate(values)])
                for where in conditions:
                    query = DbQuery(ITEMS, where, (Order(column, descending), Order("id")))

                    assert await twin.select(OURS, query) == await db.select(OURS, query)
                    assert await twin.count(OURS, query) == await db.count(OURS, query)

        asyncio.run(compare())

    agree()
