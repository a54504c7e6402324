"""The peers: SQLAlchemy's Core and ORM, and advanced-alchemy's repository, on the tables that Core made; one transaction a call."""

from __future__ import annotations

import json
from typing import Any, ClassVar, Self

from advanced_alchemy.base import orm_registry
from advanced_alchemy.repository import SQLAlchemyAsyncRepository
from sqlalchemy import BigInteger, Boolean, Column, Float, Table, Text, insert, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase

Rows = tuple[tuple[Any, ...], ...]


def _columns(names: str, keys: tuple[str, ...]) -> list[Column[Any]]:
    made: list[Column[Any]] = []
    for declared in names.split():
        name, _, kind = declared.partition(":")
        type: Any = {"": Text, "i": BigInteger, "j": JSONB, "f": Float, "b": Boolean}[kind]
        made.append(Column(name, type, primary_key=name in keys))
    return made


PRODUCT = (
    "id organization_id name sku price_amount:i price_currency category dimensions:j ordered:f status created_at:i updated_at:i deleted_at:i"
    " version:i meta:j"
)
EVENT = (
    "id organization_id type source aggregate_type aggregate_id version:i ordinal:i actor_id correlation_id caused_by occurred_at:i payload:j"
    " metadata:j erased:b"
)
RECORD = "id organization_id aggregate_id event_id dispatch:j published_at:i attempts:i last_error"


class Base(DeclarativeBase):
    registry = orm_registry


class Product(Base):
    __table__ = Table("catalog_product", orm_registry.metadata, *_columns(PRODUCT, ("id", "organization_id")))


class Event(Base):
    __table__ = Table("coregen_events", orm_registry.metadata, *_columns(EVENT, ("id",)))
    __mapper_args__: ClassVar[Any] = {"exclude_properties": ["metadata"], "properties": {"facts": __table__.c.metadata}}


class Record(Base):
    __table__ = Table("coregen_outbox", orm_registry.metadata, *_columns(RECORD, ("id",)))


class Products(SQLAlchemyAsyncRepository[Product]):
    model_type = Product


def _named(spec: str, row: tuple[Any, ...]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for declared, value in zip(spec.split(), row, strict=True):
        name, _, kind = declared.partition(":")
        values[name] = json.loads(value) if kind == "j" and value is not None else value
    return values


class Core:
    """SQLAlchemy's expression language."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._sessions = async_sessionmaker(engine, expire_on_commit=False)

    @classmethod
    async def connected(cls, url: str, organization: str) -> Self:
        settings = {"server_settings": {"coregen.organization": organization}}
        return cls(create_async_engine(url.replace("postgresql://", "postgresql+asyncpg://"), pool_size=1, connect_args=settings))

    async def get(self, id: str) -> object:
        table = Product.__table__
        async with self._engine.connect() as connection:
            found = await connection.execute(select(table).where(table.c.organization_id == "org_1", table.c.id == id, table.c.deleted_at.is_(None)))
            return found.one_or_none()

    async def save(self, rows: Rows) -> None:
        async with self._engine.begin() as connection:
            for table, spec, row in zip((Product, Event, Record), (PRODUCT, EVENT, RECORD), rows, strict=True):
                await connection.execute(insert(table.__table__).values(_named(spec, row)))


class Orm(Core):
    """SQLAlchemy's object-relational mapper."""

    async def get(self, id: str) -> object:
        async with self._sessions() as session:
            return (
                await session.execute(select(Product).where(Product.organization_id == "org_1", Product.id == id, Product.deleted_at.is_(None)))
            ).scalar_one_or_none()

    def _records(self, rows: Rows) -> list[Any]:
        event = _named(EVENT, rows[1])
        event["facts"] = event.pop("metadata")
        return [Event(**event), Record(**_named(RECORD, rows[2]))]

    async def save(self, rows: Rows) -> None:
        async with self._sessions.begin() as session:
            session.add_all([Product(**_named(PRODUCT, rows[0])), *self._records(rows)])


class AdvancedAlchemy(Orm):
    """advanced-alchemy's repository, on SQLAlchemy's session."""

    async def get(self, id: str) -> object:
        async with self._sessions() as session:
            return await Products(session=session).get_one_or_none(id=id, organization_id="org_1", deleted_at=None)

    async def save(self, rows: Rows) -> None:
        async with self._sessions.begin() as session:
            await Products(session=session).add(Product(**_named(PRODUCT, rows[0])))
            session.add_all(self._records(rows))
