"""TypeScript of entities and of lists of fields (specification, section 2): pure functions of the schema, wire names as keys."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from coregen_runtime.entity.fields import row, system_fields
from coregen_runtime.entity.json_typescript import typescript_type
from coregen_runtime.entity.schema import EntitySchema, FieldSchema, FieldType
from coregen_runtime.entity.told import told
from coregen_runtime.primitives.words import class_name

PRELUDE = """\
export type ID = string;
/** Epoch milliseconds. */
export type Timestamp = number;
export type Meta = { [key: string]: string | number | boolean | null };
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

_OWN = re.compile(r"\b(ID|Timestamp|Meta|Money|GeoPoint|Position|GeoPolygon|GeoLineString)\b")
_TAG = re.compile(r"(?<![^\s{])@")
_IDENTIFIER = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*")


def prelude(spelt: Mapping[str, str] = MappingProxyType({})) -> str:
    """The prelude with its types under the names that a file gives them."""
    return _spelt(PRELUDE, spelt)


def _spelt(text: str, spelt: Mapping[str, str]) -> str:
    return _OWN.sub(lambda found: spelt.get(found[0], found[0]), text) if spelt else text


def entity_typescript(schema: EntitySchema, name: str = "", spelt: Mapping[str, str] = MappingProxyType({})) -> str:
    """The entity as it is read: an interface; sensitive fields are left out (semantics 7).

    Args:
        name: the interface's, where it is not the one that the entity's class has.
        spelt: what the file calls types of the prelude.
    """
    declared = {field.key for field in schema.fields}
    system = [
        f"{entry.key}: {_spelt(entry.type.replace('int', 'number'), spelt)}{' | null' if entry.nullable else ''};" for entry in system_fields(schema)
    ]
    kept = [line for line in system if line.partition(":")[0] not in declared]
    own = _members((field for field in schema.fields if not field.sensitive), spelt)
    return interface(name or class_name(schema.name), [*kept, *own], schema.description)


def fields_typescript(
    name: str,
    fields: Iterable[FieldSchema],
    description: str | None = None,
    *,
    given: bool = False,
    spelt: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """A list of fields as an interface of that name; where it is `given` (an input, a payload to send), what has a default may be left out."""
    return interface(name, _members(fields, spelt, given=given), description)


def field_typescript(field: FieldSchema, spelt: Mapping[str, str] = MappingProxyType({})) -> str:
    """The type of a field's values, null apart."""
    if field.type is FieldType.ENUM:
        return " | ".join(json.dumps(value) for value in field.enum_values or ()) or "never"
    if field.type is FieldType.DATE:
        return _spelt("Timestamp", spelt)
    if field.type in (FieldType.REF, FieldType.REFS):
        return _spelt("ID" if field.type is FieldType.REF else "ID[]", spelt)
    if field.json_schema is not None:
        return typescript_type(field.json_schema)
    return _spelt(row(field).typescript, spelt)


def _members(fields: Iterable[FieldSchema], spelt: Mapping[str, str], *, given: bool = False) -> list[str]:
    lines = []
    for field in fields:
        key = member_key(field.key)
        never_null = field.required or field.default is not None or field.computed is not None or field.type is FieldType.REFS
        there = field.required and field.default is None if given else never_null
        about = comment(told(field), "  ")
        lines.append(
            f"{about}{'readonly ' if field.computed is not None else ''}{key}{'' if there else '?'}: "
            f"{field_typescript(field, spelt)}{'' if never_null else ' | null'};"
        )
    return lines


def member_key(key: str) -> str:
    """A wire name as the key of a member."""
    return key if _IDENTIFIER.fullmatch(key) else json.dumps(key)


def interface(name: str, members: Iterable[str], description: str | None) -> str:
    """An interface; a member is a line, `key: type;`."""
    lines = [f"  {line}" for line in members]
    return "\n".join([f"{comment(description)}export interface {name} {{", *lines, "}"]) + "\n"


def comment(text: str | None, indent: str = "") -> str:
    """A comment above what it is about. What would end it is spelt otherwise, and an @ that would begin a tag is a letter."""
    said = _TAG.sub(r"\\@", " ".join((text or "").split()).replace("*/", "*∕"))
    return f"/** {said} */\n{indent}" if said else ""
