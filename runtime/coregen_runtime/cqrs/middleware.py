"""The middleware that every application needs: who may, what is valid, what happened, in which transaction (specification, section 6).

Limits and retries are resilience.py's, repeated requests idempotency.py's. The recommended order is semantics 34's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from pydantic import BaseModel
from pydantic import ValidationError as PydanticValidationError

from coregen_runtime.cqrs.types import Command, Envelope, MediatorMiddleware, Next, Query
from coregen_runtime.entity.checks import ValidationContext
from coregen_runtime.entity.types import validators_of
from coregen_runtime.entity.verdict import asked, in_context
from coregen_runtime.errors.base import AuthorizationError, CoreError, ValidationError
from coregen_runtime.errors.codes import ErrorCode, FailureCode
from coregen_runtime.errors.describe import describe
from coregen_runtime.primitives.model import sensitive_keys

if TYPE_CHECKING:
    from coregen_runtime.context.types import SystemContext
    from coregen_runtime.entity.generator import IDGenerator
    from coregen_runtime.entity.types import ID
    from coregen_runtime.entity.validators import Validator
    from coregen_runtime.primitives.logger import Logger
    from coregen_runtime.repository.types import Isolation


class PermissionResolver(Protocol):
    """Whether the context's actor may send a request of a type. It asks repositories, not queries: those would be authorised by it again."""

    async def __call__(self, permission: str, ctx: SystemContext, /) -> bool: ...


def AuthorizationMiddleware(resolver: PermissionResolver | None = None) -> MediatorMiddleware:
    """Lets through what the resolver permits. Without a resolver, nothing (semantics 34).

    The middleware raises:
        AuthorizationError: `FORBIDDEN`.
    """

    async def authorize(request: Envelope, ctx: SystemContext, next: Next) -> Any:
        if resolver is None:
            raise AuthorizationError(ErrorCode.FORBIDDEN, f'"{request.type}" is denied: no permission resolver is configured')
        if not await resolver(request.type, ctx):
            raise AuthorizationError(ErrorCode.FORBIDDEN, f'{ctx.actor.id} may not "{request.type}"')
        return await next()

    return authorize


class MessageRegistry(Protocol):
    """What knows the message class of a request; the mediator does."""

    def message_of(self, request: Envelope) -> type[Any] | None: ...


def ValidationMiddleware(messages: MessageRegistry) -> MediatorMiddleware:
    """Hands on the typed message: wire data is validated into the registered class, under wire names alone; a message of that class is valid already.

    `future`, `past` and `custom` of a payload's own fields are asked here. Of an entity's they are asked by its repository, which knows the whole.

    The middleware raises:
        ValidationError: every failure, under wire names; sensitive values redacted.
    """

    fields: dict[type[Any], tuple[_Asked, ...]] = {}

    async def validate(request: Envelope, ctx: SystemContext, next: Next) -> Any:
        message = messages.message_of(request)
        content = request.payload if isinstance(request, Command) else request.params
        if message is None:
            return await next()
        typed = content if isinstance(content, message) else _parse(request.type, message, content)
        if message not in fields:
            fields[message] = tuple(_in_context(message))
        if fields[message]:
            _ask(fields[message], typed, ctx)
        if typed is content:
            return await next()
        return await next(request.model_copy(update={"payload" if isinstance(request, Command) else "params": typed}))

    return validate


class _Asked(NamedTuple):
    """A field of a message whose validators look at more than its value."""

    attribute: str
    key: str
    sensitive: bool
    validators: tuple[Validator, ...]


def _in_context(message: type[Any]) -> Iterator[_Asked]:
    """The fields that the class itself declares: those it inherits are an entity's."""
    for attribute, field in getattr(message, "model_fields", {}).items():
        found = in_context(validators_of(field)) if attribute in message.__annotations__ else ()
        if found:
            yield _Asked(attribute, field.serialization_alias or attribute, not field.repr, found)


def _ask(fields: Sequence[_Asked], message: Any, ctx: SystemContext) -> None:
    wire = message.model_dump(mode="json", by_alias=True)
    context = ValidationContext(wire, actor_id=ctx.actor.id, org_id=ctx.org.id, now=ctx.clock.now())
    given = ((each, getattr(message, each.attribute)) for each in fields)
    failures = [failure for each, value in given if value is not None for failure in asked(each.validators, each.key, value, each.sensitive, context)]
    if failures:
        raise ValidationError(failures)


def _parse(type: str, message: type[BaseModel], content: object) -> BaseModel:
    if content is None:
        content = {}
    if not isinstance(content, Mapping):
        raise ValidationError.of("", FailureCode.TYPE, f'"{type}" takes a {message.__name__} or its wire data, not a {content.__class__.__name__}')
    try:
        return message.model_validate(content, by_alias=True, by_name=False)
    except PydanticValidationError as error:
        raise ValidationError.from_pydantic(error, sensitive_keys(message)) from None


def LoggingMiddleware(logger: Logger) -> MediatorMiddleware:
    """A line a request: type, organisation, actor, correlation, milliseconds, outcome. Never its content."""

    async def log(request: Envelope, ctx: SystemContext, next: Next) -> Any:
        kind = "command" if isinstance(request, Command) else "query"
        facts = {"type": request.type, "org": request.org_id, "actor": request.actor_id, "correlation_id": ctx.correlation_id, "span_id": ctx.span_id}
        begin = perf_counter()
        try:
            result = await next()
        except CoreError as error:
            logger.warning(f"{kind} refused", **facts, ms=_ms(begin), error=describe(error))
            raise
        except Exception as error:
            logger.error(f"{kind} failed", **facts, ms=_ms(begin), error=describe(error))
            raise
        logger.info(f"{kind} handled", **facts, ms=_ms(begin))
        return result

    return log


def _ms(begin: float) -> float:
    return round((perf_counter() - begin) * 1000, 2)


class Span(Protocol):
    """One step of a trace."""

    @property
    def id(self) -> ID: ...


class Tracer(Protocol):
    """What records spans. An exception that leaves the span marks it as failed."""

    def span(self, name: str, *, parent: ID | None, attributes: Mapping[str, str]) -> AbstractContextManager[Span]: ...


@dataclass(frozen=True, slots=True)
class _Span:
    id: ID


class SpanIds:
    """A tracer that gives each request the id of a span and records nothing: it keeps apart, in the logs, what happened in which request."""

    def __init__(self, ids: IDGenerator) -> None:
        self._ids = ids

    @contextmanager
    def span(self, name: str, *, parent: ID | None, attributes: Mapping[str, str]) -> Iterator[Span]:
        yield _Span(self._ids.generate())


def TracingMiddleware(tracer: Tracer) -> MediatorMiddleware:
    """A span a request, child of the span that the request was sent in; what the handler sends, publishes and logs stands in it."""

    async def trace(request: Envelope, ctx: SystemContext, next: Next) -> Any:
        attributes = {"org": request.org_id, "actor": request.actor_id, "correlation_id": ctx.correlation_id}
        with tracer.span(request.type, parent=ctx.span_id, attributes=attributes) as span:
            return await next(None, ctx.bind(span_id=span.id))

    return trace


def TransactionMiddleware(isolation: Isolation = "read committed") -> MediatorMiddleware:
    """A transaction a command: its handler's context belongs to it. Within a transaction it is a savepoint. Queries run without.

    With `isolation="serializable"` what another transaction made impossible is run again, handler and all (semantics 22).
    """

    async def transact(request: Envelope, ctx: SystemContext, next: Next) -> Any:
        if isinstance(request, Query):
            return await next()

        async def handled(tx: SystemContext) -> Any:
            return await next(None, tx)

        return await (ctx.atomically(handled) if ctx.in_transaction else ctx.atomically(handled, isolation=isolation))

    return transact
