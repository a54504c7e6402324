"""Databases that outlive the process that made them: for tests of several processes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeAlias

from coregen_adapters.sqlite import SqliteAdapter
from tests.runtime.adapters.postgres import library_tables
from tests.runtime.repository.library import make_tables

MakeUrl: TypeAlias = Callable[[Path, str], Awaitable[str]]
"""A folder and a name → the URL of a database with the library's tables, empty."""


async def sqlite_url(folder: Path, name: str) -> str:
    """A SQLite file with the library's tables."""
    db = SqliteAdapter(folder / f"{name}.db")
    await db.open()
    await make_tables(db)
    await db.close()
    return f"sqlite:///{folder / name}.db"


async def postgres_url(folder: Path, name: str) -> str:
    """A PostgreSQL database with the library's tables, empty."""
    return await library_tables(f"stored-{name}")


DATABASES: dict[str, MakeUrl] = {"sqlite": sqlite_url, "postgresql": postgres_url}
