"""JSON Schema as react-jsonschema-form can show it: the same verdict, in words that it has a field for.

That library shows nothing for a schema without a type, fills in every constant and offers the two sides of `anyOf` by their
titles. What is said here is said in its words; which fields a form has and how they are dressed is form.py's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from coregen_runtime.entity.json_schema import JsonSchema, Shared

ANY: JsonSchema = {"$ref": "#/$defs/Json"}
IN_FORMS = Shared("#/$defs/", whole=False)
"""The library puts what stands beside a reference in the place of what it leads to, so a form refers to the list of currencies alone."""
NOT_SET = "Not set"
_NO_KEY = "\0"
_VALUE: JsonSchema = {
    "anyOf": [
        {"title": "Nothing", "type": "null"},
        {"title": "Text", "type": "string"},
        {"title": "Number", "type": "number"},
        {"title": "Yes or no", "type": "boolean"},
        {"title": "List", "type": "array", "items": ANY},
        # an object without named properties makes the library ask its validator for an empty `anyOf`; of a property without a schema it shows nothing
        {"title": "Object", "type": "object", "properties": {_NO_KEY: True}, "additionalProperties": ANY},
    ]
}
PRESENT: JsonSchema = {"anyOf": _VALUE["anyOf"][1:]}
"""Any JSON value but null."""
_ANNOTATIONS = ("title", "description", "default", "examples", "readOnly", "writeOnly", "deprecated", "$comment")
_TYPED = ("type", "$ref", "const", "enum", "anyOf", "oneOf", "allOf", "properties", "$dynamicRef")
_SCALARS = ("string", "number", "integer", "boolean")
_LISTS, _MAPS = ("anyOf", "oneOf", "allOf"), ("properties", "$defs", "definitions", "patternProperties", "dependentSchemas")


def formable(schema: Any) -> Any:
    """A schema of any keywords, every part of which has a field. What has no type is any JSON value, edited by its kind."""
    if schema is True:
        return dict(ANY)
    if not isinstance(schema, Mapping):
        return schema
    inner = _inner(_readable(schema))
    if not any(keyword in schema for keyword in _TYPED):
        return {**inner, **ANY}
    if "prefixItems" in inner or inner.get("type") == "array":
        inner = _list(inner)
    return _open(inner)


def _readable(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """A property called `$id` or `$ref` makes the library read the properties as a schema: such a name is judged as a pattern, and has no field."""
    odd = {name: each for name, each in schema.get("properties", {}).items() if name in ("$id", "$ref")}
    if not odd:
        return schema
    kept = {name: each for name, each in schema["properties"].items() if name not in odd}
    patterns = {rf"^\{name}$": each for name, each in odd.items()}
    return {**schema, "properties": kept, "patternProperties": {**schema.get("patternProperties", {}), **patterns}}


def or_null(schema: JsonSchema, title: str) -> JsonSchema:
    """The same values, or null, which stands first: a form leaves unset what nobody sets.

    Args:
        schema: a schema that `formable` made.
        title: what the other choice is called, where there is one to make.
    """
    kind = schema.get("type")
    if ANY.items() <= schema.items():
        return schema
    if kind in _SCALARS and "const" not in schema:
        choices = {"enum": [None, *schema["enum"]], "default": None} if "enum" in schema else {}
        return {**schema, "type": [kind, "null"], **choices}
    return {"anyOf": [{"title": NOT_SET, "type": "null"}, {"title": title, **schema}]}


def with_definitions(schema: JsonSchema) -> JsonSchema:
    """A root schema, with the definitions that some part of it refers to: of any JSON value, of the currencies."""
    asked = set(references(schema))
    found = {name: each for name, each in {"Json": _VALUE, **IN_FORMS.schemas()}.items() if IN_FORMS.place + name in asked}
    return {**schema, "$defs": {**schema.get("$defs", {}), **found}} if found else schema


def references(value: Any) -> Iterator[str]:
    """The targets of all references in a schema, in no order."""
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict):
            if isinstance(target := each.get("$ref"), str):
                yield target
            waiting += [inner for inner in each.values() if isinstance(inner, dict | list)]
        elif isinstance(each, list):
            waiting += [inner for inner in each if isinstance(inner, dict | list)]


def _inner(schema: Mapping[str, Any]) -> JsonSchema:
    return dict(_each(schema))


def _each(schema: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for keyword, value in schema.items():
        if keyword in _LISTS:
            yield keyword, [formable(each) for each in value]
        elif keyword in _MAPS:
            yield keyword, {name: formable(each) for name, each in value.items()}
        elif keyword in ("items", "additionalProperties"):
            yield keyword, value if value is False else formable(value)
        else:
            yield keyword, value


def _list(schema: JsonSchema) -> JsonSchema:
    """A list whose `items` say what any of them is; a tuple's own places keep their say beside it."""
    places = schema.get("prefixItems")
    if places is None:
        return schema if "items" in schema and schema["items"] is not False else {**schema, "items": dict(ANY)}
    if schema.get("items", True) is not False:
        return {**schema, "items": dict(ANY)} if "items" not in schema else schema
    alike = _alike(places)
    return {**schema, "items": alike, "maxItems": min(len(places), schema.get("maxItems", len(places)))}


def _alike(places: list[Any]) -> JsonSchema:
    kinds = {each.get("type") if isinstance(each, Mapping) else None for each in places}
    kind = kinds.pop() if len(kinds) == 1 else None
    return {"type": kind} if kind in _SCALARS else dict(ANY)


def _open(schema: JsonSchema) -> JsonSchema:
    """An object without properties takes any: its keys and values are edited as pairs."""
    if schema.get("type") == "object" and not schema.get("properties") and not any(each in schema for each in _LISTS):
        return {"additionalProperties": dict(ANY), **schema}
    return schema
