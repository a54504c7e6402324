"""A rule as generated Python (semantics 15): the text is made of the tree's shape alone, all that a rule says is bound.

Every path segment, literal, pattern and set stands in the function's globals under a generated name (`k0`, `k1` …), so nothing of a
rule or of its data can become code, and rules of one shape share one compiled text. phrases.py writes the operators; a value
of a type that is not JSON's own goes to the functions of operators.py, where the meaning stands.

A function holds at most `_ROOM` leaves and `_DEPTH` levels; what is larger becomes a function of its own, bound like a literal.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import CodeType
from typing import Any, Final, Protocol, TypeAlias, TypeGuard

from coregen_runtime.rule.explain import ATOMS, Explain, RuleExplanation, kept
from coregen_runtime.rule.operators import (
    MISSING_VALUE,
    OPERATORS,
    Leaf,
    at,
    contains_text,
    is_array,
    rooted,
    step,
    within_rings,
)
from coregen_runtime.rule.phrases import against, literal
from coregen_runtime.rule.tree import Each, Group, Negation, Node, Path, Scope, asks_clock, paths, size_of


class Decide(Protocol):
    """A rule as a function. `now` is in ms."""

    def __call__(self, context: Mapping[str, Any], now: int | None = None) -> bool: ...


Known: TypeAlias = dict[Path, str]
"""The paths that have been looked up for certain, and the variables that hold what was found."""

_PARAMETERS: Final = ("context", "now")
_ROOM: Final = 48
_DEPTH: Final = 8
_WIDE: Final = 24
_LONG: Final = 6

HELPERS: Final[Mapping[str, Any]] = {
    **{each.__name__: each for each in (abs, dict, float, int, list, str, tuple, type)},
    **{f"op_{name}": function for name, function in OPERATORS.items()},
    "MISSING": MISSING_VALUE,
    "at": at,
    "rooted": rooted,
    "step": step,
    "contains_text": contains_text,
    "is_array": is_array,
    "within_rings": within_rings,
    "ATOMS": ATOMS,
    "RuleExplanation": RuleExplanation,
    "kept": kept,
}
"""All that generated text may name beside its constants; there are no builtins."""


@dataclass(frozen=True, slots=True)
class Generated:
    """One generated function: its text, and the values that its names are bound to."""

    source: str
    constants: Mapping[str, Any]
    inner: tuple[Generated, ...] = ()
    """The functions that this one calls."""

    def function(self) -> Any:
        code = _code(self.source)
        namespace = {"__builtins__": {}, **HELPERS, **self.constants}
        exec(code, namespace)  # noqa: S102  (the text holds no data: see the head of this file)
        return namespace["decide"]


@lru_cache(maxsize=1_024)
def _code(source: str) -> CodeType:
    return compile(source, "<rule>", "exec")


def compiled(node: Node, now: Callable[[], int]) -> Decide:
    """The function of a rule: `(context, now=None)`. The clock is asked where the rule holds `withinDays` and no time is given."""
    made: Decide = generated(node, now).function()
    return made


def explained(node: Node, clock: Callable[[], int]) -> Explain:
    """The function that tells why: `(context, now=None)`. It looks everything up first, then decides, and keeps what it saw."""
    places = paths(node)
    if len(places) <= _ROOM and size_of(node) <= _ROOM:
        made: Explain = generated_explanation(node, places, clock).function()
        return made
    decide, timed = compiled(node, clock), asks_clock(node)

    def explain(context: Scope, now: int | None = None) -> RuleExplanation:
        time = clock() if timed and now is None else now
        found = (value if type(value) in ATOMS else kept(value) for value in (at(context, path) for path in places))
        return RuleExplanation(decide(context, time), (node, places, time, *found))

    return explain


def generated(node: Node, now: Callable[[], int]) -> Generated:
    """The outermost function of a rule; those it needs stand among its constants."""
    unit = Unit(now)
    return unit.finished(f"def decide(context, now=None):\n{unit.prologue(node)}{unit.answer(node)}")


def generated_explanation(node: Node, places: Mapping[Path, int], now: Callable[[], int]) -> Generated:
    """As `generated`, for the function that explains."""
    unit, known = Unit(now), Known()
    lines = [unit.value(path, known)[0] for path in places]
    seen = "".join(f"{name} if type({name}) in ATOMS else kept({name}), " for name in (known[path] for path in places))
    lookups = "".join(f"    {line}\n" for line in lines)
    decision = unit.decision(node, known)
    answer = f"    return RuleExplanation(passed, ({unit.constant(node)}, {unit.constant(places)}, now, {seen}))\n"
    return unit.finished(f"def decide(context, now=None):\n{unit.prologue(node)}{lookups}{decision}{answer}")


@dataclass(slots=True)
class Unit:
    """The text of one function while it grows, and its constants."""

    now: Callable[[], int]
    elements: Mapping[str, str] = field(default_factory=dict)
    """The variables of the elements that `any` and `all` go through here, by the names that they stand under."""
    parameters: tuple[str, ...] = _PARAMETERS
    constants: dict[str, Any] = field(default_factory=dict)
    inner: list[Generated] = field(default_factory=list)
    size: int = 0
    _segments: dict[str, str] = field(default_factory=dict)
    _variables: int = 0

    def prologue(self, node: Node) -> str:
        """A context that is no plain dictionary becomes one of what the rule asks; the clock is asked where it has to be."""
        roots = tuple(dict.fromkeys(path[0] for path in paths(node)))
        text = f"    if type(context) is not dict:\n        context = rooted(context, {self.constant(roots)})\n" if roots else ""
        return text + (f"    if now is None:\n        now = {self.constant(self.now)}()\n" if asks_clock(node) else "")

    def answer(self, node: Node) -> str:
        """The statements that return what a rule says."""
        if not _in_steps(node):
            return f"    return {self.condition(node, {})[0]}\n"
        return f"{self._steps(node, {}, '    ', 'return False')}    return True\n"

    def decision(self, node: Node, known: Known) -> str:
        """The statements that set `passed` to what a rule says; a loop that goes round once stands for what Python has no name for."""
        if not _in_steps(node):
            return f"    passed = {self.condition(node, known)[0]}\n"
        steps = self._steps(node, known, " " * 8, "break")
        return f"    passed = False\n    while True:\n{steps}        passed = True\n        break\n"

    def _steps(self, group: Group, known: Known, indent: str, leave: str) -> str:
        """The parts of an `and`, one after the other, so that one may be a loop; the first that fails leaves."""
        lines, known = "", dict(known)
        for part in _chunks(group):
            if isinstance(part, Leaf) and part.op == "contains" and type(part.value) is str and not part.negate and part.value_path is None:
                lines += "".join(f"{indent}{line}\n" for line in self._search(part, known, leave))
                continue
            text, certain = self.condition(part, known, 1)
            known.update(certain)
            lines += f"{indent}if not {text}:\n{indent}    {leave}\n"
        return lines

    def _search(self, one: Leaf, known: Known, leave: str) -> tuple[str, ...]:
        """`contains_text` written out."""
        self.size += 1
        first, again = self.value(one.path, known)
        bound = self.constant(one.value)
        return (
            f"if (t := type({first})) is list or t is tuple:",
            f"    for each in {again}:",
            f"        if each == {bound} if type(each) is str else op_eq(each, {bound}, now):",
            "            break",
            "    else:",
            f"        {leave}",
            f"elif {again} is MISSING or not op_contains({again}, {bound}, now):",
            f"    {leave}",
        )

    def finished(self, source: str) -> Generated:
        return Generated(source, self.constants, tuple(self.inner))

    def constant(self, value: object) -> str:
        name = f"k{len(self.constants)}"
        self.constants[name] = value
        return name

    def condition(self, node: Node, known: Known, depth: int = 0) -> tuple[str, Known]:
        """An expression, and the paths that it looks up whatever comes out."""
        if isinstance(node, Leaf):
            self.size += 1
            return self._leaf(node, known)
        if depth > 0 and (depth > _DEPTH or self.size + size_of(node) > _ROOM):
            unit = Unit(self.now, self.elements, self.parameters)
            text = f"    return {unit.condition(node, {})[0]}\n"
            return self._called(unit.finished(f"def decide({', '.join(self.parameters)}):\n{text}")), {}
        if isinstance(node, Negation):
            text, certain = self.condition(node.part, known, depth + 1)
            return f"(not {text})", certain
        return self._each(node, known) if isinstance(node, Each) else self._group(node, known, depth)

    def _group(self, group: Group, known: Known, depth: int) -> tuple[str, Known]:
        texts: list[str] = []
        first: Known | None = None
        for part in _chunks(group):
            text, certain = self.condition(part, known, depth + 1)
            texts.append(text)
            known = {**known, **certain}
            first = certain if first is None else first
        if first is None:
            return repr(group.every), {}
        return f"({(' and ' if group.every else ' or ').join(texts)})", first

    def _each(self, each: Each, known: Known) -> tuple[str, Known]:
        """A function that goes through the array; what it asks beside the element is looked up before."""
        self.size += 1
        element = f"e{len(self.parameters) - len(_PARAMETERS)}"
        unit = Unit(self.now, {**self.elements, each.name: element}, (*self.parameters, element))
        outside: Known = {}
        asked = [path for path in paths(each.part, within=False) if path[0] != each.name] if size_of(each.part) <= _ROOM else []
        before = "".join(f"    {unit.value(path, outside)[0]}\n" for path in asked if path[0] not in unit.elements or len(path) > 1)
        text = unit.condition(each.part, outside)[0]
        answer = f"        if {'not ' if each.every else ''}{text}:\n            return {not each.every}\n    return {each.every}\n"
        body = f"    if not is_array(items):\n        return False\n{before}    for {element} in items:\n{answer}"
        made = unit.finished(f"def decide({', '.join(self.parameters)}, items):\n{body}")
        learnt = dict(known)
        first, _ = self.value(each.path, learnt)
        return self._called(made, first), {path: name for path, name in learnt.items() if path not in known}

    def _called(self, made: Generated, *more: str) -> str:
        self.inner.append(made)
        return f"{self.constant(made.function())}({', '.join((*self.parameters, *more))})"

    # Looking up

    def value(self, path: Path, known: Known) -> tuple[str, str]:
        """How a path is written where it is asked first, and from then on; `known` learns it."""
        if path in known:
            return known[path], known[path]
        element = self.elements.get(path[0])
        if element is not None and len(path) == 1:
            return element, element
        if len(path) > _LONG:
            found = f"at({element or 'context'}, {self.constant(path[1:] if element else path)})"
        else:
            first, again = self.value(path[:-1], known) if len(path) > 1 else ("context", "context")
            segment = self._segment(path[-1])
            if len(path) == 1:
                found = f"context.get({segment}, MISSING)"
            else:
                otherwise = f"MISSING if {again} is MISSING else step({again}, {segment})"
                found = f"({again}.get({segment}, MISSING) if type({first}) is dict else {otherwise})"
        name = known[path] = f"v{self._variables}"
        self._variables += 1
        return f"({name} := {found})", name

    def _segment(self, part: str) -> str:
        if part not in self._segments:
            self._segments[part] = self.constant(part)
        return self._segments[part]

    # Leaves

    def _leaf(self, one: Leaf, known: Known) -> tuple[str, Known]:
        learnt = dict(known)
        first, again = self.value(one.path, learnt)
        if one.value_path is not None:
            text = against(one.op, first, again, *self.value(one.value_path, learnt))
        else:
            text = literal(one, first, again, self.constant)
        return f"(not {text})" if one.negate else text, {path: name for path, name in learnt.items() if path not in known}


def _in_steps(node: Node) -> TypeGuard[Group]:
    """Whether a rule is an `and` that stands in one function."""
    return isinstance(node, Group) and node.every and node.size <= _ROOM


def _chunks(group: Group) -> tuple[Node, ...]:
    """The parts; of a wide group, groups of groups, so that no function grows with the rule."""
    parts: tuple[Node, ...] = group.parts
    while len(parts) > _WIDE:
        parts = tuple(_group_of(group.every, parts[start : start + _WIDE]) for start in range(0, len(parts), _WIDE))
    return parts


def _group_of(every: bool, parts: tuple[Node, ...]) -> Group:
    return Group(every, parts, sum(size_of(part) for part in parts))
