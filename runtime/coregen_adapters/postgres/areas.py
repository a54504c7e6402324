"""Areas in PostgreSQL's SQL: the box around a polygon and, where PostGIS is installed, which points are in the polygon for certain. Pure.

What `spatialWithin` means, `coregen_runtime.rule.operators` says (semantics 14), with a tolerance at edges that PostGIS has not. Points so near an
edge that the two might differ are left to it; `patterns.py` tests them beforehand. Polygons and points are bound, never text.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from coregen_adapters.postgres.values import dumps
from coregen_runtime.repository.points import AXES
from coregen_runtime.rule.operators import bounds, polygon_rings

Bind: TypeAlias = Callable[[Any], str]
"""Takes a value of the statement and gives its mark."""
Ring: TypeAlias = Sequence[tuple[float, float]]

_BAND = 1e-7
"""Degrees: so near an edge PostGIS does not decide (a centimetre; the rule's tolerance is 1e-9, what floating point loses below 1e-12)."""
_LEVEL = 1e-100
"""Degrees of latitude: where an edge rises less, and not nothing, the rule's floating point puts crossings beyond its ends."""


def box(polygon: Any, name: str, held: Sequence[str], bind: Bind) -> str:
    """Whether a point may lie in the polygon, by its bounds; null or false where it cannot. Only numbers are between two numbers in jsonb.

    Args:
        name: the column as the statement names it.
        held: the columns of its longitude and latitude, where an index holds them.
    """
    rings = polygon_rings(polygon)
    if not rings:
        return "FALSE"
    sides = list(zip(*bounds(rings), strict=True))
    if held:
        parts = [f"{column} BETWEEN {bind(low)}::float8 AND {bind(high)}::float8" for column, (low, high) in zip(held, sides, strict=True)]
    else:
        axes = zip((axis for axis, _ in AXES), sides, strict=True)
        parts = [f"{name} -> '{axis}' BETWEEN {bind(dumps(low))}::jsonb AND {bind(dumps(high))}::jsonb" for axis, (low, high) in axes]
    return f"({' AND '.join(parts)})"


def sound(rings: Sequence[Ring]) -> bool:
    """Whether a polygon's numbers leave no doubt about points beyond the band. Whether it is a valid one, PostGIS says in the statement."""
    return bool(rings) and all(len(ring) >= 4 and all(map(_rises, ring, ring[1:])) for ring in map(_closed, rings))


@dataclass(frozen=True, slots=True)
class Verdict:
    """Two conditions on a point: whether PostGIS decides about it, and what it says then."""

    certain: str
    covered: str


def verdict(polygon: Any, coordinates: Iterable[str], postgis: str, bind: Bind) -> Verdict:
    """PostGIS's verdict about points in the polygon's box. The polygon is read, and found valid or not, once a statement.

    Args:
        coordinates: expressions of the longitude and the latitude.
        postgis: the extension's schema, quoted.
    """
    rings = [_closed(ring) for ring in polygon_rings(polygon)]
    area, edges = (f"{postgis}.st_geomfromwkb({bind(wkb)}::bytea)" for wkb in (_polygon(rings), _lines(rings)))
    point = f"{postgis}.st_makepoint({', '.join(coordinates)})"
    return Verdict(
        certain=f"((SELECT {postgis}.st_isvalid({area})) AND NOT {postgis}.st_dwithin((SELECT {edges}), {point}, {_BAND}))",
        covered=f"{postgis}.st_covers((SELECT {area}), {point})",
    )


def _closed(ring: Ring) -> Ring:
    """A ring that ends where it begins, as PostGIS wants it; the rule closes it by itself."""
    return ring if ring[0] == ring[-1] else [*ring, ring[0]]


def _rises(start: tuple[float, float], end: tuple[float, float]) -> bool:
    """Whether an edge has a slope that floating point can tell, or none."""
    return start[1] == end[1] or abs(end[1] - start[1]) >= _LEVEL


def _polygon(rings: Sequence[Ring]) -> bytes:
    """The polygon as well-known binary."""
    return struct.pack("<BII", 1, 3, len(rings)) + b"".join(map(_positions, rings))


def _lines(rings: Sequence[Ring]) -> bytes:
    """The edges of the polygon as well-known binary: a line string a ring."""
    return struct.pack("<BII", 1, 5, len(rings)) + b"".join(struct.pack("<BI", 1, 2) + _positions(ring) for ring in rings)


def _positions(ring: Ring) -> bytes:
    """Zero has one sign, for PostGIS compares the ends of a ring by their bytes."""
    return struct.pack(f"<I{2 * len(ring)}d", len(ring), *(number + 0.0 for position in ring for number in position))
