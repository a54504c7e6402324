"""JSON Schema (2020-12) of entities and of lists of fields: pure functions of the schema, for OpenAPI 3.1, forms and tests.

The verdict is that of the models (semantics 4); what JSON Schema cannot say stands in `x-` keys.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from coregen_runtime.entity.checks import CHECKS
from coregen_runtime.entity.fields import INTEGER_JSON, SystemField, field_json_schema, is_integer, row, system_fields
from coregen_runtime.entity.generator import id_pattern
from coregen_runtime.entity.json_keywords import moved
from coregen_runtime.entity.schema import EntitySchema, Factory, FieldSchema, FieldType
from coregen_runtime.entity.types import META_JSON
from coregen_runtime.entity.validators import merge
from coregen_runtime.primitives.money import Money, currency_json_schema, money_json_schema

Mode: TypeAlias = Literal["read", "create", "update"]
JsonSchema: TypeAlias = dict[str, Any]
Prefixes: TypeAlias = Mapping[str, str | None]
"""Id prefix by entity name, as far as entities are known; the ids of others are only strings."""


_NAMES = {
    FieldType.MONEY: "money",
    FieldType.GEO_POINT: "geo.point",
    FieldType.GEO_POLYGON: "geo.polygon",
    FieldType.GEO_LINESTRING: "geo.linestring",
}


@dataclass(frozen=True)
class Shared:
    """What a document has once and its fields refer to, at the JSON pointer `place`: the currencies, and with `whole` money and geometries too."""

    place: str
    whole: bool = True

    @property
    def currency(self) -> JsonSchema:
        return {"$ref": f"{self.place}currency"}

    def of(self, kind: FieldType) -> JsonSchema | None:
        """The reference that stands for a type's own schema; None where the document does not have it once."""
        return {"$ref": self.place + _NAMES[kind]} if self.whole and kind in _NAMES else None

    def base(self, field: FieldSchema) -> JsonSchema | None:
        """What stands for the schema of a field's type, validators apart; None where that is its own."""
        bounded = field.type is FieldType.MONEY and any("properties" in each for each in _said(field))
        if not bounded and (reference := self.of(field.type)) is not None:
            return reference
        return money_json_schema(self.currency) if field.type is FieldType.MONEY else None

    def schemas(self) -> dict[str, JsonSchema]:
        """Everything that may be referred to, by name."""
        geometries = {name: dict(row(kind).json_schema) for kind, name in _NAMES.items() if kind is not FieldType.MONEY}
        return {"currency": currency_json_schema(), **({"money": money_json_schema(self.currency), **geometries} if self.whole else {})}


def _said(field: FieldSchema) -> list[JsonSchema]:
    """What each validator of a field adds to its schema."""
    integer = is_integer(field)
    return [
        CHECKS[validator.name].json_schema(validator.argument, field.type.value)
        for validator in field.validators
        if not (integer and validator.name == "integer")
    ]


def field_schema(field: FieldSchema, prefixes: Prefixes | None = None, home: str = "#", shared: Shared | None = None) -> JsonSchema:
    """The schema of a field's values, its validators, label and default included; null only where the field is not required.

    Args:
        home: where it comes to stand, a JSON pointer such as `#/properties/notes`: the local references of a `jsonSchema` lead there.
        shared: what it refers to instead of holding it.
    """
    known = prefixes is not None and field.ref_entity in prefixes
    prefix = prefixes.get(field.ref_entity) if prefixes is not None and field.ref_entity is not None else None
    schema = (shared.base(field) if shared else None) or field_json_schema(field, prefix, any_id=not known)
    for fragment in _said(field):
        schema = merge(schema, fragment)
    if field.json_schema is not None:
        schema = moved(schema, home + ("/anyOf/0" if nullable(field) else ""))
    if nullable(field):
        schema = _or_null(schema)
    return {**schema, **field_notes(field)}


def fields_schema(
    fields: Iterable[FieldSchema], prefixes: Prefixes | None = None, mode: Mode = "create", home: str = "#", shared: Shared | None = None
) -> JsonSchema:
    """An object of these fields: a payload, a result, the part of an entity that its definition declares.

    Args:
        mode: in `create` and `update` computed fields are left out, in `update` nothing is required.
        home: where the object comes to stand, a JSON pointer.
    """
    listed = [field for field in fields if mode == "read" or field.computed is None]
    required = [field.key for field in listed if mode != "update" and field.required and (field.default is None or mode == "read")]
    properties = {field.key: field_schema(field, prefixes, f"{home}/properties/{pointer(field.key)}", shared) for field in listed}
    if mode == "update":
        properties = {key: {name: value for name, value in schema.items() if name != "default"} for key, schema in properties.items()}
    return object_schema(properties, required)


def openapi_schema(
    schema: EntitySchema,
    mode: Mode = "read",
    prefixes: Prefixes | None = None,
    home: str = "#",
    shared: Shared | None = None,
    without: Collection[str] = (),
) -> JsonSchema:
    """An entity as OpenAPI 3.1 takes it: as it is read, or the input that creates or updates it.

    Sensitive fields are in inputs and never in what is read (semantics 7).

    Args:
        without: keys that it does not have, such as those that a machine owns.
    """
    fields = [field for field in schema.fields if field.key not in without and (mode != "read" or not field.sensitive)]
    body = fields_schema(fields, prefixes, mode, home, shared)
    described = {"title": schema.name, **({"description": schema.description} if schema.description else {})}
    if mode != "read":
        return {**described, **body}
    system = system_fields(schema)
    declared = {field.key for field in schema.fields}
    properties = {entry.key: system_json(entry, schema) for entry in system if entry.key not in declared} | body["properties"]
    required = [entry.key for entry in system if not entry.nullable] + body["required"]
    return {**described, **object_schema(properties, required)}


def system_json(entry: SystemField, schema: EntitySchema) -> JsonSchema:
    """The schema of a field of the system; all of them are read-only."""
    if entry.key == "id":
        return {"type": "string", "pattern": id_pattern(schema.id_prefix), "readOnly": True}
    if entry.key == "meta":
        return dict(META_JSON)
    base: JsonSchema = {"type": "string"} if entry.storage == "text" else dict(INTEGER_JSON)
    return {**(_or_null(base) if entry.nullable else base), "readOnly": True}


def object_schema(properties: Mapping[str, JsonSchema], required: list[str]) -> JsonSchema:
    """An object of these properties and no others."""
    return {"type": "object", "properties": dict(properties), "required": required, "additionalProperties": False}


def nullable(field: FieldSchema) -> bool:
    """Whether null is a value of the field: it is not required, and neither a default nor an empty list stands in its place."""
    return not field.required and field.computed is None and field.default is None and field.type is not FieldType.REFS


def _or_null(schema: JsonSchema) -> JsonSchema:
    """The same values, or null."""
    if not schema or "$ref" in schema:
        return schema if not schema else {"anyOf": [schema, {"type": "null"}]}
    carried = {key: value for key, value in schema.items() if key.startswith("x-") and key != "x-pattern"}
    return {"anyOf": [{key: value for key, value in schema.items() if key not in carried}, {"type": "null"}], **carried}


def field_notes(field: FieldSchema) -> JsonSchema:
    """What a field's schema says besides the verdict: its label, description, unit and default, and who may read or write it."""
    notes: JsonSchema = {}
    if field.label:
        notes["title"] = field.label
    if field.description:
        notes["description"] = field.description
    if field.unit:
        notes["x-unit"] = field.unit
    if field.default is not None and not isinstance(field.default, Factory) and not field.sensitive:
        notes["default"] = plain(field.default)
    if field.computed is not None:
        notes["readOnly"] = True
    if field.sensitive:
        notes["writeOnly"] = True
    if field.ref_entity:
        notes["x-ref"] = field.ref_entity
    return notes


def plain(value: Any) -> Any:
    """A default as JSON carries it."""
    if isinstance(value, Money):
        return {"amount": value.amount, "currency": value.currency}
    if isinstance(value, Mapping):
        return {key: plain(inner) for key, inner in value.items()}
    return [plain(inner) for inner in value] if isinstance(value, list | tuple) else value


def pointer(key: str) -> str:
    """A key as a step of a JSON pointer in a URI's fragment (RFC 6901)."""
    if key.isascii() and key.isidentifier():
        return key
    from urllib.parse import quote

    return quote(key.replace("~", "~0").replace("/", "~1"), safe="~")
