"""Makes contexts: one a request, one a delivery, and within them one a transaction (specification, section 11; semantics 22).

No context variables: a transaction belongs to whoever holds its context. Effects that follow from a transition are transitions.py's.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeVar, overload

from pydantic_core import to_jsonable_python

from coregen_runtime.context.repositories import Repositories
from coregen_runtime.context.timers import Arming
from coregen_runtime.context.types import Actor, Org, SystemContext
from coregen_runtime.cqrs.messages import CommandMessage, QueryMessage
from coregen_runtime.cqrs.types import Command, Query, Request
from coregen_runtime.errors.base import AuthorizationError, CoreError
from coregen_runtime.errors.codes import ErrorCode
from coregen_runtime.event.outbox import DispatchRecord
from coregen_runtime.module.types import ModuleConfig, not_configured
from coregen_runtime.repository.changes import RepositoryEnvironment
from coregen_runtime.repository.retry import ATTEMPTS, rerun
from coregen_runtime.repository.types import Scope

if TYPE_CHECKING:
    from coregen_runtime.adapter.registry import AdapterRegistry
    from coregen_runtime.cqrs.mediator import Mediator
    from coregen_runtime.entity.generator import IDGenerator
    from coregen_runtime.entity.types import ID, Timestamp
    from coregen_runtime.event.outbox import EventOutbox
    from coregen_runtime.event.types import DomainEvent
    from coregen_runtime.primitives.clock import Clock
    from coregen_runtime.primitives.logger import Logger
    from coregen_runtime.queue.scheduler import Scheduler
    from coregen_runtime.queue.types import Queue
    from coregen_runtime.realtime.types import RealTimeGateway
    from coregen_runtime.repository.base import BaseRepository
    from coregen_runtime.repository.table import Mappings
    from coregen_runtime.repository.types import DatabaseAdapter, Isolation, Repository, Transaction
    from coregen_runtime.rule.engine import RuleEngine
    from coregen_runtime.state.engine import FSMEngine

R = TypeVar("R")
Repo = TypeVar("Repo", bound="BaseRepository[Any, Any, Any]")
Settled = Callable[[bool], Awaitable[None]]

SYSTEM_ACTOR = "system"
"""The actor's id where nobody acts: Core itself."""


class Settlements:
    """What is to be told after the commits of transactions that another began: tasks, until `finish`."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def after(self, tx: Transaction) -> list[Settled]:
        """A list for `on_settled`, told once `tx` has committed."""
        settled: list[Settled] = []
        tx.on_commit(lambda: self._start(settled))
        return settled

    async def finish(self) -> None:
        while self._tasks:
            await asyncio.gather(*self._tasks)

    def _start(self, callbacks: Sequence[Settled]) -> None:
        if callbacks:
            task = asyncio.get_running_loop().create_task(_tell(callbacks, True))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """What all contexts of an application share. `configs` holds each module's merged configuration."""

    mediator: Mediator
    db: DatabaseAdapter
    outbox: EventOutbox
    mappings: Mappings
    repositories: Repositories
    rules: RuleEngine
    fsm: FSMEngine
    ids: IDGenerator
    clock: Clock
    logger: Logger
    adapters: AdapterRegistry
    configs: Mapping[str, ModuleConfig] = field(default_factory=dict)
    queue: Queue | None = None
    scheduler: Scheduler | None = None
    realtime: RealTimeGateway | None = None
    settlements: Settlements = field(default_factory=Settlements)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BoundContext:
    """A `SystemContext`, bound to an organisation, an actor and perhaps a transaction."""

    services: Services = field(repr=False)
    actor: Actor
    org: Org
    correlation_id: ID
    request_id: ID
    started_at: Timestamp
    ip: str | None = None
    user_agent: str | None = None
    module: str = ""
    caused_by: ID | None = None
    span_id: ID | None = None
    tx: Transaction | None = field(default=None, repr=False)
    settled: list[Settled] = field(default_factory=list, repr=False)

    @property
    def rules(self) -> RuleEngine:
        return self.services.rules

    @property
    def fsm(self) -> FSMEngine:
        return self.services.fsm

    @property
    def ids(self) -> IDGenerator:
        return self.services.ids

    @property
    def clock(self) -> Clock:
        return self.services.clock

    @property
    def adapters(self) -> AdapterRegistry:
        return self.services.adapters

    @property
    def logger(self) -> Logger:
        facts = {"org": self.org.id, "actor": self.actor.id, "correlation_id": self.correlation_id, "module": self.module, "span_id": self.span_id}
        return self.services.logger.bind(**{name: fact for name, fact in facts.items() if fact})

    @property
    def queue(self) -> Queue:
        return self.services.queue or not_configured("queue")

    @property
    def scheduler(self) -> Scheduler:
        return self.services.scheduler or not_configured("scheduler")

    @property
    def realtime(self) -> RealTimeGateway:
        return self.services.realtime or not_configured("realtime")

    @property
    def config(self) -> Mapping[str, Any]:
        return self.services.configs.get(self.module, {})

    # --- messages -------------------------------------------------------------------------------------------------------------

    @overload
    async def dispatch(self, command: CommandMessage[R], *, idempotency_key: str | None = None) -> R: ...
    @overload
    async def dispatch(self, command: Request, *, idempotency_key: str | None = None) -> Any: ...
    async def dispatch(self, command: Any, *, idempotency_key: str | None = None) -> Any:
        request = _request(command, CommandMessage)
        envelope: Command[Any] = Command(
            type=request.type,
            payload=request.payload,
            actor_id=self.actor.id,
            org_id=self.org.id,
            correlation_id=self.correlation_id,
            caused_by=request.caused_by or self.caused_by,
            idempotency_key=idempotency_key or request.idempotency_key,
        )
        return await self.services.mediator.dispatch(envelope, self)

    @overload
    async def query(self, query: QueryMessage[R]) -> R: ...
    @overload
    async def query(self, query: Request) -> Any: ...
    async def query(self, query: Any) -> Any:
        request = _request(query, QueryMessage)
        envelope: Query[Any] = Query(type=request.type, params=request.payload, actor_id=self.actor.id, org_id=self.org.id)
        return await self.services.mediator.query(envelope, self)

    async def dispatch_later(self, command: CommandMessage[Any] | Request, *, aggregate_id: ID = "", idempotency_key: str | None = None) -> None:
        request = _request(command, CommandMessage)
        id = self.ids.generate_for("cmd")
        record = DispatchRecord(
            id=id,
            command=request.type,
            payload=to_jsonable_python(request.payload if request.payload is not None else {}, by_alias=True),
            org_id=self.org.id,
            aggregate_id=aggregate_id,
            idempotency_key=idempotency_key or request.idempotency_key or id,
            actor_id=self.actor.id,
            correlation_id=self.correlation_id,
            caused_by=request.caused_by or self.caused_by,
        )
        await self.services.outbox.write_dispatch(record, self.tx or self.services.db)

    # --- events ---------------------------------------------------------------------------------------------------------------

    async def publish(self, event: DomainEvent[Any]) -> None:
        await self.publish_batch([event])

    async def publish_batch(self, events: Sequence[DomainEvent[Any]]) -> None:
        await self.services.outbox.write_batch([self._stamped(event) for event in events], self.tx or self.services.db)

    def _stamped(self, event: DomainEvent[Any]) -> DomainEvent[Any]:
        source = event.source or self.module
        if not event.type or not source:
            raise CoreError(
                ErrorCode.INVALID_STATE, "an event needs a type, and outside a module's handlers a source; publish a module's typed event"
            )
        if event.org_id not in ("", self.org.id):
            raise AuthorizationError(ErrorCode.FORBIDDEN, f'"{event.type}" belongs to another organisation')
        return event.model_copy(
            update={
                "id": event.id or self.ids.generate_for("evt"),
                "occurred_at": event.occurred_at or self.clock.now(),
                "source": source,
                "actor_id": event.actor_id or self._acting,
                "org_id": self.org.id,
                "correlation_id": event.correlation_id or self.correlation_id,
                "caused_by": event.caused_by or self.caused_by,
            }
        )

    @property
    def _acting(self) -> ID | None:
        return None if self.actor.id == SYSTEM_ACTOR else self.actor.id

    # --- data -----------------------------------------------------------------------------------------------------------------

    @overload
    def repo(self, repository: type[Repo]) -> Repo: ...
    @overload
    def repo(self, repository: str) -> Repository[Any]: ...
    def repo(self, repository: Any) -> Any:
        kind = self.services.repositories.named(repository) if isinstance(repository, str) else repository
        timed = self.fsm.machines.timed(kind.entity.__entity__)
        environment = RepositoryEnvironment(
            mappings=self.services.mappings,
            clock=self.clock,
            ids=self.ids,
            actor_id=self._acting,
            correlation_id=self.correlation_id,
            caused_by=self.caused_by,
            context_for=self._within,
            timers=Arming(self, timed) if timed else None,
        )
        schema = self.services.mappings.named(kind.entity.__entity__).schema
        return kind(schema, self.tx or self.services.db, self.services.outbox, self.org.id, environment)

    def _within(self, tx: Transaction) -> BoundContext:
        """The context of a transaction that a repository began, or found: what a hook is given."""
        if self.tx is not None:
            return self if tx is self.tx else replace(self, tx=tx)
        return replace(self, tx=tx, settled=self.services.settlements.after(tx))

    @asynccontextmanager
    async def transaction(self, *, isolation: Isolation = "read committed") -> AsyncIterator[SystemContext]:
        if self.tx is not None and isolation != "read committed":
            raise CoreError(ErrorCode.INVALID_STATE, "a savepoint has the isolation of its transaction; begin that one with it")
        settled: list[Settled] = []
        outcome = _Outcome()
        opened = self.services.db.transaction(Scope(self.org.id), isolation) if self.tx is None else self.tx.savepoint()
        async with _settling(settled, None if self.tx is None else self.settled, outcome), opened as tx:
            if self.tx is None:
                tx.on_commit(outcome.stands)
            yield replace(self, tx=tx, settled=settled)

    async def atomically(
        self, fn: Callable[[SystemContext], Awaitable[R]], *, isolation: Isolation = "read committed", attempts: int = ATTEMPTS
    ) -> R:
        async def run() -> R:
            async with self.transaction(isolation=isolation) as tx:
                return await fn(tx)

        return await (rerun(run, attempts) if isolation == "serializable" else run())

    @property
    def in_transaction(self) -> bool:
        return self.tx is not None

    def on_settled(self, callback: Settled) -> None:
        if self.tx is None:
            raise CoreError(ErrorCode.INVALID_STATE, "there is no transaction to wait for")
        self.settled.append(callback)

    def bind(self, *, module: str | None = None, caused_by: ID | None = None, span_id: ID | None = None) -> BoundContext:
        given = {"module": module, "caused_by": caused_by, "span_id": span_id}
        changes: dict[str, Any] = {name: value for name, value in given.items() if value is not None and value != getattr(self, name)}
        return replace(self, **changes) if changes else self


class _Outcome:
    """Whether the outermost transaction has committed: who is cancelled at that very moment has no other way to know."""

    committed = False

    def stands(self) -> None:
        self.committed = True


@asynccontextmanager
async def _settling(callbacks: list[Settled], outer: list[Settled] | None, outcome: _Outcome) -> AsyncIterator[None]:
    """Tell `callbacks` how the block ended; after a savepoint that holds, it is for `outer`'s transaction to tell them."""
    try:
        yield
    except BaseException:
        await _tell(callbacks, outcome.committed)
        raise
    if outer is not None:
        outer.extend(callbacks)
    else:
        await _tell(callbacks, True)


async def _tell(callbacks: Sequence[Settled], committed: bool) -> None:
    for callback in callbacks:
        await callback(committed)


def _request(message: Any, kind: type[CommandMessage[Any] | QueryMessage[Any]]) -> Request:
    if isinstance(message, Request):
        return message
    if not isinstance(message, CommandMessage | QueryMessage) or not message.__message_type__:
        raise CoreError(
            ErrorCode.INVALID_STATE, f"{type(message).__name__} is no message; send a module's typed message or a Request(type=…, payload=…)"
        )
    if not isinstance(message, kind):
        fix = "ctx.query" if kind is CommandMessage else "ctx.dispatch"
        raise CoreError(ErrorCode.INVALID_STATE, f'"{message.__message_type__}" is sent with {fix}')
    return Request.model_construct(type=message.__message_type__, payload=message, caused_by=None, idempotency_key=None)


class ContextFactory:
    """Contexts of one application."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def create(
        self,
        *,
        actor: Actor,
        org: Org,
        correlation_id: ID | None = None,
        caused_by: ID | None = None,
        ip: str | None = None,
        user_agent: str | None = None,
    ) -> BoundContext:
        """The context of a request. Raises `CoreError("INVALID_STATE")` without an organisation, or for an actor of another one."""
        if not org.id or actor.org_id != org.id:
            raise CoreError(ErrorCode.INVALID_STATE, "a context needs an organisation, and an actor of it")
        request_id = self._services.ids.generate()
        return BoundContext(
            services=self._services,
            actor=actor,
            org=org,
            correlation_id=correlation_id or request_id,
            request_id=request_id,
            started_at=self._services.clock.now(),
            ip=ip,
            user_agent=user_agent,
            caused_by=caused_by,
        )

    def for_event(self, event: DomainEvent[Any]) -> BoundContext:
        """What an event's subscribers act with: the system, in the event's organisation, caused by the event."""
        return self._system(event.org_id, event.correlation_id, event.id)

    def for_dispatch(self, record: DispatchRecord) -> BoundContext:
        """What a command that follows from a commit is sent with: the system, on behalf of the actor of that commit; a timer, the system's own."""
        return self._system(record.org_id, record.correlation_id, record.caused_by, record.actor_id)

    @asynccontextmanager
    async def adopt(self, ctx: BoundContext, tx: Transaction) -> AsyncIterator[BoundContext]:
        """`ctx` in a transaction that another began and will end: the relay, with its mark of the delivery (semantics 30)."""
        settled = self._services.settlements.after(tx)
        try:
            yield replace(ctx, tx=tx, settled=settled)
        except BaseException:
            await _tell(settled, False)
            raise

    async def finish(self) -> None:
        """Wait for what was to happen after the commits of adopted transactions."""
        await self._services.settlements.finish()

    def _system(self, org_id: ID, correlation_id: ID, caused_by: ID | None, actor_id: ID = "") -> BoundContext:
        actor = Actor(id=actor_id or SYSTEM_ACTOR, org_id=org_id, type="system")
        return self.create(actor=actor, org=Org(id=org_id), correlation_id=correlation_id or None, caused_by=caused_by)
