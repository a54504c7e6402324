"""Deciding: the specification's engine over a registry of named rules (section 5; semantics 10-15).

A rule becomes a generated function the second time that it is asked (compiler.py); the first time it is read as it stands
(tree.py), for many a rule is asked once. Named rules are registry.py's; what an operator means is operators.py's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

from coregen_runtime.primitives.clock import Clock, SystemClock
from coregen_runtime.rule.compiler import Decide, compiled, explained
from coregen_runtime.rule.expansion import expand
from coregen_runtime.rule.explain import Explain, RuleExplanation
from coregen_runtime.rule.registry import RuleRegistry
from coregen_runtime.rule.tree import NO_TIME, Node, asks_clock, finder, holds, prepared
from coregen_runtime.rule.types import RuleExpr

Context: TypeAlias = Mapping[str, Any]
_KEPT: Final = 1_024


class CompiledRule:
    """A rule ready for hot paths, as the registry stood when it was compiled.

    `evaluate(context, now=None) → bool` and `explain(context, now=None) → RuleExplanation` are bare functions with no layer above
    them: keep `engine.compile(expr).evaluate` where a rule is asked often. `now` is in ms and defaults to the engine's clock,
    which is asked only by a rule that holds `withinDays`.
    """

    __slots__ = ("_clock", "_explain", "_tree", "evaluate", "expr")

    expr: RuleExpr
    """The rule with its refs and templates written out."""
    evaluate: Decide

    def __init__(self, expr: RuleExpr, tree: Node, clock: Clock) -> None:
        self.expr = expr
        self.evaluate = compiled(tree, clock.now)
        self._tree, self._clock = tree, clock
        self._explain: Explain | None = None

    @property
    def explain(self) -> Explain:
        """Made when it is first asked for."""
        if self._explain is None:
            self._explain = explained(self._tree, self._clock.now)
        return self._explain

    def __repr__(self) -> str:
        return f"CompiledRule({self.expr!r})"


class RuleEngine:
    """The specification's engine over a registry of named rules. `clock` answers `withinDays`."""

    def __init__(self, clock: Clock | None = None, registry: RuleRegistry | None = None) -> None:
        self._clock = clock or SystemClock()
        self._registry = registry or RuleRegistry()
        self._deciding: dict[int, tuple[Callable[[Context], bool], RuleExpr]] = {}
        self._compiled: dict[int, tuple[CompiledRule, RuleExpr]] = {}
        self._ready_for = self._registry.revision

    @property
    def revision(self) -> int:
        """Grows when a rule is registered or unregistered: what was compiled before is of the rules as they stood then."""
        return self._registry.revision

    def evaluate(self, expr: RuleExpr, context: Context) -> bool:
        """Never raises on data (semantics 10).

        Raises:
            CoreError: `INVALID_RULE`: the rule itself is too deep, refers to an unknown one, or holds a refused pattern.
        """
        ready = self._deciding.get(id(expr))
        if ready is None or self._ready_for != self._registry.revision:
            return self._first(expr, context)
        return ready[0](context)

    def compile(self, expr: RuleExpr) -> CompiledRule:
        """The same value for the same rule until the registry changes (`revision`). Raises CoreError as `evaluate` does."""
        self._refresh()
        ready = self._compiled.get(id(expr))
        if ready is None:
            expanded = expand(expr, self._registry.rules)
            ready = CompiledRule(expanded, prepared(expanded), self._clock), expr
            self._compiled[id(expr)] = ready
            self._deciding[id(expr)] = ready[0].evaluate, expr
        return ready[0]

    def explain(self, expr: RuleExpr, context: Context) -> RuleExplanation:
        """Raises CoreError as `evaluate` does."""
        return self.compile(expr).explain(context)

    def register(self, id: str, expr: RuleExpr) -> None:
        self.register_all({id: expr})

    def register_all(self, rules: Mapping[str, RuleExpr]) -> None:
        """Register rules that may refer to each other.

        Raises:
            CoreError: `DUPLICATE`, or `INVALID_RULE` for a cycle (printed), an unknown name, a parameter too many or too few, or a refused
                pattern; then none is registered.
        """
        self._registry.add(rules)

    def resolve(self, id: str) -> RuleExpr:
        """Raises CoreError: `UNKNOWN`, with the nearest id."""
        return self._registry.resolve(id)

    def unregister(self, id: str) -> None:
        """Raises CoreError: `UNKNOWN`, or `INVALID_STATE` while another rule refers to it."""
        self._registry.remove(id)

    def _first(self, expr: RuleExpr, context: Context) -> bool:
        """The answer, read from the rule as it stands; the next time, it is compiled."""
        self._refresh()
        tree = prepared(expand(expr, self._registry.rules))

        def second(context: Context) -> bool:
            return self.compile(expr).evaluate(context)

        self._deciding[id(expr)] = second, expr
        return holds(tree, finder(context), self._clock.now() if asks_clock(tree) else NO_TIME)

    def _refresh(self) -> None:
        """Rules are known by identity, for guards are asked again and again, and forgotten when the registry changes or they are many."""
        if self._ready_for != self._registry.revision or len(self._deciding) >= _KEPT:
            self._deciding, self._compiled, self._ready_for = {}, {}, self._registry.revision
