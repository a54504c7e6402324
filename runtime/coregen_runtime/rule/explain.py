"""Why a rule said what it said: the values that were seen, kept, and the failures read from them when they are asked for (semantics 11).

An explanation holds copies of what stood at the rule's paths at that moment, so it tells of that moment whatever becomes of the data.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any, Final, TypeAlias

from coregen_runtime.rule.operators import MISSING_VALUE, Leaf, Missing, sentence
from coregen_runtime.rule.tree import NO_TIME, Find, Negation, Node, Path, holds

Explain: TypeAlias = Callable[..., "RuleExplanation"]
"""`(context, now=None) → RuleExplanation`."""

ATOMS: Final = frozenset({str, int, float, bool, type(None), Missing})
"""Types whose values never change."""


@dataclasses.dataclass(frozen=True, slots=True)
class RuleFailure:
    """One condition that did not hold; `actual` is None where the path is missing.

    The values are for the program: `repr` leaves them out, and `message` holds none of the data's (semantics 7).
    """

    field: str
    op: str
    expected: Any = dataclasses.field(repr=False)
    actual: Any = dataclasses.field(repr=False)
    message: str


class RuleExplanation:
    """The verdict, and every failed leaf that led to it."""

    __slots__ = ("_failures", "_seen", "passed")

    passed: bool

    def __init__(self, passed: bool, seen: tuple[Any, ...]) -> None:
        self.passed = passed
        self._seen = seen
        """The rule's tree, the places of its paths, the time, and from the third place on the values."""

    def __repr__(self) -> str:
        return f"RuleExplanation(passed={self.passed}, failures={self.failures!r})"

    @property
    def failures(self) -> tuple[RuleFailure, ...]:
        """In the order of the rule; none where it passed."""
        try:
            return self._failures
        except AttributeError:
            tree, _, now, *_ = self._seen
            self._failures: tuple[RuleFailure, ...] = tuple(failures(tree, self._find, now or NO_TIME, True))
            return self._failures

    def _find(self, path: Path) -> Any:
        return self._seen[self._seen[1][path] + 3]


def failures(node: Node, find: Find, now: int, wanted: bool) -> list[RuleFailure]:
    """The leaves that stood in the way of what is `wanted` of a node; none where nothing did."""
    if holds(node, find, now) is wanted:
        return []
    if isinstance(node, Leaf):
        expected = node.rule.value if node.value_path is None else find(node.value_path)
        return [_failure(node, find(node.path), expected, wanted)]
    if isinstance(node, Negation):
        return failures(node.part, find, now, not wanted)
    return [failure for part in node.parts for failure in failures(part, find, now, wanted)]


def _failure(one: Leaf, actual: object, expected: object, wanted: bool) -> RuleFailure:
    rule = one.rule
    shown_actual, shown_expected = (None if value is MISSING_VALUE else value for value in (actual, expected))
    return RuleFailure(rule.field, str(rule.op), shown_expected, shown_actual, sentence(rule, wanted))


def kept(value: Any) -> Any:
    """A copy of data that may change: its dictionaries, lists and tuples, however deep, each once; what else it holds is kept as it is."""
    kind = type(value)
    if (kind is list or kind is tuple) and ATOMS.issuperset(map(type, value)):
        return value[:]
    copies: dict[int, dict[Any, Any] | list[Any]] = {}
    top: list[Any] = [value]
    pending: list[dict[Any, Any] | list[Any]] = [top]
    while pending:
        holder = pending.pop()
        for key, each in list(holder.items() if isinstance(holder, dict) else enumerate(holder)):
            if type(each) in (dict, list, tuple):
                if id(each) not in copies:
                    copies[id(each)] = dict(each) if type(each) is dict else list(each)
                    pending.append(copies[id(each)])
                holder[key] = copies[id(each)]
    return top[0]
