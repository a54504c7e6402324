"""A database of their own for the benchmarks on the PostgreSQL server at `COREGEN_TEST_POSTGRES`, dropped when the process ends."""

from __future__ import annotations

import asyncio
import atexit
import os
from collections.abc import Coroutine
from functools import cache
from typing import Any, TypeVar
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import asyncpg

from coregen_adapters.postgres import make_roles

T = TypeVar("T")

SERVER = os.environ.get("COREGEN_TEST_POSTGRES", "postgresql://root@127.0.0.1:5432/test")


@cache
def _runner() -> asyncio.Runner:
    runner = asyncio.Runner()
    atexit.register(runner.close)
    return runner


def run(work: Coroutine[Any, Any, T]) -> T:
    """The work's result, on the one loop that all connections of the benchmarks belong to."""
    return _runner().run(work)


def administrator(database: str) -> str:
    """The URL of a database as the server's administrator."""
    return urlunsplit(urlsplit(SERVER)._replace(path=f"/{database}"))


def application(database: str) -> str:
    """The URL of a database as the application's role, for drivers."""
    host = urlsplit(SERVER).netloc.rpartition("@")[2]
    return f"postgresql://{database}_app@{host}/{database}"


def url(database: str) -> str:
    """The URL of a database with its three roles, for `App`."""
    return f"{application(database)}?system={database}_system&owner={database}_owner"


async def available() -> bool:
    try:
        await (await asyncpg.connect(SERVER, timeout=5)).close()
    except (OSError, asyncpg.PostgresError):
        return False
    return True


async def has_postgis() -> bool:
    connection = await asyncpg.connect(SERVER)
    try:
        return bool(await connection.fetchval("SELECT count(*) FROM pg_available_extensions WHERE name = 'postgis'"))
    finally:
        await connection.close()


async def make_database(*, postgis: bool = False, durable: bool = True) -> str:
    """The name of a new database with its roles, and with PostGIS where that is asked for. One that is not durable tells of a commit before it is on the disk."""
    name = f"coregen_bench_{uuid4().hex[:8]}"
    await _execute(f'CREATE DATABASE "{name}"', *([] if durable else [f'ALTER DATABASE "{name}" SET synchronous_commit = off']))
    atexit.register(lambda: run(_drop(name)))
    await make_roles(administrator(name), application=f"{name}_app", system=f"{name}_system", owner=f"{name}_owner", postgis=postgis)
    return name


async def _drop(name: str) -> None:
    await _execute(f'DROP DATABASE "{name}" WITH (FORCE)', *(f'DROP ROLE "{name}_{role}"' for role in ("app", "system", "owner")))


async def _execute(*sql: str) -> None:
    connection = await asyncpg.connect(SERVER)
    try:
        for statement in sql:
            await connection.execute(statement)
    finally:
        await connection.close()
