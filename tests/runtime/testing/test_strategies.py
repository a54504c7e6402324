"""Strategies: what is drawn is taken by its schema, and nothing that a schema takes is out of reach by filtering."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st

from coregen_runtime.entity.checks import EMAIL_PATTERN, PHONE_PATTERN, URL_PATTERN
from coregen_runtime.entity.examples import NoExample
from coregen_runtime.entity.generator import id_pattern
from coregen_runtime.entity.types import LINE_JSON, RINGS_JSON
from coregen_runtime.primitives.money import money_json_schema
from coregen_runtime.primitives.patterns import portable
from coregen_runtime.testing.strategies import Values
from tests.runtime.entity.test_verdict import JUDGE

NOW = 1_700_000_000_000

SCHEMAS: dict[str, dict[str, Any]] = {
    "text": {"type": "string"},
    "bounded text": {"type": "string", "minLength": 3, "maxLength": 5},
    "pattern": {"type": "string", "pattern": "^[A-Z0-9\\-]{3,20}$"},
    "unanchored pattern": {"type": "string", "pattern": "[A-Z]{2}"},
    "pattern and bounds": {"type": "string", "pattern": "^[A-Z]+$", "minLength": 12, "maxLength": 14},
    "two patterns": {"type": "string", "pattern": "^[A-Z][0-9]+$", "allOf": [{"pattern": "[A-Za-z0-9_][^\\n]"}]},
    "alternatives and a length": {"type": "string", "pattern": "^(?:ab|c){2,3}x?$", "minLength": 5},
    "email": {"type": "string", "pattern": portable(EMAIL_PATTERN), "maxLength": 20},
    "url": {"type": "string", "pattern": portable(URL_PATTERN)},
    "phone": {"type": "string", "pattern": portable(PHONE_PATTERN)},
    "id": {"type": "string", "pattern": id_pattern("prod")},
    "number": {"type": "number"},
    "bounded number": {"type": "number", "exclusiveMinimum": 0, "maximum": 0.5},
    "no zero": {"type": "number", "minimum": -1, "maximum": 1, "not": {"const": 0}},
    "integer": {"type": "integer", "exclusiveMinimum": 3, "exclusiveMaximum": 6},
    "steps": {"type": "integer", "multipleOf": 7, "minimum": 1},
    "enum": {"enum": ["a", "b"], "type": "string"},
    "or null": {"anyOf": [{"type": "boolean"}, {"type": "null"}]},
    "several types": {"type": ["integer", "string", "null"], "maxLength": 2, "maximum": 3},
    "list": {"type": "array", "items": {"type": "integer"}, "minItems": 1, "maxItems": 3, "uniqueItems": True},
    "open": {"title": "Anything"},
    "money": money_json_schema(),
    "price": {**money_json_schema(), "allOf": [{"properties": {"amount": {"exclusiveMinimum": 0, "maximum": 5}}}]},
    "rings": RINGS_JSON,
    "line": LINE_JSON,
    "object": {"type": "object", "properties": {"a": {"type": "null"}, "b": {"const": 1}}, "required": ["b"], "additionalProperties": False},
    "mapping": {"type": "object", "additionalProperties": {"type": "boolean"}, "minProperties": 1},
    "tree": {
        "$defs": {
            "Tree": {
                "type": "object",
                "properties": {"name": {"type": "string"}, "inner": {"type": "array", "items": {"$ref": "#/$defs/Tree"}}},
                "required": ["name"],
                "additionalProperties": False,
            }
        },
        "$ref": "#/$defs/Tree",
    },
}


@pytest.mark.parametrize("name", SCHEMAS)
@settings(suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_what_is_drawn_is_taken_by_its_schema(name: str, data: st.DataObject) -> None:
    schema = SCHEMAS[name]
    value = data.draw(Values(schema, NOW).of(schema))

    assert JUDGE(schema).is_valid(value), value


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("text", lambda value: "\0" in value),
        ("text", lambda value: any(ord(character) > 0xFFFF for character in value)),
        ("bounded text", lambda value: len(value) == 5),
        ("pattern and bounds", lambda value: len(value) == 14),
        ("number", lambda value: isinstance(value, int)),
        ("number", lambda value: isinstance(value, float) and not value.is_integer()),
        ("bounded number", lambda value: value < 1e-300),
        ("money", lambda value: value["currency"] == "IQD"),
        ("rings", lambda value: len(value) > 1),
        ("tree", lambda value: "inner" in value["inner"][0] if value.get("inner") else False),
    ],
)
def test_the_odd_ones_are_drawn_too(name: str, wanted: Any) -> None:
    schema = SCHEMAS[name]
    unshrunk = settings(max_examples=5_000, database=None, phases=[Phase.generate])

    assert wanted(find(Values(schema, NOW).of(schema), wanted, settings=unshrunk))


@given(data=st.data())
def test_no_text_holds_a_surrogate_even_where_a_pattern_would_take_one(data: st.DataObject) -> None:
    value = data.draw(Values({}, NOW).of({"type": "string", "pattern": "^[^a]+$"}))

    assert value == value.encode("utf-8").decode("utf-8")
    assert re.fullmatch("[^a]+", value)


@given(data=st.data())
def test_what_lies_in_the_future_or_in_the_past_is_seen_from_now(data: st.DataObject) -> None:
    values = Values({}, NOW)
    past, future = (data.draw(values.of({"type": "integer", f"x-{when}": True})) for when in ("past", "future"))

    assert past < NOW < future


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "string", "minLength": 2, "maxLength": 1},
        {"type": "integer", "minimum": 2, "maximum": 1},
        {"type": "string", "pattern": r"\p{L}"},
        {"if": {"type": "string"}},
        {"$ref": "elsewhere.json"},
        {"type": "object", "required": ["a"]},
    ],
)
def test_where_no_strategy_is_known_that_is_said(schema: Any) -> None:
    with pytest.raises(NoExample):
        Values(schema, NOW).of(schema)
