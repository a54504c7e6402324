"""The mediator: who handles which command and query, behind one chain of middleware (specification, section 6).

What each middleware does is middleware.py's and its neighbours'; how an envelope is made, the context's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from coregen_runtime.cqrs.pipeline import compose
from coregen_runtime.cqrs.types import Command, CommandHandler, Envelope, MediatorMiddleware, Query, QueryHandler
from coregen_runtime.errors.base import CoreError, NotFoundError
from coregen_runtime.errors.codes import ErrorCode
from coregen_runtime.primitives.suggest import did_you_mean

if TYPE_CHECKING:
    from coregen_runtime.context.types import SystemContext


@dataclass(frozen=True, slots=True)
class _Registered:
    handler: CommandHandler[Any, Any] | QueryHandler[Any, Any]
    message: type[Any] | None


class Mediator:
    """Dispatches commands and queries to their one handler. Built at boot and passed in; there is no global one."""

    def __init__(self) -> None:
        self._commands: dict[str, _Registered] = {}
        self._queries: dict[str, _Registered] = {}
        self._middleware: list[MediatorMiddleware] = []
        self._chain = compose((), self._handle)

    def register_command(self, type: str, handler: CommandHandler[Any, Any], *, message: type[Any] | None = None) -> None:
        """Let `handler` answer commands of a type.

        Args:
            message: the message class; the validation middleware makes wire data one of it.

        Raises:
            CoreError: `DUPLICATE`: the type has a handler.
        """
        self._register(type, _Registered(handler, message), self._commands, "command")

    def register_query(self, type: str, handler: QueryHandler[Any, Any], *, message: type[Any] | None = None) -> None:
        """As `register_command`, for queries."""
        self._register(type, _Registered(handler, message), self._queries, "query")

    def use(self, middleware: MediatorMiddleware) -> None:
        """Append a middleware: those used first are outermost. The chain is composed here, not at each request."""
        self._middleware.append(middleware)
        self._chain = compose(self._middleware, self._handle)

    async def dispatch(self, command: Command[Any], ctx: SystemContext) -> Any:
        """The handler's result. Raises `NotFoundError("NO_HANDLER")`, and what the chain and the handler raise."""
        self._registered(command)
        return await self._chain(command, ctx)

    async def query(self, query: Query[Any], ctx: SystemContext) -> Any:
        """As `dispatch`."""
        self._registered(query)
        return await self._chain(query, ctx)

    def message_of(self, request: Envelope) -> type[Any] | None:
        """The message class of a request's type; None where it was registered without one."""
        return self._registered(request).message

    async def _handle(self, request: Envelope, ctx: SystemContext) -> Any:
        handler: Any = self._registered(request).handler
        return await handler(request, ctx)

    def _register(self, type: str, registered: _Registered, known: dict[str, _Registered], kind: str) -> None:
        if type in self._commands or type in self._queries:
            other = "command" if type in self._commands else "query"
            raise CoreError(ErrorCode.DUPLICATE, f'the {kind} "{type}" cannot be registered: a {other} of that type has a handler already')
        known[type] = registered

    def _registered(self, request: Envelope) -> _Registered:
        known, other = (self._commands, self._queries) if isinstance(request, Command) else (self._queries, self._commands)
        registered = known.get(request.type)
        if registered is not None:
            return registered
        kind = "command" if isinstance(request, Command) else "query"
        if request.type in other:
            hint = "; it is a query: use ctx.query" if kind == "command" else "; it is a command: use ctx.dispatch"
        else:
            hint = did_you_mean(request.type, known)
        raise NotFoundError(ErrorCode.NO_HANDLER, f'nothing handles the {kind} "{request.type}"{hint}')
