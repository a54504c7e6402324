"""What a machine does with an event (specification, section 4; semantics 16, 17, 19).

`transition` computes: it returns the next state, the assigned values and the actions with their values, and performs nothing.
Performing them in a transaction is context/transitions.py's; whether a machine is sound is check.py's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Protocol, TypeVar

from coregen_runtime.entity.schema import Factory
from coregen_runtime.errors.base import BusinessError, CoreError
from coregen_runtime.errors.codes import ErrorCode
from coregen_runtime.event.types import DomainEvent
from coregen_runtime.primitives.functions import resolve as resolve_function
from coregen_runtime.state.types import Action, Assign, Dispatch, Emit, StateMachine, Transition

if TYPE_CHECKING:
    from coregen_runtime.rule.types import RuleExpr
    from coregen_runtime.state.registry import StateMachineRegistry

S = TypeVar("S", bound=StrEnum)
V = TypeVar("V", bound=StrEnum)


class Failure(Protocol):
    """One condition of a guard that does not hold."""

    @property
    def message(self) -> str: ...


class Explanation(Protocol):
    """Why a guard failed."""

    @property
    def failures(self) -> Sequence[Failure]: ...


class Judge(Protocol):
    """What decides about guards: the rule engine, or anything with its two questions."""

    def evaluate(self, expr: RuleExpr, context: Mapping[str, Any], /) -> bool: ...

    def explain(self, expr: RuleExpr, context: Mapping[str, Any], /) -> Explanation: ...


@dataclass(frozen=True, slots=True)
class FSMContext:
    """What a transition is decided on, all of it data in wire names: the entity, the actor (`id`, `roles`, `orgId`), the event's payload."""

    entity: Mapping[str, Any]
    actor: Mapping[str, Any] = field(default_factory=dict)
    payload: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a transition comes to. `assigned` holds the new values by wire key; the values of `actions` are computed."""

    previous_state: str
    next_state: str
    actions: tuple[Action, ...]
    assigned: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class TransitionResult:
    """The specification's result; `events_emitted` are stamped when they are published."""

    previous_state: str
    next_state: str
    actions_executed: tuple[Action, ...]
    events_emitted: tuple[DomainEvent[Any], ...]


def scope_of(machine: StateMachine, context: FSMContext) -> dict[str, Any]:
    """A guard's context: `entity`, `actor`, `payload`, and the entity under its own camelCase name (semantics 20)."""
    name = machine.entity_type[:1].lower() + machine.entity_type[1:]
    return {name: context.entity, "entity": context.entity, "actor": context.actor, "payload": context.payload}


def candidates(machine: StateMachine, state: str, event: str) -> tuple[Transition, ...]:
    """The transitions of an event in a state, in array order; none where the state or the event is unknown."""
    node = machine.states.get(state)
    return () if node is None else node.on.get(event, ())


def select(machine: StateMachine, state: str, event: str, context: FSMContext, judge: Judge) -> Transition | None:
    """The first transition whose guard passes (semantics 16)."""
    scope = scope_of(machine, context)
    return next((one for one in candidates(machine, state, event) if one.guard is None or judge.evaluate(one.guard, scope)), None)


def can(machine: StateMachine, state: str, event: str, context: FSMContext, judge: Judge) -> bool:
    """Whether `transition` would answer rather than raise."""
    return select(machine, state, event, context, judge) is not None


def valid_events(machine: StateMachine, state: str, context: FSMContext, judge: Judge) -> tuple[str, ...]:
    """The events that are valid now, in the order of the definition."""
    node = machine.states.get(state)
    return () if node is None else tuple(event for event in node.on if can(machine, state, event, context, judge))


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


def transition(machine: StateMachine, state: str, event: str, context: FSMContext, judge: Judge) -> Outcome:
    """`(machine, state, event, context) → (state, actions)`, without any effect but calling the functions that `assign` names.

    Actions come in the order exit → transition → entry; an assign is visible to later ones (semantics 16).

    Raises:
        BusinessError: `INVALID_TRANSITION` names the state, the event and what would be valid; `GUARD_FAILED` carries the guard's explanation.
    """
    chosen = select(machine, state, event, context, judge)
    if chosen is None:
        raise _refusal(machine, state, event, context, judge)
    performed = (*machine.states[state].exit, *chosen.actions, *machine.states[chosen.target].entry)
    assigned, actions = _compute(performed, machine, context)
    return Outcome(state, chosen.target, actions, assigned)


def _refusal(machine: StateMachine, state: str, event: str, context: FSMContext, judge: Judge) -> CoreError:
    facts: dict[str, str | int | float | bool | None] = {"machine": machine.id, "state": state, "event": event}
    if state not in machine.states:
        known = ", ".join(machine.states)
        return BusinessError(ErrorCode.INVALID_TRANSITION, f'"{state}" is no state of {machine.id}; its states are {known}', facts)
    guards = [one.guard for one in candidates(machine, state, event) if one.guard is not None]
    if guards:
        scope = scope_of(machine, context)
        reasons = "; or ".join("; ".join(failure.message for failure in judge.explain(guard, scope).failures) for guard in guards)
        return BusinessError(ErrorCode.GUARD_FAILED, f'"{event}" is not possible now: {reasons}', {**facts, "reasons": reasons})
    valid = ", ".join(valid_events(machine, state, context, judge)) or "no event"
    return BusinessError(ErrorCode.INVALID_TRANSITION, f'"{event}" is not valid in state "{state}"; valid: {valid}', {**facts, "valid": valid})


def _compute(actions: Iterable[Action], machine: StateMachine, context: FSMContext) -> tuple[dict[str, Any], tuple[Action, ...]]:
    entity = dict(context.entity)
    seen = FSMContext(entity, context.actor, context.payload)
    assigned: dict[str, Any] = {}
    computed: list[Action] = []
    for action in actions:
        scope = scope_of(machine, seen)
        if isinstance(action, Assign):
            value = _assigned(action.value, scope, seen)
            entity[action.field] = assigned[action.field] = value
            computed.append(action.model_copy(update={"value": value}))
        elif isinstance(action, Emit | Dispatch):
            payload = {key: value_of(value, scope) for key, value in (action.payload or {}).items()}
            computed.append(action.model_copy(update={"payload": payload}))
        else:
            computed.append(action)
    return assigned, tuple(computed)


def _assigned(value: object, scope: Mapping[str, Any], context: FSMContext) -> Any:
    name = assigned_function(value)
    if name is not None:
        return resolve_function(name)(context)
    return value(context) if callable(value) else value_of(value, scope)


def assigned_function(value: object) -> str | None:
    """The dotted name that an assign's value is: `"pkg.mod:fn"`, or `{"factory": "mod:fn"}` where the module has no package."""
    if isinstance(value, Factory):
        return value.name
    if isinstance(value, Mapping) and list(value) == ["factory"]:
        return str(value["factory"])
    module, colon, function = value.partition(":") if isinstance(value, str) else ("", "", "")
    return f"{module}:{function}" if colon and "." in module and all(part.isidentifier() for part in (*module.split("."), function)) else None


def value_of(value: object, scope: Mapping[str, Any]) -> Any:
    """A literal, or what `{"ref": "payload.x"}` points to; a missing path is None. Lists and objects are searched for refs."""
    if isinstance(value, Mapping):
        if list(value) == ["ref"]:
            return _at(str(value["ref"]), scope)
        return {key: value_of(inner, scope) for key, inner in value.items()}
    return [value_of(inner, scope) for inner in value] if isinstance(value, list | tuple) else value


def _at(path: str, scope: Mapping[str, Any]) -> Any:
    found: Any = scope
    for part in path.split("."):
        if isinstance(found, Mapping):
            found = found.get(part)
        elif isinstance(found, list | tuple) and part.isdecimal() and int(part) < len(found):
            found = found[int(part)]
        else:
            return None
    return found


def emitted(outcome: Outcome, machine: StateMachine, entity: Mapping[str, Any]) -> tuple[DomainEvent[Any], ...]:
    """The events of an outcome, about the entity; `ctx.publish` stamps the rest."""
    return tuple(
        DomainEvent(type=action.event, payload=dict(action.payload or {}), aggregate_id=str(entity["id"]), aggregate_type=machine.entity_type)
        for action in outcome.actions
        if isinstance(action, Emit)
    )


class FSMEngine:
    """The specification's engine: machines by id, judged by the application's rules. It computes and performs nothing."""

    def __init__(self, machines: StateMachineRegistry, judge: Judge) -> None:
        self._machines = machines
        self._judge = judge

    def register(self, machine: StateMachine) -> None:
        """Raises CoreError: `DUPLICATE` where the id is taken."""
        self._machines.register(machine)

    def resolve(self, id: str) -> StateMachine:
        """Raises CoreError: `UNKNOWN`, with the nearest id."""
        return self._machines.resolve(id)

    def can(self, machine_id: str, current_state: str, event: str, context: FSMContext) -> bool:
        return can(self.resolve(machine_id), current_state, event, context, self._judge)

    async def transition(self, machine_id: str, current_state: str, event: str, context: FSMContext) -> TransitionResult:
        """As the function `transition`; the events are built and not yet published."""
        machine = self.resolve(machine_id)
        outcome = transition(machine, current_state, event, context, self._judge)
        return TransitionResult(outcome.previous_state, outcome.next_state, outcome.actions, emitted(outcome, machine, {"id": "", **context.entity}))

    def valid_events(self, machine_id: str, current_state: str, context: FSMContext) -> list[str]:
        return list(valid_events(self.resolve(machine_id), current_state, context, self._judge))

    def reachable_states(self, machine_id: str, current_state: str) -> list[str]:
        return list(reachable_states(self.resolve(machine_id), current_state))


class BoundMachine(Generic[S, V]):
    """A machine with its states and events as enums: what generated code derives `OrderMachine` from. Never instantiated."""

    states: ClassVar[type[StrEnum]]
    events: ClassVar[type[StrEnum]]

    def __init_subclass__(cls, **rest: Any) -> None:
        """A machine is a value, so each class makes its definition once, when it is first asked for."""
        super().__init_subclass__(**rest)
        own = cls.__dict__.get("definition")
        if isinstance(own, classmethod):
            remembered: Callable[..., StateMachine] = cache(own.__func__)
            setattr(cls, "definition", classmethod(remembered))  # noqa: B010  (a method is replaced by itself, remembered)

    @classmethod
    def definition(cls) -> StateMachine:
        raise TypeError(f"{cls.__name__} is no generated machine: it has no definition()")

    @classmethod
    def initial(cls) -> S:
        return cls._state(cls.definition().initial)

    @classmethod
    def can(cls, state: S, event: V, context: FSMContext, judge: Judge) -> bool:
        return can(cls.definition(), state, event, context, judge)

    @classmethod
    def transition(cls, state: S, event: V, context: FSMContext, judge: Judge) -> Outcome:
        return transition(cls.definition(), state, event, context, judge)

    @classmethod
    def valid_events(cls, state: S, context: FSMContext, judge: Judge) -> tuple[V, ...]:
        return tuple(cls.events(event) for event in valid_events(cls.definition(), state, context, judge))  # type: ignore[misc]  # events holds V

    @classmethod
    def reachable_states(cls, state: S) -> tuple[S, ...]:
        return tuple(cls._state(name) for name in reachable_states(cls.definition(), state))

    @classmethod
    def _state(cls, name: str) -> S:
        return cls.states(name)  # type: ignore[return-value]  # states holds S
