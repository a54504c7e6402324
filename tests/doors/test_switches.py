"""`softDelete`, `timestamps` and `versioned`, each on and off, all eight together: what is off is in no class, table, document or message, and does nothing."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from coregen_adapters.app import App
from coregen_runtime import ConflictError, CoreError, NotFoundError, QueryOptions, Request, SortSpec, ValidationError
from tests.doors.made import Made, made

SWITCHES = ("softDelete", "timestamps", "versioned")
COLUMNS = {"softDelete": ("deletedAt",), "timestamps": ("createdAt", "updatedAt"), "versioned": ("version",)}
IN_PYTHON = {"deletedAt": "deleted_at", "createdAt": "created_at", "updatedAt": "updated_at", "version": "version"}
MODULE = "switched"
NAMES = ("Apple", "Bread", "Candle", "Drum", "Egg", "Flute", "Guitar", "Horn")
COMBINATIONS = [dict(zip(SWITCHES, chosen, strict=True)) for chosen in product((True, False), repeat=3)]


def name_of(switches: dict[str, bool]) -> str:
    return NAMES[COMBINATIONS.index(switches)]


def entity(switches: dict[str, bool]) -> dict[str, Any]:
    fields = [{"key": "name", "type": "string", "required": True}, {"key": "code", "type": "string", "unique": True}]
    return {"name": name_of(switches), "fields": fields, **switches}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    definition = {"id": MODULE, "version": "1.0.0", "entities": [entity(each) for each in COMBINATIONS]}
    with made(tmp_path_factory.mktemp("switches"), "switches_shop", definition) as done:
        yield done


@pytest.fixture(params=COMBINATIONS, ids=name_of)
def switches(request: pytest.FixtureRequest) -> dict[str, bool]:
    return dict(request.param)


def columns(switches: dict[str, bool], *, on: bool) -> set[str]:
    """The wire keys that the switches which are on, or off, stand for."""
    return {column for switch in SWITCHES if switches[switch] is on for column in COLUMNS[switch]}


def test_the_class_and_the_table_have_the_columns_of_what_is_on_and_no_other(shop: Made, switches: dict[str, bool]) -> None:
    """Semantics 9: the columns are gone from the class, from SQLite's table and from PostgreSQL's."""
    name = name_of(switches)
    migration = next(text for path, text in shop.files.items() if path.startswith("migrations/0001"))
    there = {IN_PYTHON[column] for column in columns(switches, on=True)}
    tables = [line for line in migration.splitlines() if f"CREATE TABLE {MODULE}_{name.lower()} " in line]

    assert 2 == len(tables)
    assert there == set(IN_PYTHON.values()) & set(getattr(shop.package, name).model_fields)
    assert [there, there] == [{column for column in IN_PYTHON.values() if f" {column} " in table} for table in tables]


def test_the_documents_have_what_is_on_and_no_other(shop: Made, switches: dict[str, bool]) -> None:
    """Semantics 9: gone from OpenAPI's reads, filters, sorts, parameters and routes, from forms and from TypeScript."""
    name, off, there = name_of(switches), columns(switches, on=False), columns(switches, on=True)
    openapi, form = json.loads(shop.files["generated/openapi.json"]), json.dumps(json.loads(shop.files["generated/forms.json"])["entities"][name])
    schemas, typed = openapi["components"]["schemas"], shop.files["generated/types.ts"].partition(f"interface {name} {{")[2].partition("}")[0]
    paths = {path: each for path, each in openapi["paths"].items() if path.startswith(f"/{MODULE}/{name.lower()}s")}
    told = json.dumps([paths, {key: each for key, each in schemas.items() if key.startswith(name)}])

    assert paths
    assert there == set(COLUMNS["softDelete"] + COLUMNS["timestamps"] + COLUMNS["versioned"]) & set(schemas[name]["properties"])
    assert there == {column for column in IN_PYTHON if f" {column}: " in typed}
    assert there == {column for column in IN_PYTHON if f'"{column}", "-{column}"' in " ".join(told.split())}
    assert [] == [column for column in off if f'"{column}"' in told or column in form]
    assert switches["softDelete"] is any(path.endswith("/restore") for path in paths) is ("parameters/withDeleted" in told)
    assert switches["versioned"] is ("parameters/expectedVersion" in told)


def test_the_messages_have_what_is_on_and_no_other(shop: Made, switches: dict[str, bool]) -> None:
    """Semantics 9: no restore message or event, no `withDeleted`, no `expectedVersion`."""
    name, package = name_of(switches), shop.package
    versioned = {message: "expected_version" in getattr(package, f"{message}{name}").model_fields for message in ("Update", "Delete")}

    assert switches["softDelete"] is hasattr(package, f"Restore{name}") is hasattr(package, f"{name}Restored")
    assert switches["softDelete"] is ("with_deleted" in getattr(package, f"List{name}s").model_fields)
    assert {switches["versioned"]} == set(versioned.values())


async def test_what_is_off_does_nothing(shop: Made, switches: dict[str, bool], tmp_path: Path) -> None:
    """Semantics 9: without soft delete what is deleted is removed, without versions the last save wins, without times a row has none."""
    name, file = name_of(switches), tmp_path / "rows.db"
    async with App(modules=[shop.package.module], database=f"sqlite:///{file}") as app:
        ctx = app.context(organization="org_1", actor="ann")
        repository: Any = ctx.repo(f"{MODULE}.{name}")
        first = await ctx.dispatch(Request(type=f"{MODULE}.create{name}", payload={"name": "a", "code": "1"}))
        saved = await repository.save(first.replace(name="b"))
        if switches["versioned"]:
            with pytest.raises(ConflictError):
                await repository.save(first.replace(name="c"))
            with pytest.raises(ConflictError):
                await ctx.dispatch(Request(type=f"{MODULE}.update{name}", payload={"id": first.id, "name": "d", "expectedVersion": 1}))
            assert 2 == saved.version
        else:
            saved = await repository.save(first.replace(name="c"))
            with pytest.raises(ValidationError, match="expectedVersion"):
                await ctx.dispatch(Request(type=f"{MODULE}.update{name}", payload={"id": first.id, "name": "d", "expectedVersion": 1}))
        assert switches["timestamps"] is (getattr(saved, "created_at", 0) > 0)

        for column in columns(switches, on=False):
            with pytest.raises(ValidationError, match=column):
                await repository.find_many({column: 1})
            with pytest.raises(ValidationError, match=column):
                await repository.find_many(None, QueryOptions(sort=[SortSpec(field=column)]))
        for column in columns(switches, on=True):
            await repository.find_many({column: {"gte": 0}}, QueryOptions(sort=[SortSpec(field=column)]))

        await ctx.dispatch(Request(type=f"{MODULE}.delete{name}", payload={"id": first.id}))
        with pytest.raises(NotFoundError):
            await repository.find_by_id_or_fail(first.id)
        left = await repository.find_by_id(first.id, with_deleted=True)
        assert switches["softDelete"] is (left is not None)
        again = await ctx.dispatch(Request(type=f"{MODULE}.create{name}", payload={"name": "e", "code": "1"}))
        if switches["softDelete"]:
            await repository.hard_delete(again.id)
            back = await ctx.dispatch(Request(type=f"{MODULE}.restore{name}", payload={"id": first.id}))
            assert saved.name == back.name
        else:
            with pytest.raises(CoreError, match="no soft delete"):
                await repository.restore(first.id)
            with pytest.raises(CoreError, match=f"restore{name}"):
                await ctx.dispatch(Request(type=f"{MODULE}.restore{name}", payload={"id": first.id}))
        await app.settle()
    with sqlite3.connect(file) as rows:
        held = {row[1] for row in rows.execute(f"PRAGMA table_info({MODULE}_{name.lower()})")}

    assert {IN_PYTHON[column] for column in columns(switches, on=True)} == held & set(IN_PYTHON.values())
