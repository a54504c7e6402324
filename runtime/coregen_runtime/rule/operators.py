"""What each operator means, between a value that was found and one that was expected (semantics 10, 12, 14).

Pure functions of (actual, expected, now). Nothing raises on data: what does not fit makes a comparison false. `neq` and
`nin` are the plain negations of `eq` and `in`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import hypot
from typing import Any, Final

from coregen_runtime.errors.base import CoreError
from coregen_runtime.errors.codes import ErrorCode
from coregen_runtime.primitives.equality import equal
from coregen_runtime.primitives.patterns import searcher
from coregen_runtime.rule.types import LeafRule, Op

DAY_MS: Final = 86_400_000
_EDGE: Final = 1e-9
"""Degrees: a point so near an edge is on it (a tenth of a millimetre, above what floating point loses)."""
_NEAR: Final = 2 * _EDGE
"""Degrees: in longitude or latitude, a point so far beyond both ends of an edge is not on it."""
_POINT: Final = 1e-100
"""Degrees: an edge so short is a point, which its neighbours hold; products with it would vanish."""
NEGATED: Final[Mapping[str, str]] = {"neq": "eq", "nin": "in"}


class Missing:
    """Stands for a path that leads nowhere; it equals nothing, itself included."""

    def __repr__(self) -> str:
        return "missing"

    def __eq__(self, other: object) -> bool:
        return False

    __hash__ = object.__hash__


MISSING_VALUE: Final = Missing()


@dataclass(frozen=True, slots=True)
class Leaf:
    """A leaf made ready: paths split, negation taken out, patterns compiled."""

    rule: LeafRule
    path: tuple[str, ...]
    op: str
    value: Any
    value_path: tuple[str, ...] | None
    negate: bool


def leaf(rule: LeafRule) -> Leaf:
    """Raises CoreError: `INVALID_RULE` for a pattern that the linear-time engine refuses."""
    op, negate = str(rule.op), False
    if op in NEGATED:
        op, negate = NEGATED[op], True
    value_path = None if op in ("exists", "empty") else ref_path(rule.value)
    value: Any = rule.value
    if op in ("exists", "empty") and value is False:
        negate = True
    if op == Op.MATCHES and value_path is None:
        if not isinstance(value, str):
            raise CoreError(ErrorCode.INVALID_RULE, f'"matches" on "{rule.field}" takes a pattern, not {type(value).__name__}')
        try:
            value = searcher(value)
        except ValueError as error:
            raise CoreError(ErrorCode.INVALID_RULE, str(error), cause=error) from None
    return Leaf(rule, tuple(rule.field.split(".")), op, value, value_path, negate)


def ref_path(value: object) -> tuple[str, ...] | None:
    """The path that a leaf's value points to; None for a literal."""
    if isinstance(value, Mapping) and list(value) == ["ref"] and isinstance(value["ref"], str):
        return tuple(value["ref"].split("."))
    return None


def at(context: Any, path: tuple[str, ...]) -> Any:
    """What stands at a path, or `MISSING_VALUE`. Mappings by key and sequences by index, never attributes."""
    found: Any = context
    for part in path:
        found = found.get(part, MISSING_VALUE) if type(found) is dict else step(found, part)
    return found


def rooted(context: Any, roots: tuple[str, ...]) -> dict[str, Any]:
    """What stands under the first segments of paths, as a dictionary."""
    found = ((root, step(context, root)) for root in roots)
    return {root: value for root, value in found if value is not MISSING_VALUE}


def step(found: Any, part: str) -> Any:
    """One segment further."""
    if found is MISSING_VALUE or found is None:
        return MISSING_VALUE
    if isinstance(found, list | tuple):
        index = int(part) if part.isascii() and part.isdecimal() and len(part) < 10 else len(found)
        return found[index] if index < len(found) else MISSING_VALUE
    return found.get(part, MISSING_VALUE) if isinstance(found, Mapping) else MISSING_VALUE


def is_array(value: object) -> bool:
    return isinstance(value, list | tuple)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _ordered(left: object, right: object) -> bool:
    return (_is_number(left) and _is_number(right)) or (isinstance(left, str) and isinstance(right, str))


def _eq(actual: Any, expected: Any, now: int) -> bool:
    return equal(actual, expected)


def _gt(actual: Any, expected: Any, now: int) -> bool:
    return _ordered(actual, expected) and bool(actual > expected)


def _gte(actual: Any, expected: Any, now: int) -> bool:
    return _ordered(actual, expected) and bool(actual >= expected)


def _lt(actual: Any, expected: Any, now: int) -> bool:
    return _ordered(actual, expected) and bool(actual < expected)


def _lte(actual: Any, expected: Any, now: int) -> bool:
    return _ordered(actual, expected) and bool(actual <= expected)


def _in(actual: Any, expected: Any, now: int) -> bool:
    return isinstance(expected, list | tuple) and any(equal(actual, one) for one in expected)


def _contains(actual: Any, expected: Any, now: int) -> bool:
    return isinstance(actual, list | tuple) and any(equal(one, expected) for one in actual)


def contains_text(actual: Sequence[Any], expected: str) -> bool:
    """`contains` of an array and a text, each exactly of its type."""
    for one in actual:
        if one == expected if type(one) is str else equal(one, expected):
            return True
    return False


def _contains_all(actual: Any, expected: Any, now: int) -> bool:
    return isinstance(actual, list | tuple) and isinstance(expected, list | tuple) and all(_contains(actual, one, now) for one in expected)


def _matches(actual: Any, expected: Any, now: int) -> bool:
    if not isinstance(actual, str):
        return False
    if callable(expected):
        return bool(expected(actual))
    try:
        return isinstance(expected, str) and searcher(expected)(actual)
    except ValueError:
        return False  # a pattern that came with the data and is refused does not match (semantics 10)


def _exists(actual: Any, expected: Any, now: int) -> bool:
    return actual is not None and actual is not MISSING_VALUE


def _empty(actual: Any, expected: Any, now: int) -> bool:
    return actual is None or actual is MISSING_VALUE or (isinstance(actual, str | list | tuple) and len(actual) == 0)


def _within_days(actual: Any, expected: Any, now: int) -> bool:
    return _is_number(actual) and _is_number(expected) and abs(now - actual) <= expected * DAY_MS


def _spatial_within(actual: Any, expected: Any, now: int) -> bool:
    return within_rings(actual, polygon_rings(expected))


def within_rings(actual: Any, rings: list[list[tuple[float, float]]]) -> bool:
    """`spatialWithin` of a polygon whose rings have been read."""
    point = _point(actual)
    if point is None or not rings:
        return False
    if any(_on_edge(point, ring) for ring in rings):
        return True
    return _inside(point, rings[0]) and not any(_inside(point, hole) for hole in rings[1:])


def _point(value: object) -> tuple[float, float] | None:
    """(longitude, latitude) of `{lat, lng}` or of a GeoJSON point."""
    if not isinstance(value, Mapping):
        return None
    if value.get("type") == "Point":
        return _position(value.get("coordinates"))
    return _position((value.get("lng"), value.get("lat")))


def _position(value: object) -> tuple[float, float] | None:
    if not isinstance(value, list | tuple) or len(value) < 2 or not _is_number(value[0]) or not _is_number(value[1]):
        return None
    if not (-180 <= value[0] <= 180 and -90 <= value[1] <= 90):
        return None
    return float(value[0]), float(value[1])


def polygon_rings(value: object) -> list[list[tuple[float, float]]]:
    """The rings of a GeoJSON polygon, the outer one first; none where it is no polygon."""
    rings = value.get("coordinates") if isinstance(value, Mapping) and value.get("type") == "Polygon" else None
    read: list[list[tuple[float, float]]] = []
    for ring in rings if isinstance(rings, list | tuple) else ():
        positions = [_position(one) for one in ring] if isinstance(ring, list | tuple) else [None]
        kept = [one for one in positions if one is not None]
        if len(kept) != len(positions) or len(kept) < 3:
            return []
        read.append(kept)
    return read


def bounds(rings: list[list[tuple[float, float]]]) -> tuple[tuple[float, float], tuple[float, float]]:
    """South-west and north-east corner of a box outside of which no point lies within the rings, those on their edges included."""
    longitudes, latitudes = zip(*(position for ring in rings for position in ring), strict=True)
    return (min(longitudes) - _NEAR, min(latitudes) - _NEAR), (max(longitudes) + _NEAR, max(latitudes) + _NEAR)


def _edges(ring: list[tuple[float, float]]) -> zip[tuple[tuple[float, float], tuple[float, float]]]:
    return zip(ring, ring[1:] + ring[:1], strict=True)


def _on_edge(point: tuple[float, float], ring: list[tuple[float, float]]) -> bool:
    x, y = point
    west, east, south, north = x - _NEAR, x + _NEAR, y - _NEAR, y + _NEAR
    for (ax, ay), (bx, by) in _edges(ring):
        if (ax < west and bx < west) or (ax > east and bx > east) or (ay < south and by < south) or (ay > north and by > north):
            continue
        length = hypot(bx - ax, by - ay)
        if length < _POINT:
            continue
        away = abs((bx - ax) * (y - ay) - (by - ay) * (x - ax)) / length
        along = ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / length
        if away <= _EDGE and -_EDGE <= along <= length + _EDGE:
            return True
    return False


def _inside(point: tuple[float, float], ring: list[tuple[float, float]]) -> bool:
    x, y = point
    inside = False
    for (ax, ay), (bx, by) in _edges(ring):
        if (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax:
            inside = not inside
    return inside


OPERATORS: Final[Mapping[str, Callable[[Any, Any, int], bool]]] = {
    "eq": _eq,
    "gt": _gt,
    "gte": _gte,
    "lt": _lt,
    "lte": _lte,
    "in": _in,
    "contains": _contains,
    "containsAll": _contains_all,
    "matches": _matches,
    "exists": _exists,
    "empty": _empty,
    "withinDays": _within_days,
    "spatialWithin": _spatial_within,
}
