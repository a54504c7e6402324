"""Modules are checked before anything boots, boot side by side, and go down in reverse (semantics 37)."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import pytest

from coregen_runtime import BootRegistry, CoreError, EntitySchema, ModuleManifest, ModuleRegistry, NotFoundError
from coregen_runtime.module.registry import check_manifests
from tests.runtime.context.services import Bench, ListLogger


def boot_registry(bench: Bench, **engines: Any) -> BootRegistry:
    nothing: Any = None
    return BootRegistry(
        mediator=bench.mediator,
        bus=nothing,
        store=nothing,
        schemas=nothing,
        fsms=bench.machines,
        rules=bench.services.rules,
        db=bench.db,
        adapters=bench.services.adapters,
        logger=bench.logger,
        subscriptions=nothing,
        repositories=bench.repositories,
        id_prefixes=nothing,
        **engines,
    )


class Recorded:
    """A module that writes down what happens to it."""

    def __init__(
        self, trail: list[str], id: str, *, fails: str = "", waits_for: asyncio.Event | None = None, sets: asyncio.Event | None = None, **rest: Any
    ) -> None:
        self.manifest = ModuleManifest(id=id, version="1.0.0", **rest)
        self._trail, self._fails, self._waits_for, self._sets = trail, fails, waits_for, sets

    async def boot(self, registry: BootRegistry) -> None:
        if self._sets is not None:
            self._sets.set()
        if self._waits_for is not None:
            await self._waits_for.wait()
        if self._fails == "boot":
            raise RuntimeError(f"{self.manifest.id} does not start")
        self._trail.append(f"{self.manifest.id} up")

    async def shutdown(self) -> None:
        self._trail.append(f"{self.manifest.id} down")
        if self._fails == "shutdown":
            raise RuntimeError("does not stop")


def registry_of(*modules: Recorded) -> tuple[ModuleRegistry, BootRegistry, ListLogger]:
    bench = Bench()
    registry = ModuleRegistry(bench.logger)
    for module in modules:
        registry.register(module)
    return registry, boot_registry(bench), bench.logger


async def test_modules_boot_in_order_and_go_down_in_reverse() -> None:
    trail: list[str] = []
    registry, boot, _ = registry_of(Recorded(trail, "b", depends_on=["a"]), Recorded(trail, "a"))
    await registry.boot(boot)
    await registry.shutdown()
    await registry.shutdown()

    assert ["a up", "b up", "b down", "a down"] == trail


async def test_modules_of_one_level_boot_at_the_same_time() -> None:
    """Each of the two waits until the other has begun."""
    trail: list[str] = []
    first, second = asyncio.Event(), asyncio.Event()
    registry, boot, _ = registry_of(Recorded(trail, "a", waits_for=second, sets=first), Recorded(trail, "b", waits_for=first, sets=second))
    await asyncio.wait_for(registry.boot(boot), 5)

    assert ["a up", "b up"] == sorted(trail)


async def test_when_one_fails_to_boot_those_already_up_are_shut_down_in_reverse() -> None:
    trail: list[str] = []
    registry, boot, _ = registry_of(
        Recorded(trail, "a"),
        Recorded(trail, "b", depends_on=["a"]),
        Recorded(trail, "c", depends_on=["b"], fails="boot"),
        Recorded(trail, "d", depends_on=["c"]),
    )

    with pytest.raises(RuntimeError, match="c does not start"):
        await registry.boot(boot)
    assert ["a up", "b up", "b down", "a down"] == trail


async def test_several_failures_of_a_level_are_raised_together() -> None:
    registry, boot, _ = registry_of(Recorded([], "a", fails="boot"), Recorded([], "b", fails="boot"))

    with pytest.raises(ExceptionGroup) as caught:
        await registry.boot(boot)
    assert ["a does not start", "b does not start"] == [str(error) for error in caught.value.exceptions]


async def test_one_that_fails_to_shut_down_is_logged_and_the_others_go_down() -> None:
    trail: list[str] = []
    registry, boot, logger = registry_of(Recorded(trail, "a"), Recorded(trail, "b", depends_on=["a"], fails="shutdown"))
    await registry.boot(boot)
    await registry.shutdown()

    assert ["b down", "a down"] == trail[2:]
    assert [("error", "module failed to shut down", "b")] == [(level, message, facts["module"]) for level, message, facts in logger.lines]


async def test_a_boot_that_is_cancelled_shuts_down_what_is_up() -> None:
    trail: list[str] = []
    registry, boot, _ = registry_of(Recorded(trail, "a"), Recorded(trail, "b", depends_on=["a"], waits_for=asyncio.Event()))
    booting = asyncio.create_task(registry.boot(boot))
    await asyncio.sleep(0.01)
    booting.cancel()
    await asyncio.gather(booting, return_exceptions=True)

    assert ["a up", "a down"] == trail


async def test_modules_that_are_named_boot_with_what_they_depend_on() -> None:
    trail: list[str] = []
    registry, boot, _ = registry_of(Recorded(trail, "a"), Recorded(trail, "b", depends_on=["a"]), Recorded(trail, "c"))
    await registry.boot(boot, ["b"])

    assert ["a up", "b up"] == trail


async def test_what_is_up_cannot_be_booted_again() -> None:
    registry, boot, _ = registry_of(Recorded([], "a"))
    await registry.boot(boot)

    with pytest.raises(CoreError, match="INVALID_STATE"):
        await registry.boot(boot)


def test_a_module_id_is_taken_once_and_an_unknown_one_names_the_nearest() -> None:
    registry, _, _ = registry_of(Recorded([], "catalog"))

    with pytest.raises(CoreError, match='DUPLICATE: a module "catalog"'):
        registry.register(Recorded([], "catalog"))
    with pytest.raises(NotFoundError, match='did you mean "catalog"'):
        registry.resolve("catalogue")
    assert "catalog" == registry.resolve("catalog").manifest.id


async def test_nothing_boots_when_two_modules_have_a_message_type_or_a_machine_in_common() -> None:
    trail: list[str] = []
    registry, boot, _ = registry_of(
        Recorded(trail, "a", commands=["x.do"], fsms=["order-fsm"]), Recorded(trail, "b", queries=["x.do"], fsms=["order-fsm"])
    )

    with pytest.raises(
        CoreError, match='DUPLICATE: the message type "x.do" is declared by a and by b; the machine "order-fsm" is declared by a and by b'
    ):
        await registry.boot(boot)
    assert [] == trail


def test_an_id_prefix_twice_is_an_error_within_a_module_and_a_warning_between_two() -> None:
    def entities(*prefixes: str) -> list[EntitySchema]:
        return [EntitySchema(name=f"E{number}", fields=[], id_prefix=prefix) for number, prefix in enumerate(prefixes)]

    between = [ModuleManifest(id=id, version="1", entities=entities("usr")) for id in ("crm", "identity")]
    within = ModuleManifest(id="crm", version="1", entities=entities("usr", "usr"))
    said_twice = ModuleManifest(id="crm", version="1", entities=entities("usr"), id_prefixes={"E0": "usr_"})

    assert ('crm and identity use the same id prefix "usr"',) == check_manifests(between)
    assert () == check_manifests([said_twice])
    with pytest.raises(CoreError, match='crm gives E0 and E1 the same id prefix "usr"'):
        check_manifests([within])


async def test_what_a_module_declares_without_an_engine_is_named_with_the_fix_before_anything_boots() -> None:
    trail: list[str] = []
    registry, boot, _ = registry_of(
        Recorded(trail, "a"),
        Recorded(trail, "b", scheduled_jobs=[{"name": "nightly", "cron": "0 3 * * *"}], queue_workers=[{"queue": "mails"}]),
        Recorded(trail, "c", channels=[{"pattern": "a.*", "channel": "system:a"}]),
    )

    with pytest.raises(CoreError) as caught:
        await registry.boot(boot)
    assert (
        "b declares scheduledJobs, and the application was given no scheduler; pass one: App(scheduler=…); "
        "b declares queueWorkers, and the application was given no queue; pass one: App(queue=…); "
        "c declares channels, and the application was given no realtime; pass one: App(realtime=…)"
    ) == caught.value.message
    assert [] == trail


@pytest.mark.parametrize("part", ["queue", "scheduler", "realtime"])
def test_an_engine_that_was_not_given_is_named_and_one_that_was_is_there(part: str) -> None:
    engine = object()

    with pytest.raises(CoreError, match=rf"NOT_CONFIGURED: .*App\({part}=…\)"):
        getattr(boot_registry(Bench()), part)
    assert engine is getattr(boot_registry(Bench(), **{f"given_{part}": cast(Any, engine)}), part)
