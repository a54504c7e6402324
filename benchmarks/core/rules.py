"""What a decision costs. The floor is a function written by hand that treats what is missing or of another type as a rule does (semantics 10).

Peers: zen-engine (an expression compiled beforehand, and the same as a decision graph), json-logic, rule-engine; each says the same of
these contexts as the rule does. All go through one rule of four conditions; an explanation is measured against the rule's own evaluation.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import rule_engine
import zen
from json_logic import jsonLogic

from benchmarks.harness import Contestant
from coregen_runtime import F, RuleEngine

CONTEXTS: Mapping[str, dict[str, Any]] = {
    "all four hold": {"order": {"total": 150, "status": "paid"}, "actor": {"roles": ["viewer", "admin"]}, "customer": {"tier": "gold"}},
    "the last fails": {"order": {"total": 150, "status": "paid"}, "actor": {"roles": ["viewer", "admin"]}, "customer": {"tier": "silver"}},
    "all four fail": {"order": {"total": 50, "status": "draft"}, "actor": {"roles": ["viewer", "editor"]}, "customer": {"tier": "silver"}},
    "nothing is there": {},
}
RULE = (F("order.total") > 100) & F("order.status").in_(["paid", "open"]) & F("actor.roles").contains("admin") & (F("customer.tier") == "gold")
EXPRESSION = 'order.total > 100 and order.status in ["paid", "open"] and "admin" in actor.roles and customer.tier == "gold"'
LOGIC: Mapping[str, Any] = {
    "and": [
        {">": [{"var": "order.total"}, 100]},
        {"in": [{"var": "order.status"}, ["paid", "open"]]},
        {"in": ["admin", {"var": "actor.roles"}]},
        {"==": [{"var": "customer.tier"}, "gold"]},
    ]
}
GRAPH = {
    "nodes": [
        {"id": "in", "name": "in", "type": "inputNode"},
        {"id": "it", "name": "it", "type": "expressionNode", "content": {"expressions": [{"id": "e", "key": "passed", "value": EXPRESSION}]}},
        {"id": "out", "name": "out", "type": "outputNode"},
    ],
    "edges": [{"id": "a", "sourceId": "in", "targetId": "it"}, {"id": "b", "sourceId": "it", "targetId": "out"}],
}
COUNT, SLOW = 50_000, 2_000


def contestants() -> Sequence[Contestant]:
    return tuple(each for name in CONTEXTS for each in _of(name, CONTEXTS[name]))


def _of(name: str, context: dict[str, Any]) -> Sequence[Contestant]:
    engine = RuleEngine()
    compiled = engine.compile(RULE)
    group = f"decide a rule of four conditions: {name}"
    ours = (
        Contestant(group, "a function by hand", _repeat(_by_hand, context, COUNT), size=COUNT, floor=True),
        Contestant(group, "CompiledRule.evaluate", _repeat(compiled.evaluate, context, COUNT), size=COUNT),
        Contestant(group, "RuleEngine.evaluate", _repeat(lambda each: engine.evaluate(RULE, each), context, COUNT), size=COUNT),
        Contestant(group, "CompiledRule.explain", _repeat(compiled.explain, context, COUNT // 2), size=COUNT // 2),
    )
    if not context:
        return ours  # the peers raise where a path is missing
    expression, decision = zen.compile_expression(EXPRESSION), zen.ZenEngine().create_decision(json.dumps(GRAPH))
    rule = rule_engine.Rule(EXPRESSION, context=rule_engine.Context(default_value=None))
    return (
        *ours,
        Contestant(group, "zen-engine, a compiled expression", _repeat(expression.evaluate, context, COUNT // 5), size=COUNT // 5),
        Contestant(group, "zen-engine, a decision", _repeat(lambda each: decision.evaluate(each)["result"], context, SLOW), size=SLOW),
        Contestant(group, "json-logic", _repeat(lambda each: jsonLogic(LOGIC, each), context, SLOW), size=SLOW),
        Contestant(group, "rule-engine", _repeat(rule.matches, context, SLOW // 10), size=SLOW // 10),
    )


def _repeat(decide: Callable[[dict[str, Any]], object], context: dict[str, Any], count: int) -> Callable[[], None]:
    def run() -> None:
        for _ in range(count):
            decide(context)

    return run


def _by_hand(context: dict[str, Any]) -> bool:
    order = context.get("order")
    if not isinstance(order, dict):
        return False
    total = order.get("total")
    if isinstance(total, bool) or not isinstance(total, int | float) or total <= 100:
        return False
    status = order.get("status")
    if not isinstance(status, str) or status not in ("paid", "open"):
        return False
    actor = context.get("actor")
    if not isinstance(actor, dict):
        return False
    roles = actor.get("roles")
    if not isinstance(roles, list | tuple) or "admin" not in roles:
        return False
    customer = context.get("customer")
    if not isinstance(customer, dict):
        return False
    return bool(customer.get("tier") == "gold")
