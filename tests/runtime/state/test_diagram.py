"""A machine's diagram holds every state and transition, whatever they are called."""

from __future__ import annotations

from coregen_runtime.rule.builder import F
from coregen_runtime.state.diagram import mermaid
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
        "    s0 --> s1 : a#58; b --#62; #91;#42;#93; (guarded)\n"
        "    s0 --> s1 : after 5 ms\n"
        "    s1 --> [*]\n"
    ) == mermaid(machine)
