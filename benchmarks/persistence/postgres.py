"""What rows cost on PostgreSQL, against the driver doing the same statements by hand, and against SQLAlchemy and advanced-alchemy.

Everyone logs in as the same role, under row-level security, and commits durably; saves are timed once more where nobody waits for the disk. Events and
outbox records are Core's own tables.
"""

from __future__ import annotations

import asyncio
import atexit
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import asyncpg

from benchmarks.harness import Contestant
from benchmarks.persistence import server, writers
from coregen_adapters.app import App
from coregen_runtime import IDGenerator, Money
from coregen_runtime.repository.system_tables import EVENTS, OUTBOX
from coregen_runtime.repository.table import ColumnSpec, Table, table_of
from coregen_runtime.repository.types import Scope
from sample_modules import catalog

if TYPE_CHECKING:
    from benchmarks.persistence.alchemy import AdvancedAlchemy, Core, Orm

GETS, SAVES, BATCH = 300, 60, 500
ORG = "org_1"

PRODUCTS = table_of(next(schema for schema in catalog.module.manifest.entities if schema.name == "Product"))
_TYPES = {"text": "text", "integer": "bigint", "timestamp": "bigint", "number": "float8", "boolean": "bool", "json": "jsonb"}


def _columns(table: Table) -> tuple[ColumnSpec, ...]:
    return tuple(column for column in table.columns if column.name != table.sequence)


def _names(table: Table) -> str:
    return ", ".join(column.name for column in _columns(table))


def _row(table: Table, values: Mapping[str, Any]) -> tuple[Any, ...]:
    """The values in the table's order; a number that is not named and must be there is 1."""
    return tuple(values.get(column.name, None if column.nullable else 1) for column in _columns(table))


def _values(table: Table, first: int = 1) -> str:
    return ", ".join(f"${number}" for number, _ in enumerate(_columns(table), first))


def _insert(table: Table) -> str:
    return f"INSERT INTO {table.name} ({_names(table)}) VALUES ({_values(table)})"


def _unnest(table: Table) -> str:
    arrays = ", ".join(f"${number}::{_TYPES[column.type]}[]" for number, column in enumerate(_columns(table), 1))
    return f"INSERT INTO {table.name} ({_names(table)}) SELECT * FROM unnest({arrays})"


class Hand:
    """The same rows, written by hand on one connection that belongs to the organisation."""

    def __init__(self, connection: asyncpg.Connection[asyncpg.Record]) -> None:
        self._connection = connection
        self._ids = IDGenerator()

    def rows(self) -> tuple[tuple[Any, ...], tuple[Any, ...], tuple[Any, ...]]:
        id, event, now = self._ids.generate_for("prod"), self._ids.generate_for("evt"), 1_764_000_000_000
        own: dict[str, Any] = {"id": id, "organization_id": ORG, "name": "Lamp", "sku": f"S{id[-17:]}", "price_amount": 4990, "price_currency": "EUR"}
        row = {**own, "ordered": 0, "status": "draft", "created_at": now, "updated_at": now, "version": 1, "meta": "{}"}
        payload = {"name": "Lamp", "sku": own["sku"], "price": {"amount": 4990, "currency": "EUR"}, "category": None, "ordered": 0, "status": "draft"}
        log: dict[str, Any] = {
            "id": event,
            "organization_id": ORG,
            "type": "product.created",
            "source": "catalog",
            "aggregate_type": "Product",
            "aggregate_id": id,
        }
        log |= {"ordinal": 0, "actor_id": "actor_1", "correlation_id": "c1", "occurred_at": now, "payload": json.dumps(payload), "metadata": "{}"}
        record = {"id": event, "organization_id": ORG, "aggregate_id": id, "event_id": event, "attempts": 0}
        return _row(PRODUCTS, row), _row(EVENTS, {**log, "erased": False}), _row(OUTBOX, record)

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


GET = f"SELECT {_names(PRODUCTS)} FROM catalog_product WHERE organization_id = $1 AND id = $2 AND deleted_at IS NULL"
_ROW, _EVENT, _RECORD = _insert(PRODUCTS), _insert(EVENTS), _insert(OUTBOX)
_ROWS, _EVENTS, _RECORDS = _unnest(PRODUCTS), _unnest(EVENTS), _unnest(OUTBOX)
_SECOND = 1 + len(_columns(PRODUCTS))
_AT_ONCE = (
    f"WITH a AS (INSERT INTO {PRODUCTS.name} ({_names(PRODUCTS)}) VALUES ({_values(PRODUCTS)})),"
    f" b AS (INSERT INTO {EVENTS.name} ({_names(EVENTS)}) VALUES ({_values(EVENTS, _SECOND)}))"
    f" INSERT INTO {OUTBOX.name} ({_names(OUTBOX)}) VALUES ({_values(OUTBOX, _SECOND + len(_columns(EVENTS)))})"
)


def contestants() -> Sequence[Contestant]:
    """Empty where there is no server."""
    return server.run(_contestants())


async def _contestants() -> Sequence[Contestant]:
    if not await server.available():
        return ()
    durable, hasty = await _opened(await server.make_database()), await _opened(await server.make_database(durable=False))
    what = "save a new row with its event and outbox record, PostgreSQL"
    return (*_reads(durable), *_saves(durable, what), *_saves(hasty, f"{what}, synchronous_commit=off"), *_several(durable))


@dataclass(frozen=True)
class Database:
    """A database with everybody connected to it, a product that is read, and one that is changed."""

    app: App
    products: catalog.ProductRepository
    hand: Hand
    core: Core
    orm: Orm
    advanced: AdvancedAlchemy
    known: catalog.Product
    changing: catalog.Product
    ids: IDGenerator


async def _opened(database: str) -> Database:
    from benchmarks.persistence.alchemy import AdvancedAlchemy, Core, Orm  # peers that only `make bench` installs

    app = App(modules=[catalog.module], database=server.url(database))
    await app.__aenter__()
    await app.relay.stop()
    products = app.context(organization=ORG, actor="actor_1").repo(catalog.ProductRepository)
    connection = await asyncpg.connect(server.application(database))
    await connection.fetchval("SELECT set_config('coregen.organization', $1, false)", ORG)
    address, tables = server.application(database), (PRODUCTS, EVENTS, OUTBOX)
    core, orm = await Core.connected(address, ORG, tables), await Orm.connected(address, ORG, tables)
    advanced = await AdvancedAlchemy.connected(address, ORG, tables)

    async def close() -> None:
        await asyncio.gather(core.close(), orm.close(), advanced.close())
        await connection.close()
        await app.__aexit__(None, None, None)

    atexit.register(lambda: server.run(close()))
    ids = IDGenerator()
    known, changing = await products.save(_product(ids)), await products.save(_product(ids))
    return Database(app, products, Hand(connection), core, orm, advanced, known, changing, ids)


def _reads(on: Database) -> Sequence[Contestant]:
    group, id = "get a row by id, PostgreSQL", on.known.id
    one_row = on.products.build_query({"id": id})
    return (
        _times(group, "asyncpg by hand", lambda: on.hand.get(id), GETS, floor=True),
        _times(group, "PostgresAdapter.select", lambda: on.app.db.select(Scope(ORG), one_row), GETS),
        _times(group, "ProductRepository.find_by_id", lambda: on.products.find_by_id(id), GETS),
        _times(group, "SQLAlchemy Core", lambda: on.core.get(id), GETS),
        _times(group, "SQLAlchemy ORM", lambda: on.orm.get(id), GETS),
        _times(group, "advanced-alchemy", lambda: on.advanced.get(id), GETS),
    )


def _saves(on: Database, group: str) -> Sequence[Contestant]:
    changing = on.changing

    async def update() -> None:
        nonlocal changing
        changing = await on.products.save(changing.replace(name="Lamp again"))

    return (
        _times(group, "asyncpg by hand, a statement each", on.hand.save, SAVES, floor=True),
        _times(group, "asyncpg by hand, one statement", on.hand.save_at_once, SAVES),
        _times(group, "ProductRepository.save, new", lambda: on.products.save(_product(on.ids)), SAVES),
        _times(group, "ProductRepository.save, changed", update, SAVES),
        _times(group, "SQLAlchemy Core", lambda: on.core.save(on.hand.rows()), SAVES),
        _times(group, "SQLAlchemy ORM", lambda: on.orm.save(on.hand.rows()), SAVES),
        _times(group, "advanced-alchemy", lambda: on.advanced.save(on.hand.rows()), SAVES),
    )


def _several(on: Database) -> Sequence[Contestant]:
    batches = f"save {BATCH} new rows with their events and outbox records, PostgreSQL"

    async def batch() -> None:
        await on.products.save_batch([_product(on.ids) for _ in range(BATCH)])

    return (
        _times(batches, "asyncpg by hand, unnest", on.hand.batch, 1, floor=True, each=BATCH),
        _times(batches, "ProductRepository.save_batch", batch, 1, each=BATCH),
        _times(f"{writers.GROUP}, PostgreSQL", "ProductRepository.save", lambda: writers.contend(on.products, on.known.id), 1, each=writers.UPDATES),
    )


def _product(ids: IDGenerator) -> catalog.Product:
    return catalog.Product.new(name="Lamp", sku=f"S{ids.generate()[-17:]}", price=Money.of("49.90", "EUR"))


def _times(group: str, name: str, work: Callable[[], Awaitable[object]], times: int, *, floor: bool = False, each: int | None = None) -> Contestant:
    async def several() -> None:
        for _ in range(times):
            await work()

    return Contestant(group, name, lambda: server.run(several()), size=each or times, floor=floor)
