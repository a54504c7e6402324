"""What hostile rules and hostile data come to: an answer or a clear error, never a crash and never a wait."""

from __future__ import annotations

import time
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from coregen_runtime.entity.schema import EntitySchema, FieldSchema
from coregen_runtime.errors.base import CoreError
from coregen_runtime.primitives.clock import FrozenClock
from coregen_runtime.rule.builder import F
from coregen_runtime.rule.check import check_rule
from coregen_runtime.rule.engine import RuleEngine
from coregen_runtime.rule.qualify import qualify
from coregen_runtime.rule.types import AndRule, LeafRule, NotRule, Op, OrRule, RefRule, RuleExpr, TemplateRule

RULES: TypeAdapter[Any] = TypeAdapter(RuleExpr)
LIMIT = "64 levels deep and have 10,000 conditions"
THING = EntitySchema(name="Thing", fields=[FieldSchema(key="name", type="string")])


def deep(levels: int) -> RuleExpr:
    rule: RuleExpr = F("x").exists()
    for _ in range(levels - 1):
        rule = NotRule(not_=rule)
    return rule


@pytest.mark.parametrize("levels", [65, 300, 10_000])
def test_a_rule_that_is_too_deep_meets_the_limit_at_every_door(levels: int) -> None:
    """Semantics 12: as objects of any depth."""
    engine, rule = RuleEngine(), deep(levels)
    for door in (
        lambda: engine.evaluate(rule, {}),
        lambda: engine.compile(rule),
        lambda: engine.explain(rule, {}),
        lambda: engine.register("deep", rule),
        lambda: qualify(rule, "m", {"r"}),
    ):
        with pytest.raises(CoreError, match=LIMIT):
            door()

    assert ["RULE-SIZE"] == [issue.code for issue in check_rule(rule, THING)]


def test_a_rule_at_the_limit_is_taken() -> None:
    assert RuleEngine().evaluate(deep(64), {})
    assert RuleEngine().compile(OrRule(or_=[F("x") == number for number in range(9_999)])).evaluate({"x": 9_998})


def test_a_rule_with_too_many_conditions_meets_the_limit() -> None:
    """Semantics 12: also where a few rules that use each other stand for a giant."""
    engine = RuleEngine()
    engine.register_all({"r0": F("x") == 0, **{f"r{level}": AndRule(and_=[RefRule(ref=f"r{level - 1}")] * 10) for level in range(1, 4)}})

    with pytest.raises(CoreError, match=LIMIT):
        engine.evaluate(AndRule(and_=[F("x") == 0] * 10_000), {})
    with pytest.raises(CoreError, match=LIMIT):
        engine.register("r4", AndRule(and_=[RefRule(ref="r3")] * 10))


@pytest.mark.parametrize("levels", [300, 10_000])
def test_data_that_is_too_deep_is_a_validation_error(levels: int) -> None:
    """Semantics 12: as data and as a document."""
    data: Any = {"field": "x", "op": "exists"}
    for _ in range(levels):
        data = {"not": data}

    with pytest.raises(ValidationError, match="(?i)recursion"):
        RULES.validate_python(data)
    with pytest.raises(ValidationError, match="(?i)recursion"):
        RULES.validate_json('{"not":' * levels + '{"field":"x","op":"exists"}' + "}" * levels)


def test_a_value_that_is_too_deep_is_refused() -> None:
    """Semantics 12: what a rule says is limited, what data says is not."""
    value: Any = []
    for _ in range(10_000):
        value = [value]
    engine = RuleEngine()

    with pytest.raises(CoreError, match="a value of a rule may be 64 levels deep"):
        engine.evaluate(F("x") == value, {})
    with pytest.raises(CoreError, match="a value of a rule may be 64 levels deep"):
        engine.register_all({"t": F("x") == {"param": "p"}, "r": TemplateRule(template="t", params={"p": value})})
    assert ["RULE-SIZE"] == [issue.code for issue in check_rule(F("name") == value, THING)]


@pytest.mark.parametrize("pattern", ["(a+)+$", "^(a|a)*$", "(a*)*b", "^(([a-z])+.)+[A-Z]([a-z])+$"])
def test_no_pattern_takes_more_than_linear_time(pattern: str) -> None:
    """Semantics 12: 50,000 characters that a backtracking engine would not finish."""
    rule, text = F("x").matches(pattern), "a" * 50_000 + "!"
    started = time.process_time()
    for context in ({"x": text}, {"x": "\ud800" + text}):
        RuleEngine().evaluate(rule, context)
    RuleEngine().evaluate(F("x").matches("x") | LeafRule(field="x", op="matches", value={"ref": "p"}), {"x": text, "p": pattern})

    assert time.process_time() - started < 2


@pytest.mark.parametrize("pattern", ["(?=a)", r"(a)\1", "(", "a{1,99999}{1,99999}"])
def test_a_pattern_that_the_engine_refuses_is_refused_at_registration_in_rules_and_in_templates(pattern: str) -> None:
    """Semantics 12: and one that comes with the data does not match."""
    engine = RuleEngine()

    with pytest.raises(CoreError, match="INVALID_RULE"):
        engine.register("r", F("x").matches(pattern))
    with pytest.raises(CoreError, match="INVALID_RULE"):
        engine.register("t", F("x").matches(pattern) & (F("y") == {"param": "p"}))
    with pytest.raises(CoreError, match="INVALID_RULE"):
        engine.register_all({"t": LeafRule(field="x", op="matches", value={"param": "p"}), "r": TemplateRule(template="t", params={"p": pattern})})
    assert not engine.evaluate(LeafRule(field="x", op="matches", value={"ref": "p"}), {"x": "aa", "p": pattern})


HUGE = [10**5_000, -(10**5_000), 1e308, -1e308, float("inf"), float("-inf"), float("nan"), 2**53 + 1, float(2**53), 0, -0.0, 0.5]


@pytest.mark.parametrize("op", [Op.EQ, Op.NEQ, Op.GT, Op.GTE, Op.LT, Op.LTE, Op.IN, Op.CONTAINS, Op.WITHIN_DAYS])
def test_numbers_of_any_size_are_compared(op: Op) -> None:
    """Semantics 10: order exists between any two numbers; NaN has none with any, and equals nothing."""
    engine = RuleEngine(FrozenClock(0))
    for left in HUGE:
        for right in HUGE:
            value: Any = [right] if op is Op.IN else right
            actual: Any = [left] if op is Op.CONTAINS else left
            rule = LeafRule(field="x", op=op, value=value)
            verdict = engine.compile(rule).evaluate({"x": actual})
            expected = {
                Op.EQ: left == right, Op.NEQ: left != right, Op.GT: left > right, Op.GTE: left >= right, Op.LT: left < right, Op.LTE: left <= right,
                Op.IN: left == right, Op.CONTAINS: left == right, Op.WITHIN_DAYS: abs(left) <= right * 86_400_000,
            }  # fmt: skip

            assert expected[op] is verdict is engine.explain(rule, {"x": actual}).passed, (left, right)


def test_data_that_holds_itself_or_one_part_many_times_is_compared() -> None:
    """Semantics 10: never a wait."""

    def circle() -> list[Any]:
        made: list[Any] = []
        made.append(made)
        return made

    def folded() -> list[Any]:
        made: list[Any] = [1]
        for _ in range(100):
            made = [made, made]
        return made

    for make in (circle, folded):
        context = {"x": make(), "y": make()}

        assert RuleEngine().explain((F("x") == F("y")) & F("x").exists(), context).passed


class Raising(dict[str, Any]):
    """A class of the application, with a fault."""

    def get(self, *_: Any) -> Any:
        raise RuntimeError("a fault of its own")


def test_a_fault_in_a_class_of_the_application_is_not_hidden() -> None:
    """Semantics 10: speaks of data. An object whose own methods raise is code, and its error is told and not taken for "no"."""
    for door in (RuleEngine().evaluate, lambda rule, context: RuleEngine().compile(rule).evaluate(context)):
        with pytest.raises(RuntimeError, match="a fault of its own"):
            door(F("x.y") == 1, {"x": Raising()})


def test_a_lone_surrogate_is_a_text_like_another() -> None:
    rule = (F("x") == "\ud800") & F("x").in_(["\ud800"]) & (F("x") >= "\ud800") & F("xs").contains("\ud800")

    assert RuleEngine().explain(rule, {"x": "\ud800", "xs": ["\ud800"]}).passed
    assert not RuleEngine().evaluate(F("x").matches("."), {"x": "\ud800"})
