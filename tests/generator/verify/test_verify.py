"""What one part of a project says about another: one mistake, one sentence, one fix, at its place."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from coregen.diagnostics import Diagnostic
from coregen.load import load
from coregen.project import find_folders
from coregen.verify import verify
from tests.generator.conftest import WriteProject

Check = Callable[..., tuple[Diagnostic, ...]]
Document = dict[str, Any]


@pytest.fixture
def check(write_project: WriteProject) -> Check:
    """The findings about modules that are given as documents."""

    def judged(*documents: Document, complete: bool = True) -> tuple[Diagnostic, ...]:
        project = write_project({f"shop/m{number}/definition.json": json.dumps(each, indent=1) for number, each in enumerate(documents)})
        loaded = load(project, find_folders(project).folders)
        assert () == loaded.diagnostics

        return verify(loaded.modules, complete)

    return judged


def module(id: str = "catalog", **more: Any) -> Document:
    return {"id": id, "version": "1", **more}


def field(key: str = "name", type: str = "string", **more: Any) -> Document:
    return {"key": key, "type": type, **more}


def entity(*fields: Document, **more: Any) -> Document:
    return module(entities=[{"name": "Product", "fields": list(fields) or [field()], **more}])


def machine(on: Document | None = None, states: Document | None = None, fields: list[Document] | None = None, **more: Any) -> Document:
    draft = {"on": {"publish": {"target": "done", **(on or {})}}}
    fsm = {"id": "life", "entityType": "Product", "initial": "draft", "states": {"draft": draft, "done": {"terminal": True}, **(states or {})}}
    fsm.update({key: more.pop(key) for key in ("entityType", "initial", "field") if key in more})
    product = {"name": "Product", "fields": fields or [field("name"), field("price", "money"), field("stock", "number")]}
    return module(entities=[product], fsms=[fsm], **more)


def dispatch(command: str, **payload: Any) -> Document:
    return {"actions": [{"type": "dispatch", "command": command, **({"payload": payload} if payload else {})}]}


def emit(event: str, **payload: Any) -> Document:
    return {"actions": [{"type": "emit", "event": event, **({"payload": payload} if payload else {})}]}


def assign(name: str, value: Any) -> Document:
    return {"actions": [{"type": "assign", "field": name, "value": value}]}


PLACED = [{"type": "product.done", "payload": [field("sku", required=True), field("stock", "number")]}]
REPRICE = [{"type": "catalog.reprice", "payload": [field("percent", "number", required=True)]}]
WHERE = "(guard of life, draft → done)"
IN_DRAFT = "(action of life, state draft)"
BEGINS = "begins"


@pytest.mark.parametrize(
    ("documents", "code", "message", "help"),
    [
        # names
        ([module(), module()], "DUPLICATE", 'the module id "catalog" is taken by shop.m0', "give one of them another id"),
        (
            [entity(field("a"), field("a", "number"))],
            "DUPLICATE",
            'there are two fields "a" of Product, the first in line 9',
            "rename or remove one of them",
        ),
        (
            [module(entities=[{"name": "A", "fields": []}, {"name": "A", "fields": []}])],
            "DUPLICATE",
            'there are two entities "A" of the module, the first in line 6',
            "rename or remove one of them",
        ),
        (
            [module(commands=["catalog.x", "catalog.x"])],
            "DUPLICATE",
            'the message type "catalog.x" is taken by one of the commands of catalog',
            "give one of them another type",
        ),
        (
            [module(commands=["catalog.x"]), module("orders", queries=["catalog.x"])],
            "DUPLICATE",
            'the message type "catalog.x" is taken by one of the commands of catalog',
            "give one of them another type",
        ),
        ([entity(field("id"))], "FIELD-RESERVED", '"id" is a field that every entity has', "remove it, coregen supplies it"),
        (
            [entity(field("version", "number"))],
            "FIELD-RESERVED",
            '"version" is a field that versioned gives',
            "remove it, coregen supplies it; with versioned: false the name is yours",
        ),
        (
            [entity(namespace="orders")],
            "NAMESPACE",
            'the namespace of Product is "orders", and its module is "catalog"',
            "remove it: the namespace is the module's id",
        ),
        (
            [module(entities=[{"name": "A", "idPrefix": "a", "fields": []}, {"name": "B", "idPrefix": "a_", "fields": []}])],
            "ID-PREFIX",
            'the id prefix "a" of B is taken by A',
            "give one of them another prefix",
        ),
        (
            [module(idPrefixes={"Produkt": "p"}, entities=[{"name": "Product", "fields": []}])],
            "ID-PREFIX",
            'idPrefixes gives a prefix to "Produkt", which is no entity of catalog',
            'did you mean "Product"?',
        ),
        # fields
        (
            [entity(field("a", "enum", enumValues=["x", "y"], default="xx"))],
            "DEFAULT-TYPE",
            'the default of field "a" of Product does not fit its type',
            'did you mean "x"?',
        ),
        (
            [entity(field("a", "number", default=9, validators=[{"max": 3}]))],
            "DEFAULT-TYPE",
            'the default of field "a" of Product is refused by its own validator: it must be 3 or less',
            "change the default or the validator",
        ),
        (
            [entity(field("a", "number", validators=["email"]))],
            "VALIDATOR-TYPE",
            '"email" says nothing about field "a" of Product, which is of type number',
            "it is for fields of type string",
        ),
        ([entity(indexes=[["nam"]])], "INDEX-FIELD", 'Product has no field "nam" (indexes)', 'did you mean "name"?'),
        (
            [entity(field("l", "ref[]", refEntity="Product"), uniqueConstraints=[["l"]])],
            "INDEX-FIELD",
            '"l" is a list, and has no column to index (uniqueConstraints of Product)',
            "remove it here",
        ),
        # modules
        ([module(dependsOn=["oders"]), module("orders")], "DEPENDS-UNKNOWN", 'this project has no module "oders"', 'did you mean "orders"?'),
        (
            [module("a", dependsOn=["b"]), module("b", dependsOn=["c"]), module("c", dependsOn=["a"])],
            "DEPENDS-CYCLE",
            "dependsOn runs in a circle: a → b → c → a",
            "refer to entities and subscribe to events without it",
        ),
        (
            [module(subscriptions=[{"event": "ordres/order.placed"}]), module("orders")],
            "EVENT-MODULE",
            'this project has no module "ordres" ("ordres/order.placed")',
            'did you mean "orders"?',
        ),
        # rules
        (
            [module(rules={"a": {"ref": "b"}, "b": {"not": {"ref": "a"}}})],
            "RULE-CYCLE",
            "rules refer to each other in a circle: a → b → a",
            "write one of them out",
        ),
        (
            [module(rules={"cheap": {"field": "a", "op": "eq", "value": 1}, "b": {"ref": "cheep"}})],
            "RULE-UNKNOWN",
            'there is no rule "cheep"',
            'did you mean "cheap"?',
        ),
        (
            [module(rules={"t": {"field": "a", "op": "lt", "value": {"param": "days"}}, "b": {"ref": "t"}})],
            "RULE-PARAM",
            'the rule "t" needs a value for its parameter "days"',
            '{"template": "t", "params": {"days": …}}',
        ),
        (
            [module(rules={"b": {"any": "a", "where": {"ref": "cheep"}}, "cheap": {"field": "a", "op": "eq", "value": 1}})],
            "RULE-UNKNOWN",
            'there is no rule "cheep"',
            'did you mean "cheap"?',
        ),
        (
            [module(rules={"b": {"all": "a", "where": {"field": "item", "op": "matches", "value": "(?=x)"}}})],
            "RULE-VALUE",
            '"matches" takes a regular expression of the linear-time engine: the pattern "(?=x)" is refused: look-around, including look-ahead and look-behind, is not supported (rule "b")',
            'change the value of "item"',
        ),
        (
            [module(rules={"t": {"field": "a", "op": "lt", "value": {"param": "days"}}, "b": {"template": "t", "params": {}}})],
            "RULE-PARAM",
            'the rule "t" needs a value for its parameter "days"',
            '{"template": "t", "params": {"days": …}}',
        ),
        (
            [module(rules={"t": {"field": "a", "op": "eq", "value": {"param": "days"}}, "b": {"template": "t", "params": {"days": 1, "dys": 2}}})],
            "RULE-PARAM",
            'the rule "t" has no parameter "dys"',
            'did you mean "days"?',
        ),
        # machines
        ([machine(entityType="Produkt")], "FSM-ENTITY", 'catalog has no entity "Produkt" (entity of life)', 'did you mean "Product"?'),
        (
            [machine(field="name")],
            "FSM-FIELD",
            'the field of life, "name" of Product, is of type string and has to be an enum',
            'make it type "enum", or leave "name" out: the machine brings it',
        ),
        (
            [machine(fields=[field("status", "enum", enumValues=["draft"])])],
            "FSM-FIELD",
            '"status" of Product lacks "done", which life has as a state',
            'add "done", or leave "status" out: the machine brings it',
        ),
        (
            [machine(fields=[field("status", "enum", enumValues=["draft", "done"], default="done")])],
            "FSM-DEFAULT",
            'the default of "status" is "done", and life begins in "draft"',
            "remove the default: the machine's initial state is it",
        ),
        ([machine(initial="drft", on={"target": "draft"})], "FSM-STATE", 'life has no state "drft" (initial state)', 'did you mean "draft"?'),
        (
            [machine(states={"draft": {"on": {"publish": {"target": "dune"}, "end": {"target": "done"}}}})],
            "FSM-STATE",
            'life has no state "dune" (target of "publish" in "draft")',
            'did you mean "done"?',
        ),
        (
            [machine({"guard": {"field": "product.prise", "op": "exists"}})],
            "RULE-FIELD",
            f'Product has no field "prise" {WHERE}',
            'did you mean "price"?',
        ),
        (
            [machine({"guard": {"field": "product.price", "op": "gt", "value": 0}})],
            "RULE-OPERATOR",
            f'"product.price" is of type money, which does not take "gt" {WHERE}',
            'ask "product.price.amount"',
        ),
        (
            [machine({"guard": {"ref": "r"}}, rules={"r": {"field": "entity.nam", "op": "exists"}})],
            "RULE-FIELD",
            'Product has no field "nam" (rule "r", guard of life, draft → done)',
            'did you mean "name"?',
        ),
        (
            [machine({"guard": {"ref": "t"}}, rules={"t": {"field": "entity.stock", "op": "lt", "value": {"param": "n"}}})],
            "RULE-PARAM",
            'the rule "t" needs a value for its parameter "n"',
            '{"template": "t", "params": {"n": …}}',
        ),
        (
            [machine(dispatch("catalog.repricee", percent=1), commands=REPRICE)],
            "COMMAND-UNKNOWN",
            f'catalog declares no command "repricee" {IN_DRAFT}',
            'did you mean "catalog.reprice"?',
        ),
        (
            [machine(dispatch("orders.place"))],
            "COMMAND-UNKNOWN",
            f'no module declares the command "orders.place" {IN_DRAFT}',
            "declare it, or mend the name",
        ),
        (
            [machine(dispatch("catalog.reprice"), commands=REPRICE)],
            "PAYLOAD-MISSING",
            f'the command "catalog.reprice" needs "percent" {IN_DRAFT}',
            'add it to the payload, as a literal or as {"ref": "entity.percent"}',
        ),
        (
            [machine(emit("product.done", sku="x", stok=1), events=PLACED)],
            "PAYLOAD-KEY",
            f'the event "product.done" has no "stok" {IN_DRAFT}',
            'did you mean "stock"?',
        ),
        (
            [machine(emit("product.done", sku="x", stock="many"), events=PLACED)],
            "PAYLOAD-TYPE",
            f'"stock" of the event "product.done" does not fit its type {IN_DRAFT}',
            BEGINS,
        ),
        ([machine(assign("stok", 3))], "ASSIGN-FIELD", f'Product has no field "stok" {IN_DRAFT}', 'did you mean "stock"?'),
        ([machine(assign("status", "done"))], "ASSIGN-FIELD", f'the machine itself sets "status" {IN_DRAFT}', "use a transition's target"),
        ([machine(assign("updatedAt", 1))], "ASSIGN-FIELD", f'coregen itself sets "updatedAt" {IN_DRAFT}', "remove the action"),
        ([machine(assign("stock", "many"))], "ASSIGN-TYPE", f'this value does not fit "stock" of Product {IN_DRAFT}', BEGINS),
    ],
)
def test_a_mistake_is_one_error(check: Check, documents: list[Document], code: str, message: str, help: str) -> None:
    """Semantics 20 and 21, and the contract's section on definitions."""
    (found,) = check(*documents)

    assert ("error", code, message) == (found.severity, found.code, found.message)
    assert found.help if help is BEGINS else help == found.help
    assert found.line > 1


@pytest.mark.parametrize(
    ("documents", "code"),
    [
        (
            [
                module("a", entities=[{"name": "A", "idPrefix": "x", "fields": []}]),
                module("b", entities=[{"name": "B", "idPrefix": "x", "fields": []}]),
            ],
            "ID-PREFIX",
        ),
        ([module(subscriptions=[{"event": "product.made"}])], "EVENT-UNKNOWN"),
        ([module(channels=[{"pattern": "*.made", "channel": "org:{orgId}:all"}])], "EVENT-UNKNOWN"),
        ([entity(field("a", validators=[{"pattern": r"\p{Greek}"}]))], "PATTERN-PORTABLE"),
        ([machine(states={"lost": {"terminal": True}})], "FSM-UNREACHABLE"),
        ([machine({"target": "open"}, {"open": {}, "done": {"terminal": True, "label": "x"}})], "FSM-DEAD-END"),
        ([machine(fields=[field("status", "enum", enumValues=["draft", "done", "gone"])])], "FSM-VALUE"),
        ([{**entity(), "rules": {"r": {"field": "product.nam", "op": "exists"}}}], "RULE-FIELD"),
        ([{**entity(), "rules": {"r": {"not": {"field": "product.name", "op": "contains", "value": "x"}}}}], "RULE-OPERATOR"),
        ([{**entity(), "rules": {"r": {"field": "product.name", "op": "eq", "value": 1}}}], "RULE-VALUE"),
        ([{**entity(), "rules": {"r": {"any": "product.name", "where": {"field": "item", "op": "exists"}}}}], "RULE-OPERATOR"),
    ],
)
def test_what_is_doubtful_is_a_warning(check: Check, documents: list[Document], code: str) -> None:
    """Semantics 20 and 37."""
    found = check(*documents)

    assert code in [each.code for each in found]
    assert {"warning"} == {each.severity for each in found}


@pytest.mark.parametrize(
    "document",
    [
        entity(field("version", "number"), versioned=False),
        entity(field("createdAt", "date"), timestamps=False),
        entity(field("deletedAt", "date"), softDelete=False),
        entity(indexes=[["createdAt", "name"]], uniqueConstraints=[["name"]]),
        machine(dispatch("catalog.createProduct", name="x")),
        machine(dispatch("catalog.transitionProduct")),
        machine(dispatch("catalog.reprice", percent={"ref": "payload.percent"}), commands=REPRICE),
        machine(emit("whatever", a=1)),
        machine(emit("product.done", sku={"ref": "entity.name"}), events=PLACED),
        machine(assign("price", {"ref": "payload.price"})),
        machine(assign("name", "shop.names:fresh")),
        machine({"guard": {"and": [{"field": "payload.anything", "op": "exists"}, {"field": "product.price.amount", "op": "gt", "value": 0}]}}),
        machine({"guard": {"field": "entity.status", "op": "eq", "value": "draft"}}),
        machine({"guard": {"any": "payload.lines", "where": {"field": "line.price", "op": "lt", "value": {"ref": "product.stock"}}, "as": "line"}}),
        {**entity(), "rules": {"r": {"field": "whatever.there.is", "op": "gt", "value": 1}, "s": {"field": "product.name", "op": "exists"}}},
        {**entity(name="Entity"), "rules": {"r": {"field": "entity.whatever", "op": "exists"}}},
        machine(subscriptions=[{"event": "product.created"}, {"event": "catalog/product.erased"}, {"event": "product.*"}, {"event": "*"}]),
        machine(emit("product.published"), subscriptions=[{"event": "product.published"}]),
        machine(fields=[field("status", "enum", enumValues=["draft", "done"], default="draft")]),
        entity(field("name", default={"factory": "shop.names:fresh"}), field("total", "number", computed="shop.sums:total")),
    ],
)
def test_what_is_right_is_not_reported(check: Check, document: Document) -> None:
    """Create, read and transition messages count as declared; an emitted event needs no declaration (semantics 20)."""
    assert () == check(document)


def test_what_is_not_there_may_be_in_a_module_that_could_not_be_loaded(check: Check) -> None:
    documents = [machine(dispatch("orders.place"), dependsOn=["orders"], subscriptions=[{"event": "orders/order.placed"}, {"event": "order.placed"}])]

    assert ["DEPENDS-UNKNOWN", "COMMAND-UNKNOWN", "EVENT-MODULE", "EVENT-UNKNOWN"] == sorted(
        (each.code for each in check(*documents)), key=["DEPENDS-UNKNOWN", "COMMAND-UNKNOWN", "EVENT-MODULE", "EVENT-UNKNOWN"].index
    )
    assert () == check(*documents, complete=False)


def test_what_only_python_can_say_wrongly(write_project: WriteProject) -> None:
    project = write_project({"shop/catalog/definition.py": """
            from decimal import Decimal

            from coregen_runtime import EntityHooks, EntitySchema, FieldSchema, ModuleDefinition, Validators


            def total(entity: dict[str, object]) -> int:
                return 1


            product = EntitySchema(
                name="Product",
                fields=[
                    FieldSchema(key="a", type="number", computed=total),
                    FieldSchema(key="b", type="number", computed=lambda entity: 1),
                    FieldSchema(key="c", type="string", default=lambda: "x"),
                    FieldSchema(key="d", type="string", validators=[Validators.custom(lambda value, context: None)]),
                ],
                hooks=EntityHooks(before_save=lambda entity, ctx: entity),
                unique_constraints=[["e"]],
            )
            module = ModuleDefinition(id="catalog", version="1", entities=[product], default_config={"a": Decimal(1), "b": {2: 3}, "c": "\\ud800"})
            """})
    found = verify(load(project, find_folders(project).folders).modules)

    assert [
        (14, "FUNCTION-NAME", "a lambda cannot be named from generated code"),
        (15, "FUNCTION-NAME", "a lambda cannot be named from generated code"),
        (16, "FUNCTION-NAME", "a lambda cannot be named from generated code"),
        (18, "FUNCTION-NAME", "a lambda cannot be named from generated code"),
        (19, "INDEX-FIELD", 'Product has no field "e" (unique_constraints)'),
        (21, "DATA-JSON", "a Decimal is no data"),
        (21, "DATA-JSON", "a key that is no text is no data"),
        (21, "DATA-JSON", "half of a surrogate pair is no text"),
    ] == [(each.line, each.code, each.message) for each in found]


def test_the_samples_are_sound(write_project: WriteProject, project_root: Any) -> None:
    project = write_project(
        {f"shop/{path.parent.name}/{path.name}": path.read_text() for path in (project_root / "sample_modules").glob("*/definition.*")}
    )
    loaded = load(project, find_folders(project).folders)

    assert () == (*loaded.diagnostics, *verify(loaded.modules))


PLAIN = "a placeholder leads to a text or a number: name one that is, or a part of this one such as price.amount"
ORDER_PLACED = {"type": "order.placed", "payload": [field("number"), field("price", "money"), field("place", "geo.point"), field("extra", "json")]}


@pytest.mark.parametrize(
    ("template", "severity", "message", "help"),
    [
        ("org:{orgId}:orders", "", "", ""),
        ("{payload.number}:{payload.price.currency}:{payload.place.lat}:{payload.extra.deep.er}:{metadata.x}", "", "", ""),
        ("org:{orgid}", "error", 'an event has no "orgid" (the channel "org:{orgid}")', 'did you mean "orgId"?'),
        ("o:{payload.numbr}", "error", 'no event of "order.placed" has "payload.numbr" (the channel "o:{payload.numbr}")', 'did you mean "number"?'),
        ("o:{payload.price}", "error", 'no event of "order.placed" has "payload.price" (the channel "o:{payload.price}")', PLAIN),
        ("o:{payload}", "error", '"payload" of an event is no plain value (the channel "o:{payload}")', 'name what is in it, such as "payload.id"'),
        ("o:{orgId.x}", "error", '"orgId.x" of an event is no plain value (the channel "o:{orgId.x}")', 'write "orgId"'),
        ("o:{orgId", "error", 'the channel "o:{orgId" has a brace without its other half', "write a placeholder as {orgId}"),
    ],
)
def test_a_channel_asks_events_for_what_they_have(check: Check, template: str, severity: str, message: str, help: str) -> None:
    found = check(module(events=[ORDER_PLACED], channels=[{"pattern": "order.placed", "channel": template}]))

    assert ([(severity, "CHANNEL-FIELD", message, help)] if severity else []) == [
        (each.severity, each.code, each.message, each.help) for each in found
    ]


def test_a_channel_that_only_some_events_fit_is_a_warning(check: Check) -> None:
    fields = [field("name"), field("secret", sensitive=True), field("double", "number", computed="shop.sums:double")]
    [found] = check(entity(*fields, rtChannel="org:{orgId}:{payload.name}"))
    [created, *_] = check(module("other", channels=[{"pattern": "catalog/product.created", "channel": "{payload.secret}"}]), entity(*fields))

    assert ("warning", "CHANNEL-FIELD") == (found.severity, found.code)
    assert "catalog/product.erased, catalog/product.updated, which the channel" in found.message
    assert 'no event of "product.created" has "payload.secret"' in created.message


def test_what_nobody_declares_may_hold_anything(check: Check) -> None:
    emitting = machine(emit("product.gone"), channels=[{"pattern": "product.gone", "channel": "p:{payload.any}"}])

    assert () == check(emitting)
