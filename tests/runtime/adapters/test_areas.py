"""Areas on databases: an index of a point serves the polygon's box."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import closing
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import pytest

from coregen_adapters.postgres import PostgresAdapter, compile
from coregen_adapters.postgres.values import dumps
from coregen_adapters.sqlite import compile as sqlite
from coregen_adapters.sqlite.connection import connect
from coregen_adapters.sqlite.ddl import create_table
from coregen_runtime.repository.types import AllOf, Compare, DbQuery, Insert
from coregen_runtime.testing.database import ITEMS, OURS, item
from tests.runtime.adapters.postgres import administrator, library_tables

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
