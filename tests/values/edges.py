"""Values at the edges of each field type, as JSON: what drawing by chance seldom hits."""

from __future__ import annotations

import unicodedata
from typing import Any

from coregen_runtime.entity.json_copy import MAX_DEPTH
from coregen_runtime.primitives.currencies import CURRENCIES
from coregen_runtime.primitives.numbers import MAX_INTEGER

TEXTS = [
    "",
    " ",
    "\0",
    "a\0b",
    "\r\n\t\x1f\x7f\x85",
    "\u2028\u2029\ufeff\ufffe",
    "\U0010ffff\U0001f9d1‍\U0001f680",
    unicodedata.normalize("NFC", "é"),
    unicodedata.normalize("NFD", "é"),
    "\u202eabc",
    "'; DROP TABLE x; --",
    '"\\/\\u0000{{ }}%s',
    "null",
    "1.0",
    "𝕏" * 2_000,
]
ENUM_VALUES = list(dict.fromkeys(text for text in TEXTS if len(text) < 100))

_ULIDS = ["0" * 26, "7" + "Z" * 25, "01ARZ3NDEKTSV4RRFFQ69G5FAV"]
_IDS = [f"v0_{ulid}" for ulid in _ULIDS]

NUMBERS = [
    0,
    -0.0,
    1.0,
    -1.0,
    5e-324,
    -5e-324,
    2.2250738585072014e-308,
    0.1,
    1 / 3,
    MAX_INTEGER,
    -MAX_INTEGER,
    float(MAX_INTEGER),
    2.0**52 + 0.5,
    1e15,
]
WHOLE = [number for number in NUMBERS if number == int(number)]


def _nested(depth: int) -> Any:
    value: Any = "deep"
    for level in range(depth):
        value = [value] if level % 2 else {"": value}
    return value


_RING = [[-180, -90], [180, -90.0], [180.0, 90], [-180, -90]]
_POINTS = [[0, 0], [-0.0, 1.0], [1e-300, -1e-300, -MAX_INTEGER], [179.99999999999997, 89.99999999999999, 0.5]]

EDGES: dict[str, list[Any]] = {
    "string": TEXTS,
    "number": NUMBERS,
    "boolean": [True, False],
    "date": WHOLE,
    "enum": ENUM_VALUES,
    "ref": _IDS,
    "ref[]": [[], _IDS, _IDS[::-1], [f"v0_{number:026d}" for number in range(100)]],
    "json": [
        *TEXTS,
        *NUMBERS,
        True,
        1e308,
        -1.7976931348623157e308,
        [],
        {},
        [[], {}, None, [None]],
        {text: text for text in TEXTS},
        {"__proto__": 1, "$ref": "#", "a.b": {"": None}, "constructor": [0, -0.0, 1.0, 1]},
        _nested(MAX_DEPTH),
        list(range(1_000)),
    ],
    "money": [{"amount": 1, "currency": currency} for currency in CURRENCIES] + [{"amount": amount, "currency": "EUR"} for amount in WHOLE],
    "geo.point": [{"lat": lat, "lng": lng} for lat in (-90, 90.0, -0.0, 5e-324) for lng in (-180.0, 180, 0.1)],
    "geo.polygon": [
        {"type": "Polygon", "coordinates": rings}
        for rings in (
            [_RING],
            [_RING, [*_POINTS, _POINTS[0]]],
            [[[position / 100, position / 200] for position in range(1_000)] + [[0, 0]]],
        )
    ],
    "geo.linestring": [{"type": "LineString", "coordinates": line} for line in (_POINTS, _POINTS[:2], [[0.5, 0.25]] * 1_000)],
}
