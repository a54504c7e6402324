"""A machine as a picture: Mermaid's stateDiagram-v2 (specification, section 4, `meta.diagram`).

Any string is a legal name of a state or an event, so states stand under aliases (`s0`), texts are escaped, and long ones cut.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from coregen_runtime.rule.types import AllRule, AndRule, AnyRule, LeafRule, NotRule, Op, OrRule, RefRule, RuleExpr, TemplateRule
from coregen_runtime.state.actions import is_ref
from coregen_runtime.state.types import StateMachine, StateNode

LONGEST: Final = 80
"""Characters of a text; the rest is in the definition."""
_DEEPEST: Final = 8
_UNITS: Final = (("d", 86_400_000), ("h", 3_600_000), ("min", 60_000), ("s", 1_000), ("ms", 1))
_SIGNS: Final = {Op.EQ: "=", Op.NEQ: "≠", Op.GT: ">", Op.GTE: "≥", Op.LT: "<", Op.LTE: "≤", Op.IN: "in", Op.NIN: "not in"}
_WORDS: Final = {Op.CONTAINS: "contains", Op.CONTAINS_ALL: "contains all of", Op.MATCHES: "matches", Op.SPATIAL_WITHIN: "lies within"}


def mermaid(machine: StateMachine) -> str:
    """The diagram's text: every state with its label and description, every transition with its event and guard, timeouts with their time."""
    aliases = {name: f"s{index}" for index, name in enumerate(machine.states)}
    lines = ["stateDiagram-v2"]
    lines += [f'    state "{_text(node.label or name)}" as {aliases[name]}' for name, node in machine.states.items()]
    lines += [f"    note right of {aliases[name]} : {_text(node.description)}" for name, node in machine.states.items() if node.description]
    if machine.initial in aliases:
        lines.append(f"    [*] --> {aliases[machine.initial]}")
    for name, node in machine.states.items():
        lines += [f"    {aliases[name]} --> {aliases[target]} : {_text(label)}" for target, label in _ways(node) if target in aliases]
        lines += [f"    {aliases[name]} --> [*]"] if node.terminal else []
    return "\n".join(lines) + "\n"


def _ways(node: StateNode) -> Iterator[tuple[str, str]]:
    """The target and the label of every way out."""
    for event, several in node.on.items():
        yield from ((one.target, event if one.guard is None else f"{event} [{rule_text(one.guard)}]") for one in several)
    for timed in node.after:
        after = f"after {duration(timed.delay)}"
        yield timed.target, after if timed.guard is None else f"{after} [{rule_text(timed.guard)}]"


def _text(value: str) -> str:
    whole = " ".join(value.split())
    shown = whole if len(whole) <= LONGEST else f"{whole[: LONGEST - 1]}…"
    kept = "".join(char if char.isalnum() or char in " _-.,/()" else f"#{ord(char)};" for char in shown)
    return kept or "#160;"


def duration(milliseconds: int) -> str:
    """A time for people, exact: `14 d`, `1 h 30 min`, `0 ms`."""
    left, parts = milliseconds, []
    for unit, size in _UNITS:
        count, left = divmod(left, size)
        parts += [f"{count} {unit}"] if count else []
    return " ".join(parts) or "0 ms"


def rule_text(expr: RuleExpr, depth: int = 0) -> str:
    """A rule as a short text: `order.total > 100 and payload.reason is there`; a named rule by its name."""
    if depth > _DEEPEST:
        return "…"
    match expr:
        case LeafRule():
            return _leaf(expr)
        case AndRule():
            return " and ".join(_within(member, depth + 1) for member in expr.and_) or "always"
        case OrRule():
            return " or ".join(_within(member, depth + 1) for member in expr.or_) or "never"
        case NotRule():
            return f"not {_within(expr.not_, depth + 1)}"
        case AnyRule():
            return f"any {expr.as_} of {expr.any_}: {_within(expr.where, depth + 1)}"
        case AllRule():
            return f"all {expr.as_} of {expr.all_}: {_within(expr.where, depth + 1)}"
        case RefRule():
            return expr.ref
        case TemplateRule():
            return f"{expr.template}({', '.join(f'{name} {_value(value)}' for name, value in expr.params.items())})"


def _within(expr: RuleExpr, depth: int) -> str:
    text = rule_text(expr, depth)
    return f"({text})" if isinstance(expr, AndRule | OrRule) else text


def _leaf(leaf: LeafRule) -> str:
    match leaf.op:
        case Op.EXISTS:
            return f"{leaf.field} is {'missing' if leaf.value is False else 'there'}"
        case Op.EMPTY:
            return f"{leaf.field} is {'not empty' if leaf.value is False else 'empty'}"
        case Op.WITHIN_DAYS:
            return f"{leaf.field} is within {_value(leaf.value)} days"
        case Op.SPATIAL_WITHIN if not is_ref(leaf.value):
            return f"{leaf.field} lies within an area"
        case op:
            return f"{leaf.field} {_SIGNS.get(op) or _WORDS[op]} {_value(leaf.value)}"


def _value(value: Any) -> str:
    if is_ref(value):
        return str(value["ref"])
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
