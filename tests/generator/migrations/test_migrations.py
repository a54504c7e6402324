"""The first migration, replaying migrations, and the steps from one state of a definition to the next."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from coregen.resolve.difference import Difference, difference
from coregen.resolve.migrations import after, alike, first_migration, replay, wanted, with_sql
from coregen.resolve.wording import migration_name, sentence
from coregen_runtime.entity.schema import EntitySchema
from coregen_runtime.module.migration import (
    AddColumn,
    AlterColumn,
    AlterTable,
    ChangeRows,
    CheckRows,
    Column,
    CreateIndex,
    DropColumn,
    DropIndex,
    DropTable,
    Migration,
    NoteTable,
    RenameColumn,
    RenameIndex,
    RenameTable,
    RunSql,
    Step,
)
from coregen_runtime.repository.table import Table, table_of

Changed = Callable[[Mapping[str, object]], Table]
NAME = {"key": "name", "type": "string"}


def entity(*fields: Mapping[str, Any], **own: Any) -> EntitySchema:
    return EntitySchema.model_validate({"name": "Product", "namespace": "shop", "fields": [*fields], **own})


def between(before: EntitySchema | list[EntitySchema], now: EntitySchema | list[EntitySchema]) -> Difference:
    old, new = ([each] if isinstance(each, EntitySchema) else each for each in (before, now))
    return difference(wanted(map(table_of, old)), new)


def changes(found: Difference) -> list[AddColumn | AlterColumn | DropColumn]:
    """The changes of the one step that the difference has."""
    [step] = found.steps
    assert isinstance(step, AlterTable)
    return list(step.changes)


def noted(found: Difference) -> list[tuple[str, str | None]]:
    """The columns that the last step notes, each with the key of its field."""
    *_, step = found.steps
    assert isinstance(step, NoteTable)
    return [(column.name, column.key) for column in step.columns]


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


def test_an_index_of_a_point_says_so_and_one_from_before_that_is_made_anew() -> None:
    place = {"key": "place", "type": "geo.point", "indexed": True}
    [table] = wanted([table_of(entity(place))]).values()
    [index] = table.indexes
    before = {table.table: table.model_copy(update={"indexes": (index.model_copy(update={"points": ()}),)})}
    dropped, made = difference(before, [entity(place)]).steps

    assert ("place",) == tuple(index.points)
    assert DropIndex(table=table.table, index=index.name, sql={}) == dropped
    assert CreateIndex(table=table.table, index=index, sql={}) == made


def test_a_migration_survives_being_written_as_data(every_type: Table) -> None:
    migration = first_migration([every_type])
    found = between(
        entity(NAME, {"key": "old", "type": "ref", "refEntity": "Product"}),
        entity({"key": "title", "type": "number", "renamedFrom": "name"}, {"key": "old", "type": "ref[]", "refEntity": "Product"}, softDelete=False),
    )
    next = Migration(version=2, name="change", steps=found.steps)

    assert migration == Migration.model_validate_json(migration.model_dump_json())
    assert next == Migration.model_validate_json(next.model_dump_json())


def test_entities_and_migrations_that_agree_have_no_difference(every_type: Table) -> None:
    data_fix = Migration(version=2, name="fill", steps=[RunSql(summary="fill", sql={"sqlite": ["UPDATE shop_order SET gift = 0"]})])

    assert alike(wanted([every_type]), replay([data_fix, first_migration([every_type])]))


def test_the_order_of_fields_makes_no_difference() -> None:
    first, second = {"key": "a", "type": "string", "indexed": True}, {"key": "b", "type": "string", "unique": True}

    assert Difference() == between(entity(first, second), entity(second, first))


def test_a_new_field_is_a_column_and_rows_that_are_there_get_its_default() -> None:
    now = entity(
        NAME, {"key": "colour", "type": "string"}, {"key": "price", "type": "money", "required": True, "default": {"amount": 1, "currency": "EUR"}}
    )

    assert [
        AddColumn(column=Column(name="colour", type="text", key="colour")),
        AddColumn(column=Column(name="price_amount", type="integer", nullable=False, key="price"), value=1),
        AddColumn(column=Column(name="price_currency", type="text", nullable=False, key="price"), value="EUR"),
    ] == changes(between(entity(NAME), now))


@pytest.mark.parametrize("default", [{}, {"default": {"factory": "shop.catalog.handlers:colour"}}])
def test_a_new_required_field_without_a_value_for_rows_that_are_there_is_refused(default: Mapping[str, Any]) -> None:
    found = between(entity(NAME), entity(NAME, {"key": "colour", "type": "string", "required": True, **default}))

    assert ((), ["MIGRATION-VALUE"]) == (found.steps, [problem.code for problem in found.problems])
    assert ("entities", 0, "fields", 1) == found.problems[0].loc


def test_a_field_that_becomes_required_is_filled_from_its_default_or_stops_where_a_row_has_none() -> None:
    required = Column(name="name", type="text", nullable=False, key="name")

    assert [AlterColumn(column=required, value="none")] == changes(between(entity(NAME), entity({**NAME, "required": True, "default": "none"})))
    found = between(entity(NAME), entity({**NAME, "required": True}))

    assert ["checkRows", "alterTable"] == [step.op for step in found.steps]
    assert [AlterColumn(column=required)] == changes(Difference(found.steps[1:]))


def test_a_dropped_field_says_what_it_loses_and_what_it_may_be_called_now() -> None:
    found = between(entity(NAME, {"key": "unitWeight", "type": "number"}), entity(NAME, {"key": "mass", "type": "number"}))

    assert "the values of shop_product.unit_weight" == found.losses[0].what
    assert 'if it is "mass" now, give that field renamedFrom: "unitWeight"' == found.losses[0].instead


def test_money_that_goes_is_one_loss_of_two_columns() -> None:
    found = between(entity(NAME, {"key": "price", "type": "money"}), entity(NAME))

    assert ["price_amount", "price_currency"] == [change.column for change in changes(found) if isinstance(change, DropColumn)]
    assert ["the values of shop_product.price"] == [loss.what for loss in found.losses]


def test_a_renamed_field_takes_its_columns_and_its_index_along_and_loses_nothing() -> None:
    before = entity({**NAME, "unique": True}, {"key": "price", "type": "money"})
    now = entity({"key": "title", "type": "string", "unique": True, "renamedFrom": "name"}, {"key": "cost", "type": "money", "renamedFrom": "price"})
    found = between(before, now)

    assert () == found.losses
    assert [
        RenameColumn(table="shop_product", column="name", to="title", sql={}),
        RenameColumn(table="shop_product", column="price_amount", to="cost_amount", sql={}),
        RenameColumn(table="shop_product", column="price_currency", to="cost_currency", sql={}),
        RenameIndex(table="shop_product", index="shop_product__name__key", to="shop_product__title__key", sql={}),
    ] == list(found.steps[:-1])
    assert [("title", "title"), ("cost_amount", "cost"), ("cost_currency", "cost")] == noted(found)


def test_a_renamed_entity_takes_its_tables_lists_and_indexes_along() -> None:
    fields: list[Mapping[str, Any]] = [{**NAME, "indexed": True}, {"key": "tags", "type": "ref[]", "refEntity": "Tag"}]
    found = between(entity(*fields), entity(*fields, name="Article", renamedFrom="Product"))

    assert () == found.losses
    assert [("shop_product", "shop_article"), ("shop_product__tags", "shop_article__tags")] == [
        (step.table, step.to) for step in found.steps if isinstance(step, RenameTable)
    ]
    assert ["shop_article__name__idx", "shop_article__tags__target"] == [step.to for step in found.steps if isinstance(step, RenameIndex)]


@pytest.mark.parametrize("former", ["Product", "goods"])
def test_another_slug_is_a_rename_from_the_name_or_slug_before(former: str) -> None:
    before = entity(NAME, slug=None if former == "Product" else former)

    assert ["renameTable"] == [step.op for step in between(before, entity(NAME, slug="ware", renamedFrom=former)).steps]


def test_a_rename_that_has_been_migrated_may_stay_in_the_definition() -> None:
    now = entity({"key": "title", "type": "string", "renamedFrom": "name"})

    assert Difference() == between(now, now)
    assert ["addColumn"] == [change.op for change in changes(between(now, entity(*now.model_dump(mode="json", by_alias=True)["fields"], NAME)))]


def test_one_name_may_be_left_and_taken_in_one_change() -> None:
    before = entity({"key": "a", "type": "string"}, {"key": "b", "type": "string"})
    now = entity({"key": "b", "type": "string", "renamedFrom": "a"}, {"key": "c", "type": "string", "renamedFrom": "b"})

    assert [("b", "c"), ("a", "b")] == [(step.column, step.to) for step in between(before, now).steps if isinstance(step, RenameColumn)]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ([{"key": "title", "type": "string", "renamedFrom": "nmae"}], 'the migrations know nothing that was called "nmae"'),
        ([{"key": "sku", "type": "string", "renamedFrom": "name"}], 'shop_product has sku and name too, so "renamedFrom": "name" does not say'),
        (
            [{"key": "title", "type": "string", "renamedFrom": "name"}, {"key": "label", "type": "string", "renamedFrom": "name"}],
            'two say that they were called "name"',
        ),
    ],
)
def test_a_rename_that_is_not_clear_is_refused(fields: list[Mapping[str, Any]], message: str) -> None:
    found = between(entity(NAME, {"key": "sku", "type": "string"}), entity(*fields))

    assert ("MIGRATION-RENAME", ()) == (found.problems[0].code, found.steps)
    assert message in found.problems[0].message


def test_a_reference_that_becomes_a_list_and_back_keeps_its_values() -> None:
    one, many = ({"key": "tag", "type": type, "refEntity": "Tag"} for type in ("ref", "ref[]"))
    there, back = between(entity(NAME, one), entity(NAME, many)), between(entity(NAME, many), entity(NAME, one))

    assert ((), ()) == (there.losses, back.losses)
    assert [DropIndex, "createTable", ChangeRows, AlterTable] == [type(step) if step.op != "createTable" else step.op for step in there.steps]
    assert [AlterTable, ChangeRows, DropTable, CreateIndex] == [type(step) for step in back.steps]


def test_what_is_no_value_of_the_new_type_goes_and_is_a_loss() -> None:
    found = between(entity({"key": "place", "type": "geo.point"}), entity({"key": "place", "type": "number"}))

    assert ["the values of shop_product.place (geo.point, and number from now on)"] == [loss.what for loss in found.losses]
    assert [True] == [bool(change.loses) for change in changes(found) if isinstance(change, AlterColumn)]


def test_switches_bring_columns_with_values_and_take_them_away_with_their_rows() -> None:
    plain = entity({**NAME, "unique": True}, softDelete=False, timestamps=False, versioned=False)
    on, off = between(plain, entity({**NAME, "unique": True})), between(entity({**NAME, "unique": True}), plain)
    added = {
        change.column.name: change.fill
        for step in on.steps
        if isinstance(step, AlterTable)
        for change in step.changes
        if isinstance(change, AddColumn)
    }

    assert {"created_at": "now", "updated_at": "now", "deleted_at": None, "version": "version"} == added
    assert ["dropIndex", "alterTable", "createIndex"] == [step.op for step in on.steps]
    assert "the rows of shop_product that are deleted" in [loss.what for loss in off.losses]
    assert {"created_at", "updated_at", "version"} == {loss.what.rpartition(".")[2] for loss in off.losses if "values" in loss.what}


def test_an_entity_that_goes_takes_its_tables_and_a_new_one_that_is_like_it_is_named() -> None:
    found = between([entity(NAME), entity(NAME, name="Other")], [entity(NAME, name="Other"), entity(NAME, name="Article")])

    assert ["the table shop_product with its rows"] == [loss.what for loss in found.losses]
    assert "if it is Article now, give that entity renamedFrom" in found.losses[0].instead


def test_a_table_that_two_migrations_create_cannot_be_replayed(every_type: Table) -> None:
    migrations = [first_migration([every_type]), first_migration([every_type]).model_copy(update={"version": 2, "name": "again"})]

    with pytest.raises(ValueError, match=r"migration 2 \(again\) creates table shop_order, which an earlier one created"):
        replay(migrations)


@pytest.mark.parametrize(
    ("step", "message"),
    [
        (DropTable(table="shop_none", sql={}), "changes table shop_none, which is not there"),
        (RenameTable(table="shop_product", to="shop_product", sql={}), "renames shop_product to shop_product, which is there already"),
        (RenameColumn(table="shop_product", column="nmae", to="x", sql={}), "changes shop_product.nmae, which is not there"),
        (RenameColumn(table="shop_product", column="name", to="id", sql={}), "adds shop_product.id, which is there already"),
        (DropIndex(table="shop_product", index="x", sql={}), "changes shop_product.x, which is not there"),
        (AlterTable(table="shop_product", changes=[DropColumn(column="name")], sql={}), "that the index shop_product__name__idx is over"),
    ],
)
def test_a_step_that_cannot_be_done_says_why(step: Step, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        after(wanted([table_of(entity({**NAME, "indexed": True}))]), step)


@pytest.mark.parametrize(
    ("now", "name", "says"),
    [
        (entity(NAME, {"key": "colour", "type": "string"}), "add_colour_to_product", "Adds shop_product.colour"),
        (entity({**NAME, "type": "json"}), "change_name_of_product", "Makes shop_product.name json"),
        (entity({"key": "title", "type": "string", "renamedFrom": "name"}), "rename_name_to_title_in_product", "Renames shop_product.name to title"),
        (entity(NAME, name="Article", renamedFrom="Product"), "rename_product_to_article", "Renames shop_product to shop_article"),
        (entity({**NAME, "indexed": True}), "index_product", "Puts an index on shop_product (organization_id, name)"),
        (
            entity(NAME, {"key": "a", "type": "string"}, {"key": "b", "type": "string"}),
            "change_product",
            "Adds shop_product.a; adds shop_product.b",
        ),
    ],
)
def test_a_migration_is_called_after_what_it_does(now: EntitySchema, name: str, says: str) -> None:
    steps = between(entity(NAME), now).steps

    assert (name, says) == (migration_name("shop", steps), sentence("shop", steps))


def test_a_key_that_a_person_chose_otherwise_is_changed_on_both_databases() -> None:
    there = {name: step.model_copy(update={"primary_key": ("id",)}) for name, step in wanted([table_of(entity(NAME))]).items()}
    [step] = with_sql(there, difference(there, [entity(NAME)]).steps)

    assert isinstance(step, AlterTable) and step.primary_key == ("organization_id", "id")
    assert any("PRIMARY KEY (organization_id, id)" in sql for sql in step.sql["sqlite"])
    assert any("ADD PRIMARY KEY (organization_id, id)" in sql for sql in step.sql["postgresql"])


def test_two_and_more_fields_change_places_in_one_migration_and_once() -> None:
    keys = ["a", "b", "c"]
    before = entity(*({"key": key, "type": "string"} for key in keys))
    now = entity(*({"key": key, "type": "string", "renamedFrom": keys[at - 1]} for at, key in enumerate(keys)))
    found = between(before, now)

    assert ((), (), 4) == (found.losses, found.problems, sum(isinstance(step, RenameColumn) for step in found.steps))
    assert Difference() == between(now, now)


def test_fields_change_places_again_once_the_migrations_know_that_nobody_says_so_any_more() -> None:
    plain = entity({"key": "a", "type": "string"}, {"key": "b", "type": "string"})
    round = entity({"key": "a", "type": "string", "renamedFrom": "b"}, {"key": "b", "type": "string", "renamedFrom": "a"})

    assert ["noteTable"] == [step.op for step in between(round, plain).steps]
    assert ["renameColumn", "renameColumn", "renameColumn", "noteTable"] == [step.op for step in between(plain, round).steps]


def test_entities_change_places_with_their_lists_and_indexes_and_lose_nothing() -> None:
    fields = ({**NAME, "indexed": True}, {"key": "tags", "type": "ref[]", "refEntity": "Tag"})
    before = [entity(*fields, name="First"), entity(*fields, name="Other")]
    now = [entity(*fields, name="First", renamedFrom="Other"), entity(*fields, name="Other", renamedFrom="First")]
    found = between(before, now)

    assert ((), ()) == (found.losses, found.problems)
    assert 6 == sum(isinstance(step, RenameTable) for step in found.steps)
    assert Difference() == between(now, now)


def test_a_column_that_is_numbered_otherwise_keeps_its_fields_values() -> None:
    before = entity({"key": "foo_bar", "type": "string", "indexed": True}, {"key": "fooBar", "type": "string", "indexed": True})
    found = between(before, entity({"key": "fooBar", "type": "string", "indexed": True}))

    assert ["the values of shop_product.foo_bar"] == [loss.what for loss in found.losses]
    assert ["dropIndex", "alterTable", "renameColumn", "renameIndex"] == [step.op for step in found.steps]
    assert [("foo_bar_2", "foo_bar")] == [(step.column, step.to) for step in found.steps if isinstance(step, RenameColumn)]


def test_a_value_that_goes_is_moved_once_and_rows_are_held_to_those_that_stay() -> None:
    def status(*values: str, **own: Any) -> EntitySchema:
        return entity({"key": "status", "type": "enum", "enumValues": values, **own})

    now = status("open", "done", renamedValues={"draft": "open"})
    mapped, unmapped = between(status("draft", "open", "done"), now), between(status("draft", "open", "done"), status("open", "done"))

    assert ["changeRows", "noteTable"] == [step.op for step in mapped.steps]
    assert ["checkRows", "noteTable"] == [step.op for step in unmapped.steps]
    assert Difference() == between(now, now)
    assert ["noteTable"] == [step.op for step in between(now, status("open", "done", "late", renamedValues={"draft": "open"})).steps]


@pytest.mark.parametrize(
    ("before", "now", "held"),
    [
        ([], [{"maxLength": 3}], ["maxLength"]),
        ([{"maxLength": 3}], [{"maxLength": 2}], ["maxLength"]),
        ([{"maxLength": 3}], [{"maxLength": 4}], []),
        ([{"minLength": 3}], [{"minLength": 4}, "email"], ["minLength", "email"]),
        ([{"minLength": 3}, "email"], [{"minLength": 2}], []),
        ([{"pattern": "a"}], [{"pattern": "b"}], ["pattern"]),
        ([], ["unique", {"custom": "shop.own:fine"}], []),
    ],
)
def test_rows_are_held_to_what_is_asked_for_the_first_time(before: list[Any], now: list[Any], held: list[str]) -> None:
    found = between(entity({**NAME, "validators": before}), entity({**NAME, "validators": now}))

    assert held == [each.name for step in found.steps if isinstance(step, CheckRows) for each in step.column.validators]


def test_a_reference_does_not_move_into_a_list_that_is_anothers_yet() -> None:
    one, many = ({"type": type, "refEntity": "Tag"} for type in ("ref", "ref[]"))
    before = entity({"key": "a", **one}, {"key": "b", **many})
    found = between(before, entity({"key": "b", **many, "renamedFrom": "a"}, {"key": "a", **one, "renamedFrom": "b"}))

    assert ((), ["MIGRATION-RENAME"]) == (found.steps, [problem.code for problem in found.problems])
    assert "which is another field's so far" in found.problems[0].message


def test_rows_with_ids_of_another_prefix_stop_what_gives_their_entity_a_new_one() -> None:
    before, now = entity(NAME, idPrefix="prod"), entity(NAME, idPrefix="item")
    [check, note] = between(before, now).steps

    assert isinstance(check, CheckRows) and ["id"] == [check.column.name]
    assert ["^item_"] == [each.argument[:6] for each in check.column.validators]
    assert isinstance(note, NoteTable) and "item" == note.id_prefix
    assert Difference() == between(now, now)
