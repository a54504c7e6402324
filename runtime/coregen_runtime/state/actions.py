"""What actions come to: values read from the context, assigns that later actions see (specification, section 4; semantics 16, 17).

A list of actions is prepared once. Where nothing depends on the context the prepared actions are the definition's own objects;
elsewhere a program computes them. Performing them is context/transitions.py's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias, TypeGuard, TypeVar

from coregen_runtime.entity.schema import Factory
from coregen_runtime.primitives.functions import resolve
from coregen_runtime.state.types import Action, Assign, Dispatch, Emit

Scope: TypeAlias = "dict[str, Any]"
Read: TypeAlias = Callable[[Scope], Any]
"""A value of a payload, given the context of the machine."""


@dataclass(frozen=True, slots=True)
class FSMContext:
    """What a transition is decided on, all of it data in wire names: the entity, the actor (`id`, `roles`, `orgId`, `type`), the event's payload."""

    entity: Mapping[str, Any]
    actor: Mapping[str, Any] = field(default_factory=dict)
    payload: Mapping[str, Any] = field(default_factory=dict)


Step: TypeAlias = Callable[[Scope, FSMContext, "dict[str, Any]"], Action]
"""One action, computed; it may write to the entity, the last argument."""


def prepared(actions: Sequence[Action]) -> tuple[Action, ...] | tuple[Step, ...]:
    """The actions themselves where they depend on nothing, else a program that `computed` runs."""
    return tuple(actions) if all(_is_ready(action) for action in actions) else tuple(_step(action) for action in actions)


def is_program(given: tuple[Action, ...] | tuple[Step, ...]) -> bool:
    """Whether `prepared` gave steps to compute. A model of an action is never callable."""
    return bool(given) and callable(given[0])


def computed(steps: Sequence[Step], own_name: str, context: FSMContext) -> tuple[Action, ...]:
    """The actions with their values, in order; an assign is visible to those after it. The context's own entity stays as it is."""
    entity = dict(context.entity)
    scope = {own_name: entity, "entity": entity, "actor": context.actor, "payload": context.payload}
    seen = FSMContext(entity, context.actor, context.payload)
    return tuple(step(scope, seen, entity) for step in steps)


def _is_ready(action: Action) -> bool:
    if isinstance(action, Assign):
        return not callable(action.value) and assigned_function(action.value) is None and not refs(action.value)
    return not (isinstance(action, Emit | Dispatch) and refs(action.payload))


def _step(action: Action) -> Step:
    if isinstance(action, Assign):
        return _assign(action)
    if isinstance(action, Emit | Dispatch) and not _is_ready(action):
        return _payload(action)
    return lambda scope, context, entity: action


def _assign(action: Assign) -> Step:
    key, value = action.field, action.value
    name = assigned_function(value)
    if _is_ready(action):

        def literal(scope: Scope, context: FSMContext, entity: dict[str, Any]) -> Action:
            entity[key] = value
            return action

        return literal
    function: Callable[[FSMContext], Any] | None = value if callable(value) else None if name is None else _found(name)
    read = value_reader(value) if function is None else None

    def step(scope: Scope, context: FSMContext, entity: dict[str, Any]) -> Action:
        entity[key] = found = read(scope) if read is not None else function(context) if function is not None else None
        return _with(action, "value", found)

    return step


def _found(name: str) -> Callable[[FSMContext], Any]:
    """The function of a dotted name, imported when it is first called."""
    kept: list[Callable[..., Any]] = []

    def call(context: FSMContext) -> Any:
        if not kept:
            kept.append(resolve(name))
        return kept[0](context)

    return call


def _payload(action: Emit | Dispatch) -> Step:
    readers = tuple((key, value_reader(value)) for key, value in (action.payload or {}).items())
    return lambda scope, context, entity: _with(action, "payload", {key: read(scope) for key, read in readers})


A = TypeVar("A", bound=Emit | Dispatch | Assign)


def _with(action: A, name: str, value: object) -> A:
    """The action with one attribute changed, without Pydantic's own copy, which costs more than the whole transition."""
    kind: type[A] = type(action)
    made = kind.__new__(kind)
    object.__setattr__(made, "__dict__", {**action.__dict__, name: value})
    object.__setattr__(made, "__pydantic_fields_set__", {*action.__pydantic_fields_set__, name})
    object.__setattr__(made, "__pydantic_extra__", None)
    object.__setattr__(made, "__pydantic_private__", None)
    return made


def assigned_function(value: object) -> str | None:
    """The dotted name that an assign's value is: `"pkg.mod:fn"`, or `{"factory": "mod:fn"}` where the module has no package."""
    if isinstance(value, Factory):
        return value.name
    if isinstance(value, Mapping) and list(value) == ["factory"]:
        return str(value["factory"])
    module, colon, function = value.partition(":") if isinstance(value, str) else ("", "", "")
    return f"{module}:{function}" if colon and "." in module and all(part.isidentifier() for part in (*module.split("."), function)) else None


def refs(value: object) -> tuple[tuple[tuple[str | int, ...], str], ...]:
    """Every `{"ref": path}` in a value, with its place; lists and objects are searched."""
    found: list[tuple[tuple[str | int, ...], str]] = []
    pending: list[tuple[tuple[str | int, ...], object]] = [((), value)]
    for loc, each in pending:
        if is_ref(each):
            found.append(((*loc, "ref"), str(each["ref"])))
        elif isinstance(each, Mapping):
            pending += [((*loc, str(key)), inner) for key, inner in each.items()]
        elif isinstance(each, list | tuple):
            pending += [((*loc, index), inner) for index, inner in enumerate(each)]
    return tuple(found)


def is_ref(value: object) -> TypeGuard[Mapping[str, Any]]:
    """Whether a value is `{"ref": path}`, and nothing beside it."""
    return isinstance(value, Mapping) and len(value) == 1 and "ref" in value


def value_reader(value: object) -> Read:
    """A function that gives a literal, or what `{"ref": "payload.x"}` points to; a missing path is None. Lists and objects are searched for refs."""
    if not refs(value):
        return lambda scope: value
    if is_ref(value):
        path = tuple(str(value["ref"]).split("."))
        return lambda scope: _at(path, scope)
    if isinstance(value, Mapping):
        members = tuple((key, value_reader(inner)) for key, inner in value.items())
        return lambda scope: {key: read(scope) for key, read in members}
    parts = tuple(value_reader(inner) for inner in value) if isinstance(value, list | tuple) else ()
    return lambda scope: [read(scope) for read in parts]


def _at(path: tuple[str, ...], scope: Mapping[str, Any]) -> Any:
    found: Any = scope
    for part in path:
        if isinstance(found, Mapping):
            found = found.get(part)
        elif isinstance(found, list | tuple) and part.isdecimal() and int(part) < len(found):
            found = found[int(part)]
        else:
            return None
    return found
