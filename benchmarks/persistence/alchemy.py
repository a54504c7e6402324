"""The peers: SQLAlchemy's Core and ORM, and advanced-alchemy's repository, on the tables that Core made; one transaction a call."""

from __future__ import annotations

import json
from typing import Any, Self

from advanced_alchemy.repository import SQLAlchemyAsyncRepository
from sqlalchemy import BigInteger, Boolean, Column, Float, Table, Text, insert, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker, create_async_engine
from sqlalchemy.orm import registry

Rows = tuple[tuple[Any, ...], ...]

PRODUCT = (
    "id organization_id name sku price_amount:i price_currency category dimensions:j ordered:f status created_at:i updated_at:i deleted_at:i"
    " version:i meta:j"
)
EVENT = (
    "id organization_id type source aggregate_type aggregate_id version:i ordinal:i actor_id correlation_id caused_by occurred_at:i payload:j"
    " metadata:j erased:b"
)
RECORD = "id organization_id aggregate_id event_id dispatch:j published_at:i attempts:i last_error"

_MAPPED = registry()


def _table(name: str, spec: str, *keys: str) -> Table:
    kinds: dict[str, Any] = {"": Text, "i": BigInteger, "j": JSONB, "f": Float, "b": Boolean}
    named = [declared.partition(":") for declared in spec.split()]
    return Table(name, _MAPPED.metadata, *(Column(column, kinds[kind], primary_key=column in keys) for column, _, kind in named))


class Product:
    """A row of the module's own table."""


class Event:
    """A row of the log; `metadata` is a name of SQLAlchemy's."""


class Record:
    """A row of the outbox."""


PRODUCTS = _table("catalog_product", PRODUCT, "id", "organization_id")
EVENTS = _table("coregen_events", EVENT, "id")
RECORDS = _table("coregen_outbox", RECORD, "id")
_MAPPED.map_imperatively(Product, PRODUCTS)
_MAPPED.map_imperatively(Event, EVENTS, properties={"facts": EVENTS.c.metadata})
_MAPPED.map_imperatively(Record, RECORDS)


class Products(SQLAlchemyAsyncRepository):  # type: ignore[misc]  # a peer that only `make bench` installs
    model_type = Product


def _named(spec: str, row: tuple[Any, ...]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for declared, value in zip(spec.split(), row, strict=True):
        name, _, kind = declared.partition(":")
        values[name] = json.loads(value) if kind == "j" and value is not None else value
    return values


def _made(kind: type[Any], values: dict[str, Any]) -> Any:
    made = kind()
    for name, value in values.items():
        setattr(made, "facts" if name == "metadata" else name, value)
    return made


class Core:
    """SQLAlchemy's expression language."""

    def __init__(self, engine: AsyncEngine, organization: str) -> None:
        self._engine, self._organization = engine, organization
        self._sessions = async_sessionmaker(engine, expire_on_commit=False)

    @classmethod
    async def connected(cls, url: str, organization: str) -> Self:
        settings = {"server_settings": {"coregen.organization": organization}}
        return cls(create_async_engine(url.replace("postgresql://", "postgresql+asyncpg://"), pool_size=1, connect_args=settings), organization)

    async def close(self) -> None:
        await self._engine.dispose()

    def _by_id(self, what: Any, id: str) -> Any:
        own, active = PRODUCTS.c.organization_id == self._organization, PRODUCTS.c.deleted_at.is_(None)
        return select(what).where(own, PRODUCTS.c.id == id, active)

    async def get(self, id: str) -> object:
        async with self._engine.connect() as connection:
            return (await connection.execute(self._by_id(PRODUCTS, id))).one_or_none()

    async def save(self, rows: Rows) -> None:
        async with self._engine.begin() as connection:
            for table, spec, row in zip((PRODUCTS, EVENTS, RECORDS), (PRODUCT, EVENT, RECORD), rows, strict=True):
                await connection.execute(insert(table).values(_named(spec, row)))


class Orm(Core):
    """SQLAlchemy's object-relational mapper."""

    async def get(self, id: str) -> object:
        async with self._sessions() as session:
            return (await session.execute(self._by_id(Product, id))).scalar_one_or_none()

    async def save(self, rows: Rows) -> None:
        async with self._sessions.begin() as session:
            session.add_all(
                [_made(kind, _named(spec, row)) for kind, spec, row in zip((Product, Event, Record), (PRODUCT, EVENT, RECORD), rows, strict=True)]
            )


class AdvancedAlchemy(Orm):
    """advanced-alchemy's repository, on SQLAlchemy's session."""

    async def get(self, id: str) -> object:
        async with self._sessions() as session:
            return await Products(session=session).get_one_or_none(id=id, organization_id=self._organization, deleted_at=None)

    async def save(self, rows: Rows) -> None:
        async with self._sessions.begin() as session:
            await Products(session=session).add(_made(Product, _named(PRODUCT, rows[0])))
            session.add_all([_made(Event, _named(EVENT, rows[1])), _made(Record, _named(RECORD, rows[2]))])
