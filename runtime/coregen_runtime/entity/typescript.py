"""TypeScript of entities and of lists of fields (specification, section 2): pure functions of the schema, wire names as keys."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

from coregen_runtime.entity.fields import row, system_fields
from coregen_runtime.entity.schema import EntitySchema, FieldSchema, FieldType

PRELUDE = """\
export type ID = string;
/** Epoch milliseconds. */
export type Timestamp = number;
export type Meta = Record<string, string | number | boolean | null>;
/** `amount` is in minor units; `currency` is a code of ISO 4217. */
export interface Money {
  amount: number;
  currency: string;
}
export interface GeoPoint {
  lat: number;
  lng: number;
}
/** Longitude, latitude, perhaps altitude. */
export type Position = [number, number] | [number, number, number];
export interface GeoPolygon {
  type: "Polygon";
  coordinates: Position[][];
}
export interface GeoLineString {
  type: "LineString";
  coordinates: Position[];
}
"""
"""The types that the others are written in; once in a file."""

_IDENTIFIER = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*")


def entity_typescript(schema: EntitySchema) -> str:
    """The entity as it is read: an interface; sensitive fields are left out (semantics 7)."""
    declared = {field.key for field in schema.fields}
    system = [f"{entry.key}: {entry.type.replace('int', 'number')}{' | null' if entry.nullable else ''};" for entry in system_fields(schema)]
    kept = [line for line in system if line.partition(":")[0] not in declared]
    return interface(schema.name, [*kept, *_members(field for field in schema.fields if not field.sensitive)], schema.description)


def fields_typescript(name: str, fields: Iterable[FieldSchema], description: str | None = None, *, given: bool = False) -> str:
    """A list of fields as an interface of that name; where it is `given` (an input, a payload to send), what has a default may be left out."""
    return interface(name, _members(fields, given=given), description)


def field_typescript(field: FieldSchema) -> str:
    """The type of a field's values, null apart."""
    if field.type is FieldType.ENUM:
        return " | ".join(json.dumps(value) for value in field.enum_values or ()) or "never"
    if field.type is FieldType.DATE:
        return "Timestamp"
    if field.type in (FieldType.REF, FieldType.REFS):
        return "ID" if field.type is FieldType.REF else "ID[]"
    return row(field).typescript


def _members(fields: Iterable[FieldSchema], *, given: bool = False) -> list[str]:
    lines = []
    for field in fields:
        key = member_key(field.key)
        never_null = field.required or field.default is not None or field.computed is not None or field.type is FieldType.REFS
        there = field.required and field.default is None if given else never_null
        comment = _comment(field.description or field.label, "  ")
        lines.append(
            f"{comment}{'readonly ' if field.computed is not None else ''}{key}{'' if there else '?'}: "
            f"{field_typescript(field)}{'' if never_null else ' | null'};"
        )
    return lines


def member_key(key: str) -> str:
    """A wire name as the key of a member."""
    return key if _IDENTIFIER.fullmatch(key) else json.dumps(key)


def interface(name: str, members: Iterable[str], description: str | None) -> str:
    """An interface; a member is a line, `key: type;`."""
    lines = [f"  {line}" for line in members]
    return "\n".join([f"{_comment(description, '')}export interface {name} {{", *lines, "}"]) + "\n"


def _comment(text: str | None, indent: str) -> str:
    return f"/** {' '.join(text.split()).replace('*/', '*∕')} */\n{indent}" if text else ""
