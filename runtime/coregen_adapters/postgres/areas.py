"""Areas in PostgreSQL's SQL: the box around a polygon, asked of a point's document or of the columns that an index holds. Pure.

What is in the polygon itself is found by `patterns.py` beforehand (semantics 14).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from coregen_adapters.postgres.values import dumps
from coregen_runtime.repository.points import AXES
from coregen_runtime.rule.operators import bounds, polygon_rings

Bind: TypeAlias = Callable[[Any], str]
"""Takes a value of the statement and gives its mark."""


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
