"""A machine made ready: state → event → the ways out, each with its guard as a function and its actions concatenated (semantics 16).

A table depends on the machine alone and is kept with it (`StateMachine.table`). What names a rule of the registry or asks the time is left
to whoever judges when the transition is asked for, so a rule that is replaced leaves nothing stale here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from coregen_runtime.errors.base import CoreError
from coregen_runtime.errors.codes import ErrorCode
from coregen_runtime.primitives.suggest import did_you_mean
from coregen_runtime.rule.engine import RuleEngine
from coregen_runtime.rule.types import LeafRule, Op, RefRule, RuleExpr, TemplateRule
from coregen_runtime.rule.walk import nodes
from coregen_runtime.state.actions import Step, is_program, prepared
from coregen_runtime.state.types import Action, Assign, StateMachine, TimedTransition, Transition

if TYPE_CHECKING:
    from collections.abc import Iterable

Decide: TypeAlias = Callable[[Mapping[str, Any], int], bool]


class Outcome(NamedTuple):
    """What a transition comes to: the next state, and the actions in order, their values computed. It unpacks as `(state, actions)`."""

    state: str
    actions: tuple[Action, ...]

    @property
    def assigned(self) -> dict[str, Any]:
        """The entity's new values, by wire key."""
        return {action.field: action.value for action in self.actions if isinstance(action, Assign)}


class Way(NamedTuple):
    """A way out of a state. Without `guard` and `named` it is always open; `ready` is its outcome where `steps` is empty.

    `guard` decides by the context alone; `named` is a rule for the judge: it names rules, or asks the time.
    """

    guard: Decide | None
    named: RuleExpr | None
    ready: Outcome
    steps: tuple[Step, ...]
    rule: RuleExpr | None


@dataclass(frozen=True, slots=True)
class Table:
    """A machine's ways by state and event, and its timeouts by state. `own_name` is the entity's camelCase name (semantics 20)."""

    own_name: str
    ways: Mapping[str, Mapping[str, tuple[Way, ...]]]
    timeouts: Mapping[str, tuple[Way, ...]]


def table_of(machine: StateMachine) -> Table:
    """Raises CoreError: `INVALID_MACHINE` for a state that is not there, `INVALID_RULE` for a guard that no engine would take."""
    _require_states(machine)
    maker = _Maker(machine, RuleEngine())
    return Table(
        own_name=machine.entity_type[:1].lower() + machine.entity_type[1:],
        ways={
            name: {event: tuple(maker.way(name, one) for one in several) for event, several in node.on.items()}
            for name, node in machine.states.items()
        },
        timeouts={name: tuple(maker.way(name, one) for one in node.after) for name, node in machine.states.items() if node.after},
    )


def _require_states(machine: StateMachine) -> None:
    """A machine never leads to a state that it does not have."""
    named = [("begins in", machine.initial)]
    for name, node in machine.states.items():
        ways: list[Transition | TimedTransition] = [one for several in node.on.values() for one in several]
        named += [(f'leads from "{name}" to', one.target) for one in [*ways, *node.after]]
    for what, state in named:
        if state not in machine.states:
            message = f'{machine.id} {what} "{state}", which is no state of it{did_you_mean(state, machine.states)}'
            raise CoreError(ErrorCode.INVALID_MACHINE, message)


class _Maker:
    """What ways of one machine share: an engine without named rules."""

    def __init__(self, machine: StateMachine, rules: RuleEngine) -> None:
        self._machine, self._rules = machine, rules

    def way(self, state: str, given: Transition | TimedTransition) -> Way:
        target = self._machine.states[given.target]
        own: Iterable[Action] = given.actions if isinstance(given, Transition) else ()
        actions = prepared((*self._machine.states[state].exit, *own, *target.entry))
        steps: Any = actions if is_program(actions) else ()
        ready = Outcome(given.target, () if steps else actions)  # type: ignore[arg-type]  # without steps they are actions
        if given.guard is None:
            return Way(None, None, ready, steps, None)
        if not decides_alone(given.guard):
            return Way(None, given.guard, ready, steps, given.guard)
        return Way(self._rules.compile(given.guard).evaluate, None, ready, steps, given.guard)


def decides_alone(expr: RuleExpr) -> bool:
    """Whether a rule is decided by the context alone: it names no rule of the registry and asks no clock."""
    return not any(isinstance(node, RefRule | TemplateRule) or (isinstance(node, LeafRule) and node.op is Op.WITHIN_DAYS) for _, node in nodes(expr))
