"""The pure transition, and the questions that must agree with it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coregen_runtime.errors.base import BusinessError, CoreError
from coregen_runtime.rule.builder import F
from coregen_runtime.rule.engine import RuleEngine
from coregen_runtime.state.actions import FSMContext
from coregen_runtime.state.engine import FSMEngine
from coregen_runtime.state.machine import can, reachable_states, transition, valid_events
from coregen_runtime.state.registry import StateMachineRegistry
from coregen_runtime.state.types import Assign, Dispatch, Emit, Log, StateMachine, StateNode, TimedTransition, Transition

RULES = RuleEngine()


def doubled(context: FSMContext) -> int:
    return int(context.entity["count"]) * 2


ORDER = StateMachine(
    id="order-fsm",
    entity_type="Order",
    initial="draft",
    states={
        "draft": StateNode(
            exit=[Log(message="leaving")],
            on={
                "place": [
                    Transition(target="review", guard=F("order.total") > 100),
                    Transition(
                        target="placed",
                        guard=F("entity.total") > 0,
                        actions=[
                            Assign(field="count", value={"ref": "payload.count"}),
                            Assign(field="twice", value=f"{__name__}:doubled"),
                            Emit(event="order.placed", payload={"count": {"ref": "order.count"}, "by": {"ref": "actor.id"}}),
                        ],
                    ),
                ],
                "touch": Transition(target="draft"),
            },
        ),
        "review": StateNode(terminal=True),
        "placed": StateNode(
            entry=[Dispatch(command="billing.charge", payload={"times": {"ref": "order.twice"}})],
            after=[TimedTransition(delay=1000, target="lost")],
        ),
        "lost": StateNode(entry=[Log(message="lost")], terminal=True),
    },
)


def context(total: int = 10, **payload: Any) -> FSMContext:
    return FSMContext({"id": "ord_1", "total": total}, {"id": "actor_1", "roles": []}, payload)


def test_the_first_transition_whose_guard_passes_wins() -> None:
    """Semantics 16: in array order."""
    large, small = (transition(ORDER, "draft", "place", context(total, count=1), RULES).state for total in (500, 10))

    assert ("review", "placed") == (large, small)


def test_actions_run_exit_then_transition_then_entry_and_see_what_was_assigned_before() -> None:
    """Semantics 16: an assign is visible to later actions."""
    outcome = transition(ORDER, "draft", "place", context(10, count=21), RULES)

    assert ["log", "assign", "assign", "emit", "dispatch"] == [action.type for action in outcome.actions]
    assert {"count": 21, "twice": 42} == outcome.assigned
    assert Emit(event="order.placed", payload={"count": 21, "by": "actor_1"}) == outcome.actions[3]
    assert Dispatch(command="billing.charge", payload={"times": 42}) == outcome.actions[4]


def test_a_transition_to_the_same_state_leaves_and_enters_again() -> None:
    """Semantics 16: self transitions exit and enter."""
    outcome = transition(ORDER, "draft", "touch", context(), RULES)

    assert ("draft", "draft", [Log(message="leaving")]) == ("draft", outcome.state, list(outcome.actions))


def test_an_event_that_is_not_valid_names_the_state_the_event_and_what_would_be() -> None:
    """Semantics 19: and its meta carries them."""
    with pytest.raises(BusinessError, match='"ship" is not valid in state "draft"; valid: place, touch') as caught:
        transition(ORDER, "draft", "ship", context(), RULES)

    assert "INVALID_TRANSITION" == caught.value.code


def test_a_failed_guard_carries_the_explanation_of_the_rule() -> None:
    """Semantics 19."""
    with pytest.raises(BusinessError, match="entity.total must be more than 0") as caught:
        transition(ORDER, "draft", "place", context(0), RULES)

    assert "GUARD_FAILED" == caught.value.code


def test_an_unknown_state_is_refused_with_the_states_there_are() -> None:
    with pytest.raises(BusinessError, match='"gone" is no state of order-fsm; its states are draft, review, placed, lost'):
        transition(ORDER, "gone", "place", context(), RULES)


def test_reachable_states_follow_events_and_timeouts() -> None:
    assert ("draft", "review", "placed", "lost") == reachable_states(ORDER, "draft")
    assert ("lost",) == reachable_states(ORDER, "placed")
    assert () == reachable_states(ORDER, "lost")


def test_the_engine_answers_by_machine_id_and_builds_the_events() -> None:
    engine = FSMEngine(StateMachineRegistry(), RULES)
    engine.register(ORDER)

    result = asyncio.run(engine.transition("order-fsm", "draft", "place", context(10, count=1)))

    assert ("draft", "placed", ["order.placed"]) == (result.previous_state, result.next_state, [event.type for event in result.events_emitted])
    assert ["place", "touch"] == engine.valid_events("order-fsm", "draft", context())
    with pytest.raises(CoreError, match='no state machine "order-fms" is registered; did you mean "order-fsm"'):
        engine.resolve("order-fms")
    with pytest.raises(CoreError, match="registered already"):
        engine.register(ORDER)


NAMES = st.sampled_from(["a", "b", "c"])
GUARDS = st.none() | st.integers(-2, 2).map(lambda bound: F("entity.n") > bound)
TRANSITIONS = st.builds(Transition, target=NAMES, guard=GUARDS)
NODES = st.builds(StateNode, on=st.dictionaries(st.sampled_from(["x", "y", "z"]), st.lists(TRANSITIONS, min_size=1, max_size=3)))
MACHINES = st.fixed_dictionaries({"a": NODES, "b": NODES, "c": NODES}).map(
    lambda states: StateMachine(id="m", entity_type="Thing", initial="a", states=states)
)


@given(MACHINES, NAMES, st.sampled_from(["x", "y", "z", "w"]), st.integers(-3, 3))
def test_can_and_valid_events_and_transition_agree(machine: StateMachine, state: str, event: str, n: int) -> None:
    """Semantics 19."""
    given_context = FSMContext({"n": n})
    try:
        reached = transition(machine, state, event, given_context, RULES).state
    except BusinessError:
        reached = None

    assert (reached is not None) == can(machine, state, event, given_context, RULES)
    assert (reached is not None) == (event in valid_events(machine, state, given_context, RULES))
    assert reached is None or reached in reachable_states(machine, state)


@pytest.mark.parametrize(
    ("value", "assigned"),
    [
        (3, 3),
        ("text", "text"),
        (None, None),
        ([1, {"of": "it"}], [1, {"of": "it"}]),
        ({"ref": "payload.x.0.y"}, 7),
        ({"ref": "order.total"}, 10),
        ({"ref": "payload.gone"}, None),
        ({"list": [{"ref": "actor.id"}, 1]}, {"list": ["actor_1", 1]}),
        (f"{__name__}:doubled", 20),
        ({"factory": f"{__name__}:doubled"}, 20),
        (lambda given: sorted(given.entity), ["count", "id", "total"]),
    ],
)
def test_a_value_is_a_literal_a_path_or_a_function(value: Any, assigned: Any) -> None:
    """Semantics 17: and in Python the function itself."""
    states = {"a": StateNode(on={"go": Transition(target="a", actions=[Assign(field="f", value=value)])})}
    machine = StateMachine(id="m", entity_type="Order", initial="a", states=states)
    given = FSMContext({"id": "ord_1", "total": 10, "count": 10}, {"id": "actor_1"}, {"x": [{"y": 7}]})

    assert {"f": assigned} == transition(machine, "a", "go", given).assigned
