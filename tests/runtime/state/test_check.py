"""Semantics 20: what is unsound about a machine, with its place."""

from __future__ import annotations

import pytest

from coregen_runtime.entity.schema import EntitySchema, FieldSchema
from coregen_runtime.rule.builder import F
from coregen_runtime.rule.types import RuleExpr
from coregen_runtime.state.check import check_machine
from coregen_runtime.state.types import Action, Assign, Dispatch, Emit, Log, StateMachine, StateNode, TimedTransition, Transition

END = StateNode(terminal=True)


def found(initial: str = "a", **states: StateNode) -> list[tuple[str, str, tuple[str | int, ...]]]:
    machine = StateMachine(id="m", entity_type="Thing", initial=initial, states=states)
    return [(issue.severity, issue.code, issue.loc) for issue in check_machine(machine)]


def test_a_sound_machine_has_no_finding() -> None:
    assert [] == found(a=StateNode(on={"go": Transition(target="b")}), b=END)


def test_an_unknown_target_and_an_unknown_initial_state_are_errors() -> None:
    """Semantics 20."""
    assert [("error", "FSM-STATE", ("states", "a", "on", "go", 0, "target"))] == found(
        a=StateNode(on={"go": [Transition(target="bb"), Transition(target="b")]}), b=END
    )[:1]
    assert ("error", "FSM-STATE", ("initial",)) in found("z", a=END)
    assert ("error", "FSM-STATE", ("states", "a", "after", 0, "target")) in found(a=StateNode(after=[TimedTransition(delay=1, target="z")]))


def test_a_terminal_state_with_a_way_out_is_an_error() -> None:
    """Semantics 20."""
    assert ("error", "FSM-TERMINAL", ("states", "a", "terminal")) in found(a=StateNode(terminal=True, on={"go": Transition(target="a")}))


def test_a_state_without_a_way_out_and_an_unreachable_one_are_warnings() -> None:
    """Semantics 20."""
    assert [("warning", "FSM-DEAD-END", ("states", "b")), ("warning", "FSM-UNREACHABLE", ("states", "b"))] == found(a=END, b=StateNode())


def test_a_transition_behind_an_unguarded_one_is_a_warning() -> None:
    """Semantics 20."""
    several = [Transition(target="b", guard=F("x") > 1), Transition(target="b"), Transition(target="b", guard=F("x") > 2)]

    assert [("warning", "FSM-SHADOWED", ("states", "a", "on", "go", 2))] == found(a=StateNode(on={"go": several}), b=END)


def test_timeouts_that_go_round_in_a_circle_are_one_warning_with_the_path() -> None:
    """Semantics 20."""
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


SCHEMA = EntitySchema(
    name="Thing",
    namespace="shop",
    id_prefix="thing",
    fields=[
        FieldSchema(key="title", type="string", required=True),
        FieldSchema(key="count", type="number"),
        FieldSchema(key="kind", type="enum", enum_values=["new", "old"]),
        FieldSchema(key="size", type="number", computed="math:fsum"),
        FieldSchema(key="data", type="json"),
    ],
)
STATUS = FieldSchema(key="status", type="enum", enum_values=["a", "b"])


def told(guard: RuleExpr | None = None, *actions: Action, commands: list[str] | None = None, entry: Action | None = None) -> list[tuple[str, str]]:
    """Code and message of what is found about one transition of a sound machine."""
    states = {
        "a": StateNode(on={"go": Transition(target="b", guard=guard, actions=actions)}),
        "b": StateNode(terminal=True, entry=[entry] if entry else []),
    }
    machine = StateMachine(id="m", entity_type="Thing", initial="a", states=states)
    return [(issue.code, issue.message) for issue in check_machine(machine, SCHEMA, [STATUS], commands)]


def test_a_guard_on_a_field_that_does_not_exist_is_an_error() -> None:
    """Semantics 20: by `entity`, and under the entity's own name."""
    assert [("RULE-FIELD", 'Thing has no field "titel" (guard of m, a → b)')] == told(F("entity.titel") == "x")
    assert [("RULE-FIELD", 'Thing has no field "titel" (guard of m, a → b)')] == told((F("thing.count") > 1) & (F("thing.titel") == "x"))


def test_a_guard_with_an_operator_that_its_type_cannot_take_is_an_error() -> None:
    """Semantics 20."""
    assert ["RULE-OPERATOR"] == [code for code, _ in told(F("thing.title").contains("x"))]


def test_a_guards_context_is_entity_actor_and_payload() -> None:
    """Semantics 20: and the entity under its own camelCase name; the machine's field too, whether it is declared or brought."""
    context = (F("actor.roles").contains("cook")) & (F("actor.type") == "human") & (F("payload.any.thing") > 1) & (F("thing.status") == "a")

    assert [] == told(context & F("entity.id").exists())
    assert ["RULE-FIELD"] == [code for code, _ in told(F("other.count") > 1)]


@pytest.mark.parametrize(
    ("action", "code", "message"),
    [
        (Assign(field="titel", value="x"), "ASSIGN-FIELD", 'Thing has no field "titel"'),
        (Assign(field="status", value="b"), "ASSIGN-FIELD", 'the machine itself sets "status"'),
        (Assign(field="version", value=1), "ASSIGN-FIELD", 'coregen itself sets "version"'),
        (Assign(field="size", value=1), "ASSIGN-FIELD", '"size" of Thing is computed and never stored'),
        (Assign(field="count", value="many"), "ASSIGN-TYPE", 'this value does not fit "count" of Thing'),
        (Assign(field="title"), "ASSIGN-TYPE", 'this value does not fit "title" of Thing'),
        (Assign(field="kind", value="odl"), "ASSIGN-TYPE", 'this value does not fit "kind" of Thing'),
        (Assign(field="count", value={"ref": "thing.cuont"}), "ACTION-REF", 'Thing has no field "cuont"'),
        (Assign(field="count", value={"ref": "paylod.n"}), "ACTION-REF", 'the context of a guard has no "paylod"'),
        (Assign(field="count", value={"ref": ""}), "ACTION-REF", "a path names a field"),
        (Emit(event="e", payload={"list": [{"ref": "entity.nothing"}]}), "ACTION-REF", 'Thing has no field "nothing"'),
        (Dispatch(command="shop.do", payload={"id": {"ref": "thing.id.deeper"}}), "ACTION-REF", '"id" is of type string and has no "deeper"'),
    ],
)
def test_an_action_that_cannot_work_is_an_error(action: Action, code: str, message: str) -> None:
    """Semantics 17, 20: fields that do not exist or are not its own, literals that do not fit, paths that lead nowhere."""
    assert [(code, f"{message} (action of m, state a)")] == told(None, action)
    assert [(code, f"{message} (action of m, state b)")] == told(None, entry=action)


@pytest.mark.parametrize(
    "action",
    [
        Assign(field="count", value=3),
        Assign(field="count"),
        Assign(field="count", value={"ref": "payload.n"}),
        Assign(field="count", value="shop.prices:count"),
        Assign(field="count", value={"factory": "prices:count"}),
        Assign(field="count", value=len),
        Assign(field="data", value={"deep": [{"ref": "entity.data.any.path"}]}),
        Emit(event="never.declared", payload={"title": {"ref": "thing.title"}}),
        Log(message="x"),
    ],
)
def test_an_action_that_works_is_none(action: Action) -> None:
    """Semantics 17, 20: assign as data is a literal, a path, or a dotted name; an emitted event needs no declaration."""
    assert [] == told(None, action)


def test_a_dispatched_command_that_nobody_declares_is_an_error() -> None:
    """Semantics 20."""
    message = 'no module declares the command "shop.reserv" (action of m, state a)'

    assert [("COMMAND-UNKNOWN", message)] == told(None, Dispatch(command="shop.reserv"), commands=["shop.reserve"])
    assert [] == told(None, Dispatch(command="shop.reserve"), commands=["shop.reserve"])


def test_a_timeout_behind_an_unguarded_one_is_a_warning() -> None:
    """Semantics 20: what is due first decides, not what stands first."""
    after = [
        TimedTransition(delay=9, target="b", guard=F("x") > 1),
        TimedTransition(delay=5, target="b"),
        TimedTransition(delay=1, target="b", guard=F("x") > 1),
    ]

    assert [("warning", "FSM-SHADOWED", ("states", "a", "after", 0))] == found(a=StateNode(after=after), b=END)
