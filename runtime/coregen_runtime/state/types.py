"""State machines as data (specification, section 4).

What a machine does with an event is machine.py's; whether it is a sound machine is check.py's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias

from pydantic import BeforeValidator, Discriminator, Field

from coregen_runtime.primitives.model import DefinitionModel, Items
from coregen_runtime.rule.types import RuleExpr

if TYPE_CHECKING:
    from coregen_runtime.primitives.model import Given


class Emit(DefinitionModel):
    """Publish a domain event. Payload values are literals or `{"ref": "path"}` into the machine's context."""

    type: Literal["emit"] = "emit"
    event: str = Field(min_length=1)
    payload: Mapping[str, Any] | None = None


class Dispatch(DefinitionModel):
    """Send a command through the mediator, after the commit (semantics 17). Payload values as in `Emit`."""

    type: Literal["dispatch"] = "dispatch"
    command: str = Field(min_length=1)
    payload: Mapping[str, Any] | None = None


class Assign(DefinitionModel):
    """Set a field of the entity: a literal, `{"ref": "payload.x"}`, `{"factory": "pkg.mod:fn"}` or `"pkg.mod:fn"`, or a function of the context."""

    type: Literal["assign"] = "assign"
    field: str = Field(min_length=1)
    value: Any = None


class Log(DefinitionModel):
    """Write a line to the logger."""

    type: Literal["log"] = "log"
    message: str


Action: TypeAlias = Annotated[Emit | Dispatch | Assign | Log, Discriminator("type")]


class Transition(DefinitionModel):
    """A way out of a state: where to, when, and what happens on the way."""

    target: str
    guard: RuleExpr | None = None
    actions: Items[Action] = ()
    description: str | None = None


class TimedTransition(DefinitionModel):
    """A transition that happens by itself; `delay` is in milliseconds."""

    delay: int = Field(ge=0)
    target: str
    guard: RuleExpr | None = None


def _as_tuple(value: object) -> object:
    return tuple(value) if isinstance(value, list | tuple) else (value,)


if TYPE_CHECKING:
    GivenTransitions = Given[Mapping[str, Transition | Sequence[Transition]], Mapping[str, tuple[Transition, ...]]]
    _no_transitions: Callable[[], Any]
else:
    GivenTransitions = Mapping[str, Annotated[tuple[Transition, ...], BeforeValidator(_as_tuple)]]
    _no_transitions = dict


class StateNode(DefinitionModel):
    """A state. `on` takes one transition or several for an event, and always reads as a tuple of them, in order."""

    label: str | None = None
    description: str | None = None
    color: str | None = None
    terminal: bool = False
    on: GivenTransitions = Field(default_factory=_no_transitions)
    entry: Items[Action] = ()
    exit: Items[Action] = ()
    after: Items[TimedTransition] = ()


class MachineMeta(DefinitionModel):
    """A description for people; `diagram` is a Mermaid text of one's own (diagram.py makes one)."""

    description: str | None = None
    diagram: str | None = None


class StateMachine(DefinitionModel):
    """A machine of one enum field of one entity. `field` is semantics 21; without a declared field of that name, the entity gets one."""

    id: str = Field(min_length=1)
    entity_type: str = Field(min_length=1)
    field: str = Field(default="status", min_length=1)
    initial: str
    states: Mapping[str, StateNode] = Field(min_length=1)
    meta: MachineMeta | None = None
