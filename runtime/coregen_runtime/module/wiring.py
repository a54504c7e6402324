"""From a module's parts to an `AppModule`: what the `generated/wiring.py` of every module calls (specification, section 8).

Values only: nothing is registered before `boot`. The handlers' signatures are checked by the type checker against the generated
`Handlers` protocol; here they are taken as they are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from pydantic import ValidationError as PydanticValidationError

from coregen_runtime.cqrs.types import Command, Query
from coregen_runtime.errors.base import CoreError, ValidationError, failures_of
from coregen_runtime.errors.codes import ErrorCode
from coregen_runtime.event.subscriptions import DurableSubscription
from coregen_runtime.event.types import DomainEvent
from coregen_runtime.event.upcasters import Upcaster
from coregen_runtime.module.abi import check_abi
from coregen_runtime.module.search import events_of, search_sync
from coregen_runtime.module.types import BootRegistry, ModuleManifest
from coregen_runtime.primitives.model import Model, sensitive_keys, wire_names
from coregen_runtime.primitives.suggest import did_you_mean
from coregen_runtime.queue.scheduler import SchedulerOptions
from coregen_runtime.queue.types import Job
from coregen_runtime.realtime.bridge import channel_template
from coregen_runtime.rule.qualify import qualify

if TYPE_CHECKING:
    from coregen_runtime.context.types import SystemContext
    from coregen_runtime.cqrs.messages import CommandMessage, QueryMessage
    from coregen_runtime.entity.schema import EntitySchema
    from coregen_runtime.repository.base import BaseRepository
    from coregen_runtime.rule.types import RuleExpr
    from coregen_runtime.state.engine import BoundMachine
    from coregen_runtime.state.types import StateMachine, TimedTransition, Transition

C = TypeVar("C", bound="CommandMessage[Any]")
Q = TypeVar("Q", bound="QueryMessage[Any]")
Ev = TypeVar("Ev", bound="DomainEvent[Any]")
M = TypeVar("M", bound=Model)
Way = TypeVar("Way", "Transition", "TimedTransition")
_Class: TypeAlias = type[Any]
_MessageClass: TypeAlias = "type[CommandMessage[Any] | QueryMessage[Any]]"


@dataclass(frozen=True, slots=True)
class WiredCommand:
    """A command's type, the class of its message, and who handles it."""

    message: _Class
    handler: Callable[[Any, SystemContext], Awaitable[Any]]
    type: str


@dataclass(frozen=True, slots=True)
class WiredQuery:
    """As `WiredCommand`, for a query."""

    message: _Class
    handler: Callable[[Any, SystemContext], Awaitable[Any]]
    type: str


def command(message: type[C], handler: Callable[[C, SystemContext], Awaitable[Any]]) -> WiredCommand:
    """Let `handler` answer the commands of a class. Raises `CoreError("INVALID_STATE")` for a class without a message type."""
    return WiredCommand(message, handler, _type_of(message))


def query(message: type[Q], handler: Callable[[Q, SystemContext], Awaitable[Any]]) -> WiredQuery:
    """As `command`, for queries."""
    return WiredQuery(message, handler, _type_of(message))


def subscription(
    pattern: str,
    handler: Callable[[Ev, SystemContext], Awaitable[None]],
    *,
    name: str,
    event: type[Ev] | None = None,
    source: str | None = None,
) -> DurableSubscription:
    """Let `handler` hear the events of a pattern, those of module `source` alone if it is given.

    Args:
        name: durable, `<module>.<handler>`: an event is delivered once under it (semantics 30).
        event: the typed event that the handler takes; without it, a plain `DomainEvent`.
    """
    return DurableSubscription(name, f"{source}/{pattern}" if source else pattern, handler, event)


def worker(payload: type[M], handler: Callable[[Job[M], SystemContext], Awaitable[None]]) -> Callable[[Job[Any], SystemContext], Awaitable[None]]:
    """The handler of a queue whose jobs carry `payload`. A job that does not is a failed attempt: ValidationError, and the handler is not called."""

    async def handle(job: Job[Any], ctx: SystemContext, /) -> None:
        await handler(job.model_copy(update={"payload": _payload(payload, job.payload)}), ctx)

    return handle


def _payload(model: type[M], value: object) -> M:
    if isinstance(value, model):
        return value
    try:
        return model.model_validate(value, by_alias=True, by_name=False)
    except PydanticValidationError as error:
        raise ValidationError(failures_of(error, sensitive_keys(model), wire_names(model))) from None


def build_module(
    *,
    abi: int,
    manifest: Callable[[], ModuleManifest],
    schemas: Callable[[], Sequence[EntitySchema]],
    commands: Sequence[WiredCommand] = (),
    queries: Sequence[WiredQuery] = (),
    subscriptions: Sequence[DurableSubscription] = (),
    machines: Sequence[type[BoundMachine[Any, Any]]] = (),
    repositories: Sequence[type[BaseRepository[Any, Any, Any]]] = (),
    rules: Callable[[], Mapping[str, RuleExpr]] = dict,
    jobs: Mapping[str, Callable[[Job[Any], SystemContext], Awaitable[None]]] | None = None,
    workers: Mapping[str, Callable[[Job[Any], SystemContext], Awaitable[None]]] | None = None,
    upcasters: Mapping[str, Sequence[Upcaster | str]] | None = None,
) -> BuiltModule:
    """The module as an `AppModule`.

    Args:
        abi: what the code was generated for.
        manifest: what the module declares; entities and the types of its messages are added to it from the other parts.
        jobs, workers: handlers by the name of the job, and of the queue.
        upcasters: by the type of an event of this module, its chain, oldest first.

    Raises:
        CoreError: `ABI_MISMATCH`; `DUPLICATE` for two handlers of one message type, or two subscriptions of one name.
    """
    source = repositories[0].__module__ if repositories else manifest.__module__
    check_abi(abi, source.partition(".generated")[0].rpartition(".")[2])
    counted = (
        Counter([wired.type for wired in commands]) + Counter([wired.type for wired in queries]) + Counter([wired.name for wired in subscriptions])
    )
    twice = [name for name, count in counted.items() if count > 1]
    if twice:
        raise CoreError(ErrorCode.DUPLICATE, f"two handlers for {', '.join(map(repr, twice))}; keep one")
    return BuiltModule(
        declare=manifest,
        schemas=schemas,
        commands=tuple(commands),
        queries=tuple(queries),
        subscriptions=tuple(subscriptions),
        machines=tuple(machines),
        repositories=tuple(repositories),
        rules=rules,
        jobs=dict(jobs or {}),
        workers=dict(workers or {}),
        upcasters=dict(upcasters or {}),
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class BuiltModule:
    """A module made of wired parts. It holds nothing that needs to be shut down."""

    declare: Callable[[], ModuleManifest] = field(repr=False)
    schemas: Callable[[], Sequence[EntitySchema]] = field(repr=False)
    commands: tuple[WiredCommand, ...] = field(repr=False)
    queries: tuple[WiredQuery, ...] = field(repr=False)
    subscriptions: tuple[DurableSubscription, ...] = field(repr=False)
    machines: tuple[type[BoundMachine[Any, Any]], ...] = field(repr=False)
    repositories: tuple[type[BaseRepository[Any, Any, Any]], ...] = field(repr=False)
    rules: Callable[[], Mapping[str, RuleExpr]] = field(repr=False)
    jobs: Mapping[str, Callable[[Job[Any], SystemContext], Awaitable[None]]] = field(repr=False)
    workers: Mapping[str, Callable[[Job[Any], SystemContext], Awaitable[None]]] = field(repr=False)
    upcasters: Mapping[str, Sequence[Upcaster | str]] = field(default_factory=dict, repr=False)

    @cached_property
    def manifest(self) -> ModuleManifest:
        """Raises `CoreError("NO_HANDLER")` for a command, query, job or worker that is declared and has no handler."""
        declared = self.declare()
        commands, queries = [wired.type for wired in self.commands], [wired.type for wired in self.queries]
        _require_handlers(declared.id, "command", declared.commands, commands)
        _require_handlers(declared.id, "query", declared.queries, queries)
        _require_handlers(declared.id, "job", [job.name for job in declared.scheduled_jobs], self.jobs)
        _require_handlers(declared.id, "queue worker", [worker.queue for worker in declared.queue_workers], self.workers)
        machines = [machine.definition().id for machine in self.machines]
        return declared.model_copy(
            update={
                "entities": tuple(self.schemas()),
                "commands": _union(declared.commands, commands),
                "queries": _union(declared.queries, queries),
                "fsms": _union(declared.fsms, machines),
            }
        )

    async def boot(self, registry: BootRegistry) -> None:
        manifest = self.manifest
        module = manifest.id
        owned = [(machine.entity_type, machine.field) for machine in (each.definition() for each in self.machines)]
        for schema in manifest.entities:
            names = (schema.name, schema.qualified_name)
            registry.schemas.register(schema, machine_fields=[field for entity, field in owned if entity in names])
        for repository in self.repositories:
            registry.repositories.add(repository)
        for type, chain in self.upcasters.items():
            registry.upcasters.add(module, type, *chain)
        rules = self.rules()
        registry.rules.register_all({f"{module}.{id}": qualify(rule, module, rules) for id, rule in rules.items()})
        for machine in self.machines:
            registry.fsms.register(_with_qualified_guards(machine.definition(), module, rules), module)
        for command in self.commands:
            registry.mediator.register_command(command.type, _command_handler(module, command), message=command.message)
        for query in self.queries:
            registry.mediator.register_query(query.type, _query_handler(module, query), message=query.message)
        for subscription in self.subscriptions:
            registry.subscriptions.add(_in_module(module, subscription))
        for schema in manifest.entities:
            if schema.rt_channel is not None:
                registry.realtime.forward(events_of(schema), channel_template(schema.rt_channel))
            if schema.search_sync:
                registry.subscriptions.add(search_sync(schema))
        for forward in manifest.channels:
            registry.realtime.forward(forward.pattern, channel_template(forward.channel))
        for job in manifest.scheduled_jobs:
            options = SchedulerOptions(timezone=job.timezone, overlap=job.overlap, catch_up=job.catch_up)
            registry.scheduler.define(f"{module}.{job.name}", job.cron, _job_handler(module, self.jobs[job.name]), options)
        for worker in manifest.queue_workers:
            registry.queue.process(worker.queue, _job_handler(module, self.workers[worker.queue]), worker.concurrency)

    async def shutdown(self) -> None:
        """Nothing was started."""


def _type_of(message: _MessageClass) -> str:
    if not message.__message_type__:
        raise CoreError(ErrorCode.INVALID_STATE, f'{message.__name__} has no message type; write class {message.__name__}(…, type="module.name")')
    return message.__message_type__


def _with_qualified_guards(machine: StateMachine, module: str, own: Mapping[str, RuleExpr]) -> StateMachine:
    def guarded(transition: Way) -> Way:
        return transition if transition.guard is None else transition.model_copy(update={"guard": qualify(transition.guard, module, own)})

    states = {
        name: node.model_copy(
            update={
                "on": {event: tuple(guarded(each) for each in transitions) for event, transitions in node.on.items()},
                "after": tuple(guarded(each) for each in node.after),
            }
        )
        for name, node in machine.states.items()
    }
    return machine.model_copy(update={"states": states})


def _union(declared: Sequence[str], wired: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*declared, *wired)))


def _require_handlers(module: str, kind: str, declared: Sequence[str], handled: Sequence[str] | Mapping[str, object]) -> None:
    for name in declared:
        if name not in handled:
            raise CoreError(ErrorCode.NO_HANDLER, f'{module} declares the {kind} "{name}" and has no handler for it{did_you_mean(name, handled)}')


def _command_handler(module: str, wired: WiredCommand) -> Callable[[Command[Any], SystemContext], Awaitable[Any]]:
    async def handle(command: Command[Any], ctx: SystemContext, /) -> Any:
        return await wired.handler(_typed(command.payload, wired), ctx.bind(module=module))

    return handle


def _query_handler(module: str, wired: WiredQuery) -> Callable[[Query[Any], SystemContext], Awaitable[Any]]:
    async def handle(query: Query[Any], ctx: SystemContext, /) -> Any:
        return await wired.handler(_typed(query.params, wired), ctx.bind(module=module))

    return handle


def _typed(content: object, wired: WiredCommand | WiredQuery) -> Any:
    if not isinstance(content, wired.message):
        raise CoreError(
            ErrorCode.INVALID_STATE,
            f'"{wired.type}" reached its handler as {type(content).__name__}, not as {wired.message.__name__}; put ValidationMiddleware into the chain',
        )
    return content


def _in_module(module: str, wired: DurableSubscription) -> DurableSubscription:
    async def handle(event: Any, ctx: SystemContext, /) -> None:
        await wired.handler(event, ctx.bind(module=module))

    return DurableSubscription(wired.name, wired.pattern, handle, wired.event)


def _job_handler(module: str, handler: Callable[[Job[Any], SystemContext], Awaitable[None]]) -> Callable[[Job[Any], SystemContext], Awaitable[None]]:
    async def handle(job: Job[Any], ctx: SystemContext, /) -> None:
        await handler(job, ctx.bind(module=module))

    return handle
