"""One verdict on typed JSON (semantics 4): Core's judge, jsonschema, the generated types, the registry and the published schemas agree on every value."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Annotated, Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError as JsonSchemaError
from jsonschema.validators import extend
from pydantic import TypeAdapter, ValidationError

from coregen_runtime.entity.examples import NoExample, example
from coregen_runtime.entity.fields import runtime_annotation
from coregen_runtime.entity.json_judge import JsonJudge
from coregen_runtime.entity.json_keywords import KEYWORDS, expanded, problems, published
from coregen_runtime.entity.json_model import Judged
from coregen_runtime.entity.registry import EntitySchemaRegistry
from coregen_runtime.entity.schema import EntitySchema, FieldSchema
from coregen_runtime.errors.base import CoreError
from coregen_runtime.primitives.patterns import searcher

KEYS = ("a", "b", "class", "")
PATTERNS = ("^a", "^[ab]$", "b")
SCALARS = st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from([0.5, 1.0, -2.0, 2.5, "", "a", "ab", "b", "éa"])
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=3), max_leaves=6)
COUNTS = st.integers(0, 3)
TYPES = st.sampled_from(["null", "boolean", "integer", "number", "string", "array", "object"])


def _keyword(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    several = st.lists(inner, min_size=1, max_size=3)
    named = st.dictionaries(st.sampled_from(KEYS), inner, max_size=3)
    names = st.lists(st.sampled_from(KEYS), unique=True, max_size=3)
    numbers = st.integers(-2, 2) | st.sampled_from([0.5, 1.0])
    arguments: dict[str, st.SearchStrategy[Any]] = {
        "type": TYPES | st.lists(TYPES, min_size=1, max_size=2, unique=True),
        "const": VALUES,
        "enum": st.lists(VALUES, min_size=1, max_size=3),
        **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"), numbers),
        "multipleOf": st.sampled_from([1, 2, 0.5]),
        **dict.fromkeys(("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"), COUNTS),
        "pattern": st.sampled_from(PATTERNS),
        "uniqueItems": st.booleans(),
        **dict.fromkeys(("items", "additionalProperties", "propertyNames", "not"), inner),
        **dict.fromkeys(("prefixItems", "allOf", "anyOf", "oneOf"), several),
        **dict.fromkeys(("properties", "dependentSchemas"), named),
        "patternProperties": st.dictionaries(st.sampled_from(PATTERNS), inner, max_size=2),
        "required": names,
        "dependentRequired": st.dictionaries(st.sampled_from(KEYS), names, max_size=2),
    }
    single = st.sampled_from(sorted(arguments)).flatmap(lambda keyword: arguments[keyword].map(lambda argument: {keyword: argument}))
    contains = st.fixed_dictionaries({"contains": inner}, optional={"minContains": COUNTS, "maxContains": COUNTS})
    condition = st.fixed_dictionaries({"if": inner}, optional={"then": inner, "else": inner})
    return single | contains | condition


def _object(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """What people write: an object with properties, some of them required."""
    properties = st.dictionaries(st.sampled_from(KEYS), inner, min_size=1, max_size=3)
    required = st.lists(st.sampled_from(KEYS), unique=True, max_size=2)
    return st.fixed_dictionaries(
        {"type": st.just("object"), "properties": properties}, optional={"required": required, "additionalProperties": inner}
    )


LEAVES: st.SearchStrategy[Any] = st.booleans() | st.just({}) | st.just({"$ref": "#/$defs/D"}) | TYPES.map(lambda type: {"type": type})
SCHEMAS: st.SearchStrategy[Any] = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(_keyword(inner), min_size=1, max_size=3).map(lambda several: {key: value for each in several for key, value in each.items()})
        | _object(inner)
    ),
    max_leaves=8,
)


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    """A schema without problems, whose references lead to a definition."""
    root = draw(SCHEMAS.filter(lambda schema: isinstance(schema, dict)))
    document = {**root, "$defs": {"D": draw(SCHEMAS)}}
    assume(not problems(document))
    return document


def _pattern(validator: Any, pattern: str, instance: Any, schema: Any) -> Iterator[JsonSchemaError]:
    if isinstance(instance, str) and not searcher(pattern)(instance):
        yield JsonSchemaError(pattern)


PEER: Any = extend(Draft202012Validator, {"pattern": _pattern})  # type: ignore[no-untyped-call]  # its stubs leave it untyped


def peer(schema: Mapping[str, Any], value: object) -> bool:
    return bool(PEER(schema).is_valid(value))


def taken(annotation: Any, value: object) -> bool:
    try:
        TypeAdapter(annotation).validate_python(value)
    except ValidationError:
        return False
    return True


@given(schema=documents(), value=VALUES)
def test_the_judge_says_what_jsonschema_says(schema: dict[str, Any], value: object) -> None:
    judge = JsonJudge(schema)

    assert peer(schema, value) == judge.takes(value)
    assert judge.takes(value) == (judge.refusals(value) == ())


@given(schema=documents(), value=VALUES)
def test_annotation_registry_and_what_is_published_give_the_same_verdict(schema: dict[str, Any], value: object) -> None:
    field = FieldSchema(key="it", type="json", json_schema=schema, required=True)
    registry = EntitySchemaRegistry()
    registry.register(EntitySchema(name="Thing", namespace="test", fields=[field]))
    verdicts = {
        "judge": JsonJudge(schema).takes(value),
        "annotation": taken(runtime_annotation(field), value),
        "any": taken(Annotated[Any, Judged(schema)], value),
        "registry": registry.validate("Thing", {"it": value}).ok,
        "openapi": peer(registry.generate_openapi_schema("Thing", "create"), {"it": value}),
        "form": peer(registry.generate_form_schema("Thing")["schema"], {"it": value}),
    }

    assert 1 == len(set(verdicts.values())), verdicts


@given(schema=documents(), value=VALUES)
def test_an_expanded_schema_takes_nothing_that_the_schema_refuses(schema: dict[str, Any], value: object) -> None:
    """It has no references, and where the schema does not come back to itself, it takes all that the schema takes."""
    alone = expanded(schema)

    assert "$ref" not in str(alone)
    if "not" not in str(schema) and "if" not in str(schema) and "oneOf" not in str(schema) and "contains" not in str(schema):
        assert JsonJudge(schema).takes(value) or not JsonJudge(alone).takes(value)


@given(schema=documents())
def test_an_example_is_taken(schema: dict[str, Any]) -> None:
    try:
        made = example(schema)
    except NoExample:
        return

    assert JsonJudge(schema).takes(made), made


@given(schema=documents())
def test_what_is_published_is_a_valid_schema(schema: dict[str, Any]) -> None:
    Draft202012Validator.check_schema(published(schema))


@pytest.mark.parametrize(
    ("schema", "place", "help"),
    [
        ({"type": "text"}, "/type", "give one of null"),
        ({"properties": {"a": {"nullable": True}}}, "/properties/a/nullable", '"type": ["string", "null"]'),
        ({"maximum": 3, "exclusiveMaximum": True}, "/exclusiveMaximum", "the number itself"),
        ({"items": [{"type": "string"}]}, "/items", "prefixItems"),
        ({"required": True}, "/required", 'beside "properties"'),
        ({"requird": ["a"]}, "/requird", 'did you mean "required"?'),
        ({"zzz": 1}, "/zzz", "x-"),
        ({"$ref": "https://example.org/other.json"}, "/$ref", "$defs"),
        ({"$ref": "other.json#/a"}, "/$ref", "$defs"),
        ({"$ref": "#/$defs/Sise", "$defs": {"Size": {}}}, "/$ref", 'did you mean "#/$defs/Size"?'),
        ({"$ref": "#"}, "", "from a property"),
        ({"allOf": [{"$ref": "#/$defs/A"}], "$defs": {"A": {"anyOf": [{"$ref": "#/$defs/A"}]}}}, "/$defs/A", "from a property"),
        ({"pattern": "(?=a)b"}, "/pattern", "look-around"),
        ({"patternProperties": {r"\p{L}": {}}}, r"/patternProperties/\p{L}", "ASCII"),
        ({"$anchor": "here"}, "/$anchor", "#/$defs/name"),
        ({"properties": {"a": {"$id": "x"}}}, "/properties/a/$id", "#/$defs/name"),
        ({"unevaluatedProperties": False}, "/unevaluatedProperties", "additionalProperties"),
        ({"dependencies": {}}, "/dependencies", "dependentRequired"),
        ({"properties": {"a": 3}}, "/properties", "mapping of names"),
        ({"multipleOf": 0}, "/multipleOf", "above 0"),
    ],
)
def test_what_core_does_not_know_is_a_problem_at_its_place(schema: dict[str, Any], place: str, help: str) -> None:
    found = [("".join(f"/{step}" for step in problem.way), problem.help) for problem in problems(schema)]

    assert [place] == [way for way, _ in found]
    assert help in found[0][1]


@pytest.mark.parametrize(
    "schema",
    [
        {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "https://example.org/it", "$comment": "x", "x-own": 1},
        {"definitions": {"A": {"type": "string"}}, "properties": {"$ref": {"$ref": "#/definitions/A"}, "nullable": {}}},
        {"properties": {"a": {"$ref": "#/properties/b"}, "b": {"items": {"$ref": "#"}}}},
        {"const": {"$ref": "nowhere"}, "default": {"nullable": True}, "examples": [{"$id": 3}]},
        {"discriminator": {"propertyName": "kind"}, "example": 1, "format": "date", "deprecated": True},
    ],
)
def test_what_says_nothing_about_values_is_no_problem(schema: dict[str, Any]) -> None:
    assert () == problems(schema)


def test_every_keyword_that_is_known_is_drawn_or_a_note() -> None:
    drawn = {"if", "then", "else", "contains", "minContains", "maxContains", "$ref", "$defs"}

    @cache
    def keywords() -> set[str]:
        found: set[str] = set()

        @given(st.lists(_keyword(st.just({})), min_size=60, max_size=60))
        def gather(several: list[dict[str, Any]]) -> None:
            found.update(key for each in several for key in each)

        gather()
        return found

    notes = {"definitions", "format", "title", "description", "default", "examples", "example", "deprecated", "readOnly", "writeOnly", "$comment"}
    notes |= {"discriminator", "externalDocs", "xml", "contentEncoding", "contentMediaType"}

    assert set(KEYWORDS) - notes == keywords() | drawn


@pytest.mark.parametrize(("value", "message"), [(math.inf, "finite"), (2**53, "integers within"), ({1: 2}, "strings"), (object(), "JSON value")])
def test_what_is_no_json_is_refused_before_the_schema_is_asked(value: object, message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        TypeAdapter(Annotated[Any, Judged({})]).validate_python([value])


def test_every_reason_is_told_at_its_place() -> None:
    schema = {
        "type": "object",
        "properties": {"size": {"type": "array", "items": {"minimum": 0}, "minItems": 3}, "name": {"pattern": "^x{2}$"}},
        "required": ["unit"],
        "additionalProperties": False,
    }
    field = FieldSchema(key="it", type="json", json_schema=schema)
    registry = EntitySchemaRegistry()
    registry.register(EntitySchema(name="Thing", namespace="test", fields=[field]))

    found = registry.validate("Thing", {"it": {"size": [1, -1], "name": "x", "more": 1}}).failures

    assert {
        ("it.size.1", "MIN", "must be 0 or more"),
        ("it.size", "MIN_LENGTH", "must have at least 3 items"),
        ("it.name", "PATTERN", "must match ^x{2}$"),
        ("it.unit", "REQUIRED", "is required"),
        ("it.more", "UNKNOWN_FIELD", "is no known field"),
    } == {(each.path, each.code, each.message) for each in found}


def test_the_registry_takes_no_schema_that_it_cannot_judge() -> None:
    field = FieldSchema(key="it", type="json", json_schema={"properties": {"a": {"unevaluatedItems": False}}})

    with pytest.raises(CoreError, match="Thing.it: jsonSchema/properties/a/unevaluatedItems") as refused:
        EntitySchemaRegistry().register(EntitySchema(name="Thing", namespace="test", fields=[field]))
    assert "INVALID_SCHEMA" == refused.value.code
