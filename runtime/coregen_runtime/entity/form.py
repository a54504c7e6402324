"""Forms: `{schema, uiSchema}` as react-jsonschema-form takes them (specification, section 2), of an entity or a list of fields.

The schema gives the verdict of the models in words that the library has a field for (`formable`); the uiSchema orders, names
and dresses the fields. Neither asks for a widget or a template that the library does not bring.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from coregen_runtime.entity.fields import is_integer, row
from coregen_runtime.entity.formable import IN_FORMS, NOT_SET, formable, or_null, with_definitions
from coregen_runtime.entity.generator import bare_prefix
from coregen_runtime.entity.json_schema import JsonSchema, Prefixes, field_notes, field_schema, nullable, object_schema, pointer
from coregen_runtime.entity.schema import EntitySchema, FieldSchema, FieldType
from coregen_runtime.entity.told import constraint_sentences, in_unit
from coregen_runtime.primitives.words import words

_LONG_TEXT = 200
_INPUTS = {"email": "email", "url": "url", "phone": "tel"}
_GEOMETRIES = (FieldType.GEO_POLYGON, FieldType.GEO_LINESTRING)
_DIGITS = re.compile(r"([0-9]+)")


def entity_form(schema: EntitySchema, prefixes: Prefixes | None = None, without: Iterable[str] = ()) -> dict[str, Any]:
    """The form that creates an entity; its computed fields are shown and cannot be changed (semantics 8).

    Args:
        without: keys that the form does not have, such as those that a machine owns.
    """
    left = frozenset(without)
    form = fields_form([field for field in schema.fields if field.key not in left], prefixes)
    described = {"title": label(schema.name), **({"description": schema.description} if schema.description else {})}
    return {"schema": {**described, **form["schema"]}, "uiSchema": form["uiSchema"]}


def fields_form(fields: Iterable[FieldSchema], prefixes: Prefixes | None = None) -> dict[str, Any]:
    """The form of a payload."""
    listed = tuple(fields)
    required = [field.key for field in listed if field.required and field.default is None]
    body = object_schema({field.key: _shown(field, prefixes) for field in listed}, required)
    return {"schema": with_definitions(body), "uiSchema": {"ui:order": [field.key for field in listed], **_dressed(listed, prefixes)}}


def label(key: str) -> str:
    """What people read for a name without a label of its own: `unitPrice` → `Unit price`, `OrderLine` → `Order line`."""
    found = [part for word in words(key) for part in _DIGITS.split(word) if part]
    text = " ".join(word if word.isupper() and len(word) > 1 else word.lower() for word in found)
    return text[:1].upper() + text[1:] if text else key


def _dressed(fields: Iterable[FieldSchema], prefixes: Prefixes | None) -> dict[str, Any]:
    return {field.key: field_ui(field, prefixes) for field in fields}


def _shown(field: FieldSchema, prefixes: Prefixes | None) -> JsonSchema:
    """A field's schema as its form has it: null comes first where it is a value, and a list of ids has a place to write them."""
    notes = {"title": label(field.key)} | field_notes(field)
    bare = field.model_copy(update={"required": True, "default": None, "label": None, "description": None, "sensitive": False})
    home = f"#/properties/{pointer(field.key)}{'/anyOf/1' if nullable(field) else ''}"
    plain = formable(field_schema(bare, prefixes, home, IN_FORMS))
    if nullable(field):
        plain = or_null({key: value for key, value in plain.items() if key not in notes}, notes["title"])
    return {**plain, **notes}


def field_ui(field: FieldSchema, prefixes: Prefixes | None = None) -> dict[str, Any]:
    """How a field is shown: its title, its widget, and a line of help where the value has a unit or a form of its own."""
    ui: dict[str, Any] = {"ui:title": field.label or label(field.key)}
    if field.description:
        ui["ui:description"] = field.description
    if field.computed is not None:
        ui["ui:readonly"] = True
    widget, options = _widget(field), _options(field)
    if widget:
        ui["ui:widget"] = widget
    if options:
        ui["ui:options"] = options
    if helped := _help(field):
        ui["ui:help"] = helped
    if field.type is FieldType.ENUM:
        ui["ui:enumNames"] = [*([NOT_SET] if nullable(field) else []), *(value or "(empty)" for value in field.enum_values or ())]
    if example := _placeholder(field, prefixes):
        ui["ui:placeholder"] = example
    inside = _inside(field)
    return ui | ({"anyOf": [{}, inside]} if inside and nullable(field) else inside)


def _widget(field: FieldSchema) -> str | None:
    if field.type is FieldType.JSON or field.computed is not None and field.type is FieldType.BOOLEAN:
        return None
    if field.sensitive and field.type is FieldType.STRING:
        return "password"
    if field.type is FieldType.BOOLEAN and field.required and field.default is None:
        return "radio"  # the library's checkbox tells the browser that a required one must be ticked
    longest = max((each.argument for each in field.validators if each.name == "maxLength" and field.type is FieldType.STRING), default=0)
    return "textarea" if longest > _LONG_TEXT else row(field).widget


def _options(field: FieldSchema) -> dict[str, Any]:
    if field.ref_entity:
        return {"refEntity": field.ref_entity, "refField": field.ref_field}
    if field.type is FieldType.DATE:
        return {"unit": "epoch-ms"}
    kind = next((_INPUTS[each.name] for each in field.validators if each.name in _INPUTS), None)
    return {"inputType": kind} if kind and not field.sensitive else {}


def _help(field: FieldSchema) -> str | None:
    """What the value means, its unit, and what is asked of it; a validator of one's own has no sentence for people."""
    plain = field.model_copy(update={"validators": tuple(each for each in field.validators if each.name not in ("custom", "integer"))})
    parts = [_meaning(field), field.unit and in_unit(field.unit), *constraint_sentences(plain)]
    return ". ".join(each for each in parts if each) or None


def _meaning(field: FieldSchema) -> str | None:
    if field.ref_entity:
        return f"{'Ids' if field.type is FieldType.REFS else 'An id'} of {field.ref_entity}"
    if field.type is FieldType.DATE:
        return "Milliseconds since 1970-01-01, UTC"
    if field.type in _GEOMETRIES:
        return "Longitude, latitude and perhaps altitude in metres" + ("; the last position is the first" if field.type is _GEOMETRIES[0] else "")
    return "A whole number" if is_integer(field) else None


def _placeholder(field: FieldSchema, prefixes: Prefixes | None) -> str | None:
    if field.type is not FieldType.REF or prefixes is None or field.ref_entity is None or field.ref_entity not in prefixes:
        return None
    prefix = prefixes[field.ref_entity]
    return f"{bare_prefix(prefix)}_01…" if prefix else "01…"


def _inside(field: FieldSchema) -> dict[str, Any]:
    """How the parts of a field of several are shown."""
    if field.type is FieldType.MONEY:
        return {
            "ui:order": ["amount", "currency"],
            "amount": {"ui:title": "Amount", "ui:help": "In minor units, such as cents"},
            "currency": {"ui:title": "Currency", "ui:widget": "select"},
        }
    if field.type is FieldType.GEO_POINT:
        return {"ui:order": ["lat", "lng"], "lat": {"ui:title": "Latitude"}, "lng": {"ui:title": "Longitude"}}
    return {"type": {"ui:widget": "hidden"}} if field.type in _GEOMETRIES else {}
