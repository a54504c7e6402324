"""The OpenAPI document of a module."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from coregen.resolve.artefacts.openapi import openapi
from coregen.resolve.artefacts.shapes import ArtefactModule
from coregen_runtime.entity.json_schema import openapi_schema
from tests.generator.artefacts.conftest import ORDERING, PRODUCT, module_of
from tests.generator.rendering import everything, texts


@pytest.fixture(scope="session")
def documents(
    ordering: ArtefactModule, chinook: ArtefactModule, project_root: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, dict[str, Any]]:
    """The documents of the module that has one of everything, Chinook, the definitions that hold every key, and the samples, by name."""
    files = dict(texts(everything(tmp_path_factory.mktemp("everything"))))
    files |= {str(path.relative_to(project_root)): path.read_text("utf-8") for path in project_root.glob("sample_modules/*/generated/openapi.json")}
    found = {path.split("/")[1]: json.loads(text) for path, text in files.items() if path.endswith("openapi.json")}
    return found | {"ordering, by hand": openapi(ordering), "chinook": openapi(chinook)}


DOCUMENTS = ["ordering, by hand", "chinook", "goods", "people", "catalog", "identity", "inventory", "ledger", "ordering"]


def test_there_is_a_document_of_every_module(documents: dict[str, Any]) -> None:
    assert set(DOCUMENTS) == set(documents)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_document_is_valid(name: str, documents: dict[str, Any]) -> None:
    document = documents[name]

    assert [] == [error.message for error in OpenAPIV31SpecValidator(document).iter_errors()]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_reference_leads_somewhere_and_every_schema_is_one(name: str, documents: dict[str, Any]) -> None:
    document = documents[name]
    for reference in references(document):
        assert found(document, reference) is not None, reference
    for schema in document["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def test_the_schema_of_an_entity_is_the_one_that_the_registry_gives(chinook: ArtefactModule) -> None:
    document = openapi(chinook)
    for name in ("Album", "Track"):
        [entity] = [entity for entity in chinook.entities if entity.name == name]
        shown = written_out(document, document["components"]["schemas"][name])

        assert openapi_schema(entity, "read", chinook.prefixes) == shown


def test_an_entity_brings_its_routes(ordering: ArtefactModule) -> None:
    """Semantics 27: routes are `/<module>/<entities>`."""
    paths = openapi(ordering)["paths"]

    assert {
        "/ordering/commands/addLine": ["post"],
        "/ordering/commands/importAll": ["post"],
        "/ordering/commands/recount": ["post"],
        "/ordering/order-lines": ["get", "post"],
        "/ordering/order-lines/{id}": ["get", "patch", "delete"],
        "/ordering/orders": ["get", "post"],
        "/ordering/orders/{id}": ["get", "patch", "delete"],
        "/ordering/orders/{id}/restore": ["post"],
        "/ordering/orders/{id}/transitions": ["get", "post"],
        "/ordering/queries/bestseller": ["post"],
    } == {path: list(methods) for path, methods in paths.items()}


def test_each_operation_has_an_id_of_its_own(chinook: ArtefactModule) -> None:
    ids = [operation["operationId"] for methods in openapi(chinook)["paths"].values() for operation in methods.values()]

    assert len(TABLES) * 6 == len(set(ids)) == len(ids)
    assert {"listInvoiceLines", "createInvoiceLine", "getInvoiceLine", "updateInvoiceLine", "deleteInvoiceLine", "restoreInvoiceLine"} <= set(ids)


def test_what_a_machine_owns_is_read_and_never_written(ordering: ArtefactModule) -> None:
    """Semantics 21: a machine belongs to one enum field of its entity."""
    schemas = openapi(ordering)["components"]["schemas"]

    assert ["Order"] == [name for name in ("Order", "OrderCreate", "OrderUpdate") if "status" in schemas[name]["properties"]]
    assert ["place"] == schemas["TransitionOrder"]["properties"]["event"]["enum"]


def test_a_second_machine_of_an_entity_has_routes_and_schemas_of_its_own() -> None:
    payment = {
        "id": "payment-fsm",
        "entityType": "Order",
        "field": "channel",
        "initial": "web",
        "states": {"web": {"on": {"call": {"target": "web"}}}},
    }
    document = openapi(module_of(ORDERING | {"fsms": [*ORDERING["fsms"], payment]}, PRODUCT))

    assert ["get", "post"] == list(document["paths"]["/ordering/orders/{id}/channel/transitions"])
    assert ["call"] == document["components"]["schemas"]["TransitionOrderChannel"]["properties"]["event"]["enum"]
    assert ["place"] == document["components"]["schemas"]["TransitionOrder"]["properties"]["event"]["enum"]


def test_a_message_that_an_entity_brings_stands_with_the_entity_alone() -> None:
    declared = openapi(replace(module_of(ORDERING | {"commands": ["ordering.createOrder"]}, PRODUCT), names={}))

    assert [] == [path for path in declared["paths"] if "commands" in path]


def test_a_computed_field_is_read_only(ordering: ArtefactModule) -> None:
    """Semantics 8: computed fields are in reads; never accepted."""
    schemas = openapi(ordering)["components"]["schemas"]

    assert schemas["Order"]["properties"]["weight"]["readOnly"] is True
    assert "weight" not in schemas["OrderCreate"]["properties"]


def test_a_sensitive_value_is_in_no_response_and_in_no_event(ordering: ArtefactModule) -> None:
    """Semantics 7: sensitive values never reach an event payload or an API response."""
    schemas = openapi(ordering)["components"]["schemas"]

    assert ["OrderCreate"] == [name for name in ("Order", "OrderSnapshot", "OrderCreate") if "customerEmail" in schemas[name]["properties"]]


def test_a_result_that_is_an_entity_of_another_module_is_a_component(ordering: ArtefactModule) -> None:
    document = openapi(ordering)
    answer = document["paths"]["/ordering/queries/bestseller"]["post"]["responses"]["200"]

    assert {"$ref": "#/components/schemas/catalog.Product"} == answer["content"]["application/json"]["schema"]
    shown = document["components"]["schemas"]["catalog.Product"]

    assert openapi_schema(PRODUCT, "read") == {key: value for key, value in shown.items() if key != "examples"}


def test_what_fields_share_stands_once(ordering: ArtefactModule) -> None:
    schemas = openapi(ordering)["components"]["schemas"]
    everywhere = json.dumps(schemas)

    assert {"$ref": "#/components/schemas/money"} == {key: value for key, value in schemas["Order"]["properties"]["total"].items() if key == "$ref"}
    assert 1 == everywhere.count('"CHF"')
    assert 1 == everywhere.count('"const": "Polygon"')
    assert (
        "geo.linestring"
        not in openapi(module_of(ORDERING | {"entities": ORDERING["entities"][:1], "queries": [], "commands": []}))["components"]["schemas"]
    )


def test_money_with_bounds_says_them_and_refers_to_the_currencies(ordering: ArtefactModule) -> None:
    price = {"key": "price", "type": "money", "required": True, "validators": ["positive"]}
    document = openapi(module_of({"id": "shop", "version": "1.0.0", "entities": [{"name": "Lamp", "namespace": "shop", "fields": [price]}]}))
    judge = Draft202012Validator(document | {"$ref": "#/components/schemas/LampCreate"})

    assert [True, False, False] == [
        judge.is_valid({"price": {"amount": amount, "currency": currency}}) for amount, currency in ((1, "EUR"), (0, "EUR"), (1, "XXY"))
    ]


def test_what_an_entity_refers_to_can_stand_beside_it(ordering: ArtefactModule) -> None:
    """Semantics 25: `include`, for one entity and for a page, the entities of other modules too."""
    document = openapi(ordering)
    schemas, paths = document["components"]["schemas"], document["paths"]
    [listed] = [each for each in parameters(document, "/ordering/order-lines", "get") if each["name"] == "include"]
    [got] = [each for each in parameters(document, "/ordering/order-lines/{id}", "get") if each["name"] == "include"]
    answer = paths["/ordering/order-lines/{id}"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]

    assert ["order", "product", "gifts", "pk"] == listed["schema"]["items"]["enum"] == got["schema"]["items"]["enum"]
    assert {"$ref": "#/components/schemas/OrderLineIncluded"} == schemas["OrderLinePage"]["properties"]["included"]
    assert "included" not in schemas["OrderLinePage"]["required"]
    assert {"type": "object", "additionalProperties": {"$ref": "#/components/schemas/catalog.Product"}} == schemas["OrderLineIncluded"]["properties"][
        "gifts"
    ]
    assert [{"$ref": "#/components/schemas/OrderLine"}, {"$ref": "#/components/schemas/OrderLineIncluding"}] == answer["oneOf"]
    assert "include" not in [each["name"] for each in parameters(document, "/ordering/orders", "get")]
    assert "OrderIncluded" not in schemas and "included" not in schemas["OrderPage"]["properties"]


def test_what_routes_share_stands_once_and_nothing_else_is_there(ordering: ArtefactModule) -> None:
    document = openapi(ordering)
    own = [
        each["name"]
        for methods in document["paths"].values()
        for operation in methods.values()
        for each in operation.get("parameters", ())
        if "name" in each
    ]

    assert ["filter", "sort"] == sorted(set(own))
    assert ["after", "expectedVersion", "id", "include-OrderLine", "limit", "page", "total", "withDeleted"] == list(
        document["components"]["parameters"]
    )
    assert {} == openapi(module_of({"id": "empty", "version": "1.0.0"}))["components"]["parameters"]


def test_what_changes_an_entity_takes_the_version_that_was_read(ordering: ArtefactModule) -> None:
    document = openapi(ordering)
    taking = {
        (path, method)
        for path, methods in document["paths"].items()
        for method in methods
        if "expectedVersion" in [each["name"] for each in parameters(document, path, method)]
    }

    assert {("/ordering/orders/{id}", "patch"), ("/ordering/orders/{id}", "delete"), ("/ordering/orders/{id}/restore", "post")} == taking


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_tag_of_a_route_is_explained_and_no_other(name: str, documents: dict[str, Any]) -> None:
    document = documents[name]
    used = {tag for methods in document["paths"].values() for operation in methods.values() for tag in operation["tags"]}

    assert sorted(used) == [each["name"] for each in document["tags"]]
    assert all(each["description"] for each in document["tags"])


@pytest.mark.parametrize("name", DOCUMENTS)
def test_no_two_operations_have_one_id(name: str, documents: dict[str, Any]) -> None:
    ids = [operation["operationId"] for methods in documents[name]["paths"].values() for operation in methods.values()]

    assert len(set(ids)) == len(ids)


def test_a_change_says_what_leaving_out_means(ordering: ArtefactModule) -> None:
    operation = openapi(ordering)["paths"]["/ordering/orders/{id}"]["patch"]
    schema = openapi(ordering)["components"]["schemas"]["OrderUpdate"]

    assert "left out stays" in operation["description"] and "null takes the value away" in operation["description"]
    assert [] == schema["required"]
    assert [True, False] == [Draft202012Validator(openapi(ordering) | schema).is_valid(change) for change in ({"channel": None}, {"number": None})]


def test_a_command_without_a_result_answers_with_no_content(ordering: ArtefactModule) -> None:
    assert {"204", "401", "403", "404", "409", "422", "429", "default"} == set(
        openapi(ordering)["paths"]["/ordering/commands/recount"]["post"]["responses"]
    )


def test_an_entity_that_is_not_deleted_softly_cannot_be_restored(ordering: ArtefactModule) -> None:
    """Semantics 9: a switch removes the behaviour too."""
    paths = openapi(ordering)["paths"]
    names = [parameter["name"] for parameter in parameters(openapi(ordering), "/ordering/order-lines", "get")]

    assert "/ordering/order-lines/{id}/restore" not in paths
    assert ["filter", "page", "limit", "after", "sort", "total", "include"] == names


def test_paths_and_schemas_stand_by_name(ordering: ArtefactModule) -> None:
    document = openapi(ordering)

    assert sorted(document["paths"]) == list(document["paths"])
    assert sorted(document["components"]["schemas"]) == list(document["components"]["schemas"])
    assert document == json.loads(json.dumps(document))


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_example_is_valid(name: str, documents: dict[str, Any]) -> None:
    document = documents[name]
    shown = {name: schema["examples"] for name, schema in document["components"]["schemas"].items() if "examples" in schema}
    problems = [each["content"]["application/problem+json"]["example"] for each in document["components"]["responses"].values()]
    failures = [
        f"{name}: {error.json_path} {error.message}"
        for name, examples in (shown | {"Problem": problems}).items()
        for example in examples
        for error in Draft202012Validator(document | {"$ref": f"#/components/schemas/{name}"}).iter_errors(example)
    ]

    assert [] == failures


@pytest.mark.parametrize("name", [name for name in DOCUMENTS if name != "goods"])
def test_every_entity_has_an_example(name: str, documents: dict[str, Any]) -> None:
    document = documents[name]
    shown = [name for name, schema in document["components"]["schemas"].items() if "examples" in schema]
    entities = {each.removesuffix("Page") for each in document["components"]["schemas"] if each.endswith("Page")}

    assert entities | {f"{entity}Create" for entity in entities} <= set(shown)


@pytest.mark.parametrize(
    ("filter", "valid"),
    [
        ({}, True),
        ({"number": "A-1"}, True),
        ({"number": {"startsWith": "A", "neq": None}}, True),
        ({"number": {"withinDays": 3}}, False),
        ({"total": {"gte": {"amount": 1, "currency": "EUR"}}}, True),
        ({"or": [{"createdAt": {"withinDays": 3}}, {"not": {"status": {"in": ["draft"]}}}]}, True),
        ({"status": {"matches": "^d"}, "id": {"matches": "^ord_"}}, True),
        ({"nothing": 1}, False),
    ],
)
def test_a_list_takes_filters_as_json(ordering: ArtefactModule, filter: dict[str, Any], valid: bool) -> None:
    """Semantics 24: filters are data, checked against the schema."""
    document = openapi(ordering)
    [parameter] = [each for each in parameters(document, "/ordering/orders", "get") if each["name"] == "filter"]

    assert valid is Draft202012Validator(document | parameter["content"]["application/json"]["schema"]).is_valid(filter)


@pytest.mark.parametrize(("field", "type", "valid"), [("place", "Polygon", True), ("place", "LineString", False), ("area", "Polygon", False)])
def test_a_filter_of_a_point_takes_a_polygon(ordering: ArtefactModule, field: str, type: str, valid: bool) -> None:
    """Semantics 14, 24."""
    within = {field: {"spatialWithin": {"type": type, "coordinates": [[[0, 0], [4, 0], [4, 2], [0, 0]]]}}}

    assert valid is Draft202012Validator(openapi(ordering) | {"$ref": "#/components/schemas/OrderLineFilter"}).is_valid(within)


def test_a_list_is_ordered_by_fields_that_have_an_order(ordering: ArtefactModule) -> None:
    [parameter] = [each for each in parameters(openapi(ordering), "/ordering/order-lines", "get") if each["name"] == "sort"]
    names = parameter["schema"]["items"]["enum"]

    assert {"id", "-quantity", "wantedBy"} <= set(names)
    assert not {"gifts", "notes", "place", "area", "way"} & set(names)


def test_a_route_says_which_problems_it_answers_with(ordering: ArtefactModule) -> None:
    """Semantics 43: status by class."""
    paths = openapi(ordering)["paths"]

    assert ["200", "401", "403", "422", "429", "default"] == list(paths["/ordering/orders"]["get"]["responses"])
    assert ["200", "401", "403", "404", "422", "429", "default"] == list(paths["/ordering/orders/{id}"]["get"]["responses"])
    assert ["200", "401", "403", "404", "409", "422", "429", "default"] == list(paths["/ordering/orders/{id}"]["patch"]["responses"])


def parameters(document: dict[str, Any], path: str, method: str) -> list[dict[str, Any]]:
    """The parameters of a route, written out."""
    return [found(document, each["$ref"]) if "$ref" in each else each for each in document["paths"][path][method].get("parameters", ())]


def written_out(document: dict[str, Any], value: Any) -> Any:
    """A value in which every reference is what it leads to, without examples."""
    if isinstance(value, dict):
        inner = {key: written_out(document, each) for key, each in value.items() if key not in ("$ref", "examples")}
        return (written_out(document, found(document, value["$ref"])) if "$ref" in value else {}) | inner
    return [written_out(document, each) for each in value] if isinstance(value, list) else value


def references(value: Any) -> list[str]:
    if isinstance(value, dict):
        own = [value["$ref"]] if isinstance(value.get("$ref"), str) else []
        return own + [reference for inner in value.values() for reference in references(inner)]
    return [reference for inner in value for reference in references(inner)] if isinstance(value, list) else []


def found(document: dict[str, Any], reference: str) -> Any:
    value: Any = document
    for part in reference.removeprefix("#/").split("/"):
        value = value.get(part) if isinstance(value, dict) else None
    return value


TABLES = ("Album", "Artist", "Customer", "Employee", "Genre", "Invoice", "InvoiceLine", "MediaType", "Playlist", "PlaylistTrack", "Track")
