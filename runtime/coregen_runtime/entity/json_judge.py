"""The judge of JSON Schema (2020-12): whether a value fits, and every reason why it does not.

It knows the keywords of json_keywords.py and takes a schema without problems. Formats are notes and no part of the verdict
(semantics 4); patterns run on Core's linear-time engine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeAlias

from coregen_runtime.entity.checks import run_pattern
from coregen_runtime.entity.json_keywords import Way, at, steps
from coregen_runtime.errors.base import MAX_FAILURES, further
from coregen_runtime.errors.codes import FailureCode
from coregen_runtime.primitives.equality import equal
from coregen_runtime.primitives.patterns import searcher


@dataclass(frozen=True, slots=True)
class Refusal:
    """One reason: the way to the value that does not fit, a stable code, a sentence, and that value."""

    way: Way
    code: FailureCode
    message: str
    value: Any


Refusals: TypeAlias = Iterator[Refusal]


class JsonJudge:
    """Judges plain JSON values by a schema, or by a `node` of it: references lead into the whole."""

    def __init__(self, schema: Mapping[str, Any], node: Any = None) -> None:
        self.root = schema
        self.node = schema if node is None else node

    def refusals(self, value: Any) -> tuple[Refusal, ...]:
        """Every reason why the value does not fit; none where it does. Of very many the first, and how many more there are."""
        found = self._refusals(self.node, value, ())
        told = tuple(islice(found, MAX_FAILURES))
        beyond = sum(1 for _ in found)
        return (*told, *(Refusal((), FailureCode(each.code), each.message, each.value) for each in further(beyond)))

    def takes(self, value: Any) -> bool:
        """Whether the value fits."""
        return self._fits(self.node, value)

    def _fits(self, node: Any, value: Any) -> bool:
        return next(self._refusals(node, value, ()), None) is None

    def _refusals(self, node: Any, value: Any, way: Way) -> Refusals:
        if node is False:
            yield Refusal(way, FailureCode.SCHEMA, "must not be there", value)
        elif node is not True:
            for keyword, argument in node.items():
                says = _SAYS.get(keyword)
                if says is not None:
                    yield from says(self, argument, node, value, way)

    # --- schemas within schemas -----------------------------------------------------------------------------------------------

    def _ref(self, argument: Any, node: Any, value: Any, way: Way) -> Refusals:
        yield from self._refusals(at(self.root, steps(argument) or ()), value, way)

    def _all_of(self, argument: Any, node: Any, value: Any, way: Way) -> Refusals:
        for each in argument:
            yield from self._refusals(each, value, way)

    def _any_of(self, argument: Any, node: Any, value: Any, way: Way) -> Refusals:
        if not any(self._fits(each, value) for each in argument):
            yield Refusal(way, FailureCode.SCHEMA, f"must fit one of {len(argument)} schemas", value)

    def _one_of(self, argument: Any, node: Any, value: Any, way: Way) -> Refusals:
        fitting = sum(self._fits(each, value) for each in argument)
        if fitting != 1:
            yield Refusal(way, FailureCode.SCHEMA, f"must fit exactly one of {len(argument)} schemas, and fits {fitting}", value)

    def _not(self, argument: Any, node: Any, value: Any, way: Way) -> Refusals:
        if self._fits(argument, value):
            yield Refusal(way, FailureCode.SCHEMA, "must not fit a schema that it fits", value)

    def _if(self, argument: Any, node: Any, value: Any, way: Way) -> Refusals:
        yield from self._refusals(node.get("then" if self._fits(argument, value) else "else", True), value, way)

    # --- arrays ---------------------------------------------------------------------------------------------------------------

    def _items(self, argument: Any, node: Any, value: Any, way: Way) -> Refusals:
        if isinstance(value, list):
            first = len(node.get("prefixItems", ()))
            for index, each in enumerate(value[first:], first):
                yield from self._refusals(argument, each, (*way, index))

    def _prefix_items(self, argument: Any, node: Any, value: Any, way: Way) -> Refusals:
        if isinstance(value, list):
            for index, (schema, each) in enumerate(zip(argument, value, strict=False)):
                yield from self._refusals(schema, each, (*way, index))

    def _contains(self, argument: Any, node: Any, value: Any, way: Way) -> Refusals:
        if isinstance(value, list):
            least, most = node.get("minContains", 1), node.get("maxContains")
            found = sum(self._fits(argument, each) for each in value)
            if found < least or most is not None and found > most:
                wanted = f"{least} or more" if most is None else f"{least} to {most}"
                yield Refusal(way, FailureCode.SCHEMA, f"must hold {wanted} items of a kind, and holds {found}", value)

    # --- objects --------------------------------------------------------------------------------------------------------------

    def _properties(self, argument: Any, node: Any, value: Any, way: Way) -> Refusals:
        if isinstance(value, Mapping):
            for key, schema in argument.items():
                if key in value:
                    yield from self._refusals(schema, value[key], (*way, key))

    def _pattern_properties(self, argument: Any, node: Any, value: Any, way: Way) -> Refusals:
        if isinstance(value, Mapping):
            for pattern, schema in argument.items():
                for key in filter(_matches(pattern), value):
                    yield from self._refusals(schema, value[key], (*way, key))

    def _additional_properties(self, argument: Any, node: Any, value: Any, way: Way) -> Refusals:
        if isinstance(value, Mapping):
            patterns = [_matches(pattern) for pattern in node.get("patternProperties", ())]
            for key, inner in value.items():
                if key not in node.get("properties", ()) and not any(matches(key) for matches in patterns):
                    if argument is False:
                        yield Refusal((*way, key), FailureCode.UNKNOWN_FIELD, "is no known field", inner)
                    else:
                        yield from self._refusals(argument, inner, (*way, key))

    def _property_names(self, argument: Any, node: Any, value: Any, way: Way) -> Refusals:
        if isinstance(value, Mapping):
            for key in value:
                if not self._fits(argument, key):
                    yield Refusal((*way, key), FailureCode.SCHEMA, "has a name that is not allowed", value[key])

    def _dependent_schemas(self, argument: Any, node: Any, value: Any, way: Way) -> Refusals:
        if isinstance(value, Mapping):
            for key, schema in argument.items():
                if key in value:
                    yield from self._refusals(schema, value, way)


# --- what a keyword says about the value alone --------------------------------------------------------------------------------


def _type(judge: JsonJudge, argument: Any, node: Any, value: Any, way: Way) -> Refusals:
    wanted = (argument,) if isinstance(argument, str) else tuple(argument)
    if not any(_TYPES[each](value) for each in wanted):
        yield Refusal(way, FailureCode.TYPE, f"must be {' or '.join(_TOLD[each] for each in wanted)}", value)


def _const(judge: JsonJudge, argument: Any, node: Any, value: Any, way: Way) -> Refusals:
    if not equal(value, argument):
        yield Refusal(way, FailureCode.ENUM, "must be the one value that is allowed", value)


def _enum(judge: JsonJudge, argument: Any, node: Any, value: Any, way: Way) -> Refusals:
    if not any(equal(value, each) for each in argument):
        yield Refusal(way, FailureCode.ENUM, f"must be one of the {len(argument)} values that are allowed", value)


def _required(judge: JsonJudge, argument: Any, node: Any, value: Any, way: Way) -> Refusals:
    if isinstance(value, Mapping):
        yield from (Refusal((*way, key), FailureCode.REQUIRED, "is required", None) for key in argument if key not in value)


def _dependent_required(judge: JsonJudge, argument: Any, node: Any, value: Any, way: Way) -> Refusals:
    if isinstance(value, Mapping):
        for key, names in argument.items():
            if key in value:
                missing = (name for name in names if name not in value)
                yield from (Refusal((*way, name), FailureCode.REQUIRED, f"is required, since {key} is there", None) for name in missing)


def _unique_items(judge: JsonJudge, argument: Any, node: Any, value: Any, way: Way) -> Refusals:
    if argument and isinstance(value, list) and len(set(map(_fingerprint, value))) < len(value):
        yield Refusal(way, FailureCode.REPEATED, "must not hold an item twice", value)


def _pattern(judge: JsonJudge, argument: Any, node: Any, value: Any, way: Way) -> Refusals:
    if isinstance(value, str) and not _matches(argument)(value):
        yield Refusal(way, FailureCode.PATTERN, f"must match {argument}", value)


def _multiple_of(judge: JsonJudge, argument: Any, node: Any, value: Any, way: Way) -> Refusals:
    """By division, as every validator that counts in doubles does it."""
    if _is_number(value):
        times = float(value) / argument
        if times - times != 0 or times != int(times):
            yield Refusal(way, FailureCode.SCHEMA, f"must be a multiple of {argument}", value)


def _bound(code: FailureCode, holds: Callable[[Any, Any], bool], sentence: str) -> Callable[[JsonJudge, Any, Any, Any, Way], Refusals]:
    def says(judge: JsonJudge, argument: Any, node: Any, value: Any, way: Way) -> Refusals:
        if _is_number(value) and not holds(value, argument):
            yield Refusal(way, code, sentence.format(argument), value)

    return says


def _size(kind: type, code: FailureCode, least: bool, sentence: str) -> Callable[[JsonJudge, Any, Any, Any, Way], Refusals]:
    def says(judge: JsonJudge, argument: Any, node: Any, value: Any, way: Way) -> Refusals:
        if isinstance(value, kind) and (len(value) < argument if least else len(value) > argument):  # type: ignore[arg-type]  # the kinds have a length
            yield Refusal(way, code, sentence.format(argument), value)

    return says


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _matches(pattern: str) -> Callable[[object], bool]:
    return searcher(run_pattern(pattern))


def _fingerprint(value: Any) -> Any:
    """Equal for equal JSON values alone: what a set tells them apart by."""
    if isinstance(value, Mapping):
        return "object", frozenset((key, _fingerprint(inner)) for key, inner in value.items())
    if isinstance(value, list):
        return "array", tuple(map(_fingerprint, value))
    return type(value) is bool, value


_TYPES: Mapping[str, Callable[[Any], bool]] = {
    "null": lambda value: value is None,
    "boolean": lambda value: isinstance(value, bool),
    "integer": lambda value: _is_number(value) and (isinstance(value, int) or value.is_integer()),
    "number": _is_number,
    "string": lambda value: isinstance(value, str),
    "array": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, Mapping),
}
_TOLD = {
    "null": "null",
    "boolean": "true or false",
    "integer": "an integer",
    "number": "a number",
    "string": "a text",
    "array": "a list",
    "object": "an object",
}
_SAYS: Mapping[str, Callable[[JsonJudge, Any, Any, Any, Way], Refusals]] = {
    "type": _type,
    "const": _const,
    "enum": _enum,
    "minimum": _bound(FailureCode.MIN, lambda value, bound: bool(value >= bound), "must be {} or more"),
    "maximum": _bound(FailureCode.MAX, lambda value, bound: bool(value <= bound), "must be {} or less"),
    "exclusiveMinimum": _bound(FailureCode.MIN, lambda value, bound: bool(value > bound), "must be more than {}"),
    "exclusiveMaximum": _bound(FailureCode.MAX, lambda value, bound: bool(value < bound), "must be less than {}"),
    "multipleOf": _multiple_of,
    "minLength": _size(str, FailureCode.MIN_LENGTH, True, "must have at least {} characters"),
    "maxLength": _size(str, FailureCode.MAX_LENGTH, False, "must have at most {} characters"),
    "pattern": _pattern,
    "minItems": _size(list, FailureCode.MIN_LENGTH, True, "must have at least {} items"),
    "maxItems": _size(list, FailureCode.MAX_LENGTH, False, "must have at most {} items"),
    "uniqueItems": _unique_items,
    "items": JsonJudge._items,
    "prefixItems": JsonJudge._prefix_items,
    "contains": JsonJudge._contains,
    "properties": JsonJudge._properties,
    "patternProperties": JsonJudge._pattern_properties,
    "additionalProperties": JsonJudge._additional_properties,
    "propertyNames": JsonJudge._property_names,
    "required": _required,
    "minProperties": _size(dict, FailureCode.MIN_LENGTH, True, "must have at least {} properties"),
    "maxProperties": _size(dict, FailureCode.MAX_LENGTH, False, "must have at most {} properties"),
    "dependentRequired": _dependent_required,
    "dependentSchemas": JsonJudge._dependent_schemas,
    "allOf": JsonJudge._all_of,
    "anyOf": JsonJudge._any_of,
    "oneOf": JsonJudge._one_of,
    "not": JsonJudge._not,
    "if": JsonJudge._if,
    "$ref": JsonJudge._ref,
}
