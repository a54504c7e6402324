"""What the parts of a definition are called in sentences: `field "price" of Product`, `"required" of field "price"`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Literal, TypeAlias

from pydantic import BaseModel

from coregen.load.positions import Loc
from coregen.load.shapes import Trace, field_of, wire_key
from coregen_runtime.entity.schema import EntityHooks, EntitySchema, Factory, FieldSchema
from coregen_runtime.entity.validators import Validator
from coregen_runtime.module.definition import (
    ChannelForward,
    CommandSchema,
    EventSchema,
    ModuleDefinition,
    QuerySchema,
    Subscription,
)
from coregen_runtime.module.migration import Migration
from coregen_runtime.queue.types import JobDefinition, WorkerDefinition
from coregen_runtime.rule.types import AllRule, AndRule, AnyRule, LeafRule, NotRule, OrRule, RefRule, TemplateRule
from coregen_runtime.state.types import StateMachine, StateNode, TimedTransition, Transition

Style: TypeAlias = Literal["data", "python"]
"""How keys are written: camelCase in documents, snake_case in Python."""


_NOUNS: dict[type[BaseModel], tuple[str, str | None]] = {
    ModuleDefinition: ("module", "id"),
    EntitySchema: ("entity", "name"),
    FieldSchema: ("field", "key"),
    EntityHooks: ("hooks", None),
    LeafRule: ("rule", None),
    AndRule: ("rule", None),
    OrRule: ("rule", None),
    NotRule: ("rule", None),
    AnyRule: ("rule", None),
    AllRule: ("rule", None),
    RefRule: ("rule", None),
    TemplateRule: ("rule", None),
    Validator: ("validator", "name"),
    Factory: ("factory", None),
    StateMachine: ("machine", "id"),
    StateNode: ("state", None),
    Transition: ("transition", None),
    TimedTransition: ("timed transition", None),
    CommandSchema: ("command", "type"),
    QuerySchema: ("query", "type"),
    EventSchema: ("event", "type"),
    Subscription: ("subscription", "event"),
    ChannelForward: ("channel", "pattern"),
    JobDefinition: ("job", "name"),
    WorkerDefinition: ("worker", "queue"),
    Migration: ("migration", "name"),
}


def subject(where: Trace, index: int, style: Style) -> str:
    """The thing at `owners[index]`, by its name and that of what it stands in: `field "price" of Product`."""
    model, loc, data = where.owners[index]
    noun, naming = _NOUNS.get(model, (re.sub(r"(?<=[a-z])(?=[A-Z])", " ", model.__name__).lower(), None))
    name = _name(data, naming)
    if model is StateNode and loc:
        name = str(loc[-1])
    if model is Transition and loc:
        name = next((str(step) for step in reversed(loc) if isinstance(step, str)), None)
    if name is None:
        own = f"the {noun}" if model in (ModuleDefinition, EntityHooks) else f"{_article(noun)} {noun}"
    else:
        own = f'{noun} "{name}"' if model in (FieldSchema, StateNode, Transition, Validator) else f"{noun} {name}"
    if index == 0 or model in (EntitySchema, StateMachine, ModuleDefinition):
        return own
    outer = next((each for each in range(index - 1, -1, -1) if _naming(where.owners[each]) is not None), None)
    if outer is None or where.owners[outer][0] is ModuleDefinition:
        return own
    return f"{own} of {_naming(where.owners[outer])}"


def _naming(owner: tuple[type[BaseModel], Loc, object]) -> str | None:
    model, loc, data = owner
    if model is StateNode:
        return f'state "{loc[-1]}"' if loc else None
    if model is Transition:
        event = next((step for step in reversed(loc) if isinstance(step, str)), None)
        return f'transition "{event}"' if event is not None else None
    noun = _NOUNS.get(model)
    name = _name(data, noun[1]) if noun is not None else None
    return f'"{name}"' if name is not None and model is FieldSchema else name


def _name(data: object, naming: str | None) -> str | None:
    value = data.get(naming) if isinstance(data, Mapping) and naming is not None else None
    return value if isinstance(value, str) and value else None


def the_value(where: Trace, style: Style) -> str:
    """The value at the error, in words: `"required" of field "price" of Product`."""
    owner, owner_loc, _data = where.owners[-1]
    if where.loc == owner_loc and len(where.owners) > 1:
        return the_item(where, style)
    rest = where.loc[len(owner_loc) :]
    if not rest:
        return subject(where, len(where.owners) - 1, style)
    key = written_key(owner, str(rest[0]), style)
    deeper = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in rest[1:])
    return f'"{key}{deeper}" of {subject(where, len(where.owners) - 1, style)}'


def the_item(where: Trace, style: Style) -> str:
    """An item that is no thing of its kind yet: `an item of "fields" of entity Product`."""
    inner = where.owners[-1]
    index = len(where.owners) - 1 if where.loc[: len(inner[1])] == inner[1] and where.loc != inner[1] else len(where.owners) - 2
    owner, owner_loc, _data = where.owners[max(index, 0)]
    rest = where.loc[len(owner_loc) :]
    if not rest:
        return subject(where, max(index, 0), style)
    key = written_key(owner, str(rest[0]), style)
    prefix = "an item of " if isinstance(rest[-1], int) else ""
    middle = f".{rest[1]}" if len(rest) > 1 and isinstance(rest[1], str) else ""
    return f'{prefix}"{key}{middle}" of {subject(where, max(index, 0), style)}'


def no_such(owner: type[BaseModel], key: str, where: Trace, style: Style) -> str:
    if owner is FieldSchema and key == "type" and isinstance(where.value, str):
        return f'there is no field type "{where.value}"'
    if owner is LeafRule and key == "op" and isinstance(where.value, str):
        return f'there is no operator "{where.value}"'
    return f"{the_value(where, style)} is {_shown(where.value)}"


def kind_of(value: object) -> str:
    if value is None:
        return "empty (null)"
    if isinstance(value, bool | int | float | str):
        return _shown(value)
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, Sequence):
        return "a list"
    return f"{_article(type(value).__name__)} {type(value).__name__}"


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return f"{value}".lower()
    if isinstance(value, str):
        text = value if len(value) <= 40 else f"{value[:37]}…"
        return f'the text "{text}"'
    return f"the number {value}" if isinstance(value, int | float) else repr(value)


def written_keys(model: type[BaseModel], style: Style) -> list[str]:
    return [written_key(model, name, style) for name in model.model_fields]


def written_key(model: type[BaseModel], key: str, style: Style) -> str:
    name, field = field_of(model, key)
    return name if field is None or style == "python" else wire_key(name, field)


def in_style(sentence: str, style: Style) -> str:
    if style == "data":
        return sentence
    return re.sub(r'"([a-z]+[A-Z]\w*)"', lambda match: f'"{re.sub(r"(?<!^)(?=[A-Z])", "_", match[1]).lower()}"', sentence)


def _article(noun: str) -> str:
    return "an" if noun[:1].lower() in "aeiou" else "a"
