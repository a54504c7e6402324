"""The five samples, booted on SQLite through `App`."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from coregen_adapters.app import App
from coregen_runtime import SystemContext
from sample_modules.tour import MODULES
from tests.samples.shop import LeapingClock


@pytest.fixture
async def app() -> AsyncIterator[App]:
    async with App(modules=MODULES, database="sqlite://") as running:
        yield running


@pytest.fixture
async def hurried() -> AsyncIterator[App]:
    """An application whose retries are due at once."""
    async with App(modules=MODULES, database="sqlite://", clock=LeapingClock()) as running:
        yield running


@pytest.fixture
def ctx(app: App) -> SystemContext:
    return app.context(organization="org_1", actor="actor_1")
