"""JSON Schema (2020-12) as data: the keywords that Core knows, where schemas stand in a schema, and what is wrong with one.

What a keyword says about a value is json_judge.py's. A keyword that Core does not know is a problem, never passed over: the verdict
of whoever knows it would be another one (semantics 4).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import Any, TypeAlias
from urllib.parse import unquote

from coregen_runtime.primitives.patterns import portable, searcher
from coregen_runtime.primitives.suggest import did_you_mean

Way: TypeAlias = tuple[str | int, ...]
"""From the root of a schema to a part of it: `("properties", "size", "items")`."""

TYPES = ("null", "boolean", "integer", "number", "string", "array", "object")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a schema: the way to it, a sentence, a fix."""

    way: Way
    message: str
    help: str


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_texts(value: Any) -> bool:
    return isinstance(value, list | tuple) and all(isinstance(each, str) for each in value) and len(set(value)) == len(value)


def _is_schema(value: Any) -> bool:
    return isinstance(value, bool | Mapping)


def _is_map(value: Any) -> bool:
    return isinstance(value, Mapping) and all(isinstance(key, str) and _is_schema(inner) for key, inner in value.items())


def _is_type(value: Any) -> bool:
    return value in TYPES if isinstance(value, str) else _is_texts(value) and bool(value) and all(each in TYPES for each in value)


@dataclass(frozen=True, slots=True)
class _Form:
    """What the argument of a keyword has to be."""

    holds: Callable[[Any], bool]
    sentence: str


_ANY = _Form(lambda value: True, "anything")
_COUNT = _Form(_is_count, "a whole number from 0")
_NUMBER = _Form(_is_number, "a number")
_TEXT = _Form(lambda value: isinstance(value, str), "a text")
_SCHEMA = _Form(_is_schema, "a schema: a mapping, true or false")
_SCHEMAS = _Form(lambda value: isinstance(value, list | tuple) and bool(value) and all(map(_is_schema, value)), "a list of schemas, one at least")
_MAP = _Form(_is_map, "a mapping of names to schemas")

KEYWORDS: Mapping[str, _Form] = {
    "type": _Form(_is_type, f"one of {', '.join(TYPES)}, or a list of them"),
    "const": _ANY,
    "enum": _Form(lambda value: isinstance(value, list | tuple) and bool(value), "a list of values, one at least"),
    "minimum": _NUMBER,
    "maximum": _NUMBER,
    "exclusiveMinimum": _NUMBER,
    "exclusiveMaximum": _NUMBER,
    "multipleOf": _Form(lambda value: _is_number(value) and value > 0, "a number above 0"),
    "minLength": _COUNT,
    "maxLength": _COUNT,
    "pattern": _TEXT,
    "minItems": _COUNT,
    "maxItems": _COUNT,
    "uniqueItems": _Form(lambda value: isinstance(value, bool), "true or false"),
    "items": _SCHEMA,
    "prefixItems": _SCHEMAS,
    "contains": _SCHEMA,
    "minContains": _COUNT,
    "maxContains": _COUNT,
    "properties": _MAP,
    "patternProperties": _MAP,
    "additionalProperties": _SCHEMA,
    "propertyNames": _SCHEMA,
    "required": _Form(_is_texts, "a list of names, none of them twice"),
    "minProperties": _COUNT,
    "maxProperties": _COUNT,
    "dependentRequired": _Form(lambda value: isinstance(value, Mapping) and all(map(_is_texts, value.values())), "lists of names by name"),
    "dependentSchemas": _MAP,
    "allOf": _SCHEMAS,
    "anyOf": _SCHEMAS,
    "oneOf": _SCHEMAS,
    "not": _SCHEMA,
    "if": _SCHEMA,
    "then": _SCHEMA,
    "else": _SCHEMA,
    "$ref": _TEXT,
    "$defs": _MAP,
    "definitions": _MAP,
    "format": _TEXT,
    "title": _TEXT,
    "description": _TEXT,
    **dict.fromkeys(("default", "examples", "example", "deprecated", "readOnly", "writeOnly", "$comment", "discriminator", "externalDocs"), _ANY),
    **dict.fromkeys(("xml", "contentEncoding", "contentMediaType"), _ANY),
}
"""Every keyword that a schema may hold, but for `x-` keys, and for `$schema` and `$id` at its root. The last rows say nothing about values."""

ROOT_ONLY = frozenset({"$schema", "$id"})
PORTABLE_PATTERN = "x-pattern"

NOTES = frozenset({"title", "description", "default", "examples", "example", "deprecated", "readOnly", "writeOnly", "$comment"})
"""The keywords that say nothing about a value and everything about the schema."""

_HOLD_ONE = frozenset({"items", "contains", "additionalProperties", "propertyNames", "not", "if", "then", "else"})
_HOLD_SEVERAL = frozenset({"prefixItems", "allOf", "anyOf", "oneOf"})
_HOLD_NAMED = frozenset({"properties", "patternProperties", "dependentSchemas", "$defs", "definitions"})
IN_PLACE = frozenset({"allOf", "anyOf", "oneOf", "not", "if", "then", "else", "dependentSchemas"})
"""The keywords whose schemas judge the same value."""

_INSTEAD = {
    "nullable": 'write "type": ["string", "null"], with the type that the value has',
    "additionalItems": 'write the places of a tuple as "prefixItems", and what comes after them as "items"',
    "dependencies": 'write "dependentRequired" or "dependentSchemas"',
    "id": 'a schema is known by its place: refer to it by "#/$defs/name"',
    **dict.fromkeys(("$id", "$anchor", "$dynamicAnchor"), 'a schema is known by its place: refer to it by "#/$defs/name"'),
    **dict.fromkeys(("$dynamicRef", "$recursiveRef", "$recursiveAnchor"), 'write "$ref" with the way to the schema: "#/$defs/name"'),
    "unevaluatedProperties": 'write "additionalProperties", beside all of the properties',
    "unevaluatedItems": 'write "items", beside all of the prefixItems',
    "contentSchema": "leave it out: it says nothing about the value",
    "$schema": 'leave it out: "$schema" stands at the root of a schema alone',
    "$vocabulary": "leave it out",
}
_DRAFT_4 = {"exclusiveMinimum": "minimum", "exclusiveMaximum": "maximum"}


def parts(node: Any) -> Iterator[tuple[Way, Any]]:
    """The schemas that stand directly in a schema, each with the way to it."""
    if not isinstance(node, Mapping):
        return
    for keyword, argument in node.items():
        if keyword in _HOLD_ONE:
            yield (keyword,), argument
        elif keyword in _HOLD_SEVERAL and isinstance(argument, list | tuple):
            yield from (((keyword, index), each) for index, each in enumerate(argument))
        elif keyword in _HOLD_NAMED and isinstance(argument, Mapping):
            yield from (((keyword, name), each) for name, each in argument.items())


def rewritten(node: Any, change: Callable[[dict[str, Any]], dict[str, Any]]) -> Any:
    """A schema with `change` done to each of its parts and then to itself; what is no schema (constants, defaults, examples) stays."""
    if not isinstance(node, Mapping):
        return node
    copy: dict[str, Any] = {}
    for keyword, argument in node.items():
        if keyword in _HOLD_ONE:
            copy[keyword] = rewritten(argument, change)
        elif keyword in _HOLD_SEVERAL and isinstance(argument, list | tuple):
            copy[keyword] = [rewritten(each, change) for each in argument]
        elif keyword in _HOLD_NAMED and isinstance(argument, Mapping):
            copy[keyword] = {name: rewritten(each, change) for name, each in argument.items()}
        else:
            copy[keyword] = argument
    return change(copy)


def moved(schema: Any, home: str) -> Any:
    """A schema whose local references (`#`, `#/$defs/…`) hold in the place where it now stands, `home`, a JSON pointer."""

    def move(node: dict[str, Any]) -> dict[str, Any]:
        reference = node.get("$ref")
        return {**node, "$ref": home + reference[1:]} if isinstance(reference, str) and reference.startswith("#") else node

    return rewritten(schema, move)


def published(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The schema as documents and forms hold it: patterns in their portable form, and nothing that says where it once stood."""

    def publish(node: dict[str, Any]) -> dict[str, Any]:
        if "pattern" in node:
            form = portable(node["pattern"])
            own = {"pattern": form} if form is not None else {PORTABLE_PATTERN: node["pattern"]}
            node = {key: value for each, argument in node.items() for key, value in (own if each == "pattern" else {each: argument}).items()}
        if "patternProperties" in node:
            node = {**node, "patternProperties": {portable(name) or name: each for name, each in node["patternProperties"].items()}}
        return node

    found: dict[str, Any] = rewritten(schema, publish)
    return {key: value for key, value in found.items() if key not in ROOT_ONLY}


def expanded(schema: Mapping[str, Any], node: Any = None, within: tuple[str, ...] = ()) -> Any:
    """The schema, or a `node` of it, with what its references lead to in their place, so that it can stand anywhere.

    Where it comes back to itself, nothing fits: it takes no value that the schema does not take, and of those that nest one round at most.
    """
    node = schema if node is None else node
    if not isinstance(node, Mapping):
        return node

    def inner(each: Any) -> Any:
        return expanded(schema, each, within)

    copy = {
        keyword: (
            inner(argument)
            if keyword in _HOLD_ONE
            else (
                [inner(each) for each in argument]
                if keyword in _HOLD_SEVERAL
                else {name: inner(each) for name, each in argument.items()} if keyword in _HOLD_NAMED else argument
            )
        )
        for keyword, argument in node.items()
        if keyword not in ("$defs", "definitions", "$ref")
    }
    reference = node.get("$ref")
    if reference is None:
        return copy
    target = False if reference in within else expanded(schema, at(schema, steps(reference) or ()), (*within, reference))
    return {**copy, "allOf": [*copy.get("allOf", ()), target]} if set(copy) - NOTES else target


def steps(reference: str) -> Way | None:
    """The way of a local reference, `#/$defs/Size`; None for any other. Every step is a text: `at` reads lists by it too."""
    if reference in ("#", "#/"):
        return ()
    if not reference.startswith("#/"):
        return None
    return tuple(unquote(step).replace("~1", "/").replace("~0", "~") for step in reference[2:].split("/"))


def pointer(way: Way) -> str:
    """The way as a JSON pointer, as `$ref` writes it without its `#`."""
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in way)


def at(schema: Any, way: Way) -> Any:
    """What stands at a way. Raises LookupError where nothing does."""
    for step in way:
        if isinstance(schema, list | tuple):
            text = str(step)
            if not (text.isascii() and text.isdecimal()):
                raise LookupError(step)
            schema = schema[int(text)]
        elif isinstance(schema, Mapping) and step in schema:
            schema = schema[step]
        else:
            raise LookupError(step)
    return schema


def problems(schema: Any) -> tuple[Problem, ...]:
    """Everything for which Core cannot take a schema, in its order; none means that `JsonJudge` can judge by it."""
    places = {pointer(way): node for way, node in _places(schema, ())}
    found = [problem for way, node in _places(schema, ()) for problem in _of_node(way, node, places)]
    return tuple(found) or tuple(_circles(places))


def _places(node: Any, way: Way) -> Iterator[tuple[Way, Any]]:
    yield way, node
    for step, inner in parts(node):
        yield from _places(inner, (*way, *step))


def _of_node(way: Way, node: Any, places: Mapping[str, Any]) -> Iterator[Problem]:
    if not isinstance(node, Mapping):
        return
    for keyword, argument in node.items():
        place = (*way, keyword)
        if not isinstance(keyword, str) or keyword.startswith("x-") or keyword in ROOT_ONLY and not way:
            continue
        if keyword not in KEYWORDS:
            near = did_you_mean(keyword, KEYWORDS).removeprefix("; ")
            help = _INSTEAD.get(keyword) or near or "leave it out; a note of your own begins with x-"
            yield Problem(place, f'JSON Schema\'s "{keyword}" is not known here' if keyword in _INSTEAD else f'"{keyword}" is no keyword', help)
        elif not KEYWORDS[keyword].holds(argument):
            yield Problem(place, f'"{keyword}" has to be {KEYWORDS[keyword].sentence}', _fix(keyword, argument))
        elif keyword == "$ref":
            yield from _reference(place, argument, places)
        elif keyword == "pattern":
            yield from _pattern(place, argument)
        elif keyword == "patternProperties":
            for name in argument:
                yield from _pattern((*place, name), name, named=True)


def _fix(keyword: str, argument: Any) -> str:
    if keyword in _DRAFT_4 and isinstance(argument, bool):
        bound = _DRAFT_4[keyword]
        return f'write the number itself: "{keyword}": 0 instead of "{bound}": 0 and "{keyword}": true'
    if keyword == "items" and isinstance(argument, list | tuple):
        return _INSTEAD["additionalItems"]
    if keyword == "required" and isinstance(argument, bool):
        return 'list the required names beside "properties": "required": ["name"]'
    return f"give {KEYWORDS[keyword].sentence}"


def _reference(place: Way, reference: str, places: Mapping[str, Any]) -> Iterator[Problem]:
    way = steps(reference)
    if way is None:
        yield Problem(place, f'"{reference}" leads out of this schema', 'bring the schema in: put it under "$defs" and write "#/$defs/name"')
    elif pointer(way) not in places:
        names = ["#" + each for each in places if each.startswith(("/$defs/", "/definitions/")) and each.count("/") == 2]
        near = did_you_mean(reference, names).removeprefix("; ")
        yield Problem(place, f'"{reference}" leads to no schema', near or 'refer to the root, "#", or to a part of "$defs": "#/$defs/name"')


def _pattern(place: Way, pattern: str, named: bool = False) -> Iterator[Problem]:
    try:
        searcher(pattern)
    except ValueError as error:
        yield Problem(place, str(error), "write it without look-around and back-references, which take more than linear time")
        return
    if named and portable(pattern) is None:
        message = f"the pattern {pattern} has no portable form, so names that it matches cannot be told alike everywhere"
        yield Problem(place, message, "use ASCII classes, and $ at the very end only")


def _circles(places: Mapping[str, Any]) -> Iterator[Problem]:
    """References that come back to where they began without going into the value: nothing would ever judge it."""
    try:
        TopologicalSorter({way: tuple(_same_value(way, node)) for way, node in places.items()}).prepare()
    except CycleError as error:
        way = min(error.args[1])
        yield Problem(steps(f"#{way}") or (), f'"#{way}" refers to itself for the same value', "refer to it from a property or from items")


def _same_value(way: str, node: Any) -> Iterator[str]:
    """The schemas that judge the value of this one too."""
    if isinstance(node, Mapping):
        if "$ref" in node:
            yield pointer(steps(node["$ref"]) or ())
        yield from (way + pointer(step) for step, _ in parts(node) if step[0] in IN_PLACE)


def unportable(schema: Any) -> Iterator[Way]:
    """The patterns that stand in documents as `x-pattern`: they are enforced by Core alone."""
    for way, node in _places(schema, ()):
        if isinstance(node, Mapping) and isinstance(node.get("pattern"), str) and portable(node["pattern"]) is None:
            yield (*way, "pattern")
