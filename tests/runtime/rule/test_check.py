"""Rules judged before they run."""

from __future__ import annotations

import pytest

from coregen_runtime.entity.schema import EntitySchema, FieldSchema
from coregen_runtime.rule.builder import F
from coregen_runtime.rule.check import check_rule
from coregen_runtime.rule.scope import guard_scope
from coregen_runtime.rule.types import LeafRule, NotRule, RefRule, RuleExpr

PRODUCT = EntitySchema(
    name="ProductLine",
    versioned=False,
    fields=[
        FieldSchema(key="name", type="string"),
        FieldSchema(key="price", type="money"),
        FieldSchema(key="onSale", type="boolean"),
        FieldSchema(key="status", type="enum", enum_values=["draft", "sold"]),
        FieldSchema(key="tags", type="ref[]", ref_entity="Tag"),
        FieldSchema(key="extra", type="json"),
        FieldSchema(key="place", type="geo.point"),
        FieldSchema(key="until", type="date"),
    ],
)
SQUARE = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}


def codes(rule: RuleExpr) -> list[tuple[str, str, str]]:
    return [(issue.code, issue.severity, issue.help) for issue in check_rule(rule, guard_scope(PRODUCT), {})]


@pytest.mark.parametrize(
    "rule",
    [
        F("entity.name") == "x",
        F("productLine.price.amount") > 0,
        F("productLine.price.currency").in_(["EUR"]),
        F("actor.roles").contains("admin"),
        F("actor.type") == "human",
        F("payload.anything.at.all") > 1,
        F("entity.extra.deep.path").matches("x"),
        F("entity.tags").contains_all([]),
        F("entity.tags.0") == "x",
        F("entity.until").within_days(3),
        F("entity.createdAt") < F("entity.until"),
        F("entity.place").spatial_within(SQUARE),
        F("entity.meta.colour") == "red",
        F("entity.name") == None,  # a rule, not a comparison
        F("entity").exists(),
    ],
)
def test_a_sound_rule_has_no_issues(rule: RuleExpr) -> None:
    """Semantics 20: a guard's context is entity, actor, payload, and the entity under its own name."""
    assert [] == codes(rule)


@pytest.mark.parametrize(
    ("rule", "code", "severity", "help"),
    [
        (F("productLine.prise.amount") > 1, "RULE-FIELD", "error", 'did you mean "price"?'),
        (F("prodctLine.price.amount") > 1, "RULE-FIELD", "error", 'did you mean "productLine"?'),
        (F("price.amount") > 1, "RULE-FIELD", "error", 'write "productLine.price.amount"'),
        (F("entity.price.amuont") > 1, "RULE-FIELD", "error", 'did you mean "amount"?'),
        (F("entity.version") > 1, "RULE-FIELD", "error", None),
        (F("entity.name.x") == 1, "RULE-FIELD", "error", 'end the path at "name"'),
        (F("entity.name") == F("entity.nmae"), "RULE-FIELD", "error", 'did you mean "name"?'),
        (F("entity.price") > 1, "RULE-OPERATOR", "error", 'ask "entity.price.amount"'),
        (F("entity.onSale") > 1, "RULE-OPERATOR", "error", None),
        (F("entity.name").contains("x"), "RULE-OPERATOR", "error", None),
        (F("entity") > 1, "RULE-OPERATOR", "error", None),
        (F("entity.name").matches("(?=x)"), "RULE-VALUE", "error", None),
        (LeafRule(field="entity.name", op="in", value="x"), "RULE-VALUE", "error", None),
        (F("entity.until").within_days(-1), "RULE-VALUE", "error", None),
        (F("entity.place").spatial_within({"type": "Point"}), "RULE-VALUE", "error", None),
        (F("entity.name") == 1, "RULE-VALUE", "warning", None),
        (F("entity.status") == "slod", "RULE-VALUE", "warning", 'did you mean "sold"?'),
        (RefRule(ref="nope"), "RULE-REF", "error", None),
    ],
)
def test_an_unsound_rule_is_told_with_its_fix(rule: RuleExpr, code: str, severity: str, help: str | None) -> None:
    """Semantics 20: a field that does not exist and an operator that its type cannot take are errors."""
    [(found_code, found_severity, found_help)] = codes(rule)

    assert (code, severity) == (found_code, found_severity)
    assert found_help == help if help is not None else found_help != "" or code in ("RULE-REF",)


def test_an_issue_knows_its_place() -> None:
    rule = (F("entity.name") == "x") & NotRule(not_=(F("entity.nope") == 1) | (F("entity.name") == "y"))

    assert [("and", 1, "not", "or", 0, "field")] == [issue.loc for issue in check_rule(rule, guard_scope(PRODUCT))]


def test_without_an_entity_only_the_outside_is_known() -> None:
    assert [] == check_rule(F("entity.whatever") > 1, guard_scope(None))
    assert ["RULE-FIELD"] == [issue.code for issue in check_rule(F("nope") > 1, guard_scope(None))]
