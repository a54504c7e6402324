"""The first migration, replaying it, and noticing that entities and migrations disagree."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from coregen.resolve.migrations import first_migration, migration_drift, replay
from coregen_runtime.entity.schema import FieldSchema, FieldType
from coregen_runtime.module.migration import Migration, RunSql
from coregen_runtime.repository.table import Table

Changed = Callable[[Mapping[str, object]], Table]


def test_the_first_migration_makes_every_table_and_link_table_by_name(every_type: Table) -> None:
    migration = first_migration([every_type])

    assert ["shop_order", "shop_order__tags"] == [step.table for step in replay([migration]).values()]
    assert (1, "initial") == (migration.version, migration.name)


def test_replaying_the_steps_gives_the_tables_that_the_repository_reads(every_type: Table) -> None:
    [order, _] = replay([first_migration([every_type])]).values()

    assert [(each.name, each.type, each.nullable) for each in every_type.columns] == [(each.name, each.type, each.nullable) for each in order.columns]
    assert every_type.primary_key == order.primary_key
    assert [(each.name, each.columns, each.unique, each.active_only) for each in every_type.indexes] == [
        (each.name, each.columns, each.unique, each.active_only) for each in order.indexes
    ]


def test_a_migration_survives_being_written_as_data(every_type: Table) -> None:
    migration = first_migration([every_type])

    assert migration == Migration.model_validate_json(migration.model_dump_json())


def test_entities_and_migrations_that_agree_have_no_drift(every_type: Table) -> None:
    data_fix = Migration(version=2, name="fill", steps=[RunSql(summary="fill", sql={"sqlite": ["UPDATE shop_order SET gift = 0"]})])

    assert () == migration_drift([data_fix, first_migration([every_type])], [every_type])


def test_the_order_of_fields_is_no_drift(table: Changed) -> None:
    first, second = FieldSchema(key="a", type=FieldType.STRING, indexed=True), FieldSchema(key="b", type=FieldType.STRING, unique=True)

    assert () == migration_drift(
        [first_migration([table({"fields": (first, second), "unique_constraints": ()})])],
        [table({"fields": (second, first), "unique_constraints": ()})],
    )


def test_what_changed_since_the_migrations_is_named_part_by_part(table: Changed) -> None:
    before = (
        FieldSchema(key="name", type=FieldType.STRING),
        FieldSchema(key="code", type=FieldType.STRING, unique=True),
        FieldSchema(key="old", type=FieldType.STRING),
        FieldSchema(key="tags", type=FieldType.REFS, ref_entity="Tag"),
    )
    after = (
        FieldSchema(key="name", type=FieldType.STRING, required=True),
        FieldSchema(key="code", type=FieldType.STRING),
        FieldSchema(key="price", type=FieldType.MONEY),
        FieldSchema(key="notes", type=FieldType.REFS, ref_entity="Note"),
    )
    migrations = [first_migration([table({"fields": before, "unique_constraints": ()})])]

    assert (
        "column shop_order.name is text, not null now, and text in the migrations",
        "the migrations give column shop_order.old, which no entity has",
        "no migration adds column shop_order.price_amount (integer)",
        "no migration adds column shop_order.price_currency (text)",
        "the migrations give index shop_order.shop_order__code__key, which no entity has",
        "no migration creates table shop_order__notes",
        "the migrations create table shop_order__tags, which no entity has",
    ) == migration_drift(migrations, [table({"fields": after, "unique_constraints": ()})])


def test_a_switch_that_removes_columns_is_drift(table: Changed) -> None:
    fields = (FieldSchema(key="code", type=FieldType.STRING, unique=True),)
    before, after = table({"fields": fields, "unique_constraints": ()}), table({"fields": fields, "unique_constraints": (), "soft_delete": False})

    assert (
        "the migrations give column shop_order.deleted_at, which no entity has",
        "index shop_order.shop_order__code__key is unique (organization_id, code) now, and unique (organization_id, code) of active rows in the migrations",
    ) == migration_drift([first_migration([before])], [after])


def test_a_table_that_two_migrations_create_cannot_be_replayed(every_type: Table) -> None:
    migrations = [first_migration([every_type]), first_migration([every_type]).model_copy(update={"version": 2, "name": "again"})]

    with pytest.raises(ValueError, match=r"migration 2 \(again\) creates table shop_order, which an earlier one created"):
        replay(migrations)
    assert ("migration 2 (again) creates table shop_order, which an earlier one created",) == migration_drift(migrations, [every_type])
