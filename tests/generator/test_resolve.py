"""Resolving: every error of every module at once, each at its place, and what names mean."""

from __future__ import annotations

import pytest

from coregen.diagnostics import Diagnostic
from tests.generator.conftest import WriteProject
from tests.generator.rendering import project_ir, resolved


def module(id: str, body: str = "") -> str:
    return f"id: {id}\nversion: 1.0.0\n{body}"


def found(write_project: WriteProject, **modules: str) -> list[tuple[int, str, str, str]]:
    """The errors as (line, code, message, help)."""
    project = write_project({f"shop/{name}/definition.yaml": text for name, text in modules.items()})
    return [brief(each) for each in resolved(project).diagnostics]


def brief(each: Diagnostic) -> tuple[int, str, str, str]:
    return each.line, each.code, each.message, each.help


CATEGORY = "  - { name: Category, fields: [] }\n"


def test_a_reference_to_nothing_says_where_and_what_was_meant(write_project: WriteProject) -> None:
    text = module("catalog", "entities:\n" + CATEGORY + "  - name: Product\n    fields:\n      - { key: category, type: ref, refEntity: Categry }\n")

    assert [(7, "REF-UNKNOWN", '"Categry" is no entity of catalog, nor of any module of this project', 'did you mean "Category"?')] == found(
        write_project, catalog=text
    )


def test_a_bare_name_of_two_modules_lists_both(write_project: WriteProject) -> None:
    use = module("catalog", "entities:\n  - { name: Product, fields: [{ key: owner, type: ref, refEntity: User }] }\n")
    user = "entities:\n  - { name: User, fields: [] }\n"

    [(_, code, message, help)] = found(write_project, catalog=use, identity=module("identity", user), people=module("people", user))

    assert ("REF-AMBIGUOUS", '"User" is an entity of 2 modules') == (code, message)
    assert 'one of "identity.User", "people.User"' == help


@pytest.mark.parametrize(("depends", "reference", "meant"), [("[people]", "User", "PeopleUserId"), ("[]", "identity.User", "UserId")])
def test_a_module_depended_on_comes_first_and_a_qualified_name_says_it_outright(
    write_project: WriteProject, depends: str, reference: str, meant: str
) -> None:
    fields = f"[{{ key: owner, type: ref, refEntity: {reference} }}, {{ key: other, type: ref, refEntity: identity.User }}]"
    use = module("catalog", f"dependsOn: {depends}\nentities:\n  - {{ name: Product, fields: {fields} }}\n")
    user = "entities:\n  - { name: User, fields: [] }\n"
    project = write_project(
        {
            f"shop/{id}/definition.yaml": text
            for id, text in (("catalog", use), ("identity", module("identity", user)), ("people", module("people", user)))
        }
    )
    [product] = project_ir(project).modules[0].entities

    assert f"{meant} | None" == " | ".join(str(getattr(part, "text", "")) for part in getattr(product.fields[1].annotation, "members", ()))


def test_all_errors_of_all_modules_come_at_once(write_project: WriteProject) -> None:
    one = module(
        "one", "dependsOn: [two, thre]\nentities:\n  - { name: A, fields: [{ key: id, type: string }, { key: b, type: ref, refEntity: Nothing }] }\n"
    )
    two = module("two", "dependsOn: [one]\nfsms:\n  - { id: m, entityType: Nothing, initial: a, states: { a: {} } }\n")

    assert {"DEPENDS-UNKNOWN", "DEPENDS-CYCLE", "FIELD-SYSTEM", "REF-UNKNOWN", "MACHINE-ENTITY"} == {
        each[1] for each in found(write_project, one=one, two=two)
    }


def test_a_circle_of_dependencies_is_printed_as_a_path(write_project: WriteProject) -> None:
    """Semantics 37: a cycle is printed as a path."""
    modules = {id: module(id, f"dependsOn: [{to}]\n") for id, to in (("a", "b"), ("b", "c"), ("c", "a"))}

    assert ["dependsOn runs in a circle: a → b → c → a"] == [message for _, _, message, _ in found(write_project, **modules)]


def test_references_may_run_in_circles(write_project: WriteProject) -> None:
    one = module("one", "entities:\n  - { name: A, fields: [{ key: b, type: ref, refEntity: B }] }\n")
    two = module("two", "entities:\n  - { name: B, fields: [{ key: a, type: ref, refEntity: A }] }\n")

    assert [] == found(write_project, one=one, two=two)


@pytest.mark.parametrize(
    ("field", "code"),
    [
        ("{ key: x, type: number, default: many }", "FIELD-DEFAULT"),
        ("{ key: x, type: enum, enumValues: [a], default: b }", "FIELD-DEFAULT"),
        ("{ key: x, type: money, default: { amount: 1.5, currency: EUR } }", "FIELD-DEFAULT"),
        ("{ key: x, type: string, computed: 'shop.x:y', indexed: true }", "FIELD-COMPUTED"),
        ("{ key: x, type: json, jsonSchema: { type: objekt } }", "JSON-SCHEMA"),
        ("{ key: x, type: json, default: [1], jsonSchema: { type: object } }", "FIELD-DEFAULT"),
        ("{ key: version, type: string }", "FIELD-SYSTEM"),
        ("{ key: x, type: ref, refEntity: A, refField: name }", "REF-FIELD"),
    ],
)
def test_a_field_that_cannot_be_generated_says_why(write_project: WriteProject, field: str, code: str) -> None:
    text = module("a", f"entities:\n  - name: A\n    fields:\n      - {field}\n")

    assert [(6, code)] == [each[:2] for each in found(write_project, a=text)]


def test_a_machines_field_must_be_an_enum(write_project: WriteProject) -> None:
    """Semantics 21: a machine belongs to one enum field of its entity."""
    text = module(
        "a",
        "entities:\n  - { name: A, fields: [{ key: status, type: string }] }\nfsms:\n  - { id: m, entityType: A, initial: x, states: { x: {} } }\n",
    )

    assert ["MACHINE-FIELD"] == [each[1] for each in found(write_project, a=text)]


def test_a_machine_brings_its_field(write_project: WriteProject) -> None:
    """Semantics 21: if the entity declares no such field, it gets one."""
    text = module("a", "entities:\n  - { name: A, fields: [] }\nfsms:\n  - { id: m, entityType: A, initial: x, states: { x: {}, y: {} } }\n")
    [entity] = project_ir(write_project({"shop/a/definition.yaml": text})).modules[0].entities

    assert "status" in {field.name for field in entity.fields}
    assert ["AStatus"] == [each.name for each in entity.enums]


def test_two_things_of_one_name_are_refused_with_both_named(write_project: WriteProject) -> None:
    text = module("a", "entities:\n  - { name: Product, fields: [] }\n  - { name: ProductId, fields: [] }\n")

    [(line, code, message, _)] = found(write_project, a=text)

    assert (5, "NAME-TAKEN") == (line, code)
    assert '"ProductId" would be the name of the entity ProductId and of Product\'s id' == message


def test_a_message_named_like_an_entity_gets_a_name_of_its_own(write_project: WriteProject) -> None:
    text = module("a", "entities:\n  - { name: Move, fields: [] }\ncommands: [a.move]\n")
    [only] = project_ir(write_project({"shop/a/definition.yaml": text})).modules

    assert ["MoveCommand"] == [model.name for model in only.messages.models]


def test_two_handlers_of_one_name_are_refused(write_project: WriteProject) -> None:
    text = module("a", "commands: [a.doIt, a.do_it]\n")

    assert "NAME-TAKEN" in [each[1] for each in found(write_project, a=text)]


def test_an_entity_named_twice_is_refused(write_project: WriteProject) -> None:
    assert "DEF-TWICE" in [each[1] for each in found(write_project, a=module("a", "entities:\n" + CATEGORY * 2))]


def test_a_constraint_on_a_field_that_is_not_there_is_refused(write_project: WriteProject) -> None:
    text = module("a", "entities:\n  - { name: A, fields: [{ key: price, type: money }], uniqueConstraints: [[prise]] }\n")

    assert [("FIELD-UNKNOWN", 'did you mean "price"?')] == [(code, help) for _, code, _, help in found(write_project, a=text)]


@pytest.mark.parametrize("name", ["Transition", "StateMachine", "Text", "Model", "Money"])
def test_what_generated_files_import_yields_to_an_entity_of_its_name(write_project: WriteProject, name: str) -> None:
    machine = f"fsms:\n  - {{ id: m, entityType: {name}, initial: x, states: {{ x: {{ on: {{ go: {{ target: x }} }} }} }} }}\n"
    text = module("a", f"entities:\n  - {{ name: {name}, fields: [] }}\n{machine}")
    [made] = project_ir(write_project({"shop/a/definition.yaml": text})).modules
    imported = [each for entity in made.entities for each in entity.imports] + [each for machine in made.machines for each in machine.imports]

    assert name == made.entities[0].name
    assert {f"_{name}"} >= {each.text for each in imported if each.original == name}
    assert all(each.module.startswith(".") for each in imported if each.text == name)


def test_an_entity_may_be_named_as_what_its_own_files_do_not_import(write_project: WriteProject) -> None:
    assert [] == found(
        write_project, a=module("a", "entities:\n  - { name: Job, fields: [] }\n  - { name: Log, fields: [] }\n  - { name: Class, fields: [] }\n")
    )


@pytest.mark.parametrize("key", ["expected_version", "expectedVersion", "and"])
def test_a_field_that_a_message_or_a_filter_reads_otherwise_is_refused(write_project: WriteProject, key: str) -> None:
    text = module("a", f"entities:\n  - {{ name: A, fields: [{{ key: {key}, type: string }}] }}\n")

    assert [(4, "FIELD-SYSTEM")] == [each[:2] for each in found(write_project, a=text)]


def test_a_key_that_is_the_descending_order_of_another_is_refused(write_project: WriteProject) -> None:
    text = module("a", 'entities:\n  - name: A\n    fields:\n      - { key: "1", type: string }\n      - { key: "-1", type: string }\n')

    assert [(7, "FIELD-SYSTEM", '"-1" is how a list is put in descending order of "1"', "rename one of the two fields")] == found(
        write_project, a=text
    )


def test_entities_of_two_modules_with_one_table_are_refused(write_project: WriteProject) -> None:
    one = module("a_b", "entities:\n  - { name: C, fields: [] }\n")
    two = module("a", "entities:\n  - { name: D, fields: [] }\n  - { name: BC, fields: [], slug: b_c }\n")

    assert [(4, "NAME-TAKEN", '"a_b_c" would be the table of a.BC and of a_b.C', 'give one of the two a "slug" of its own')] == found(
        write_project, one=one, two=two
    )


def test_a_slug_that_stands_twice_is_refused(write_project: WriteProject) -> None:
    text = module("a", "entities:\n  - { name: C, fields: [], slug: x }\n  - { name: D, fields: [], slug: x }\n")

    assert [(5, "NAME-TAKEN", '"x" is the slug of C too')] == [each[:3] for each in found(write_project, a=text)]


def test_two_machines_whose_classes_would_be_called_alike_are_refused(write_project: WriteProject) -> None:
    entities = "entities:\n  - { name: Order, fields: [] }\n  - { name: OrderLine, fields: [] }\n"
    states = "initial: x, states: { x: { on: { go: { target: x } } } } }"
    machines = f"fsms:\n  - {{ id: a, entityType: Order, {states}\n  - {{ id: b, entityType: Order, field: line, {states}\n"
    other = f"  - {{ id: c, entityType: OrderLine, field: mood, {states}\n"
    report = found(write_project, a=module("a", entities + machines + other))

    assert ["NAME-TAKEN"] * len(report) == [each[1] for each in report]
    assert report


SIZED = "  - name: Box\n    fields:\n      - { key: size, type: json, jsonSchema: { type: object, properties: { inside: { type: object, properties: { a: {} } } } } }\n"


def test_the_type_of_a_json_field_yields_once_to_the_definition_and_then_says_so(write_project: WriteProject) -> None:
    taken = [f"  - {{ name: {name}, fields: [] }}\n" for name in ("BoxSize", "BoxSizeJson")]

    assert [] == found(write_project, a=module("a", "entities:\n" + SIZED + taken[0]))
    assert [(4, "NAME-TAKEN", '"BoxSize" would be the name of `size` of Box and of the entity BoxSize', "rename one of the two")] == [
        each for each in found(write_project, a=module("a", "entities:\n" + SIZED + "".join(taken)))
    ]


def test_a_class_within_a_json_schema_yields_to_whatever_has_its_name(write_project: WriteProject) -> None:
    text = module("a", "entities:\n" + SIZED + "  - { name: BoxSizeInside, fields: [] }\n")
    project = write_project({"shop/a/definition.yaml": text})
    made = resolved(project).ir

    assert made is not None
    assert [("BoxSize", "BoxSizeInside2")] == [types.names for types in made.modules[0].json_types]


@pytest.mark.parametrize(
    ("schema", "code", "said"),
    [
        ("{ properties: { a: { type: string } } }", "JSON-SCHEMA-TYPE", "typed as any JSON value"),
        ("{ type: string, pattern: '\\p{L}' }", "PATTERN-PORTABLE", "no portable form"),
    ],
)
def test_what_a_json_schema_leaves_to_python_or_untyped_is_a_warning(write_project: WriteProject, schema: str, code: str, said: str) -> None:
    text = module("a", f"entities:\n  - name: A\n    fields:\n      - key: x\n        type: json\n        jsonSchema: {schema}\n")
    done = resolved(write_project({"shop/a/definition.yaml": text}))
    [each] = done.diagnostics

    assert ("warning", code, 8) == (each.severity, each.code, each.line)
    assert said in each.message and done.ir is not None
