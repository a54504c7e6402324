"""A rule's tree walked without recursion, within its limits (semantics 12): whatever was built, a clear error comes of it and no crash."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from coregen_runtime.errors.base import CoreError
from coregen_runtime.errors.codes import ErrorCode
from coregen_runtime.rule.operators import leaf
from coregen_runtime.rule.types import AllRule, AndRule, AnyRule, LeafRule, NotRule, OrRule, RefRule, RuleExpr, TemplateRule

MAX_DEPTH: Final = 64
MAX_NODES: Final = 10_000
MAX_LOOPS: Final = 4
"""How many `any` and `all` may stand within each other: each multiplies the work by the length of its array."""


def too_large() -> CoreError:
    return CoreError(ErrorCode.INVALID_RULE, f"a rule may be {MAX_DEPTH} levels deep and have {MAX_NODES:,} conditions, no more")


def nodes(expr: RuleExpr) -> Iterator[tuple[int, RuleExpr]]:
    """Every node with its depth, without recursion.

    Raises:
        CoreError: `INVALID_RULE`: deeper than `MAX_DEPTH`, or more than `MAX_NODES` nodes.
    """
    stack: list[tuple[int, RuleExpr]] = [(1, expr)]
    seen = 0
    while stack:
        depth, node = stack.pop()
        seen += 1
        if depth > MAX_DEPTH or seen > MAX_NODES:
            raise too_large()
        yield depth, node
        stack += [(depth + 1, child) for child in children(node)]


def children(expr: RuleExpr) -> tuple[RuleExpr, ...]:
    """The members of a rule, in order."""
    if isinstance(expr, AndRule):
        return tuple(expr.and_)
    if isinstance(expr, OrRule):
        return tuple(expr.or_)
    if isinstance(expr, AnyRule | AllRule):
        return (expr.where,)
    return (expr.not_,) if isinstance(expr, NotRule) else ()


def names(expr: RuleExpr) -> tuple[str, ...]:
    """The ids that a rule refers to, by ref or template."""
    found = [node.ref if isinstance(node, RefRule) else node.template for _, node in nodes(expr) if isinstance(node, RefRule | TemplateRule)]
    return tuple(dict.fromkeys(found))


def check_patterns(expr: RuleExpr) -> None:
    """Raises CoreError: `INVALID_RULE` for a `matches` whose pattern the linear-time engine refuses; one that is a parameter is judged where it is given."""
    for _, node in nodes(expr):
        if isinstance(node, LeafRule) and not params_of(node.value):
            leaf(node)


def params_of(value: object) -> tuple[str, ...]:
    """The names of the `{"param": name}` in a value, each once.

    Raises:
        CoreError: `INVALID_RULE`: lists and objects stand deeper within each other than a rule may be deep.
    """
    found: dict[str, None] = {}
    pending: list[tuple[int, object]] = [(1, value)]
    while pending:
        depth, each = pending.pop()
        if depth > MAX_DEPTH:
            raise CoreError(ErrorCode.INVALID_RULE, f"a value of a rule may be {MAX_DEPTH} levels deep, no more")
        if isinstance(each, Mapping):
            if is_param(each):
                found[str(each["param"])] = None
            else:
                pending.extend((depth + 1, inner) for inner in each.values())
        elif isinstance(each, list | tuple):
            pending.extend((depth + 1, inner) for inner in each)
    return tuple(found)


def is_param(value: Mapping[object, object]) -> bool:
    """Whether a value is `{"param": name}`."""
    return len(value) == 1 and isinstance(value.get("param"), str)


def parameters(expr: RuleExpr) -> tuple[str, ...]:
    """The parameters of a template: those in its own values and in those that it hands on; each once, in order."""
    found: dict[str, None] = {}
    for _, node in nodes(expr):
        value = node.value if isinstance(node, LeafRule) else node.params if isinstance(node, TemplateRule) else None
        found.update(dict.fromkeys(params_of(value)))
    return tuple(found)
