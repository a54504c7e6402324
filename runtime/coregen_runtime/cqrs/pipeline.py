"""The chain of middleware, composed once (specification, section 6; semantics 34)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from coregen_runtime.cqrs.types import Envelope, MediatorMiddleware

if TYPE_CHECKING:
    from coregen_runtime.context.types import SystemContext

Step: TypeAlias = "Callable[[Envelope, SystemContext], Awaitable[Any]]"


def compose(middleware: Sequence[MediatorMiddleware], handler: Step) -> Step:
    """One function out of the chain; the first middleware is the outermost."""
    step = handler
    for layer in reversed(middleware):
        step = _link(layer, step)
    return step


def _link(layer: MediatorMiddleware, inner: Step) -> Step:
    async def step(request: Envelope, ctx: SystemContext) -> Any:
        async def rest(changed: Envelope | None = None, changed_ctx: SystemContext | None = None) -> Any:
            return await inner(request if changed is None else changed, ctx if changed_ctx is None else changed_ctx)

        return await layer(request, ctx, rest)

    return step
