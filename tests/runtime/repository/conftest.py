"""A library on each adapter."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.runtime.adapters.databases import DATABASES
from tests.runtime.repository.library import Library


@pytest.fixture(params=list(DATABASES))
async def library(request: pytest.FixtureRequest) -> AsyncIterator[Library]:
    async with DATABASES[request.param]() as db:
        yield Library(db)
