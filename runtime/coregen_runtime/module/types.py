"""Modules as the runtime sees them: what one declares, and what it is booted with (specification, section 8)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NoReturn, Protocol, TypeAlias

from pydantic import Field

from coregen_runtime.entity.schema import EntitySchema, IdPrefix
from coregen_runtime.errors.base import CoreError
from coregen_runtime.errors.codes import ErrorCode
from coregen_runtime.event.upcasters import Upcasters
from coregen_runtime.module.definition import ChannelForward
from coregen_runtime.module.migration import Migration
from coregen_runtime.primitives.model import DefinitionModel, Items
from coregen_runtime.queue.types import JobDefinition, WorkerDefinition

if TYPE_CHECKING:
    from coregen_runtime.adapter.registry import AdapterRegistry
    from coregen_runtime.context.repositories import Repositories
    from coregen_runtime.cqrs.mediator import Mediator
    from coregen_runtime.entity.registry import EntitySchemaRegistry
    from coregen_runtime.event.bus import EventBus
    from coregen_runtime.event.store import EventStore
    from coregen_runtime.event.subscriptions import Subscriptions
    from coregen_runtime.module.prefixes import IdPrefixes
    from coregen_runtime.primitives.logger import Logger
    from coregen_runtime.queue.scheduler import Scheduler
    from coregen_runtime.queue.types import Queue
    from coregen_runtime.realtime.types import RealTimeBridge
    from coregen_runtime.repository.types import DatabaseAdapter
    from coregen_runtime.rule.engine import RuleEngine
    from coregen_runtime.state.registry import StateMachineRegistry

ModuleConfig: TypeAlias = Mapping[str, Any]
"""A module's configuration: its `defaultConfig`, overlaid by the application's."""


class ModuleManifest(DefinitionModel):
    """What a module owns, handles and needs. `events`, `commands`, `queries` and `fsms` are names; `channels` are its real-time forwards."""

    id: str = Field(min_length=1)
    version: str
    depends_on: Items[str] = ()
    entities: Items[EntitySchema] = ()
    id_prefixes: Mapping[str, IdPrefix] = Field(default_factory=dict)
    events: Items[str] = ()
    commands: Items[str] = ()
    queries: Items[str] = ()
    fsms: Items[str] = ()
    channels: Items[ChannelForward] = ()
    migrations: Items[Migration] = ()
    scheduled_jobs: Items[JobDefinition] = ()
    queue_workers: Items[WorkerDefinition] = ()
    default_config: Mapping[str, Any] = Field(default_factory=dict)


class AppModule(Protocol):
    """A module that can be booted."""

    @property
    def manifest(self) -> ModuleManifest: ...

    async def boot(self, registry: BootRegistry) -> None:
        """Register everything that the module has. Nothing runs for it before."""
        ...

    async def shutdown(self) -> None: ...


def not_configured(part: str) -> NoReturn:
    """Raises `CoreError("NOT_CONFIGURED")` for an optional part that the application was not given."""
    raise CoreError(ErrorCode.NOT_CONFIGURED, f"the application was given no {part}; pass one: App({part}=…)")


@dataclass(frozen=True, slots=True, kw_only=True)
class BootRegistry:
    """What a module registers itself with. Built for one application, passed in, and thrown away.

    `subscriptions` holds the durable handlers, `repositories` the repository classes by entity, `id_prefixes` which entity an id belongs to,
    `upcasters` how old events are read. Of the engines that an application may go without, the attribute raises `CoreError("NOT_CONFIGURED")`.
    """

    mediator: Mediator
    bus: EventBus
    store: EventStore
    schemas: EntitySchemaRegistry
    fsms: StateMachineRegistry
    rules: RuleEngine
    db: DatabaseAdapter
    adapters: AdapterRegistry
    logger: Logger
    subscriptions: Subscriptions
    repositories: Repositories
    id_prefixes: IdPrefixes
    upcasters: Upcasters = field(default_factory=Upcasters)
    given_queue: Queue | None = None
    given_scheduler: Scheduler | None = None
    given_realtime: RealTimeBridge | None = None

    @property
    def queue(self) -> Queue:
        return self.given_queue or not_configured("queue")

    @property
    def scheduler(self) -> Scheduler:
        return self.given_scheduler or not_configured("scheduler")

    @property
    def realtime(self) -> RealTimeBridge:
        return self.given_realtime or not_configured("realtime")
