"""What a list takes in `openapi.json`: the filter of each entity as a schema, its order, pages and cursor (semantics 24 and 25).

A filter nests, negates and holds lists, which `deepObject` does not define (it knows one level of plain values); so it is one query
parameter that holds JSON, as OpenAPI's `content` says.
"""

from __future__ import annotations

from typing import Any

from coregen.resolve.artefacts.parameters import several, shared
from coregen.resolve.artefacts.shapes import COMPONENTS
from coregen_runtime.entity.fields import row, system_fields
from coregen_runtime.entity.json_schema import JsonSchema, Shared
from coregen_runtime.entity.schema import EntitySchema, FieldType

_UNORDERED = (FieldType.JSON, FieldType.REFS, FieldType.GEO_POINT, FieldType.GEO_POLYGON, FieldType.GEO_LINESTRING)
_STORED = {"text": FieldType.REF, "timestamp": FieldType.DATE, "integer": FieldType.NUMBER, "json": FieldType.JSON}
_BOOLEAN: JsonSchema = {"type": "boolean"}


def filter_schemas(entity: EntitySchema, name: str) -> dict[str, JsonSchema]:
    """The entity's filter under its name, and the conditions of the field types that it asks for; no type has the name of such a component."""
    types = {entry.key: _STORED[entry.storage] for entry in system_fields(entity)}
    types |= {field.key: field.type for field in entity.fields if field.computed is None}
    again: JsonSchema = {"$ref": COMPONENTS + name}
    properties: dict[str, JsonSchema] = {key: {"$ref": COMPONENTS + _condition_name(kind)} for key, kind in types.items()}
    properties |= {"and": {"type": "array", "items": again}, "or": {"type": "array", "items": again}, "not": again}
    schema: JsonSchema = {"type": "object", "properties": properties, "additionalProperties": False}
    conditions = {_condition_name(kind): _condition(kind) for kind in sorted(set(types.values()))}
    return {name: schema} | conditions


def list_parameters(entity: EntitySchema, filter: str) -> list[dict[str, Any]]:
    """The query parameters of a list, without those of what it includes; `filter` is the component of the entity's filter."""
    ordered = [key for key, kind in _ordered(entity) if kind not in _UNORDERED]
    ways = [each for key in ordered for each in (key, f"-{key}")]
    held = {"application/json": {"schema": {"$ref": COMPONENTS + filter}}}
    parameters: list[dict[str, Any]] = [
        {"name": "filter", "in": "query", "description": "A filter as JSON: conditions by field, and, or, not", "content": held},
        *map(shared, ("page", "limit", "after")),
        several("sort", ways, "Fields in their order of weight, each with a - before it for a descending order; ties are broken by id"),
        shared("total"),
    ]
    return [*parameters, shared("withDeleted")] if entity.soft_delete else parameters


def _ordered(entity: EntitySchema) -> list[tuple[str, FieldType]]:
    declared = {field.key: field.type for field in entity.fields if field.computed is None}
    return [(entry.key, _STORED[entry.storage]) for entry in system_fields(entity) if entry.key not in declared] + list(declared.items())


def _condition_name(kind: FieldType) -> str:
    return f"filter-{kind.value.replace('[]', '-list').replace('.', '-')}"


def _condition(kind: FieldType) -> JsonSchema:
    """A value that the field equals, or operators that must all hold."""
    value = _value(kind)
    whole: JsonSchema = {"type": "array", "items": value} if kind is FieldType.REFS else _or_null(value)
    known = {
        **dict.fromkeys(("eq", "neq"), whole),
        **dict.fromkeys(("gt", "gte", "lt", "lte"), value or {"type": ["number", "string"]}),
        "contains": value,
        **{op: {"type": "array", "items": _or_null(value)} for op in ("in", "nin")},
        "containsAll": {"type": "array", "items": value},
        "exists": _BOOLEAN,
        "empty": _BOOLEAN,
        **{op: {"type": "string"} for op in ("matches", "startsWith", "endsWith", "substring")},
        "withinDays": {"type": "number", "minimum": 0},
        "spatialWithin": {"$ref": f"{COMPONENTS}geo.polygon"},
    }
    operators = {"type": "object", "properties": {op: known[op] for op in row(kind).filter_ops}, "additionalProperties": False, "minProperties": 1}
    return {"anyOf": [whole, operators]} if "eq" in row(kind).filter_ops and kind is not FieldType.JSON else operators


def _value(kind: FieldType) -> JsonSchema:
    if kind is FieldType.REFS:
        return {"type": "string"}
    return Shared(COMPONENTS).of(kind) or dict(row(kind).json_schema)


def _or_null(value: JsonSchema) -> JsonSchema:
    return {"anyOf": [value, {"type": "null"}]} if value else value
