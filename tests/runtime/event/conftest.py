"""A library and its relay on each adapter."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.runtime.adapters.databases import DATABASES
from tests.runtime.event.test_relay import World
from tests.runtime.repository.library import Library


@pytest.fixture(params=list(DATABASES))
async def world(request: pytest.FixtureRequest) -> AsyncIterator[World]:
    async with DATABASES[request.param]() as db:
        yield World(Library(db))
