"""Queue, jobs and workers as types (specification, section 9). Engines are adapters."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from typing import TYPE_CHECKING, Any, Generic, Literal, Protocol

from pydantic import Field
from typing_extensions import TypeVar

from coregen_runtime.entity.schema import FieldSchema
from coregen_runtime.primitives.model import DefinitionModel, Items

if TYPE_CHECKING:
    from coregen_runtime.context.types import SystemContext

T = TypeVar("T", default=Any)


class JobDefinition(DefinitionModel):
    """A cron job: `handler` names the function in handlers.py; `timezone` is an IANA name."""

    name: str
    cron: str
    handler: str | None = None
    timezone: str = "UTC"
    overlap: bool = False
    catch_up: bool = False


class WorkerDefinition(DefinitionModel):
    """A worker of a queue; `concurrency` jobs at once. `payload` is what its jobs carry: the handler gets it as a class, checked; without it, as it comes."""

    queue: str
    payload: Items[FieldSchema] | None = None
    handler: str | None = None
    concurrency: int = Field(default=1, ge=1)


class Backoff(DefinitionModel):
    """How long to wait before the next attempt; `delay` in ms is the first wait, or every one when fixed."""

    type: Literal["fixed", "exponential"]
    delay: int = Field(ge=0)


class JobOptions(DefinitionModel):
    """How a job is to run. `delay` and `timeout` in ms; `job_id` is an idempotency key (semantics 40)."""

    priority: Literal["critical", "standard", "bulk"] = "standard"
    delay: int = Field(default=0, ge=0)
    attempts: int = Field(default=3, ge=1)
    backoff: Backoff | None = None
    job_id: str | None = None
    timeout: int | None = Field(default=None, gt=0)
    remove_on_complete: bool = True


class Job(DefinitionModel, Generic[T]):
    """A job as it stands. Times in epoch ms; `progress` 0 to 100."""

    id: str
    name: str
    payload: T
    status: Literal["waiting", "active", "completed", "failed", "delayed"]
    attempts: int
    created_at: int
    processed_at: int | None = None
    completed_at: int | None = None
    failed_reason: str | None = None
    progress: int | None = Field(default=None, ge=0, le=100)

    if not TYPE_CHECKING:

        def __class_getitem__(cls, payload: object) -> type:
            return cls


class JobHandler(Protocol[T]):
    """`async def handler(job, ctx)`; what it raises counts as a failed attempt."""

    def __call__(self, job: Job[T], ctx: SystemContext, /) -> Awaitable[None]: ...


class Queue(Protocol):
    """Jobs that run once each, apart from their caller. `drain` waits until nothing is left and removes nothing (semantics 39-40)."""

    async def add(self, name: str, payload: T, options: JobOptions | None = None) -> Job[T]: ...

    async def add_batch(self, name: str, payloads: Sequence[T], options: JobOptions | None = None) -> list[Job[T]]: ...

    def process(self, name: str, handler: JobHandler[Any], concurrency: int = 1) -> None:
        """Register the worker of a queue; called while modules boot."""
        ...

    async def get_job(self, id: str) -> Job[Any] | None: ...

    async def retry(self, id: str) -> None: ...

    async def cancel(self, id: str) -> None: ...

    async def drain(self, name: str) -> None: ...

    async def get_dlq(self, name: str) -> list[Job[Any]]: ...

    async def replay_dlq(self, name: str, limit: int | None = None) -> None: ...
