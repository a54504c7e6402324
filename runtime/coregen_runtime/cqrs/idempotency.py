"""Repeated requests: one that carries the key of an earlier one is answered with that one's result (specification, section 6; semantics 35)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from pydantic import BaseModel
from pydantic_core import to_jsonable_python

from coregen_runtime.cqrs.types import Command, Envelope, MediatorMiddleware, Next
from coregen_runtime.entity.generator import checksum
from coregen_runtime.errors.base import REDACTED, ConflictError
from coregen_runtime.errors.codes import ErrorCode

if TYPE_CHECKING:
    from coregen_runtime.context.types import SystemContext
    from coregen_runtime.entity.types import ID, Timestamp
    from coregen_runtime.primitives.clock import Clock


_SWEEP_EVERY = 1_000
"""Ms between two looks through all keys."""


@dataclass(frozen=True, slots=True)
class IdempotencyScope:
    """Within this, a key names one request."""

    org_id: ID
    actor_id: ID
    type: str
    key: str


@dataclass(frozen=True, slots=True)
class Claimed:
    """The key is the caller's, who ends with `complete` or `release` and this token."""

    token: int


@dataclass(frozen=True, slots=True)
class InProgress:
    """Another caller holds the key and has not ended."""


@dataclass(frozen=True, slots=True)
class Completed:
    """The request was handled; this was its result."""

    result: Any


class IdempotencyStore(Protocol):
    """Who holds which key. `fingerprint` stands for the payload; `lease` and `ttl` are ms after which a claim, and a result, is forgotten."""

    async def claim(self, scope: IdempotencyScope, fingerprint: str, lease: int) -> Claimed | InProgress | Completed:
        """Take the key if it is free: atomic. Raises `ConflictError("IDEMPOTENCY_MISMATCH")` for another payload under the same key."""
        ...

    async def complete(self, scope: IdempotencyScope, token: int, result: Any, ttl: int) -> None:
        """Keep the result, unless the claim has expired and is another's by now."""
        ...

    async def release(self, scope: IdempotencyScope, token: int) -> None:
        """Free the key after a failure."""
        ...


@dataclass(slots=True)
class _Entry:
    fingerprint: str
    token: int
    expires_at: Timestamp
    completed: Completed | None = None


class InMemoryIdempotencyStore:
    """Keys of this process. Expired ones are dropped as others are claimed."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._entries: dict[IdempotencyScope, _Entry] = {}
        self._tokens = 0
        self._sweep_at = 0

    async def claim(self, scope: IdempotencyScope, fingerprint: str, lease: int) -> Claimed | InProgress | Completed:
        now = self._clock.now()
        self._drop_expired(now)
        entry = self._entries.get(scope)
        if entry is not None and entry.expires_at > now:
            if entry.fingerprint != fingerprint:
                raise ConflictError(
                    ErrorCode.IDEMPOTENCY_MISMATCH, f'the idempotency key of "{scope.type}" was used with another payload; use a fresh one'
                )
            return entry.completed or InProgress()
        self._tokens += 1
        self._entries[scope] = _Entry(fingerprint, self._tokens, now + lease)
        return Claimed(self._tokens)

    async def complete(self, scope: IdempotencyScope, token: int, result: Any, ttl: int) -> None:
        entry = self._entries.get(scope)
        if entry is not None and entry.token == token:
            entry.completed = Completed(result)
            entry.expires_at = self._clock.now() + ttl

    async def release(self, scope: IdempotencyScope, token: int) -> None:
        entry = self._entries.get(scope)
        if entry is not None and entry.token == token:
            del self._entries[scope]

    def _drop_expired(self, now: Timestamp) -> None:
        if now < self._sweep_at:
            return
        self._sweep_at = now + _SWEEP_EVERY
        for scope in [scope for scope, entry in self._entries.items() if entry.expires_at <= now]:
            del self._entries[scope]


def IdempotencyMiddleware(
    store: IdempotencyStore,
    ttl: int,
    *,
    wait: int = 0,
    poll: int = 20,
    lease: int = 60_000,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> MediatorMiddleware:
    """Answers a command whose key was used before with the earlier result; a command without a key passes.

    The result is kept without its sensitive fields. Within a transaction, it is kept once that has committed, and the key is freed when it is undone.

    Args:
        ttl: ms for which a result is remembered.
        lease: ms after which a claim that was never ended is free again: longer than any command takes.
        wait: ms to wait for a request in progress before giving up; asks every `poll` ms.

    The middleware raises:
        ConflictError: `IN_PROGRESS`: another caller is at it; `IDEMPOTENCY_MISMATCH`: another payload under the key.
    """

    async def once(request: Envelope, ctx: SystemContext, next: Next) -> Any:
        if not isinstance(request, Command) or request.idempotency_key is None:
            return await next()
        scope = IdempotencyScope(request.org_id, request.actor_id, request.type, request.idempotency_key)
        claim = await _claim(scope, _fingerprint(request))
        if isinstance(claim, Completed):
            return claim.result
        try:
            result = await next()
        except BaseException:
            await store.release(scope, claim.token)
            raise
        kept = without_sensitive(result)

        async def settle(committed: bool) -> None:
            if committed:
                await store.complete(scope, claim.token, kept, ttl)
            else:
                await store.release(scope, claim.token)

        if ctx.in_transaction:
            ctx.on_settled(settle)
        else:
            await settle(True)
        return result

    async def _claim(scope: IdempotencyScope, fingerprint: str) -> Claimed | Completed:
        waited = 0
        while True:
            claim = await store.claim(scope, fingerprint, lease)
            if not isinstance(claim, InProgress):
                return claim
            if waited >= wait:
                raise ConflictError(ErrorCode.IN_PROGRESS, f'"{scope.type}" with this idempotency key is being handled', transient=True)
            await sleep(poll / 1000)
            waited += poll

    return once


def _fingerprint(command: Command[Any]) -> str:
    return checksum(to_jsonable_python(command.payload, by_alias=True))


def without_sensitive(result: Any) -> Any:
    """The result as the type it was; a model's sensitive fields stand at their default, or, where they have none, are redacted (semantics 7, 35)."""
    if isinstance(result, list | tuple):
        return type(result)(without_sensitive(item) for item in result)
    if not isinstance(result, BaseModel):
        return result
    changes = {}
    for name, field in type(result).model_fields.items():
        if field.repr:
            changes[name] = without_sensitive(getattr(result, name))
        else:
            changes[name] = REDACTED if field.is_required() else field.get_default(call_default_factory=True)
    return result.model_copy(update=changes)
