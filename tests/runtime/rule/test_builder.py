"""`F(…)`: rules in Python equal the same rules in data."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import TypeAdapter

from coregen_runtime.rule.builder import F
from coregen_runtime.rule.types import NotRule, RefRule, RuleExpr

RULES: TypeAdapter[Any] = TypeAdapter(RuleExpr)


@pytest.mark.parametrize(
    ("rule", "data"),
    [
        (F("a.b") > 1, {"field": "a.b", "op": "gt", "value": 1}),
        (F("a") >= 1, {"field": "a", "op": "gte", "value": 1}),
        (F("a") < 1, {"field": "a", "op": "lt", "value": 1}),
        (F("a") <= 1, {"field": "a", "op": "lte", "value": 1}),
        (F("a") == "x", {"field": "a", "op": "eq", "value": "x"}),
        (F("a") != None, {"field": "a", "op": "neq", "value": None}),  # a rule, not a comparison
        (F("a") == F("b"), {"field": "a", "op": "eq", "value": {"ref": "b"}}),
        (F("a").in_(("x", "y")), {"field": "a", "op": "in", "value": ["x", "y"]}),
        (F("a").not_in(["x"]), {"field": "a", "op": "nin", "value": ["x"]}),
        (F("a").contains(1), {"field": "a", "op": "contains", "value": 1}),
        (F("a").contains_all([1, 2]), {"field": "a", "op": "containsAll", "value": [1, 2]}),
        (F("a").matches("^x"), {"field": "a", "op": "matches", "value": "^x"}),
        (F("a").exists(), {"field": "a", "op": "exists"}),
        (F("a").exists(False), {"field": "a", "op": "exists", "value": False}),
        (F("a").empty(), {"field": "a", "op": "empty"}),
        (F("a").within_days(3), {"field": "a", "op": "withinDays", "value": 3}),
        ((F("a") > 1) & (F("b") > 2), {"and": [{"field": "a", "op": "gt", "value": 1}, {"field": "b", "op": "gt", "value": 2}]}),
        ((F("a") > 1) | RefRule(ref="x"), {"or": [{"field": "a", "op": "gt", "value": 1}, {"ref": "x"}]}),
        (~(F("a") > 1), {"not": {"field": "a", "op": "gt", "value": 1}}),
    ],
)
def test_a_rule_in_python_equals_the_rule_in_data(rule: object, data: object) -> None:
    assert RULES.validate_python(data) == rule


def test_a_path_is_no_condition() -> None:
    with pytest.raises(TypeError, match="join rules with & and |"):
        bool(F("a"))


def test_rules_come_back_from_their_own_data() -> None:
    rule = (F("a") > 1) & ~(F("b").exists() | NotRule(not_=RefRule(ref="x")))

    assert rule == RULES.validate_json(rule.model_dump_json())
