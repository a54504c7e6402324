"""Definitions → IR: completes them, names everything, gathers all errors, and makes what the templates print.

The stages inside: `complete` (what refers to what), `names` (what it is called in Python), then one file for each part of a generated
package. Whether rules and machines are sound is verify's.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from coregen.diagnostics import Diagnostic
from coregen.ir import EntityIR, MigrationIR, ModuleIR, ProjectIR
from coregen.printing import Name, imported
from coregen.resolve.applied import Upcoming, check_inline, migration_files
from coregen.resolve.artefacts import artefacts
from coregen.resolve.artefacts.shapes import ArtefactModule
from coregen.resolve.brought import machine_subject
from coregen.resolve.complete import Complete, complete
from coregen.resolve.config import config_ir
from coregen.resolve.definitions import expression
from coregen.resolve.entities import entity_ir, ids_ir
from coregen.resolve.fields import check_field, runtime
from coregen.resolve.json_models import json_types_ir
from coregen.resolve.machines import machine_ir
from coregen.resolve.messages import Entities, messages_ir
from coregen.resolve.names import module_names
from coregen.resolve.report import Report
from coregen.resolve.spelling import Spelling, from_package, spelt, unmistakable
from coregen.resolve.testing import makers_of_messages, testing_ir
from coregen.resolve.wiring import exports_ir, handled, handlers_ir, manifest_ir, rules_ir, test_ir, wiring_ir
from coregen_runtime.entity.schema import EntitySchema
from coregen_runtime.module.definition import Shape
from coregen_runtime.module.migration import Migration
from coregen_runtime.repository.table import table_of

if TYPE_CHECKING:
    from coregen.load import LoadedModule, Loc

__all__ = ["Resolved", "resolve"]


@dataclass(frozen=True)
class Resolved:
    """The IR of all modules, or None where a diagnostic is an error."""

    ir: ProjectIR | None
    diagnostics: tuple[Diagnostic, ...]


def resolve(
    modules: Sequence[LoadedModule],
    restarting: Collection[str] = (),
    share: Collection[str] | None = None,
    following: Mapping[str, Upcoming] = MappingProxyType({}),
) -> Resolved:
    """All modules of a project at once: they refer to each other.

    Args:
        restarting: the ids of modules that get their first migration anew, whatever migrations they have.
        share: the ids of the modules whose IR is made; all, unless it is given.
        following: by id, the next migrations of modules that have some.
    """
    report = Report()
    done = complete(modules, report)
    if report.failed():
        return Resolved(None, report.diagnostics())
    by_id = {module.id: module for module in done}
    for module in done:
        _check(module, report)
    all_names = {module.id: module_names(module, by_id, report) for module in done}
    if report.failed():
        return Resolved(None, report.diagnostics())
    entities = Entities(all_names, {module.id: module.loaded.folder.package for module in done})
    mine = [module for module in done if share is None or module.id in share]
    ir = ProjectIR(tuple(_module(module, by_id, entities, _migration(module, module.id in restarting, following.get(module.id))) for module in mine))
    for module, made in zip(mine, ir.modules, strict=True):
        _clashes(module, made, report)
    return Resolved(None if report.failed() else ir, report.diagnostics())


def _check(module: Complete, report: Report) -> None:
    """Every field of entities and messages can be generated; every function has a name; every migration a version."""
    check_inline(module, report)
    definition = module.definition
    groups: list[tuple[Shape | None, Loc]] = [(entity.fields, ("entities", index, "fields")) for index, entity in enumerate(definition.entities)]
    for index, command in enumerate(definition.commands):
        groups += [(command.payload, ("commands", index, "payload")), (command.result, ("commands", index, "result"))]
    for index, query in enumerate(definition.queries):
        groups += [(query.params, ("queries", index, "params")), (query.result, ("queries", index, "result"))]
    groups += [(event.payload, ("events", index, "payload")) for index, event in enumerate(definition.events)]
    groups += [(worker.payload, ("queueWorkers", index, "payload")) for index, worker in enumerate(definition.queue_workers)]
    for shape, loc in groups:
        if shape is not None and not isinstance(shape, str | Mapping):
            for number, field in enumerate(shape):
                check_field(module.loaded, field, (*loc, number), report)


def _module(module: Complete, modules: Mapping[str, Complete], all_entities: Entities, migration: MigrationIR | None) -> ModuleIR:
    definition, own = module.definition, all_entities.names[module.id]
    entities = tuple(sorted((_entity(module, all_entities, schema) for schema in definition.entities), key=lambda each: each.name))
    machines = tuple(sorted((machine_ir(module, own, machine) for machine in definition.fsms), key=lambda each: each.name))
    ids = ids_ir(module, own, modules)
    messages = messages_ir(module, all_entities)
    mine = handled(module, all_entities, modules)
    known = {schema.qualified_name: schema for other in modules.values() for schema in other.definition.entities}
    classes = {type: each.name for shapes in (own.commands, own.queries, own.events) for type, each in shapes.items()}
    subjects = {machine.id: machine_subject(module, index) for index, machine in enumerate(definition.fsms)}
    spelling = Spelling.of(own.taken)
    config = config_ir(module, own)
    makers = makers_of_messages(module, all_entities)
    makers = spelt(unmistakable(makers, makers.imports, own.taken), spelling)
    json_types = json_types_ir(own.json)
    wiring, handlers = wiring_ir(module, own, mine), handlers_ir(module, mine)
    if any(each.kind != "event" for each in handlers.handlers):
        handlers = replace(handlers, imports=(*handlers.imports, *spelling.builtin("NotImplementedError")))
    return ModuleIR(
        id=module.id,
        package=module.loaded.folder.package,
        folder=module.loaded.place,
        doc=definition.description or f"The {module.id} module",
        entities=spelt(entities, spelling),
        machines=spelt(machines, spelling),
        ids=spelt(ids, spelling),
        json_types=spelt(json_types, spelling),
        messages=spelt(unmistakable(messages, (*messages.imports, *messages.results), own.taken), spelling),
        manifest=manifest_ir(module, entities),
        rules=rules_ir(module),
        config=spelt(config, spelling),
        wiring=spelt(unmistakable(wiring, (*wiring.imports, *wiring.foreign), own.taken), spelling),
        handlers=spelt(unmistakable(handlers, handlers.imports, own.taken, from_package), spelling),
        exports=exports_ir(spelling, entities, machines, ids, messages, config, json_types),
        test=test_ir(module, entities, modules),
        testing=testing_ir(module, all_entities, modules, makers),
        migration=migration,
        py=spelling,
        artefacts=artefacts(ArtefactModule(definition, known, classes, subjects)),
    )


def _entity(module: Complete, all_entities: Entities, schema: EntitySchema) -> EntityIR:
    made = entity_ir(module, all_entities, schema)
    repository = made.repository
    taken = all_entities.names[module.id].taken
    return replace(made, repository=unmistakable(repository, (*repository.imports, *repository.targets), taken))


def _clashes(module: Complete, made: ModuleIR, report: Report) -> None:
    """A class of the definition that one of the files would have to import beside something else of its name."""
    files = [made.messages.imports + made.messages.results, (*made.wiring.imports, *made.wiring.foreign), made.handlers.imports]
    files += [part.imports for entity in made.entities for part in (entity, entity.repository, entity.operations, entity.events)]
    files += [machine.imports for machine in made.machines] + [types.imports for types in made.json_types]
    names = [entity.name for entity in module.definition.entities]
    told: set[str] = set()
    for imports in files:
        homes: dict[str, str] = {}
        for name in imports:
            text = name.text.partition(".")[0].partition("(")[0]
            home = homes.setdefault(text, name.module)
            if home != name.module and text not in told:
                told.add(text)
                loc: Loc = ("entities", names.index(text), "name") if text in names else ()
                message = f'"{text}" is what generated files call something of {" and of ".join(sorted((home, name.module)))}'
                report.error(module.loaded, loc, "NAME-TAKEN", message, "rename what the definition calls so")


def _migration(module: Complete, restarting: bool, following: Upcoming | None) -> MigrationIR | None:
    """The first migration, where the module has tables and no migration yet, or begins its files anew; else the one that follows, if any does."""
    if following is not None and following.migration is not None and not restarting:
        return _migration_ir(following.migration, following.sentence)
    inline = {migration.version for migration in module.definition.migrations}
    if not module.definition.entities or 1 in inline or (migration_files(module.loaded.folder.path) and not restarting):
        return None
    from coregen.resolve.migrations import first_migration

    first = first_migration([table_of(schema) for schema in module.definition.entities])
    return _migration_ir(first, f"The tables of {module.id}, as they are first made")


def _migration_ir(migration: Migration, doc: str) -> MigrationIR:
    value = expression(migration)
    file = f"{migration.version:04}_{migration.name}"
    return MigrationIR((Name("annotations", "__future__"), runtime("Migration"), *imported(value)), value, file, doc)
