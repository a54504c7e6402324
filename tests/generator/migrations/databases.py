"""The databases that tests migrate: SQLite in memory, and PostgreSQL under a role that row-level security binds; their shape, and their rows."""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, closing
from typing import Any, Protocol

import asyncpg
import pytest

from coregen_adapters.postgres.ddl import create_table as postgres_tables
from coregen_adapters.postgres.migrate import run
from coregen_adapters.sqlite.connection import Connection, connect
from coregen_adapters.sqlite.ddl import create_table
from coregen_adapters.sqlite.migrate import migrate
from coregen_runtime.errors.base import CoreError
from coregen_runtime.module.migration import Migration
from coregen_runtime.repository.system_tables import SYSTEM_TABLES

SERVER = os.environ.get("COREGEN_TEST_POSTGRES", "postgresql://root@127.0.0.1:5432/test")

SYSTEM_COLUMNS = {"id", "organization_id", "created_at", "updated_at", "deleted_at", "version", "meta"}


@asynccontextmanager
async def empty_database() -> AsyncIterator[str]:
    """Its address. Without a server the test is skipped, unless services are required."""
    try:
        server = await asyncpg.connect(SERVER, timeout=5)
    except (OSError, asyncpg.PostgresError, TimeoutError) as error:
        if os.environ.get("COREGEN_REQUIRE_SERVICES") == "1":
            raise
        pytest.skip(f"no PostgreSQL at COREGEN_TEST_POSTGRES: {error}")
    name = f"coregen_{uuid.uuid4().hex[:12]}"
    try:
        await server.execute(f"CREATE DATABASE {name}")
        yield f"{SERVER.rsplit('/', 1)[0]}/{name}"
    finally:
        await server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        await server.close()


class Database(Protocol):
    refusal: str

    async def migrate(self, migration: Migration) -> bool: ...
    async def insert(self, table: str, row: Mapping[str, tuple[str, Any]]) -> None: ...
    async def rows(self, table: str, columns: Sequence[str]) -> list[dict[str, Any]]: ...
    async def shape(self) -> object: ...
    async def fresh(self, migration: Migration) -> object: ...


class OnSqlite:
    """A database in memory, migrated as the adapter does it. `refusal` is why the last migration that failed did."""

    refusal = ""

    def __init__(self) -> None:
        self.connection = connect(None, 1.0)
        self._make_system(self.connection)

    async def migrate(self, migration: Migration) -> bool:
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            assert (migration.version,) == migrate(self.connection, "shop", [migration])
        except CoreError as error:
            self.refusal = str(error)
            self.connection.execute("ROLLBACK")
            return False
        self.connection.execute("COMMIT")
        return True

    async def insert(self, table: str, row: Mapping[str, tuple[str, Any]]) -> None:
        names = ", ".join(f'"{name}"' for name in row)
        values = [json.dumps(value, ensure_ascii=False, separators=(",", ":")) if _document(type, value) else value for type, value in row.values()]
        self.connection.execute(f'INSERT INTO "{table}" ({names}) VALUES ({", ".join("?" * len(row))})', values)

    async def rows(self, table: str, columns: Sequence[str]) -> list[dict[str, Any]]:
        names = ", ".join(f'"{name}"' for name in columns)
        return [dict(zip(columns, row, strict=True)) for row in self.connection.execute(f'SELECT {names} FROM "{table}"')]

    async def shape(self) -> object:
        return self._shape(self.connection)

    async def fresh(self, migration: Migration) -> object:
        with closing(connect(None, 1.0)) as connection:
            self._make_system(connection)
            migrate(connection, "shop", [migration])
            return self._shape(connection)

    def _make_system(self, connection: Connection) -> None:
        for table in SYSTEM_TABLES:
            for statement in create_table(table):
                connection.execute(statement)

    def _shape(self, connection: Connection) -> object:
        tables = [name for [name] in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        columns = {name: sorted(row[1:6] for row in connection.execute(f'PRAGMA table_info("{name}")')) for name in tables}
        indexes = connection.execute("SELECT tbl_name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL ORDER BY name").fetchall()
        return columns, indexes


class OnPostgres:
    """A database that belongs to a role held to row-level security, as an application's does; looked at by its administrator."""

    refusal = ""

    def __init__(self, owner: asyncpg.Connection[Any], admin: asyncpg.Connection[Any]) -> None:
        self.owner, self.admin = owner, admin

    async def migrate(self, migration: Migration, module: str = "shop") -> bool:
        try:
            async with self.owner.transaction():
                assert (migration.version,) == await run(self.owner, module, [migration])
        except CoreError as error:
            self.refusal = str(error)
            return False
        return True

    async def insert(self, table: str, row: Mapping[str, tuple[str, Any]]) -> None:
        names = ", ".join(f'"{name}"' for name in row)
        places = ", ".join(f"${number}" for number in range(1, len(row) + 1))
        values = [json.dumps(value) if _document(type, value) else value for type, value in row.values()]
        await self.admin.execute(f'INSERT INTO "{table}" ({names}) VALUES ({places})', *values)

    async def rows(self, table: str, columns: Sequence[str]) -> list[dict[str, Any]]:
        names = ", ".join(f'"{name}"' for name in columns)
        return [dict(row) for row in await self.admin.fetch(f'SELECT {names} FROM "{table}"')]

    async def shape(self) -> object:
        return await self._shape("public")

    async def fresh(self, migration: Migration) -> object:
        await self.owner.execute("CREATE SCHEMA fresh; SET search_path TO fresh, public")
        try:
            assert await self.migrate(migration, uuid.uuid4().hex)
            return await self._shape("fresh")
        finally:
            await self.owner.execute("SET search_path TO public; DROP SCHEMA fresh CASCADE")

    async def _shape(self, schema: str) -> object:
        columns = await self.admin.fetch(
            "SELECT table_name, column_name, data_type, collation_name, is_nullable, column_default, generation_expression "
            "FROM information_schema.columns "
            "WHERE table_schema = $1 AND table_name NOT LIKE 'coregen%' ORDER BY 1, 2",
            schema,
        )
        indexes = await self.admin.fetch(
            "SELECT tablename, CASE WHEN i.indisprimary THEN 'primary' ELSE indexname END, "
            "regexp_replace(indexdef, '^.* USING', ''), i.indisunique, i.indisprimary FROM pg_indexes "
            "JOIN pg_class c ON c.relname = indexname JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = schemaname "
            "JOIN pg_index i ON i.indexrelid = c.oid WHERE schemaname = $1 AND tablename NOT LIKE 'coregen%' ORDER BY 1, 2",
            schema,
        )
        policies = await self.admin.fetch(
            "SELECT tablename, policyname, qual, with_check FROM pg_policies WHERE schemaname = $1 AND tablename NOT LIKE 'coregen%' ORDER BY 1",
            schema,
        )
        forced = await self.admin.fetch(
            "SELECT relname FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname = $1 AND relrowsecurity AND relforcerowsecurity "
            "AND relname NOT LIKE 'coregen%' ORDER BY 1",
            schema,
        )
        return [[tuple(row) for row in rows] for rows in (columns, indexes, policies, forced)]


def _document(type: str, value: Any) -> bool:
    return type in ("json", "geo.point", "geo.polygon", "geo.linestring") and value is not None


@asynccontextmanager
async def owned(postgres: str) -> AsyncIterator[OnPostgres]:
    admin = await asyncpg.connect(postgres, statement_cache_size=0)  # tables change under it
    role = f"owner_{uuid.uuid4().hex[:12]}"
    await admin.execute(f"CREATE ROLE {role} NOSUPERUSER NOBYPASSRLS; ALTER DATABASE {postgres.rsplit('/', 1)[1]} OWNER TO {role}")
    await admin.execute(f"GRANT ALL ON SCHEMA public TO {role}")
    owner = await asyncpg.connect(postgres)
    await owner.execute(f"SET SESSION AUTHORIZATION {role}")
    for table in SYSTEM_TABLES:
        for statement in postgres_tables(table):
            await owner.execute(statement)
    yield OnPostgres(owner, admin)
    await owner.close()
    await admin.execute(f"REASSIGN OWNED BY {role} TO CURRENT_USER; DROP OWNED BY {role}; DROP ROLE {role}")
    await admin.close()


def plain(type: str, value: Any, nullable: bool) -> Any:
    """What a driver gave for a column of a storage, as the rows of the tests have it."""
    if value is None:
        return None
    if type in ("json", "geo.point", "geo.polygon", "geo.linestring"):
        return "JSON's null where SQL's may stand" if nullable and value == "null" else json.loads(value)
    return bool(value) if type == "boolean" else value
