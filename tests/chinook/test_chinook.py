"""Real input: the published Chinook music store, from its definition to rows that are created, read, changed, listed, deleted and restored."""

from __future__ import annotations

import re
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from coregen_adapters.app import App
from coregen_runtime import EntitySchema, FieldSchema, FieldType, ModuleDefinition, NotFoundError, SystemContext
from tests.chinook.conftest import PACKAGE, Store
from tests.chinook.driver import in_reference_order, wire_values
from tests.chinook.published import TABLES

DEFINITION = ModuleDefinition.model_validate(YAML(typ="safe").load(Path(__file__).parents[1] / "cases" / "chinook" / "definition.yaml"))
SCHEMAS = in_reference_order(DEFINITION.entities)


def published(column: str) -> tuple[str, str] | None:
    """A field as the published column makes it: its key, and the rest in words; None for a surrogate key."""
    name, _, kind = column.partition(" ")
    required = " required" if kind.endswith("!") else ""
    kind = kind.removesuffix("!")
    key = name[0].lower() + name[1:]
    if kind == "key":
        return None
    if target := re.fullmatch(r"→ (\w+)", kind):
        return key.removesuffix("Id"), f"ref {target[1]}{required}"
    return key, f"{kind if not kind.isdigit() else f'string {kind}'}{required}"


def defined(field: FieldSchema) -> tuple[str, str]:
    """The same of a field of the definition."""
    limits = {validator.name: validator.argument for validator in field.validators}
    kinds = {
        FieldType.STRING: f"string {limits.get('maxLength')}",
        FieldType.REF: f"ref {field.ref_entity}",
        FieldType.DATE: "datetime",
        FieldType.MONEY: "numeric",
        FieldType.NUMBER: "integer" if "integer" in limits else "number",
    }
    return field.key, kinds[field.type] + (" required" if field.required else "")


@pytest.mark.parametrize("table", TABLES)
def test_the_definition_holds_every_published_column_and_no_other(table: str) -> None:
    [schema] = [schema for schema in DEFINITION.entities if schema.name == table]
    columns = [published(column) for column in TABLES[table]]

    assert [column for column in columns if column is not None] == [defined(field) for field in schema.fields]


def test_the_definition_holds_the_eleven_tables() -> None:
    assert sorted(TABLES) == sorted(schema.name for schema in DEFINITION.entities)
    assert [("playlist", "track")] == [tuple(keys) for schema in DEFINITION.entities for keys in schema.unique_constraints]


class TestWhatSyncWrites:
    def test_passes_mypy_in_strict_mode_without_a_plug_in(self, store: Store) -> None:
        done = store.run("mypy", "--strict", "--config-file=", PACKAGE)

        assert (0, "Success") == (done.returncode, done.stdout[:7]), done.stdout

    @pytest.mark.parametrize("length", ["88", "100", "120"])
    def test_is_what_black_would_write(self, store: Store, length: str) -> None:
        done = store.run("black", "--check", "--diff", "--quiet", "--line-length", length, PACKAGE)

        assert (0, "") == (done.returncode, done.stdout)

    def test_passes_ruff_with_its_default_rules(self, store: Store) -> None:
        done = store.run("ruff", "check", "--isolated", "--no-cache", PACKAGE)

        assert 0 == done.returncode, done.stdout

    def test_imports_without_a_warning(self, store: Store) -> None:
        names = [str(path.relative_to(store.root).with_suffix("")).replace("/", ".") for path in sorted((store.root / PACKAGE).rglob("*.py"))]
        imported = [name.removesuffix(".__init__") for name in names if ".tests" not in name]
        done = store.run(
            Path(sys.executable).name, "-W", "error", "-c", f"import importlib; [importlib.import_module(name) for name in {imported!r}]"
        )

        assert (0, "") == (done.returncode, done.stderr)

    def test_stays_as_it_is_when_synced_again(self, store: Store) -> None:
        before = store.files
        done = store.run("coregen", "sync")

        assert 0 == done.returncode, done.stderr
        assert before == store.files
        assert 0 == store.run("coregen", "sync", "--check").returncode


@pytest.fixture
async def ctx(chinook: Any, tmp_path: Path) -> AsyncIterator[SystemContext]:
    async with App(modules=[chinook.module], database=f"sqlite:///{tmp_path}/store.db") as app:
        yield app.context(organization="org_chinook", actor="actor_clerk")


async def create(chinook: Any, ctx: SystemContext, schema: EntitySchema, number: int, *, only_required: bool = False) -> tuple[Any, dict[str, Any]]:
    """An entity with all it refers to, made by generated messages; and the values it was given."""
    ids: dict[str, str] = {}
    for each in SCHEMAS[: SCHEMAS.index(schema)]:
        made = await ctx.dispatch(getattr(chinook, f"Create{each.name}")(**wire_values(each, ids, number)))
        ids[each.name] = made.id
    given = wire_values(schema, ids, number, only_required=only_required)
    return await ctx.dispatch(getattr(chinook, f"Create{schema.name}")(**given)), given


def wire(entity: Any) -> dict[str, Any]:
    data: dict[str, Any] = entity.model_dump(mode="json", by_alias=True)
    return data


@pytest.mark.parametrize("schema", SCHEMAS, ids=lambda schema: schema.name)
class TestEveryEntity:
    """Each of the eleven, on SQLite, through the messages that sync wrote."""

    async def test_is_created_with_every_value_it_was_given(self, chinook: Any, ctx: SystemContext, schema: EntitySchema) -> None:
        entity, given = await create(chinook, ctx, schema, 1)

        assert given == {key: wire(entity)[key] for key in given}
        assert (1, True) == (entity.version, entity.id.startswith(f"{schema.id_prefix}_"))

    async def test_reads_back_as_it_was_created(self, chinook: Any, ctx: SystemContext, schema: EntitySchema) -> None:
        entity, _ = await create(chinook, ctx, schema, 1)

        assert entity == await ctx.query(getattr(chinook, f"Get{schema.name}")(id=entity.id))

    async def test_needs_its_required_values_only(self, chinook: Any, ctx: SystemContext, schema: EntitySchema) -> None:
        entity, _ = await create(chinook, ctx, schema, 1, only_required=True)
        left_out = [field.key for field in schema.fields if not field.required]

        assert dict.fromkeys(left_out) == {key: wire(entity)[key] for key in left_out}

    async def test_changes_one_value_and_keeps_the_others(self, chinook: Any, ctx: SystemContext, schema: EntitySchema) -> None:
        before, _ = await create(chinook, ctx, schema, 1)
        other, _ = await create(chinook, ctx, schema, 2)
        key = next((field.key for field in schema.fields if field.type is not FieldType.REF), schema.fields[-1].key)
        await ctx.dispatch(getattr(chinook, f"Update{schema.name}")(id=before.id, expected_version=1, **{key: wire(other)[key]}))
        after = await ctx.query(getattr(chinook, f"Get{schema.name}")(id=before.id))

        assert wire(before) | {key: wire(other)[key], "version": 2, "updatedAt": after.updated_at} == wire(after)

    async def test_is_listed_by_a_filter_on_its_values(self, chinook: Any, ctx: SystemContext, schema: EntitySchema) -> None:
        entity, _ = await create(chinook, ctx, schema, 1)
        await create(chinook, ctx, schema, 2)
        key = schema.fields[0].key
        page = await ctx.query(getattr(chinook, f"List{schema.name}s")(filter={key: wire(entity)[key]}))

        assert ([entity], 1, False) == (list(page.data), page.total, page.has_next)

    async def test_is_deleted_and_restored(self, chinook: Any, ctx: SystemContext, schema: EntitySchema) -> None:
        entity, _ = await create(chinook, ctx, schema, 1)
        get, everything = getattr(chinook, f"Get{schema.name}"), getattr(chinook, f"List{schema.name}s")
        await ctx.dispatch(getattr(chinook, f"Delete{schema.name}")(id=entity.id))
        with pytest.raises(NotFoundError):
            await ctx.query(get(id=entity.id))
        there_while_deleted = (await ctx.query(everything())).data
        await ctx.dispatch(getattr(chinook, f"Restore{schema.name}")(id=entity.id))
        restored = await ctx.query(get(id=entity.id))
        moved = {"version", "updatedAt", "deletedAt"}

        assert entity.id not in {each.id for each in there_while_deleted}
        assert {key: value for key, value in wire(entity).items() if key not in moved} == {k: v for k, v in wire(restored).items() if k not in moved}
        assert entity.id in {each.id for each in (await ctx.query(everything())).data}

    async def test_is_invisible_to_another_organisation(self, chinook: Any, tmp_path: Path, schema: EntitySchema) -> None:
        """Semantics 23: an id of another organisation behaves as if it did not exist."""
        async with App(modules=[chinook.module], database=f"sqlite:///{tmp_path}/two.db") as app:
            entity, _ = await create(chinook, app.context(organization="org_one", actor="actor_clerk"), schema, 1)
            other = app.context(organization="org_two", actor="actor_clerk")
            with pytest.raises(NotFoundError):
                await other.query(getattr(chinook, f"Get{schema.name}")(id=entity.id))
            page = await other.query(getattr(chinook, f"List{schema.name}s")())

        assert () == page.data
