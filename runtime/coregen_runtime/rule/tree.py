"""A rule made ready: its leaves prepared, its sizes counted. `holds` reads it as plainly as it can be read.

It takes rules without refs and templates (registry.py replaces those). compiler.py writes the same tree as Python; that the two
agree is what the property tests hold. Nothing here recurses deeper than a rule may be deep.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from coregen_runtime.errors.base import CoreError
from coregen_runtime.errors.codes import ErrorCode
from coregen_runtime.rule.operators import OPERATORS, Leaf, at, leaf
from coregen_runtime.rule.types import AndRule, LeafRule, NotRule, OrRule, RuleExpr

Path: TypeAlias = tuple[str, ...]
Scope: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Group:
    """`and` (every part holds) or `or` (one does); `size` counts the leaves within."""

    every: bool
    parts: tuple[Node, ...]
    size: int


@dataclass(frozen=True, slots=True)
class Negation:
    part: Node
    size: int


Node: TypeAlias = "Leaf | Group | Negation"


def prepared(expr: RuleExpr) -> Node:
    """Raises CoreError: `INVALID_RULE` for a refused pattern, and for a ref or template that was not replaced."""
    if isinstance(expr, LeafRule):
        return leaf(expr)
    if isinstance(expr, AndRule | OrRule):
        parts = tuple(prepared(part) for part in (expr.and_ if isinstance(expr, AndRule) else expr.or_))
        return Group(isinstance(expr, AndRule), parts, sum(size_of(part) for part in parts))
    if isinstance(expr, NotRule):
        part = prepared(expr.not_)
        return Negation(part, size_of(part))
    raise CoreError(ErrorCode.INVALID_RULE, "a rule with refs or templates is expanded before it is compiled")


def size_of(node: Node) -> int:
    """How many leaves there are."""
    return 1 if isinstance(node, Leaf) else node.size


def leaves(node: Node) -> Iterator[Leaf]:
    """Every leaf, in order."""
    pending = [node]
    while pending:
        each = pending.pop()
        if isinstance(each, Leaf):
            yield each
        else:
            pending.extend(reversed(each.parts) if isinstance(each, Group) else (each.part,))


def paths(node: Node) -> dict[Path, int]:
    """The paths that a rule looks up, each with its place among them."""
    found: dict[Path, int] = {}
    for one in leaves(node):
        for path in (one.path, one.value_path):
            if path is not None:
                found.setdefault(path, len(found))
    return found


def asks_clock(node: Node) -> bool:
    """Whether the answer depends on what time it is."""
    return any(one.op == "withinDays" for one in leaves(node))


Find: TypeAlias = Callable[[Path], Any]
"""What stands at a path, or `MISSING_VALUE`."""


def holds(node: Node, find: Find, now: int) -> bool:
    """What the rule says, asked leaf by leaf: the meaning that generated code has to meet."""
    if isinstance(node, Leaf):
        return leaf_holds(node, find, now)
    if isinstance(node, Negation):
        return not holds(node.part, find, now)
    decide = all if node.every else any
    return decide(holds(part, find, now) for part in node.parts)


def leaf_holds(one: Leaf, find: Find, now: int) -> bool:
    expected = one.value if one.value_path is None else find(one.value_path)
    return OPERATORS[one.op](find(one.path), expected, now) is not one.negate


def finder(context: Scope) -> Find:
    """Paths into one context."""
    return lambda path: at(context, path)


NO_TIME: Final = 0
"""The time of a rule that does not ask for it."""
