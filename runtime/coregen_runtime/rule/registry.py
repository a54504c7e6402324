"""Named rules and templates: what a ref means, and what is refused (semantics 12, 13).

The registry keeps what was given; `expand` (expansion.py) replaces refs and templates by what they stand for.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from coregen_runtime.errors.base import CoreError
from coregen_runtime.errors.codes import ErrorCode
from coregen_runtime.primitives.suggest import did_you_mean
from coregen_runtime.rule.expansion import expand
from coregen_runtime.rule.types import RuleExpr
from coregen_runtime.rule.walk import check_patterns, names


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
        """Add rules that may refer to each other, all or none, and return them expanded; a template keeps its parameters.

        Raises:
            CoreError: `DUPLICATE`, or `INVALID_RULE` for a cycle (printed), an unknown name, a parameter too many or too few, or a refused pattern.
        """
        taken = sorted(self._rules.keys() & rules.keys())
        if taken:
            raise CoreError(ErrorCode.DUPLICATE, f'a rule "{taken[0]}" is registered already')
        together = {**self._rules, **rules}
        expanded = {id: expand(expr, together, open_params=True, trail=(id,)) for id, expr in rules.items()}
        for expr in expanded.values():
            check_patterns(expr)
        self._rules = together
        self.revision += 1
        return expanded

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
