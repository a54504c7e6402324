"""Hypothesis strategies from JSON Schema: every value that a schema takes. Needs the extra `testing`; nothing imports it before a strategy is asked for.

A model's schema is made of the rows of its fields (entity/fields.py), so a field type is described in one place. It knows the keywords
that examples.py knows, and says `NoExample` for the others.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from coregen_runtime.entity.examples import NoExample, is_open, patterns_of, plain_schema, stands_alone, target_of
from coregen_runtime.entity.json_judge import JsonJudge
from coregen_runtime.primitives.numbers import MAX_INTEGER
from coregen_runtime.primitives.patterns import searcher
from coregen_runtime.primitives.strings import matching

CHARACTERS = st.characters(codec="utf-8")
"""Every character that a text may hold: all but surrogates."""
_LONG_AGO = 1_600_000_000_000
_HOUR = 3_600_000
_LONGEST_MATCH = 200
_ANCHOR = re.compile(r"(\\.)|\$")


def json_values() -> SearchStrategy[Any]:
    """Any JSON value of I-JSON."""
    numbers = st.integers(-MAX_INTEGER, MAX_INTEGER) | st.floats(allow_nan=False, allow_infinity=False)
    texts = st.text(CHARACTERS, max_size=12)
    return st.recursive(
        st.none() | st.booleans() | numbers | texts,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
        max_leaves=8,
    )


class Values:
    """The strategies of one document.

    Args:
        root: what local references point into.
        now: epoch milliseconds; what lies in the future or in the past is seen from there.
    """

    def __init__(self, root: Any, now: int) -> None:
        self._root, self._now = root, now
        self._referenced: dict[str, SearchStrategy[Any]] = {}

    def of(self, schema: Any) -> SearchStrategy[Any]:
        """Every value of a schema. Raises NoExample where a keyword is unknown or nothing fits."""
        if is_open(schema):
            return json_values()
        if schema is False:
            return st.nothing()
        schema = plain_schema(schema)
        if "$ref" in schema:
            return self._target(schema["$ref"])
        if "const" in schema:
            return st.just(schema["const"])
        if "enum" in schema:
            return st.sampled_from(schema["enum"])
        for keyword in ("anyOf", "oneOf"):
            if keyword in schema:
                if not stands_alone(keyword, schema):
                    raise NoExample(str(schema))
                made = st.one_of([self.of(each) for each in schema[keyword]])
                return made.filter(JsonJudge(self._root, schema).takes) if keyword == "oneOf" else made
        kind = schema.get("type", "object" if "properties" in schema else None)
        kinds = kind if isinstance(kind, list) else [kind]
        return st.one_of([self._of_kind(each, schema) for each in kinds])

    def _target(self, reference: str) -> SearchStrategy[Any]:
        if reference not in self._referenced:
            made: list[SearchStrategy[Any]] = []
            self._referenced[reference] = st.deferred(lambda: made[0])
            made.append(self.of(target_of(reference, self._root)))
        return self._referenced[reference]

    def _of_kind(self, kind: object, schema: Mapping[str, Any]) -> SearchStrategy[Any]:
        match kind:
            case "object":
                return self._object(schema)
            case "array":
                return self._array(schema)
            case "string":
                return _text(schema)
            case "integer":
                return self._integer(schema)
            case "number":
                return self._number(schema)
            case "boolean":
                return st.booleans()
            case "null":
                return st.none()
        raise NoExample(str(schema))

    def _object(self, schema: Mapping[str, Any]) -> SearchStrategy[Any]:
        listed, needed = schema.get("properties", {}), schema.get("required", ())
        least, most = schema.get("minProperties", 0), schema.get("maxProperties")
        others = schema.get("additionalProperties", True)
        if "patternProperties" in schema:
            return self._patterned(schema)
        if not listed and not needed and others is not False:
            return st.dictionaries(st.text(CHARACTERS, max_size=12), self.of(others), min_size=least, max_size=most if most is not None else 4)
        if set(needed) - set(listed) or least > len(needed) or most is not None:
            raise NoExample(str(schema))
        made = {key: self.of(each) for key, each in listed.items() if key in needed or each is not False}
        return st.fixed_dictionaries(
            {key: made[key] for key in listed if key in needed}, optional={key: each for key, each in made.items() if key not in needed}
        )

    def _patterned(self, schema: Mapping[str, Any]) -> SearchStrategy[Any]:
        """An object with named properties, and with others whose names match a pattern."""
        named = self._object({key: value for key, value in schema.items() if key not in ("patternProperties", "minProperties", "maxProperties")})
        more = [st.dictionaries(_text({"pattern": name}), self.of(each), max_size=2) for name, each in schema["patternProperties"].items()]
        together = st.tuples(named, *more).map(lambda several: {key: value for each in reversed(several) for key, value in each.items()})
        return together.filter(JsonJudge(self._root, schema).takes)

    def _array(self, schema: Mapping[str, Any]) -> SearchStrategy[Any]:
        least, most = schema.get("minItems", 0), schema.get("maxItems")
        places = [self.of(each) for each in schema.get("prefixItems", ())]
        if places:
            if schema.get("uniqueItems"):
                raise NoExample(str(schema))
            lengths = range(least, min(len(places), len(places) if most is None else most) + 1)
            found = [st.tuples(*places[:length]).map(list) for length in lengths]
            if schema.get("items", True) is not False and (most is None or most > len(places)):
                rest = st.lists(
                    self.of(schema.get("items", True)), min_size=max(0, least - len(places)), max_size=None if most is None else most - len(places)
                )
                found.append(st.tuples(st.tuples(*places), rest).map(lambda both: [*both[0], *both[1]]))
            return st.one_of(found)
        if schema.get("items") is False:
            if least:
                raise NoExample(str(schema))
            return st.just([]).map(list)
        closed = 1 if schema.get("x-closed") else 0
        items = self.of(schema.get("items", True))
        unique = _written if schema.get("uniqueItems") else None
        lists = st.lists(items, min_size=max(least - closed, closed), max_size=None if most is None else most - closed, unique_by=unique)
        return lists.map(lambda ring: [*ring, ring[0]]) if closed else lists

    def _bounds(self, schema: Mapping[str, Any]) -> tuple[float, float]:
        low = max([-MAX_INTEGER, *(schema[key] for key in ("minimum", "exclusiveMinimum") if key in schema)])
        high = min([MAX_INTEGER, *(schema[key] for key in ("maximum", "exclusiveMaximum") if key in schema)])
        if schema.get("x-future"):
            low = max(low, self._now + _HOUR)
        if schema.get("x-past"):
            high = min(high, _LONG_AGO if low <= _LONG_AGO else self._now - 1)
        return low, high

    def _integer(self, schema: Mapping[str, Any]) -> SearchStrategy[Any]:
        low, high = self._bounds(schema)
        step = schema.get("multipleOf", 1)
        least, most = math.ceil(low), math.floor(high)
        least += least == schema.get("exclusiveMinimum")
        most -= most == schema.get("exclusiveMaximum")
        if step != int(step):
            raise NoExample(str(schema))
        first, last = -(-least // int(step)), most // int(step)
        if first > last:
            raise NoExample(str(schema))
        return _but_not(schema, st.integers(first, last).map(lambda number: number * int(step)))

    def _number(self, schema: Mapping[str, Any]) -> SearchStrategy[Any]:
        if "multipleOf" in schema:
            return self._integer(schema)
        low, high = self._bounds(schema)
        above, below = low == schema.get("exclusiveMinimum"), high == schema.get("exclusiveMaximum")
        if low > high or (low == high and (above or below)):
            raise NoExample(str(schema))
        fractions = st.floats(float(low), float(high), exclude_min=above, exclude_max=below)
        try:
            return self._integer(schema) | _but_not(schema, fractions)
        except NoExample:
            return _but_not(schema, fractions)


def _but_not(schema: Mapping[str, Any], numbers: SearchStrategy[Any]) -> SearchStrategy[Any]:
    refused = schema.get("not")
    return numbers.filter(lambda number: bool(number != refused["const"])) if refused else numbers


def _written(value: object) -> str:
    return json.dumps(value, sort_keys=True)


def _text(schema: Mapping[str, Any]) -> SearchStrategy[str]:
    least, most = schema.get("minLength", 0), schema.get("maxLength")
    patterns = patterns_of(schema)
    if not patterns:
        if most is not None and least > most:
            raise NoExample(str(schema))
        return st.text(CHARACTERS, min_size=least, max_size=most)
    fits = [searcher(pattern) for pattern in patterns]

    def good(text: str) -> bool:
        return least <= len(text) and (most is None or len(text) <= most) and all(each(text) for each in fits)

    whole = sorted(patterns, key=lambda pattern: not (pattern.startswith("^") and pattern.endswith("$")))
    likely = [made for pattern in whole if (made := _walked(pattern, least, most, good)) is not None]
    if (least or most is not None or len(patterns) > 1) and likely:
        return st.one_of(likely)
    try:
        return st.from_regex(_of_python(whole[0]), alphabet=CHARACTERS).filter(good)
    except re.error:
        raise NoExample(str(schema)) from None


def _of_python(pattern: str) -> re.Pattern[str]:
    """A pattern as Python reads it: there `$` also stands before a last line feed."""
    return re.compile(_ANCHOR.sub(lambda found: found[1] or r"\Z", pattern), re.ASCII)


def _walked(pattern: str, least: int, most: int | None, good: Any) -> SearchStrategy[str] | None:
    """Texts for the pattern of those lengths at which bounds and other patterns hold too: filtering by chance would find too few."""
    try:
        lengths = [times for times in range(min(max(least, most or 0, 8), _LONGEST_MATCH) + 1) if good(matching(pattern, times))]
    except (IndexError, ValueError):
        return None
    if not lengths:
        return None
    return st.builds(matching, st.just(pattern), st.sampled_from(lengths), st.integers(0, 10**12)).filter(good)
