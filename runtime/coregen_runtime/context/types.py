"""What a handler, hook or job is given: one object, scoped to an organisation and an actor (specification, section 11).

How one is made and bound to a transaction is factory.py's.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeVar, overload

from pydantic import ConfigDict, Field
from pydantic.alias_generators import to_camel

from coregen_runtime.entity.types import ID, Timestamp
from coregen_runtime.primitives.model import Model

if TYPE_CHECKING:
    from coregen_runtime.adapter.registry import AdapterRegistry
    from coregen_runtime.cqrs.messages import CommandMessage, QueryMessage
    from coregen_runtime.cqrs.types import Request
    from coregen_runtime.entity.generator import IDGenerator
    from coregen_runtime.event.types import DomainEvent
    from coregen_runtime.primitives.clock import Clock
    from coregen_runtime.primitives.logger import Logger
    from coregen_runtime.queue.scheduler import Scheduler
    from coregen_runtime.queue.types import Queue
    from coregen_runtime.realtime.types import RealTimeGateway
    from coregen_runtime.repository.base import BaseRepository
    from coregen_runtime.repository.types import Isolation, Repository
    from coregen_runtime.rule.engine import RuleEngine
    from coregen_runtime.state.engine import FSMEngine

R = TypeVar("R")
Repo = TypeVar("Repo", bound="BaseRepository[Any, Any, Any]")


class Actor(Model):
    """Who acts. A `system` actor is Core itself: the relay, a schedule."""

    model_config = ConfigDict(alias_generator=to_camel)

    id: ID
    org_id: ID
    roles: tuple[str, ...] = ()
    type: Literal["human", "system", "api-key"] = "human"


class Org(Model):
    """The organisation that is acted for."""

    id: ID
    slug: str = ""
    settings: Mapping[str, Any] = Field(default_factory=dict)


class SystemContext(Protocol):
    """Everything that a handler may use. Within a transaction, `repo`, `publish`, `dispatch` and `query` belong to it.

    `queue`, `scheduler` and `realtime` raise `CoreError("NOT_CONFIGURED")` where the application was given none.
    """

    @property
    def actor(self) -> Actor: ...
    @property
    def org(self) -> Org: ...
    @property
    def correlation_id(self) -> ID: ...
    @property
    def caused_by(self) -> ID | None: ...
    @property
    def span_id(self) -> ID | None: ...
    @property
    def request_id(self) -> ID: ...
    @property
    def started_at(self) -> Timestamp: ...
    @property
    def ip(self) -> str | None: ...
    @property
    def user_agent(self) -> str | None: ...

    @property
    def rules(self) -> RuleEngine: ...
    @property
    def fsm(self) -> FSMEngine: ...
    @property
    def ids(self) -> IDGenerator: ...
    @property
    def clock(self) -> Clock: ...
    @property
    def logger(self) -> Logger: ...
    @property
    def adapters(self) -> AdapterRegistry: ...
    @property
    def queue(self) -> Queue: ...
    @property
    def scheduler(self) -> Scheduler: ...
    @property
    def realtime(self) -> RealTimeGateway: ...
    @property
    def config(self) -> Mapping[str, Any]:
        """The handling module's configuration: its `defaultConfig`, overlaid by the application's."""
        ...

    @overload
    async def dispatch(self, command: CommandMessage[R], *, idempotency_key: str | None = None) -> R: ...
    @overload
    async def dispatch(self, command: Request, *, idempotency_key: str | None = None) -> Any: ...

    @overload
    async def query(self, query: QueryMessage[R]) -> R: ...
    @overload
    async def query(self, query: Request) -> Any: ...

    async def dispatch_later(self, command: CommandMessage[Any] | Request, *, aggregate_id: ID = "", idempotency_key: str | None = None) -> None:
        """Leave the command in the outbox: it is sent once this context's transaction has committed, in order within its aggregate (semantics 17)."""
        ...

    async def publish(self, event: DomainEvent) -> None:
        """Stamp the event and write it to the log and the outbox, in this context's transaction or in one of its own."""
        ...

    async def publish_batch(self, events: Sequence[DomainEvent]) -> None: ...

    @overload
    def repo(self, repository: type[Repo]) -> Repo: ...
    @overload
    def repo(self, repository: str) -> Repository[Any]: ...

    def transaction(self, *, isolation: Isolation = "read committed") -> AbstractAsyncContextManager[SystemContext]:
        """`async with ctx.transaction() as tx:` gives the context of a transaction; within one, of a savepoint (semantics 22, 28)."""
        ...

    async def atomically(self, fn: Callable[[SystemContext], Awaitable[R]], *, isolation: Isolation = "read committed", attempts: int = 10) -> R:
        """What `fn` gives, called with the context of a transaction (within one, of a savepoint).

        With `isolation="serializable"` it is called again, up to `attempts` times in all, when what it read has changed meanwhile: what it
        does beside the transaction must bear that (semantics 22). Raises what `fn` raises.
        """
        ...

    @property
    def in_transaction(self) -> bool: ...

    def on_settled(self, callback: Callable[[bool], Awaitable[None]]) -> None:
        """Call this once it is known whether what this context's transaction did stands: after the outermost commit, or after what undid it.

        Raises `CoreError("INVALID_STATE")` outside a transaction.
        """
        ...

    def bind(self, *, module: str | None = None, caused_by: ID | None = None, span_id: ID | None = None) -> SystemContext:
        """The same context as a module sees it (its `config`, and the source of what it publishes), after a cause, or within a span of a trace."""
        ...
