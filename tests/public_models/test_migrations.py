"""Entity models that nobody here designed, changed by a seed: each migration leads a database with a row of every entity to the tables of a fresh one, and keeps the row."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from coregen.load import load
from coregen.project import find_folders, find_project
from coregen.resolve.complete import complete
from coregen.resolve.difference import Difference, difference
from coregen.resolve.migrations import first_migration, replay, with_sql
from coregen.resolve.report import Report
from coregen_runtime.entity.schema import EntitySchema
from coregen_runtime.module.migration import Migration
from coregen_runtime.repository.table import layout_of, table_of
from tests.generator.migrations.databases import Database, OnPostgres, OnSqlite, empty_database, owned, plain

from .changing import Document, changed, columns, stored

HERE = Path(__file__).parent
MODULES = sorted(path.name for path in (HERE / "models").iterdir())
GOOD: Mapping[str, Document] = {entity: told["good"] for entity, told in json.loads((HERE / "documents.json").read_text("utf-8")).items()}
STEPS = 4


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, tuple[EntitySchema, ...]]:
    """The entities of each module, as its definition gives them."""
    root = tmp_path_factory.mktemp("models")
    shutil.copytree(HERE / "models", root / "public_shop")
    (root / "public_shop" / "__init__.py").touch()
    (root / "pyproject.toml").write_text('[tool.coregen]\nmodules = ["public_shop"]\n', encoding="utf-8")
    project = find_project(root).project
    assert project is not None
    loaded = load(project, find_folders(project).folders)
    assert () == loaded.diagnostics
    return {module.id: tuple(module.definition.entities) for module in complete(loaded.modules, Report())}


@pytest.fixture
async def postgres() -> AsyncIterator[OnPostgres]:
    async with empty_database() as address, owned(address) as database:
        yield database


async def walk(database: Database, entities: tuple[EntitySchema, ...], seed: int) -> None:
    rng = random.Random(seed)
    rows = [stored(schema, GOOD[schema.qualified_name]) for schema in entities]
    migrations = [first_migration(map(table_of, entities))]
    assert await database.migrate(migrations[0]), database.refusal
    for schema, row in zip(entities, rows, strict=True):
        await _insert(database, schema, row)
    for version in range(2, STEPS + 2):
        drawn = [changed(schema, row, rng) for schema, row in zip(entities, rows, strict=True)]
        entities, rows = tuple(schema for schema, _ in drawn), [row for _, row in drawn]
        there = replay(migrations)
        found = difference(there, entities)
        assert () == found.problems, (seed, version, found.problems)
        if found == Difference():
            continue
        migrations.append(Migration(version=version, name="next", steps=with_sql(there, found.steps)))
        assert await database.migrate(migrations[-1]), (seed, version, database.refusal)
        assert await database.fresh(first_migration(map(table_of, entities))) == await database.shape(), (seed, version)
        assert Difference() == difference(replay(migrations), entities)
        for schema, row in zip(entities, rows, strict=True):
            assert columns_of_row(schema, row) == await _read(database, schema), (seed, version, schema.qualified_name)


def columns_of_row(schema: EntitySchema, row: Document) -> dict[str, Any]:
    found, lists = columns(schema, row)
    return {name: value for name, (_, value) in found.items()} | lists


async def _insert(database: Database, schema: EntitySchema, row: Document) -> None:
    layout = layout_of(schema)
    found, lists = columns(schema, row)
    system: dict[str, Any] = {"id": "1", "organization_id": "a", "created_at": 5, "updated_at": 6, "version": 1, "meta": "{}"}
    own = {name: ("text", value) for name, value in system.items() if name in layout.table.by_name}
    await database.insert(layout.table.name, own | found)
    for link, targets in lists.items():
        for position, target in enumerate(targets):
            entry = {"organization_id": "a", "owner_id": "1", "position": position, "target_id": target}
            await database.insert(link, {name: ("text", value) for name, value in entry.items()})


async def _read(database: Database, schema: EntitySchema) -> dict[str, Any]:
    table = table_of(schema)
    own = [column for column in table.columns if column.of is not None]
    [record] = await database.rows(table.name, [column.name for column in table.columns])
    row = {column.name: plain(column.type, record[column.name], column.nullable) for column in own}
    for link in table.links:
        entries = await database.rows(link.name, ["position", "target_id"])
        row[link.name] = [entry["target_id"] for entry in sorted(entries, key=lambda entry: int(entry["position"]))]
    return row


@pytest.mark.parametrize("module", MODULES)
async def test_what_changes_in_a_public_model_is_migrated_on_sqlite(models: Mapping[str, tuple[EntitySchema, ...]], module: str) -> None:
    database = OnSqlite()
    await walk(database, models[module], 1)
    database.connection.close()


@pytest.mark.parametrize("module", ["gtfs", "schemaorg"])
async def test_what_changes_in_a_public_model_is_migrated_on_postgres(
    models: Mapping[str, tuple[EntitySchema, ...]], postgres: OnPostgres, module: str
) -> None:
    await walk(postgres, models[module], 1)


@pytest.mark.nightly
@pytest.mark.parametrize("seed", range(100, 130))
@pytest.mark.parametrize("module", MODULES)
async def test_many_changes_in_public_models_are_migrated_on_sqlite(models: Mapping[str, tuple[EntitySchema, ...]], module: str, seed: int) -> None:
    database = OnSqlite()
    await walk(database, models[module], seed)
    database.connection.close()


@pytest.mark.nightly
@pytest.mark.parametrize("seed", range(200, 203))
@pytest.mark.parametrize("module", MODULES)
async def test_many_changes_in_public_models_are_migrated_on_postgres(
    models: Mapping[str, tuple[EntitySchema, ...]], postgres: OnPostgres, module: str, seed: int
) -> None:
    await walk(postgres, models[module], seed)
