"""JSON Schema (2020-12) of entities and of lists of fields: pure functions of the schema, for OpenAPI 3.1, forms and tests.

The verdict is that of the models (semantics 4); what JSON Schema cannot say stands in `x-` keys.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal, TypeAlias

from coregen_runtime.entity.checks import CHECKS
from coregen_runtime.entity.fields import INTEGER_JSON, SystemField, field_json_schema, is_integer, system_fields
from coregen_runtime.entity.generator import id_pattern
from coregen_runtime.entity.schema import EntitySchema, Factory, FieldSchema, FieldType
from coregen_runtime.entity.validators import merge
from coregen_runtime.primitives.money import Money

Mode: TypeAlias = Literal["read", "create", "update"]
JsonSchema: TypeAlias = dict[str, Any]
Prefixes: TypeAlias = Mapping[str, str | None]
"""Id prefix by entity name, as far as entities are known; the ids of others are only strings."""

META_JSON: JsonSchema = {"type": "object", "additionalProperties": {"type": ["string", "number", "boolean", "null"]}}


def field_schema(field: FieldSchema, prefixes: Prefixes | None = None, home: str = "#") -> JsonSchema:
    """The schema of a field's values, its validators, label and default included; null only where the field is not required.

    Args:
        home: where it comes to stand, a JSON pointer such as `#/properties/notes`: the local references of a `jsonSchema` lead there.
    """
    known = prefixes is not None and field.ref_entity in prefixes
    prefix = prefixes.get(field.ref_entity) if prefixes is not None and field.ref_entity is not None else None
    schema = field_json_schema(field, prefix, any_id=not known)
    for validator in field.validators:
        if validator.name == "integer" and is_integer(field):
            continue
        schema = merge(schema, CHECKS[validator.name].json_schema(validator.argument, field.type.value))
    if field.json_schema is not None:
        schema = moved(schema, home + ("/anyOf/0" if nullable(field) else ""))
    if nullable(field):
        schema = _or_null(schema)
    return {**schema, **field_notes(field)}


def fields_schema(fields: Iterable[FieldSchema], prefixes: Prefixes | None = None, mode: Mode = "create", home: str = "#") -> JsonSchema:
    """An object of these fields: a payload, a result, the part of an entity that its definition declares.

    Args:
        mode: in `create` and `update` computed fields are left out, in `update` nothing is required.
        home: where the object comes to stand, a JSON pointer.
    """
    listed = [field for field in fields if mode == "read" or field.computed is None]
    required = [field.key for field in listed if mode != "update" and field.required and (field.default is None or mode == "read")]
    properties = {field.key: field_schema(field, prefixes, f"{home}/properties/{field.key}") for field in listed}
    if mode == "update":
        properties = {key: {name: value for name, value in schema.items() if name != "default"} for key, schema in properties.items()}
    return object_schema(properties, required)


def openapi_schema(schema: EntitySchema, mode: Mode = "read", prefixes: Prefixes | None = None, home: str = "#") -> JsonSchema:
    """An entity as OpenAPI 3.1 takes it: as it is read, or the input that creates or updates it.

    Sensitive fields are in inputs and never in what is read (semantics 7).
    """
    fields = [field for field in schema.fields if mode != "read" or not field.sensitive]
    body = fields_schema(fields, prefixes, mode, home)
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
    """What a field's schema says besides the verdict: its label, description and default, and who may read or write it."""
    notes: JsonSchema = {}
    if field.label:
        notes["title"] = field.label
    if field.description:
        notes["description"] = field.description
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


def moved(value: Any, home: str) -> Any:
    """A JSON Schema whose local references (`#`, `#/$defs/…`) hold in the place where it now stands, `home`."""
    if isinstance(value, dict):
        return {
            key: home + inner[1:] if key == "$ref" and isinstance(inner, str) and inner.startswith("#") else moved(inner, home)
            for key, inner in value.items()
        }
    return [moved(inner, home) for inner in value] if isinstance(value, list) else value
