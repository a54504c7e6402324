"""The peers of sqlite.py: SQLAlchemy's Core and ORM and advanced-alchemy over aiosqlite, on the tables that our migrations made.

Each sets the same PRAGMAs and does the same work: a save is three insertions and a commit, a get names the organisation.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import Any

from advanced_alchemy.repository import SQLAlchemyAsyncRepository
from sqlalchemy import Boolean, Column, Float, Integer, MetaData, String, Table, insert, select
from sqlalchemy import event as listening
from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase

from coregen_adapters.sqlite.ddl import create_table
from coregen_runtime import IDGenerator
from coregen_runtime.repository.system_tables import SYSTEM_TABLES

ORG = "org_1"
PRODUCT, EVENTS, OUTBOX = "catalog_product", "coregen_events", "coregen_outbox"
SYSTEM = tuple(statement for table in SYSTEM_TABLES for statement in create_table(table))
_numbers = count(10_000_000)


def row(ids: IDGenerator, number: int) -> dict[str, Any]:
    """A product's row as it is stored."""
    return {
        "id": ids.generate_for("prod"), "organization_id": ORG, "name": f"Lamp {number}", "sku": f"LMP-{number}", "price_amount": 4990,
        "price_currency": "EUR", "category": None, "dimensions": None, "ordered": 0, "status": "draft", "created_at": 1, "updated_at": 1,
        "deleted_at": None, "version": 1, "meta": "{}",
    }  # fmt: skip


def event(ids: IDGenerator, product: Mapping[str, Any]) -> dict[str, Any]:
    """The event of its creation."""
    payload = {key: product[key] for key in ("name", "sku", "category", "dimensions", "ordered", "status")}
    return {
        "id": ids.generate_for("evt"), "organization_id": ORG, "type": "product.created", "source": "catalog", "aggregate_type": "Product",
        "aggregate_id": product["id"], "version": 1, "actor_id": "actor_1", "correlation_id": "cor_1", "caused_by": None, "occurred_at": 1,
        "payload": json.dumps({**payload, "price": {"amount": 4990, "currency": "EUR"}}), "metadata": None, "erased": False, "schema_version": 1, "ordinal": 0,
    }  # fmt: skip


def record(happened: Mapping[str, Any]) -> dict[str, Any]:
    """The outbox record that names the event."""
    return {
        "id": happened["id"], "organization_id": ORG, "aggregate_id": happened["aggregate_id"], "event_id": happened["id"], "dispatch": None,
        "published_at": None, "attempts": 0, "last_error": None,
    }  # fmt: skip


def _insertion(table: str, values: Mapping[str, Any]) -> str:
    names = ", ".join(f'"{name}"' for name in values)
    return f"INSERT INTO {table} ({names}) VALUES ({', '.join('?' for _ in values)})"


_EXAMPLE = row(IDGenerator(), 0)
_HAPPENED = event(IDGenerator(), _EXAMPLE)
INSERTS = (_insertion(PRODUCT, _EXAMPLE), _insertion(EVENTS, _HAPPENED), _insertion(OUTBOX, record(_HAPPENED)))


class Base(DeclarativeBase):
    """Of the mapped tables."""


_KINDS = {"price_amount": Integer, "ordered": Float, "created_at": Integer, "updated_at": Integer, "deleted_at": Integer, "version": Integer}
_KINDS |= {"schema_version": Integer, "occurred_at": Integer, "erased": Boolean, "ordinal": Integer, "published_at": Integer, "attempts": Integer}


def _table(name: str, values: Mapping[str, Any], metadata: MetaData) -> Table:
    """The table, its key what the database has as its key, or a number that it counts."""
    columns: list[Column[Any]] = [Column(key, _KINDS.get(key, String), primary_key=key == "id" and "meta" in values) for key in values]
    counted = [] if "meta" in values else [Column("position", Integer, primary_key=True)]
    return Table(name, metadata, *counted, *columns)


_PRODUCTS = _table(PRODUCT, _EXAMPLE, Base.metadata)
_EVENTS = _table(EVENTS, _HAPPENED, Base.metadata)
_OUTBOX = _table(OUTBOX, record(_HAPPENED), Base.metadata)


class Product(Base):
    __table__ = _PRODUCTS


class Event(Base):
    __table__ = _EVENTS


class Record(Base):
    __table__ = _OUTBOX


class Products(SQLAlchemyAsyncRepository[Any]):  # type: ignore[misc]  # a peer that only `make bench` installs
    model_type = Product


class Events(SQLAlchemyAsyncRepository[Any]):  # type: ignore[misc]  # a peer that only `make bench` installs
    model_type = Event
    id_attribute = "position"


class Records(SQLAlchemyAsyncRepository[Any]):  # type: ignore[misc]  # a peer that only `make bench` installs
    model_type = Record
    id_attribute = "position"


class Peer:
    """One of them on a database of its own."""

    def __init__(self, name: str, engine: AsyncEngine, rows: Sequence[str]) -> None:
        self.name, self._engine, self._rows = name, engine, rows
        self._ids = IDGenerator()
        self._sessions = async_sessionmaker(engine, expire_on_commit=False)

    async def get(self, times: int) -> None:
        for number in range(times):
            await self._get(self._rows[number % len(self._rows)])

    async def save(self, times: int) -> None:
        for _ in range(times):
            await self._save([self._values()])

    async def batch(self, size: int) -> None:
        await self._save([self._values() for _ in range(size)])

    async def page(self, times: int) -> None:
        for _ in range(times):
            await self._page()

    def _values(self) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
        product = row(self._ids, next(_numbers))
        happened = event(self._ids, product)
        return product, happened, record(happened)

    async def _get(self, id: str) -> object:
        raise NotImplementedError

    async def _save(self, values: Sequence[tuple[dict[str, Any], dict[str, Any], dict[str, Any]]]) -> None:
        raise NotImplementedError

    async def _page(self) -> object:
        raise NotImplementedError


def _by_id(id: str) -> Any:
    return (_PRODUCTS.c.organization_id == ORG) & (_PRODUCTS.c.id == id) & (_PRODUCTS.c.deleted_at.is_(None))


_OF_PAGE = (_PRODUCTS.c.organization_id == ORG) & (_PRODUCTS.c.deleted_at.is_(None)) & _PRODUCTS.c.category.is_not(None)
_ORDER = (_PRODUCTS.c.name.desc(), _PRODUCTS.c.id)


class Core(Peer):
    async def _get(self, id: str) -> object:
        async with self._engine.connect() as connection:
            return (await connection.execute(select(_PRODUCTS).where(_by_id(id)))).first()

    async def _save(self, values: Sequence[tuple[dict[str, Any], dict[str, Any], dict[str, Any]]]) -> None:
        async with self._engine.begin() as connection:
            for at, table in enumerate((_PRODUCTS, _EVENTS, _OUTBOX)):
                await connection.execute(insert(table), [each[at] for each in values] if len(values) > 1 else values[0][at])

    async def _page(self) -> object:
        async with self._engine.connect() as connection:
            return (await connection.execute(select(_PRODUCTS).where(_OF_PAGE).order_by(*_ORDER).limit(51))).all()


class Orm(Peer):
    async def _get(self, id: str) -> object:
        async with self._sessions() as session:
            return (await session.scalars(select(Product).where(_by_id(id)))).first()

    async def _save(self, values: Sequence[tuple[dict[str, Any], dict[str, Any], dict[str, Any]]]) -> None:
        async with self._sessions.begin() as session:
            session.add_all([kind(**each) for several in values for kind, each in zip((Product, Event, Record), several, strict=True)])

    async def _page(self) -> object:
        async with self._sessions() as session:
            return (await session.scalars(select(Product).where(_OF_PAGE).order_by(*_ORDER).limit(51))).all()


class Alchemy(Peer):
    async def _get(self, id: str) -> object:
        async with self._sessions() as session:
            return await Products(session=session).get_one_or_none(_by_id(id))

    async def _save(self, values: Sequence[tuple[dict[str, Any], dict[str, Any], dict[str, Any]]]) -> None:
        async with self._sessions() as session:
            kinds: tuple[tuple[Any, Any], ...] = ((Products, Product), (Events, Event), (Records, Record))
            for at, (repository, kind) in enumerate(kinds):
                if len(values) == 1:
                    await repository(session=session).add(kind(**values[0][at]))
                else:
                    await repository(session=session).add_many([kind(**each[at]) for each in values])
            await session.commit()

    async def _page(self) -> object:
        async with self._sessions() as session:
            return await Products(session=session).list(_OF_PAGE, statement=select(Product).order_by(*_ORDER).limit(51))


def _maker(name: str, kind: type[Peer]) -> Callable[[Path, Callable[[Path], Awaitable[Any]]], Coroutine[Any, Any, Peer]]:
    async def make(path: Path, seed: Callable[[Path], Awaitable[Any]]) -> Peer:
        await (await seed(path)).close()
        engine = create_async_engine(f"sqlite+aiosqlite:///{path}")
        listening.listen(engine.sync_engine, "connect", _settings)
        async with engine.connect() as connection:
            rows = [id for (id,) in await connection.execute(select(_PRODUCTS.c.id).limit(500))]
        return kind(name, engine, rows)

    make.__name__ = kind.__name__
    return make


def _settings(connection: Any, _: object) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.close()


PEERS = (_maker("SQLAlchemy Core, aiosqlite", Core), _maker("SQLAlchemy ORM, aiosqlite", Orm), _maker("advanced-alchemy, aiosqlite", Alchemy))
