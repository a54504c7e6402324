"""The five samples, booted through `App`: on SQLite, and where a test asks for `DATABASES`, on PostgreSQL as well."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from coregen_adapters.app import App
from coregen_runtime import SystemContext
from sample_modules.tour import MODULES
from tests.runtime.adapters.postgres import kept
from tests.samples.shop import LeapingClock


@pytest.fixture
async def database(request: pytest.FixtureRequest) -> str:
    """SQLite's in memory, unless the test is parametrized with another one."""
    return (await kept("samples"))[0] if getattr(request, "param", "") == "postgresql" else "sqlite://"


@pytest.fixture
async def app(database: str) -> AsyncIterator[App]:
    async with App(modules=MODULES, database=database) as running:
        yield running


@pytest.fixture
async def hurried(database: str) -> AsyncIterator[App]:
    """An application whose retries are due at once."""
    async with App(modules=MODULES, database=database, clock=LeapingClock()) as running:
        yield running


@pytest.fixture
def ctx(app: App) -> SystemContext:
    return app.context(organization="org_1", actor="actor_1")
