"""What comparisons of paths are to the type checker, and what it says about wrong ones."""

from __future__ import annotations

from typing import assert_type

from coregen_runtime import AllRule, AndRule, AnyRule, F, LeafRule, NotRule, OrRule, RuleEngine, RuleExplanation

rule = F("order.total") > 100
assert_type(rule, LeafRule)
assert_type(F("a") == F("b"), LeafRule)
assert_type(F("a") != None, LeafRule)
assert_type(F("a") <= 1, LeafRule)
assert_type(F("a").in_(("x", "y")), LeafRule)
assert_type(F("a").exists(), LeafRule)
assert_type(rule & F("b").empty(), AndRule)
assert_type(rule | F("b").empty(), OrRule)
assert_type(~rule, NotRule)
assert_type(F("order.lines").any(F("item.quantity") > 0), AnyRule)
assert_type(F("order.lines").all(F("item.quantity") > 0), AllRule)
assert_type(RuleEngine().evaluate(rule & rule, {}), bool)
assert_type(RuleEngine().compile(rule).evaluate({}), bool)
assert_type(RuleEngine().compile(rule).explain({}), RuleExplanation)

F("a").in_(1)  # E: incompatible type "int"
F("a").matches(1)  # E: incompatible type "int"
F("a").exists("yes")  # E: incompatible type "str"
F("a").any("item")  # E: incompatible type "str"
rule & F("b")  # E: Unsupported operand types
RuleEngine().evaluate(F("a"), {})  # E: incompatible type "F"
