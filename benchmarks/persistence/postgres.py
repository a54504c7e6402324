"""What rows cost on PostgreSQL, against the driver doing the same statements by hand, and against SQLAlchemy and advanced-alchemy.

Everyone logs in as the same role, under row-level security, and commits durably. Events and outbox records are Core's own tables.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import asyncpg

from benchmarks.harness import Contestant
from benchmarks.persistence import server
from coregen_adapters.app import App
from coregen_runtime import IDGenerator, Money
from sample_modules import catalog

GETS, SAVES, BATCH = 200, 60, 500
ORG = "org_1"
CLASS = "benchmarks.persistence.alchemy"

ROW = (
    "id organization_id name sku price_amount price_currency category dimensions ordered status created_at updated_at deleted_at version meta"
).split()
EVENT = (
    "id organization_id type source aggregate_type aggregate_id version ordinal actor_id correlation_id caused_by occurred_at payload metadata erased"
).split()
RECORD = "id organization_id aggregate_id event_id dispatch published_at attempts last_error".split()


def _insert(table: str, columns: Sequence[str]) -> str:
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join(f'${number}' for number in range(1, len(columns) + 1))})"


def _unnest(table: str, columns: Sequence[str], types: str) -> str:
    arrays = ", ".join(f"${number}::{type}[]" for number, type in enumerate(types.split(), 1))
    return f"INSERT INTO {table} ({', '.join(columns)}) SELECT * FROM unnest({arrays})"


ROW_TYPES = "text text text text bigint text text jsonb float8 text bigint bigint bigint bigint jsonb"
EVENT_TYPES = "text text text text text text bigint bigint text text text bigint jsonb jsonb bool"
RECORD_TYPES = "text text text text jsonb bigint bigint text"


class Hand:
    """The same rows, written by hand on one connection that belongs to the organisation."""

    def __init__(self, connection: asyncpg.Connection[asyncpg.Record]) -> None:
        self._connection = connection
        self._ids = IDGenerator()

    def rows(self) -> tuple[tuple[Any, ...], tuple[Any, ...], tuple[Any, ...]]:
        id, event, now = self._ids.generate_for("prod"), self._ids.generate_for("evt"), 1_764_000_000_000
        row = (id, ORG, "Lamp", f"S{id[-17:]}", 4990, "EUR", None, None, 0, "draft", now, now, None, 1, "{}")
        payload = {"name": "Lamp", "sku": row[3], "price": {"amount": 4990, "currency": "EUR"}, "category": None, "ordered": 0, "status": "draft"}
        log = (event, ORG, "product.created", "catalog", "Product", id, 1, 0, "actor_1", "c1", None, now, json.dumps(payload), "{}", False)
        return row, log, (event, ORG, id, event, None, None, 0, None)

    async def get(self, id: str) -> asyncpg.Record | None:
        return await self._connection.fetchrow(GET, ORG, id)

    async def save(self) -> None:
        row, event, record = self.rows()
        async with self._connection.transaction():
            await self._connection.execute(_ROW, *row)
            await self._connection.execute(_EVENT, *event)
            await self._connection.execute(_RECORD, *record)

    async def save_at_once(self) -> None:
        row, event, record = self.rows()
        await self._connection.execute(_AT_ONCE, *row, *event, *record)

    async def batch(self) -> None:
        made = [self.rows() for _ in range(BATCH)]
        async with self._connection.transaction():
            for sql, of in ((_ROWS, 0), (_EVENTS, 1), (_RECORDS, 2)):
                await self._connection.execute(sql, *map(list, zip(*(each[of] for each in made), strict=True)))


GET = f"SELECT {', '.join(ROW)} FROM catalog_product WHERE organization_id = $1 AND id = $2 AND deleted_at IS NULL"
_ROW, _EVENT, _RECORD = _insert("catalog_product", ROW), _insert("coregen_events", EVENT), _insert("coregen_outbox", RECORD)
_ROWS = _unnest("catalog_product", ROW, ROW_TYPES)
_EVENTS = _unnest("coregen_events", EVENT, EVENT_TYPES)
_RECORDS = _unnest("coregen_outbox", RECORD, RECORD_TYPES)


def _values(columns: Sequence[str], first: int) -> str:
    return ", ".join(f"${first + number}" for number in range(len(columns)))


_AT_ONCE = (
    f"WITH a AS (INSERT INTO catalog_product ({', '.join(ROW)}) VALUES ({_values(ROW, 1)})),"
    f" b AS (INSERT INTO coregen_events ({', '.join(EVENT)}) VALUES ({_values(EVENT, 1 + len(ROW))}))"
    f" INSERT INTO coregen_outbox ({', '.join(RECORD)}) VALUES ({_values(RECORD, 1 + len(ROW) + len(EVENT))})"
)


def contestants() -> Sequence[Contestant]:
    """Empty where there is no server."""
    return server.run(_contestants())


async def _contestants() -> Sequence[Contestant]:
    if not await server.available():
        return ()
    database = await server.make_database()
    app = App(modules=[catalog.module], database=server.url(database))
    await app.__aenter__()
    await app.relay.stop()
    products = app.context(organization=ORG, actor="actor_1").repo(catalog.ProductRepository)
    connection = await asyncpg.connect(server.application(database))
    await connection.fetchval("SELECT set_config('coregen.organization', $1, false)", ORG)
    hand, ids = Hand(connection), IDGenerator()
    known = await products.save(_product(ids))
    from benchmarks.persistence.alchemy import AdvancedAlchemy, Core, Orm

    core, orm, advanced = [await kind.connected(server.application(database), ORG) for kind in (Core, Orm, AdvancedAlchemy)]

    async def save() -> None:
        await products.save(_product(ids))

    async def update() -> None:
        nonlocal known
        known = await products.save(known.replace(name="Lamp again"))

    async def batch() -> None:
        await products.save_batch([_product(ids) for _ in range(BATCH)])

    reads = "get a row by id, PostgreSQL"
    saves = "save a new row with its event and outbox record, PostgreSQL"
    batches = f"save {BATCH} new rows with their events and outbox records, PostgreSQL"
    return (
        _times(reads, "asyncpg by hand", lambda: hand.get(known.id), GETS, floor=True),
        _times(reads, "ProductRepository.find_by_id", lambda: products.find_by_id(known.id), GETS),
        _times(reads, "SQLAlchemy Core", lambda: core.get(known.id), GETS),
        _times(reads, "SQLAlchemy ORM", lambda: orm.get(known.id), GETS),
        _times(reads, "advanced-alchemy", lambda: advanced.get(known.id), GETS),
        _times(saves, "asyncpg by hand, a statement each", hand.save, SAVES, floor=True),
        _times(saves, "asyncpg by hand, one statement", hand.save_at_once, SAVES),
        _times(saves, "ProductRepository.save, new", save, SAVES),
        _times(saves, "ProductRepository.save, changed", update, SAVES),
        _times(saves, "SQLAlchemy Core", lambda: core.save(hand.rows()), SAVES),
        _times(saves, "SQLAlchemy ORM", lambda: orm.save(hand.rows()), SAVES),
        _times(saves, "advanced-alchemy", lambda: advanced.save(hand.rows()), SAVES),
        _times(batches, "asyncpg by hand, unnest", hand.batch, 1, floor=True, each=BATCH),
        _times(batches, "ProductRepository.save_batch", batch, 1, each=BATCH),
    )


def _product(ids: IDGenerator) -> catalog.Product:
    return catalog.Product.new(name="Lamp", sku=f"S{ids.generate()[-17:]}", price=Money.of("49.90", "EUR"))


def _times(group: str, name: str, work: Callable[[], Awaitable[object]], times: int, *, floor: bool = False, each: int | None = None) -> Contestant:
    async def several() -> None:
        for _ in range(times):
            await work()

    return Contestant(group, name, lambda: server.run(several()), size=each or times, floor=floor)
