"""Templates and references: what stands in the place of what, and what is refused when it is registered."""

from __future__ import annotations

import pytest

from coregen_runtime.errors.base import CoreError
from coregen_runtime.primitives.clock import FrozenClock
from coregen_runtime.rule.builder import F
from coregen_runtime.rule.engine import RuleEngine
from coregen_runtime.rule.types import NotRule, RefRule, RuleExpr, TemplateRule

DAY = 86_400_000
WINDOW = F("at").within_days({"param": "days"})  # type: ignore[arg-type]  # a parameter stands in the place of the number


def engine(**rules: RuleExpr) -> RuleEngine:
    made = RuleEngine(FrozenClock(100 * DAY))
    made.register_all(rules)
    return made


def test_a_parameter_stands_anywhere_in_a_value() -> None:
    """Semantics 12: alone, in a list, in an object, and in what is handed on to another template."""
    rules = engine(
        window=WINDOW,
        one_of=F("x").in_([{"param": "a"}, "fixed", {"param": "b"}]),
        object=F("x") == {"k": [{"param": "a"}]},
        handed=TemplateRule(template="window", params={"days": {"param": "n"}}) & TemplateRule(template="object", params={"a": {"param": "n"}}),
    )

    assert rules.evaluate(TemplateRule(template="window", params={"days": 3}), {"at": 98 * DAY})
    assert rules.evaluate(TemplateRule(template="one_of", params={"a": 1, "b": 2}), {"x": 2})
    assert rules.evaluate(TemplateRule(template="object", params={"a": None}), {"x": {"k": [None]}})
    assert rules.evaluate(TemplateRule(template="handed", params={"n": 3}), {"at": 98 * DAY, "x": {"k": [3]}})
    assert not rules.evaluate(TemplateRule(template="handed", params={"n": 1}), {"at": 98 * DAY, "x": {"k": [1]}})


def test_a_parameter_may_be_a_path() -> None:
    rules = engine(least=F("paid") >= {"param": "sum"})

    assert rules.evaluate(TemplateRule(template="least", params={"sum": {"ref": "total"}}), {"paid": 3, "total": 2})


def test_what_is_given_is_not_looked_into() -> None:
    """A value that looks like a parameter and comes with the data of a call is that value."""
    rules = engine(same=F("x") == {"param": "value"})
    asked = TemplateRule(template="same", params={"value": {"k": 1, "param": "value"}})

    assert rules.evaluate(asked, {"x": {"k": 1, "param": "value"}})


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        (TemplateRule(template="window"), 'the template "window" needs a value for "days"'),
        (RefRule(ref="window"), 'the template "window" needs a value for "days"'),
        (TemplateRule(template="window", params={"dayz": 1}), 'the rule "window" has no parameter "dayz"; it has days'),
        (TemplateRule(template="window", params={"days": 1, "more": 1}), 'the rule "window" has no parameter "more"; it has days'),
        (TemplateRule(template="plain", params={"days": 1}), 'the rule "plain" has no parameter "days"; it has none'),
        (TemplateRule(template="windw", params={"days": 1}), 'no rule "windw" is registered; did you mean "window"'),
        (F("x").all(RefRule(ref="plane")), 'no rule "plane" is registered; did you mean "plain"'),
    ],
)
def test_parameters_too_many_or_too_few_and_unknown_names_are_refused_at_registration(rule: RuleExpr, message: str) -> None:
    """Semantics 12 and 13: and again where such a rule is asked without being registered."""
    rules = engine(window=WINDOW, plain=F("x") == 1)
    for door in (lambda: rules.register("r", rule), lambda: rules.evaluate(rule, {}), lambda: rules.compile(rule)):
        with pytest.raises(CoreError, match=message):
            door()

    assert ["window", "plain"] == list(rules._registry.rules)


def test_a_template_asked_as_it_stands_says_what_it_needs() -> None:
    with pytest.raises(CoreError, match='this rule is a template and needs a value for "days"'):
        engine().evaluate(WINDOW, {})


@pytest.mark.parametrize(
    ("rules", "circle"),
    [
        ({"a": RefRule(ref="a")}, "a → a"),
        ({"a": RefRule(ref="b"), "b": NotRule(not_=RefRule(ref="c")), "c": F("x").any(RefRule(ref="a"))}, "a → b → c → a"),
        ({"t": TemplateRule(template="u"), "u": (F("x") == 1) | TemplateRule(template="t")}, "t → u → t"),
        ({"a": (F("x") == 1) & RefRule(ref="b"), "b": RefRule(ref="b")}, "b → b"),
    ],
)
def test_a_circle_is_refused_with_its_way_and_nothing_is_registered(rules: dict[str, RuleExpr], circle: str) -> None:
    """Semantics 13: through refs, templates, not and any; the first circle that is met is printed."""
    made = RuleEngine()
    with pytest.raises(CoreError, match=f"in a circle: {circle}$"):
        made.register_all(rules)

    assert 0 == made.revision


def test_a_compiled_rule_is_of_the_rules_as_they_stood() -> None:
    """`revision` tells when to compile again."""
    rules = engine(vip=F("level") > 1)
    asked = RefRule(ref="vip")
    compiled, before = rules.compile(asked), rules.revision
    rules.unregister("vip")
    rules.register("vip", F("level") > 5)

    assert compiled.evaluate({"level": 2})
    assert before < rules.revision
    assert not rules.compile(asked).evaluate({"level": 2})
    assert rules.compile(asked) is rules.compile(asked)


def test_a_rule_that_others_refer_to_stays() -> None:
    rules = engine(a=F("x") == 1, b=F("y").all(RefRule(ref="a")))

    with pytest.raises(CoreError, match='the rule "a" is used by b'):
        rules.unregister("a")
