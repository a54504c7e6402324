"""Rows on SQLite. The floor is the standard library's driver doing the same statements by hand, on a thread of its own, one hop a call.

Everyone works on a file of its own with WAL and synchronous=FULL, made by the same migrations. A save is a row, its event and its outbox
record in one transaction; a get names the organisation. Peers: sqlite_peers.py.
"""

from __future__ import annotations

import asyncio
import atexit
import json
import sqlite3
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

from benchmarks.harness import Contestant
from benchmarks.persistence import sqlite_peers as peers
from benchmarks.persistence import writers
from coregen_adapters.sqlite import SqliteAdapter
from coregen_runtime import EntitySchema, IDGenerator, Money, QueryOptions, SortSpec, SystemClock
from coregen_runtime.repository.changes import RepositoryEnvironment
from coregen_runtime.repository.outbox import DatabaseOutbox
from coregen_runtime.repository.table import Mappings
from sample_modules import catalog
from sample_modules.catalog.generated.schemas.category import category_schema
from sample_modules.catalog.generated.schemas.product import product_schema

ORG = "org_1"
GETS, SAVES, SAVERS, BATCH, ROWS = 400, 40, 64, 1_000, 500
GET = "get a row by id, SQLite file"
SAVE = "save a new row, its event and outbox record, SQLite file, synchronous=FULL"
MEMORY = "save a new row, its event and outbox record, SQLite in memory"
MANY = "64 save at once, SQLite file, synchronous=FULL"
PAGE = "a page of 50 of 500 rows, sorted, without a count, SQLite file"
SAVE_BATCH = "save 1,000 new rows with event and outbox record at once, SQLite file"
INCLUDE = "a page of 50 with what each refers to, SQLite file"


def contestants() -> Sequence[Contestant]:
    runner = asyncio.Runner()
    folder = tempfile.TemporaryDirectory()
    atexit.register(folder.cleanup)
    ours = runner.run(Ours.made(Path(folder.name) / "ours.db"))
    memory = runner.run(Ours.made(None))
    hand = runner.run(ByHand.made(Path(folder.name) / "hand.db"))
    hand_memory = runner.run(ByHand.made(None))
    others = [runner.run(make(Path(folder.name) / f"{make.__name__}.db", seed)) for make in peers.PEERS]

    def contestant(group: str, name: str, work: Callable[[], Awaitable[object]], size: int, floor: bool = False) -> Contestant:
        return Contestant(group, name, lambda: runner.run(_awaited(work)), size=size, floor=floor)

    return (
        contestant(GET, "sqlite3, by hand, one hop", lambda: hand.get(GETS), GETS, floor=True),
        contestant(GET, "ProductRepository.find_by_id", lambda: ours.get(GETS), GETS),
        *(contestant(GET, peer.name, partial(peer.get, GETS), GETS) for peer in others),
        contestant(SAVE, "sqlite3, by hand, one hop", lambda: hand.save(SAVES), SAVES, floor=True),
        contestant(SAVE, "ProductRepository.save", lambda: ours.save(SAVES), SAVES),
        *(contestant(SAVE, peer.name, partial(peer.save, SAVES), SAVES) for peer in others),
        contestant(MEMORY, "sqlite3, by hand, one hop", lambda: hand_memory.save(GETS), GETS, floor=True),
        contestant(MEMORY, "ProductRepository.save", lambda: memory.save(GETS), GETS),
        contestant(MANY, "sqlite3, by hand, one after the other", lambda: hand.save(SAVES), SAVES, floor=True),
        contestant(MANY, "ProductRepository.save, one after the other", lambda: ours.save(SAVES), SAVES),
        contestant(MANY, "ProductRepository.save, 64 at once", lambda: ours.save_at_once(SAVERS, 10), SAVERS * 10),
        contestant(PAGE, "sqlite3, by hand, one hop", lambda: hand.page(20), 20, floor=True),
        contestant(PAGE, "ProductRepository.find_many", lambda: ours.page(20), 20),
        *(contestant(PAGE, peer.name, partial(peer.page, 20), 20) for peer in others),
        contestant(SAVE_BATCH, "sqlite3, by hand, executemany, one hop", lambda: hand.batch(BATCH), BATCH, floor=True),
        contestant(SAVE_BATCH, "ProductRepository.save_batch", lambda: ours.batch(BATCH), BATCH),
        *(contestant(SAVE_BATCH, peer.name, partial(peer.batch, BATCH), BATCH) for peer in others),
        contestant(INCLUDE, "sqlite3, by hand, two selects, two hops", lambda: hand.included(20), 20, floor=True),
        contestant(INCLUDE, "ProductRepository.find_many, include", lambda: ours.included(20), 20),
        contestant(f"{writers.GROUP}, SQLite file", "ProductRepository.save", ours.contended, writers.UPDATES),
    )


async def _awaited(work: Callable[[], Awaitable[object]]) -> object:
    return await work()


async def seed(path: Path | None) -> SqliteAdapter:
    """The adapter, open, on a database with 500 products of 20 categories."""
    db = SqliteAdapter(path)
    await db.open()
    await db.migrate("catalog", catalog.module.manifest.migrations)
    ours = Ours(db)
    categories = await ours.categories.save_batch([catalog.Category.new(name=f"Category {number}") for number in range(20)])
    ours.ids = [each.id for each in await ours.products.save_batch([_product(category=categories[number % 20].id) for number in range(ROWS)])]
    ours.columns = list(ours.products._codec.table.by_name)
    return db


_numbers = count()


def _product(**values: Any) -> catalog.Product:
    number = next(_numbers)
    return catalog.Product.new(name=f"Lamp {number}", sku=f"LMP-{number}", price=Money.of("49.90", "EUR"), **values)


class Ours:
    """Repositories of the catalogue, without an application around them."""

    def __init__(self, db: SqliteAdapter) -> None:
        self.db, self.ids, self.columns = db, list[str](), list[str]()
        clock = SystemClock()
        found: dict[str, tuple[EntitySchema, type[Any]]] = {
            "catalog.Product": (product_schema(), catalog.Product),
            "catalog.Category": (category_schema(), catalog.Category),
        }
        environment = RepositoryEnvironment(Mappings(found.__getitem__), clock, IDGenerator(clock), actor_id="actor_1", correlation_id="cor_1")
        outbox = DatabaseOutbox(db, clock)
        self.products = catalog.ProductRepository(product_schema(), db, outbox, ORG, environment)
        self.categories = catalog.CategoryRepository(category_schema(), db, outbox, ORG, environment)

    @classmethod
    async def made(cls, path: Path | None) -> Ours:
        ours = cls(await seed(path))
        ours.ids = [product.id for product in await ours.products.find_all()]
        return ours

    async def get(self, times: int) -> None:
        for number in range(times):
            await self.products.find_by_id(self.ids[number % ROWS])  # type: ignore[arg-type]  # ids as they came

    async def save(self, times: int) -> None:
        for _ in range(times):
            await self.products.save(_product())

    async def save_at_once(self, savers: int, each: int) -> None:
        await asyncio.gather(*(self.save(each) for _ in range(savers)))

    async def contended(self) -> None:
        await writers.contend(self.products, self.ids[0])  # type: ignore[arg-type]  # ids as they came

    async def page(self, times: int) -> None:
        options = QueryOptions(limit=50, sort=[SortSpec(field="name", direction="desc")], total=False)
        for _ in range(times):
            await self.products.find_many({"category": {"exists": True}}, options)

    async def included(self, times: int) -> None:
        options = QueryOptions(limit=50, total=False, include=["category"])
        for _ in range(times):
            await self.products.find_many({"category": {"exists": True}}, options)

    async def batch(self, size: int) -> None:
        await self.products.save_batch([_product() for _ in range(size)])


class ByHand:
    """The same statements without anything around them."""

    def __init__(self, path: Path) -> None:
        self._thread = ThreadPoolExecutor(1)
        self._path = path
        self._ids = IDGenerator()
        self._rows = [str(number) for number in range(ROWS)]

    @classmethod
    async def made(cls, path: Path | None) -> ByHand:
        hand = cls(path or Path(":memory:"))
        if path is not None:
            await (await seed(path)).close()
        await hand._hop(hand._open)
        return hand

    async def _hop(self, work: Callable[..., Any], *arguments: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work, *arguments)

    def _open(self) -> None:
        self._connection = sqlite3.connect(self._path, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = FULL")
        if str(self._path) == ":memory:":
            [initial] = [each for each in catalog.module.manifest.migrations if each.version == 1]
            for step in initial.steps:
                for statement in step.sql["sqlite"]:
                    self._connection.execute(statement)
            for statement in peers.SYSTEM:
                self._connection.execute(statement)
        self._rows = [id for (id,) in self._connection.execute("SELECT id FROM catalog_product LIMIT 500")]

    async def get(self, times: int) -> None:
        for number in range(times):
            await self._hop(self._get, self._rows[number % ROWS])

    def _get(self, id: str) -> object:
        return self._connection.execute(
            f"SELECT * FROM {peers.PRODUCT} WHERE organization_id = ? AND id = ? AND deleted_at IS NULL", (ORG, id)
        ).fetchone()

    async def save(self, times: int) -> None:
        for _ in range(times):
            await self._hop(self._save, [self._values()])

    async def batch(self, size: int) -> None:
        await self._hop(self._save, [self._values() for _ in range(size)])

    def _values(self) -> tuple[Sequence[Any], Sequence[Any], Sequence[Any]]:
        row = peers.row(self._ids, next(_numbers))
        event = peers.event(self._ids, row)
        return tuple(row.values()), tuple(event.values()), tuple(peers.record(event).values())

    def _save(self, values: Sequence[tuple[Sequence[Any], Sequence[Any], Sequence[Any]]]) -> None:
        connection = self._connection
        connection.execute("BEGIN IMMEDIATE")
        if len(values) == 1:
            for statement, bound in zip(peers.INSERTS, values[0], strict=True):
                connection.execute(statement, bound)
        else:
            for at, statement in enumerate(peers.INSERTS):
                connection.executemany(statement, [each[at] for each in values])
        connection.execute("COMMIT")

    async def page(self, times: int) -> None:
        for _ in range(times):
            await self._hop(self._page)

    def _page(self) -> list[Any]:
        where = "organization_id = ? AND deleted_at IS NULL AND category IS NOT NULL"
        return self._connection.execute(f"SELECT * FROM {peers.PRODUCT} WHERE {where} ORDER BY name DESC, id LIMIT 51", (ORG,)).fetchall()

    async def included(self, times: int) -> None:
        for _ in range(times):
            found = await self._hop(self._with_category)
            await self._hop(self._categories, {row[0] for row in found})

    def _with_category(self) -> list[Any]:
        where = "organization_id = ? AND deleted_at IS NULL AND category IS NOT NULL"
        return self._connection.execute(f"SELECT category, * FROM {peers.PRODUCT} WHERE {where} ORDER BY id LIMIT 51", (ORG,)).fetchall()

    def _categories(self, ids: set[str]) -> list[Any]:
        where = "organization_id = ? AND deleted_at IS NULL AND id IN (SELECT value FROM json_each(?))"
        return self._connection.execute(f"SELECT * FROM catalog_category WHERE {where} ORDER BY id", (ORG, json.dumps(sorted(ids)))).fetchall()
