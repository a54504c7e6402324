"""A form of every field type as react-jsonschema-form shows it: what each field is called, is filled in with, is helped by, and in which order."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import pytest

from coregen_runtime.entity.registry import EntitySchemaRegistry
from coregen_runtime.entity.schema import EntitySchema
from tests.node.judge import judge

FIELDS: list[dict[str, Any]] = [
    {"key": "title", "type": "string", "label": "Called", "required": True, "validators": [{"minLength": 3}]},
    {"key": "story", "type": "string", "description": "What happened", "validators": [{"maxLength": 2000}]},
    {"key": "mailAddress", "type": "string", "required": True, "validators": ["email"]},
    {"key": "homePage", "type": "string", "validators": ["url"]},
    {"key": "phone", "type": "string", "validators": ["phone"]},
    {"key": "weight", "type": "number", "required": True, "unit": "kg"},
    {"key": "toys", "type": "number", "required": True, "validators": ["integer", {"min": 0}]},
    {"key": "alive", "type": "boolean", "required": True},
    {"key": "bornAt", "type": "date", "required": True},
    {"key": "kind", "type": "enum", "enumValues": ["cat", "big dog", ""]},
    {"key": "owner", "type": "ref", "refEntity": "Owner", "required": True},
    {"key": "friends", "type": "ref[]", "refEntity": "Owner"},
    {"key": "price", "type": "money", "required": True, "default": {"amount": 250, "currency": "EUR"}},
    {"key": "place", "type": "geo.point", "required": True},
    {"key": "area", "type": "geo.polygon", "required": True},
    {"key": "way", "type": "geo.linestring", "required": True},
    {"key": "secret", "type": "string", "sensitive": True},
    {"key": "total", "type": "number", "computed": "shop.sums:total"},
    {"key": "healthy", "type": "boolean", "computed": "shop.sums:healthy"},
    {"key": "status", "type": "enum", "enumValues": ["draft", "done"], "default": "draft"},
]


class Page(HTMLParser):
    """The inputs by id, labels and legends and helps by the id that they are for, options by their select; ids in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.inputs: dict[str, dict[str, str | None]] = {}
        self.texts: dict[str, str] = {}
        self.options: dict[str, list[str]] = {}
        self._into: list[str] = []
        self._select = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        id = given.get("id") or ""
        if tag in ("input", "select", "textarea"):
            self.inputs[id] = {"tag": tag, **given}
            self._select = id if tag == "select" else self._select
        if tag == "option":
            self.options.setdefault(self._select, []).append("")
            self._into.append("option")
        elif tag == "label" and given.get("for"):
            self._into.append(f"{given['for']}__title")
        elif tag in ("legend", "div") and re.search("__(title|help|description)$", id):
            self._into.append(id)

    def handle_endtag(self, tag: str) -> None:
        if self._into and tag in ("option", "label", "legend", "div"):
            self._into.pop()

    def handle_data(self, data: str) -> None:
        if self._into and self._into[-1] == "option":
            self.options[self._select][-1] += data
        elif self._into:
            self.texts[self._into[-1]] = self.texts.get(self._into[-1], "") + data


@pytest.fixture(scope="module")
def page() -> Page:
    registry = EntitySchemaRegistry()
    registry.register(EntitySchema.model_validate({"name": "Pet", "idPrefix": "pet", "fields": FIELDS}), machine_fields=["status"])
    registry.register(EntitySchema.model_validate({"name": "Owner", "idPrefix": "own", "fields": [{"key": "name", "type": "string"}]}))
    shown = judge({"pet": registry.generate_form_schema("Pet")}, {}, {})["forms"]["pet"]

    assert [] == shown["complaints"]
    return Page(shown["html"])


@pytest.mark.parametrize(
    ("field", "title", "tag", "type", "help"),
    [
        ("title", "Called*", "input", "text", "Must have at least 3 characters"),
        ("story", "Story", "textarea", None, "Must have at most 2000 characters"),
        ("mailAddress", "Mail address*", "input", "email", "Must be an e-mail address"),
        ("homePage", "Home page", "input", "url", "Must be an absolute http or https URL"),
        ("phone", "Phone", "input", "tel", "Must be a telephone number of E.164, such as +14155550123"),
        ("weight", "Weight*", "input", "number", "In kg"),
        ("toys", "Toys*", "input", "number", "A whole number. Must be 0 or more"),
        ("bornAt", "Born at*", "input", "number", "Milliseconds since 1970-01-01, UTC"),
        ("kind", "Kind", "select", None, None),
        ("owner", "Owner*", "input", "text", "An id of Owner"),
        ("price_amount", "Amount*", "input", "number", "In minor units, such as cents"),
        ("price_currency", "Currency*", "select", None, None),
        ("place_lat", "Latitude*", "input", "number", None),
        ("place_lng", "Longitude*", "input", "number", None),
        ("secret", "Secret", "input", "password", None),
        ("total", "Total", "input", "number", None),
    ],
)
def test_a_field_has_its_label_its_input_and_its_help(page: Page, field: str, title: str, tag: str, type: str | None, help: str | None) -> None:
    shown = page.inputs[f"root_{field}"]

    assert (title, tag, type) == (page.texts[f"root_{field}__title"], shown["tag"], shown.get("type"))
    assert help == page.texts.get(f"root_{field}__help")


def test_fields_stand_in_the_order_of_the_definition(page: Page) -> None:
    shown = dict.fromkeys(key for id in [*page.inputs] for key in [re.split("[_-]", id)[1]])

    assert [field["key"] for field in FIELDS if field["key"] not in ("friends", "status")] == list(shown)


def test_choices_have_names(page: Page) -> None:
    assert ["Not set", "cat", "big dog", "(empty)"] == page.options["root_kind"]
    assert {"EUR", "JPY", "KWD"} <= set(page.options["root_price_currency"])


def test_a_description_stands_above_its_field_and_an_example_in_it(page: Page) -> None:
    assert "What happened" == page.texts["root_story__description"]
    assert "own_01…" == page.inputs["root_owner"]["placeholder"]


def test_what_is_computed_is_shown_and_cannot_be_changed(page: Page) -> None:
    """Semantics 8: computed fields are in forms, and no input."""
    assert "readonly" in page.inputs["root_total"]
    assert {"disabled", "readonly"} & set(page.inputs["root_healthy"])
    assert [] == [id for id, shown in page.inputs.items() if {"disabled", "readonly"} & set(shown) and id not in ("root_total", "root_healthy")]


def test_what_is_given_by_others_is_not_asked_for(page: Page) -> None:
    """A geometry's type is a constant, and a state is its machine's."""
    hidden = {id: shown["value"] for id, shown in page.inputs.items() if shown.get("type") == "hidden"}

    assert {"root_area_type": "Polygon", "root_way_type": "LineString"} == hidden
    assert [] == [id for id in page.inputs if id.startswith("root_status")]


def test_defaults_and_lists_are_there(page: Page) -> None:
    assert "250" == page.inputs["root_price_amount"]["value"]
    assert ("Friends", "Ids of Owner") == (page.texts["root_friends__title"], page.texts["root_friends__help"])


def test_a_yes_or_no_that_has_to_be_given_can_be_no(page: Page) -> None:
    """A checkbox that is required could not be sent without a tick."""
    alive = {id: shown for id, shown in page.inputs.items() if id.startswith("root_alive")}

    assert ["radio", "radio"] == [shown["type"] for shown in alive.values()]
    assert [] == [id for id, shown in page.inputs.items() if shown.get("type") == "checkbox" and "required" in shown]
