"""Every attribute of a field and of an entity does something, and where docs/reference/fields.md says: each row of its tables is proved, place by place.

A module is rendered with and without the attribute. What only a running application shows is proved at the end.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from coregen.project import find_project
from coregen.resolve.difference import difference
from coregen.resolve.migrations import wanted
from coregen_runtime import EntitySchema, EntitySchemaRegistry, F, FieldSchema, check_rule
from coregen_runtime.module.migration import ChangeRows, RenameColumn, RenameTable
from coregen_runtime.module.search import searchable
from coregen_runtime.primitives.model import wire_names
from coregen_runtime.repository.table import table_of
from tests.generator.rendering import texts, write

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "fields.md"
ENTITY, INPUT, SCHEMA, REPOSITORY = "entities/thing.py", "operations/thing.py", "schemas/thing.py", "repositories/thing.py"
OPENAPI, FORMS, TYPESCRIPT, DIAGRAMS, TABLE = "openapi.json", "forms.json", "types.ts", "diagrams.md", "migrations/0001_initial.py"
STRING = {"key": "name", "type": "string"}
OTHER = {
    "name": "Other",
    "idPrefix": "oth",
    "softDelete": False,
    "timestamps": False,
    "versioned": False,
    "fields": [{"key": "colour", "type": "string"}],
}

Document: TypeAlias = dict[str, Any]
Place: TypeAlias = tuple[str, str] | Callable[[Document], bool]
"""Where a difference shows: a file and what stands in it with the attribute and not without, or what holds of the entity with it alone."""
Proof: TypeAlias = tuple[Document, Mapping[str, tuple[Place, ...]]]
"""Keys with the attribute (`without`, where it is not simply left out), and each place of the row's last cell with what is looked for."""


def rule_may_ask(path: str) -> Callable[[Document], bool]:
    return lambda entity: not check_rule(F(path).exists(), EntitySchema.model_validate(entity))


def read_without_it(entity: Document) -> bool:
    """Whether what is read of the entity has no field `name`."""
    registry = EntitySchemaRegistry()
    registry.register(EntitySchema.model_validate(entity))
    return "name" not in registry.generate_openapi_schema("Thing", "read")["properties"]


def renames(before: Document) -> Callable[[Document], bool]:
    """Whether the migration from `before` renames, where it would drop and make anew."""

    def renamed(entity: Document) -> bool:
        now, then = (EntitySchema.model_validate({**each, "namespace": "goods"}) for each in (entity, before))
        return any(isinstance(step, RenameColumn | RenameTable) for step in difference(wanted([table_of(then)]), [now]).steps)

    return renamed


def moves_values(before: Document) -> Callable[[Document], bool]:
    """Whether the migration from an entity whose field was `before` gives rows other values in the place of those that are gone."""

    def moved(entity: Document) -> bool:
        now, then = (EntitySchema.model_validate({**each, "namespace": "goods"}) for each in (entity, {**entity, "fields": [before]}))
        return any(isinstance(step, ChangeRows) for step in difference(wanted([table_of(then)]), [now]).steps)

    return moved


def told_to_search(entity: Document) -> bool:
    """Whether the search adapter gets the field `name`: the running proof stands in tests/runtime/app/test_app.py."""
    schema = EntitySchema.model_validate({**entity, "namespace": "goods"})
    return "name" in searchable(schema)


FIELDS: dict[str, Proof] = {
    "key": (
        {"key": "price", "type": "money"},
        {
            "every class and document": (
                (ENTITY, " price: Money"),
                (INPUT, " price: Money"),
                (OPENAPI, '"price"'),
                (FORMS, '"price"'),
                (TYPESCRIPT, " price?: "),
            ),
            "the column": ((TABLE, '"price_amount"'),),
            "filters": ((INPUT, "price: "),),
            "rules (`product.price.amount`)": (rule_may_ask("thing.price.amount"),),
        },
    ),
    "type": (
        {**STRING, "type": "date"},
        {
            "the annotation": ((ENTITY, "name: Date"),),
            "the schema of its values": ((FORMS, '"type": ["integer", "null"]'),),
            "the column": ((TABLE, 'Column(name="name", type="timestamp"'),),
            "the widget": ((FORMS, '"unit": "epoch-ms"'),),
            "what filters and rules may ask": (
                (REPOSITORY, '"name": Date | None | DateFilter'),
                lambda entity: not check_rule(F("thing.name").within_days(3), EntitySchema.model_validate(entity)),
            ),
        },
    ),
    "label": (
        {**STRING, "label": "Called"},
        {
            "docstring": ((ENTITY, '"""Called."""'), (INPUT, '"""Called."""')),
            "`title` in OpenAPI": ((OPENAPI, '"title": "Called"'),),
            "the title in forms": ((FORMS, '"ui:title": "Called"'),),
            "the comment in TypeScript": ((TYPESCRIPT, "/** Called. */"),),
        },
    ),
    "description": (
        {**STRING, "description": "What for"},
        {
            "docstring and comment (on one line)": ((ENTITY, '"""What for."""'), (TYPESCRIPT, "/** What for. */")),
            "`description` in OpenAPI": ((OPENAPI, '"description": "What for"'),),
            "the text above the field in forms": ((FORMS, '"ui:description": "What for"'),),
        },
    ),
    "unit": (
        {"key": "name", "type": "number", "unit": "kg"},
        {
            'docstring and comment ("In kg.")': ((ENTITY, '"""In kg."""'), (TYPESCRIPT, "/** In kg. */")),
            "`x-unit` in OpenAPI": ((OPENAPI, '"x-unit": "kg"'),),
            "the help line in forms": ((FORMS, '"ui:help": "In kg"'),),
        },
    ),
    "required": (
        {**STRING, "required": True},
        {
            "the annotation (`… \\| None`)": ((ENTITY, "name: Text created_at"), (INPUT, "name: Text class ThingUpdate")),
            "`required` and null in the documents": (
                (OPENAPI, '"required": ["name"]'),
                (FORMS, '"name": {"type": "string"'),
                (TYPESCRIPT, "name: string;"),
            ),
            "`NOT NULL`": ((TABLE, "name TEXT NOT NULL"), (TABLE, 'name text COLLATE "C" NOT NULL')),
        },
    ),
    "unique": (
        {**STRING, "unique": True},
        {
            "a unique index": ((TABLE, "CREATE UNIQUE INDEX goods_thing__name__key"),),
            "a finder of the repository": ((REPOSITORY, "async def find_by_name("),),
            '"Must be unique." in docstring, comment and help line': (
                (ENTITY, '"""Must be unique."""'),
                (TYPESCRIPT, "/** Must be unique. */"),
                (FORMS, '"ui:help": "Must be unique"'),
            ),
        },
    ),
    "default": (
        {**STRING, "default": "none yet"},
        {
            "the attribute's default": ((ENTITY, 'name: Text = "none yet"'), (INPUT, 'name: Text = "none yet"')),
            "`default` in OpenAPI and forms (a literal that is not sensitive)": (
                (OPENAPI, '"default": "none yet"'),
                (FORMS, '"default": "none yet"'),
            ),
        },
    ),
    "validators": (
        {**STRING, "validators": [{"minLength": 3}]},
        {
            "the annotation": ((ENTITY, "Annotated[Text, Validators.min_length(3)]"),),
            "a sentence each in docstring, comment and help line": (
                (ENTITY, '"""Must have at least 3 characters."""'),
                (TYPESCRIPT, "/** Must have at least 3 characters. */"),
                (FORMS, '"ui:help": "Must have at least 3 characters"'),
            ),
            "keywords in OpenAPI and forms": ((OPENAPI, '"minLength": 3'), (FORMS, '"minLength": 3')),
            "the refusals of the model and the repository": ((INPUT, "Validators.min_length(3)"), (SCHEMA, "Validators.min_length(3)")),
        },
    ),
    "enumValues": (
        {"key": "name", "type": "enum", "enumValues": ["a", "red one"], "without": {"enumValues": ["a"]}},
        {
            "a `StrEnum`": ((ENTITY, 'RED_ONE = "red one"'),),
            "`enum` in the documents": ((OPENAPI, '"enum": ["a", "red one"]'), (TYPESCRIPT, '"red one"')),
            "a choice in forms": ((FORMS, '"ui:enumNames": ["Not set", "a", "red one"]'),),
        },
    ),
    "refEntity": (
        {"key": "name", "type": "ref", "refEntity": "Other", "without": {"refEntity": "Thing"}},
        {
            "the id type": ((ENTITY, "name: OtherId"),),
            "the pattern of an id": ((OPENAPI, '"anyOf": [{"type": "string", "pattern": "^oth_'),),
            "`x-ref` in OpenAPI": ((OPENAPI, '"x-ref": "goods.Other"'),),
            "what `include` may bring along": ((REPOSITORY, "entities.other import Other"),),
            "the line in diagrams": ((DIAGRAMS, '"Thing" }o--o| "Other" : "name"'),),
        },
    ),
    "refField": (
        {"key": "name", "type": "ref", "refEntity": "Other", "refField": "id", "without": "string"},
        {"the options of the form's field": ((FORMS, '"refField": "id"'),)},
    ),
    "indexed": ({**STRING, "indexed": True}, {"an index of the table": ((TABLE, "CREATE INDEX goods_thing__name__idx"),)}),
    "searchable": (
        {**STRING, "searchable": True},
        {"what is sent to the `search` adapter; one that is sensitive or computed is not": ((SCHEMA, "searchable=True"), told_to_search)},
    ),
    "sensitive": (
        {**STRING, "sensitive": True},
        {
            "no `repr`": ((ENTITY, "repr=False"), (INPUT, "repr=False")),
            "no event": (("-events/thing.py", "name: Text"),),
            "no response": (read_without_it,),
            "`writeOnly` in OpenAPI": ((OPENAPI, '"writeOnly": true'),),
            "a password field in forms": ((FORMS, '"ui:widget": "password"'),),
            "not in what TypeScript reads": (("-types.ts", "meta: Meta; name?: string"),),
        },
    ),
    "computed": (
        {**STRING, "computed": "shop.sums:name"},
        {
            "a read-only attribute": ((ENTITY, 'name = Computed[Text]("shop.sums:name")'),),
            "`readOnly` in OpenAPI": ((OPENAPI, '"name": {"type": "string", "readOnly": true}'),),
            "`readonly` in TypeScript": ((TYPESCRIPT, "readonly name"),),
            "a field that cannot be changed in forms": ((FORMS, '"ui:readonly": true'),),
        },
    ),
    "jsonSchema": (
        {"key": "name", "type": "json", "jsonSchema": {"type": "object", "properties": {"a": {"type": "string"}}}},
        {
            "a class or an alias": ((ENTITY, "name: ThingName"),),
            "the verdict": (("json_types/thing_name.py", "a: Text | MISSING"),),
            "the documents": ((OPENAPI, '"a": {"type": "string"}'), (FORMS, '"a": {"type": "string"}'), (TYPESCRIPT, '"a"?: string')),
        },
    ),
    "renamedFrom": (
        {**STRING, "renamedFrom": "title"},
        {"the next migration": (renames({"name": "Thing", "fields": [{"key": "title", "type": "string"}]}),)},
    ),
    "renamedValues": (
        {"key": "name", "type": "enum", "enumValues": ["open", "done"], "renamedValues": {"draft": "open"}},
        {
            "the next [migration](migrations.md#rows-that-no-longer-fit)": (
                moves_values({"key": "name", "type": "enum", "enumValues": ["draft", "done"]}),
            )
        },
    ),
}
SECOND = {"key": "second", "type": "string"}
ENTITIES: dict[str, Proof] = {
    "name": (
        {"name": "Gadget"},
        {
            "every class and document": (
                ("entities/gadget.py", "class Gadget("),
                (OPENAPI, '"Gadget"'),
                (FORMS, '"Gadget"'),
                (TYPESCRIPT, "interface Gadget "),
            ),
            "the route `/<module>/<entities>`": ((OPENAPI, '"/goods/gadgets"'),),
            "the table": ((TABLE, "CREATE TABLE goods_gadget"),),
        },
    ),
    "namespace": (
        {"namespace": "goods"},
        {"the qualified name, `catalog.Product`": (lambda entity: "goods.Thing" == EntitySchema.model_validate(entity).qualified_name,)},
    ),
    "slug": (
        {"slug": "gadget"},
        {"the table": ((TABLE, "CREATE TABLE goods_gadget"),), "`product.created`": (("events/thing.py", '"gadget.created"'),)},
    ),
    "description": (
        {"description": "A thing at hand"},
        {
            "the class's docstring": ((ENTITY, '"""A thing at hand."""'),),
            "`description` in OpenAPI (of the schema and the tag) and forms": (
                (OPENAPI, '{"name": "Thing", "description": "A thing at hand"}'),
                (OPENAPI, '"title": "Thing", "description": "A thing at hand", "type": "object"'),
                (FORMS, '"description": "A thing at hand"'),
            ),
            "the comment in TypeScript": ((TYPESCRIPT, "/** A thing at hand */"),),
        },
    ),
    "idPrefix": (
        {"idPrefix": "thg", "fields": [STRING, {"key": "other", "type": "ref", "refEntity": "Thing"}]},
        {
            "`id_type`": (("ids.py", 'id_type("thg")'),),
            "the pattern of its ids": ((OPENAPI, "^thg_"),),
            "the placeholder in forms": ((FORMS, "thg_01"),),
        },
    ),
    "fields": (
        {"fields": [STRING, SECOND]},
        {"everything": (*((file, "second") for file in (ENTITY, INPUT, SCHEMA, REPOSITORY, OPENAPI, FORMS, TABLE)), (TYPESCRIPT, "second?: "))},
    ),
    "indexes": (
        {"fields": [STRING, SECOND], "indexes": [["name", "second"]]},
        {"the table": ((TABLE, "ON goods_thing (organization_id, name, second)"),)},
    ),
    "uniqueConstraints": (
        {"fields": [STRING, SECOND], "uniqueConstraints": [["name", "second"]]},
        {
            "a unique index": ((TABLE, "CREATE UNIQUE INDEX goods_thing__name__second__key"),),
            "a finder of the repository": ((REPOSITORY, "async def find_by_name_and_second("),),
        },
    ),
    "softDelete": (
        {"softDelete": False},
        {
            "`deletedAt`": (("-entities/thing.py", "deleted_at"), ("-migrations/0001_initial.py", "deleted_at"), ("-types.ts", "deletedAt")),
            "the restore message and route": (("-operations/thing.py", "class RestoreThing("), ("-openapi.json", '"/goods/things/{id}/restore"')),
            "`withDeleted` of a list": (("-operations/thing.py", "with_deleted"), ("-openapi.json", "parameters/withDeleted")),
        },
    ),
    "timestamps": (
        {"timestamps": False},
        {
            "`createdAt`": (("-entities/thing.py", "created_at"), ("-migrations/0001_initial.py", "created_at"), ("-types.ts", "createdAt")),
            "`updatedAt`": (("-entities/thing.py", "updated_at"), ("-migrations/0001_initial.py", "updated_at"), ("-types.ts", "updatedAt")),
        },
    ),
    "versioned": (
        {"versioned": False},
        {
            "`version`": (
                ("-entities/thing.py", "version: Integer"),
                ("-migrations/0001_initial.py", 'Column(name="version"'),
                ("-types.ts", "version: number"),
            ),
            "`expectedVersion` in messages and routes": (
                ("-operations/thing.py", "expected_version"),
                ("-openapi.json", '{"$ref": "#/components/parameters/expectedVersion"}'),
            ),
        },
    ),
    "searchSync": ({"searchSync": True}, {"a durable subscription": ((SCHEMA, "search_sync=True"),)}),
    "rtChannel": ({"rtChannel": "org:{orgId}:things"}, {"the real-time bridge": ((SCHEMA, 'rt_channel="org:{orgId}:things"'),)}),
    "hooks": ({"hooks": {"beforeSave": "shop.sums:name"}}, {"the repository": ((SCHEMA, 'EntityHooks(before_save="shop.sums:name")'),)}),
    "renamedFrom": ({"renamedFrom": "Item"}, {"the next migration": (renames({"name": "Item", "fields": [STRING]}),)}),
}


def files_of(folder: Path, entity: Document, own: Mapping[str, str] | None = None) -> Mapping[str, str]:
    """The files of `shop.goods`, which holds the entity and one to refer to, rendered beside files that are there."""
    definition = {"id": "goods", "version": "1.0.0", "entities": [entity, OTHER]}
    files = {"shop/__init__.py": "", "shop/goods/definition.json": json.dumps(definition), **(own or {})}
    write(folder, {"pyproject.toml": '[tool.coregen]\nmodules = ["shop"]\n', **files})
    project = find_project(folder).project
    assert project is not None
    return texts(project)


def rendered(folder: Path, entity: Document, own: Mapping[str, str] | None = None) -> dict[str, str]:
    """As `files_of`, by path within the module; white space is one space."""
    files = files_of(folder, entity, own)
    return {path.removeprefix("shop/goods/").removeprefix("generated/"): " ".join(text.split()) for path, text in files.items()}


def pair(kind: str, attribute: str) -> tuple[Document, Document]:
    """An entity with the attribute and one without it."""
    given, _ = (FIELDS if kind == "Fields" else ENTITIES)[attribute]
    if kind == "Entities":
        fields = {"fields": given["fields"]} if attribute != "fields" and "fields" in given else {"fields": [STRING]}
        return {"name": "Thing", **fields, **given}, {"name": "Thing", **fields}
    field = {key: value for key, value in given.items() if key != "without"}
    instead = given.get("without", {})
    without = STRING if instead == "string" or attribute in ("key", "type") else {**field, **instead}
    if attribute not in ("key", "type") and not instead:
        without = {key: value for key, value in field.items() if key != attribute}
    return {"name": "Thing", "fields": [field]}, {"name": "Thing", "fields": [without]}


def rows(heading: str) -> dict[str, str]:
    """What the first table below a heading says of each key in its last cell."""
    below = PAGE.read_text(encoding="utf-8").partition(f"\n## {heading}\n")[2].strip().partition("\n\n")[0]
    return {match[1]: match[2] for match in re.finditer(r"^\| `([^`]+)` \|.*?(?<!\\)\| ((?:[^|]|\\\|)*) \|$", below, re.MULTILINE)}


@pytest.mark.parametrize(("heading", "model", "proofs"), [("Fields", FieldSchema, FIELDS), ("Entities", EntitySchema, ENTITIES)])
def test_every_attribute_has_a_row_and_every_row_a_proof(heading: str, model: type[Any], proofs: Mapping[str, Proof]) -> None:
    assert sorted(wire_names(model).values()) == sorted(rows(heading)) == sorted(proofs)


@pytest.mark.parametrize(("heading", "attribute"), [*(("Fields", each) for each in FIELDS), *(("Entities", each) for each in ENTITIES)])
def test_an_attribute_shows_in_each_place_that_its_row_names(heading: str, attribute: str, tmp_path: Path) -> None:
    said, (_, places) = rows(heading)[attribute], (FIELDS if heading == "Fields" else ENTITIES)[attribute]
    left = said
    for place in sorted(places, key=len, reverse=True):
        assert place in left, f"the row of {attribute} does not say: {place}"
        left = left.replace(place, "", 1)
    with_it, without_it = pair(heading, attribute)
    with_files, without_files = rendered(tmp_path / "with", with_it), rendered(tmp_path / "without", without_it)
    missing = [
        (place, look)
        for place, looks in places.items()
        for look in looks
        if not (
            shows(look, with_files, without_files)
            if isinstance(look, tuple)
            else look(with_it) and (attribute == "namespace" or not look(without_it))
        )
    ]

    assert re.fullmatch(r"(?:[,;.\s]|and)*", left), f"nothing proves what the row of {attribute} says: {left}"
    assert [] == missing


def shows(look: tuple[str, str], with_files: Mapping[str, str], without_files: Mapping[str, str]) -> bool:
    """Whether a text stands in a file with the attribute and not without it; a file named with a minus, the other way round."""
    file, text = look
    if file.startswith("-"):
        with_files, without_files, file = without_files, with_files, file[1:]
    return text in with_files.get(file, "") and text not in without_files.get(file, "")
