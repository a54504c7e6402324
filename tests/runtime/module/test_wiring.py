"""From parts to a module: what is declared has a handler, and is registered when it boots, not before."""

from __future__ import annotations

from typing import Any

import pytest

from coregen_runtime import (
    ABI,
    CommandMessage,
    CoreError,
    JobHandler,
    Model,
    ModuleManifest,
    QueryMessage,
    Request,
    SchedulerOptions,
    SystemContext,
    build_module,
    command,
    query,
    subscription,
)
from coregen_runtime.event.subscriptions import Subscriptions
from coregen_runtime.queue.types import Job
from tests.runtime.context.services import Bench
from tests.runtime.module.test_registry import boot_registry


class Do(Model, CommandMessage[str], type="tools.do"):
    """A command."""


class Ask(Model, QueryMessage[str], type="tools.ask"):
    """A query."""


class Nameless(Model, CommandMessage[str]):
    """A command whose author forgot its type."""


async def answer(message: object, ctx: SystemContext) -> str:
    return getattr(ctx, "module", "")


async def hear(event: object, ctx: SystemContext) -> None:
    """Hears."""


async def work(job: Job[Any], ctx: SystemContext) -> None:
    """Works."""


def module(abi: int = ABI, declared: dict[str, Any] | None = None, **parts: Any) -> Any:
    manifest = {"id": "tools", "version": "1.0.0", **(declared or {})}
    return build_module(abi=abi, manifest=lambda: ModuleManifest(**manifest), schemas=list, **parts)


def test_the_manifest_lists_what_is_wired_beside_what_is_declared() -> None:
    built = module(declared={"commands": ["tools.do"]}, commands=[command(Do, answer)], queries=[query(Ask, answer)])

    assert (("tools.do",), ("tools.ask",)) == (built.manifest.commands, built.manifest.queries)


@pytest.mark.parametrize(
    ("declared", "said"),
    [
        ({"commands": ["tools.dos"]}, 'the command "tools.dos" and has no handler for it; did you mean "tools.do"'),
        ({"queries": ["tools.find"]}, 'the query "tools.find" and has no handler'),
        ({"scheduled_jobs": [{"name": "nightly", "cron": "@daily"}]}, 'the job "nightly" and has no handler'),
        ({"queue_workers": [{"queue": "mails"}]}, 'the queue worker "mails" and has no handler'),
    ],
)
def test_what_is_declared_without_a_handler_is_an_error(declared: dict[str, Any], said: str) -> None:
    with pytest.raises(CoreError, match=f"NO_HANDLER: tools declares {said}"):
        _ = module(declared=declared, commands=[command(Do, answer)]).manifest


def test_two_handlers_for_one_type_or_one_name_are_an_error_before_boot() -> None:
    """Semantics 37."""
    with pytest.raises(CoreError, match="DUPLICATE: two handlers for 'tools.do'"):
        module(commands=[command(Do, answer), command(Do, answer)])
    with pytest.raises(CoreError, match="DUPLICATE: two handlers for 'tools.hear'"):
        module(subscriptions=[subscription("a.b", hear, name="tools.hear"), subscription("c.d", hear, name="tools.hear")])


def test_a_message_without_a_type_is_refused_with_what_to_write() -> None:
    with pytest.raises(CoreError, match="Nameless has no message type; write class Nameless"):
        command(Nameless, answer)


@pytest.mark.parametrize(("abi", "fix"), [(ABI - 1, 'run "coregen sync'), (ABI + 1, "pip install --upgrade coregen-runtime")])
def test_code_of_another_generation_is_refused_when_it_is_imported_with_the_command_to_run(abi: int, fix: str) -> None:
    """Semantics 38."""
    with pytest.raises(CoreError, match=f"ABI_MISMATCH: .*{fix}"):
        module(abi=abi)


async def test_nothing_is_registered_before_boot_and_handlers_see_their_own_module() -> None:
    bench = Bench()
    subscriptions = Subscriptions()
    registry = boot_registry(bench)
    registry = type(registry)(
        **{name: getattr(registry, name) for name in registry.__slots__ if name != "subscriptions"}, subscriptions=subscriptions
    )
    built = module(
        commands=[command(Do, answer)],
        queries=[query(Ask, answer)],
        subscriptions=[subscription("order.placed", hear, name="tools.hear", source="ordering")],
    )
    before = len(subscriptions)
    await built.boot(registry)

    assert (0, [("tools.hear", "ordering/order.placed")]) == (before, [(each.name, each.pattern) for each in subscriptions])
    assert ("tools", "tools") == (await bench.context().dispatch(Do()), await bench.context().query(Ask()))


async def test_wire_data_that_reaches_a_handler_unvalidated_is_an_error_of_the_chain() -> None:
    bench = Bench()
    await module(commands=[command(Do, answer)]).boot(boot_registry(bench))

    with pytest.raises(CoreError, match="put ValidationMiddleware into the chain"):
        await bench.context().dispatch(Request(type="tools.do", payload={}))


class Engines:
    """A queue, a scheduler and a bridge that write down what they are given."""

    def __init__(self) -> None:
        self.given: list[tuple[Any, ...]] = []

    def define(self, name: str, cron: str, handler: JobHandler[Any], options: SchedulerOptions | None = None) -> None:
        self.given.append((name, cron, options))

    def process(self, name: str, handler: JobHandler[Any], concurrency: int = 1) -> None:
        self.given.append((name, concurrency))

    def forward(self, event_pattern: str, to_channel: object, filter: object = None) -> None:
        self.given.append((event_pattern,))


async def test_jobs_workers_and_channels_go_to_the_engines_that_the_application_was_given() -> None:
    engines = Engines()
    built = module(
        declared={
            "scheduled_jobs": [{"name": "nightly", "cron": "0 3 * * *", "timezone": "Europe/Berlin", "catchUp": True}],
            "queue_workers": [{"queue": "mails", "concurrency": 4}],
            "channels": [{"pattern": "order.*", "channel": "org:{orgId}:orders"}],
        },
        jobs={"nightly": work},
        workers={"mails": work},
    )
    await built.boot(boot_registry(Bench(), given_queue=engines, given_scheduler=engines, given_realtime=engines))

    assert [
        ("order.*",),
        ("tools.nightly", "0 3 * * *", SchedulerOptions(timezone="Europe/Berlin", overlap=False, catch_up=True)),
        ("mails", 4),
    ] == engines.given
