"""The engine against a second reading of the semantics, written as plainly as possible; and what data may not do to it."""

from __future__ import annotations

import copy
import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coregen_runtime.primitives.clock import FrozenClock
from coregen_runtime.rule.builder import F
from coregen_runtime.rule.engine import RuleEngine
from coregen_runtime.rule.types import AllRule, AndRule, AnyRule, LeafRule, NotRule, Op, OrRule, RefRule, RuleExpr, TemplateRule
from coregen_runtime.rule.walk import children

NOW = 10 * 86_400_000
GONE = object()
SCALARS = st.none() | st.booleans() | st.integers(-2, 2) | st.sampled_from([0.0, 1.0, 1.5, "", "a", "ab", "1", NOW, NOW - 86_400_000])
POINTS = st.builds(lambda lng, lat: {"lng": lng, "lat": lat}, st.integers(-1, 3), st.integers(-1, 3)) | st.builds(
    lambda lng, lat: {"type": "Point", "coordinates": [lng, lat]}, st.integers(-1, 3), st.floats(-1, 3).map(lambda each: round(each, 1))
)
VALUES = st.recursive(
    SCALARS | POINTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "b"]), inner, max_size=2),
    max_leaves=5,
)
CONTEXTS = st.dictionaries(st.sampled_from(["a", "b", "item"]), VALUES)
PATHS = st.sampled_from(["a", "b", "a.a", "a.0", "b.b", "c", "a.real", "item", "item.a", "item.b", "one", "one.a", "one.0"])
AREA = {"type": "Polygon", "coordinates": [[[0, 0], [2, 0], [2, 2], [0, 2], [0, 0]]]}
PATTERNS = ["a", "^a", "b$", "^(a|b)+$", "[0-9]"]
LEAVES = (
    st.builds(LeafRule, field=PATHS, op=st.sampled_from([op for op in Op if op not in (Op.MATCHES, Op.SPATIAL_WITHIN)]), value=VALUES)
    | st.builds(LeafRule, field=PATHS, op=st.sampled_from(list(Op)), value=st.builds(lambda path: {"ref": path}, PATHS))
    | st.builds(LeafRule, field=PATHS, op=st.just(Op.MATCHES), value=st.sampled_from(PATTERNS))
    | st.builds(LeafRule, field=PATHS, op=st.just(Op.SPATIAL_WITHIN), value=st.just(AREA))
)


def joined(inner: st.SearchStrategy[RuleExpr], least: int = 0) -> st.SearchStrategy[RuleExpr]:
    several, name = st.lists(inner, min_size=least, max_size=3), st.sampled_from(["item", "one", "a"])
    return (
        st.builds(AndRule, and_=several)
        | st.builds(OrRule, or_=several)
        | st.builds(NotRule, not_=inner)
        | st.builds(AnyRule, any_=PATHS, where=inner, as_=name)
        | st.builds(AllRule, all_=PATHS, where=inner, as_=name)
    )


def loops(rule: RuleExpr) -> int:
    """How many any and all stand within each other."""
    return max((loops(part) for part in children(rule)), default=0) + isinstance(rule, AnyRule | AllRule)


RULES = st.recursive(LEAVES, joined, max_leaves=6).filter(lambda rule: loops(rule) <= 4)
WITHOUT_EMPTY_GROUPS = st.recursive(LEAVES, lambda inner: joined(inner, 1), max_leaves=6).filter(lambda rule: loops(rule) <= 4)


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
    if rule.op is Op.MATCHES:
        return isinstance(actual, str) and isinstance(expected, str) and re.search(expected, actual) is not None
    if rule.op is Op.SPATIAL_WITHIN:
        return canonical(expected) == canonical(AREA) and within_area(actual)
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


def within_area(point: Any) -> bool:
    if not isinstance(point, dict):
        return False
    if point.get("type") == "Point":
        lng, lat = point["coordinates"]
    else:
        lng, lat = point.get("lng"), point.get("lat")
    return lng is not None and bool(0 <= lng <= 2 and 0 <= lat <= 2)


def rule_holds(rule: RuleExpr, context: dict[str, Any]) -> bool:
    if isinstance(rule, LeafRule):
        return leaf_holds(rule, context)
    if isinstance(rule, AndRule):
        return all(rule_holds(part, context) for part in rule.and_)
    if isinstance(rule, OrRule):
        return any(rule_holds(part, context) for part in rule.or_)
    if isinstance(rule, AnyRule | AllRule):
        items = found(context, rule.any_ if isinstance(rule, AnyRule) else rule.all_)
        verdicts = [rule_holds(rule.where, {**context, rule.as_: item}) for item in items] if isinstance(items, list) else []
        return any(verdicts) if isinstance(rule, AnyRule) else isinstance(items, list) and all(verdicts)
    assert isinstance(rule, NotRule)
    return not rule_holds(rule.not_, context)


@given(RULES, CONTEXTS)
def test_the_engine_reads_the_semantics_as_the_oracle_does(rule: RuleExpr, context: dict[str, Any]) -> None:
    """Semantics 10 and 11: evaluate read, evaluate compiled, a compiled rule and explain say what the plain reading says."""
    rules = RuleEngine(FrozenClock(NOW))
    expected = rule_holds(rule, context)

    assert (expected,) * 5 == (
        rules.evaluate(rule, context),
        rules.evaluate(rule, context),
        rules.compile(rule).evaluate(context),
        rules.compile(rule).explain(context).passed,
        rules.explain(rule, context).passed,
    )


@given(WITHOUT_EMPTY_GROUPS, CONTEXTS)
def test_what_an_explanation_blames_did_fail(rule: RuleExpr, context: dict[str, Any]) -> None:
    """Semantics 11: a rule that fails has failures, each with what stood at its path, and one that passes has none; the texts can be made."""
    before = copy.deepcopy(context)
    explained = RuleEngine(FrozenClock(NOW)).explain(rule, context)
    context.clear()

    assert explained.passed is (explained.failures == ())
    assert explained.tree().startswith("✓" if explained.passed else "✗")
    assert ("" == explained.sentence()) is explained.passed
    for failure in explained.failures:
        seen = found(before, failure.field)

        assert canonical(None if seen is GONE else seen) == canonical(failure.actual), failure.field


@given(RULES, RULES, CONTEXTS)
def test_a_rule_by_its_name_means_what_the_rule_means(rule: RuleExpr, other: RuleExpr, context: dict[str, Any]) -> None:
    """Semantics 13: a reference stands for the rule that it names, wherever it stands."""
    rules = RuleEngine(FrozenClock(NOW))
    rules.register_all({"other": other, "both": AndRule(and_=[RefRule(ref="other"), rule]), "not": NotRule(not_=RefRule(ref="both"))})
    written = NotRule(not_=AndRule(and_=[other, rule]))

    assert rule_holds(written, context) is rules.evaluate(RefRule(ref="not"), context)
    assert rule_holds(written, context) is rules.compile(RefRule(ref="not")).evaluate(context)


@given(LEAVES, CONTEXTS)
def test_a_template_means_the_rule_with_its_parameter_written_out(leaf: LeafRule, context: dict[str, Any]) -> None:
    """Semantics 12: `{"param": name}` stands for the value that is given, whole or within lists and objects."""
    rules = RuleEngine(FrozenClock(NOW))
    rules.register("whole", NotRule(not_=leaf.model_copy(update={"value": {"param": "p"}})))
    rules.register("within", LeafRule(field=leaf.field, op="in", value=[{"a": [{"param": "p"}]}, {"param": "p"}]))
    whole = TemplateRule(template="whole", params={"p": leaf.value})
    within = TemplateRule(template="within", params={"p": leaf.value})

    assert rule_holds(NotRule(not_=leaf), context) is rules.compile(whole).evaluate(context)
    if not (isinstance(leaf.value, dict) and "ref" in leaf.value):
        written = LeafRule(field=leaf.field, op="in", value=[{"a": [leaf.value]}, leaf.value])

        assert rule_holds(written, context) is rules.compile(within).evaluate(context)


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
