"""`App`: boots modules on chosen adapters and gives contexts to work with (specification, section 8; architecture, "Core").

The wiring of a whole application on one screen. What each part does is Core's; which engine stands behind a port is chosen here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from types import ModuleType, TracebackType
from typing import Any, Literal, Self, cast

from coregen_runtime.adapter.registry import AdapterRegistry
from coregen_runtime.context.factory import ContextFactory, Services
from coregen_runtime.context.repositories import Repositories
from coregen_runtime.context.timers import fire_timer
from coregen_runtime.context.types import Actor, Org, SystemContext
from coregen_runtime.cqrs.idempotency import IdempotencyMiddleware, IdempotencyStore, InMemoryIdempotencyStore
from coregen_runtime.cqrs.mediator import Mediator
from coregen_runtime.cqrs.middleware import (
    AuthorizationMiddleware,
    LoggingMiddleware,
    PermissionResolver,
    SpanIds,
    Tracer,
    TracingMiddleware,
    TransactionMiddleware,
    ValidationMiddleware,
)
from coregen_runtime.cqrs.types import MediatorMiddleware, Request
from coregen_runtime.entity.generator import IDGenerator
from coregen_runtime.entity.registry import EntitySchemaRegistry
from coregen_runtime.entity.schema import EntitySchema
from coregen_runtime.errors.base import CoreError
from coregen_runtime.errors.codes import ErrorCode
from coregen_runtime.event.broker import EventBroker
from coregen_runtime.event.bus import InMemoryEventBus
from coregen_runtime.event.outbox import DispatchRecord
from coregen_runtime.event.receiving import Receiver
from coregen_runtime.event.relay import Relay
from coregen_runtime.event.subscriptions import DurableSubscription, Subscriptions
from coregen_runtime.event.types import DomainEvent
from coregen_runtime.event.upcasters import Upcasters
from coregen_runtime.module.registry import ModuleRegistry
from coregen_runtime.module.types import AppModule, BootRegistry, ModuleConfig
from coregen_runtime.primitives.clock import Clock, SystemClock
from coregen_runtime.primitives.logger import Logger, StandardLogger
from coregen_runtime.primitives.suggest import did_you_mean
from coregen_runtime.queue.scheduler import Scheduler
from coregen_runtime.queue.types import Queue
from coregen_runtime.realtime.bridge import EventBusBridge
from coregen_runtime.realtime.types import RealTimeGateway
from coregen_runtime.repository.deliveries import Deliveries
from coregen_runtime.repository.inbox import DatabaseInbox
from coregen_runtime.repository.log import DatabaseEventStore
from coregen_runtime.repository.outbox import DatabaseOutbox
from coregen_runtime.repository.table import Mappings
from coregen_runtime.repository.types import DatabaseAdapter, Isolation, Transaction
from coregen_runtime.rule.engine import RuleEngine
from coregen_runtime.state.engine import FSMEngine
from coregen_runtime.state.registry import StateMachineRegistry

AT_A_TIME = 8
"""Deliveries that one process makes at a time, where the database takes several writers."""
ONE_WRITER = ("memory", "sqlite")
DAY = 86_400_000
"""Ms for which the result of a command with an idempotency key is remembered."""


class App:
    """An application: `async with App(modules=[catalog.module], database="sqlite:///shop.db") as app`.

    The chain of every request: tracing, logging, authorization (when `permissions` is given), validation, idempotency, then
    `middleware`, then the transaction (semantics 34).

    Args:
        modules: what `module.py` of each module holds; its package, or that file imported as such, means the same.
        database: `sqlite:///file.db`, `postgresql://app@host/db?system=relay&owner=owner`, `sqlite://` and `memory://` for one that ends
            with the application, or an adapter.
        config: by module id, what overlays its `defaultConfig`.
        logger: by default the standard library's, which hides the sensitive fields of the modules' entities.
        middleware: further middleware, outermost first: limits, retries, your own.
        idempotency: where keys are remembered; within this process, unless another store is given.
        broker: what carries events to other applications and brings theirs: NatsBroker("nats://localhost:4222", "shop").
        isolation: of each command's transaction; "serializable" ones that others make impossible are begun again, handler and all.
        adapters, queue, scheduler, realtime: engines that modules may ask for; one that is missing is named when a module needs it.
    """

    def __init__(
        self,
        modules: Sequence[AppModule | ModuleType],
        database: str | DatabaseAdapter,
        *,
        config: Mapping[str, Mapping[str, Any]] | None = None,
        clock: Clock | None = None,
        ids: IDGenerator | None = None,
        logger: Logger | None = None,
        tracer: Tracer | None = None,
        permissions: PermissionResolver | None = None,
        middleware: Sequence[MediatorMiddleware] = (),
        idempotency: IdempotencyStore | None = None,
        isolation: Isolation = "read committed",
        adapters: AdapterRegistry | None = None,
        queue: Queue | None = None,
        scheduler: Scheduler | None = None,
        realtime: RealTimeGateway | None = None,
        broker: EventBroker | None = None,
    ) -> None:
        self.clock: Clock = clock or SystemClock()
        self.ids = ids or IDGenerator(self.clock)
        wired = [_wired(module) for module in modules]
        self.logger: Logger = logger or StandardLogger(sensitive=_sensitive(wired))
        self.db = open_database(database) if isinstance(database, str) else database
        self.modules = ModuleRegistry(self.logger)
        for module in wired:
            self.modules.register(module)
        self.id_prefixes = self.modules.id_prefixes
        self.schemas = EntitySchemaRegistry(self.clock)
        self._repositories = Repositories()
        self._subscriptions = Subscriptions()
        self.upcasters = Upcasters()
        self._broker = broker
        self._mediator = Mediator()
        for layer in (
            TracingMiddleware(tracer or SpanIds(self.ids)),
            LoggingMiddleware(self.logger),
            *([AuthorizationMiddleware(permissions)] if permissions is not None else []),
            ValidationMiddleware(self._mediator),
            IdempotencyMiddleware(idempotency or InMemoryIdempotencyStore(self.clock), DAY),
            *middleware,
            TransactionMiddleware(isolation),
        ):
            self._mediator.use(layer)
        machines, rules = StateMachineRegistry(), RuleEngine(self.clock)
        services = Services(
            mediator=self._mediator,
            db=self.db,
            outbox=DatabaseOutbox(self.db, self.clock, self.upcasters),
            mappings=Mappings(self._entity),
            repositories=self._repositories,
            rules=rules,
            fsm=FSMEngine(machines, rules),
            ids=self.ids,
            clock=self.clock,
            logger=self.logger,
            adapters=adapters or AdapterRegistry(),
            configs=_configs(self.modules, config or {}),
            queue=queue,
            scheduler=scheduler,
            realtime=realtime,
        )
        self._contexts = ContextFactory(services)
        self.bus = InMemoryEventBus(self.logger, self._contexts.for_event)
        self._registry = BootRegistry(
            mediator=self._mediator,
            bus=self.bus,
            store=DatabaseEventStore(self.db, None, self.upcasters),
            schemas=self.schemas,
            fsms=machines,
            rules=rules,
            db=self.db,
            adapters=services.adapters,
            logger=self.logger,
            subscriptions=self._subscriptions,
            upcasters=self.upcasters,
            repositories=self._repositories,
            id_prefixes=self.id_prefixes,
            given_queue=queue,
            given_scheduler=scheduler,
            given_realtime=None if realtime is None else EventBusBridge(self.bus, realtime),
        )
        self.relay = Relay(
            Deliveries(self.db, self.clock, self.upcasters),
            self._subscriptions,
            deliver=self._deliver,
            dispatch=self._dispatch,
            fire=self._fire,
            publish=self.bus.publish,
            broker=broker,
            clock=self.clock,
            logger=self.logger,
            concurrency=1 if self.db.dialect in ONE_WRITER else AT_A_TIME,
        )
        self._running: AsyncExitStack | None = None
        self._ended = False

    async def __aenter__(self) -> Self:
        """Open the database, run migrations, boot the modules, start the relay. What was started is stopped again when a step fails."""
        if self._running is not None or self._ended:
            raise CoreError(ErrorCode.INVALID_STATE, "an App runs once; make another one")
        levels = self.modules.plan(self._registry)
        self._ended = True
        async with AsyncExitStack() as stack:
            await self.db.open()
            stack.push_async_callback(self.db.close)
            for level in levels:
                for id in level:
                    await self.db.migrate(id, self.modules.resolve(id).manifest.migrations)
            await self.modules.boot(self._registry)
            stack.push_async_callback(self.modules.shutdown)
            stack.push_async_callback(self._contexts.finish)
            self.db.on_commit(self.relay.wake)
            if self._broker is not None:
                await self._broker.open(self.logger)
                stack.push_async_callback(self._broker.close)
            await self.relay.start()
            stack.push_async_callback(self.relay.stop)
            if self._broker is not None:
                own = [module.manifest.id for module in self.modules]
                receiver = Receiver(self._broker, DatabaseInbox(self.db, self.clock), self._subscriptions, own, self.logger)
                await receiver.start()
                stack.push_async_callback(receiver.stop)
            self._running = stack.pop_all()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        running, self._running = self._running, None
        if running is not None:
            await running.aclose()

    def context(
        self,
        *,
        organization: str,
        actor: str,
        roles: Sequence[str] = (),
        type: Literal["human", "system", "api-key"] = "human",
        slug: str = "",
        settings: Mapping[str, Any] | None = None,
        correlation_id: str | None = None,
        ip: str | None = None,
        user_agent: str | None = None,
    ) -> SystemContext:
        """The context of one request. Raises `CoreError("INVALID_STATE")` outside `async with`, or without an organisation."""
        self._must_run()
        return self._contexts.create(
            actor=Actor(id=actor, org_id=organization, roles=tuple(roles), type=type),
            org=Org(id=organization, slug=slug, settings=settings or {}),
            correlation_id=correlation_id,
            ip=ip,
            user_agent=user_agent,
        )

    async def settle(self, timeout: int = 30_000) -> None:
        """Wait until every delivery of the outbox is handled or parked, timers that are due among them. Raises `CoreError("TIMEOUT")` after that many ms."""
        self._must_run()
        await self.relay.settle(timeout)
        await self._contexts.finish()

    def _must_run(self) -> None:
        if self._running is None:
            raise CoreError(ErrorCode.INVALID_STATE, "the application is not running; use it inside: async with App(…) as app")

    def _entity(self, name: str) -> tuple[EntitySchema, type[Any]]:
        repository = self._repositories.named(name)
        return self.schemas.get(repository.entity.__entity__), repository.entity

    async def _deliver(self, subscription: DurableSubscription, event: DomainEvent, tx: Transaction) -> None:
        async with self._contexts.adopt(self._contexts.for_event(event), tx) as ctx:
            await subscription.handler(subscription.typed(event), ctx)

    async def _dispatch(self, record: DispatchRecord, tx: Transaction) -> None:
        async with self._contexts.adopt(self._contexts.for_dispatch(record), tx) as ctx:
            await ctx.dispatch(Request(type=record.command, payload=record.payload, idempotency_key=record.idempotency_key))

    async def _fire(self, record: DispatchRecord, tx: Transaction) -> None:
        async with self._contexts.adopt(self._contexts.for_dispatch(record), tx) as ctx:
            await fire_timer(ctx, record)


def open_database(url: str) -> DatabaseAdapter:
    """The adapter that a URL asks for, not yet open. Raises `CoreError("NOT_CONFIGURED")` for a database that there is no adapter of."""
    scheme = url.partition(":")[0]
    if scheme == "sqlite":
        from coregen_adapters.sqlite import SqliteAdapter

        return SqliteAdapter.from_url(url)
    if scheme in ("postgresql", "postgres"):
        try:
            from coregen_adapters.postgres import PostgresAdapter
        except ModuleNotFoundError as missing:
            if missing.name != "asyncpg":
                raise
            message = 'a PostgreSQL database needs a driver: pip install "coregen-runtime[postgres]"'
            raise CoreError(ErrorCode.NOT_CONFIGURED, message) from missing
        return PostgresAdapter.from_url(url)
    if scheme == "memory":
        from coregen_runtime.repository.memory import MemoryAdapter

        return MemoryAdapter()
    raise CoreError(
        ErrorCode.NOT_CONFIGURED,
        f'there is no adapter for "{scheme}:" databases; write "sqlite:///file.db" or "postgresql://…", or pass a DatabaseAdapter',
    )


def _wired(given: AppModule | ModuleType) -> AppModule:
    """A module's package and its `module.py` stand for the wired module in them."""
    found: object = given
    for _ in range(2):
        found = getattr(found, "module", None) if isinstance(found, ModuleType) else found
    if found is None or isinstance(found, ModuleType):
        raise CoreError(ErrorCode.INVALID_STATE, f"{given!r} holds no wired module; pass its package's `module`, as in App(modules=[catalog.module])")
    return cast(AppModule, found)


def _sensitive(modules: Sequence[AppModule]) -> set[str]:
    """The keys of all sensitive fields of the modules' entities: what no log line may show."""
    return {field.key for module in modules for schema in module.manifest.entities for field in schema.fields if field.sensitive}


def _configs(modules: ModuleRegistry, given: Mapping[str, Mapping[str, Any]]) -> dict[str, ModuleConfig]:
    defaults = {module.manifest.id: module.manifest.default_config for module in modules}
    for id in given:
        if id not in defaults:
            raise CoreError(ErrorCode.UNKNOWN, f'config names a module "{id}", which is not registered{did_you_mean(id, defaults)}')
    return {id: {**default, **given.get(id, {})} for id, default in defaults.items()}
