"""Envelopes, handlers and middleware as types (specification, section 6). What calls what is mediator.py's."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeAlias

from pydantic import ConfigDict
from pydantic.alias_generators import to_camel
from typing_extensions import TypeVar

from coregen_runtime.entity.types import ID
from coregen_runtime.primitives.model import Model

if TYPE_CHECKING:
    from coregen_runtime.context.types import SystemContext

P = TypeVar("P", default=Any)
R_co = TypeVar("R_co", covariant=True, default=Any)


class Command(Model, Generic[P]):
    """The envelope of a command. `payload` is the typed message, or wire data until the validation middleware has made it one.

    `idempotency_key`: the same key sent again is a no-op (semantics 35). `caused_by`: the event or command that led to this one.
    """

    model_config = ConfigDict(alias_generator=to_camel)

    type: str
    payload: P
    actor_id: ID
    org_id: ID
    correlation_id: ID
    caused_by: ID | None = None
    idempotency_key: str | None = None

    if not TYPE_CHECKING:

        def __class_getitem__(cls, payload: object) -> type:
            return cls


class Query(Model, Generic[P]):
    """The envelope of a query; `params` as `Command.payload`."""

    model_config = ConfigDict(alias_generator=to_camel)

    type: str
    params: P
    actor_id: ID
    org_id: ID

    if not TYPE_CHECKING:

        def __class_getitem__(cls, params: object) -> type:
            return cls


class Request(Model):
    """What a caller says of a command or query that it has no typed message for: the type, and wire data as `payload`."""

    model_config = ConfigDict(alias_generator=to_camel)

    type: str
    payload: Any = None
    caused_by: ID | None = None
    idempotency_key: str | None = None


Envelope: TypeAlias = Command[Any] | Query[Any]


class CommandHandler(Protocol[P, R_co]):
    def __call__(self, command: Command[P], ctx: SystemContext, /) -> Awaitable[R_co]: ...


class QueryHandler(Protocol[P, R_co]):
    def __call__(self, query: Query[P], ctx: SystemContext, /) -> Awaitable[R_co]: ...


class Next(Protocol):
    """The rest of the chain: `await next()`, as in the specification. A middleware may hand on another request or context, `await next(request, tx)`."""

    async def __call__(self, request: Envelope | None = None, ctx: SystemContext | None = None, /) -> Any: ...


class MediatorMiddleware(Protocol):
    """`async def middleware(request, ctx, next)`: returns what the request's result is."""

    async def __call__(self, request: Envelope, ctx: SystemContext, next: Next, /) -> Any: ...
