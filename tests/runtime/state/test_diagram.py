"""A machine's diagram holds every state and transition, whatever they are called."""

from __future__ import annotations

import pytest

from coregen_runtime.rule.builder import F
from coregen_runtime.rule.types import AllRule, AndRule, AnyRule, NotRule, RefRule, RuleExpr, TemplateRule
from coregen_runtime.state.diagram import LONGEST, duration, mermaid, rule_text
from coregen_runtime.state.types import StateMachine, StateNode, TimedTransition, Transition


def test_any_string_is_a_legal_state_and_event() -> None:
    machine = StateMachine(
        id="m",
        entity_type="Thing",
        initial='Won\'t "do"',
        states={
            'Won\'t "do"': StateNode(on={"a: b --> [*]": Transition(target="end", guard=F("x") > 1)}, after=[TimedTransition(delay=5, target="end")]),
            "end": StateNode(label="Ende;\n%%", terminal=True),
        },
    )

    assert (
        "stateDiagram-v2\n"
        '    state "Won#39;t #34;do#34;" as s0\n'
        '    state "Ende#59; #37;#37;" as s1\n'
        "    [*] --> s0\n"
        "    s0 --> s1 : a#58; b --#62; #91;#42;#93; #91;x #62; 1#93;\n"
        "    s0 --> s1 : after 5 ms\n"
        "    s1 --> [*]\n"
    ) == mermaid(machine)


@pytest.mark.parametrize(
    ("milliseconds", "shown"),
    [(0, "0 ms"), (500, "500 ms"), (1_500, "1 s 500 ms"), (5_400_000, "1 h 30 min"), (1_209_600_000, "14 d"), (86_400_001, "1 d 1 ms")],
)
def test_a_timeout_shows_its_time_in_units_of_people(milliseconds: int, shown: str) -> None:
    assert shown == duration(milliseconds)


@pytest.mark.parametrize(
    ("rule", "shown"),
    [
        (F("order.total") > 100, "order.total > 100"),
        ((F("a") == "x") & ((F("b") >= F("c")) | ~(F("d").in_([1, 2]))), "a = x and (b ≥ c or not d in [1, 2])"),
        (F("payload.reason").exists() & F("list").empty(False), "payload.reason is there and list is not empty"),
        (F("gone").exists(False) | F("list").empty(), "gone is missing or list is empty"),
        (F("due").within_days(3), "due is within 3 days"),
        (F("tags").contains("new") & F("code").matches("^A"), "tags contains new and code matches ^A"),
        (F("place").spatial_within({"type": "Polygon", "coordinates": []}), "place lies within an area"),
        (AnyRule(any_="order.lines", where=F("item.count") > 1), "any item of order.lines: item.count > 1"),
        (
            AllRule(all_="order.lines", as_="line", where=(F("line.n") > 1) & F("line.m").exists()),
            "all line of order.lines: (line.n > 1 and line.m is there)",
        ),
        (RefRule(ref="paid"), "paid"),
        (TemplateRule(template="younger", params={"days": 3}), "younger(days 3)"),
        (NotRule(not_=AndRule(and_=[])), "not (always)"),
    ],
)
def test_a_guard_stands_as_a_short_text(rule: RuleExpr, shown: str) -> None:
    assert shown == rule_text(rule)


def test_what_is_too_long_or_too_deep_is_cut() -> None:
    deep: RuleExpr = F("x") > 1
    for _ in range(50):
        deep = NotRule(not_=deep)
    states = {"a": StateNode(label="long " * 100, on={"e" * 5_000: Transition(target="a", guard=deep)})}

    assert all(len(line) < 3 * LONGEST for line in mermaid(StateMachine(id="m", entity_type="Thing", initial="a", states=states)).splitlines())


def test_a_description_is_a_note() -> None:
    machine = StateMachine(id="m", entity_type="Thing", initial="a", states={"a": StateNode(description="Waits: for a person", terminal=True)})

    assert "    note right of s0 : Waits#58; for a person" in mermaid(machine).splitlines()
