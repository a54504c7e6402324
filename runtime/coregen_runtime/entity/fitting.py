"""Whether a literal in a definition fits a field: a default, what an action assigns or sends. A pure function that checks at sync call."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pydantic import TypeAdapter, ValidationError

from coregen_runtime.entity.fields import runtime_annotation
from coregen_runtime.entity.json_keywords import problems
from coregen_runtime.entity.schema import FieldSchema, FieldType
from coregen_runtime.primitives.suggest import did_you_mean

_EXAMPLES: Final[Mapping[FieldType, str]] = {
    FieldType.STRING: '"text"',
    FieldType.NUMBER: "1.5",
    FieldType.BOOLEAN: "true",
    FieldType.DATE: "1735689600000 (milliseconds since 1970)",
    FieldType.ENUM: "one of its values",
    FieldType.REF: "the id of an entity",
    FieldType.REFS: "a list of ids",
    FieldType.JSON: '{"key": 1}',
    FieldType.MONEY: '{"amount": 4990, "currency": "EUR"}',
    FieldType.GEO_POINT: '{"lat": 52.5, "lng": 13.4}',
    FieldType.GEO_POLYGON: '{"type": "Polygon", "coordinates": […]}',
    FieldType.GEO_LINESTRING: '{"type": "LineString", "coordinates": […]}',
}


def fits(field: FieldSchema, value: object) -> str | None:
    """Why a value does not fit a field; None where it does, or where a JSON Schema that is wrong itself cannot tell."""
    if field.json_schema is not None and problems(field.json_schema):
        return None
    try:
        TypeAdapter(runtime_annotation(field, any_id=True)).validate_python(value)
    except ValidationError as error:
        if field.type is FieldType.ENUM and isinstance(value, str):
            values = field.enum_values or ()
            return did_you_mean(value, values).removeprefix("; ") or f"one of {', '.join(map(_quoted, values))}"
        first = error.errors(include_url=False)[0]
        said = f"{first['msg'][:1].lower()}{first['msg'][1:]}"
        if field.json_schema is not None:
            return f"by its JSON Schema it {said}"
        return f"a field of type {field.type.value}: {said}, for example {_EXAMPLES[field.type]}"
    return None


def _quoted(value: str) -> str:
    return f'"{value}"'
