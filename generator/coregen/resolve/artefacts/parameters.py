"""The parameters of `openapi.json` that routes share: each stands once, in `components`, and routes refer to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from coregen_runtime.entity.json_schema import JsonSchema
from coregen_runtime.entity.schema import EntitySchema
from coregen_runtime.primitives.numbers import MAX_INTEGER
from coregen_runtime.primitives.pagination import DEFAULT_LIMIT, MAX_LIMIT, MAX_PAGE
from coregen_runtime.repository.include import is_reference

Parameter = dict[str, Any]
EXPECTED_VERSION: JsonSchema = {"type": "integer", "minimum": 1, "maximum": MAX_INTEGER}
SENT_VERSION: JsonSchema = {**EXPECTED_VERSION, "type": ["integer", "null"]}
"""The same in a message, where null is left out."""
_PLACE = "#/components/parameters/"


def query(name: str, schema: JsonSchema, description: str) -> Parameter:
    return {"name": name, "in": "query", "schema": schema, "description": description}


_FIXED: Mapping[str, Parameter] = {
    "id": {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}},
    "expectedVersion": query("expectedVersion", EXPECTED_VERSION, "The version that was read: a conflict where the entity has another one by now"),
    "page": query("page", {"type": "integer", "minimum": 1, "maximum": MAX_PAGE, "default": 1}, "Counted from 1; not together with after"),
    "limit": query("limit", {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT}, "How many a page has at most"),
    "after": query("after", {"type": "string"}, "A cursor: what stands behind the row that it was made of, in the same order"),
    "total": query("total", {"type": "boolean", "default": True}, "Whether to count; total is null where it was not asked for"),
    "withDeleted": query("withDeleted", {"type": "boolean", "default": False}, "Whether what is deleted is among them"),
}
_COMMA_SEPARATED = {"style": "form", "explode": False}


def shared(name: str) -> Parameter:
    """A reference to a parameter of all entities."""
    return {"$ref": _PLACE + name}


def several(name: str, values: Iterable[str], description: str) -> Parameter:
    """A query parameter of several values out of a list, with commas between them."""
    return query(name, {"type": "array", "items": {"type": "string", "enum": list(values)}}, description) | _COMMA_SEPARATED


def include(component: str) -> Parameter:
    """A reference to the parameter `include` of an entity, by the component that the entity is."""
    return shared(f"include-{component}")


def include_parameter(component: str, entity: EntitySchema) -> dict[str, Parameter]:
    """The parameter by its name; nothing for an entity that refers to nothing."""
    keys = [field.key for field in entity.fields if is_reference(field)]
    return {f"include-{component}": several("include", keys, "What it refers to by these fields comes with it")} if keys else {}


def used(paths: Any, own: Mapping[str, Parameter]) -> dict[str, Parameter]:
    """The parameters that routes refer to, by name."""
    asked = {
        each["$ref"].removeprefix(_PLACE)
        for path in paths.values()
        for operation in path.values()
        for each in operation.get("parameters", ())
        if "$ref" in each
    }
    every = {**_FIXED, **own}
    return {name: every[name] for name in sorted(asked)}
