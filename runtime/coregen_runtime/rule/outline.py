"""An explanation as a tree for developers: each node's own verdict and what was seen there, sensitive values redacted (semantics 7)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, TypeAlias

from coregen_runtime.errors.base import REDACTED
from coregen_runtime.rule.operators import MISSING_VALUE, Leaf, is_array
from coregen_runtime.rule.sentences import shown
from coregen_runtime.rule.tree import Find, Group, Names, Negation, Node, Path, full, holds, inside

Outline: TypeAlias = dict[str, Any]
"""`passed`, and by its kind: `field`, `op`, `expected`, `actual` (left out where nothing stood there), and `expectedAt` where the value
was read from a path · `and`/`or`: a list of outlines · `not`: an outline · `any`/`all`: a path, with `as` and `items`, a list of outlines."""

_DRAWN: Final = 20
"""How many elements of an array are drawn."""


def outlined(node: Node, find: Find, now: int, sensitive: frozenset[str], names: Names | None = None) -> Outline:
    """The outline of a node. Its verdicts are the nodes' own: below a `not`, what holds is what stood in the way."""
    known = names or {}
    passed = holds(node, find, now)
    if isinstance(node, Leaf):
        return {"passed": passed, **_leaf(node, find, sensitive, known)}
    if isinstance(node, Negation):
        return {"passed": passed, "not": outlined(node.part, find, now, sensitive, known)}
    if isinstance(node, Group):
        return {"passed": passed, "and" if node.every else "or": [outlined(part, find, now, sensitive, known) for part in node.parts]}
    path, items = full(node.path, known), find(node.path)
    several = [
        outlined(node.part, inside(find, node.name, item), now, sensitive, {**known, node.name: (*path, str(index))})
        for index, item in enumerate(items if is_array(items) else ())
    ]
    return {"passed": passed, "all" if node.every else "any": ".".join(path), "as": node.name, "items": several}


def _leaf(one: Leaf, find: Find, sensitive: frozenset[str], names: Names) -> Outline:
    path = full(one.path, names)
    other = full(one.value_path, names) if one.value_path is not None else None
    hidden = is_hidden(path, sensitive) or (other is not None and is_hidden(other, sensitive))
    told: Outline = {"field": ".".join(path), "op": str(one.rule.op)}
    if other is not None:
        told["expectedAt"] = ".".join(other)
    values = {"expected": one.rule.value if one.value_path is None else find(one.value_path), "actual": find(one.path)}
    return told | {key: REDACTED if hidden else value for key, value in values.items() if value is not MISSING_VALUE}


def is_hidden(path: Path, sensitive: frozenset[str]) -> bool:
    """Whether a value at a path is sensitive, lies within one that is, or holds one."""
    return any(_covers(each.split("."), path) for each in sensitive)


def _covers(pattern: list[str], path: Path) -> bool:
    return all(one in (other, "*") for one, other in zip(pattern, path, strict=False))


def drawn(outline: Outline) -> str:
    """The outline as text, two spaces a level."""
    return "\n".join(f"{'  ' * depth}{'✓' if each['passed'] else '✗'} {line}" for depth, each, line in _lines(outline))


def _lines(outline: Outline) -> Iterator[tuple[int, Outline, str]]:
    pending: list[tuple[int, Outline]] = [(0, outline)]
    while pending:
        depth, each = pending.pop()
        yield depth, each, _line(each)
        below = each.get("and") or each.get("or") or each.get("items", [])[:_DRAWN] or ([each["not"]] if "not" in each else [])
        pending.extend((depth + 1, part) for part in reversed(below))


def _line(each: Outline) -> str:
    if "field" in each:
        expected = each.get("expectedAt") or ("" if each["op"] in ("exists", "empty") else _seen(each["expected"]))
        was = f"was {_seen(each['actual'])}" if "actual" in each else "was missing"
        found = f" ({_seen(each['expected'])})" if "expectedAt" in each and "expected" in each else ""
        return f"{each['field']} {_negated(each)}{f' {expected}' if expected else ''}{found}, {was}"
    for kind in ("any", "all"):
        if kind in each:
            count = len(each["items"])
            rest = f", the first {_DRAWN} of {count:,}" if count > _DRAWN else "" if count else ", no items"
            return f"{kind} {each[kind]} as {each['as']}{rest}"
    return next(kind for kind in ("and", "or", "not") if kind in each)


def _negated(each: Outline) -> str:
    return f"{each['op']} false" if each["op"] in ("exists", "empty") and each.get("expected") is False else str(each["op"])


def _seen(value: object) -> str:
    return REDACTED if isinstance(value, str) and value == REDACTED else shown(value)
