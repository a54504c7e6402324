"""The definition of a module: the one document a team writes (contract, "Definition document")."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, TypeAlias

from pydantic import BeforeValidator, Field

from coregen_runtime.entity.schema import EntitySchema, FieldSchema, Function, IdPrefix
from coregen_runtime.module.migration import Migration
from coregen_runtime.primitives.model import DefinitionModel, Items
from coregen_runtime.queue.types import JobDefinition, WorkerDefinition
from coregen_runtime.rule.types import RuleExpr
from coregen_runtime.state.types import StateMachine

Shape: TypeAlias = Items[FieldSchema] | dict[str, Any] | str
"""What a message carries: a list of fields, a JSON Schema object, or the name of an entity."""


def _bare_type(value: object) -> object:
    return {"type": value} if isinstance(value, str) else value


class CommandSchema(DefinitionModel):
    type: str = Field(min_length=1)
    payload: Shape = ()
    result: Shape | None = None
    description: str | None = None


class QuerySchema(DefinitionModel):
    type: str = Field(min_length=1)
    params: Shape = ()
    result: Shape | None = None
    description: str | None = None


class EventSchema(DefinitionModel):
    """An event. Its type holds no `/` and no `*`, which belong to patterns.

    `payload` is the present shape. When it changes, a function joins `upcasters` that takes the payload (JSON, in wire keys) of the shape
    before to it, oldest first; events that were stored earlier are read through them.
    """

    type: str = Field(pattern=r"^[^*/\p{Cc}]+$")
    payload: Shape = ()
    upcasters: Items[Function] = ()
    description: str | None = None


class Subscription(DefinitionModel):
    """A durable subscription. `event` is a type, a qualified `module/type` or a pattern; `handler` names the function in handlers.py."""

    event: str
    handler: str | None = None


class ChannelForward(DefinitionModel):
    """A real-time forward: events that match `pattern` go to the channel that the template `channel` names."""

    pattern: str
    channel: str


class ModuleDefinition(DefinitionModel):
    """A module. Its id stands in tables, routes, types of messages and sources of events."""

    id: str = Field(pattern=r"^[\p{L}_][\w.\-]*$")
    version: str
    description: str | None = None
    depends_on: Items[str] = ()
    id_prefixes: Mapping[str, IdPrefix] = Field(default_factory=dict)
    entities: Items[EntitySchema] = ()
    fsms: Items[StateMachine] = ()
    rules: Mapping[str, RuleExpr] = Field(default_factory=dict)
    commands: Items[Annotated[CommandSchema, BeforeValidator(_bare_type)]] = ()
    queries: Items[Annotated[QuerySchema, BeforeValidator(_bare_type)]] = ()
    events: Items[Annotated[EventSchema, BeforeValidator(_bare_type)]] = ()
    subscriptions: Items[Subscription] = ()
    channels: Items[ChannelForward] = ()
    migrations: Items[Migration] = ()
    scheduled_jobs: Items[JobDefinition] = ()
    queue_workers: Items[WorkerDefinition] = ()
    default_config: Mapping[str, Any] = Field(default_factory=dict)
