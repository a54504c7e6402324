"""`F(…)`: rules in Python equal the same rules in data."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pydantic import TypeAdapter

from coregen_runtime.rule.builder import F
from coregen_runtime.rule.types import AndRule, NotRule, Op, OrRule, RefRule, RuleExpr

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
        (F("a").empty(False), {"field": "a", "op": "empty", "value": False}),
        (F("a").within_days(3), {"field": "a", "op": "withinDays", "value": 3}),
        (F("a").within_days(F("b")), {"field": "a", "op": "withinDays", "value": {"ref": "b"}}),
        (F("a").spatial_within({"type": "Polygon"}), {"field": "a", "op": "spatialWithin", "value": {"type": "Polygon"}}),
        (F("a").in_(F("b")), {"field": "a", "op": "in", "value": {"ref": "b"}}),
        (F("a").any(F("item") > 1), {"any": "a", "where": {"field": "item", "op": "gt", "value": 1}}),
        (F("a").all(F("x.y").exists(), as_="x"), {"all": "a", "where": {"field": "x.y", "op": "exists"}, "as": "x"}),
        ((F("a") > 1) & (F("b") > 2), {"and": [{"field": "a", "op": "gt", "value": 1}, {"field": "b", "op": "gt", "value": 2}]}),
        ((F("a") > 1) | RefRule(ref="x"), {"or": [{"field": "a", "op": "gt", "value": 1}, {"ref": "x"}]}),
        (~(F("a") > 1), {"not": {"field": "a", "op": "gt", "value": 1}}),
    ],
)
def test_a_rule_in_python_equals_the_rule_in_data(rule: object, data: object) -> None:
    assert RULES.validate_python(data) == rule


def test_every_operator_has_a_method() -> None:
    path, area = F("a"), {"type": "Polygon"}
    built = [path == 1, path != 1, path > 1, path >= 1, path < 1, path <= 1, path.in_([]), path.not_in([]), path.contains(1), path.contains_all([])]
    built += [path.matches("x"), path.exists(), path.empty(), path.within_days(1), path.spatial_within(area)]

    assert set(Op) == {rule.op for rule in built}


def test_several_joined_by_one_sign_are_one_group() -> None:
    one, two, three = F("a") > 1, F("b") > 2, F("c") > 3

    assert AndRule(and_=[one, two, three]) == one & two & three
    assert OrRule(or_=[one, two, three]) == one | two | three
    assert OrRule(or_=[AndRule(and_=[one, two]), three]) == one & two | three


@pytest.mark.parametrize(
    "mistake",
    [
        lambda: F("a") > 1 and F("b") > 1,
        lambda: F("a") > 1 or F("b") > 1,
        lambda: not F("a") > 1,
        lambda: 1 < F("a") < 5,
        lambda: F("a") and F("b"),  # type: ignore[unreachable]  # mypy sees it too
        lambda: bool((F("a") > 1) & (F("b") > 1)),
    ],
)
def test_what_python_would_decide_at_once_is_refused_with_what_to_write(mistake: Callable[[], object]) -> None:
    """`and`, `or`, `not` and chains of comparisons would silently drop a condition."""
    with pytest.raises(TypeError, match="join rules with & and |"):
        mistake()


def test_a_path_is_no_condition() -> None:
    with pytest.raises(TypeError, match="join rules with & and |"):
        bool(F("a"))


def test_rules_come_back_from_their_own_data() -> None:
    rule = (F("a") > 1) & ~(F("b").exists() | NotRule(not_=RefRule(ref="x")))

    assert rule == RULES.validate_json(rule.model_dump_json())
