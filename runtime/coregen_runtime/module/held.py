"""What a migration asks of rows that are there: values that fit what their column is held to, and one value once where an index is unique.

Pure: it judges values and words refusals. Reading the rows is each adapter's; the verdict is that of the checks that rows meet when they are read.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from coregen_runtime.entity.checks import check_value, constraint
from coregen_runtime.entity.json_judge import JsonJudge
from coregen_runtime.module.migration import CheckRows, Column, CreateIndex

NAMED = 5
"""How many rows a refusal names; the search ends with them."""
_DOCUMENTS = ("json", "geo.point", "geo.polygon", "geo.linestring")


class Refused(Exception):
    """Rows stand in the way of a migration. The message names them and the fix, and holds no value (semantics 7)."""


def judge(column: Column) -> Callable[[Any], bool]:
    """Whether a value, as the driver gives it, fits what the column is held to; of a list, how many entries it has."""
    allowed = None if column.values is None else frozenset(column.values)
    schema = None if column.json_schema is None else JsonJudge(column.json_schema)

    def fits(value: Any) -> bool:
        if value is None:
            return column.nullable
        if column.type in _DOCUMENTS:
            value = json.loads(value)
        elif column.type == "list":
            value = (None,) * value
        if allowed is not None and value not in allowed or schema is not None and not schema.takes(value):
            return False
        return all(check_value(each.name, each.argument, value) for each in column.validators)

    return fits


def unfit(step: CheckRows, ids: Sequence[str]) -> Refused:
    """Rows with these ids do not fit."""
    column = step.column
    asked = [constraint(each.name, each.argument, "ref[]" if column.type == "list" else "") for each in column.validators]
    if column.values is not None:
        asked.append(f"must be one of {', '.join(column.values)}")
    if column.json_schema is not None:
        asked.append("must be what its jsonSchema takes")
    if not asked:
        return Refused(f"{step.subject} has to be there, and is missing in {_rows(ids)}: fill it by a RunSql of your own, in front of this step")
    ways = 'say in "renamedValues" what they become, or change them' if column.values is not None else "change them"
    return Refused(
        f"{step.subject} {' and '.join(asked)}, and is something else in {_rows(ids)}: {ways} by a RunSql of your own, in front of this step"
    )


def doubled(step: CreateIndex, ids: Iterable[tuple[str, str]]) -> Refused:
    """The unique index cannot be made: the two rows of each pair have one value."""
    columns = ", ".join(column for column in step.index.columns if column != "organization_id")
    pairs = ", ".join(f"{first} and {second}" for first, second in ids)
    return Refused(
        f"{step.table} may have each {columns} once, and {pairs} have the same: change one of each by a RunSql of your own, in front of this step"
    )


def doubles(step: CreateIndex) -> str:
    """SQL of both dialects: of values that several rows have where the unique index wants one, the ids of two such rows."""
    columns = [_quote(column) for column in step.index.columns]
    active = ["deleted_at IS NULL"] if step.index.active_only else []
    where = " AND ".join([*active, *(f"{column} IS NOT NULL" for column in columns)])
    groups = f"GROUP BY {', '.join(columns)} HAVING count(*) > 1 ORDER BY 1 LIMIT {NAMED}"
    return f"SELECT min(id), max(id) FROM {_quote(step.table)} WHERE {where} {groups}"


def _quote(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _rows(ids: Sequence[str]) -> str:
    named = ", ".join(ids)
    return f"the rows {named}, and maybe others" if len(ids) == NAMED else f"the row {named}" if len(ids) == 1 else f"the rows {named}"
