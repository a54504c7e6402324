"""State machines as data (specification, section 4).

What a machine does with an event is machine.py's; whether it is a sound machine is check.py's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self, TypeAlias, TypeVar

from pydantic import BeforeValidator, Discriminator, Field

from coregen_runtime.primitives.model import DefinitionModel, Items
from coregen_runtime.rule.types import RuleExpr

if TYPE_CHECKING:
    from coregen_runtime.primitives.model import Given
    from coregen_runtime.state.table import Table

Name: TypeAlias = Annotated[str, Field(min_length=0)]
"""Any string of Unicode; the least length makes Pydantic look at the characters, and refuse half of a surrogate pair."""


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

    target: Name
    guard: RuleExpr | None = None
    actions: Items[Action] = ()
    description: str | None = None


MAX_DELAY = 3_155_760_000_000
"""A hundred years, in ms."""


class TimedTransition(DefinitionModel):
    """A transition that happens by itself; `delay` is in milliseconds."""

    delay: int = Field(ge=0, le=MAX_DELAY)
    target: Name
    guard: RuleExpr | None = None


def _as_tuple(value: object) -> object:
    return tuple(value) if isinstance(value, list | tuple) else (value,)


if TYPE_CHECKING:
    GivenTransitions = Given[Mapping[str, Transition | Sequence[Transition]], Mapping[str, tuple[Transition, ...]]]
    _no_transitions: Callable[[], Any]
else:
    GivenTransitions = Mapping[Name, Annotated[tuple[Transition, ...], BeforeValidator(_as_tuple)]]
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
    initial: Name
    states: Mapping[Name, StateNode] = Field(min_length=1)
    meta: MachineMeta | None = None

    @cached_property
    def table(self) -> Table:
        """The machine made ready (table.py), once. Raises CoreError: `INVALID_MACHINE`, `INVALID_RULE`."""
        from coregen_runtime.state.table import table_of

        return table_of(self)

    def __copy__(self) -> Self:
        """A copy, of which something may be changed: it makes its own table."""
        return _without_table(super().__copy__())

    def __deepcopy__(self, memo: dict[int, Any] | None = None) -> Self:
        return _without_table(super().__deepcopy__(memo))

    def __getstate__(self) -> dict[Any, Any]:
        state = super().__getstate__()
        return {**state, "__dict__": {key: value for key, value in state["__dict__"].items() if key != "table"}}


M = TypeVar("M", bound=StateMachine)


def _without_table(machine: M) -> M:
    machine.__dict__.pop("table", None)
    return machine
