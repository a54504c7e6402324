"""What a rule asks, in words for people. They hold what the rule says and no value of the data (semantics 7)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from coregen_runtime.rule.operators import Leaf
from coregen_runtime.rule.tree import Each, Negation, Node, Path

Told: TypeAlias = "str | Several"
"""What is said of a rule: one condition, or several."""


@dataclass(frozen=True, slots=True)
class Several:
    """Conditions joined by `and` or by `or`."""

    word: str
    parts: tuple[Told, ...]


Show: TypeAlias = Callable[[Path], str]
"""What a path is called."""

_PHRASES: Final[Mapping[str, tuple[str, str]]] = {
    "eq": ("must be {}", "must not be {}"),
    "neq": ("must not be {}", "must be {}"),
    "gt": ("must be more than {}", "must not be more than {}"),
    "gte": ("must be at least {}", "must be less than {}"),
    "lt": ("must be less than {}", "must be at least {}"),
    "lte": ("must be at most {}", "must be more than {}"),
    "in": ("must be one of {}", "must not be one of {}"),
    "nin": ("must not be one of {}", "must be one of {}"),
    "contains": ("must contain {}", "must not contain {}"),
    "containsAll": ("must contain all of {}", "must not contain all of {}"),
    "matches": ("must match {}", "must not match {}"),
    "exists": ("must be there", "must not be there"),
    "empty": ("must be empty", "must not be empty"),
    "withinDays": ("must be within {} days of now", "must not be within {} days of now"),
    "spatialWithin": ("must lie within the area", "must lie outside the area"),
}


def called(labels: Mapping[str, str] | None = None) -> Show:
    """Paths as they are written, or as `labels` names them; `order.lines.2.sku` is looked for as `order.lines.*.sku` too."""
    known = labels or {}

    def show(path: Path) -> str:
        written = ".".join(path)
        return known.get(written) or known.get(starred(path)) or written

    return show


def starred(path: Path) -> str:
    """A path with `*` in the place of every index."""
    return ".".join("*" if part.isdecimal() else part for part in path)


def sentence(one: Leaf, wanted: bool, show: Show, path: Path, value_path: Path | None) -> str:
    """`order.total must be more than 0`; with `wanted` false, what would make the condition fail."""
    op = str(one.rule.op)
    affirmed = wanted is not (op in ("exists", "empty") and one.rule.value is False)
    expected = shown(one.rule.value) if value_path is None else show(value_path)
    return f"{show(path)} {_PHRASES[op][0 if affirmed else 1].format(expected)}"


def element_sentence(each: Each, wanted: bool, show: Show, path: Path) -> str:
    """What is asked of an array that has no element to blame."""
    if each.every and wanted:
        return f"{show(path)} must be a list"
    return f"{show(path)} must have an item for which {written(described(each.part, wanted, show))}"


def described(node: Node, wanted: bool, show: Show) -> Told:
    """All that a rule asks."""
    if isinstance(node, Leaf):
        return sentence(node, wanted, show, node.path, node.value_path)
    if isinstance(node, Negation):
        return described(node.part, not wanted, show)
    if isinstance(node, Each):
        items = "only items" if node.every is wanted else "an item"
        return f"{show(node.path)} must have {items} for which {written(described(node.part, wanted, show))}"
    return joined("and" if node.every is wanted else "or", [described(part, wanted, show) for part in node.parts])


def joined(word: str, parts: Iterable[Told]) -> Told:
    """The parts by one word; those that are joined by it already lie open."""
    flat = tuple(one for part in parts for one in (part.parts if isinstance(part, Several) and part.word == word else (part,)))
    return flat[0] if len(flat) == 1 else Several(word, flat)


def written(told: Told, depth: int = 0) -> str:
    """`a`, `a and b`, `a, b or c`; `a, and either b or c` where an alternative stands among conditions, brackets where it goes deeper."""
    if isinstance(told, str):
        return told
    if not told.parts:
        return "nothing more is asked" if told.word == "and" else "this can never hold"
    parts = [written(part, depth + 1) for part in told.parts]
    if any(isinstance(part, Several) for part in told.parts):
        text = f", {told.word} ".join(parts)
    else:
        text = f"{', '.join(parts[:-1])} {told.word} {parts[-1]}"
    if depth > 1:
        return f"({text})"
    return f"either {text}" if told.word == "or" and depth == 1 else text


def shown(value: object, depth: int = 0) -> str:
    """A value as text, of a length that fits a sentence; whatever it is, on one line, and nothing that it is of is asked."""
    if value is None or isinstance(value, bool):
        return "null" if value is None else str(value).lower()
    if isinstance(value, str):
        short = value[:80]
        text = f'"{short}"' if short.isprintable() else json.dumps(short)
    elif isinstance(value, int):
        text = str(int(value)) if value.bit_length() < 256 else "a very large number" if value > 0 else "a very small number"
    elif isinstance(value, float):
        text = repr(float(value))
    elif isinstance(value, list | tuple):
        inner = "…" if depth > 1 else ", ".join(shown(each, depth + 1) for each in value[:10]) + (" …" if len(value) > 10 else "")
        text = inner if depth == 0 and value else f"[{inner}]"
    elif type(value) is dict:
        pairs = (f"{shown(key, depth + 1)}: {shown(inner, depth + 1)}" for key, inner in list(value.items())[:10])
        text = "{…}" if depth > 1 else f"{{{', '.join(pairs)}{' …' if len(value) > 10 else ''}}}"
    else:
        text = f"a {type(value).__name__}"
    return text if len(text) <= 160 else f"{text[:159]}…"
