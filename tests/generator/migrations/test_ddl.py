"""The SQL of a migration runs on SQLite and on PostgreSQL, and does there what the table description says."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from ruamel.yaml import YAML

from coregen.resolve.migrations import first_migration
from coregen_runtime.entity.schema import EntitySchema
from coregen_runtime.module.migration import CreateTable
from coregen_runtime.repository.table import Table, table_of


def statements(table: Table, dialect: str) -> list[str]:
    return [sql for step in first_migration([table]).steps if isinstance(step, CreateTable) for sql in step.sql[dialect]]


@pytest.fixture
def sqlite(every_type: Table) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:")) as connection:
        for sql in statements(every_type, "sqlite"):
            connection.execute(sql)
        yield connection


@pytest.fixture
async def owner(postgres: str, every_type: Table) -> AsyncIterator[asyncpg.Connection[Any]]:
    connection = await asyncpg.connect(postgres)
    for sql in statements(every_type, "postgresql"):
        await connection.execute(sql)
    yield connection
    await connection.close()


ROW: dict[str, object] = {"id": "1", "organization_id": "a", "select": "x", "total_amount": 1, "total_currency": "EUR"}
ROW |= {"created_at": 0, "updated_at": 0, "version": 1, "meta": "{}"}


def insert(**changes: object) -> tuple[str, list[object]]:
    row = ROW | changes
    return f"INSERT INTO shop_order ({', '.join(map(quoted, row))}) VALUES ({', '.join('?' * len(row))})", list(row.values())


def quoted(name: str) -> str:
    return f'"{name}"'


def test_sqlite_has_the_columns_of_the_description(sqlite: sqlite3.Connection, every_type: Table) -> None:
    rows = sqlite.execute("SELECT name, \"notnull\" FROM pragma_table_info('shop_order')").fetchall()

    assert [(each.name, int(not each.nullable)) for each in every_type.columns] == rows


@pytest.mark.parametrize("number", [0, 5, -7, 2**53 - 1, 0.5, -1e-9, 1e300, 123456.789])
def test_sqlite_gives_back_the_number_it_was_given(sqlite: sqlite3.Connection, number: float) -> None:
    """Semantics 4: integers stay integers."""
    sqlite.execute(*insert(weight=number))
    [back] = sqlite.execute("SELECT weight FROM shop_order").fetchone()

    assert (number, type(number)) == (back, type(back))


def test_sqlite_refuses_a_second_active_row_with_a_unique_value(sqlite: sqlite3.Connection) -> None:
    """Semantics 6: the partial unique index is what makes `unique` true."""
    sqlite.execute(*insert(id="1"))
    sqlite.execute(*insert(id="2", organization_id="b"))
    with pytest.raises(sqlite3.IntegrityError):
        sqlite.execute(*insert(id="3"))
    sqlite.execute("UPDATE shop_order SET deleted_at = 1 WHERE id = '1'")
    sqlite.execute(*insert(id="3"))

    assert 3 == sqlite.execute("SELECT count(*) FROM shop_order").fetchone()[0]


async def test_postgres_has_the_columns_of_the_description(owner: asyncpg.Connection[Any], every_type: Table) -> None:
    rows = await owner.fetch(
        "SELECT column_name, is_nullable FROM information_schema.columns WHERE table_name = 'shop_order' AND is_generated = 'NEVER' ORDER BY ordinal_position"
    )

    assert [(each.name, "YES" if each.nullable else "NO") for each in every_type.columns] == [tuple(row) for row in rows]


async def test_postgres_orders_text_by_code_point(owner: asyncpg.Connection[Any]) -> None:
    for number, value in enumerate(["b", "B", "é", "a", "Z"]):
        await add(owner, id=str(number), select=value)
    rows = await owner.fetch('SELECT "select" FROM shop_order ORDER BY "select"')

    assert sorted(["b", "B", "é", "a", "Z"]) == [row[0] for row in rows]


async def test_postgres_refuses_a_second_active_row_with_a_unique_value(owner: asyncpg.Connection[Any]) -> None:
    """Semantics 6: the partial unique index is what makes `unique` true."""
    await add(owner, id="1")
    with pytest.raises(asyncpg.UniqueViolationError):
        await add(owner, id="2")
    await owner.execute("UPDATE shop_order SET deleted_at = 1")
    await add(owner, id="2")

    assert 2 == await owner.fetchval("SELECT count(*) FROM shop_order")


async def test_chinook_stands_on_both_databases(postgres: str, project_root: Path) -> None:
    data = YAML(typ="safe").load(project_root / "tests" / "cases" / "chinook" / "definition.yaml")
    tables = [table_of(EntitySchema.model_validate(entity | {"namespace": "chinook"})) for entity in data["entities"]]
    steps = [step for step in first_migration(tables).steps if isinstance(step, CreateTable)]
    connection = await asyncpg.connect(postgres)
    with closing(sqlite3.connect(":memory:")) as embedded:
        for step in steps:
            for sql in step.sql["sqlite"]:
                embedded.execute(sql)
            for sql in step.sql["postgresql"]:
                await connection.execute(sql)
        there = sorted(name for [name] in embedded.execute("SELECT name FROM sqlite_master WHERE type = 'table'"))
    rows = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename")
    await connection.close()

    assert sorted(table.name for table in tables) == there == [row["tablename"] for row in rows]


class TestRowLevelSecurity:
    """Semantics 23: on PostgreSQL, row-level security is forced as a second wall."""

    async def test_a_role_without_privileges_sees_the_rows_of_its_organisation_alone(self, clerk: asyncpg.Connection[Any]) -> None:
        await clerk.execute("SELECT set_config('coregen.organization', 'a', false)")

        assert ["1"] == [row["id"] for row in await clerk.fetch("SELECT id FROM shop_order")]
        assert ["1"] == [row["owner_id"] for row in await clerk.fetch("SELECT owner_id FROM shop_order__tags")]

    @pytest.mark.parametrize("organization", [None, ""])
    async def test_with_no_organisation_set_it_sees_no_rows(self, clerk: asyncpg.Connection[Any], organization: str | None) -> None:
        if organization is not None:
            await clerk.execute("SELECT set_config('coregen.organization', $1, false)", organization)

        assert 0 == await clerk.fetchval("SELECT count(*) FROM shop_order")
        assert 0 == await clerk.fetchval("SELECT count(*) FROM shop_order__tags")

    async def test_it_can_neither_write_nor_move_rows_into_another_organisation(self, clerk: asyncpg.Connection[Any]) -> None:
        await clerk.execute("SELECT set_config('coregen.organization', 'a', false)")
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security"):
            await add(clerk, id="9", organization_id="b", select="y")
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security"):
            await clerk.execute("UPDATE shop_order SET organization_id = 'b'")

        assert "UPDATE 0" == await clerk.execute("UPDATE shop_order SET gift = true WHERE id = '2'")

    async def test_the_owner_of_the_tables_is_held_to_it_too(self, owner: asyncpg.Connection[Any]) -> None:
        forced = await owner.fetch("SELECT relname FROM pg_class WHERE relforcerowsecurity AND relrowsecurity ORDER BY relname")

        assert ["shop_order", "shop_order__tags"] == [row["relname"] for row in forced]


@pytest.fixture
async def clerk(postgres: str, owner: asyncpg.Connection[Any]) -> AsyncIterator[asyncpg.Connection[Any]]:
    """A connection that may read and write, owns nothing and is no superuser; organisations a and b have a row each."""
    role = f"clerk_{postgres.rsplit('_', 1)[1]}"
    for number, organization in ("1", "a"), ("2", "b"):
        await add(owner, id=number, organization_id=organization)
        await owner.execute("INSERT INTO shop_order__tags VALUES ($1, $2, 0, 'tag')", organization, number)
    await owner.execute(f"CREATE ROLE {role} NOLOGIN NOSUPERUSER NOBYPASSRLS")
    await owner.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}")
    connection = await asyncpg.connect(postgres)
    await connection.execute(f"SET ROLE {role}")
    try:
        yield connection
    finally:
        await connection.close()
        await owner.execute(f"DROP OWNED BY {role}")
        await owner.execute(f"DROP ROLE {role}")


async def add(connection: asyncpg.Connection[Any], **changes: object) -> None:
    row = ROW | changes
    places = ", ".join(f"${number}" for number in range(1, len(row) + 1))
    await connection.execute(f"INSERT INTO shop_order ({', '.join(map(quoted, row))}) VALUES ({places})", *row.values())
