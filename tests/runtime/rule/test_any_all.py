"""`any` and `all`: rules about the elements of an array (decision 0015)."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from coregen_runtime.errors.base import CoreError
from coregen_runtime.rule.builder import F
from coregen_runtime.rule.engine import RuleEngine
from coregen_runtime.rule.qualify import qualify
from coregen_runtime.rule.types import AllRule, AnyRule, RefRule, RuleExpr, TemplateRule
from coregen_runtime.rule.walk import children, names, nodes, parameters

RULES: TypeAdapter[Any] = TypeAdapter(RuleExpr)
ORDER = {"limit": 5, "lines": [{"sku": "A", "quantity": 3, "tags": ["new"]}, {"sku": "B", "quantity": 7, "tags": []}]}
LARGE = F("item.quantity") > 5


def decide(rule: RuleExpr, context: Any) -> bool:
    """What all four doors say."""
    engine = RuleEngine()
    verdicts = {
        engine.evaluate(rule, context),
        engine.evaluate(rule, context),
        engine.compile(rule).evaluate(context),
        engine.explain(rule, context).passed,
    }

    assert 1 == len(verdicts)
    return verdicts.pop()


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (F("lines").any(LARGE), True),
        (F("lines").all(LARGE), False),
        (F("lines").all(F("item.quantity") > 2), True),
        (F("lines").any(F("item.quantity") > F("limit")), True),
        (F("lines").any(F("line.sku") == "B", as_="line"), True),
        (F("lines").any(F("item.tags").any(F("tag") == "new", as_="tag") & (F("item.quantity") < 5)), True),
        (F("lines").all(F("item.tags").all(F("item") == "new")), True),
        (F("lines").any(F("limit.sku") == "A", as_="limit"), True),
        (F("lines.0.tags").any(F("item") == "new"), True),
        (~F("lines").any(F("item.sku") == "C"), True),
    ],
)
def test_elements_are_asked_within_what_is_around_them(rule: RuleExpr, expected: bool) -> None:
    """The element stands under its name, before a key of the context and before an outer element of that name; all else stays in sight."""
    assert expected is decide(rule, ORDER)


@pytest.mark.parametrize("array", [None, "AB", {"0": {"quantity": 9}}, 3])
def test_where_there_is_no_array_neither_holds(array: object) -> None:
    """Semantics 10: a type that does not fit makes a comparison false, and what is missing too."""
    for context in ({"lines": array}, {}):
        assert not decide(F("lines").any(LARGE), context)
        assert not decide(F("lines").all(LARGE), context)
        assert decide(~F("lines").all(LARGE), context)


def test_of_no_elements_all_hold_and_none_does() -> None:
    assert decide(F("lines").all(LARGE), {"lines": []})
    assert not decide(F("lines").any(LARGE), {"lines": ()})


def test_the_data_form_is_the_built_form() -> None:
    data = {"any": "order.lines", "where": {"all": "line.tags", "where": {"field": "tag", "op": "eq", "value": "x"}, "as": "tag"}, "as": "line"}
    built = F("order.lines").any(F("line.tags").all(F("tag") == "x", as_="tag"), as_="line")

    assert built == RULES.validate_python(data)
    assert built == RULES.validate_json(built.model_dump_json())
    assert "item" == RULES.validate_python({"all": "a", "where": {"field": "item", "op": "exists"}}).as_


@pytest.mark.parametrize("wrong", [{"any": "a"}, {"any": ["a"], "where": {}}, {"all": "a", "where": {"field": "x", "op": "exists"}, "as": "a.b"}])
def test_a_wrong_form_is_refused(wrong: object) -> None:
    with pytest.raises(ValidationError):
        RULES.validate_python(wrong)


def test_the_tree_is_walked_and_names_within_are_found() -> None:
    rule = F("a").all(RefRule(ref="r") & TemplateRule(template="t", params={"n": {"param": "m"}}))

    assert (rule.where,) == children(rule)
    assert [1, 2, 3, 3] == [depth for depth, _ in nodes(rule)]
    assert ("r", "t") == tuple(sorted(names(rule)))
    assert ("m",) == parameters(rule)


def test_own_names_are_written_in_full_within() -> None:
    rule = F("a").any(RefRule(ref="late"))

    assert F("a").any(RefRule(ref="ordering.late")) == qualify(rule, "ordering", {"late"})


def test_named_rules_and_parameters_stand_within() -> None:
    engine = RuleEngine()
    engine.register_all({"large": F("item.quantity") > 5, "over": F("lines").any(F("item.quantity") > {"param": "limit"})})

    assert engine.evaluate(F("lines").any(RefRule(ref="large")), ORDER)
    assert engine.evaluate(TemplateRule(template="over", params={"limit": 6}), ORDER)
    assert not engine.evaluate(TemplateRule(template="over", params={"limit": 7}), ORDER)


def test_four_may_stand_within_each_other() -> None:
    """Semantics 12: each multiplies the work, so their number is limited as depth and size are."""
    rule: RuleExpr = F("item") == 1
    for _ in range(4):
        rule = F("item").any(rule)

    assert not decide(rule, {"item": [[[[2]]]]})
    assert decide(rule, {"item": [[[[1]]]]})
    with pytest.raises(CoreError, match="4 deep within each other"):
        RuleEngine().evaluate(F("a").all(rule), {})


@pytest.mark.parametrize(
    ("rule", "context", "failures"),
    [
        (F("lines").all(LARGE), ORDER, [("lines.0.quantity", "gt", "lines.0.quantity must be more than 5")]),
        (
            F("lines").any(F("item.quantity") > 9),
            ORDER,
            [("lines.0.quantity", "gt", "lines.0.quantity must be more than 9"), ("lines.1.quantity", "gt", "lines.1.quantity must be more than 9")],
        ),
        (~F("lines").any(LARGE), ORDER, [("lines.1.quantity", "gt", "lines.1.quantity must not be more than 5")]),
        (F("lines").any(LARGE), {}, [("lines", "any", "lines must have an item for which item.quantity must be more than 5")]),
        (F("lines").all(LARGE), {"lines": 3}, [("lines", "all", "lines must be a list")]),
        (~F("lines").all(LARGE), {"lines": []}, [("lines", "all", "lines must have an item for which item.quantity must not be more than 5")]),
        (
            F("lines").all(F("item.tags").any(F("tag") == "new", as_="tag")),
            ORDER,
            [("lines.1.tags", "any", 'lines.1.tags must have an item for which tag must be "new"')],
        ),
    ],
)
def test_an_explanation_names_the_elements(rule: RuleExpr, context: Any, failures: list[tuple[str, str, str]]) -> None:
    """Semantics 11: path, operator and sentence of every condition that failed, at the element where it did."""
    explained = RuleEngine().explain(rule, context)

    assert failures == [(failure.field, failure.op, failure.message) for failure in explained.failures]


def test_a_rule_has_its_classes() -> None:
    assert (AnyRule, AllRule) == (type(F("a").any(LARGE)), type(F("a").all(LARGE)))
