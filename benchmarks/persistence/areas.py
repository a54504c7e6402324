"""A page of 50 and a count of the points in an area, among 100,000 of one organisation: with an index and without, with PostGIS and without."""

from __future__ import annotations

import atexit
import json
import random
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from math import cos, pi, sin
from pathlib import Path

import asyncpg

from benchmarks.harness import Contestant
from benchmarks.persistence import server
from coregen_adapters.postgres import PostgresAdapter
from coregen_adapters.postgres.ddl import create_table as postgres_tables
from coregen_adapters.sqlite import SqliteAdapter
from coregen_adapters.sqlite.connection import connect
from coregen_adapters.sqlite.ddl import create_table as sqlite_tables
from coregen_runtime.repository.table import ColumnSpec, IndexSpec, Table
from coregen_runtime.repository.types import Compare, DatabaseAdapter, DbQuery, Order, Scope

POINTS = 100_000
SCOPE = Scope("org_1")
PLAIN = Table(
    name="shop",
    entity="bench.Shop",
    columns=(ColumnSpec("id", "text", False), ColumnSpec("organization_id", "text", False), ColumnSpec("place", "geo.point")),
    primary_key=("organization_id", "id"),
)
INDEXED = replace(PLAIN, name="shop_indexed", indexes=(IndexSpec("shop_place", ("organization_id", "place"), points=("place",)),))
TABLES = {"no index": PLAIN, "an index": INDEXED}


def star(radius: float, corners: int) -> dict[str, object]:
    """An area around 10 degrees east and 10 north, in and out at every other corner."""
    around = [(radius * (1 - number % 2 / 2), 2 * pi * number / corners) for number in range(corners)]
    ring = [[10 + far * cos(angle), 10 + far * sin(angle)] for far, angle in around]
    return {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}


AREAS = {"a small area (12 corners)": star(1.5, 12), "a large area (200 corners)": star(30, 200)}


def contestants() -> Sequence[Contestant]:
    databases: dict[str, Callable[[], DatabaseAdapter]] = {"SQLite": _sqlite}
    if server.run(server.available()):
        databases["PostgreSQL"] = lambda: _postgres(postgis=False)
        if server.run(server.has_postgis()):
            databases["PostGIS"] = lambda: _postgres(postgis=True)
    return [
        Contestant(f"a page and a count, {title}", f"{name}, {kind}", _asked(make, table, area))
        for title, area in AREAS.items()
        for name, make in databases.items()
        for kind, table in TABLES.items()
    ]


def _asked(make: Callable[[], DatabaseAdapter], table: Table, area: dict[str, object]) -> Callable[[], object]:
    within = Compare("place", "spatialWithin", area)

    async def ask(db: DatabaseAdapter) -> int:
        rows = await db.select(SCOPE, DbQuery(table, within, (Order("id"),), limit=50))
        count = await db.count(SCOPE, DbQuery(table, within))
        if len(rows) != min(count, 50):
            raise AssertionError(f"{len(rows)} rows on a page of {count}")
        return count

    return lambda: server.run(ask(make()))


def _rows() -> list[tuple[str, str, str]]:
    """Points all over an area of 120 degrees by 120, the same each time."""
    drawn = random.Random(1)
    return [(f"{number:06}", "org_1", json.dumps({"lat": drawn.uniform(-50, 70), "lng": drawn.uniform(-50, 70)})) for number in range(POINTS)]


@cache
def _sqlite() -> SqliteAdapter:
    folder = tempfile.TemporaryDirectory()
    path = Path(folder.name) / "areas.db"
    connection = connect(str(path), 5.0)
    connection.execute("BEGIN")
    for table in TABLES.values():
        for statement in sqlite_tables(table):
            connection.execute(statement)
        connection.executemany(f"INSERT INTO {table.name} VALUES (?, ?, ?)", _rows())
    connection.execute("COMMIT")
    connection.close()
    db = SqliteAdapter(path)
    server.run(db.open())
    atexit.register(folder.cleanup)
    return db


@cache
def _postgres(*, postgis: bool) -> PostgresAdapter:
    return server.run(_filled(postgis))


async def _filled(postgis: bool) -> PostgresAdapter:
    name = await server.make_database(postgis=postgis)
    db = PostgresAdapter(server.url(name))
    await db.open()
    owner = await asyncpg.connect(server.administrator(name))
    for table in TABLES.values():
        for statement in (*postgres_tables(table), f'GRANT SELECT ON {table.name} TO "{name}_app"'):
            await owner.execute(statement)
        await owner.copy_records_to_table(table.name, records=_rows(), columns=["id", "organization_id", "place"])
    await owner.execute("ANALYZE")
    await owner.close()
    return db
