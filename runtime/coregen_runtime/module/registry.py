"""The modules of an application: registered, checked, booted level by level, shut down in reverse (specification, section 8; semantics 37)."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence

from coregen_runtime.errors.base import CoreError, NotFoundError
from coregen_runtime.errors.codes import ErrorCode
from coregen_runtime.errors.describe import describe
from coregen_runtime.module.lifecycle import resolve_boot_order, with_dependencies
from coregen_runtime.module.prefixes import IdPrefixes, declared_prefixes
from coregen_runtime.module.types import AppModule, BootRegistry, ModuleManifest
from coregen_runtime.primitives.logger import Logger
from coregen_runtime.primitives.suggest import did_you_mean


class ModuleRegistry:
    """Modules by id. `boot` may be called again after `shutdown`."""

    def __init__(self, logger: Logger) -> None:
        self._logger = logger
        self._modules: dict[str, AppModule] = {}
        self._up: list[AppModule] = []

    def register(self, module: AppModule) -> None:
        """Raises `CoreError("DUPLICATE")` when the id is taken."""
        id = module.manifest.id
        if id in self._modules:
            raise CoreError(ErrorCode.DUPLICATE, f'a module "{id}" is registered already; module ids are unique in an application')
        self._modules[id] = module

    def resolve(self, id: str) -> AppModule:
        """Raises `NotFoundError("UNKNOWN")`."""
        if id not in self._modules:
            raise NotFoundError(ErrorCode.UNKNOWN, f'no module "{id}" is registered{did_you_mean(id, self._modules)}')
        return self._modules[id]

    @property
    def id_prefixes(self) -> IdPrefixes:
        """Which entity an id belongs to, over all registered modules."""
        return IdPrefixes.of(module.manifest for module in self)

    def __iter__(self) -> Iterator[AppModule]:
        return iter(self._modules.values())

    async def boot(self, registry: BootRegistry, ids: Sequence[str] | None = None) -> None:
        """Boot all modules, or those named and what they depend on; the modules of one level at the same time.

        When one fails, those already up are shut down in reverse and its error is raised (several of a level: an ExceptionGroup).

        Raises:
            CoreError: before anything boots: `DUPLICATE`, `MISSING_DEPENDENCY`, `DEPENDENCY_CYCLE`, `NOT_CONFIGURED`; `INVALID_STATE` when modules are up already.
        """
        if self._up:
            raise CoreError(ErrorCode.INVALID_STATE, "modules are up already; shut down first")
        try:
            for level in self.plan(registry, ids):
                await self._boot_level([self._modules[id] for id in level], registry)
        except BaseException:
            await self.shutdown()
            raise

    def plan(self, registry: BootRegistry, ids: Sequence[str] | None = None) -> tuple[tuple[str, ...], ...]:
        """The levels that `boot` would boot, with everything checked that can be; nothing happens. Raises as `boot`."""
        manifests = [module.manifest for module in self]
        if ids is not None:
            manifests = list(with_dependencies(manifests, [self.resolve(id).manifest.id for id in ids]))
        levels = resolve_boot_order(manifests)
        for warning in check_manifests(manifests):
            self._logger.warning(warning)
        check_engines(manifests, registry)
        return levels

    async def shutdown(self) -> None:
        """Shut down what is up, in reverse. A failure is logged, and the others are shut down all the same."""
        while self._up:
            module = self._up.pop()
            try:
                await module.shutdown()
            except Exception as error:  # noqa: BLE001  (the others are shut down all the same)
                self._logger.error("module failed to shut down", module=module.manifest.id, error=describe(error))

    async def _boot_level(self, modules: Sequence[AppModule], registry: BootRegistry) -> None:
        async def boot(module: AppModule) -> None:
            await module.boot(registry)
            self._up.append(module)

        outcomes = await asyncio.gather(*(boot(module) for module in modules), return_exceptions=True)
        failures = [(module, outcome) for module, outcome in zip(modules, outcomes, strict=True) if isinstance(outcome, BaseException)]
        for module, failure in failures:
            self._logger.error("module failed to boot", module=module.manifest.id, error=describe(failure))
        if len(failures) == 1:
            raise failures[0][1]
        if failures:
            raise BaseExceptionGroup("modules failed to boot", [failure for _, failure in failures])


def check_manifests(manifests: Iterable[ModuleManifest]) -> tuple[str, ...]:
    """Whatever two modules cannot both have. Returns warnings: an id prefix that two modules use.

    Raises:
        CoreError: `DUPLICATE` with every message type or machine id that is declared twice, and every prefix used twice in one module.
    """
    listed = list(manifests)
    problems = [
        *_twice("message type", listed, lambda manifest: (*manifest.commands, *manifest.queries)),
        *_twice("machine", listed, lambda manifest: manifest.fsms),
    ]
    users: defaultdict[str, list[str]] = defaultdict(list)
    for manifest in listed:
        own: defaultdict[str, list[str]] = defaultdict(list)
        for entity, prefix in declared_prefixes(manifest).items():
            own[prefix].append(entity)
        for prefix, entities in own.items():
            users[prefix].append(manifest.id)
            if len(entities) > 1:
                problems.append(f'{manifest.id} gives {" and ".join(entities)} the same id prefix "{prefix}"')
    if problems:
        raise CoreError(ErrorCode.DUPLICATE, "; ".join(problems))
    return tuple(f'{" and ".join(modules)} use the same id prefix "{prefix}"' for prefix, modules in users.items() if len(modules) > 1)


def check_engines(manifests: Iterable[ModuleManifest], registry: BootRegistry) -> None:
    """Raises `CoreError("NOT_CONFIGURED")` that names every module that declares what the application has no engine for."""
    problems = []
    for manifest in manifests:
        for key, declared, engine, given in (
            ("scheduledJobs", manifest.scheduled_jobs, "scheduler", registry.given_scheduler),
            ("queueWorkers", manifest.queue_workers, "queue", registry.given_queue),
            ("channels", manifest.channels, "realtime", registry.given_realtime),
            ("rtChannel", [schema for schema in manifest.entities if schema.rt_channel is not None], "realtime", registry.given_realtime),
        ):
            if declared and given is None:
                problems.append(f"{manifest.id} declares {key}, and the application was given no {engine}; pass one: App({engine}=…)")
        if any(schema.search_sync for schema in manifest.entities) and not registry.adapters.has("search"):
            problems.append(f'{manifest.id} declares searchSync, and no "search" adapter is registered; pass one: App(adapters=…)')
    if problems:
        raise CoreError(ErrorCode.NOT_CONFIGURED, "; ".join(problems))


def _twice(kind: str, manifests: Iterable[ModuleManifest], names: Callable[[ModuleManifest], Iterable[str]]) -> Iterator[str]:
    owners: defaultdict[str, list[str]] = defaultdict(list)
    for manifest in manifests:
        for name in names(manifest):
            owners[name].append(manifest.id)
    for name, modules in owners.items():
        if len(modules) > 1:
            yield f'the {kind} "{name}" is declared by {" and by ".join(modules)}'
