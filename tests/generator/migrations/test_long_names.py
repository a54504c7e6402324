"""Names that are longer than a database takes, and the same up to there: each table, column and index has one of its own, and keeps it through migrations."""

from __future__ import annotations

from typing import Any

import pytest

from coregen.resolve.difference import difference
from coregen.resolve.migrations import first_migration, replay, with_sql
from coregen_runtime.entity.schema import EntitySchema
from coregen_runtime.module.migration import CreateTable, Migration
from coregen_runtime.repository.table import table_of

from .databases import OnPostgres, OnSqlite

LONG = ["TheNameOfAThing" * 8, "größerAlsJederName" * 8]


def entities(start: str, ends: str, was: str = "") -> list[EntitySchema]:
    """Two entities whose names, and whose fields' keys, differ in the last letter alone. With `was`, all of them had that end before the letter."""

    def named(name: str, end: str) -> dict[str, Any]:
        return {"renamedFrom": f"{name}{was}{end}"} if was else {}

    def fields(owner: str) -> list[dict[str, Any]]:
        return [
            {"key": f"{start}{ends}{end}{kind}", **named(start, f"{end}{kind}"), **own}
            for end in "ab"
            for kind, own in (
                ("X", {"type": "string", "unique": True}),
                ("Y", {"type": "money"}),
                ("Z", {"type": "ref[]", "refEntity": owner}),
                ("P", {"type": "geo.point", "indexed": True}),
            )
        ]

    return [
        EntitySchema.model_validate(
            {"name": f"{start}{ends}{end}", "namespace": "shop" * 10, **named(start, end), "fields": fields(f"{start}{ends}{end}")}
        )
        for end in "ab"
    ]


def names(migration: Migration) -> list[str]:
    tables = [step for step in migration.steps if isinstance(step, CreateTable)]
    return [table.table for table in tables] + [index.name for table in tables for index in table.indexes]


@pytest.mark.parametrize("start", LONG)
async def test_long_names_are_told_apart_by_both_databases_and_renamed(database: OnSqlite | OnPostgres, start: str) -> None:
    before, now = entities(start, "Old"), entities(start, "New", was="Old")
    first = first_migration(map(table_of, before))
    assert await database.migrate(first), database.refusal
    there = replay([first])
    found = difference(there, now)
    made = with_sql(there, found.steps)

    assert ((), ()) == (found.problems, found.losses)
    assert len(set(names(first))) == len(names(first))
    assert all(len(name.encode()) <= 63 for name in names(first))
    assert await database.migrate(Migration(version=2, name="next", steps=made)), database.refusal
    assert await database.fresh(first_migration(map(table_of, now))) == await database.shape()


@pytest.mark.parametrize("start", LONG)
async def test_rows_under_long_names_stay_with_their_fields_when_others_go(database: OnSqlite | OnPostgres, start: str) -> None:
    before = entities(start, "Old")
    now = [schema.model_copy(update={"fields": tuple(each for each in schema.fields if each.key[-2] == "b")}) for schema in before]
    first = first_migration(map(table_of, before))
    assert await database.migrate(first), database.refusal
    for schema in before:
        table = table_of(schema)
        own = {column.name: (column.type, column.of.key[-2]) for column in table.columns if column.of is not None and column.of.key[-1] == "X"}
        system: dict[str, Any] = {"id": "1", "organization_id": "o", "created_at": 5, "updated_at": 6, "version": 1, "meta": "{}"}
        await database.insert(table.name, {name: ("text", value) for name, value in system.items()} | own)
    there = replay([first])
    steps = with_sql(there, difference(there, now).steps)

    assert await database.migrate(Migration(version=2, name="next", steps=steps)), database.refusal
    assert await database.fresh(first_migration(map(table_of, now))) == await database.shape()
    for schema in now:
        [column] = [column.name for column in table_of(schema).columns if column.of is not None and column.of.key[-1] == "X"]
        assert [{column: "b"}] == await database.rows(table_of(schema).name, [column])
