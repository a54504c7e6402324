"""The OpenAPI document of a module."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from coregen.resolve.artefacts.openapi import openapi
from coregen.resolve.artefacts.shapes import ArtefactModule
from coregen_runtime.entity.json_schema import openapi_schema
from tests.generator.artefacts.conftest import ORDERING, PRODUCT, module_of


@pytest.mark.parametrize("name", ["ordering", "chinook"])
def test_the_document_is_valid(name: str, request: pytest.FixtureRequest) -> None:
    document = openapi(request.getfixturevalue(name))

    assert [] == [error.message for error in OpenAPIV31SpecValidator(document).iter_errors()]


@pytest.mark.parametrize("name", ["ordering", "chinook"])
def test_every_reference_leads_somewhere_and_every_schema_is_one(name: str, request: pytest.FixtureRequest) -> None:
    document = openapi(request.getfixturevalue(name))
    for reference in references(document):
        assert found(document, reference) is not None, reference
    for schema in document["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def test_the_schema_of_an_entity_is_the_one_that_the_registry_gives(chinook: ArtefactModule) -> None:
    [album] = [entity for entity in chinook.entities if entity.name == "Album"]

    shown = openapi(chinook)["components"]["schemas"]["Album"]

    assert openapi_schema(album, "read", chinook.prefixes) == {key: value for key, value in shown.items() if key != "examples"}


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


def test_a_command_without_a_result_answers_with_no_content(ordering: ArtefactModule) -> None:
    assert {"204", "401", "403", "404", "409", "422", "429", "default"} == set(
        openapi(ordering)["paths"]["/ordering/commands/recount"]["post"]["responses"]
    )


def test_an_entity_that_is_not_deleted_softly_cannot_be_restored(ordering: ArtefactModule) -> None:
    """Semantics 9: a switch removes the behaviour too."""
    paths = openapi(ordering)["paths"]
    names = [parameter["name"] for parameter in paths["/ordering/order-lines"]["get"]["parameters"]]

    assert "/ordering/order-lines/{id}/restore" not in paths
    assert ["filter", "page", "limit", "after", "sort", "total"] == names


def test_paths_and_schemas_stand_by_name(ordering: ArtefactModule) -> None:
    document = openapi(ordering)

    assert sorted(document["paths"]) == list(document["paths"])
    assert sorted(document["components"]["schemas"]) == list(document["components"]["schemas"])
    assert document == json.loads(json.dumps(document))


@pytest.mark.parametrize("name", ["ordering", "chinook"])
def test_every_example_is_valid_and_every_entity_has_one(name: str, request: pytest.FixtureRequest) -> None:
    module = request.getfixturevalue(name)
    document = openapi(module)
    shown = {name: schema["examples"] for name, schema in document["components"]["schemas"].items() if "examples" in schema}
    problems = [each["content"]["application/problem+json"]["example"] for each in document["components"]["responses"].values()]
    failures = [
        f"{name}: {error.json_path} {error.message}"
        for name, examples in (shown | {"Problem": problems}).items()
        for example in examples
        for error in Draft202012Validator(document | {"$ref": f"#/components/schemas/{name}"}).iter_errors(example)
    ]

    assert [] == failures
    assert {entity.name for entity in module.entities} | {f"{entity.name}Create" for entity in module.entities} <= set(shown)


@pytest.mark.parametrize(
    ("filter", "valid"),
    [
        ({}, True),
        ({"number": "A-1"}, True),
        ({"number": {"startsWith": "A", "neq": None}}, True),
        ({"number": {"withinDays": 3}}, False),
        ({"total": {"gte": {"amount": 1, "currency": "EUR"}}}, True),
        ({"or": [{"createdAt": {"withinDays": 3}}, {"not": {"status": {"in": ["draft"]}}}]}, True),
        ({"nothing": 1}, False),
    ],
)
def test_a_list_takes_filters_as_json(ordering: ArtefactModule, filter: dict[str, Any], valid: bool) -> None:
    """Semantics 24: filters are data, checked against the schema."""
    document = openapi(ordering)
    [parameter] = [each for each in document["paths"]["/ordering/orders"]["get"]["parameters"] if each["name"] == "filter"]

    assert valid is Draft202012Validator(document | parameter["content"]["application/json"]["schema"]).is_valid(filter)


def test_a_list_is_ordered_by_fields_that_have_an_order(ordering: ArtefactModule) -> None:
    [parameter] = [each for each in openapi(ordering)["paths"]["/ordering/order-lines"]["get"]["parameters"] if each["name"] == "sort"]
    names = parameter["schema"]["items"]["enum"]

    assert {"id", "-quantity", "wantedBy"} <= set(names)
    assert not {"gifts", "notes", "place", "area", "way"} & set(names)


def test_a_route_says_which_problems_it_answers_with(ordering: ArtefactModule) -> None:
    """Semantics 43: status by class."""
    paths = openapi(ordering)["paths"]

    assert ["200", "401", "403", "422", "429", "default"] == list(paths["/ordering/orders"]["get"]["responses"])
    assert ["200", "401", "403", "404", "422", "429", "default"] == list(paths["/ordering/orders/{id}"]["get"]["responses"])
    assert ["200", "401", "403", "404", "409", "422", "429", "default"] == list(paths["/ordering/orders/{id}"]["patch"]["responses"])


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
