"""A condition asked of a row in Python: what every adapter's SQL must mean (semantics 10, 24). Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from coregen_runtime.repository.table import LinkTable
from coregen_runtime.repository.types import AllOf, AnyOf, Compare, Linked, LinkedTo, Negate, Row, Where
from coregen_runtime.rule.operators import OPERATORS

_TEXT: Mapping[str, Callable[[str, str], bool]] = {
    "startsWith": str.startswith,
    "endsWith": str.endswith,
    "substring": str.__contains__,
}


def matches(where: Where, row: Row, rows_of: Callable[[str], Mapping[Any, Row]]) -> bool:
    """Whether the condition holds for the row; `rows_of` gives the rows of a link table by its name."""
    match where:
        case Negate(part):
            return not matches(part, row, rows_of)
        case AllOf(parts):
            return all(matches(part, row, rows_of) for part in parts)
        case AnyOf(parts):
            return any(matches(part, row, rows_of) for part in parts)
        case Linked(link, targets):
            held = _held(link, row, rows_of)
            return bool(held) if targets is None else any(target in held for target in targets)
        case LinkedTo(link, targets):
            return _held(link, row, rows_of) == targets
        case Compare():
            return _compare(where, row[where.column])


def _held(link: LinkTable, row: Row, rows_of: Callable[[str], Mapping[Any, Row]]) -> tuple[str, ...]:
    """What the row's `ref[]` field holds, in order."""
    owner = (row["organization_id"], row["id"])
    links = [each for each in rows_of(link.name).values() if (each["organization_id"], each["owner_id"]) == owner]
    return tuple(each["target_id"] for each in sorted(links, key=lambda each: int(each["position"])))


def _compare(compare: Compare, value: Any) -> bool:
    if value is None or compare.value is None and compare.op == "eq":
        return value is None and compare.value is None and compare.op == "eq"
    if compare.op in _TEXT:
        return _TEXT[compare.op](value, compare.value)
    if compare.op == "empty":
        return value in ("", [])
    return OPERATORS[compare.op](value, compare.value, 0)
