"""A factory of contexts over the in-memory database, for tests of what takes a context; and a logger that keeps its lines."""

from __future__ import annotations

from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, Self

from coregen_runtime import (
    Actor,
    AdapterRegistry,
    BaseRepository,
    EntitySchema,
    FrozenClock,
    FSMEngine,
    IDGenerator,
    Mediator,
    RuleEngine,
    StateMachineRegistry,
)
from coregen_runtime.context.factory import BoundContext, ContextFactory, Services
from coregen_runtime.context.repositories import Repositories
from coregen_runtime.context.types import Org
from coregen_runtime.repository.memory import MemoryAdapter
from coregen_runtime.repository.outbox import DatabaseOutbox
from coregen_runtime.repository.table import Mappings

ORG = "org_01ARZ3NDEKTSV4RRFFQ69G5FA1"
ACTOR = "actor_01ARZ3NDEKTSV4RRFFQ69G5FA3"


class ListLogger:
    """Keeps (level, message, facts)."""

    def __init__(self, lines: list[tuple[str, str, dict[str, Any]]] | None = None, facts: dict[str, Any] | None = None) -> None:
        self.lines: list[tuple[str, str, dict[str, Any]]] = [] if lines is None else lines
        self._facts = facts or {}

    def debug(self, message: str, /, **facts: Any) -> None:
        self.lines.append(("debug", message, {**self._facts, **facts}))

    def info(self, message: str, /, **facts: Any) -> None:
        self.lines.append(("info", message, {**self._facts, **facts}))

    def warning(self, message: str, /, **facts: Any) -> None:
        self.lines.append(("warning", message, {**self._facts, **facts}))

    def error(self, message: str, /, **facts: Any) -> None:
        self.lines.append(("error", message, {**self._facts, **facts}))

    def bind(self, **facts: Any) -> Self:
        return type(self)(self.lines, {**self._facts, **facts})


class Bench:
    """The parts of an application, open on an in-memory database that needs no closing."""

    def __init__(self, schemas: dict[str, EntitySchema] | None = None, repositories: list[type[BaseRepository[Any, Any, Any]]] | None = None) -> None:
        self.clock = FrozenClock()
        self.ids = IDGenerator(self.clock)
        self.logger = ListLogger()
        self.mediator = Mediator()
        self.db = MemoryAdapter()
        _finish(self.db.open())
        self.outbox = DatabaseOutbox(self.db, self.clock)
        self.repositories = Repositories()
        for repository in repositories or []:
            self.repositories.add(repository)
        rules = RuleEngine(self.clock)
        self.machines = StateMachineRegistry()
        known = schemas or {}
        self.services = Services(
            mediator=self.mediator,
            db=self.db,
            outbox=self.outbox,
            mappings=Mappings(lambda name: (known[name], self.repositories.named(name).entity)),
            repositories=self.repositories,
            rules=rules,
            fsm=FSMEngine(self.machines, rules),
            ids=self.ids,
            clock=self.clock,
            logger=self.logger,
            adapters=AdapterRegistry(),
        )
        self.contexts = ContextFactory(self.services)

    def context(self, organization: str = ORG, actor: str = ACTOR, **rest: Any) -> BoundContext:
        return self.contexts.create(actor=Actor(id=actor, org_id=organization), org=Org(id=organization), **rest)


def _finish(coroutine: Coroutine[Any, Any, None]) -> None:
    """Run what waits for nothing."""
    with suppress(StopIteration):
        coroutine.send(None)
        raise AssertionError("it waits for something")
