"""What a machine does with an event (specification, section 4; semantics 16, 19).

`transition` computes: it returns the next state and the actions with their values, and performs nothing. How a machine is made ready is
table.py's, what actions come to actions.py's, timeouts timers.py's; performing it all in a transaction is context/transitions.py's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from coregen_runtime.errors.base import BusinessError, CoreError
from coregen_runtime.errors.codes import ErrorCode
from coregen_runtime.primitives.suggest import did_you_mean
from coregen_runtime.rule.engine import RuleEngine
from coregen_runtime.state.actions import FSMContext, computed
from coregen_runtime.state.table import Outcome, Table, Way
from coregen_runtime.state.types import StateMachine

if TYPE_CHECKING:
    from coregen_runtime.rule.types import RuleExpr


class Failure(Protocol):
    """One condition of a guard that does not hold."""

    @property
    def message(self) -> str: ...


class Explanation(Protocol):
    """Why a guard failed."""

    @property
    def failures(self) -> Sequence[Failure]: ...


class Judge(Protocol):
    """Who decides about guards that name rules or ask the time, and explains all of them: the rule engine."""

    def evaluate(self, expr: RuleExpr, context: Mapping[str, Any], /) -> bool: ...

    def explain(self, expr: RuleExpr, context: Mapping[str, Any], /) -> Explanation: ...


def scope_of(machine: StateMachine, context: FSMContext) -> dict[str, Any]:
    """A guard's context: `entity`, `actor`, `payload`, and the entity under its own camelCase name (semantics 20)."""
    return {machine.table.own_name: context.entity, "entity": context.entity, "actor": context.actor, "payload": context.payload}


def transition(machine: StateMachine, state: str, event: str, context: FSMContext, rules: Judge | None = None) -> Outcome:
    """`(machine, state, event, context) → (state, actions)`, without any effect but calling the functions that `assign` names.

    The first transition whose guard passes, in array order, wins. Actions come in the order exit → transition → entry; an assign is visible
    to later ones (semantics 16).

    Args:
        rules: needed where guards name rules; guards that ask the time take its clock, and the system's without it.

    Raises:
        BusinessError: `INVALID_TRANSITION` names the state, the event and what would be valid; `GUARD_FAILED` carries the guards' explanations.
        CoreError: `INVALID_RULE`: a guard names a rule that is not there.
    """
    table = machine.table
    try:
        ways = table.ways[state][event]
    except KeyError:
        raise _refusal(machine, state, event, context, rules) from None
    way = _open(table, ways, context, rules)
    if way is None:
        raise _refusal(machine, state, event, context, rules)
    return Outcome(way.ready.state, computed(way.steps, table.own_name, context)) if way.steps else way.ready


def outcome_of(machine: StateMachine, way: Way, context: FSMContext) -> Outcome:
    """What an open way comes to: the same value each time where no action depends on the context."""
    return Outcome(way.ready.state, computed(way.steps, machine.table.own_name, context)) if way.steps else way.ready


def _open(table: Table, ways: tuple[Way, ...], context: FSMContext, rules: Judge | None) -> Way | None:
    """The first way whose guard passes (semantics 16)."""
    scope: dict[str, Any] | None = None
    for way in ways:
        guard, named, _, _, _ = way
        if guard is None and named is None:
            return way
        if scope is None:
            entity = context.entity
            scope = {table.own_name: entity, "entity": entity, "actor": context.actor, "payload": context.payload}
        if guard(scope, 0) if guard is not None else passes(named, scope, rules):
            return way
    return None


def passes(guard: RuleExpr | None, scope: Mapping[str, Any], rules: Judge | None) -> bool:
    """Whether a guard passes; without one, always. Raises as `transition`."""
    return guard is None or (rules or RuleEngine()).evaluate(guard, scope)


def open_events(machine: StateMachine, state: str, context: FSMContext, rules: Judge | None = None) -> tuple[tuple[str, str], ...]:
    """The events that are valid now, in the order of the definition, each with the state it leads to."""
    found = [(event, _open(machine.table, ways, context, rules)) for event, ways in machine.table.ways.get(state, {}).items()]
    return tuple([(event, way.ready.state) for event, way in found if way is not None])


def can(machine: StateMachine, state: str, event: str, context: FSMContext, rules: Judge | None = None) -> bool:
    """Whether `transition` would answer rather than raise. Raises CoreError as it does."""
    ways = machine.table.ways.get(state, {}).get(event)
    return ways is not None and _open(machine.table, ways, context, rules) is not None


def valid_events(machine: StateMachine, state: str, context: FSMContext, rules: Judge | None = None) -> tuple[str, ...]:
    """The events that are valid now, in the order of the definition."""
    return tuple([event for event, ways in machine.table.ways.get(state, {}).items() if _open(machine.table, ways, context, rules) is not None])


def reachable_states(machine: StateMachine, state: str) -> tuple[str, ...]:
    """The states that can come after `state`, whatever the guards say, in the order of the definition; `state` itself only in a cycle."""
    seen: set[str] = set()
    open_states = [state]
    while open_states:
        node = machine.states.get(open_states.pop())
        if node is None:
            continue
        targets = {one.target for several in node.on.values() for one in several} | {one.target for one in node.after}
        open_states.extend(targets - seen)
        seen |= targets
    return tuple(name for name in machine.states if name in seen)


def _refusal(machine: StateMachine, state: str, event: str, context: FSMContext, rules: Judge | None) -> CoreError:
    facts: dict[str, str | int | float | bool | None] = {"machine": machine.id, "state": state, "event": event}
    if state not in machine.states:
        near = did_you_mean(state, machine.states)
        return BusinessError(ErrorCode.INVALID_TRANSITION, f'"{state}" is no state of {machine.id}{near or _states(machine)}', facts)
    valid = ", ".join(valid_events(machine, state, context, rules)) or "no event"
    ways = machine.table.ways[state].get(event, ())
    if ways:
        reasons = _reasons(machine, ways, context, rules)
        message = f'"{event}" is not possible in state "{state}" now: {reasons}; valid: {valid}'
        return BusinessError(ErrorCode.GUARD_FAILED, message, {**facts, "reasons": reasons, "valid": valid})
    return BusinessError(ErrorCode.INVALID_TRANSITION, f'"{event}" is not valid in state "{state}"; valid: {valid}', {**facts, "valid": valid})


_SHOWN = 20


def _states(machine: StateMachine) -> str:
    names = list(machine.states)
    return f"; its states are {', '.join(names[:_SHOWN])}{', …' if len(names) > _SHOWN else ''}"


def _reasons(machine: StateMachine, ways: tuple[Way, ...], context: FSMContext, rules: Judge | None) -> str:
    judge, scope = rules or RuleEngine(), scope_of(machine, context)
    explained = (judge.explain(way.rule, scope).failures for way in ways if way.rule is not None)
    return "; or ".join(dict.fromkeys("; ".join(failure.message for failure in failures) for failures in explained))
