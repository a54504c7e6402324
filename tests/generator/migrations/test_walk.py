"""Random walks of schema changes over populated databases: every migration leads to the tables that a fresh database would have, and keeps what survives."""

from __future__ import annotations

import json
import random
import runpy
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, get_args

import pytest

from coregen.resolve.difference import difference
from coregen.resolve.migrations import alike, first_migration, replay, wanted, with_sql
from coregen_runtime.entity.schema import EntitySchema, FieldSchema, FieldType
from coregen_runtime.module.migration import Migration, RenameColumn, RenameTable, RunSql, Step
from coregen_runtime.primitives.words import snake_case
from coregen_runtime.repository.system_tables import EVENTS
from coregen_runtime.repository.table import Table, table_of

from .databases import SYSTEM_COLUMNS, Database, OnPostgres, OnSqlite, plain
from .expecting import Stop, grow, migrated
from .walking import changed
from .worlds import Row, Thing, World, columns_of

Rows = dict[tuple[str, str], dict[str, Any]]
SYSTEM = {"created_at": 5, "updated_at": 6, "version": 1, "meta": "{}"}


async def walk(database: Database, seed: int, steps: int) -> tuple[list[Migration], int]:
    """The migrations that ran, and how many had to fail and did."""
    rng = random.Random(seed)
    world = World()
    migrations: list[Migration] = []
    stopped = 0
    for number in range(steps):
        new = changed(world, rng)
        there = replay(migrations)
        found = difference(there, new.schemas())
        if any(problem.code == "MIGRATION-RENAME" for problem in found.problems):
            _forget_old_renames(world, new)
            found = difference(there, new.schemas())
        if found.problems or not found.steps:
            world = new if not found.problems else world
            continue
        migration = Migration(version=len(migrations) + 1, name=f"step_{number}", steps=with_sql(there, found.steps))
        assert alike(replay([*migrations, migration]), wanted(table_of(schema) for schema in new.schemas()))
        done = await database.migrate(migration)
        try:
            expected = migrated(world, new)
        except Stop:
            assert not done, (seed, number, "it should have failed")
            stopped += 1
            await _same_rows(database, world, (seed, number))
            continue
        assert done, (seed, number, database.refusal, [step.sql for step in migration.steps])
        migrations.append(migration)
        world = expected
        tables = [table_of(schema) for schema in world.schemas()]
        assert await database.fresh(first_migration(tables)) == await database.shape(), (seed, number)
        await _same_rows(database, world, (seed, number))
        for thing, row in grow(world, rng):
            await _insert(database, thing, row)
    return migrations, stopped


def _forget_old_renames(world: World, new: World) -> None:
    """A renamedFrom that has been migrated is taken away, as its diagnostic says."""
    before = {thing.number: thing for thing in world.things}
    for thing in new.things:
        old = before.get(thing.number)
        if old is None or (thing.name, thing.slug) == (old.name, old.slug):
            thing.former = None
        keys = {each.number: each.key for each in old.fields} if old else {}
        for each in thing.fields:
            if keys.get(each.number, each.key) == each.key:
                each.former = None


async def _insert(database: Database, thing: Thing, row: Row) -> None:
    table = table_of(thing.schema())
    found, lists = columns_of(thing, row)
    own: dict[str, tuple[str, Any]] = {"id": ("text", row.id), "organization_id": ("text", row.organization)}
    own |= {name: ("text", value) for name, value in SYSTEM.items() if name in _names(table)}
    own |= {"deleted_at": ("timestamp", 9)} if row.deleted else {}
    await database.insert(table.name, own | {name: _null(table, name, type, value) for name, (type, value) in found.items()})
    for link, targets in lists.items():
        for position, target in enumerate(targets):
            entry = {"organization_id": row.organization, "owner_id": row.id, "position": position, "target_id": target}
            await database.insert(link, {name: ("text", value) for name, value in entry.items()})


def _null(table: Table, name: str, type: str, value: Any) -> tuple[str, Any]:
    """Where a document must stand, null is one."""
    return ("text", "null") if value is None and not table.column(name).nullable else (type, value)


def _names(table: Table) -> set[str]:
    return {column.name for column in table.columns}


async def _same_rows(database: Database, world: World, where: object) -> None:
    for thing in world.things:
        table = table_of(thing.schema())
        types = {column.name: column.type for column in table.columns}
        expected: Rows = {}
        for row in world.rows.get(thing.number, []):
            found, lists = columns_of(thing, row)
            expected[row.organization, row.id] = {**{name: value for name, (_, value) in found.items()}, **lists}
        actual: Rows = {}
        for record in await database.rows(table.name, list(types)):
            actual[record["organization_id"], record["id"]] = {
                name: plain(types[name], record[name], table.column(name).nullable) for name in types if name not in SYSTEM_COLUMNS
            }
        for link in table.links:
            for owner in actual.values():
                owner[link.name] = []
            entries = await database.rows(link.name, ["organization_id", "owner_id", "position", "target_id"])
            for entry in sorted(entries, key=lambda entry: int(entry["position"])):
                actual[entry["organization_id"], entry["owner_id"]][link.name].append(entry["target_id"])
        assert expected == actual, where


def step(before: dict[str, Any], now: dict[str, Any]) -> Migration:
    """The second migration of a module whose one entity changes."""
    old, new = (EntitySchema.model_validate({"name": "Item", "namespace": "shop", **each}) for each in (before, now))
    there = replay([first_migration([table_of(old)])])
    return Migration(version=2, name="next", steps=with_sql(there, difference(there, [new]).steps))


async def _began(database: Database, before: dict[str, Any], *rows: dict[str, tuple[str, Any]]) -> None:
    schema = EntitySchema.model_validate({"name": "Item", "namespace": "shop", **before})
    assert await database.migrate(first_migration([table_of(schema)]))
    system = {name: ("text", value) for name, value in SYSTEM.items() if name in _names(table_of(schema))}
    for number, row in enumerate(rows):
        await database.insert("shop_item", {"id": ("text", str(number)), "organization_id": ("text", "a"), **system, **row})


VALUE = {"fields": [{"key": "value", "type": "string"}]}


@pytest.mark.parametrize(
    ("value", "type", "sentence"),
    [
        ("secret", "number", "shop_item.value holds a text that is no number"),
        ("1e400", "number", "shop_item.value holds a text that is no number"),
        ("9007199254740993", "number", "shop_item.value holds a text that is no number"),
        ("1.5", "date", "shop_item.value holds a text that is no integer"),
        ("yes", "boolean", "shop_item.value holds a text other than true and false"),
    ],
)
async def test_a_value_that_does_not_fit_stops_the_migration_with_a_sentence_that_does_not_hold_it(
    database: OnSqlite | OnPostgres, value: str, type: str, sentence: str
) -> None:
    """Semantics 7: what a column holds stands in no message."""
    await _began(database, VALUE, {"value": ("text", value)})

    assert not await database.migrate(step(VALUE, {"fields": [{"key": "value", "type": type}]}))
    assert sentence in database.refusal or value == "1e400" and "out of range" in database.refusal
    assert value not in database.refusal.replace("1e400", "") or value == "1e400"
    assert [{"value": value}] == await database.rows("shop_item", ["value"])


async def test_a_row_without_a_value_stops_what_makes_its_field_required(database: OnSqlite | OnPostgres) -> None:
    await _began(database, VALUE, {"value": ("text", None)})

    assert not await database.migrate(step(VALUE, {"fields": [{"key": "value", "type": "string", "required": True}]}))
    assert "shop_item.value has to be there, and is missing in the row 0: fill it by a RunSql of your own, in front of this step" in database.refusal


async def test_two_rows_of_one_value_stop_what_makes_it_unique(database: OnSqlite | OnPostgres) -> None:
    await _began(database, VALUE, *({"value": ("text", value)} for value in ("same", "other", "same")))

    assert not await database.migrate(step(VALUE, {"fields": [{"key": "value", "type": "string", "unique": True}]}))
    assert (
        "shop_item may have each value once, and 0 and 2 have the same: change one of each by a RunSql of your own, in front of this step"
        in database.refusal
    )
    assert "same" not in database.refusal.replace("have the same", "")
    assert (
        await database.fresh(first_migration([table_of(EntitySchema.model_validate({"name": "Item", "namespace": "shop", **VALUE}))]))
        == await database.shape()
    )
    assert ["other", "same", "same"] == sorted(row["value"] for row in await database.rows("shop_item", ["value"]))


async def test_rows_that_no_longer_fit_are_named_by_their_ids_and_their_values_are_not(database: OnSqlite | OnPostgres) -> None:
    """Semantics 7: what a column holds stands in no message. Five rows are named, of however many."""
    await _began(database, VALUE, *({"value": ("text", f"secret {number}")} for number in range(7)), {"value": ("text", "fine")})
    narrower = {"fields": [{"key": "value", "type": "string", "validators": [{"maxLength": 4}]}]}

    assert not await database.migrate(step(VALUE, narrower))
    assert "shop_item.value must have at most 4 characters, and is something else in the rows 0, 1, 2, 3, 4, and maybe others" in database.refusal
    assert "secret" not in database.refusal
    assert not await database.migrate(step({**VALUE, "idPrefix": "old"}, {**VALUE, "idPrefix": "item"}))
    assert "shop_item.id must match ^item_" in database.refusal


async def test_a_list_that_has_too_many_entries_stops_the_migration(database: OnSqlite | OnPostgres) -> None:
    def tags(**bound: int) -> dict[str, Any]:
        asked = [{name: argument} for name, argument in bound.items()]
        return {"fields": [{"key": "tags", "type": "ref[]", "refEntity": "Tag", "validators": asked}]}

    await _began(database, tags(), {}, {}, {})
    for owner, position in (("1", 0), ("2", 0), ("2", 1)):
        entry = {"organization_id": "a", "owner_id": owner, "position": position, "target_id": f"tag_{position}"}
        await database.insert("shop_item__tags", {name: ("text", value) for name, value in entry.items()})

    assert not await database.migrate(step(tags(), tags(maxLength=1)))
    assert "shop_item.tags must have at most 1 entries, and is something else in the row 2" in database.refusal
    assert not await database.migrate(step(tags(), tags(minLength=1)))
    assert "in the row 0:" in database.refusal
    assert await database.migrate(step(tags(), tags(maxLength=2)))


async def test_rows_that_become_versioned_stand_where_their_events_have_come_to(database: OnSqlite | OnPostgres) -> None:
    before = {**VALUE, "versioned": False}
    await _began(database, before, {"value": ("text", "a")}, {"value": ("text", "b")})
    for version in (1, 2, 3):
        event: dict[str, tuple[str, Any]] = {"organization_id": ("text", "a"), "aggregate_id": ("text", "1"), "version": ("integer", version)}
        rest = [column for column in EVENTS.columns if not column.nullable and column.name not in (*event, "position")]
        event |= {column.name: (column.type, f"{version}" if column.type == "text" else version > 1) for column in rest}
        await database.insert("coregen_events", event)
    assert await database.migrate(step(before, VALUE))

    assert {"0": 1, "1": 3} == {row["id"]: row["version"] for row in await database.rows("shop_item", ["id", "version"])}


async def test_a_key_that_a_person_chose_is_changed(database: OnSqlite | OnPostgres) -> None:
    schema = EntitySchema.model_validate({"name": "Item", "namespace": "shop", **VALUE})
    first = first_migration([table_of(schema)])
    tables = {name: table.model_copy(update={"primary_key": ("id",)}) for name, table in replay([first]).items()}
    assert await database.migrate(first.model_copy(update={"steps": with_sql({}, tables.values())}))
    assert await database.migrate(Migration(version=2, name="key", steps=with_sql(tables, difference(tables, [schema]).steps)))

    assert await database.fresh(first) == await database.shape()


def ugly(project_root: Path) -> list[EntitySchema]:
    """Entities with the names of tests/cases/ugly_names: a third of the columns and a sixth of the tables, for each rename reads the whole schema."""
    folder = project_root / "tests/cases/ugly_names/attic"
    sys.path.insert(0, str(folder))
    try:
        module = runpy.run_path(str(folder / "definition.py"))["module"]
    finally:
        sys.path.remove(str(folder))
    own = {"namespace": module.id, "indexes": (), "unique_constraints": ()}
    many = [schema.model_copy(update={**own, "fields": schema.fields[::3]}) for schema in module.entities if len(schema.fields) > 60]
    return [*many, *[schema.model_copy(update=own) for schema in module.entities if len(schema.fields) <= 60][::6]]


async def test_ugly_names_are_renamed_dropped_added_and_cast(database: OnSqlite | OnPostgres, project_root: Path) -> None:
    first = ugly(project_root)
    renamed = [_with_fields(schema, lambda field: {"key": f"{field.key} ßX", "renamed_from": field.key}) for schema in first]
    entities = [schema.model_copy(update={"name": f"{schema.name}2", "slug": None, "renamed_from": schema.slug or schema.name}) for schema in renamed]
    kept = [tuple(field for number, field in enumerate(schema.fields) if field.required or number % 2) for schema in first]
    half = [schema.model_copy(update={"fields": fields, "indexes": (), "unique_constraints": ()}) for schema, fields in zip(first, kept, strict=True)]
    cast = [_with_fields(schema, lambda field: {"type": FieldType.JSON} if field.type is FieldType.STRING else {}) for schema in first]
    filled = [_with_fields(schema, lambda field: {"default": "it's: {c}"} if field.type is FieldType.STRING else {}) for schema in first]
    migrations: list[Migration] = []
    for number, schemas in enumerate((first, renamed, entities, first, half, filled, cast), start=1):
        there = replay(migrations)
        schemas = [schema.model_copy(update={"renamed_from": f"{schema.name}2"}) if number == 4 else schema for schema in schemas]
        back = [_with_fields(schema, lambda field: {"renamed_from": f"{field.key} ßX"}) if number == 4 else schema for schema in schemas]
        found = difference(there, back)
        assert () == found.problems
        assert bool(found.losses) == (number == 5 or number == 4 and any("values" in loss.what for loss in found.losses)), (number, found.losses)
        migrations.append(Migration(version=number, name="ugly", steps=with_sql(there, found.steps)))
        assert await database.migrate(migrations[-1]), (number, database.refusal)
        assert await database.fresh(first_migration([table_of(schema) for schema in schemas])) == await database.shape(), number


def _with_fields(schema: EntitySchema, change: Callable[[FieldSchema], Mapping[str, Any]]) -> EntitySchema:
    fields = tuple(field.model_copy(update=dict(change(field))) for field in schema.fields)
    new = dict(zip((field.key for field in schema.fields), (field.key for field in fields), strict=True))
    keys = {name: tuple(tuple(new.get(key, key) for key in group) for group in getattr(schema, name)) for name in ("indexes", "unique_constraints")}
    return schema.model_copy(update={"fields": fields, **keys})


PLACE: dict[str, Any] = {"key": "place", "type": "geo.point", "indexed": True}
NAME: dict[str, Any] = {"key": "name", "type": "string"}


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ([NAME, {**PLACE, "indexed": False}], {"fields": [NAME, PLACE]}),
        ([NAME, PLACE], {"fields": [NAME, {**PLACE, "indexed": False}]}),
        ([NAME, PLACE], {"fields": [NAME, PLACE], "indexes": [["name", "place"]]}),
        ([NAME, PLACE], {"fields": [NAME, {**PLACE, "indexed": False}], "indexes": [["place", "name"]]}),
        ([NAME, PLACE], {"fields": [NAME, {**PLACE, "unique": True}]}),
        ([NAME, PLACE], {"fields": [NAME, {**PLACE, "key": "select", "renamedFrom": "place"}]}),
        ([NAME, PLACE], {"fields": [{**PLACE, "key": "name", "renamedFrom": "place"}, {**NAME, "key": "label", "renamedFrom": "name"}]}),
        ([NAME, PLACE], {"fields": [NAME, {**PLACE, "type": "json"}]}),
        ([NAME, {**PLACE, "type": "json"}], {"fields": [NAME, PLACE]}),
        ([NAME, PLACE], {"fields": [NAME, {**PLACE, "required": True, "default": {"lat": 1, "lng": 2}}]}),
        ([NAME, {**PLACE, "required": True}], {"fields": [NAME, PLACE], "softDelete": False}),
        ([NAME, PLACE], {"fields": [NAME]}),
    ],
)
async def test_an_index_of_a_point_goes_where_its_field_goes(
    database: OnSqlite | OnPostgres, before: list[dict[str, Any]], now: dict[str, Any]
) -> None:
    point = ("geo.point", {"lat": 52.5, "lng": 13.4})
    await _began(database, {"fields": before}, {"name": ("text", "x"), "place": point})
    assert await database.migrate(step({"fields": before}, now)), database.refusal
    schema = EntitySchema.model_validate({"name": "Item", "namespace": "shop", **now})

    assert await database.fresh(first_migration([table_of(schema)])) == await database.shape()
    for field in schema.fields:
        if field.type is FieldType.GEO_POINT and before[1]["type"] == "geo.point":
            column = snake_case(field.key)
            assert [point[1]] == [json.loads(row[column]) for row in await database.rows("shop_item", [column])]


@pytest.mark.parametrize("seed", [1, 2])
async def test_a_walk_on_sqlite_keeps_shape_and_rows(seed: int) -> None:
    database = OnSqlite()
    ran, _ = await walk(database, seed, 40)
    database.connection.close()

    assert 20 <= len(ran)


async def test_a_walk_on_postgres_keeps_shape_and_rows(postgres_database: OnPostgres) -> None:
    """Among its steps are all that coregen makes, and names that change places."""
    ran, _ = await walk(postgres_database, 4, 40)
    steps = [step for migration in ran for step in migration.steps]

    assert 20 <= len(ran)
    assert {each for each in get_args(get_args(Step)[0]) if each is not RunSql} == {type(step) for step in steps}
    assert any(isinstance(step, RenameTable | RenameColumn) and step.to == "coregen_aside" for step in steps)


@pytest.mark.nightly
@pytest.mark.parametrize("seed", range(100, 160))
async def test_long_walks_on_sqlite_keep_shape_and_rows(seed: int) -> None:
    database = OnSqlite()
    ran, stopped = await walk(database, seed, 150)
    database.connection.close()

    assert 60 <= len(ran)
    assert 1 <= stopped


@pytest.mark.nightly
@pytest.mark.parametrize("seed", range(200, 220))
async def test_long_walks_on_postgres_keep_shape_and_rows(postgres_database: OnPostgres, seed: int) -> None:
    ran, stopped = await walk(postgres_database, seed, 150)

    assert 60 <= len(ran)
    assert 1 <= stopped
