"""What a rule's name means within a module: its own rule first, else the full id. Rules are registered as `<module>.<id>`."""

from __future__ import annotations

from collections.abc import Container

from coregen_runtime.rule.types import AllRule, AndRule, AnyRule, LeafRule, NotRule, OrRule, RefRule, RuleExpr, TemplateRule
from coregen_runtime.rule.walk import names


def qualify(expr: RuleExpr, module: str, own: Container[str]) -> RuleExpr:
    """`expr` with the names of the module's `own` rules written in full; the rule itself where it refers to none.

    Raises:
        CoreError: `INVALID_RULE`: the rule is larger than a rule may be.
    """
    return _qualified(expr, module, own) if any(name in own for name in names(expr)) else expr


def _qualified(expr: RuleExpr, module: str, own: Container[str]) -> RuleExpr:
    if isinstance(expr, LeafRule):
        return expr
    if isinstance(expr, RefRule):
        return RefRule(ref=f"{module}.{expr.ref}") if expr.ref in own else expr
    if isinstance(expr, TemplateRule):
        return TemplateRule(template=f"{module}.{expr.template}", params=expr.params) if expr.template in own else expr
    if isinstance(expr, NotRule):
        inner = _qualified(expr.not_, module, own)
        return expr if inner is expr.not_ else NotRule.model_construct(not_=inner)
    if isinstance(expr, AnyRule | AllRule):
        where = _qualified(expr.where, module, own)
        return expr if where is expr.where else expr.model_copy(update={"where": where})
    members = expr.and_ if isinstance(expr, AndRule) else expr.or_
    written = tuple(_qualified(member, module, own) for member in members)
    if all(after is before for after, before in zip(written, members, strict=True)):
        return expr
    return AndRule.model_construct(and_=written) if isinstance(expr, AndRule) else OrRule.model_construct(or_=written)
