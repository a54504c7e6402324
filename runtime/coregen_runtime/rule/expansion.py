"""Refs and templates replaced by the rules that they stand for, within the limits of a rule (semantics 12, 13)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from coregen_runtime.errors.base import CoreError
from coregen_runtime.errors.codes import ErrorCode
from coregen_runtime.primitives.suggest import did_you_mean
from coregen_runtime.rule.types import AllRule, AndRule, AnyRule, LeafRule, NotRule, OrRule, RefRule, RuleExpr, TemplateRule
from coregen_runtime.rule.walk import MAX_DEPTH, MAX_LOOPS, MAX_NODES, is_param, parameters, params_of, too_large


def expand(
    expr: RuleExpr,
    rules: Mapping[str, RuleExpr],
    *,
    open_params: bool = False,
    trail: tuple[str, ...] = (),
) -> RuleExpr:
    """`expr` with refs and templates replaced by what they stand for; the rule itself where it has none.

    Args:
        open_params: leave a parameter without a value as it stands (a template itself is looked at).
        trail: the names on the way here, to print a cycle.

    Raises:
        CoreError: `INVALID_RULE`: too deep or too large, an unknown name, a cycle (printed as a path), a parameter too many or too few.
    """
    return _Expansion(rules).of(expr, _Place({}, open_params, trail))


class _Place:
    """Where in the expansion a node stands: the parameters that are given there, the names on the way, and how deep it is."""

    __slots__ = ("depth", "loops", "open", "params", "trail")

    def __init__(self, params: Mapping[str, Any], open: bool, trail: tuple[str, ...], depth: int = 1, loops: int = 0) -> None:
        self.params, self.open, self.trail, self.depth, self.loops = params, open, trail, depth, loops

    def within(self, loops: int = 0) -> _Place:
        return _Place(self.params, self.open, self.trail, self.depth + 1, self.loops + loops)


class _Expansion:
    """One expansion; it counts what it makes, for a few templates that use each other can stand for a giant."""

    def __init__(self, rules: Mapping[str, RuleExpr]) -> None:
        self._rules = rules
        self._left = MAX_NODES

    def of(self, expr: RuleExpr, place: _Place) -> RuleExpr:
        self._left -= 1
        if self._left < 0 or place.depth > MAX_DEPTH:
            raise too_large()
        if isinstance(expr, LeafRule):
            return self._leaf(expr, place)
        if isinstance(expr, AndRule | OrRule):
            members = expr.and_ if isinstance(expr, AndRule) else expr.or_
            made = tuple(self.of(part, place.within()) for part in members)
            if all(one is other for one, other in zip(made, members, strict=True)):
                return expr
            return AndRule.model_construct(and_=made) if isinstance(expr, AndRule) else OrRule.model_construct(or_=made)
        if isinstance(expr, NotRule):
            part = self.of(expr.not_, place.within())
            return expr if part is expr.not_ else NotRule.model_construct(not_=part)
        if isinstance(expr, AnyRule | AllRule):
            if place.loops >= MAX_LOOPS:
                raise CoreError(ErrorCode.INVALID_RULE, f'"any" and "all" may stand {MAX_LOOPS} deep within each other, no more')
            where = self.of(expr.where, place.within(loops=1))
            return expr if where is expr.where else expr.model_copy(update={"where": where})
        return self._named(expr, place)

    def _leaf(self, expr: LeafRule, place: _Place) -> RuleExpr:
        wanted = params_of(expr.value)
        if not wanted:
            return expr
        missing = [name for name in wanted if name not in place.params]
        if missing and not place.open:
            what = f'the template "{place.trail[-1]}"' if place.trail else "this rule is a template and"
            raise CoreError(ErrorCode.INVALID_RULE, f'{what} needs a value for "{missing[0]}"')
        return expr.model_copy(update={"value": _filled(expr.value, place.params)})

    def _named(self, expr: RefRule | TemplateRule, place: _Place) -> RuleExpr:
        name = expr.ref if isinstance(expr, RefRule) else expr.template
        trail = place.trail
        if name in trail:
            raise CoreError(ErrorCode.INVALID_RULE, f"rules refer to each other in a circle: {' → '.join((*trail[trail.index(name) :], name))}")
        rule = self._rules.get(name)
        if rule is None:
            raise CoreError(ErrorCode.INVALID_RULE, f'no rule "{name}" is registered{did_you_mean(name, self._rules)}')
        given = expr.params if isinstance(expr, TemplateRule) else {}
        for missing in params_of(given):
            if missing not in place.params and not place.open:
                raise CoreError(ErrorCode.INVALID_RULE, f'the parameters of "{name}" need a value for "{missing}"')
        wanted = parameters(rule)
        for key in given:
            if key not in wanted:
                has = f"it has {', '.join(wanted)}" if wanted else "it has none"
                raise CoreError(ErrorCode.INVALID_RULE, f'the rule "{name}" has no parameter "{key}"; {has}')
        filled = {key: _filled(value, place.params) for key, value in given.items()}
        inner = _Place(filled, False, (*trail, name), place.depth + 1, place.loops)
        return self.of(rule, inner)


def _filled(value: Any, params: Mapping[str, Any]) -> Any:
    if isinstance(value, Mapping):
        if is_param(value):
            return params.get(str(value["param"]), value)
        return {key: _filled(inner, params) for key, inner in value.items()}
    return [_filled(inner, params) for inner in value] if isinstance(value, list | tuple) else value
