"""Named rules and templates: what a ref means, and what is refused (semantics 12, 13).

The registry keeps what was given; `expand` replaces refs and templates by what they stand for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

from coregen_runtime.errors.base import CoreError
from coregen_runtime.errors.codes import ErrorCode
from coregen_runtime.primitives.suggest import did_you_mean
from coregen_runtime.rule.types import AndRule, LeafRule, NotRule, OrRule, RefRule, RuleExpr, TemplateRule

MAX_DEPTH: Final = 64
MAX_NODES: Final = 10_000


class RuleRegistry:
    """Rules by id; every one can be expanded, or it was refused."""

    def __init__(self) -> None:
        self._rules: dict[str, RuleExpr] = {}
        self.revision = 0
        """Grows with every change: what was made of the rules before is stale."""

    @property
    def rules(self) -> Mapping[str, RuleExpr]:
        return MappingProxyType(self._rules)

    def add(self, rules: Mapping[str, RuleExpr]) -> dict[str, RuleExpr]:
        """Add rules that may refer to each other, all or none, and return those that stand without parameters, expanded.

        Raises:
            CoreError: `DUPLICATE`, or `INVALID_RULE` for a cycle (printed) or an unknown name.
        """
        taken = sorted(self._rules.keys() & rules.keys())
        if taken:
            raise CoreError(ErrorCode.DUPLICATE, f'a rule "{taken[0]}" is registered already')
        together = {**self._rules, **rules}
        expanded = {id: expand(expr, together, open_params=True, trail=(id,)) for id, expr in rules.items()}
        self._rules = together
        self.revision += 1
        return {id: expr for id, expr in expanded.items() if not has_params(expr)}

    def resolve(self, id: str) -> RuleExpr:
        """Raises CoreError: `UNKNOWN`, with the nearest id."""
        try:
            return self._rules[id]
        except KeyError:
            raise CoreError(ErrorCode.UNKNOWN, f'no rule "{id}" is registered{did_you_mean(id, self._rules)}') from None

    def remove(self, id: str) -> None:
        """Raises CoreError: `UNKNOWN`, or `INVALID_STATE` while another rule refers to it."""
        self.resolve(id)
        users = [other for other, expr in self._rules.items() if other != id and id in names(expr)]
        if users:
            raise CoreError(ErrorCode.INVALID_STATE, f'the rule "{id}" is used by {", ".join(users)}')
        del self._rules[id]
        self.revision += 1


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
            raise CoreError(ErrorCode.INVALID_RULE, f"a rule may be {MAX_DEPTH} levels deep and have {MAX_NODES:,} conditions, no more")
        yield depth, node
        stack += [(depth + 1, child) for child in children(node)]


def children(expr: RuleExpr) -> tuple[RuleExpr, ...]:
    """The members of a rule, in order."""
    if isinstance(expr, AndRule):
        return tuple(expr.and_)
    if isinstance(expr, OrRule):
        return tuple(expr.or_)
    return (expr.not_,) if isinstance(expr, NotRule) else ()


def names(expr: RuleExpr) -> tuple[str, ...]:
    """The ids that a rule refers to, by ref or template."""
    found = [node.ref if isinstance(node, RefRule) else node.template for _, node in nodes(expr) if isinstance(node, RefRule | TemplateRule)]
    return tuple(dict.fromkeys(found))


def has_params(expr: RuleExpr) -> bool:
    """Whether `{"param": …}` stands anywhere in the rule's values: then it is a template."""
    return any(isinstance(node, LeafRule) and _params(node.value) for _, node in nodes(expr))


def _params(value: object) -> list[str]:
    if isinstance(value, Mapping):
        if list(value) == ["param"]:
            return [str(value["param"])]
        return [name for inner in value.values() for name in _params(inner)]
    return [name for inner in value for name in _params(inner)] if isinstance(value, list | tuple) else []


def expand(
    expr: RuleExpr,
    rules: Mapping[str, RuleExpr],
    params: Mapping[str, Any] | None = None,
    *,
    open_params: bool = False,
    trail: tuple[str, ...] = (),
) -> RuleExpr:
    """`expr` with refs and templates replaced by what they stand for, so that it has leaves, and, or and not alone.

    Args:
        params: the values of `{"param": name}`.
        open_params: leave a parameter without a value as it stands (a template itself is looked at).
        trail: the names on the way here, to print a cycle.

    Raises:
        CoreError: `INVALID_RULE`: too deep, an unknown name, a cycle (printed as a path), or a parameter without a value.
    """
    return _expand(expr, rules, params or {}, open_params, trail, _Budget())


class _Budget:
    """How much an expansion may still grow: a few templates that use each other can stand for a giant."""

    def __init__(self) -> None:
        self.left = MAX_NODES

    def spend(self, depth: int) -> None:
        self.left -= 1
        if self.left < 0 or depth > MAX_DEPTH:
            raise CoreError(ErrorCode.INVALID_RULE, f"a rule may be {MAX_DEPTH} levels deep and have {MAX_NODES:,} conditions, no more")


def _expand(
    expr: RuleExpr,
    rules: Mapping[str, RuleExpr],
    params: Mapping[str, Any],
    open_params: bool,
    trail: tuple[str, ...],
    budget: _Budget,
    depth: int = 1,
) -> RuleExpr:
    budget.spend(depth)

    def inner(part: RuleExpr) -> RuleExpr:
        return _expand(part, rules, params, open_params, trail, budget, depth + 1)

    if isinstance(expr, LeafRule):
        wanted = _params(expr.value)
        missing = [name for name in wanted if name not in params]
        if missing and not open_params:
            raise CoreError(ErrorCode.INVALID_RULE, f'the template needs a value for "{missing[0]}"')
        return expr if not wanted or missing else expr.model_copy(update={"value": _filled(expr.value, params)})
    if isinstance(expr, AndRule):
        return AndRule(and_=[inner(part) for part in expr.and_])
    if isinstance(expr, OrRule):
        return OrRule(or_=[inner(part) for part in expr.or_])
    if isinstance(expr, NotRule):
        return NotRule(not_=inner(expr.not_))
    name = expr.ref if isinstance(expr, RefRule) else expr.template
    if name in trail:
        raise CoreError(ErrorCode.INVALID_RULE, f"rules refer to each other in a circle: {' → '.join((*trail[trail.index(name) :], name))}")
    if name not in rules:
        raise CoreError(ErrorCode.INVALID_RULE, f'no rule "{name}" is registered{did_you_mean(name, rules)}')
    given = {key: _filled(value, params) for key, value in expr.params.items()} if isinstance(expr, TemplateRule) else {}
    return _expand(rules[name], rules, given, open_params and not given, (*trail, name), budget, depth + 1)


def _filled(value: Any, params: Mapping[str, Any]) -> Any:
    if isinstance(value, Mapping):
        if list(value) == ["param"]:
            return params.get(str(value["param"]), value)
        return {key: _filled(inner, params) for key, inner in value.items()}
    return [_filled(inner, params) for inner in value] if isinstance(value, list | tuple) else value
