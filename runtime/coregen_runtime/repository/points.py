"""How a `geo.point` stands in an index: as its longitude and its latitude, in SQL per dialect. Adapters and migrations make it of the same expressions.

On PostgreSQL they are generated columns, for row-level security lets an index serve conditions on plain numbers and on little else (decision 0017);
on SQLite the index holds the expressions themselves. What is no number, or none on earth, is null there. Pure: no I/O.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

Axis: TypeAlias = Literal["lng", "lat"]

AXES: tuple[tuple[Axis, int], ...] = (("lng", 180), ("lat", 90))
"""The keys of a point's document, and the largest number of degrees of each."""


def coordinate(column: str, axis: Axis) -> str:
    """The generated column on PostgreSQL; no field's column has two underscores in a row."""
    return f"{column}__{axis}"


def coordinates(column: str) -> tuple[str, ...]:
    """Both generated columns, longitude first."""
    return tuple(coordinate(column, axis) for axis, _ in AXES)


def postgres_expression(quoted: str, axis: Axis) -> str:
    """What the generated column holds, of a column's quoted name. Only numbers are between two numbers in jsonb."""
    most = dict(AXES)[axis]
    return f"CASE WHEN {quoted} -> '{axis}' BETWEEN '-{most}'::jsonb AND '{most}'::jsonb THEN ({quoted} ->> '{axis}')::float8 END"


def sqlite_expression(quoted: str, axis: Axis) -> str:
    """What the index holds, of a column's quoted name; a condition that names the same expression finds it there."""
    return f"json_extract({quoted}, '$.{axis}')"
