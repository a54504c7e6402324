"""The specification's engine: machines by id, judged by an application's rules; and machines with their states and events as enums."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from coregen_runtime.event.types import DomainEvent
from coregen_runtime.state.actions import FSMContext
from coregen_runtime.state.machine import Judge, can, reachable_states, transition, valid_events
from coregen_runtime.state.table import Outcome
from coregen_runtime.state.types import Action, Emit, StateMachine

if TYPE_CHECKING:
    from coregen_runtime.state.registry import StateMachineRegistry

S = TypeVar("S", bound=StrEnum)
V = TypeVar("V", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class TransitionResult:
    """The specification's result; `events_emitted` are stamped when they are published."""

    previous_state: str
    next_state: str
    actions_executed: tuple[Action, ...]
    events_emitted: tuple[DomainEvent[Any], ...]


def emitted(outcome: Outcome, machine: StateMachine, entity: Mapping[str, Any]) -> tuple[DomainEvent[Any], ...]:
    """The events of an outcome, about the entity; `ctx.publish` stamps the rest."""
    return tuple(
        DomainEvent(type=action.event, payload=dict(action.payload or {}), aggregate_id=str(entity["id"]), aggregate_type=machine.entity_type)
        for action in outcome.actions
        if isinstance(action, Emit)
    )


class FSMEngine:
    """The specification's engine. It computes and performs nothing: `perform_transition` does.

    Args:
        rules: who decides about guards that name rules or ask the time.
    """

    def __init__(self, machines: StateMachineRegistry, rules: Judge) -> None:
        self.machines = machines
        self._rules = rules

    def register(self, machine: StateMachine) -> None:
        """Raises CoreError: `DUPLICATE`, `INVALID_MACHINE`, `INVALID_RULE`, as `StateMachineRegistry.register`."""
        self.machines.register(machine)

    def resolve(self, id: str) -> StateMachine:
        """Raises CoreError: `UNKNOWN`, with the nearest id."""
        return self.machines.resolve(id)

    def can(self, machine_id: str, current_state: str, event: str, context: FSMContext) -> bool:
        """Raises CoreError as `resolve`."""
        return can(self.resolve(machine_id), current_state, event, context, self._rules)

    async def transition(self, machine_id: str, current_state: str, event: str, context: FSMContext) -> TransitionResult:
        """As the function `transition`; the events are built and not yet published."""
        machine = self.resolve(machine_id)
        outcome = transition(machine, current_state, event, context, self._rules)
        return TransitionResult(current_state, outcome.state, outcome.actions, emitted(outcome, machine, {"id": "", **context.entity}))

    def valid_events(self, machine_id: str, current_state: str, context: FSMContext) -> list[str]:
        """In the order of the definition. Raises CoreError as `resolve`."""
        return list(valid_events(self.resolve(machine_id), current_state, context, self._rules))

    def reachable_states(self, machine_id: str, current_state: str) -> list[str]:
        """Whatever the guards say, by events and by time. Raises CoreError as `resolve`."""
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
    def can(cls, state: S, event: V, context: FSMContext, rules: Judge | None = None) -> bool:
        return can(cls.definition(), state, event, context, rules)

    @classmethod
    def transition(cls, state: S, event: V, context: FSMContext, rules: Judge | None = None) -> Outcome:
        """As the function `transition`, on the definition as it was written."""
        return transition(cls.definition(), state, event, context, rules)

    @classmethod
    def valid_events(cls, state: S, context: FSMContext, rules: Judge | None = None) -> tuple[V, ...]:
        return tuple(cls.events(event) for event in valid_events(cls.definition(), state, context, rules))  # type: ignore[misc]  # events holds V

    @classmethod
    def reachable_states(cls, state: S) -> tuple[S, ...]:
        return tuple(cls._state(name) for name in reachable_states(cls.definition(), state))

    @classmethod
    def _state(cls, name: str) -> S:
        return cls.states(name)  # type: ignore[return-value]  # states holds S
