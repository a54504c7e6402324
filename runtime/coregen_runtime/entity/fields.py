"""The one table of field types: a row each, read by the registry at run time and by the generator at build time.

A row says how a type is written in generated code, what it is at run time, its JSON Schema, its columns per dialect, its
TypeScript, its form widget, its filter and which operators rules and filters may put to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated, Any, Literal

from coregen_runtime.entity import types
from coregen_runtime.entity.generator import id_pattern, id_type
from coregen_runtime.entity.json_keywords import published
from coregen_runtime.entity.json_model import Judged
from coregen_runtime.entity.schema import EntitySchema, FieldSchema, FieldType
from coregen_runtime.primitives.money import Money, money_json_schema
from coregen_runtime.primitives.numbers import MAX_INTEGER


@dataclass(frozen=True, slots=True)
class ColumnRow:
    """A column of a field: what stands after the field's name, its storage (`Column.type`) and its declared type per dialect."""

    suffix: str
    storage: str
    sqlite: str
    postgresql: str


@dataclass(frozen=True, slots=True)
class FieldTypeRow:
    """One field type.

    `annotation` is source text; `{enum}` and `{id}` stand for the enum's and the id type's name. `filter` is the filter's name;
    empty where it is emitted for the enum or the id. `parts` are the fields that a rule's path may go on to (`price.amount`).
    """

    type: FieldType
    annotation: str
    runtime: Any
    json_schema: Mapping[str, Any]
    columns: tuple[ColumnRow, ...]
    typescript: str
    widget: str | None
    filter: str
    filter_ops: tuple[str, ...]
    rule_ops: frozenset[str]
    parts: Mapping[str, FieldType] = field(default_factory=dict)


_EQUALITY = ("eq", "neq", "in", "nin", "exists")
_ORDER = ("eq", "neq", "gt", "gte", "lt", "lte", "in", "nin", "exists")
_SAME = ("eq", "neq", "exists")
_LIST = (*_SAME, "contains", "containsAll", "empty")
_ANY = (*_ORDER, "contains", "containsAll", "matches", "empty", "withinDays", "spatialWithin")

NUMBER_JSON = {"type": "number", "minimum": -MAX_INTEGER, "maximum": MAX_INTEGER}
INTEGER_JSON = {"type": "integer", "minimum": -MAX_INTEGER, "maximum": MAX_INTEGER}
POINT_JSON = {
    "type": "object",
    "properties": {"lat": {"type": "number", "minimum": -90, "maximum": 90}, "lng": {"type": "number", "minimum": -180, "maximum": 180}},
    "required": ["lat", "lng"],
    "additionalProperties": False,
}


def _geometry(name: str, coordinates: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {"type": {"const": name}, "coordinates": dict(coordinates)},
        "required": ["type", "coordinates"],
        "additionalProperties": False,
    }


def _text(storage: str = "text") -> ColumnRow:
    return ColumnRow("", storage, "TEXT", "text")


def _json(storage: str) -> ColumnRow:
    return ColumnRow("", storage, "TEXT", "jsonb")


_ROWS = (
    FieldTypeRow(
        FieldType.STRING,
        "Text",
        types.Text,
        {"type": "string"},
        (_text(),),
        "string",
        None,
        "TextFilter",
        (*_ORDER, "matches", "empty", "startsWith", "endsWith", "substring"),
        frozenset({*_ORDER, "matches", "empty"}),
    ),
    FieldTypeRow(
        FieldType.NUMBER,
        "Number",
        types.Number,
        NUMBER_JSON,
        (ColumnRow("", "number", "NUMERIC", "double precision"),),
        "number",
        None,
        "NumberFilter",
        _ORDER,
        frozenset(_ORDER),
    ),
    FieldTypeRow(
        FieldType.BOOLEAN,
        "Boolean",
        types.Boolean,
        {"type": "boolean"},
        (ColumnRow("", "boolean", "INTEGER", "boolean"),),
        "boolean",
        "checkbox",
        "BooleanFilter",
        _EQUALITY,
        frozenset(_EQUALITY),
    ),
    FieldTypeRow(
        FieldType.DATE,
        "Date",
        types.Date,
        INTEGER_JSON,
        (ColumnRow("", "timestamp", "INTEGER", "bigint"),),
        "number",
        None,
        "DateFilter",
        (*_ORDER, "withinDays"),
        frozenset({*_ORDER, "withinDays"}),
    ),
    FieldTypeRow(
        FieldType.ENUM,
        "{enum}",
        StrEnum,
        {"type": "string"},
        (_text(),),
        "string",
        "select",
        "",
        (*_EQUALITY, "matches"),
        frozenset({*_EQUALITY, "matches"}),
    ),
    FieldTypeRow(
        FieldType.REF,
        "{id}",
        str,
        {"type": "string"},
        (_text(),),
        "string",
        None,
        "",
        (*_EQUALITY, "matches"),
        frozenset({*_EQUALITY, "matches"}),
    ),
    FieldTypeRow(
        FieldType.REFS,
        "Refs[{id}]",
        types.Refs,
        {"type": "array", "uniqueItems": True},
        (),
        "string[]",
        None,
        "",
        _LIST,
        frozenset(_LIST),
    ),
    FieldTypeRow(
        FieldType.JSON,
        "Json",
        types.Json,
        {},
        (_json("json"),),
        "unknown",
        "textarea",
        "JsonFilter",
        _ANY,
        frozenset(_ANY),
    ),
    FieldTypeRow(
        FieldType.MONEY,
        "Money",
        Money,
        money_json_schema(),
        (ColumnRow("_amount", "integer", "INTEGER", "bigint"), ColumnRow("_currency", "text", "TEXT", "text")),
        "Money",
        None,
        "MoneyFilter",
        _ORDER,
        frozenset(_EQUALITY),
        {"amount": FieldType.NUMBER, "currency": FieldType.STRING},
    ),
    FieldTypeRow(
        FieldType.GEO_POINT,
        "GeoPoint",
        types.GeoPoint,
        POINT_JSON,
        (_json("geo.point"),),
        "GeoPoint",
        None,
        "GeoPointFilter",
        (*_SAME, "spatialWithin"),
        frozenset({*_SAME, "spatialWithin"}),
        {"lat": FieldType.NUMBER, "lng": FieldType.NUMBER},
    ),
    FieldTypeRow(
        FieldType.GEO_POLYGON,
        "GeoPolygon",
        types.GeoPolygon,
        _geometry("Polygon", types.RINGS_JSON),
        (_json("geo.polygon"),),
        "GeoPolygon",
        None,
        "GeoFilter",
        _SAME,
        frozenset(_SAME),
    ),
    FieldTypeRow(
        FieldType.GEO_LINESTRING,
        "GeoLineString",
        types.GeoLineString,
        _geometry("LineString", types.LINE_JSON),
        (_json("geo.linestring"),),
        "GeoLineString",
        None,
        "GeoFilter",
        _SAME,
        frozenset(_SAME),
    ),
)

FIELD_TYPES: Mapping[FieldType, FieldTypeRow] = {row.type: row for row in _ROWS}


def row(of: FieldSchema | FieldType) -> FieldTypeRow:
    """The row of a field, or of a type."""
    return FIELD_TYPES[of.type if isinstance(of, FieldSchema) else of]


def is_integer(of: FieldSchema) -> bool:
    """Whether a number field holds integers alone."""
    return of.type is FieldType.NUMBER and any(validator.name == "integer" for validator in of.validators)


def annotation(of: FieldSchema, *, enum: str = "", id: str = "") -> str:
    """The annotation in generated code, without its validators: `Refs[CategoryId]`, `Integer`."""
    return "Integer" if is_integer(of) else row(of).annotation.format(enum=enum, id=id)


def runtime_annotation(of: FieldSchema, id_prefix: str | None = None, any_id: bool = False) -> Any:
    """What the annotation is at run time, without its validators.

    Args:
        id_prefix: the prefix of the entity that a ref refers to.
        any_id: the entity is unknown here, so an id of any prefix is taken.
    """
    if of.type is FieldType.ENUM:
        return Literal[tuple(of.enum_values or ())]
    if of.type in (FieldType.REF, FieldType.REFS):
        target: Any = types.Text if any_id else id_type(id_prefix)
        return target if of.type is FieldType.REF else types.Refs[target]
    if of.json_schema is not None:
        return Annotated[row(of).runtime, Judged(of.json_schema)]
    return types.Integer if is_integer(of) else row(of).runtime


def field_json_schema(of: FieldSchema, id_prefix: str | None = None, any_id: bool = False) -> dict[str, Any]:
    """The JSON Schema of a field's values, without its validators."""
    base = dict(row(of).json_schema)
    if of.type is FieldType.ENUM:
        return {**base, "enum": list(of.enum_values or ())}
    if of.type in (FieldType.REF, FieldType.REFS):
        target: dict[str, Any] = {"type": "string"} if any_id else {"type": "string", "pattern": id_pattern(id_prefix)}
        return target if of.type is FieldType.REF else {**base, "items": target}
    if of.json_schema is not None:
        return published(of.json_schema)
    return dict(INTEGER_JSON) if is_integer(of) else base


@dataclass(frozen=True, slots=True)
class SystemField:
    """A field that every entity has, or has by a switch; `switch` names the attribute of `EntitySchema`, None means always."""

    key: str
    attribute: str
    type: str
    storage: str
    nullable: bool
    switch: str | None


SYSTEM_FIELDS: tuple[SystemField, ...] = (
    SystemField("id", "id", "ID", "text", False, None),
    SystemField("organizationId", "organization_id", "ID", "text", False, None),
    SystemField("createdAt", "created_at", "Timestamp", "timestamp", False, "timestamps"),
    SystemField("updatedAt", "updated_at", "Timestamp", "timestamp", False, "timestamps"),
    SystemField("deletedAt", "deleted_at", "Timestamp", "timestamp", True, "soft_delete"),
    SystemField("version", "version", "int", "integer", False, "versioned"),
    SystemField("meta", "meta", "Meta", "json", False, None),
)


def system_fields(schema: EntitySchema) -> tuple[SystemField, ...]:
    """The system fields that an entity has, its switches considered (semantics 9)."""
    return tuple(entry for entry in SYSTEM_FIELDS if entry.switch is None or getattr(schema, entry.switch))
