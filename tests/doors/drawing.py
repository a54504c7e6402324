"""Documents for the doors, drawn from a seed: valid ones of which one thing or two are broken, and anything at all.

All are I-JSON: finite numbers, no half of a surrogate pair, and within values of `json` integers within ±(2^53−1).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from random import Random
from typing import Any

from tests.doors.definition import ID, LINE, MONEY, POLYGON, VARIANTS
from tests.values.edges import EDGES, NUMBERS, TEXTS

SCALARS: list[Any] = [
    None,
    True,
    False,
    0,
    1,
    -1,
    2,
    3,
    2.5,
    0.5,
    0.25,
    -3,
    -3.5,
    1.0,
    -0.0,
    10,
    10.5,
    11,
    1000,
    1001,
    2**53 - 1,
    1e-7,
    1e300,
    *NUMBERS,
]
BEYOND: list[Any] = [2**53, -(2**53), 2**63, 10**30, 1e22, 1.7976931348623157e308]
WORDS = [
    *("", "a", "ab", "abc", "abcd", "abcde", "😀😀", "😀😀😀😀", "😀😀😀😀😀", "A1", "A12\n", "B1234567", "a1", "größe", "Größe1", "\u2028", "ab\n"),
    *("a@b", "a@b.example", "a@b.example\n", "@", "a@", "a@-b", "a b@c", "ä@b.example", "averylongname.that.goes.on@example.com"),
    *(
        "https://example.com",
        "HTTP://EXAMPLE.com:80/",
        "https://example.com/ä?ü",
        "ftp://example.com",
        "https://",
        "https://a b",
        "https://[::1]/",
        "//x",
    ),
    *("+14155550123", "+0123", "+1", "+12", "+1234567890123456", "14155550123", "draft", "Draft", "null", "1", "constructor", "__proto__"),
    *(f"{ID}V", f"{ID}W", f"{ID}X", f"{ID}v", f"w0_{ID[3:]}V", ID[3:] + "V", f"{ID}VV", "v0_81ARZ3NDEKTSV4RRFFQ69G5FAV", f"{ID}V\n"),
]
POSITIONS: list[Any] = [
    [0, 0],
    [4, 0],
    [4.5, 4, 30],
    [180, 90],
    [-180.0, -90],
    [181, 0],
    [0, 91],
    [0],
    [0, 0, 0, 0],
    ["0", 0],
    [True, 0],
    [0, 0, None],
    {},
    5,
]
KEYS = ["amount", "currency", "lat", "lng", "type", "coordinates", "size", "count", "parts", "further", "__proto__", "constructor", "", "toString"]
OBJECTS: list[Any] = [
    *(MONEY, {**MONEY, "amount": 0}, {**MONEY, "amount": -6}, {**MONEY, "amount": 1001}, {**MONEY, "amount": 1.0}, {**MONEY, "amount": 1.5}),
    *(
        {**MONEY, "currency": "IQD"},
        {**MONEY, "currency": "eur"},
        {**MONEY, "currency": None},
        {"amount": 1},
        {**MONEY, "x": 1},
        {**MONEY, "amount": "1"},
    ),
    *(
        {**MONEY, "amount": 2**53},
        {"lat": 0, "lng": 0},
        {"lat": 90.0, "lng": -180},
        {"lat": 90.5, "lng": 0},
        {"lat": 0, "lng": 181},
        {"lat": "0", "lng": 0},
    ),
    *({"size": "s"}, {"size": "xl"}, {"size": "s", "count": 0}, {"size": "s", "count": 1.0}, {"size": "s", "parts": ["a", "a"]}, {"parts": []}),
    *(
        POLYGON,
        LINE,
        {**POLYGON, "type": "LineString"},
        {**LINE, "type": "Polygon"},
        {**LINE, "coordinates": [[0, 0]]},
        {**POLYGON, "coordinates": []},
    ),
    {**POLYGON, "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0.5]]]},
    {**POLYGON, "coordinates": [[[0, 0], [1, 0], [0, 0]]]},
    {**POLYGON, "coordinates": [*POLYGON["coordinates"], [[0, 0.0], [1, 0], [1, 1], [0.0, -0.0]]]},
    {**POLYGON, "bbox": [0, 0, 1, 1]},
    {},
]
LISTS: list[Any] = [[], [f"{ID}V"], [f"{ID}V", f"{ID}V"], [f"{ID}{last}" for last in "VWXY"], [None], [[]], ["x"], [1, 1.0]]


class Drawing:
    """Draws documents for entities, and values for their fields."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)
        self._good: dict[int, list[Any]] = {}
        """Values that a field takes, by the field's identity."""

    def pick(self, among: Any) -> Any:
        return self._random.choice(among)

    def chance(self, probability: float) -> bool:
        return self._random.random() < probability

    def document(self, fields: Mapping[str, Mapping[str, Any]], least: float = 0.5) -> dict[str, Any]:
        """A document of an entity's fields, by key: mostly right, then broken in one place or two. `least` is how many optional fields it has."""
        chosen = {key: field for key, field in fields.items() if field.get("required") or self.chance(least)}
        made = {key: self.good(field) for key, field in chosen.items()}
        for _ in range(self.pick((0, 1, 1, 1, 2, 3))):
            self._break(made, fields)
        return {key: 0 if fields.get(key, {}).get("type") == "json" and not is_i_json(value) else value for key, value in made.items()}

    def good(self, field: Mapping[str, Any]) -> Any:
        """A value that the type takes; its validators, mostly."""
        if id(field) not in self._good:
            self._good[id(field)] = [good for other, good in VARIANTS.values() if _asks(other) == _asks(field)]
        same = self._good[id(field)]
        if same and self.chance(0.7):
            return _copy(self.pick(same))
        if field["type"] == "enum":
            return self.pick(field["enumValues"])
        if field.get("jsonSchema") is not None:
            return {"size": self.pick("sml"), "count": self.pick((1, 2.0, 7))}
        return _copy(self.pick(EDGES[field["type"]]))

    def anything(self, depth: int = 2) -> Any:
        """Any value that JSON has."""
        kind = self._random.random()
        if kind < 0.3:
            return self.pick(SCALARS)
        if kind < 0.55:
            return self.pick(WORDS)
        if kind < 0.6:
            return self.pick(TEXTS)
        if kind < 0.8:
            return _copy(self.pick(OBJECTS))
        if kind < 0.88 or depth == 0:
            return _copy(self.pick(LISTS))
        if kind < 0.94:
            return [self.anything(depth - 1) for _ in range(self.pick((0, 1, 2, 3)))]
        return {self.pick(KEYS): self.anything(depth - 1) for _ in range(self.pick((0, 1, 2)))}

    def _break(self, document: dict[str, Any], fields: Mapping[str, Mapping[str, Any]]) -> None:
        kind = self._random.random()
        if kind < 0.08 and document:
            del document[self.pick(sorted(document))]
        elif kind < 0.13:
            document[self.pick([*KEYS, "id", "version", "organizationId", "status", "shouted", "needed "])] = self.anything()
        elif kind < 0.45 and document:
            key = self.pick(sorted(document))
            document[key] = self._broken(document[key], fields.get(key, {}).get("type") == "json")
        elif fields:
            key = self.pick(sorted(fields))
            far = kind > 0.95 and fields[key]["type"] != "json"
            document[key] = None if kind < 0.55 else self.pick(BEYOND) if far else self.anything()

    def _broken(self, value: Any, plain: bool) -> Any:
        """A value near the one given: something inside it is changed, taken away, doubled or added."""
        if isinstance(value, dict) and value and self.chance(0.85):
            key = self.pick(sorted(value))
            kind = self._random.random()
            if kind < 0.15:
                return {other: inner for other, inner in value.items() if other != key}
            if kind < 0.3:
                return {**value, self.pick(KEYS): self.anything(1)}
            return {**value, key: self._broken(value[key], plain)}
        if isinstance(value, list) and value and self.chance(0.85):
            at, kind = self._random.randrange(len(value)), self._random.random()
            if kind < 0.2:
                return value[:at] + value[at + 1 :]
            if kind < 0.4:
                return [*value, value[at]]
            if kind < 0.55:
                return [*value[:at], self.pick(POSITIONS), *value[at:]]
            return [*value[:at], self._broken(value[at], plain), *value[at + 1 :]]
        if isinstance(value, str) and self.chance(0.7):
            at = self._random.randrange(len(value) + 1)
            return value[:at] + self.pick(("", " ", "\n", "a", "1", "@", ".", "😀", "_", "é")) + value[at + self.pick((0, 1)) :]
        if isinstance(value, int | float) and not isinstance(value, bool) and self.chance(0.7):
            near = self.pick((value + 1, value - 1, -value, value * 10, value + 0.5, float(value), value / 3))
            return value if plain and abs(near) >= 2**53 or near - near != 0 else near
        return self.anything(1)


def is_i_json(value: Any) -> bool:
    """Whether all integers are within ±(2^53−1): no schema of `json` could say so at every depth."""
    if isinstance(value, list | dict):
        return all(is_i_json(inner) for inner in (value.values() if isinstance(value, dict) else value))
    return not isinstance(value, int | float) or isinstance(value, bool) or not float(value).is_integer() or abs(value) < 2**53


def _asks(field: Mapping[str, Any]) -> str:
    return json.dumps({key: field.get(key) for key in ("type", "validators", "enumValues", "jsonSchema")})


def _copy(value: Any) -> Any:
    return json.loads(json.dumps(value))
