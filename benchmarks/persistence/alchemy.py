"""The peers: SQLAlchemy's Core and ORM, and advanced-alchemy's repository, on the tables that Core made; one transaction a call."""

from __future__ import annotations

import json
from typing import Any, Self

from advanced_alchemy.repository import SQLAlchemyAsyncRepository
from sqlalchemy import BigInteger, Boolean, Column, Float, MetaData, Table, Text, insert, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker, create_async_engine
from sqlalchemy.orm import registry

from coregen_runtime.repository.table import Table as Described

Rows = tuple[tuple[Any, ...], ...]
Tables = tuple[Described, Described, Described]
"""The module's own, the log, the outbox."""

_KINDS: dict[str, Any] = {"text": Text, "integer": BigInteger, "timestamp": BigInteger, "number": Float, "boolean": Boolean, "json": JSONB}


def _table(described: Described, metadata: MetaData) -> Table:
    keys = ("id", "organization_id") if described.tenant else ("id",)
    columns = [column for column in described.columns if column.name != described.sequence]
    return Table(described.name, metadata, *(Column(column.name, _KINDS[column.type], primary_key=column.name in keys) for column in columns))


def _named(table: Table, row: tuple[Any, ...]) -> dict[str, Any]:
    pairs = zip(table.columns, row, strict=True)
    return {column.name: json.loads(value) if isinstance(column.type, JSONB) and value is not None else value for column, value in pairs}


class Core:
    """SQLAlchemy's expression language."""

    def __init__(self, engine: AsyncEngine, organization: str, described: Tables) -> None:
        self._engine, self._organization = engine, organization
        self._sessions = async_sessionmaker(engine, expire_on_commit=False)
        mapped = registry()
        self._tables = [_table(each, mapped.metadata) for each in described]
        self._kinds: list[type[Any]] = [type(name, (), {}) for name in ("Product", "Event", "Record")]
        for kind, table in zip(self._kinds, self._tables, strict=True):
            named = {"facts": table.c.metadata} if "metadata" in table.c else {}
            mapped.map_imperatively(kind, table, properties=named)
        self._products = self._tables[0]

    @classmethod
    async def connected(cls, url: str, organization: str, described: Tables) -> Self:
        settings = {"server_settings": {"coregen.organization": organization}}
        engine = create_async_engine(url.replace("postgresql://", "postgresql+asyncpg://"), pool_size=1, connect_args=settings)
        return cls(engine, organization, described)

    async def close(self) -> None:
        await self._engine.dispose()

    def _by_id(self, what: Any, id: str) -> Any:
        columns = self._products.c
        return select(what).where(columns.organization_id == self._organization, columns.id == id, columns.deleted_at.is_(None))

    async def get(self, id: str) -> object:
        async with self._engine.connect() as connection:
            return (await connection.execute(self._by_id(self._products, id))).one_or_none()

    async def save(self, rows: Rows) -> None:
        async with self._engine.begin() as connection:
            for table, row in zip(self._tables, rows, strict=True):
                await connection.execute(insert(table).values(_named(table, row)))


class Orm(Core):
    """SQLAlchemy's object-relational mapper."""

    async def get(self, id: str) -> object:
        async with self._sessions() as session:
            return (await session.execute(self._by_id(self._kinds[0], id))).scalar_one_or_none()

    def _made(self, rows: Rows) -> list[Any]:
        found = []
        for kind, table, row in zip(self._kinds, self._tables, rows, strict=True):
            made = kind()
            for name, value in _named(table, row).items():
                setattr(made, "facts" if name == "metadata" else name, value)
            found.append(made)
        return found

    async def save(self, rows: Rows) -> None:
        async with self._sessions.begin() as session:
            session.add_all(self._made(rows))


class AdvancedAlchemy(Orm):
    """advanced-alchemy's repository, on SQLAlchemy's session."""

    def __init__(self, engine: AsyncEngine, organization: str, described: Tables) -> None:
        super().__init__(engine, organization, described)
        self._repository: Any = type("Products", (SQLAlchemyAsyncRepository,), {"model_type": self._kinds[0]})

    async def get(self, id: str) -> object:
        async with self._sessions() as session:
            return await self._repository(session=session).get_one_or_none(id=id, organization_id=self._organization, deleted_at=None)

    async def save(self, rows: Rows) -> None:
        async with self._sessions.begin() as session:
            product, *others = self._made(rows)
            await self._repository(session=session).add(product)
            session.add_all(others)
