"""State machines as data (specification, section 4)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BeforeValidator, Discriminator, Field

from coregen_runtime.primitives.model import DefinitionModel, Items
from coregen_runtime.rule.types import RuleExpr


class Emit(DefinitionModel):
    """Publish a domain event. Payload values are literals or `{"ref": "path"}` into the machine's context."""

    type: Literal["emit"] = "emit"
    event: str
    payload: Mapping[str, Any] | None = None


class Dispatch(DefinitionModel):
    """Send a command through the mediator, after the commit (semantics 17)."""

    type: Literal["dispatch"] = "dispatch"
    command: str
    payload: Mapping[str, Any] | None = None


class Assign(DefinitionModel):
    """Set a field of the entity: a literal, `{"ref": "payload.x"}`, a dotted name `"pkg.mod:fn"`, or a function of the context."""

    type: Literal["assign"] = "assign"
    field: str
    value: Any = None


class Log(DefinitionModel):
    type: Literal["log"] = "log"
    message: str


Action: TypeAlias = Annotated[Emit | Dispatch | Assign | Log, Discriminator("type")]


class Transition(DefinitionModel):
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


class StateNode(DefinitionModel):
    label: str | None = None
    color: str | None = None
    terminal: bool = False
    on: Mapping[str, Annotated[Transition | Items[Transition], BeforeValidator(_as_tuple)]] = Field(default_factory=dict)
    entry: Items[Action] = ()
    exit: Items[Action] = ()
    after: Items[TimedTransition] = ()


class MachineMeta(DefinitionModel):
    description: str | None = None
    diagram: str | None = None


class StateMachine(DefinitionModel):
    """A machine of one enum field of one entity. `field` is semantics 21; without a declared field of that name, the entity gets one."""

    id: str
    entity_type: str
    field: str = "status"
    initial: str
    states: Mapping[str, StateNode]
    meta: MachineMeta | None = None
