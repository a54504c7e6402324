"""The scheduler as a type (specification, section 9; semantics 41). Engines are adapters."""

from __future__ import annotations

from typing import Any, Protocol

from coregen_runtime.primitives.model import DefinitionModel
from coregen_runtime.queue.types import JobHandler


class SchedulerOptions(DefinitionModel):
    """`timezone` is an IANA name; `overlap` lets a run start while the last one goes on; `catch_up` runs what was missed, as one."""

    timezone: str = "UTC"
    overlap: bool = False
    catch_up: bool = False


class ScheduledJob(DefinitionModel):
    """A schedule as it stands: `cron` for a recurring one, `at` (epoch ms) for a single one."""

    name: str
    cron: str | None = None
    at: int | None = None
    paused: bool = False
    next_at: int | None = None


class Scheduler(Protocol):
    """Jobs by the clock. N nodes fire each (name, fire time) once."""

    def define(self, name: str, cron: str, handler: JobHandler[Any], options: SchedulerOptions | None = None) -> None: ...

    def run_once(self, name: str, at: int, payload: Any, handler: JobHandler[Any]) -> None: ...

    def cancel(self, name: str) -> None: ...

    def pause(self, name: str) -> None: ...

    def resume(self, name: str) -> None: ...

    def list(self) -> list[ScheduledJob]: ...

    def get_next(self, name: str) -> int | None: ...
