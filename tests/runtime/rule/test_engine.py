"""Deciding: operators on data of any shape, explanations, named rules and templates."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coregen_runtime.errors.base import CoreError
from coregen_runtime.primitives.clock import FrozenClock
from coregen_runtime.rule.engine import RuleEngine
from coregen_runtime.rule.types import AndRule, LeafRule, NotRule, Op, OrRule, RefRule, RuleExpr, TemplateRule

NOW = 1_700_000_000_000
DAY = 86_400_000
SQUARE = {"type": "Polygon", "coordinates": [[[0, 0], [4, 0], [4, 4], [0, 4], [0, 0]], [[1, 1], [2, 1], [2, 2], [1, 2], [1, 1]]]}


def engine() -> RuleEngine:
    return RuleEngine(FrozenClock(NOW))


def decide(op: Op, actual: object, value: object = None) -> bool:
    return engine().evaluate(LeafRule(field="x", op=op, value=value), {"x": actual})


@pytest.mark.parametrize(
    ("op", "actual", "value", "expected"),
    [
        ("eq", 1, 1.0, True),
        ("eq", True, 1, False),
        ("eq", [1, {"a": None}], [1.0, {"a": None}], True),
        ("eq", None, None, True),
        ("eq", "1", 1, False),
        ("gt", "b", "a", True),
        ("gt", "b", 1, False),
        ("gt", True, 0, False),
        ("lte", 2, 2, True),
        ("in", 1, [2, 1.0], True),
        ("in", True, [1], False),
        ("in", 1, "1", False),
        ("nin", 1, "1", True),
        ("contains", ["a"], "a", True),
        ("contains", "abc", "a", False),
        ("containsAll", [1, 2, 3], [3, 1], True),
        ("containsAll", [1], [1, 2], False),
        ("matches", "abc", "b", True),
        ("matches", 5, "5", False),
        ("exists", 0, None, True),
        ("exists", None, None, False),
        ("exists", None, False, True),
        ("empty", "", None, True),
        ("empty", [1], None, False),
        ("empty", [1], False, True),
        ("empty", 0, None, False),
        ("withinDays", NOW - 3 * DAY, 3, True),
        ("withinDays", NOW + 3 * DAY + 1, 3, False),
        ("withinDays", "today", 3, False),
        ("spatialWithin", {"lat": 3, "lng": 3}, SQUARE, True),
        ("spatialWithin", {"lat": 0, "lng": 2}, SQUARE, True),
        ("spatialWithin", {"lat": 1.5, "lng": 1.5}, SQUARE, False),
        ("spatialWithin", {"lat": 1, "lng": 1.5}, SQUARE, True),
        ("spatialWithin", {"type": "Point", "coordinates": [5, 1]}, SQUARE, False),
        ("spatialWithin", "here", SQUARE, False),
    ],
)
def test_operators_compare_json_strictly(op: Op, actual: object, value: object, expected: bool) -> None:
    """Semantics 10 and 14: one table of each operator, on values of each kind."""
    assert expected is decide(op, actual, value)


@pytest.mark.parametrize("op", list(Op))
def test_a_missing_path_makes_a_comparison_false_and_its_negation_true(op: Op) -> None:
    """Semantics 10: so it is for every operator; neq, nin and empty are the ones that hold."""
    rule = LeafRule(field="a.b.c", op=op, value=[1] if op in ("in", "nin", "containsAll") else "x")
    asks_absence = op in ("neq", "nin", "empty")

    assert asks_absence is engine().evaluate(rule, {"a": {"b": 3}})
    assert asks_absence is not engine().evaluate(NotRule(not_=rule), {"a": {"b": 3}})


def test_paths_walk_mappings_and_sequences_and_never_attributes() -> None:
    """Semantics 10: a list by its index, a mapping by its key; a method of a text and a negative index are nothing."""
    rules = engine()

    assert rules.evaluate(LeafRule(field="lines.1.sku", op="eq", value="B"), {"lines": [{"sku": "A"}, {"sku": "B"}]})
    assert not rules.evaluate(LeafRule(field="name.upper", op="exists"), {"name": "x"})
    assert not rules.evaluate(LeafRule(field="lines.-1", op="exists"), {"lines": [1]})


def test_a_value_may_point_to_another_path() -> None:
    rule = LeafRule(field="paid", op="gte", value={"ref": "total"})

    assert engine().evaluate(rule, {"paid": 5, "total": 5})
    assert not engine().evaluate(rule, {"paid": 5})


def test_explain_names_every_failed_leaf_with_path_operator_expected_actual_and_a_sentence() -> None:
    """Semantics 11: two leaves that failed, one of them below a not."""
    rule = AndRule(and_=[LeafRule(field="total", op="gt", value=0), NotRule(not_=LeafRule(field="vip", op="eq", value=True))])
    explained = engine().explain(rule, {"total": 0, "vip": True})

    assert ["total must be more than 0", "vip must not be true"] == [failure.message for failure in explained.failures]
    assert ("total", "gt", 0, 0) == (
        explained.failures[0].field,
        explained.failures[0].op,
        explained.failures[0].expected,
        explained.failures[0].actual,
    )


def test_a_rule_that_passes_has_no_failures_though_a_branch_failed() -> None:
    rule = OrRule(or_=[LeafRule(field="x", op="eq", value=1), LeafRule(field="x", op="eq", value=2)])

    assert () == engine().explain(rule, {"x": 2}).failures


def test_refs_and_templates_stand_for_registered_rules() -> None:
    """Semantics 12: template parameters stand as {"param": name}."""
    rules = engine()
    rules.register_all({"recent": RefRule(ref="recent-30"), "recent-30": TemplateRule(template="window", params={"days": 30}), "window": window()})

    assert rules.evaluate(RefRule(ref="recent"), {"at": NOW - DAY})
    assert not rules.compile(TemplateRule(template="window", params={"days": 1})).evaluate({"at": NOW - 2 * DAY})
    with pytest.raises(CoreError, match='the template "window" needs a value for "days"'):
        rules.evaluate(TemplateRule(template="window"), {"at": NOW})


def window() -> RuleExpr:
    return LeafRule(field="at", op="withinDays", value={"param": "days"})


def test_circles_and_unknown_names_are_refused_at_registration_and_nothing_is_registered() -> None:
    """Semantics 13: the way round is printed, an unknown name has its nearest beside it."""
    rules = engine()
    with pytest.raises(CoreError, match="a → b → a"):
        rules.register_all({"a": RefRule(ref="b"), "b": NotRule(not_=RefRule(ref="a"))})
    with pytest.raises(CoreError, match='no rule "resent" is registered; did you mean "recent"'):
        rules.register_all({"recent": window(), "other": RefRule(ref="resent")})
    with pytest.raises(CoreError, match='no rule "recent"'):
        rules.resolve("recent")


def test_a_refused_pattern_is_refused_at_registration() -> None:
    """Semantics 12: back-references have no linear time."""
    with pytest.raises(CoreError, match="INVALID_RULE"):
        engine().register("r", LeafRule(field="x", op="matches", value=r"(a)\1"))


def test_a_pattern_takes_linear_time() -> None:
    """Semantics 12: a pattern that would take a backtracking engine for ever."""
    assert not decide(Op.MATCHES, "a" * 50_000 + "b", "^(a+)+$")


def test_depth_is_limited_with_a_clear_error() -> None:
    """Semantics 12: 100 levels are more than 64."""
    deep: RuleExpr = LeafRule(field="x", op="exists")
    for _ in range(100):
        deep = NotRule(not_=deep)

    with pytest.raises(CoreError, match="64 levels deep"):
        engine().evaluate(deep, {})


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.sampled_from([0.5, NOW, 1.0, "", "a", "b1"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "b"]), inner, max_size=2),
    max_leaves=6,
)
LEAVES = st.builds(
    LeafRule,
    field=st.sampled_from(["a", "b", "a.b", "a.0", "c"]),
    op=st.sampled_from([op for op in Op if op is not Op.MATCHES]),
    value=JSON | st.sampled_from(["a", "b"]).map(lambda path: {"ref": path}),
)
TREES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda parts: AndRule(and_=parts))
        | st.lists(inner, max_size=3).map(lambda parts: OrRule(or_=parts))
        | inner.map(lambda part: NotRule(not_=part))
    ),
    max_leaves=8,
)


@given(TREES, st.dictionaries(st.sampled_from(["a", "b"]), JSON))
def test_evaluate_and_compiled_and_explain_always_agree(rule: Any, context: dict[str, Any]) -> None:
    """Semantics 11: of any rule, on any JSON."""
    rules = engine()
    verdict = rules.evaluate(rule, context)
    explained = rules.explain(rule, context)

    assert verdict is rules.compile(rule).evaluate(context)
    assert verdict is explained.passed
    assert not (verdict and explained.failures)
