"""Forms are wider than their schemas, never narrower: a type that is made of one reads whatever the judge lets pass."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings

from coregen.printing import Name, flat
from coregen.resolve.json_forms import Forms, forms, takes_objects_alone
from coregen.resolve.json_models import json_types_ir
from coregen.resolve.json_names import json_names
from coregen_runtime.entity.json_judge import JsonJudge
from tests.runtime.entity.test_json_verdict import VALUES, documents


def as_schema(made: Forms) -> dict[str, Any]:
    """The forms as one JSON Schema."""
    keys = {pointer: f"T{index}" for index, pointer in enumerate(made.classes)}

    def placed(form: Any) -> Any:
        if isinstance(form, Mapping):
            if "$ref" in form:
                return {"$ref": f"#/$defs/{keys[form['$ref']]}"}
            return {key: inner if key == "enum" else placed(inner) for key, inner in form.items()}
        return [placed(inner) for inner in form] if isinstance(form, list) else form

    classes = {
        keys[pointer]: {
            "type": "object",
            "properties": {key: placed(form) for key, form in each.properties.items()},
            "required": sorted(each.required),
        }
        for pointer, each in made.classes.items()
    }
    return {**placed(made.root), "$defs": classes}


def types_of(schema: dict[str, Any]) -> dict[str, Any]:
    """The annotations that are generated: of each class by attribute, of the whole where it is no class."""
    [ir] = json_types_ir([json_names("It", "it", "it", schema, forms(schema), str)])
    found: dict[str, Any] = {each.name: {field.name: flat(field.annotation) for field in each.fields} for each in ir.classes}
    if ir.alias is not None and ir.alias.value is not None:
        found["It"] = flat(ir.alias.value)
    return found


@settings(max_examples=settings().max_examples * 5)
@given(schema=documents(), value=VALUES)
def test_a_form_takes_what_its_schema_takes(schema: dict[str, Any], value: object) -> None:
    if JsonJudge(schema).takes(value):
        assert JsonJudge(as_schema(forms(schema))).takes(value)
    if takes_objects_alone(schema):
        assert isinstance(value, dict) or not JsonJudge(schema).takes(value)


@settings(max_examples=20)
@given(schema=documents())
def test_every_form_becomes_types(schema: dict[str, Any]) -> None:
    [ir] = json_types_ir([json_names("It", "it", "it", schema, forms(schema), str)])

    assert "It" in ir.names
    assert all(isinstance(name, Name) for name in ir.imports)


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"type": "string", "format": "date-time"}, {"It": "Annotated[Text, Judged(_SCHEMA)]"}),
        ({"type": ["integer", "null"]}, {"It": "Annotated[Integer | None, Judged(_SCHEMA)]"}),
        ({"enum": ["a", 1, True, None]}, {"It": 'Annotated[Literal["a", 1, True] | None, Judged(_SCHEMA)]'}),
        ({"enum": [1.5, [1]]}, {"It": "Annotated[Number | JsonList[Json], Judged(_SCHEMA)]"}),
        ({}, {"It": "Annotated[Json, Judged(_SCHEMA)]"}),
        ({"properties": {"a": {"type": "string"}}}, {"It": "Annotated[Json, Judged(_SCHEMA)]"}),
        ({"type": "object", "additionalProperties": {"type": "number"}}, {"It": "Annotated[JsonMap[Number], Judged(_SCHEMA)]"}),
        (
            {"type": "array", "prefixItems": [{"type": "string"}, {"type": "boolean"}], "items": False, "minItems": 2},
            {"It": "Annotated[tuple[Text, Boolean], Judged(_SCHEMA)]"},
        ),
        ({"type": "array", "items": {"$ref": "#"}}, {"It": "Annotated[JsonList[JsonList[Json]], Judged(_SCHEMA)]"}),
        (
            {"type": "object", "properties": {"a": {"$ref": "#"}, "b": {"type": "null"}}, "required": ["b"]},
            {"It": {"a": "It | MISSING", "b": "None"}},
        ),
        (
            {"type": "object", "oneOf": [{"properties": {"a": {"const": 1}}}, {"properties": {"b": {"const": "x"}}}]},
            {
                "It": "Annotated[ItOption1 | ItOption2, Judged(_SCHEMA)]",
                "ItOption1": {"a": "Literal[1] | MISSING"},
                "ItOption2": {"b": 'Literal["x"] | MISSING'},
            },
        ),
        (
            {
                "allOf": [{"$ref": "#/$defs/A"}, {"type": "object", "properties": {"c": {"type": "string"}}, "required": ["a"]}],
                "$defs": {"A": {"type": "object", "properties": {"a": {"type": "integer"}}}},
            },
            {"It": {"a": "Integer", "c": "Text | MISSING"}},
        ),
    ],
)
def test_a_schema_is_typed_as_far_as_python_has_types(schema: dict[str, Any], expected: dict[str, Any]) -> None:
    assert expected == types_of(schema)
