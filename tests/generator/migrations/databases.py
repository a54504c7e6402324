"""An empty PostgreSQL database for a test, dropped after it."""

from __future__ import annotations

import os
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import pytest

SERVER = os.environ.get("COREGEN_TEST_POSTGRES", "postgresql://root@127.0.0.1:5432/test")


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
