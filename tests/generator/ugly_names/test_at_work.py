"""Every entity of ugly names, on SQLite and PostgreSQL, through the messages that sync wrote: each value comes back exactly, under its wire name."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from coregen.naming import entity_classes, plural
from coregen_adapters.app import App
from coregen_runtime import EntitySchema, FieldSchema, FieldType, NotFoundError, SortSpec, SystemContext
from coregen_runtime.entity.fields import row
from coregen_runtime.primitives.model import wire_names
from coregen_runtime.repository.table import stored_fields, table_of
from tests.chinook.driver import wire_values
from tests.runtime.adapters.postgres import kept

UNORDERED = (FieldType.JSON, FieldType.REFS, FieldType.GEO_POINT, FieldType.GEO_POLYGON, FieldType.GEO_LINESTRING)


@pytest.fixture(params=["sqlite", "postgresql"])
async def ctx(request: pytest.FixtureRequest, shop: Any, tmp_path: Path) -> AsyncIterator[SystemContext]:
    database = f"sqlite:///{tmp_path}/rows.db" if request.param == "sqlite" else (await kept("ugly names"))[0]
    async with App(modules=[shop.attic.module, shop.cellar.module], database=database) as app:
        yield app.context(organization="org_1", actor="user_1")


def schemas(package: Any) -> list[EntitySchema]:
    return list(package.module.manifest.entities)


def named(package: Any, schema: EntitySchema, verb: str) -> Any:
    """The class of a message: `CreatePerson2_2`."""
    name = entity_classes(each.name for each in schemas(package))[schema.name]
    return getattr(package, f"{verb}{plural(name) if verb == 'List' else name}")


def wire(model: Any) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(model.model_dump_json(by_alias=True))
    return data


async def made(package: Any, ctx: SystemContext, schema: EntitySchema, ids: Mapping[str, str], number: int) -> tuple[Any, dict[str, Any]]:
    """An entity, and the values by wire name that it was given."""
    create = named(package, schema, "Create")
    takes = set(wire_names(create).values())
    given = {key: value for key, value in wire_values(schema, ids, number).items() if key in takes}
    return await ctx.dispatch(create.model_validate_json(json.dumps(given))), given


async def everything(shop: Any, ctx: SystemContext) -> list[tuple[Any, EntitySchema, Any, dict[str, Any]]]:
    """One of each entity; what refers to an earlier one has its id."""
    ids: dict[str, str] = {}
    found = []
    for package in (shop.attic, shop.cellar):
        for schema in schemas(package):
            entity, given = await made(package, ctx, schema, ids, 1)
            ids[schema.qualified_name] = entity.id
            found.append((package, schema, entity, given))
    return found


async def test_every_value_comes_back_under_its_wire_name(shop: Any, ctx: SystemContext) -> None:
    for package, schema, entity, given in await everything(shop, ctx):
        again = await ctx.query(named(package, schema, "Get")(id=entity.id))
        keys = {field.key for field in schema.fields}

        assert entity == again
        assert given == {key: wire(again)[key] for key in given}
        assert keys <= set(wire(again))


async def test_every_field_filters_and_orders(shop: Any, ctx: SystemContext) -> None:
    asked = 0
    for package, schema, entity, given in await everything(shop, ctx):
        listing = named(package, schema, "List")
        for field in stored_fields(schema):
            if field.key in given and "eq" in row(field).filter_ops:
                page = await ctx.query(listing(filter={field.key: condition(field, given[field.key])}, total=False))
                asked += 1

                assert [entity.id] == [each.id for each in page.data], (schema.name, field.key)
            if field.type not in UNORDERED:
                page = await ctx.query(listing(sort=(SortSpec(field=field.key, direction="desc"),), total=False))

                assert [entity.id] == [each.id for each in page.data], (schema.name, field.key)

    assert 700 < asked


def condition(field: FieldSchema, value: Any) -> Any:
    return {"eq": value} if field.type in (FieldType.JSON, FieldType.REFS) else value


async def test_every_entity_changes_and_goes(shop: Any, ctx: SystemContext) -> None:
    for package, schema, entity, _ in await everything(shop, ctx):
        update, get = named(package, schema, "Update"), named(package, schema, "Get")
        takes = set(wire_names(update).values())
        changed = {key: value for key, value in wire_values(schema, {}, 2).items() if key in takes}
        version = {"expectedVersion": 1} if schema.versioned else {}
        after = await ctx.dispatch(update.model_validate_json(json.dumps({"id": entity.id, **version, **changed})))

        assert changed == {key: wire(after)[key] for key in changed}

        await ctx.dispatch(named(package, schema, "Delete")(id=entity.id))
        with pytest.raises(NotFoundError):
            await ctx.query(get(id=entity.id))


async def test_a_machine_runs_through_states_and_events_of_any_name(shop: Any, ctx: SystemContext) -> None:
    attic = shop.attic
    entity = await ctx.dispatch(attic.CreateTransition(name="n"))
    move = attic.TransitionTransition
    options = await ctx.query(attic.GetTransitionTransitions(id=entity.id))
    states = []
    for event in ("", "class", "None"):
        entity = await ctx.dispatch(move(id=entity.id, event=event))
        states.append((wire(entity)["the-state"], entity.name))

    assert ["", "go on"] == [each.event for each in options.events]
    assert [("None", "a b"), ("None", "a b"), ("mro", "a b")] == states


async def test_two_machines_of_one_entity_with_ugly_states(shop: Any, ctx: SystemContext) -> None:
    attic = shop.attic
    order = await ctx.dispatch(attic.CreateOrder())
    order = await ctx.dispatch(attic.TransitionOrder(id=order.id, event="e\u0301"))
    order = await ctx.dispatch(attic.TransitionOrderType(id=order.id, event="A"))

    assert ("\u00e9", "a") == (wire(order)["status"], wire(order)["Type"])


def test_no_two_tables_columns_or_indexes_have_one_name(shop: Any) -> None:
    tables = [table_of(schema) for package in (shop.attic, shop.cellar) for schema in schemas(package)]
    tables += [link.table for table in tables for link in table.links]
    relations = [name.lower() for table in tables for name in (table.name, *(index.name for index in table.indexes))]

    assert sorted(set(relations)) == sorted(relations)
    for table in tables:
        columns = [column.name.lower() for column in table.columns]

        assert sorted(set(columns)) == sorted(columns)
        assert all(len(name.encode()) <= 63 for name in (table.name, *columns, *(index.name for index in table.indexes)))


def test_no_two_entities_have_one_event_type(shop: Any) -> None:
    for package in (shop.attic, shop.cellar):
        created = [type for type in package.module.manifest.events if type.endswith(".created")]

        assert len(schemas(package)) == len(set(created))
