"""Machines of any size and any name: an answer or a clear refusal, never a crash (semantics 20)."""

from __future__ import annotations

import copy
import pickle
import time

import pytest
from pydantic import ValidationError as PydanticValidationError

from coregen_runtime.errors.base import BusinessError, CoreError
from coregen_runtime.rule.builder import F
from coregen_runtime.rule.engine import RuleEngine
from coregen_runtime.rule.types import NotRule, RefRule, RuleExpr
from coregen_runtime.state.actions import FSMContext
from coregen_runtime.state.check import check_machine
from coregen_runtime.state.diagram import mermaid
from coregen_runtime.state.machine import can, reachable_states, transition, valid_events
from coregen_runtime.state.registry import StateMachineRegistry
from coregen_runtime.state.types import Emit, StateMachine, StateNode, TimedTransition, Transition

NOBODY = FSMContext({"id": "it_1", "n": 1})


def machine(**states: StateNode) -> StateMachine:
    return StateMachine(id="m", entity_type="Thing", initial=next(iter(states)), states=states)


def test_two_thousand_states_and_a_hundred_thousand_transitions() -> None:
    size = 2_000
    states = {
        f"s{number}": StateNode(
            on={"next": Transition(target=f"s{(number + 1) % size}", guard=F("entity.n") > 0)},
            after=[TimedTransition(delay=1, target=f"s{number // 2}")],
        )
        for number in range(size)
    }
    giant = machine(**states)
    started, state = time.perf_counter(), "s0"
    for _ in range(100_000):
        state, _actions = transition(giant, state, "next", NOBODY)
    walked = time.perf_counter() - started

    assert ("s0", True) == (state, walked < 5)
    assert size == len(reachable_states(giant, "s0"))
    assert ["FSM-TIMED-CYCLE"] == [issue.code for issue in check_machine(giant)]
    assert size < mermaid(giant).count(" --> ")


@pytest.mark.parametrize(
    "name", ["", " ", "\n", "__class__", "__dict__", "a" * 100_000, "\x00", "🦉", "on", "states", "null", "{{ x }}", "${x}", "../..", "a.b:c"]
)
def test_any_string_is_a_state_and_an_event(name: str) -> None:
    """Semantics 20."""
    odd = machine(**{name: StateNode(on={name: Transition(target=name)}), "end": StateNode(terminal=True)})

    assert (name, True, (name,)) == (transition(odd, name, name, NOBODY).state, can(odd, name, name, NOBODY), valid_events(odd, name, NOBODY))
    assert mermaid(odd).startswith("stateDiagram-v2\n")
    with pytest.raises(BusinessError, match="INVALID_TRANSITION"):
        transition(odd, "end", name, NOBODY)


@pytest.mark.parametrize("where", ["state", "event", "target", "initial"])
def test_half_of_a_surrogate_pair_is_no_name(where: str) -> None:
    """What no JSON text can hold is refused where the machine is made."""
    names = {"state": "a", "event": "go", "target": "a", "initial": "a"} | {where: "\ud800"}

    with pytest.raises(PydanticValidationError, match="string_unicode|valid string"):
        StateMachine(
            id="m",
            entity_type="Thing",
            initial=names["initial"],
            states={names["state"]: StateNode(on={names["event"]: Transition(target=names["target"])})},
        )


def test_a_guard_that_no_engine_takes_is_refused_when_the_machine_is_registered() -> None:
    deep: RuleExpr = F("entity.n") > 0
    for _ in range(200):
        deep = NotRule(not_=deep)

    with pytest.raises(CoreError, match="levels deep"):
        StateMachineRegistry().register(machine(a=StateNode(on={"go": Transition(target="a", guard=deep)})))


def test_a_delay_beyond_a_hundred_years_is_refused() -> None:
    with pytest.raises(PydanticValidationError, match="less than or equal"):
        TimedTransition(delay=10**16, target="a")


def test_an_unknown_state_among_thousands_is_answered_briefly() -> None:
    many = machine(**{f"s{number}": StateNode() for number in range(3_000)})

    with pytest.raises(BusinessError) as caught:
        transition(many, "zebra", "go", NOBODY)
    assert len(str(caught.value)) < 300


def test_a_changed_copy_of_a_machine_is_made_ready_anew() -> None:
    """The table is kept with the machine, and never with another one."""
    first = machine(a=StateNode(on={"go": Transition(target="b")}), b=StateNode())
    assert "b" == transition(first, "a", "go", NOBODY).state
    second = first.model_copy(update={"states": {"a": StateNode(on={"go": Transition(target="a")})}})
    third = pickle.loads(pickle.dumps(first))

    assert "a" == transition(second, "a", "go", NOBODY).state
    assert (first, first) == (third, copy.deepcopy(first))
    assert "b" == transition(third, "a", "go", NOBODY).state


def test_a_rule_that_is_replaced_decides_from_then_on() -> None:
    """Nothing of a named rule is kept in the table."""
    rules = RuleEngine()
    rules.register("open", F("entity.n") > 0)
    asking = machine(a=StateNode(on={"go": Transition(target="a", guard=RefRule(ref="open"))}))
    before = can(asking, "a", "go", NOBODY, rules)
    rules.unregister("open")
    rules.register("open", F("entity.n") > 1)

    assert (True, False) == (before, can(asking, "a", "go", NOBODY, rules))


def test_a_guard_that_names_a_rule_needs_somebody_who_knows_it() -> None:
    asking = machine(a=StateNode(on={"go": Transition(target="a", guard=RefRule(ref="open"))}))

    with pytest.raises(CoreError, match='no rule "open"'):
        transition(asking, "a", "go", NOBODY)


def test_actions_that_depend_on_nothing_are_the_definitions_own() -> None:
    told = Emit(event="told", payload={"literal": [1, {"deep": True}]})
    telling = machine(a=StateNode(on={"go": Transition(target="a", actions=[told])}, entry=[Emit(event="entered")]))
    first, second = transition(telling, "a", "go", NOBODY), transition(telling, "a", "go", NOBODY)

    assert first is second
    assert told is first.actions[0]


@pytest.mark.parametrize(
    ("initial", "node", "message"),
    [
        ("aa", StateNode(), 'm begins in "aa", which is no state of it'),
        (
            "a",
            StateNode(on={"go": [Transition(target="a"), Transition(target="endd")]}),
            'm leads from "a" to "endd", which is no state of it; did you mean "end"',
        ),
        ("a", StateNode(after=[TimedTransition(delay=1, target="endd")]), 'm leads from "a" to "endd"'),
    ],
)
def test_a_machine_never_leads_to_a_state_that_it_does_not_have(initial: str, node: StateNode, message: str) -> None:
    """Semantics 20: refused when it is registered, and by the pure transition too."""
    unsound = StateMachine(id="m", entity_type="Thing", initial=initial, states={"a": node, "end": StateNode()})

    with pytest.raises(CoreError, match=message) as caught:
        StateMachineRegistry().register(unsound)
    assert "INVALID_MACHINE" == caught.value.code
    with pytest.raises(CoreError, match=message):
        transition(unsound, "a", "go", NOBODY)
