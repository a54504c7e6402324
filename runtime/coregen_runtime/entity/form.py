"""Forms: `{schema, uiSchema}` as react-jsonschema-form takes them (specification, section 2), of an entity or a list of fields."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from coregen_runtime.entity.fields import row
from coregen_runtime.entity.json_schema import JsonSchema, Prefixes, fields_schema, openapi_schema
from coregen_runtime.entity.schema import EntitySchema, FieldSchema, FieldType


def entity_form(schema: EntitySchema, prefixes: Prefixes | None = None) -> dict[str, Any]:
    """The form that creates an entity; its computed fields are shown and cannot be changed (semantics 8)."""
    body = openapi_schema(schema, "create", prefixes)
    computed = [field for field in schema.fields if field.computed is not None]
    shown: JsonSchema = fields_schema(computed, prefixes, "read")["properties"]
    return {"schema": {**body, "properties": {**body["properties"], **shown}}, "uiSchema": _ui(schema.fields)}


def fields_form(fields: Iterable[FieldSchema], prefixes: Prefixes | None = None) -> dict[str, Any]:
    """The form of a payload."""
    listed = tuple(fields)
    return {"schema": fields_schema(listed, prefixes), "uiSchema": _ui(listed)}


def _ui(fields: Iterable[FieldSchema]) -> dict[str, Any]:
    listed = tuple(fields)
    widgets = {field.key: found for field in listed if (found := field_ui(field))}
    return {"ui:order": [field.key for field in listed], **widgets}


def field_ui(field: FieldSchema) -> dict[str, Any]:
    """How a field is shown; empty where the form's own choice is right."""
    ui: dict[str, Any] = {}
    widget = "password" if field.sensitive and field.type is FieldType.STRING else row(field).widget
    if widget is not None:
        ui["ui:widget"] = widget
    if field.computed is not None:
        ui["ui:readonly"] = True
    if field.label:
        ui["ui:title"] = field.label
    if field.description:
        ui["ui:help"] = field.description
    if field.ref_entity:
        ui["ui:options"] = {"refEntity": field.ref_entity, "refField": field.ref_field}
    if field.type is FieldType.DATE:
        ui["ui:options"] = {"unit": "epoch-ms"}
    return ui
