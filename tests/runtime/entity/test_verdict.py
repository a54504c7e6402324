"""One verdict: the registry, the annotation that generated models carry, and the JSON Schema accept or reject together."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError as JsonSchemaError
from jsonschema.validators import extend
from pydantic import TypeAdapter, ValidationError

from coregen_runtime.entity.fields import runtime_annotation
from coregen_runtime.entity.json_schema import fields_schema
from coregen_runtime.entity.registry import EntitySchemaRegistry
from coregen_runtime.entity.schema import EntitySchema, FieldSchema
from coregen_runtime.entity.validators import Validators

FIELDS: dict[str, FieldSchema] = {
    field.key: field
    for field in (
        FieldSchema(key="text", type="string"),
        FieldSchema(key="short", type="string", validators=[Validators.min_length(2), Validators.max_length(4)]),
        FieldSchema(key="code", type="string", validators=[Validators.pattern(r"^[A-Z]\d+$"), Validators.pattern(r"\w.")]),
        FieldSchema(key="email", type="string", validators=[Validators.email()]),
        FieldSchema(key="url", type="string", validators=[Validators.url()]),
        FieldSchema(key="phone", type="string", validators=[Validators.phone()]),
        FieldSchema(key="number", type="number"),
        FieldSchema(key="bounded", type="number", validators=[Validators.min(-3), Validators.max(2.5), Validators.non_zero()]),
        FieldSchema(key="positive", type="number", validators=[Validators.positive()]),
        FieldSchema(key="integer", type="number", validators=[Validators.integer(), Validators.min(0)]),
        FieldSchema(key="boolean", type="boolean"),
        FieldSchema(key="date", type="date"),
        FieldSchema(key="enum", type="enum", enum_values=["draft", "done"]),
        FieldSchema(key="ref", type="ref", ref_entity="Thing"),
        FieldSchema(key="refs", type="ref[]", ref_entity="Thing", validators=[Validators.max_length(2)]),
        FieldSchema(key="json", type="json"),
        FieldSchema(key="money", type="money"),
        FieldSchema(key="price", type="money", validators=[Validators.positive()]),
        FieldSchema(key="point", type="geo.point"),
        FieldSchema(key="line", type="geo.linestring"),
    )
}

IDS = [f"thing_01ARZ3NDEKTSV4RRFFQ69G5FA{last}" for last in "VWX"]

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**60), 2**60)
    | st.integers(-5, 5)
    | st.floats(allow_nan=False, allow_infinity=False, width=32)
    | st.sampled_from([1.0, 2.0**53, 2.5, -0.0, 2**53 - 1, 2**53])
    | st.text(max_size=5)
    | st.sampled_from(
        ["A1", "a@b.c", "a@b", "@", "http://a.b/c?d", "http://", "HTTPS://x", "+4912345", "+0", "draft", "Draft", "日本", *IDS, "thing_x"]
    ),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["a", "amount", "currency", "lat", "lng", "type"]), inner, max_size=3),
    max_leaves=6,
)
POSITION = st.lists(st.sampled_from([0, 1, 1.5, -180, 180, 181, 90, 91, "x", True]), min_size=1, max_size=4)
LIKELY = {
    "money": st.fixed_dictionaries({"amount": JSON, "currency": st.sampled_from(["EUR", "IQD", "XXX", 1])}),
    "price": st.fixed_dictionaries({"amount": st.integers(-2, 2), "currency": st.just("EUR")}),
    "point": st.fixed_dictionaries(
        {"lat": st.sampled_from([0, 90, 90.5, -91, True]), "lng": st.sampled_from([0.5, 180, 181, "1"])}, optional={"x": st.none()}
    ),
    "line": st.fixed_dictionaries({"type": st.sampled_from(["LineString", "Polygon"]), "coordinates": st.lists(POSITION, max_size=3)}),
    "refs": st.lists(st.sampled_from([*IDS, "thing_x"]), max_size=3),
    "bounded": st.sampled_from([-3, -3.5, 2.5, 3, 0, 0.0, 1]),
}


def _pattern(validator: Any, pattern: str, instance: Any, schema: Any) -> Iterator[JsonSchemaError]:
    """`$` of ECMAScript is the very end; Python's is not."""
    if isinstance(instance, str) and re.search(re.sub(r"\$$", r"\\Z", pattern), instance) is None:
        yield JsonSchemaError(pattern)


JUDGE: Any = extend(Draft202012Validator, {"pattern": _pattern})  # type: ignore[no-untyped-call]  # its stubs leave it untyped


def _is_i_json(value: object) -> bool:
    """Integers beyond 2^53 are no values of the wire, and no schema of `json` could say so at every depth."""
    if isinstance(value, list | dict):
        return all(_is_i_json(inner) for inner in (value.values() if isinstance(value, dict) else value))
    return not isinstance(value, int | float) or abs(value) < 2**53


def registry_of(*fields: FieldSchema) -> EntitySchemaRegistry:
    registry = EntitySchemaRegistry()
    registry.register(EntitySchema(name="Thing", namespace="test", id_prefix="thing", fields=fields))
    return registry


def schema_says(schema: Mapping[str, Any], data: object) -> bool:
    return bool(JUDGE(schema).is_valid(data))


def model_says(field: FieldSchema, value: object) -> bool:
    annotation: Any = runtime_annotation(field, "thing")
    for validator in field.validators:
        annotation = Annotated[annotation, validator]
    if not field.required and field.type != "ref[]":
        annotation = annotation | None
    try:
        TypeAdapter(annotation).validate_python(value)
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize("key", FIELDS)
@given(data=st.data())
def test_model_registry_and_json_schema_agree_on_every_value(key: str, data: st.DataObject) -> None:
    """Semantics 4: one verdict, everywhere."""
    value = data.draw(JSON | LIKELY[key] if key in LIKELY else JSON if key != "json" else JSON.filter(_is_i_json))
    field = FIELDS[key]
    schema = fields_schema([field], {"Thing": "thing"})

    verdicts = {
        "registry": registry_of(field).validate("Thing", {key: value}).ok,
        "model": model_says(field, value),
        "schema": schema_says(schema, {key: value}),
    }

    assert 1 == len(set(verdicts.values())), verdicts


@pytest.mark.parametrize("key", FIELDS)
def test_json_schemas_are_valid_schemas(key: str) -> None:
    Draft202012Validator.check_schema(fields_schema([FIELDS[key]], {"Thing": "thing"}))


@pytest.mark.parametrize(
    ("key", "good", "bad"),
    [
        ("integer", 1.0, 1.5),
        ("number", 2**53 - 1, 2**53),
        ("number", 1, True),
        ("number", 0.5, "1"),
        ("boolean", True, 1),
        ("date", 1_700_000_000_000, "2024-01-01"),
        ("enum", "draft", "gone"),
        ("ref", IDS[0], "other_01ARZ3NDEKTSV4RRFFQ69G5FAV"),
        ("refs", IDS[:2], [IDS[0], IDS[0]]),
        ("email", "ann@example.org", "ann example.org"),
        ("url", "https://example.org:8080/a?b#c", "ftp://example.org"),
        ("phone", "+14155550123", "0415"),
        ("point", {"lat": 52.5, "lng": 13.4}, {"lat": 91, "lng": 0}),
        ("money", {"amount": 4990, "currency": "EUR"}, {"amount": 49.9, "currency": "EUR"}),
        ("money", {"amount": 1.0, "currency": "EUR"}, {"amount": 1, "currency": "XXX"}),
    ],
)
def test_what_is_good_is_taken_and_what_is_bad_is_not(key: str, good: object, bad: object) -> None:
    registry = registry_of(FIELDS[key])

    assert (True, False) == (registry.validate("Thing", {key: good}).ok, registry.validate("Thing", {key: bad}).ok)
