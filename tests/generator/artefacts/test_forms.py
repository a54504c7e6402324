"""The forms of a module: JSON Schema and uiSchema."""

from __future__ import annotations

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from coregen.resolve.artefacts.forms import forms
from coregen.resolve.artefacts.shapes import ArtefactModule


@pytest.mark.parametrize("name", ["ordering", "chinook"])
def test_every_form_has_a_schema_of_2020_12(name: str, request: pytest.FixtureRequest) -> None:
    found = forms(request.getfixturevalue(name))
    every = [*found["entities"].values(), *found["messages"].values()]
    for form in every:
        Draft202012Validator.check_schema(form["schema"])

    assert {"https://json-schema.org/draft/2020-12/schema"} == {form["schema"]["$schema"] for form in every}


def test_every_entity_and_every_command_and_query_has_a_form(ordering: ArtefactModule) -> None:
    found = forms(ordering)

    assert ["Order", "OrderLine"] == list(found["entities"])
    assert ["ordering.addLine", "ordering.bestseller", "ordering.importAll", "ordering.recount", "ordering.transitionOrder"] == list(
        found["messages"]
    )


def test_the_form_of_a_machine_says_where_an_event_leads(ordering: ArtefactModule) -> None:
    form = forms(ordering)["messages"]["ordering.transitionOrder"]

    assert (["place"], ["place (placed)"]) == (form["schema"]["properties"]["event"]["enum"], form["uiSchema"]["event"]["ui:enumNames"])
    assert {"ui:widget": "hidden"} == form["uiSchema"]["expectedVersion"]


def test_a_field_is_named_explained_and_dressed(ordering: ArtefactModule) -> None:
    found = forms(ordering)
    order, line = found["entities"]["Order"]["uiSchema"], found["entities"]["OrderLine"]["uiSchema"]

    assert ("Customer email", "Sold through") == (order["customerEmail"]["ui:title"], order["channel"]["ui:title"])
    assert ["Not set", "web", 'it\'s "shop"'] == order["channel"]["ui:enumNames"]
    assert ("An id of catalog.Product", "prod_01…") == (line["product"]["ui:help"], line["product"]["ui:placeholder"])
    assert "Milliseconds since 1970-01-01, UTC" == line["wantedBy"]["ui:help"]
    assert "In minor units, such as cents" == order["total"]["amount"]["ui:help"]


def test_what_a_value_counts_and_has_to_be_stands_below_its_field(ordering: ArtefactModule) -> None:
    shown = forms(ordering)["messages"]["ordering.addLine"]["uiSchema"]["quantity"]

    assert ("How much of it", "In kg. Must be more than 0") == (shown["ui:description"], shown["ui:help"])


def test_the_currencies_stand_once_in_a_form(ordering: ArtefactModule) -> None:
    schema = forms(ordering)["messages"]["ordering.addLine"]["schema"]

    assert 1 == json.dumps(schema).count('"CHF"')
    assert "CHF" in schema["$defs"]["currency"]["enum"]
    assert "$defs" not in forms(ordering)["messages"]["ordering.bestseller"]["schema"]


@pytest.mark.parametrize(
    ("message", "valid"),
    [
        ({"price": {"amount": 1, "currency": "EUR"}}, True),
        ({"price": {"amount": 0, "currency": "EUR"}}, False),
        ({"price": {"amount": 1, "currency": "XXY"}}, False),
        ({"price": None, "deposit": {"amount": -1, "currency": "JPY"}}, True),
        ({"deposit": None}, False),
        ({"place": {"lat": 1, "lng": 181}}, False),
        ({"area": {"type": "Polygon", "coordinates": [[[0, 0], [0, 1], [1, 1], [0, 0]]]}}, True),
        ({"area": {"type": "LineString", "coordinates": [[0, 0], [0, 1]]}}, False),
    ],
)
def test_money_and_places_of_a_message_are_judged_as_those_of_an_entity(ordering: ArtefactModule, message: dict[str, Any], valid: bool) -> None:
    validator = Draft202012Validator(forms(ordering)["messages"]["ordering.addLine"]["schema"])

    assert valid is validator.is_valid({"quantity": 1} | message)


@pytest.mark.parametrize(
    ("key", "value", "valid"),
    [
        ("notes", ["a"], True),
        ("notes", [1], False),
        ("notes", None, True),
        ("place", {"lat": 1, "lng": 2}, True),
        ("place", {"lat": 91, "lng": 2}, False),
        ("place", {"lat": 1}, False),
        ("way", {"type": "LineString", "coordinates": [[1, 2], [3, 4, 5]]}, True),
        ("way", {"type": "LineString", "coordinates": [[1, 2], [1, 91]]}, False),
        ("way", {"type": "LineString", "coordinates": [[1, 2], [1, 2, 3, 4]]}, False),
        ("gift", None, True),
        ("gift", "yes", False),
    ],
)
def test_a_form_has_the_verdict_of_the_model(ordering: ArtefactModule, key: str, value: Any, valid: bool) -> None:
    """Semantics 4: one verdict, everywhere."""
    ids = {"order": "ord_01ARZ3NDEKTSV4RRFFQ69G5FAV", "product": "prod_01ARZ3NDEKTSV4RRFFQ69G5FAV"}
    validator = Draft202012Validator(forms(ordering)["entities"]["OrderLine"]["schema"])

    assert valid is validator.is_valid(ids | {"quantity": 1, key: value})


def test_a_form_shows_the_fields_in_the_order_of_the_definition(chinook: ArtefactModule) -> None:
    [invoice] = [entity for entity in chinook.entities if entity.name == "Invoice"]

    assert [field.key for field in invoice.fields] == forms(chinook)["entities"]["Invoice"]["uiSchema"]["ui:order"]


def test_what_a_machine_owns_is_not_in_the_form(ordering: ArtefactModule) -> None:
    form = forms(ordering)["entities"]["Order"]

    assert "status" not in form["schema"]["properties"]
    assert "status" not in [*form["uiSchema"], *form["uiSchema"]["ui:order"]]


def test_a_computed_field_is_shown_and_cannot_be_changed(ordering: ArtefactModule) -> None:
    """Semantics 8: computed fields are in forms."""
    form = forms(ordering)["entities"]["Order"]

    assert form["schema"]["properties"]["weight"]["readOnly"] is True
    assert form["uiSchema"]["weight"]["ui:readonly"] is True


VALID: dict[str, Any] = {"title": "Let There Be Rock", "artist": "artist_01ARZ3NDEKTSV4RRFFQ69G5FAV"}


@pytest.mark.parametrize(
    ("change", "failing"),
    [
        ({}, []),
        ({"title": "x" * 160}, []),
        ({"title": "x" * 161}, ["title"]),
        ({"title": 7}, ["title"]),
        ({"artist": "album_01ARZ3NDEKTSV4RRFFQ69G5FAV"}, ["artist"]),
        ({"artist": None}, ["artist"]),
        ({"year": 1977}, [""]),
    ],
)
def test_a_form_takes_what_the_definition_takes(chinook: ArtefactModule, change: dict[str, Any], failing: list[str]) -> None:
    """Semantics 4: one verdict, everywhere."""
    validator = Draft202012Validator(forms(chinook)["entities"]["Album"]["schema"])

    assert failing == [".".join(map(str, error.path)) for error in validator.iter_errors(VALID | change)]
