"""Areas on databases: an index serves the box, PostGIS decides where it is certain, and the meaning is that of rules (semantics 14, 24)."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, closing
from dataclasses import replace
from math import cos, hypot, pi, sin
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coregen_adapters.postgres import PostgresAdapter, compile, patterns
from coregen_adapters.postgres.pool import Session
from coregen_adapters.postgres.transaction import PostgresTransaction
from coregen_adapters.postgres.urls import parsed, role_of
from coregen_adapters.postgres.values import dumps
from coregen_adapters.sqlite import compile as sqlite
from coregen_adapters.sqlite.connection import connect
from coregen_adapters.sqlite.ddl import create_table
from coregen_runtime.repository.table import Table
from coregen_runtime.repository.types import AllOf, Compare, DatabaseAdapter, DbQuery, Insert, Negate, Order, Scope, UpdateWhere
from coregen_runtime.rule.engine import RuleEngine
from coregen_runtime.rule.operators import polygon_rings, within_rings
from coregen_runtime.rule.types import LeafRule
from coregen_runtime.testing.database import ITEMS, OURS, item
from tests.runtime.adapters.databases import MakeDatabase, memory, sqlite_memory
from tests.runtime.adapters.postgres import administrator, library_tables, make_database, make_tables, postgis, postgres

SQUARE: dict[str, Any] = {"type": "Polygon", "coordinates": [[[0, 0], [0, 1], [1, 1], [1, 0], [0, 0]]]}
IN_SQUARE = DbQuery(ITEMS, AllOf((Compare("place", "spatialWithin", SQUARE),)))
MANY = [{"lat": lat / 2, "lng": lng / 2} for lat in range(-40, 40) for lng in range(-40, 40)]


@pytest.fixture
async def application() -> AsyncIterator[asyncpg.Connection[asyncpg.Record]]:
    """The application's role, held to row-level security, in an organisation that has many points."""
    url = await library_tables("contract")
    db = PostgresAdapter(url)
    await db.open()
    await db.apply(OURS, [Insert(ITEMS, item(f"{number:04}", place=place)) for number, place in enumerate(MANY)])
    await db.close()
    admin = await asyncpg.connect(administrator(urlsplit(url).path.strip("/")))
    await admin.execute("ANALYZE contract_item")
    await admin.close()
    connection = await asyncpg.connect(url.partition("?")[0])
    try:
        await connection.execute(f"SELECT set_config('coregen.organization', '{OURS.organization}', false)")
        yield connection
    finally:
        await connection.close()


async def test_an_index_serves_the_box_on_postgresql_under_row_level_security(application: asyncpg.Connection[asyncpg.Record]) -> None:
    """Semantics 14, 23: conditions on the coordinates' own columns may look at rows before the policy of the table does."""
    asked = ("place", "spatialWithin", dumps(SQUARE))
    text, values = compile.Selection(ITEMS).select(OURS, IN_SQUARE, {asked: compile.Tested((dumps({"lat": 0, "lng": 0}),), ())})
    plan = "\n".join(record[0] for record in await application.fetch(f"EXPLAIN {text}", *values))

    assert "contract_item_place_idx" in plan
    assert all(f"(place__{axis} {op} " in plan for axis in ("lng", "lat") for op in (">=", "<="))


def test_an_index_serves_the_box_on_sqlite() -> None:
    with closing(connect(None, 1.0)) as connection:
        for statement in create_table(ITEMS):
            connection.execute(statement)
        text, values = sqlite.select(OURS, IN_SQUARE)
        plan = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {text}", values)]

    assert ["SEARCH t USING INDEX contract_item_place_idx (organization_id=? AND <expr>>? AND <expr><?)"] == plan


# --- one meaning ----------------------------------------------------------------------------------------------------------------

EARTH = (180.0, 90.0)
tiny = st.sampled_from([5e-324, -5e-324, 1e-310, 1e-150, -1e-101, 1e-100, 1e-17, 1e-12, 1e-9, -1e-9])
longitudes = st.integers(-3, 3) | st.floats(-180, 180) | st.sampled_from([-180, 180, 179.9999999999]) | tiny
latitudes = st.integers(-3, 3) | st.floats(-90, 90) | st.sampled_from([-90, 90, 89.9999999999]) | tiny
loose = st.lists(st.tuples(longitudes, latitudes), min_size=3, max_size=7)
sizes = st.sampled_from([1e-320, 1e-12, 1e-9, 1e-8, 1.5e-7, 1e-6, 1e-3, 1, 20, 300])


@st.composite
def regular(draw: st.DrawFn) -> list[list[tuple[float, float]]]:
    """A polygon of corners around a place, its hole the same in small: on the edge, inside, or beyond."""
    centre, size, corners = (draw(longitudes), draw(latitudes)), draw(sizes), draw(st.integers(3, 9))
    angles = [2 * pi * number / corners for number in range(corners)]
    outer = [(centre[0] + size * cos(angle), centre[1] + size * sin(angle)) for angle in angles]
    part, aside = draw(st.sampled_from([0.5, 0.999999, 1.0, 1.5])), draw(st.sampled_from([0, 0.2, 0.5, 1]))
    hole = [(centre[0] + size * (aside + part * cos(angle)), centre[1] + size * part * sin(angle)) for angle in angles]
    return [[_on_earth(*corner) for corner in ring] for ring in ([outer, hole] if draw(st.booleans()) else [outer])]


def _on_earth(*position: float) -> tuple[float, float]:
    longitude, latitude = (min(max(degrees, -most), most) for degrees, most in zip(position, EARTH, strict=True))
    return longitude, latitude


@st.composite
def areas_and_points(draw: st.DrawFn) -> tuple[dict[str, Any], list[dict[str, float]]]:
    """A polygon, closed or not, and points on its corners, on its edges, beside them by less and more than any tolerance, and anywhere."""
    rings = draw(st.lists(loose, min_size=1, max_size=2) | regular())
    edges = [edge for ring in rings for edge in zip(ring, [*ring[1:], ring[0]], strict=True)]
    beside = st.sampled_from([0, 1e-15, 5e-10, 0.99e-9, 1.01e-9, 1e-8, 0.99e-7, 1.01e-7, 1e-6, 1e-2])
    near = []
    for start, end in draw(st.lists(st.sampled_from(edges), min_size=1, max_size=8)):
        along, away, side = draw(st.sampled_from([0, 0.5, 1]) | st.floats(-0.1, 1.1)), draw(beside), draw(st.sampled_from([-1, 1]))
        east, north = end[0] - start[0], end[1] - start[1]
        length = hypot(east, north) or 1
        near.append((start[0] + along * east - side * away * north / length, start[1] + along * north + side * away * east / length))
    points = [_on_earth(*position) for position in [*near, *rings[0], *draw(loose)]]
    closed = [[*ring, ring[0]] if draw(st.booleans()) else ring for ring in rings]
    area = {"type": "Polygon", "coordinates": [[list(position) for position in ring] for ring in closed]}
    return area, [{"lat": latitude, "lng": longitude} for longitude, latitude in points]


UNINDEXED = replace(ITEMS, indexes=())
"""The same table to an adapter that knows of no index."""


@pytest.mark.parametrize("make", [memory, sqlite_memory, postgres, postgis])
def test_an_area_holds_the_same_points_for_rules_and_on_every_database(make: MakeDatabase) -> None:
    """Semantics 14, 24: with an index and without, with PostGIS and without."""
    with asyncio.Runner() as runner:
        opened = AsyncExitStack()
        try:
            db = runner.run(opened.enter_async_context(make()))

            @given(areas_and_points())
            def agree(drawn: tuple[dict[str, Any], list[dict[str, float]]]) -> None:
                area, points = drawn
                rule = RuleEngine().compile(LeafRule(field="place", op="spatialWithin", value=area))
                inside = [number for number, point in enumerate(points) if rule.evaluate({"place": point})]
                outside = sorted({*range(len(points))} - {*inside})

                assert (inside, outside) == runner.run(found(db, ITEMS, area, points))
                assert (inside, outside) == runner.run(found(db, UNINDEXED, area, points))

            agree()
        finally:
            runner.run(opened.aclose())


async def found(db: DatabaseAdapter, table: Table, area: dict[str, Any], points: Sequence[Any]) -> tuple[list[int], list[int]]:
    """The numbers of the points inside and outside, of an organisation that has these alone."""
    scope = Scope(f"org_{uuid4().hex}")
    rows = [Insert(table, item(f"{number:03}", scope.organization or "", place=point)) for number, point in enumerate(points)]
    await db.apply(scope, rows)
    within = Compare("place", "spatialWithin", area)
    inside = await db.select(scope, DbQuery(table, within, (Order("id"),)))
    outside = await db.select(scope, DbQuery(table, Negate(within), (Order("id"),)))
    return [int(row["id"]) for row in inside], [int(row["id"]) for row in outside]


# --- PostGIS --------------------------------------------------------------------------------------------------------------------

BOW = {"type": "Polygon", "coordinates": [[[0, 0], [4, 4], [4, 0], [0, 4], [0, 0]]]}
FINE = {"type": "Polygon", "coordinates": [[[0, 0], [0.3, 1.5e-323], [5, 4], [0, 0]]]}
"""Its lowest edge rises by three of the smallest steps that a number can take, which no product keeps: the rule finds a point behind that edge inside."""


@pytest.fixture
def tested(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The points that Python looks at."""
    seen: list[Any] = []

    def spy(point: Any, rings: Any) -> bool:
        seen.append((point["lng"], point["lat"]))
        return within_rings(point, rings)

    monkeypatch.setattr(patterns, "within_rings", spy)
    return seen


@pytest.mark.parametrize("table", [ITEMS, UNINDEXED])
async def test_where_postgis_is_python_looks_at_points_near_edges_alone(tested: list[Any], table: Table) -> None:
    """Semantics 14: what is further from an edge than any tolerance, PostGIS decides."""
    points = [(lng / 2, lat / 2) for lng in range(-4, 6) for lat in range(-4, 6)] + [(0.3, 1 + 1e-8), (0.3, 1 - 5e-10), (0.3, 1 + 2e-7)]
    async with postgis() as db:
        inside, outside = await found(db, table, SQUARE, [{"lng": lng, "lat": lat} for lng, lat in points])

    assert [(0.3, 1 - 5e-10)] == [
        point for point in set(tested) if point not in {(0, 0), (0, 0.5), (0, 1), (0.5, 0), (0.5, 1), (1, 0), (1, 0.5), (1, 1)}
    ]
    assert 2 * 9 == len(tested)
    assert [(lng, lat) for lng, lat in points if 0 <= lng <= 1 and 0 <= lat <= 1] == [points[number] for number in inside]
    assert len(points) == len(inside) + len(outside)


@pytest.mark.parametrize("area", [BOW, FINE])
async def test_a_polygon_that_crosses_itself_or_is_too_fine_for_floating_point_is_left_to_python(tested: list[Any], area: dict[str, Any]) -> None:
    """Semantics 14: whether a point is inside counts crossings, and PostGIS holds such a polygon to be none."""
    points = [{"lng": 0.32, "lat": 1e-323}, *({"lng": lng, "lat": lat} for lng in range(5) for lat in range(5))]
    async with postgis() as db:
        inside, _ = await found(db, ITEMS, area, points)

    assert [number for number, point in enumerate(points) if within_rings(point, polygon_rings(area))] == inside
    assert 2 * len(points) == len(tested)


async def test_one_command_installs_postgis_too(project_root: Path) -> None:
    """docs/how-to/postgres.md."""
    url = await make_database(postgis=True)
    admin = await asyncpg.connect(administrator(urlsplit(url).path.strip("/")))
    await admin.execute("DROP EXTENSION postgis")
    await admin.close()
    urls = parsed(url)
    roles = {"--application": urls.application, "--system": urls.system, "--owner": urls.owner}
    named = [part for option, of in roles.items() for part in (option, role_of(of or "") or "")]
    command = [sys.executable, "-m", "coregen_adapters.postgres", administrator(urlsplit(url).path.strip("/")), "--postgis", *named]
    await asyncio.to_thread(subprocess.run, command, cwd=project_root, capture_output=True, check=True)
    application = await asyncpg.connect(urls.application)
    try:
        found = await Session(application).postgis()
    finally:
        await application.close()

    assert "public" == found


async def test_a_role_that_may_not_use_postgis_does_without(tested: list[Any]) -> None:
    given = await make_database(postgis=True)
    name = urlsplit(given).path.strip("/")
    admin = await asyncpg.connect(administrator(name))
    await admin.execute(f'REVOKE USAGE ON SCHEMA extensions FROM "{urlsplit(given).username}"')
    await admin.close()
    await make_tables(given)
    db = PostgresAdapter(given)
    await db.open()
    try:
        inside, _ = await found(db, ITEMS, SQUARE, [{"lng": 0.5, "lat": 0.5}])
    finally:
        await db.close()

    assert [0] == inside
    assert 2 * [(0.5, 0.5)] == tested


@pytest.mark.parametrize("where", [Compare("place", "spatialWithin", SQUARE), Compare("name", "matches", "^a")])
async def test_what_was_found_is_planned_for_and_its_statement_is_not_kept(where: Compare) -> None:
    """A plan for any values would compare each row with each value found."""
    async with postgres() as db:
        await db.apply(OURS, [Insert(ITEMS, item(f"{number}", name=f"a{number}", place={"lat": 0.5, "lng": number / 90})) for number in range(60)])
        for _ in range(8):
            assert 60 == len(await db.select(OURS, DbQuery(ITEMS, where)))
            assert 60 == await db.count(OURS, DbQuery(ITEMS, where))
            await db.apply(OURS, [UpdateWhere(ITEMS, where, {"size": 1})])
        async with db.transaction(OURS) as tx:
            assert isinstance(tx, PostgresTransaction)
            kept = await tx._session.fetch("SELECT statement FROM pg_prepared_statements")

    assert kept
    assert not [record["statement"] for record in kept if f't."{where.column}" = ANY' in record["statement"]]
