"""The databases and roles that tests make on the PostgreSQL server at `COREGEN_TEST_POSTGRES`, one set a process, dropped at its end.

Where there is no server, what needs one is skipped, and required where `COREGEN_REQUIRE_SERVICES=1`.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import asyncpg
import pytest

from coregen_adapters.postgres import PostgresAdapter, make_roles
from coregen_adapters.postgres.ddl import create_table
from coregen_runtime.repository.table import table_of
from coregen_runtime.testing.database import ITEMS
from tests.runtime.repository.library import SCHEMAS

SERVER = os.environ.get("COREGEN_TEST_POSTGRES", "postgresql://root@127.0.0.1:5432/test")

_EMPTY = """
DO $$ DECLARE name text; BEGIN
  FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'coregen_migrations' LOOP
    EXECUTE format('DELETE FROM %I', name);
  END LOOP;
END $$
"""

_CONNECTED = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'coregen'"


POSTGIS = "PostGIS"
"""The purpose of the database that has it."""


@dataclass
class _Made:
    """What this process made on the server."""

    name: str = field(default_factory=lambda: f"coregen_test_{uuid4().hex[:12]}")
    databases: list[str] = field(default_factory=list)
    kept: dict[str, str] = field(default_factory=dict)


@cache
def _made() -> _Made:
    return _Made()


def administrator(database: str) -> str:
    """The URL of a database as the server's administrator."""
    return urlunsplit(urlsplit(SERVER)._replace(path=f"/{database}"))


def url(database: str) -> str:
    """The URL of a database as an application has it: three roles, none of them a superuser."""
    parts, name = urlsplit(SERVER), _made().name
    host = parts.netloc.rpartition("@")[2]
    return f"postgresql://{name}_app@{host}/{database}?system={name}_system&owner={name}_owner"


async def _available() -> None:
    try:
        connection = await asyncpg.connect(SERVER, timeout=5)
    except (OSError, asyncpg.PostgresError) as error:
        if os.environ.get("COREGEN_REQUIRE_SERVICES") == "1":
            raise
        pytest.skip(f"no PostgreSQL at COREGEN_TEST_POSTGRES: {error}")
    await connection.close()


async def _has_postgis() -> bool:
    connection = await asyncpg.connect(SERVER)
    try:
        return bool(await connection.fetchval("SELECT count(*) FROM pg_available_extensions WHERE name = 'postgis'"))
    finally:
        await connection.close()


async def _execute(database: str, *sql: str) -> None:
    connection = await asyncpg.connect(administrator(database))
    try:
        for statement in sql:
            await connection.execute(statement)
    finally:
        await connection.close()


async def make_database(*, postgis: bool = False) -> str:
    """The URL of a new, empty database. PostGIS is in a schema of its own; where the server has none, the test is skipped."""
    await _available()
    made = _made()
    name = f"{made.name}_{len(made.databases)}"
    if postgis and not await _has_postgis():
        pytest.skip("the server has no PostGIS, which is optional")
    made.databases.append(name)
    await _execute(urlsplit(SERVER).path.strip("/"), f'CREATE DATABASE "{name}"', f'ALTER DATABASE "{name}" SET synchronous_commit = off')
    if postgis:
        await _execute(name, "CREATE SCHEMA extensions", "CREATE EXTENSION postgis SCHEMA extensions")
    await make_roles(administrator(name), application=f"{made.name}_app", system=f"{made.name}_system", owner=f"{made.name}_owner")
    return url(name)


async def drop_everything() -> None:
    """Take away what this process made."""
    made = _made()
    if not made.databases:
        return
    drops = [f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)' for name in made.databases]
    drops += [f'DROP ROLE IF EXISTS "{made.name}_{role}"' for role in ("app", "system", "owner")]
    await _execute(urlsplit(SERVER).path.strip("/"), *drops)


async def kept(purpose: str) -> tuple[str, bool]:
    """The URL of this process's database of that purpose, and whether it is new; what it held is deleted, its tables and migrations stay."""
    await _available()
    given = _made().kept.get(purpose)
    if given is not None:
        await _execute(urlsplit(given).path.strip("/"), _EMPTY)
        return given, False
    given = _made().kept[purpose] = await make_database(postgis=purpose == POSTGIS)
    return given, True


async def library_tables(purpose: str) -> str:
    """`kept`, with the contract's and the library's tables."""
    given, new = await kept(purpose)
    if new:
        await make_tables(given)
    return given


async def make_tables(given: str) -> None:
    """The contract's and the library's tables, made by the owner."""
    db = PostgresAdapter(given)
    await db.open()
    await db.close()
    owner = await asyncpg.connect(administrator(urlsplit(given).path.strip("/")))
    try:
        await owner.execute(f'SET ROLE "{_made().name}_owner"')
        for table in (ITEMS, *map(table_of, SCHEMAS)):
            for statement in create_table(table):
                await owner.execute(statement)
    finally:
        await owner.close()


async def left_alone(given: str) -> None:
    """Return once no application is connected to the database: the server notices a killed one when it next writes to it."""
    connection = await asyncpg.connect(administrator(urlsplit(given).path.strip("/")))
    try:
        async with asyncio.timeout(30):
            while await connection.fetchval(_CONNECTED):
                await asyncio.sleep(0.01)
    finally:
        await connection.close()


@asynccontextmanager
async def postgres(purpose: str = "contract") -> AsyncIterator[PostgresAdapter]:
    """The contract's and the library's tables, empty; another database for each purpose."""
    db = PostgresAdapter(await library_tables(purpose))
    await db.open()
    try:
        yield db
    finally:
        await db.close()


def postgis() -> AbstractAsyncContextManager[PostgresAdapter]:
    """`postgres` on a database with PostGIS."""
    return postgres(POSTGIS)


def forget() -> None:
    """Called when the tests are over."""
    if _made().databases:
        asyncio.run(drop_everything())
