"""Why: as a sentence for a user, as a tree for a developer, and as it was at that moment."""

from __future__ import annotations

import json
from typing import Any

import pytest

from coregen_runtime.errors.base import REDACTED
from coregen_runtime.rule.builder import F
from coregen_runtime.rule.engine import RuleEngine
from coregen_runtime.rule.explain import RuleExplanation
from coregen_runtime.rule.types import AndRule, OrRule, RuleExpr

ORDER: dict[str, Any] = {"order": {"total": 90, "status": "draft", "pin": "1234", "lines": [{"sku": "A", "quantity": 0}]}, "payload": {"pin": "777"}}


def explain(rule: RuleExpr, context: Any = None) -> RuleExplanation:
    return RuleEngine().explain(rule, ORDER if context is None else context)


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        (F("order.total") > 100, "order.total must be more than 100"),
        ((F("order.total") > 100) & (F("order.status") == "paid"), 'order.total must be more than 100 and order.status must be "paid"'),
        ((F("a") > 1) & (F("b") > 1) & (F("c") > 1), "a must be more than 1, b must be more than 1 and c must be more than 1"),
        ((F("a") > 1) | (F("b") > 1), "a must be more than 1 or b must be more than 1"),
        (~((F("order.total") < 100) & F("order.status").exists()), "order.total must be at least 100 or order.status must not be there"),
        (
            (F("a") > 1) & ((F("b") > 1) | (F("c") > 1)),
            "a must be more than 1, and either b must be more than 1 or c must be more than 1",
        ),
        (
            (F("a") > 1) | ((F("b") > 1) & (F("c") > 1)),
            "a must be more than 1, or b must be more than 1 and c must be more than 1",
        ),
        ((F("order.total") > 1) & (F("b") > 1), "b must be more than 1"),
        (F("order.pin") == F("payload.pin"), "order.pin must be payload.pin"),
        (F("order.lines").all(F("item.quantity") > 0), "order.lines.0.quantity must be more than 0"),
        (AndRule(and_=[OrRule(or_=[]), F("a") > 1]), "this can never hold, and a must be more than 1"),
        (F("order.total") > 1, ""),
    ],
)
def test_what_has_to_change_is_one_sentence(rule: RuleExpr, sentence: str) -> None:
    """Semantics 11: conditions by "and", alternatives by "or", what holds already left out."""
    assert sentence == explain(rule).sentence()


def test_labels_say_what_a_path_is_called() -> None:
    labels = {"order.total": "the total", "order.lines.*.quantity": "the quantity of a line", "payload.pin": "your PIN"}
    rule = (F("order.total") > 100) & F("order.lines").all(F("item.quantity") > 0) & (F("order.pin") == F("payload.pin"))

    assert "the total must be more than 100, the quantity of a line must be more than 0 and order.pin must be your PIN" == explain(rule).sentence(
        labels
    )


def test_many_elements_are_not_all_named_in_a_sentence() -> None:
    context = {"lines": [{"quantity": 0}] * 1_000}
    explained = explain(F("lines").all(F("item.quantity") > 0), context)

    assert explained.sentence().endswith("lines.4.quantity must be more than 0 and 995 more items likewise")
    assert 1_000 == len(explained.failures)


def test_no_sentence_and_no_repr_holds_a_value_of_the_data() -> None:
    """Semantics 7: a guard may ask a sensitive field, and its failure goes out in an error or into a log."""
    rule = (F("order.pin") == F("payload.pin")) & F("order.pin").in_(["0000"]) & F("order.lines").any(F("item.sku") == F("order.pin"))
    explained = explain(rule)
    told = [explained.sentence(), repr(explained), *(failure.message for failure in explained.failures), repr(explained.failures)]

    assert not any(secret in text for text in told for secret in ("1234", "777"))
    assert ("777", "1234") == (explained.failures[0].expected, explained.failures[0].actual)


TREE = """\
✗ and
  ✓ order.total gt 1, was 90
  ✗ or
    ✗ order.status in "paid", "open", was "draft"
    ✗ customer.tier eq "gold", was missing
  ✗ not
    ✓ order.status exists, was "draft"
  ✗ all order.lines as item
    ✗ order.lines.0.quantity gt order.total (90), was 0
  ✗ any none as item, no items"""


def test_the_tree_shows_every_node_with_its_verdict_and_what_was_there() -> None:
    """Semantics 11: path, operator, expected and actual, of what held and of what did not."""
    rule = (
        (F("order.total") > 1)
        & (F("order.status").in_(["paid", "open"]) | (F("customer.tier") == "gold"))
        & ~F("order.status").exists()
        & F("order.lines").all(F("item.quantity") > F("order.total"))
        & F("none").any(F("item") == 1)
    )
    explained = explain(rule)

    assert TREE == explained.tree()
    assert "✓ order.total gt 1, was 90" == explain(F("order.total") > 1).tree()


def test_the_outline_is_plain_data() -> None:
    rule = ~(F("order.total") > F("none")) & F("order.lines").any(F("item.sku") == "B")

    assert {
        "passed": False,
        "and": [
            {"passed": True, "not": {"passed": False, "field": "order.total", "op": "gt", "expectedAt": "none", "actual": 90}},
            {
                "passed": False,
                "any": "order.lines",
                "as": "item",
                "items": [{"passed": False, "field": "order.lines.0.sku", "op": "eq", "expected": "B", "actual": "A"}],
            },
        ],
    } == json.loads(json.dumps(explain(rule).outline()))


@pytest.mark.parametrize(
    ("sensitive", "rule"),
    [
        ("order.pin", F("order.pin") == "0000"),
        ("order.pin", F("payload.pin") == F("order.pin")),
        ("order.pin", F("order.pin") == F("payload.pin")),
        ("order.pin", F("order") == {"pin": "1234"}),
        ("order", F("order.pin").matches("^9")),
        ("order.lines.*.sku", F("order.lines").any(F("item.sku") == "B")),
        ("order.lines.*.sku", F("order.lines.0.sku") == "B"),
        ("order.lines.*.sku", F("order.lines").contains("B")),
    ],
)
def test_what_is_sensitive_is_redacted_with_what_holds_it_and_what_is_compared_with_it(sensitive: str, rule: RuleExpr) -> None:
    """Semantics 7: in the tree and in the outline, by the path and by any index of an array."""
    explained = explain(rule)
    told = explained.tree([sensitive]) + json.dumps(explained.outline([sensitive]))

    assert REDACTED in told
    assert not any(secret in told for secret in ("1234", "777", "0000", '"A"', '\\"A\\"'))


def test_an_explanation_tells_of_the_moment_it_was_made() -> None:
    """Semantics 11: what it reports is what was seen, whatever becomes of the context."""
    context: dict[str, Any] = {"order": {"total": 1, "tags": ["a", {"b": [1]}]}, "limit": 5}
    rule = (F("order.total") > F("limit")) & F("order.tags").contains("z") & F("order.tags").any(F("item.b.0") == 2)
    explained = explain(rule, context)
    context["limit"] = 0
    context["order"]["total"] = 100
    context["order"]["tags"][1]["b"].append(2)
    context["order"]["tags"].append("z")

    assert [("order.total", 5, 1), ("order.tags", "z", ["a", {"b": [1]}])] == [
        (failure.field, failure.expected, failure.actual) for failure in explained.failures[:2]
    ]
    assert "order.total gt limit (5), was 1" in explained.tree()
    assert not explained.passed


def test_texts_are_made_of_any_data() -> None:
    """Semantics 10: neither depth, size nor kind of the data makes an explanation fail; each node is one line."""
    deep: Any = []
    for _ in range(20_000):
        deep = [deep]
    circle: list[Any] = []
    circle.append(circle)
    for value in (deep, circle, 10**5_000, -(10**5_000), "\ud800\n", "x" * 100_000, object(), {"a": deep}, float("nan"), {1: {2: {3: 4}}}):
        explained = explain((F("x") == 1) & (F("y") > F("x")), {"x": value, "y": value})

        assert 3 == len(explained.tree().splitlines())
        assert len(explained.tree()) < 2_000
        assert explained.tree().encode()
        assert explained.sentence()
