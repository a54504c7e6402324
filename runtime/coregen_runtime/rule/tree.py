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
from coregen_runtime.rule.operators import OPERATORS, Leaf, at, is_array, leaf
from coregen_runtime.rule.types import AllRule, AndRule, AnyRule, LeafRule, NotRule, OrRule, RuleExpr

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


@dataclass(frozen=True, slots=True)
class Each:
    """`all` (`every`) or `any` over the array at `path`; within `part` the element stands under `name`."""

    every: bool
    path: Path
    name: str
    part: Node
    size: int


Node: TypeAlias = "Leaf | Group | Negation | Each"


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
    if isinstance(expr, AnyRule | AllRule):
        every = isinstance(expr, AllRule)
        part = prepared(expr.where)
        return Each(every, tuple((expr.all_ if isinstance(expr, AllRule) else expr.any_).split(".")), expr.as_, part, size_of(part) + 1)
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


def paths(node: Node, within: bool = True) -> dict[Path, int]:
    """The paths that a rule looks up in its context, each with its place among them; those into an element are not.

    Args:
        within: whether what `any` and `all` ask beside the element is among them.
    """
    found: dict[Path, int] = {}
    pending: list[tuple[Node, frozenset[str]]] = [(node, frozenset())]
    while pending:
        each, names = pending.pop()
        asked: tuple[Path | None, ...] = ()
        if isinstance(each, Leaf):
            asked = (each.path, each.value_path)
        elif isinstance(each, Group):
            pending.extend((part, names) for part in reversed(each.parts))
        elif isinstance(each, Negation):
            pending.append((each.part, names))
        else:
            asked = (each.path,)
            pending.extend([(each.part, names | {each.name})] if within else [])
        for path in asked:
            if path is not None and path[0] not in names:
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
    if isinstance(node, Group):
        return decide(holds(part, find, now) for part in node.parts)
    items = find(node.path)
    return is_array(items) and decide(holds(node.part, inside(find, node.name, item), now) for item in items)


def leaf_holds(one: Leaf, find: Find, now: int) -> bool:
    expected = one.value if one.value_path is None else find(one.value_path)
    return OPERATORS[one.op](find(one.path), expected, now) is not one.negate


def finder(context: Scope) -> Find:
    """Paths into one context."""
    return lambda path: at(context, path)


def inside(find: Find, name: str, element: Any) -> Find:
    """Paths where an element stands under a name, before whatever else has that name."""
    return lambda path: at(element, path[1:]) if path[0] == name else find(path)


Names: TypeAlias = Mapping[str, Path]
"""Where the elements stand that `any` and `all` go through: `item` → `order.lines.2`."""


def full(path: Path, names: Names) -> Path:
    """A path as it is from the context on."""
    return (*names[path[0]], *path[1:]) if path[0] in names else path


NO_TIME: Final = 0
"""The time of a rule that does not ask for it."""
