"""Examples: what is found is taken by its schema."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from coregen_runtime.entity.checks import EMAIL_PATTERN, PHONE_PATTERN, URL_PATTERN
from coregen_runtime.entity.examples import NoExample, example, examples_of
from coregen_runtime.primitives.patterns import portable, searcher
from coregen_runtime.primitives.strings import matching

PATTERNS = [EMAIL_PATTERN, URL_PATTERN, PHONE_PATTERN, "^[A-Z0-9-]{1,20}$", r"^\d{3}-\w+(a|b)?$", "^(?:ab|c){2,3}x?$", "[^a]+", r"^[^\s]{4,}\.$"]


@given(st.sampled_from(PATTERNS), st.integers(0, 12), st.integers(0, 10**12))
def test_a_text_for_a_pattern_matches_it(pattern: str, generous: int, seed: int) -> None:
    form = portable(pattern)

    assert form is not None
    assert searcher(form)(matching(form, generous, seed))


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "integer", "exclusiveMinimum": 41, "maximum": 42},
        {"type": "number", "maximum": -1e21},
        {"type": "number", "not": {"const": 1}, "minimum": 1},
        {"type": "string", "minLength": 30, "maxLength": 30},
        {"type": "string", "pattern": "^[A-Z]+$", "minLength": 12},
        {"type": "string", "pattern": "[A-Z]", "allOf": [{"pattern": "^[A-Z0-9]{3}$"}, {"minLength": 2}]},
        {"type": "integer", "minimum": -10, "allOf": [{"minimum": 5}, {"not": {"const": 7}}]},
        {"type": "array", "uniqueItems": True, "minItems": 3, "items": {"type": "string", "pattern": "^a_[0-9]{9}$"}},
        {"$defs": {"Row": {"type": "object", "properties": {"a": {"type": "boolean"}}, "required": ["a"]}}, "$ref": "#/$defs/Row"},
        {"anyOf": [{"type": "null"}, {"type": "string"}]},
    ],
)
def test_an_example_is_taken_by_its_schema(schema: dict[str, Any]) -> None:
    Draft202012Validator(schema).validate(example(schema))
    Draft202012Validator(schema).validate(example(schema, seed=7))


@pytest.mark.parametrize(
    "schema", [False, {"type": "integer", "minimum": 1, "maximum": 0}, {"allOf": [{"$ref": "#/$defs/a"}]}, {"not": {"type": "string"}}, {"$ref": "#"}]
)
def test_where_there_is_none_none_is_shown(schema: Any) -> None:
    with pytest.raises(NoExample):
        example(schema)

    assert [] == examples_of(schema)


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "string", "pattern": "^[A-Z0-9-]{1,20}$"},
        {"type": "string", "pattern": "^thing_[0-7][0-9A-HJKMNP-TV-Z]{25}$"},
        {"type": "string", "maxLength": 4},
        {"type": "integer", "minimum": 1_000, "maximum": 2_000},
        {"type": "number", "minimum": -90, "maximum": 90},
        {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1},
        {"type": "integer", "multipleOf": 5, "minimum": 0},
    ],
)
def test_other_seeds_give_other_values(schema: dict[str, Any]) -> None:
    values = [example(schema, seed=seed) for seed in range(1, 101)]

    assert [] == [value for value in values if not Draft202012Validator(schema).is_valid(value)]
    assert len(values) == len(set(values))
