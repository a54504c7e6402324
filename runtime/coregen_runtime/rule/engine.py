"""Deciding: what a rule says about a context, and why (specification, section 5; semantics 10-14).

A rule is compiled once to a function of (context, now); `evaluate`, a compiled rule and `explain` all ask the same leaves, so
they cannot disagree. Named rules are registry.py's; what a leaf's operator means is operators.py's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from coregen_runtime.errors.base import CoreError
from coregen_runtime.errors.codes import ErrorCode
from coregen_runtime.primitives.clock import Clock, SystemClock
from coregen_runtime.rule.operators import MISSING_VALUE, OPERATORS, Leaf, at, leaf, sentence
from coregen_runtime.rule.registry import RuleRegistry, expand
from coregen_runtime.rule.types import AndRule, LeafRule, NotRule, OrRule, RuleExpr

Context: TypeAlias = Mapping[str, Any]
_KEPT = 1_024
Decide: TypeAlias = Callable[[Context, int], bool]


@dataclass(frozen=True, slots=True)
class RuleFailure:
    """One condition that did not hold; `actual` is None where the path is missing."""

    field: str
    op: str
    expected: Any
    actual: Any
    message: str


@dataclass(frozen=True, slots=True)
class RuleExplanation:
    """The verdict and every failed leaf that led to it."""

    passed: bool
    failures: tuple[RuleFailure, ...] = ()


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """A rule ready for hot paths; `now` (ms) defaults to the clock it was compiled with."""

    expr: RuleExpr
    decide: Decide
    clock: Clock

    def evaluate(self, context: Context, now: int | None = None) -> bool:
        return self.decide(context, self.clock.now() if now is None else now)

    def explain(self, context: Context, now: int | None = None) -> RuleExplanation:
        return explanation(self.expr, context, self.clock.now() if now is None else now)


def compiled(expr: RuleExpr) -> Decide:
    """A function of (context, now) for a rule without refs and templates (`expand` replaces those)."""
    if isinstance(expr, LeafRule):
        return _compiled_leaf(leaf(expr))
    if isinstance(expr, AndRule):
        parts = tuple(compiled(part) for part in expr.and_)
        return lambda context, now: all(part(context, now) for part in parts)
    if isinstance(expr, OrRule):
        parts = tuple(compiled(part) for part in expr.or_)
        return lambda context, now: any(part(context, now) for part in parts)
    if isinstance(expr, NotRule):
        inner = compiled(expr.not_)
        return lambda context, now: not inner(context, now)
    raise CoreError(ErrorCode.INVALID_RULE, "a rule with refs or templates is expanded before it is compiled")


def _compiled_leaf(one: Leaf) -> Decide:
    holds, path, negate = OPERATORS[one.op], one.path, one.negate
    if one.value_path is not None:
        value_path = one.value_path
        return lambda context, now: holds(at(context, path), at(context, value_path), now) is not negate
    value = one.value
    return lambda context, now: holds(at(context, path), value, now) is not negate


def explanation(expr: RuleExpr, context: Context, now: int) -> RuleExplanation:
    """The verdict with its reasons, for a rule without refs and templates."""
    failures: list[RuleFailure] = []
    passed = _explain(expr, context, now, True, failures)
    return RuleExplanation(passed, () if passed else tuple(failures))


def _explain(expr: RuleExpr, context: Context, now: int, wanted: bool, failures: list[RuleFailure]) -> bool:
    """Whether `expr` is what is `wanted` of it; the leaves that stood in the way are added to `failures`."""
    if isinstance(expr, NotRule):
        return _explain(expr.not_, context, now, not wanted, failures)
    if isinstance(expr, AndRule | OrRule):
        parts = expr.and_ if isinstance(expr, AndRule) else expr.or_
        found: list[RuleFailure] = []
        verdicts = [_explain(part, context, now, wanted, found) for part in parts]
        passed = all(verdicts) if isinstance(expr, AndRule) is wanted else any(verdicts)
        failures += [] if passed else found
        return passed
    if isinstance(expr, LeafRule):
        one = leaf(expr)
        actual = at(context, one.path)
        expected = one.value if one.value_path is None else at(context, one.value_path)
        passed = (OPERATORS[one.op](actual, expected, now) is not one.negate) is wanted
        if not passed:
            failures.append(_failure(expr, actual, expected, wanted))
        return passed
    raise CoreError(ErrorCode.INVALID_RULE, "a rule with refs or templates is expanded before it is explained")


def _failure(expr: LeafRule, actual: object, expected: object, wanted: bool) -> RuleFailure:
    shown_actual, shown_expected = (None if value is MISSING_VALUE else value for value in (actual, expected))
    return RuleFailure(expr.field, str(expr.op), shown_expected, shown_actual, sentence(expr, wanted))


class RuleEngine:
    """The specification's engine over a registry of named rules. `clock` answers `withinDays`."""

    def __init__(self, clock: Clock | None = None, registry: RuleRegistry | None = None) -> None:
        self._clock = clock or SystemClock()
        self._registry = registry or RuleRegistry()
        self._ready: dict[int, tuple[RuleExpr, RuleExpr, Decide]] = {}
        self._ready_for = self._registry.revision

    def evaluate(self, expr: RuleExpr, context: Context) -> bool:
        """Never raises on data (semantics 10).

        Raises:
            CoreError: `INVALID_RULE`: the rule itself is too deep, refers to an unknown one, or holds a refused pattern.
        """
        return self._prepared(expr)[2](context, self._clock.now())

    def compile(self, expr: RuleExpr) -> CompiledRule:
        """Raises CoreError as `evaluate` does."""
        _, expanded, decide = self._prepared(expr)
        return CompiledRule(expanded, decide, self._clock)

    def explain(self, expr: RuleExpr, context: Context) -> RuleExplanation:
        """Raises CoreError as `evaluate` does."""
        return explanation(self._prepared(expr)[1], context, self._clock.now())

    def register(self, id: str, expr: RuleExpr) -> None:
        self.register_all({id: expr})

    def register_all(self, rules: Mapping[str, RuleExpr]) -> None:
        """Register rules that may refer to each other.

        Raises:
            CoreError: `DUPLICATE`, or `INVALID_RULE` for a cycle (printed), an unknown name or a refused pattern; then none is registered.
        """
        for expr in self._registry.add(rules).values():
            compiled(expr)

    def resolve(self, id: str) -> RuleExpr:
        """Raises CoreError: `UNKNOWN`, with the nearest id."""
        return self._registry.resolve(id)

    def unregister(self, id: str) -> None:
        """Raises CoreError: `UNKNOWN`, or `INVALID_STATE` while another rule refers to it."""
        self._registry.remove(id)

    def _prepared(self, expr: RuleExpr) -> tuple[RuleExpr, RuleExpr, Decide]:
        """The rule, expanded, compiled; kept by identity, for guards are asked again and again."""
        if self._ready_for != self._registry.revision or len(self._ready) >= _KEPT:
            self._ready, self._ready_for = {}, self._registry.revision
        kept = self._ready.get(id(expr))
        if kept is None:
            expanded = expand(expr, self._registry.rules)
            kept = (expr, expanded, compiled(expanded))
            self._ready[id(expr)] = kept
        return kept
