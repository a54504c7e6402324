"""`F("order.total") > 100`: rules written in Python, equal to the same rule written as data.

Rules join with `&`, `|` and `~` (types.py). `F("a") == F("b")` compares two paths.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NoReturn

from coregen_runtime.rule.types import AllRule, AnyRule, LeafRule, Op, RuleExpr


class F:
    """A path into the context of a rule; its comparisons are leaf rules."""

    __slots__ = ("_path",)
    __hash__ = None  # type: ignore[assignment]  # == makes a rule, so a path is no key

    def __init__(self, path: str) -> None:
        self._path = path

    def __repr__(self) -> str:
        return f"F({self._path!r})"

    def __bool__(self) -> NoReturn:
        raise TypeError(f'F("{self._path}") is a path, not a value; compare it, and join rules with & and |, not with "and" and "or"')

    def __eq__(self, other: object) -> LeafRule:  # type: ignore[override]  # the point of the builder
        return self._leaf(Op.EQ, other)

    def __ne__(self, other: object) -> LeafRule:  # type: ignore[override]  # the point of the builder
        return self._leaf(Op.NEQ, other)

    def __gt__(self, other: object) -> LeafRule:
        return self._leaf(Op.GT, other)

    def __ge__(self, other: object) -> LeafRule:
        return self._leaf(Op.GTE, other)

    def __lt__(self, other: object) -> LeafRule:
        return self._leaf(Op.LT, other)

    def __le__(self, other: object) -> LeafRule:
        return self._leaf(Op.LTE, other)

    def in_(self, values: Iterable[object] | F) -> LeafRule:
        return self._leaf(Op.IN, values if isinstance(values, F) else list(values))

    def not_in(self, values: Iterable[object] | F) -> LeafRule:
        return self._leaf(Op.NIN, values if isinstance(values, F) else list(values))

    def contains(self, value: object) -> LeafRule:
        """The path is an array that holds `value`."""
        return self._leaf(Op.CONTAINS, value)

    def contains_all(self, values: Iterable[object] | F) -> LeafRule:
        return self._leaf(Op.CONTAINS_ALL, values if isinstance(values, F) else list(values))

    def matches(self, pattern: str | F) -> LeafRule:
        """An unanchored search on the linear-time engine (semantics 12)."""
        return self._leaf(Op.MATCHES, pattern)

    def exists(self, value: bool = True) -> LeafRule:
        """Neither missing nor null; `exists(False)` asks for the opposite."""
        return self._flag(Op.EXISTS, value)

    def empty(self, value: bool = True) -> LeafRule:
        """Missing, null, or an empty string or array; `empty(False)` asks for the opposite."""
        return self._flag(Op.EMPTY, value)

    def within_days(self, days: float | F) -> LeafRule:
        """At most so many days from now, before or after (semantics 14)."""
        return self._leaf(Op.WITHIN_DAYS, days)

    def spatial_within(self, polygon: Mapping[str, Any] | F) -> LeafRule:
        """Inside a GeoJSON polygon; its edge counts (semantics 14)."""
        return self._leaf(Op.SPATIAL_WITHIN, polygon)

    def any(self, where: RuleExpr, as_: str = "item") -> AnyRule:
        """The path is an array, and `where` holds for one element: `F("order.lines").any(F("item.quantity") > 100)`."""
        return AnyRule(any_=self._path, where=where, as_=as_)

    def all(self, where: RuleExpr, as_: str = "item") -> AllRule:
        """The path is an array, and `where` holds for every element; so it does for an empty one."""
        return AllRule(all_=self._path, where=where, as_=as_)

    def _leaf(self, op: Op, value: object) -> LeafRule:
        return LeafRule(field=self._path, op=op, value={"ref": value._path} if isinstance(value, F) else value)

    def _flag(self, op: Op, value: bool) -> LeafRule:
        return LeafRule(field=self._path, op=op) if value else LeafRule(field=self._path, op=op, value=False)
