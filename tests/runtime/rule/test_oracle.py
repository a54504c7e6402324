"""The engine against a second reading of the semantics, written as plainly as possible; and what data may not do to it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coregen_runtime.primitives.clock import FrozenClock
from coregen_runtime.rule.builder import F
from coregen_runtime.rule.engine import RuleEngine
from coregen_runtime.rule.types import AndRule, LeafRule, NotRule, Op, OrRule, RefRule, RuleExpr

NOW = 10 * 86_400_000
GONE = object()
SCALARS = st.none() | st.booleans() | st.integers(-2, 2) | st.sampled_from([0.0, 1.0, 1.5, "", "a", "ab", "1"])
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "b"]), inner, max_size=2), max_leaves=5
)
CONTEXTS = st.dictionaries(st.sampled_from(["a", "b"]), VALUES)
PATHS = st.sampled_from(["a", "b", "a.a", "a.0", "b.b", "c", "a.real"])
LEAVES = st.builds(
    LeafRule, field=PATHS, op=st.sampled_from([op for op in Op if op not in (Op.MATCHES, Op.SPATIAL_WITHIN)]), value=VALUES
) | st.builds(
    LeafRule, field=PATHS, op=st.sampled_from([Op.EQ, Op.NEQ, Op.GT, Op.IN, Op.NIN, Op.CONTAINS]), value=st.builds(lambda path: {"ref": path}, PATHS)
)


def joined(inner: st.SearchStrategy[RuleExpr]) -> st.SearchStrategy[RuleExpr]:
    several = st.lists(inner, max_size=3)
    return st.builds(AndRule, and_=several) | st.builds(OrRule, or_=several) | st.builds(NotRule, not_=inner)


RULES = st.recursive(LEAVES, joined, max_leaves=6)


def canonical(value: Any) -> str:
    """JSON with every number written one way: equal texts are equal values."""
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(canonical, value)) + "]"
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(key)}:{canonical(inner)}" for key, inner in sorted(value.items())) + "}"
    return str(float(value)) if isinstance(value, int | float) and not isinstance(value, bool) else json.dumps(value)


def found(context: Any, path: str) -> Any:
    for part in path.split("."):
        if isinstance(context, dict) and part in context:
            context = context[part]
        elif isinstance(context, list) and part.isdigit() and int(part) < len(context):
            context = context[int(part)]
        else:
            return GONE
    return context


def leaf_holds(rule: LeafRule, context: dict[str, Any]) -> bool:
    actual, expected = found(context, rule.field), rule.value
    if isinstance(expected, dict) and list(expected) == ["ref"]:
        expected = found(context, expected["ref"])
    if rule.op in (Op.EXISTS, Op.EMPTY):
        absent = actual is GONE or actual is None
        return ((not absent) if rule.op is Op.EXISTS else (absent or actual in ("", []))) is not (rule.value is False)
    if rule.op in (Op.NEQ, Op.NIN):
        return not leaf_holds(rule.model_copy(update={"op": Op.EQ if rule.op is Op.NEQ else Op.IN}), context)
    if actual is GONE or expected is GONE:
        return False
    if rule.op is Op.EQ:
        return canonical(actual) == canonical(expected)
    if rule.op is Op.IN:
        return isinstance(expected, list) and canonical(actual) in map(canonical, expected)
    if rule.op is Op.CONTAINS:
        return isinstance(actual, list) and canonical(expected) in map(canonical, actual)
    if rule.op is Op.CONTAINS_ALL:
        return isinstance(actual, list) and isinstance(expected, list) and set(map(canonical, expected)) <= set(map(canonical, actual))
    kinds = {bool: "no", int: "number", float: "number", str: "text"}
    left, right = kinds.get(type(actual), "no"), kinds.get(type(expected), "no")
    if rule.op is Op.WITHIN_DAYS:
        return left == right == "number" and bool(abs(NOW - actual) <= expected * 86_400_000)
    if left != right or left == "no":
        return False
    return bool({Op.GT: actual > expected, Op.GTE: actual >= expected, Op.LT: actual < expected, Op.LTE: actual <= expected}[rule.op])


def rule_holds(rule: RuleExpr, context: dict[str, Any]) -> bool:
    if isinstance(rule, LeafRule):
        return leaf_holds(rule, context)
    if isinstance(rule, AndRule):
        return all(rule_holds(part, context) for part in rule.and_)
    if isinstance(rule, OrRule):
        return any(rule_holds(part, context) for part in rule.or_)
    assert isinstance(rule, NotRule)
    return not rule_holds(rule.not_, context)


@given(RULES, CONTEXTS)
def test_the_engine_reads_the_semantics_as_the_oracle_does(rule: RuleExpr, context: dict[str, Any]) -> None:
    """Semantics 10 and 11."""
    rules = RuleEngine(FrozenClock(NOW))
    expected = rule_holds(rule, context)

    assert (expected, expected, expected) == (
        rules.evaluate(rule, context),
        rules.compile(rule).evaluate(context),
        rules.explain(rule, context).passed,
    )


def deep(levels: int) -> Any:
    value: Any = []
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    "rule", [F("x") == F("y"), F("x") != F("y"), F("x").contains(1), F("x").in_([1]), F("x") > 1, F("x").empty(), F("x").within_days(1)]
)
def test_no_data_makes_evaluation_raise(rule: LeafRule) -> None:
    """Semantics 10: evaluation never raises on data."""
    rules = RuleEngine()
    for value in (deep(20_000), 10**400, float("nan"), float("inf"), "\ud800", object(), {1: 2}):
        context = {"x": value, "y": deep(20_000)}

        assert rules.evaluate(rule, context) is rules.explain(rule, context).passed


def test_a_sentence_holds_no_value_of_the_data() -> None:
    """Semantics 7: a guard may ask a sensitive field, and its failure goes out in an error."""
    rule = (F("entity.pin") == F("payload.pin")) & (F("entity.pin") == "0000")
    explained = RuleEngine().explain(rule, {"entity": {"pin": "1234"}, "payload": {"pin": "9999"}})

    assert ["entity.pin must be payload.pin", 'entity.pin must be "0000"'] == [failure.message for failure in explained.failures]
    assert [("9999", "1234"), ("0000", "1234")] == [(failure.expected, failure.actual) for failure in explained.failures]


@pytest.mark.parametrize("at", [(0.15, 0.05), (0.0, 0.0), (0.3, 0.1), (0.1, 0.1 / 3)])
def test_a_point_on_a_slanted_edge_is_inside(at: tuple[float, float]) -> None:
    """Semantics 14: a point on the edge is inside, whatever floating point makes of it."""
    area = {"type": "Polygon", "coordinates": [[[0, 0], [0.3, 0.1], [0, 1], [0, 0]]]}

    assert RuleEngine().evaluate(F("p").spatial_within(area), {"p": {"lng": at[0], "lat": at[1]}})


def test_a_rule_that_changes_is_not_answered_from_before() -> None:
    rules = RuleEngine()
    rules.register("vip", F("level") > 1)
    asked = RefRule(ref="vip") & (F("level") > 0)
    before = rules.evaluate(asked, {"level": 2})
    rules.unregister("vip")
    rules.register("vip", F("level") > 5)

    assert (True, False) == (before, rules.evaluate(asked, {"level": 2}))
