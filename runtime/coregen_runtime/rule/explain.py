"""Why a rule said what it said: the values that were seen, kept, and the failures read from them when they are asked for (semantics 11).

An explanation holds copies of what stood at the rule's paths at that moment, so it tells of that moment whatever becomes of the data.
"""

from __future__ import annotations

import dataclasses
from collections import ChainMap, UserDict
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final, Protocol

from coregen_runtime.rule.operators import MISSING_VALUE, Leaf, Missing, is_array
from coregen_runtime.rule.outline import Outline, drawn, outlined
from coregen_runtime.rule.sentences import Show, Told, called, element_sentence, joined, sentence, written
from coregen_runtime.rule.tree import NO_TIME, Find, Group, Names, Negation, Node, Path, full, holds, inside


class Explain(Protocol):
    """A rule as a function that tells why. `now` is in ms."""

    def __call__(self, context: Mapping[str, Any], now: int | None = None) -> RuleExplanation: ...


_TOLD: Final = 5
"""How many elements a sentence names."""

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
            self._failures: tuple[RuleFailure, ...] = tuple(failures(tree, self._find, now or NO_TIME, True, {}))
            return self._failures

    def sentence(self, labels: Mapping[str, str] | None = None) -> str:
        """What has to change, as a sentence for a user: `order.total must be more than 100 and order.status must be "paid"`; "" where it passed.

        It holds what the rule says and no value of the data (semantics 7).

        Args:
            labels: what paths are called (`{"order.total": "the total"}`); an element's by its index or by `*` (`order.lines.*.sku`).
        """
        tree, _, now, *_ = self._seen
        return "" if self.passed else written(in_words(tree, self._find, now or NO_TIME, True, {}, called(labels)))

    def outline(self, sensitive: Iterable[str] = ()) -> Outline:
        """Every node of the rule with its verdict and what was seen, as plain data for a developer.

        Args:
            sensitive: paths whose values are redacted, with what is below them and what holds them; `*` stands for any index.
        """
        tree, _, now, *_ = self._seen
        return outlined(tree, self._find, now or NO_TIME, frozenset(sensitive))

    def tree(self, sensitive: Iterable[str] = ()) -> str:
        """The outline as indented text, a line a node: `✗ order.total gt 100, was 90`. It shows values; `sensitive` as for `outline`."""
        return drawn(self.outline(sensitive))

    def _find(self, path: Path) -> Any:
        return self._seen[self._seen[1][path] + 3]


def failures(node: Node, find: Find, now: int, wanted: bool, names: Names) -> list[RuleFailure]:
    """The leaves that stood in the way of what is `wanted` of a node; none where nothing did."""
    if holds(node, find, now) is wanted:
        return []
    if isinstance(node, Leaf):
        return [_failure(node, find, wanted, names)]
    if isinstance(node, Negation):
        return failures(node.part, find, now, not wanted, names)
    if isinstance(node, Group):
        return [failure for part in node.parts for failure in failures(part, find, now, wanted, names)]
    path, items = full(node.path, names), find(node.path)
    found: list[RuleFailure] = []
    for index, item in enumerate(items if is_array(items) else ()):
        here = {**names, node.name: (*path, str(index))}
        found += failures(node.part, inside(find, node.name, item), now, wanted, here)
    if found:
        return found
    message = element_sentence(node, wanted, lambda each: ".".join(full(each, names)), node.path)
    return [RuleFailure(".".join(path), "all" if node.every else "any", None, _plain(items), message)]


def _failure(one: Leaf, find: Find, wanted: bool, names: Names) -> RuleFailure:
    path, value_path = full(one.path, names), full(one.value_path, names) if one.value_path is not None else None
    expected = one.rule.value if one.value_path is None else _plain(find(one.value_path))
    message = sentence(one, wanted, ".".join, path, value_path)
    return RuleFailure(".".join(path), str(one.rule.op), expected, _plain(find(one.path)), message)


def _plain(value: Any) -> Any:
    return None if value is MISSING_VALUE else value


def in_words(node: Node, find: Find, now: int, wanted: bool, names: Names, show: Show) -> Told:
    """What stood in the way, as one sentence."""
    if isinstance(node, Leaf):
        return sentence(node, wanted, show, full(node.path, names), full(node.value_path, names) if node.value_path is not None else None)
    if isinstance(node, Negation):
        return in_words(node.part, find, now, not wanted, names, show)
    if isinstance(node, Group):
        failed = [part for part in node.parts if holds(part, find, now) is not wanted]
        return joined("and" if node.every is wanted else "or", [in_words(part, find, now, wanted, names, show) for part in failed])
    path, items = full(node.path, names), find(node.path)
    if node.every is wanted and is_array(items):
        told: list[Told] = []
        for index, item in enumerate(items):
            found = inside(find, node.name, item)
            if holds(node.part, found, now) is not wanted:
                told.append(in_words(node.part, found, now, wanted, {**names, node.name: (*path, str(index))}, show))
        return joined("and", [*told[:_TOLD], *([f"{len(told) - _TOLD:,} more items likewise"] if len(told) > _TOLD else [])])
    return element_sentence(node, wanted, lambda each: show(full(each, names)), node.path)


_COPIED: Final = (dict, list, tuple, MappingProxyType, UserDict, ChainMap)


def kept(value: Any) -> Any:
    """A copy of data that may change: Python's own mappings, lists and tuples, however deep, each once.

    What else it holds is kept as it is: a mapping of the application may load what it is asked for, without end.
    """
    if type(value) is list:
        for each in value:
            if type(each) not in ATOMS:
                break
        else:
            return value[:]
    copies: dict[int, tuple[Any, dict[Any, Any] | list[Any]]] = {}
    top: list[Any] = [value]
    pending: list[dict[Any, Any] | list[Any]] = [top]
    while pending:
        holder = pending.pop()
        for key, each in list(holder.items() if isinstance(holder, dict) else enumerate(holder)):
            if type(each) not in ATOMS and isinstance(each, _COPIED):
                if id(each) not in copies:
                    copies[id(each)] = each, list(each) if isinstance(each, list | tuple) else dict(each)
                    pending.append(copies[id(each)][1])
                holder[key] = copies[id(each)][1]
    return top[0]
