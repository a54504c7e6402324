"""A PostgreSQL database for each test run that needs one, and the tables that the tests compile."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping

import pytest

from coregen_runtime.entity.schema import EntitySchema
from coregen_runtime.repository.table import Table, table_of

from .databases import OnPostgres, OnSqlite, empty_database, owned


@pytest.fixture
async def postgres() -> AsyncIterator[str]:
    """The address of an empty database, dropped after the test."""
    async with empty_database() as address:
        yield address


@pytest.fixture
def every_type() -> Table:
    """The table of an entity that has a field of each type, unique and reserved names among them."""
    return table_of(schema())


@pytest.fixture
def table() -> Callable[[Mapping[str, object]], Table]:
    """The table of an entity `Order` with changes of one's own."""
    return lambda changes: table_of(schema().model_copy(update=dict(changes)))


def schema() -> EntitySchema:
    return EntitySchema.model_validate(
        {
            "name": "Order",
            "namespace": "shop",
            "fields": [
                {"key": "select", "type": "string", "required": True, "unique": True},
                {"key": "weight", "type": "number"},
                {"key": "pieces", "type": "number", "validators": ["integer"]},
                {"key": "gift", "type": "boolean"},
                {"key": "placedOn", "type": "date"},
                {"key": "status", "type": "enum", "enumValues": ["open", "done"]},
                {"key": "customer", "type": "ref", "refEntity": "Customer"},
                {"key": "tags", "type": "ref[]", "refEntity": "Tag"},
                {"key": "extra", "type": "json"},
                {"key": "total", "type": "money", "required": True},
                {"key": "place", "type": "geo.point", "indexed": True},
                {"key": "area", "type": "geo.polygon"},
                {"key": "way", "type": "geo.linestring"},
            ],
            "uniqueConstraints": [["customer", "placedOn"]],
        }
    )


@pytest.fixture
async def postgres_database(postgres: str) -> AsyncIterator[OnPostgres]:
    async with owned(postgres) as database:
        yield database


@pytest.fixture(params=["sqlite", "postgresql"])
async def database(request: pytest.FixtureRequest) -> AsyncIterator[OnSqlite | OnPostgres]:
    """Both databases, one after the other."""
    if request.param == "postgresql":
        async with empty_database() as address, owned(address) as found:
            yield found
    else:
        embedded = OnSqlite()
        yield embedded
        embedded.connection.close()
