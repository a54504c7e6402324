"""A JSON Schema as a TypeScript type: for fields, payloads and results that a definition gives as JSON Schema.

What TypeScript cannot say (lengths, patterns) is left out, and a keyword that this file does not know leaves the type as wide as
it was: the type takes every value that the schema takes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

_SIMPLE = {"string": "string", "number": "number", "integer": "number", "boolean": "boolean", "null": "null"}


def typescript_type(schema: Any, root: Mapping[str, Any] | None = None, within: tuple[str, ...] = ()) -> str:
    """The type of one schema. `root` is the document that local references point into; a reference to itself is `unknown`."""
    root = schema if root is None else root
    if not isinstance(schema, Mapping):
        return "never" if schema is False else "unknown"
    if "$ref" in schema:
        return _referenced(schema["$ref"], root, within)
    if "const" in schema:
        return _literal(schema["const"])
    if "enum" in schema:
        return _union([_literal(value) for value in schema["enum"]]) if schema["enum"] else "never"
    for keyword in ("anyOf", "oneOf"):
        if keyword in schema:
            return _union([typescript_type(each, root, within) for each in schema[keyword]])
    if "allOf" in schema:
        return " & ".join(f"({typescript_type(each, root, within)})" for each in schema["allOf"]) or "unknown"
    kinds = schema.get("type", "object" if "properties" in schema else ())
    return _union([_kind(kind, schema, root, within) for kind in ([kinds] if isinstance(kinds, str) else kinds)])


def _kind(kind: str, schema: Mapping[str, Any], root: Mapping[str, Any], within: tuple[str, ...]) -> str:
    if kind == "array":
        return _array(schema, root, within)
    if kind == "object":
        return _object(schema, root, within)
    return _SIMPLE.get(kind, "unknown")


def _array(schema: Mapping[str, Any], root: Mapping[str, Any], within: tuple[str, ...]) -> str:
    if "prefixItems" in schema:
        return "unknown[]"
    return f"({typescript_type(schema.get('items', True), root, within)})[]"


def _object(schema: Mapping[str, Any], root: Mapping[str, Any], within: tuple[str, ...]) -> str:
    required = set(schema.get("required", ()))
    members = [
        f"{json.dumps(key)}{'' if key in required else '?'}: {typescript_type(each, root, within)}"
        for key, each in schema.get("properties", {}).items()
    ]
    more = schema.get("additionalProperties", True)
    if more is not False:
        value = typescript_type(more, root, within) if not members and "patternProperties" not in schema else "unknown"
        members.append(f"[key: string]: {value}")
    return f"{{ {'; '.join(members)} }}" if members else "{ [key: string]: never }"


def _referenced(reference: str, root: Mapping[str, Any], within: tuple[str, ...]) -> str:
    if reference in within or not reference.startswith("#"):
        return "unknown"
    target: Any = root
    for part in reference.removeprefix("#").strip("/").split("/"):
        if part and not (isinstance(target, Mapping) and (part := part.replace("~1", "/").replace("~0", "~")) in target):
            return "unknown"
        target = target[part] if part else target
    return typescript_type(target, root, (*within, reference))


def _literal(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False) if value is None or isinstance(value, str | bool | int | float) else "unknown"


def _union(types: Sequence[str]) -> str:
    return " | ".join(dict.fromkeys(types)) or "unknown"
