"""Semantics 20: what is unsound about a machine, with its place."""

from __future__ import annotations

from coregen_runtime.rule.builder import F
from coregen_runtime.state.check import check_machine
from coregen_runtime.state.types import StateMachine, StateNode, TimedTransition, Transition

END = StateNode(terminal=True)


def found(initial: str = "a", **states: StateNode) -> list[tuple[str, str, tuple[str | int, ...]]]:
    machine = StateMachine(id="m", entity_type="Thing", initial=initial, states=states)
    return [(issue.severity, issue.code, issue.loc) for issue in check_machine(machine)]


def test_a_sound_machine_has_no_finding() -> None:
    assert [] == found(a=StateNode(on={"go": Transition(target="b")}), b=END)


def test_an_unknown_target_and_an_unknown_initial_state_are_errors() -> None:
    assert [("error", "FSM-STATE", ("states", "a", "on", "go", 0, "target"))] == found(
        a=StateNode(on={"go": [Transition(target="bb"), Transition(target="b")]}), b=END
    )[:1]
    assert ("error", "FSM-STATE", ("initial",)) in found("z", a=END)
    assert ("error", "FSM-STATE", ("states", "a", "after", 0, "target")) in found(a=StateNode(after=[TimedTransition(delay=1, target="z")]))


def test_a_terminal_state_with_a_way_out_is_an_error() -> None:
    assert ("error", "FSM-TERMINAL", ("states", "a", "terminal")) in found(a=StateNode(terminal=True, on={"go": Transition(target="a")}))


def test_a_state_without_a_way_out_and_an_unreachable_one_are_warnings() -> None:
    assert [("warning", "FSM-DEAD-END", ("states", "b")), ("warning", "FSM-UNREACHABLE", ("states", "b"))] == found(a=END, b=StateNode())


def test_a_transition_behind_an_unguarded_one_is_a_warning() -> None:
    several = [Transition(target="b", guard=F("x") > 1), Transition(target="b"), Transition(target="b", guard=F("x") > 2)]

    assert [("warning", "FSM-SHADOWED", ("states", "a", "on", "go", 2))] == found(a=StateNode(on={"go": several}), b=END)


def test_timeouts_that_go_round_in_a_circle_are_one_warning_with_the_path() -> None:
    around = {
        "a": StateNode(after=[TimedTransition(delay=1, target="b")]),
        "b": StateNode(after=[TimedTransition(delay=1, target="c")]),
        "c": StateNode(after=[TimedTransition(delay=1, target="b")]),
    }
    issues = check_machine(StateMachine(id="m", entity_type="Thing", initial="a", states=around))

    assert ["timeouts go round in a circle: b → c → b"] == [issue.message for issue in issues]


def test_a_misspelt_target_is_answered_with_the_nearest_state() -> None:
    machine = StateMachine(
        id="m", entity_type="Thing", initial="draft", states={"draft": StateNode(on={"go": Transition(target="publishd")}), "published": END}
    )

    assert 'did you mean "published"?' == check_machine(machine)[0].help
