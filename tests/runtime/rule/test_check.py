"""Rules judged before they run."""

from __future__ import annotations

import pytest

from coregen_runtime.entity.schema import EntitySchema, FieldSchema
from coregen_runtime.rule.builder import F
from coregen_runtime.rule.check import check_rule
from coregen_runtime.rule.scope import guard_scope
from coregen_runtime.rule.types import LeafRule, NotRule, RefRule, RuleExpr, TemplateRule

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
        FieldSchema(key="days", type="number"),
        FieldSchema(key="area", type="geo.polygon"),
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
        F("entity.name").matches(F("payload.pattern")),
        F("entity.place").spatial_within(F("entity.area")),
        F("entity.until").within_days(F("entity.days")),
        F("entity.until") > F("entity.days"),
        F("entity.name").in_(F("entity.tags")),
        F("entity.tags").any(F("item").matches("^tag_")),
        F("entity.extra.lines").all(F("line.price") > F("entity.days"), as_="line"),
        F("payload.lines").any(F("entity.whatever") == 1, as_="entity"),
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
        (F("entity.name") == F("entity.days"), "RULE-VALUE", "warning", "compare with a path of its type"),
        (F("entity.until") < F("entity.name"), "RULE-VALUE", "warning", "compare with a path of its type"),
        (F("entity.until").within_days(F("entity.name")), "RULE-VALUE", "error", "compare with a path of type number or json"),
        (F("entity.place").spatial_within(F("entity.place")), "RULE-VALUE", "error", "compare with a path of type geo.polygon or json"),
        (F("entity.name").in_(F("entity.status")), "RULE-VALUE", "error", "compare with a path of type ref[] or json"),
        (F("entity.name").matches(F("entity.days")), "RULE-VALUE", "error", None),
        (F("entity.tags").contains(1), "RULE-VALUE", "warning", "compare with a value of its type"),
        (F("entity.tags").contains(F("entity.days")), "RULE-VALUE", "warning", None),
        (F("entity.name").any(F("item") == "x"), "RULE-OPERATOR", "error", "ask a field of type json or ref[]"),
        (F("entity").all(F("item") == "x"), "RULE-OPERATOR", "error", "ask one of its fields"),
        (F("entity.tgas").any(F("item") == "x"), "RULE-FIELD", "error", 'did you mean "tags"?'),
        (F("entity.tags").any(F("item") > 1), "RULE-VALUE", "warning", None),
        (F("entity.tags").any(F("itm") == "x"), "RULE-FIELD", "error", 'did you mean "item"?'),
        (F("entity.tags").any(F("item.x") == "x"), "RULE-FIELD", "error", None),
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


def test_an_entity_alone_has_its_fields_at_the_top_and_under_its_own_name() -> None:
    """A rule about an entity needs no context around it: `onSale`, or `productLine.onSale`."""
    assert [] == check_rule((F("onSale") == True) & (F("productLine.price.amount") > 0) & F("createdAt").exists(), PRODUCT)
    assert [('ProductLine has no "onSael"', 'did you mean "onSale"?')] == [
        (issue.message, issue.help) for issue in check_rule(F("onSael").exists(), PRODUCT)
    ]


def test_named_rules_are_checked_where_they_are_used_with_their_parameters() -> None:
    rules: dict[str, RuleExpr] = {
        "cheap": F("price.amount") < {"param": "most"},
        "lost": F("nowhere").exists(),
        "circle": RefRule(ref="circle"),
    }

    assert [] == check_rule(TemplateRule(template="cheap", params={"most": 5}), PRODUCT, rules)
    assert [('"price.amount" is of type number and never meets "a lot" (rule "cheap")', ("not", "template"))] == [
        (issue.message, issue.loc) for issue in check_rule(~TemplateRule(template="cheap", params={"most": "a lot"}), PRODUCT, rules)
    ]
    assert ["RULE-REF"] == [issue.code for issue in check_rule(TemplateRule(template="cheap"), PRODUCT, rules)]
    assert ["RULE-FIELD"] == [issue.code for issue in check_rule(RefRule(ref="lost"), PRODUCT, rules)]
    assert ["rules refer to each other in a circle: circle → circle"] == [
        issue.message for issue in check_rule(RefRule(ref="circle"), PRODUCT, rules)
    ]


def test_an_issue_within_any_knows_its_place() -> None:
    rule = NotRule(not_=F("extra.lines").any(F("line.a").exists() & (F("nope") == 1), as_="line"))

    assert [("not", "where", "and", 1, "field")] == [issue.loc for issue in check_rule(rule, PRODUCT)]
