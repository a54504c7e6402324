"""What a document may cost: data that shares its parts, and documents of very many failures."""

from __future__ import annotations

from typing import Any

import pytest

from coregen_runtime import EntitySchema, EntitySchemaRegistry, ValidationError
from coregen_runtime.entity.json_copy import MAX_VALUES
from coregen_runtime.errors.base import MAX_FAILURES, REDACTED

LIST = {"type": "array", "items": {"type": "integer"}}
FIELDS: list[dict[str, Any]] = [
    {"key": "free", "type": "json"},
    {"key": "shaped", "type": "json", "jsonSchema": {"type": ["array", "object"]}},
    {"key": "numbers", "type": "json", "jsonSchema": LIST},
    {"key": "ids", "type": "ref[]", "refEntity": "Thing"},
    {"key": "secret", "type": "ref[]", "refEntity": "Thing", "sensitive": True},
    {"key": "line", "type": "geo.linestring"},
    {"key": "name", "type": "string"},
]


@pytest.fixture(scope="module")
def registry() -> EntitySchemaRegistry:
    made = EntitySchemaRegistry()
    made.register(EntitySchema.model_validate({"name": "Thing", "fields": FIELDS}))
    return made


def doubled(levels: int, kind: type) -> Any:
    """A value of so many levels, each of which holds the next one twice: YAML's anchors and aliases make such data of a few lines."""
    value: Any = 1
    for _ in range(levels):
        value = [value, value] if kind is list else {"a": value, "b": value}
    return value


@pytest.mark.parametrize("key", ["free", "shaped"])
@pytest.mark.parametrize("kind", [list, dict])
def test_what_is_shared_counts_as_often_as_it_stands_there(key: str, kind: type, registry: EntitySchemaRegistry) -> None:
    """Sixty levels are 2^60 values: refused after a quarter of a million, with a sentence that says so."""
    told = registry.validate("Thing", {key: doubled(60, kind)}, mode="update").failures

    assert [(key, "TYPE")] == [(failure.path, failure.code) for failure in told]
    assert "a quarter of a million values" in told[0].message


@pytest.mark.parametrize("key", ["free", "shaped"])
def test_what_is_shared_a_little_is_taken_and_shared_no_longer(key: str, registry: EntitySchemaRegistry) -> None:
    taken: Any = registry.validate("Thing", {key: doubled(4, list)}, mode="update").unwrap()[key]

    assert doubled(4, list) == taken
    assert taken[0] is not taken[1]


@pytest.mark.parametrize("key", ["free", "shaped"])
def test_as_many_values_as_there_may_be_are_taken(key: str, registry: EntitySchemaRegistry) -> None:
    assert registry.validate("Thing", {key: [0] * MAX_VALUES}, mode="update").ok
    assert not registry.validate("Thing", {key: [0] * (MAX_VALUES + 1)}, mode="update").ok


@pytest.mark.parametrize(("key", "bad"), [("ids", "x"), ("ids", 7), ("secret", "hush"), ("numbers", "x"), ("line", [0, 100])])
def test_of_very_many_failures_the_first_are_told_and_how_many_more_there_are(key: str, bad: object, registry: EntitySchemaRegistry) -> None:
    """Semantics 5: every failure, up to 5,000; the last one says what is left, at the path of the whole document."""
    several = [bad] * 20_000
    value, place = ({"type": "LineString", "coordinates": several}, "line.coordinates") if key == "line" else (several, key)
    told = registry.validate("Thing", {"name": 1, key: value}, mode="update").failures

    assert MAX_FAILURES + 1 == len(told)
    assert ("", "FURTHER", 15_001, "and 15,001 more") == (told[-1].path, told[-1].code, told[-1].value, told[-1].message)
    assert f"{place}.0" == told[0].path
    assert len({failure.path for failure in told}) == len(told)
    assert (REDACTED if key == "secret" else bad) == told[0].value
    assert "and 19,981 more" == str(ValidationError(told)).rpartition("; ")[2]


def test_as_many_failures_as_are_told_have_no_last_one(registry: EntitySchemaRegistry) -> None:
    told = registry.validate("Thing", {"ids": ["x"] * MAX_FAILURES}, mode="update").failures

    assert [f"ids.{number}" for number in range(MAX_FAILURES)] == [failure.path for failure in told]


def test_unknown_fields_are_bounded_too(registry: EntitySchemaRegistry) -> None:
    told = registry.validate("Thing", {f"u{number}": 1 for number in range(MAX_FAILURES + 3)}, mode="update").failures

    assert ["FURTHER", 3] == [told[-1].code, told[-1].value]
