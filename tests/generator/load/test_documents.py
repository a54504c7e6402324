"""YAML and JSON definitions: errors in our words, one for each mistake, each with a fix."""

from __future__ import annotations

import json

import pytest

from coregen.load import load
from coregen.project import find_folders
from tests.generator.conftest import WriteProject

FIELD = {"key": "name", "type": "string"}


def definition(**more: object) -> dict[str, object]:
    return {"id": "catalog", "version": "1", **more}


def entity(**more: object) -> dict[str, object]:
    return definition(entities=[{"name": "Product", "fields": [FIELD], **more}])


def field(**more: object) -> dict[str, object]:
    return definition(entities=[{"name": "Product", "fields": [{"key": "price", "type": "string", **more}]}])


def transition(**more: object) -> dict[str, object]:
    states = {"draft": {"on": {"go": {"target": "draft", **more}}}}
    return definition(fsms=[{"id": "m", "entityType": "Product", "initial": "draft", "states": states}])


@pytest.mark.parametrize(
    ("document", "code", "message", "help"),
    [
        (field(requird=True), "DEF-KEY", 'field "price" of Product has no key "requird"', 'did you mean "required"?'),
        (entity(id_prefix="p"), "DEF-KEY", 'entity Product has no key "id_prefix"', 'did you mean "idPrefix"?'),
        (field(type="mony"), "DEF-VALUE", 'there is no field type "mony"', 'did you mean "money"?'),
        (
            field(required="yes"),
            "DEF-TYPE",
            '"required" of field "price" of Product is the text "yes", and takes true or false',
            "write true, without quotes",
        ),
        (field(type="enum"), "DEF-VALUE", 'field "price" of Product: an enum field needs "enumValues"', 'add "enumValues": ["draft", "done"]'),
        (
            field(enumValues=["a"]),
            "DEF-VALUE",
            'field "price" of Product: "enumValues" belongs to fields of type "enum"',
            'remove "enumValues", or change the type',
        ),
        (field(type="ref"), "DEF-VALUE", 'field "price" of Product: a ref field needs "refEntity"', 'add "refEntity": "Category"'),
        (
            field(refEntity="X"),
            "DEF-VALUE",
            'field "price" of Product: "refEntity" belongs to fields of type "ref" and "ref[]"',
            'remove "refEntity", or change the type',
        ),
        (field(validators=["emial"]), "DEF-VALUE", 'there is no validator "emial"', 'did you mean "email"?'),
        (
            field(validators=[{"maxLength": "3"}]),
            "DEF-VALUE",
            'validator "maxLength" takes a length: an integer, 0 or more',
            'write {"maxLength": 3}',
        ),
        (
            field(validators=[{"min": 1, "max": 2}]),
            "DEF-TYPE",
            '"validators[0]" of field "price" of Product is no validator',
            'a validator is a name, or a name with its argument: {"minLength": 3}',
        ),
        (
            field(computed=3),
            "DEF-TYPE",
            '"computed" of field "price" of Product is the number 3, and takes a function: its dotted name "package.module:function", or in Python the function itself',
            'for example "shop.rules:check"',
        ),
        (
            field(computed="total"),
            "DEF-VALUE",
            'field "price" of Product: a function is named as "package.module:function"',
            'for example "package.module:function"',
        ),
        (
            definition(id="a/b"),
            "DEF-VALUE",
            '"a/b" is no module id',
            "a letter first, then letters, digits, _, - and dots: order_items",
        ),
        (
            definition(events=["order.*"]),
            "DEF-VALUE",
            '"order.*" is no type of an event',
            "any text without / and *, which belong to patterns: order.placed",
        ),
        (entity(name="pro.duct"), "DEF-VALUE", '"pro.duct" is no entity name', "letters, digits, _ and $, and between them spaces and -: OrderItem"),
        (entity(indexes=["name"]), "DEF-TYPE", '"indexes[0]" of entity Product is the text "name", and takes a list', 'write it as a list: ["name"]'),
        (entity(fields="name"), "DEF-TYPE", '"fields" of entity Product is the text "name", and takes a list', 'write it as a list: ["name"]'),
        (
            definition(entities=["Product"]),
            "DEF-TYPE",
            'an item of "entities" of module catalog is the text "Product", and takes a mapping',
            'write {"name": "Product", "fields": […]}',
        ),
        ({"id": "catalog"}, "DEF-MISSING", 'module catalog lacks "version"', 'add "version"'),
        ({"id": "catalog", "versoin": "1"}, "DEF-KEY", 'module catalog has no key "versoin"', 'did you mean "version"?'),
        ({"id": "catalog", "version": 1.0}, "DEF-TYPE", '"version" of module catalog is the number 1.0, and takes a text', 'put it in quotes: "1.0"'),
        (
            definition(dependsOn="orders"),
            "DEF-TYPE",
            '"dependsOn" of module catalog is the text "orders", and takes a list',
            'write it as a list: ["orders"]',
        ),
        (transition(target=None), "DEF-TYPE", '"target" of transition "go" of state "draft" is empty (null), and takes a text', "give it a value"),
        (transition(guard={"feild": "a", "op": "eq"}), "DEF-KEY", 'a rule of transition "go" has no key "feild"', 'did you mean "field"?'),
        (transition(guard={"field": "a", "op": "gtt"}), "DEF-VALUE", 'there is no operator "gtt"', 'did you mean "gt"?'),
        (
            transition(guard={"all": []}),
            "DEF-TYPE",
            '"guard" of transition "go" of state "draft" is no rule',
            'a rule is {"field", "op", "value"}, or one of "and", "or", "not", "any", "all", "ref", "template"',
        ),
        (
            transition(guard="a > 1"),
            "DEF-TYPE",
            '"guard" of transition "go" of state "draft" is no rule',
            'a rule is {"field", "op", "value"}, or one of "and", "or", "not", "any", "all", "ref", "template"',
        ),
        (
            transition(guard={"and": [{"not": 3}]}),
            "DEF-TYPE",
            '"not" of a rule of transition "go" is no rule',
            'a rule is {"field", "op", "value"}, or one of "and", "or", "not", "any", "all", "ref", "template"',
        ),
        (
            transition(actions=[{"type": "emti", "event": "x"}]),
            "DEF-VALUE",
            'an item of "actions" of transition "go" of state "draft" has the type "emti"',
            'did you mean "emit"?',
        ),
        (
            transition(actions=[{"event": "x"}]),
            "DEF-MISSING",
            'an item of "actions" of transition "go" of state "draft" lacks "type"',
            'one of "emit", "dispatch", "assign", "log"',
        ),
        (
            definition(commands=[{"type": "catalog.x", "payload": 3}]),
            "DEF-TYPE",
            '"payload" of command catalog.x is the number 3, and takes a list of fields, a JSON Schema object, or the name of an entity',
            'for example [{"key": "name", "type": "string"}]',
        ),
        (
            definition(commands=[{"type": "catalog.x", "payload": [{"key": "a", "type": "x"}]}]),
            "DEF-VALUE",
            'there is no field type "x"',
            'one of "string", "number", "boolean", "date", "enum", "ref", "ref[]", "json", "money", "geo.point", "geo.polygon", "geo.linestring"',
        ),
        (definition(commands=[3]), "DEF-TYPE", 'an item of "commands" of module catalog is the number 3, and takes a mapping', 'write {"type": "…"}'),
        (
            definition(queueWorkers=[{"queue": "mail", "concurrency": 0}]),
            "DEF-VALUE",
            '"concurrency" of worker mail is 0, and takes 1 or more',
            "write 1, or more",
        ),
    ],
)
def test_one_mistake_is_one_sentence_with_its_fix(
    write_project: WriteProject, document: dict[str, object], code: str, message: str, help: str
) -> None:
    project = write_project({"shop/catalog/definition.json": json.dumps(document, indent=1)})
    found = load(project, find_folders(project).folders).diagnostics

    assert [(code, message, help)] == [(each.code, each.message, each.help) for each in found]


def test_the_same_document_is_the_same_definition_in_all_three_forms(write_project: WriteProject) -> None:
    project = write_project(
        {
            "shop/a/definition.json": '{"id": "x", "version": "1", "entities": [{"name": "Product", "fields": [{"key": "name", "type": "string", "required": true}]}]}',
            "shop/b/definition.yaml": 'id: x\nversion: "1"\nentities:\n  - name: Product\n    fields: [{key: name, type: string, required: true}]\n',
            "shop/c/definition.py": """
            from coregen_runtime import EntitySchema, FieldSchema, ModuleDefinition

            module = ModuleDefinition(
                id="x", version="1", entities=[EntitySchema(name="Product", fields=[FieldSchema(key="name", type="string", required=True)])]
            )
            """,
        }
    )
    first, second, third = load(project, find_folders(project).folders).modules

    assert first.definition == second.definition == third.definition


@pytest.mark.parametrize(
    ("name", "content", "code", "message"),
    [
        ("definition.yaml", b"", "DEF-TYPE", "the document is empty"),
        ("definition.yaml", b"- a\n", "DEF-TYPE", "a definition is a mapping"),
        ("definition.json", b"[]", "DEF-TYPE", "a definition is a mapping"),
        ("definition.yaml", "id: é".encode("latin-1"), "LOAD-READ", "byte 4 is no UTF-8"),
    ],
)
def test_a_file_that_is_no_document_is_one_error(write_project: WriteProject, name: str, content: bytes, code: str, message: str) -> None:
    project = write_project({f"shop/catalog/{name}": ""})
    (project.root / "shop/catalog" / name).write_bytes(content)

    assert [(code, message)] == [(each.code, each.message) for each in load(project, find_folders(project).folders).diagnostics]


def test_a_byte_order_mark_is_no_part_of_the_document(write_project: WriteProject) -> None:
    project = write_project({"shop/catalog/definition.json": "\ufeff" + json.dumps(definition())})

    assert () == load(project, find_folders(project).folders).diagnostics
