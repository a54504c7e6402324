"""Queue, jobs and workers as types (specification, section 9)."""

from __future__ import annotations

from pydantic import Field

from coregen_runtime.primitives.model import DefinitionModel


class JobDefinition(DefinitionModel):
    """A cron job: `handler` names the function in handlers.py; `timezone` is an IANA name."""

    name: str
    cron: str
    handler: str | None = None
    timezone: str = "UTC"
    overlap: bool = False
    catch_up: bool = False


class WorkerDefinition(DefinitionModel):
    """A worker of a queue; `concurrency` jobs at once."""

    queue: str
    handler: str | None = None
    concurrency: int = Field(default=1, ge=1)
