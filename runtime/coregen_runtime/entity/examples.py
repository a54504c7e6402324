"""Examples: a value that a JSON Schema takes, small and always the same; for documents and for the factories of tests.

It knows the keywords that schemas of fields are made of. Where it finds nothing, it says so: a wrong example is worse than none.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from coregen_runtime.entity.json_judge import JsonJudge
from coregen_runtime.entity.json_keywords import NOTES
from coregen_runtime.entity.json_schema import JsonSchema
from coregen_runtime.entity.validators import merge
from coregen_runtime.primitives.patterns import searcher
from coregen_runtime.primitives.strings import matching

_INTERESTING = (1, 0, 2, 0.5, -1, 10, -0.5)
_PLEASANT = ("name@example.com", "https://example.com/", "+14155550123", "ABC-123", "Example", "example", "123")
_GOLDEN = (math.sqrt(5) - 1) / 2
"""Its multiples are spread evenly between whole numbers: distinct values where there is room for no distinct integer."""
_NARROW = 10_000
_UNKNOWN = (
    "if",
    "contains",
    "propertyNames",
    "dependentRequired",
    "dependentSchemas",
    "unevaluatedProperties",
    "$dynamicRef",
)


class NoExample(Exception):
    """There is no example: a keyword is unknown here, or nothing that was tried fits."""


def example(schema: Any, root: Any = None, seed: int = 0, within: tuple[str, ...] = ()) -> Any:
    """A value of the schema.

    Args:
        root: the document that local references point into; the schema itself unless it is given.
        seed: other seeds give other texts, numbers and ids, as far as the schema has room.

    Raises:
        NoExample: none was found.
    """
    root = schema if root is None else root
    if is_open(schema):
        return {} if schema is True or seed else schema.get("default", {})
    schema = plain_schema(schema)
    if "$ref" in schema:
        return example(target_of(schema["$ref"], root, within), root, seed, (*within, schema["$ref"]))
    if "const" in schema:
        return _judged(schema["const"], schema, root)
    if "default" in schema and not seed:
        return _judged(schema["default"], schema, root)
    if schema.get("enum"):
        return _judged(next((value for value in schema["enum"] if value is not None), None), schema, root)
    for keyword in ("anyOf", "oneOf"):
        if keyword in schema:
            made = example(schema[keyword][0], root, seed, within)
            return _judged(made, schema, root) if keyword == "oneOf" or not stands_alone(keyword, schema) else made
    kind = schema.get("type", "object" if "properties" in schema else None)
    kind = kind[0] if isinstance(kind, list) and kind else kind
    return _of_kind(kind, schema, root, seed, within)


def _judged(value: Any, schema: Mapping[str, Any], root: Any) -> Any:
    """A value that may not fit: a default is a note, and an option says only a part."""
    if not JsonJudge(root, schema).takes(value):
        raise NoExample(str(schema))
    return value


def stands_alone(keyword: str, schema: Mapping[str, Any]) -> bool:
    """Whether the schema says nothing but this keyword."""
    return all(key == keyword or key in NOTES or key.startswith("x-") for key in schema)


def is_open(schema: Any) -> bool:
    """Whether the schema takes anything: it holds notes at most."""
    return schema is True or (isinstance(schema, Mapping) and all(key in NOTES or key.startswith("x-") for key in schema))


def plain_schema(schema: Any) -> Mapping[str, Any]:
    """The schema with what its `allOf` says said beside the rest; further patterns stay there.

    Raises:
        NoExample: it holds a keyword that is not known here.
    """
    if not isinstance(schema, Mapping) or any(keyword in schema for keyword in _UNKNOWN):
        raise NoExample(str(schema))
    if isinstance(schema.get("not", {}), bool) or set(schema.get("not", {})) - {"const"}:
        raise NoExample(str(schema))
    if "allOf" not in schema:
        return schema
    plain: Mapping[str, Any] = {key: value for key, value in schema.items() if key != "allOf"}
    for part in schema["allOf"]:
        if "$ref" in plain_schema(part) or "$ref" in plain or _closed_to(plain, part) or _closed_to(part, plain):
            raise NoExample(str(schema))
        plain = merge(plain, part)
    if any(set(part) - {"pattern", "x-pattern"} for part in plain.get("allOf", ())):
        raise NoExample(str(schema))
    return plain


def _closed_to(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether one says of properties or items that only the other names what it would not say if they stood together."""
    others = set(other.get("properties", ())) - set(one.get("properties", ()))
    closed = bool(others) and ("additionalProperties" in one or "patternProperties" in one)
    return closed or "items" in one and "prefixItems" in other


def patterns_of(schema: Mapping[str, Any]) -> tuple[str, ...]:
    """Every pattern that a text has to match, in a plain schema."""
    return tuple(part["pattern"] for part in (schema, *schema.get("allOf", ())) if "pattern" in part)


def target_of(reference: str, root: Any, within: tuple[str, ...] = ()) -> Any:
    """What a local reference leads to.

    Raises:
        NoExample: it leads out of the document, or into what is being made.
    """
    if reference in within or not reference.startswith("#"):
        raise NoExample(reference)
    target = root
    for part in reference.removeprefix("#").strip("/").split("/"):
        if part:
            name = part.replace("~1", "/").replace("~0", "~")
            target = target.get(name) if isinstance(target, Mapping) else None
    return target


def _of_kind(kind: object, schema: Mapping[str, Any], root: Any, seed: int, within: tuple[str, ...]) -> Any:
    if kind == "object":
        listed = schema.get("properties", {})
        needed = [key for key in listed if key in schema.get("required", ())]
        if len(needed) != len(schema.get("required", ())) or schema.get("minProperties", 0) > len(needed):
            raise NoExample(str(schema))
        made = {key: example(listed[key], root, seed, within) for key in needed}
        return _judged(made, schema, root) if "patternProperties" in schema else made
    if kind == "array":
        return _array(schema, root, seed, within)
    if kind == "string":
        return _string(schema, seed)
    if kind in ("number", "integer"):
        return _number(schema, kind == "integer", seed)
    if kind == "boolean":
        return True
    if kind == "null":
        return None
    raise NoExample(str(schema))


def _array(schema: Mapping[str, Any], root: Any, seed: int, within: tuple[str, ...]) -> list[Any]:
    places = schema.get("prefixItems", [])
    least = schema.get("minItems", 0)
    several = [example(each, root, seed, within) for each in places[:least]]
    distinct = 1 if schema.get("uniqueItems") else 0
    several += [example(schema.get("items", True), root, seed + distinct * at, within) for at in range(least - len(several))]
    if distinct and len({repr(each) for each in several}) != len(several):
        raise NoExample(str(schema))
    return several


def _string(schema: Mapping[str, Any], seed: int) -> str:
    least, most = schema.get("minLength", 0), schema.get("maxLength", math.inf)
    fits = [searcher(pattern) for pattern in patterns_of(schema)]
    for text in _texts(schema, seed):
        if least <= len(text) <= most and all(each(text) for each in fits):
            return text
    raise NoExample(str(schema))


def _texts(schema: Mapping[str, Any], seed: int) -> Iterator[str]:
    least, most = schema.get("minLength", 0), schema.get("maxLength", 64)
    if patterns_of(schema):
        yield from () if seed else _PLEASANT
        for pattern in patterns_of(schema):
            yield from (matching(pattern, generous, seed) for generous in ((8, 4) if seed else ()) + (1, 0, 2, 3, 5, 10, 20, 40, 100))
        return
    name = f"{seed}-text" if seed else "text"
    yield (name * (least // len(name) + 1))[: max(least, min(len(name), most))]


def _number(schema: Mapping[str, Any], whole: bool, seed: int) -> int | float:
    edges = [schema[keyword] for keyword in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum") if keyword in schema]
    near = [edge + step for edge in edges for step in (0, 1, -1, 0.5, -0.5)]
    tried = [*_INTERESTING, *near, *([schema["multipleOf"]] if "multipleOf" in schema else [])]
    for value in [*(_others(schema, edges, whole, seed) if seed else ()), *tried]:
        if _takes(schema, value) and not (whole and value != int(value)):
            return int(value) if value == int(value) else value
    raise NoExample(str(schema))


def _others(schema: Mapping[str, Any], edges: Sequence[float], whole: bool, seed: int) -> Iterator[float]:
    """Numbers that differ with the seed, the likeliest first."""
    low, high = (min(edges), max(edges)) if len(edges) > 1 else (-math.inf, math.inf)
    if high - low < _NARROW:
        yield math.ceil(low) + seed % (math.floor(high) - math.ceil(low) + 1) if whole else low + (high - low) * (seed * _GOLDEN % 1)
    step = schema.get("multipleOf", 1)
    yield from (seed * step, -seed * step)
    yield from (edge + sign * seed for edge in edges for sign in (1, -1))


def _takes(schema: Mapping[str, Any], value: float) -> bool:
    return bool(
        schema.get("minimum", -math.inf) <= value <= schema.get("maximum", math.inf)
        and schema.get("exclusiveMinimum", -math.inf) < value < schema.get("exclusiveMaximum", math.inf)
        and schema.get("not", {}).get("const") != value
        and value % schema.get("multipleOf", value or 1) == 0
    )


def examples_of(schema: JsonSchema, root: Any = None) -> list[Any]:
    """The one example that a document shows, or none."""
    try:
        return [example(schema, root)]
    except NoExample:
        return []
