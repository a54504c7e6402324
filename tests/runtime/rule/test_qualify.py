"""Within a module a bare name is its own rule; what is no rule of its own is left as it is."""

from __future__ import annotations

from coregen_runtime import F, RefRule, RuleExpr, TemplateRule
from coregen_runtime.rule.qualify import qualify

OWN = {"late", "due"}
PLAIN = F("order.total") > 0


def qualified(rule: RuleExpr) -> RuleExpr:
    return qualify(rule, "ordering", OWN)


def test_own_names_are_written_in_full_wherever_they_stand() -> None:
    rule = (RefRule(ref="late") & PLAIN) | ~TemplateRule(template="due", params={"days": 3})

    assert (RefRule(ref="ordering.late") & PLAIN) | ~TemplateRule(template="ordering.due", params={"days": 3}) == qualified(rule)


def test_other_names_and_rules_without_names_are_left_as_they_are() -> None:
    for rule in (PLAIN, RefRule(ref="billing.late"), ~(PLAIN & RefRule(ref="elsewhere"))):
        assert rule is qualified(rule)
