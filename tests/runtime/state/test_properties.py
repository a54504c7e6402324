"""Random machines against plain oracles: which transition wins, in what order actions come, what can be reached (semantics 16, 19)."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from coregen_runtime.errors.base import BusinessError
from coregen_runtime.rule.builder import F
from coregen_runtime.rule.engine import RuleEngine
from coregen_runtime.rule.types import AnyRule, RefRule, RuleExpr
from coregen_runtime.state.actions import FSMContext
from coregen_runtime.state.machine import can, open_events, reachable_states, transition, valid_events
from coregen_runtime.state.timers import fire, timers
from coregen_runtime.state.types import Action, Assign, Dispatch, Emit, Log, StateMachine, StateNode, TimedTransition, Transition

STATES = ["a", "b", "", "__class__", "self\n"]
EVENTS = ["x", "y", "", "__init__", "on"]
RULES = RuleEngine()
RULES.register_all({"many": F("entity.n") > 1, "few": ~RefRule(ref="many")})

GUARDS: st.SearchStrategy[RuleExpr | None] = st.one_of(
    st.none(),
    st.integers(-2, 2).map(lambda bound: F("thing.n") > bound),
    st.integers(-2, 2).map(lambda bound: F("payload.n") <= bound),
    st.sampled_from(
        [
            RefRule(ref="many"),
            RefRule(ref="few"),
            F("actor.id") == "ann",
            F("entity.m").exists(),
            F("n").within_days(1),
            AnyRule(any_="actor.roles", where=F("item") == "admin"),
        ]
    ),
)
VALUES: st.SearchStrategy[Any] = st.one_of(
    st.integers(-3, 3),
    st.sampled_from(["text", None, [1, 2], {"k": 1}]),
    st.sampled_from(["thing.n", "entity.m", "payload.n", "actor.id", "payload.gone.deeper"]).map(lambda path: {"ref": path}),
    st.just({"deep": [{"ref": "entity.m"}, 1, {"and": {"ref": "payload.n"}}]}),
)
ACTIONS: st.SearchStrategy[Action] = st.one_of(
    st.builds(Assign, field=st.sampled_from(["n", "m"]), value=VALUES),
    st.builds(Assign, field=st.just("m"), value=st.just(lambda context: [context.entity.get("n"), context.payload.get("n")])),
    st.builds(Emit, event=st.sampled_from(["told", "said"]), payload=st.none() | st.dictionaries(st.sampled_from(["p", "q"]), VALUES, max_size=2)),
    st.builds(Dispatch, command=st.just("do"), payload=st.none() | st.dictionaries(st.sampled_from(["p", "q"]), VALUES, max_size=2)),
    st.builds(Log, message=st.sampled_from(["one", "two"])),
)
SEVERAL = st.lists(ACTIONS, max_size=3)
NODES = st.builds(
    StateNode,
    on=st.dictionaries(
        st.sampled_from(EVENTS),
        st.lists(st.builds(Transition, target=st.sampled_from(STATES), guard=GUARDS, actions=SEVERAL), min_size=1, max_size=3),
        max_size=4,
    ),
    entry=SEVERAL,
    exit=SEVERAL,
    after=st.lists(st.builds(TimedTransition, delay=st.integers(0, 9), target=st.sampled_from(STATES), guard=GUARDS), max_size=2),
)
MACHINES = st.fixed_dictionaries({name: NODES for name in STATES}).map(
    lambda states: StateMachine(id="m", entity_type="Thing", initial="a", states=states)
)
CONTEXTS = st.builds(
    FSMContext,
    entity=st.fixed_dictionaries({"id": st.just("t_1"), "n": st.integers(-3, 3)}, optional={"m": st.integers(0, 3)}),
    actor=st.sampled_from([{"id": "ann", "roles": []}, {"id": "bob", "roles": ["admin"]}]),
    payload=st.fixed_dictionaries({}, optional={"n": st.integers(-3, 3) | st.text(max_size=2)}),
)


def scope(context: FSMContext, entity: dict[str, Any]) -> dict[str, Any]:
    return {"thing": entity, "entity": entity, "actor": context.actor, "payload": context.payload}


def value_of(value: Any, found: Any) -> Any:
    """The oracle's reading of a value: refs replaced, everything else as it stands."""
    if isinstance(value, dict) and list(value) == ["ref"]:
        for part in value["ref"].split("."):
            found = found.get(part) if isinstance(found, dict) else None
        return found
    if isinstance(value, dict):
        return {key: value_of(inner, found) for key, inner in value.items()}
    return [value_of(inner, found) for inner in value] if isinstance(value, list | tuple) else value


def expected(machine: StateMachine, state: str, chosen: Transition | TimedTransition, context: FSMContext) -> list[tuple[Any, ...]]:
    """The oracle: exit, transition, entry, one after the other, on a copy of the entity."""
    entity, told = dict(context.entity), list[tuple[Any, ...]]()
    own = chosen.actions if isinstance(chosen, Transition) else ()
    for action in [*machine.states[state].exit, *own, *machine.states[chosen.target].entry]:
        if isinstance(action, Assign):
            given = action.value(FSMContext(entity, context.actor, context.payload)) if callable(action.value) else None
            entity[action.field] = given if callable(action.value) else value_of(action.value, scope(context, entity))
            told.append(("assign", action.field, entity[action.field]))
        elif isinstance(action, Emit | Dispatch):
            payload = {key: value_of(value, scope(context, entity)) for key, value in (action.payload or {}).items()}
            told.append((action.type, action.event if isinstance(action, Emit) else action.command, payload))
        else:
            told.append(("log", action.message, None))
    return told


def as_told(action: Action) -> tuple[Any, ...]:
    if isinstance(action, Assign):
        return ("assign", action.field, action.value)
    if isinstance(action, Emit | Dispatch):
        return (action.type, action.event if isinstance(action, Emit) else action.command, dict(action.payload or {}))
    return ("log", action.message, None)


def winner(machine: StateMachine, state: str, event: str, context: FSMContext) -> Transition | None:
    node = machine.states.get(state)
    several = node.on.get(event, ()) if node is not None else ()
    asked = scope(context, dict(context.entity))
    return next((one for one in several if one.guard is None or RULES.evaluate(one.guard, asked)), None)


@settings(max_examples=300)
@given(MACHINES, st.sampled_from([*STATES, "gone"]), st.sampled_from([*EVENTS, "never"]), CONTEXTS)
def test_the_ways_of_asking_agree_with_each_other_and_with_the_oracle(machine: StateMachine, state: str, event: str, context: FSMContext) -> None:
    """Semantics 16, 19: `can`, `valid_events` and `transition` agree, on known and unknown states and events."""
    before, chosen = dict(context.entity), winner(machine, state, event, context)
    possible = (can(machine, state, event, context, RULES), event in valid_events(machine, state, context, RULES))
    try:
        reached, actions = transition(machine, state, event, context, RULES)
    except BusinessError as error:
        asked = state in machine.states and event in machine.states[state].on
        assert (None, (False, False), "GUARD_FAILED" if asked else "INVALID_TRANSITION") == (chosen, possible, error.code)
        return

    assert chosen is not None
    assert (chosen.target, (True, True)) == (reached, possible)
    assert expected(machine, state, chosen, context) == [as_told(action) for action in actions]
    assert (event, reached) in open_events(machine, state, context, RULES)
    assert reached in reachable_states(machine, state)
    assert before == context.entity


@given(MACHINES, st.sampled_from(STATES), CONTEXTS, st.integers(0, 10_000))
def test_a_timer_does_what_its_timeout_says_and_nothing_when_it_is_stale(machine: StateMachine, state: str, context: FSMContext, now: int) -> None:
    """Semantics 18."""
    asked = scope(context, dict(context.entity))
    armed = timers(machine, state, "t_1", "entry", now)

    assert sorted(now + timed.delay for timed in machine.states[state].after) == [timer.due_at for timer in armed]
    for timer in armed:
        timed = machine.states[state].after[timer.index]
        passes = timed.guard is None or RULES.evaluate(timed.guard, asked)
        outcome = fire(machine, timer, state, "entry", context, RULES)

        assert (timed.target if passes else None) == (None if outcome is None else outcome.state)
        assert outcome is None or expected(machine, state, timed, context) == [as_told(action) for action in outcome.actions]
        assert (None, None) == (
            fire(machine, timer, state, "a later entry", context, RULES),
            fire(machine, timer, "another state", "entry", context, RULES),
        )


@given(MACHINES, st.sampled_from(STATES))
def test_what_can_be_reached_is_the_transitive_closure(machine: StateMachine, state: str) -> None:
    steps = {(name, timed.target) for name, node in machine.states.items() for timed in node.after}
    steps |= {(name, one.target) for name, node in machine.states.items() for several in node.on.values() for one in several}
    closure = set(steps)
    for _ in STATES:
        closure |= {(start, end) for start, between in closure for begin, end in steps if begin == between}

    assert tuple(name for name in machine.states if (state, name) in closure) == reachable_states(machine, state)
