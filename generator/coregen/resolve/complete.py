"""Definitions made complete: namespaces filled in, references qualified, the field of each machine in its entity.

Owns every check that needs more than one object of a definition: what refers to what, and what is there twice. Names in Python are
naming's and names.py's; guards and machines themselves are verify's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from coregen.diagnostics import did_you_mean, one_of
from coregen.naming import entity_classes, entity_stems
from coregen.resolve.json_check import check_json_schema
from coregen.resolve.report import Report
from coregen_runtime.entity.fields import system_fields
from coregen_runtime.entity.schema import EntitySchema, FieldSchema, FieldType
from coregen_runtime.module.definition import ModuleDefinition, Shape
from coregen_runtime.repository.table import stem, table_name
from coregen_runtime.state.types import StateMachine

if TYPE_CHECKING:
    from coregen.load import LoadedModule, Loc

REFERENCES = (FieldType.REF, FieldType.REFS)


@dataclass(frozen=True)
class Complete:
    """A module whose definition refers to nothing that is not there. `owned` are the (entity, field) pairs that machines own."""

    loaded: LoadedModule
    definition: ModuleDefinition
    owned: frozenset[tuple[str, str]]

    @property
    def id(self) -> str:
        return self.definition.id

    @cached_property
    def classes(self) -> Mapping[str, str]:
        """The class of each entity."""
        return entity_classes(entity.name for entity in self.definition.entities)


def complete(modules: Sequence[LoadedModule], report: Report) -> tuple[Complete, ...]:
    """All modules, by id. With an error in the report the result is not to be used."""
    _modules(modules, report)
    known = {f"{module.definition.id}.{entity.name}": module for module in modules for entity in module.definition.entities}
    done = tuple(_complete(module, known, report) for module in sorted(modules, key=lambda module: module.definition.id))
    _tables(done, report)
    return done


def _tables(modules: Sequence[Complete], report: Report) -> None:
    """Entities of two modules, `a_b` with `C` and `a` with `BC`, that would have one table; within a module their stems differ."""
    holders: dict[str, str] = {}
    for module in modules:
        for index, entity in enumerate(module.definition.entities):
            table = table_name(entity)
            holder = holders.setdefault(table, entity.qualified_name)
            if holder != entity.qualified_name and not holder.startswith(f"{module.id}."):
                message = f'"{table}" would be the table of {holder} and of {entity.qualified_name}'
                report.error(module.loaded, ("entities", index, "name"), "NAME-TAKEN", message, 'give one of the two a "slug" of its own')


def _modules(modules: Sequence[LoadedModule], report: Report) -> None:
    """Ids that stand twice, dependencies that are not there or run in a circle."""
    by_id: dict[str, LoadedModule] = {}
    for module in modules:
        first = by_id.setdefault(module.definition.id, module)
        if first is not module:
            report.error(
                module, ("id",), "MODULE-ID", f'"{module.definition.id}" is the id of {first.folder.package} too', "give one of the two another id"
            )
    for module in modules:
        for index, needed in enumerate(module.definition.depends_on):
            if needed not in by_id:
                message = f'{module.definition.id} depends on "{needed}", which is no module of this project'
                report.error(module, ("dependsOn", index), "DEPENDS-UNKNOWN", message, did_you_mean(needed, by_id, one_of(sorted(by_id))))
    for cycle in _cycles({id: tuple(module.definition.depends_on) for id, module in by_id.items()}):
        path = " → ".join((*cycle, cycle[0]))
        report.error(
            by_id[cycle[0]],
            ("dependsOn",),
            "DEPENDS-CYCLE",
            f"dependsOn runs in a circle: {path}",
            "references need no dependsOn; take one of them out",
        )


def _cycles(graph: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, ...]]:
    """Each circle once, beginning with its first module."""
    seen: set[frozenset[str]] = set()

    def walk(node: str, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        if node in path:
            circle = path[path.index(node) :]
            if frozenset(circle) not in seen:
                seen.add(frozenset(circle))
                first = circle.index(min(circle))
                yield circle[first:] + circle[:first]
            return
        if node in done:
            return
        for target in sorted(graph.get(node, ())):
            yield from walk(target, (*path, node))
        done.add(node)

    done: set[str] = set()
    for node in sorted(graph):
        yield from walk(node, ())


def _complete(module: LoadedModule, known: Mapping[str, LoadedModule], report: Report) -> Complete:
    definition = module.definition
    resolver = _Resolver(module, known, report)
    machines = _machines(module, resolver, report)
    _twice(module, "entities", [entity.name for entity in definition.entities], "entity", report)
    _twice(module, "fsms", [machine.id for machine in definition.fsms], "machine", report)
    for part in ("commands", "queries", "events"):
        _twice(module, part, [each.type for each in getattr(definition, part)], part.rstrip("s"), report)
    stems = _stems(module, report)
    entities = [_entity(module, index, entity, machines, resolver, report) for index, entity in enumerate(definition.entities)]
    entities = [entity if stem(entity) == stems[entity.name] else entity.model_copy(update={"slug": stems[entity.name]}) for entity in entities]
    commands = [
        each.model_copy(
            update={
                "payload": resolver.shape(each.payload, ("commands", index, "payload")),
                "result": resolver.shape(each.result, ("commands", index, "result")),
            }
        )
        for index, each in enumerate(definition.commands)
    ]
    queries = [
        each.model_copy(
            update={
                "params": resolver.shape(each.params, ("queries", index, "params")),
                "result": resolver.shape(each.result, ("queries", index, "result")),
            }
        )
        for index, each in enumerate(definition.queries)
    ]
    events = [
        each.model_copy(update={"payload": resolver.shape(each.payload, ("events", index, "payload"))})
        for index, each in enumerate(definition.events)
    ]
    workers = [
        each.model_copy(update={"payload": resolver.shape(each.payload, ("queueWorkers", index, "payload"))})
        for index, each in enumerate(definition.queue_workers)
    ]
    update = {
        "queue_workers": tuple(workers),
        "entities": tuple(entities),
        "commands": tuple(commands),
        "queries": tuple(queries),
        "events": tuple(events),
    }
    owned = frozenset((machine.entity_type, machine.field) for machine in definition.fsms)
    return Complete(module, definition.model_copy(update=update), owned)


def _stems(module: LoadedModule, report: Report) -> Mapping[str, str]:
    """What tables and event types call each entity; a slug that the definition gives twice is an error."""
    entities = module.definition.entities
    slugs = [entity.slug for entity in entities]
    for index, slug in enumerate(slugs):
        if slug is not None and slug in slugs[:index]:
            message = f'"{slug}" is the slug of {entities[slugs.index(slug)].name} too'
            report.error(module, ("entities", index, "slug"), "NAME-TAKEN", message, "give one of the two another slug")
    return entity_stems({entity.name: entity.slug for entity in entities})


def _twice(module: LoadedModule, part: str, names: Sequence[str], kind: str, report: Report) -> None:
    for index, name in enumerate(names):
        if name in names[:index]:
            report.error(module, (part, index), "DEF-TWICE", f'there are two of the {kind} "{name}"', "rename one, or take it out")


def _machines(module: LoadedModule, resolver: _Resolver, report: Report) -> dict[tuple[str, str], StateMachine]:
    """The machine of each (entity, field)."""
    found: dict[tuple[str, str], StateMachine] = {}
    own = {entity.name: entity for entity in module.definition.entities}
    for index, machine in enumerate(module.definition.fsms):
        loc: Loc = ("fsms", index)
        if machine.entity_type not in own:
            message = f'"{machine.entity_type}" is no entity of {module.definition.id}'
            report.error(module, (*loc, "entityType"), "MACHINE-ENTITY", message, did_you_mean(machine.entity_type, own, one_of(own)))
            continue
        first = found.setdefault((machine.entity_type, machine.field), machine)
        if first is not machine:
            message = f'"{first.id}" already owns {machine.field} of {machine.entity_type}'
            report.error(module, (*loc, "field"), "MACHINE-FIELD", message, 'a machine has a field of its own: name another one as "field"')
    return found


def _entity(
    module: LoadedModule, index: int, entity: EntitySchema, machines: Mapping[tuple[str, str], StateMachine], resolver: _Resolver, report: Report
) -> EntitySchema:
    loc: Loc = ("entities", index)
    if entity.namespace not in ("", module.definition.id):
        message = f'{entity.name} says it belongs to "{entity.namespace}"'
        report.error(module, (*loc, "namespace"), "ENTITY-NAMESPACE", message, f'leave "namespace" out: it is {module.definition.id}')
    system = {field.key for field in system_fields(entity)}
    keys = [field.key for field in entity.fields]
    for number, key in enumerate(keys):
        if key in system:
            report.error(
                module, (*loc, "fields", number, "key"), "FIELD-SYSTEM", f'every entity has "{key}" already', "rename the field, or take it out"
            )
        if key in ("expectedVersion", "expected_version", "and", "or", "not"):
            report.error(
                module, (*loc, "fields", number, "key"), "FIELD-SYSTEM", f'"{key}" means something else in messages and filters', "rename the field"
            )
        if key.startswith("-") and key[1:] in keys:
            message = f'"{key}" is how a list is put in descending order of "{key[1:]}"'
            report.error(module, (*loc, "fields", number, "key"), "FIELD-SYSTEM", message, "rename one of the two fields")
        if key in keys[:number]:
            report.error(module, (*loc, "fields", number, "key"), "DEF-TWICE", f'{entity.name} has two fields "{key}"', "rename one, or take it out")
        if entity.fields[number].computed is not None:
            _computed(module, entity.fields[number], (*loc, "fields", number), report)
        if (schema := entity.fields[number].json_schema) is not None:
            check_json_schema(module, schema, (*loc, "fields", number, "jsonSchema"), report)
    stored = (
        {field.key for field in entity.fields if field.computed is None}
        | system
        | {machine_field for name, machine_field in machines if name == entity.name}
    )
    for part, wire in (("indexes", "indexes"), ("unique_constraints", "uniqueConstraints")):
        for number, group in enumerate(getattr(entity, part)):
            for place, key in enumerate(group):
                if key not in stored:
                    message = f'{entity.name} has no stored field "{key}"'
                    report.error(
                        module, (*loc, wire, number, place), "FIELD-UNKNOWN", message, did_you_mean(key, stored, one_of(sorted(stored - system)))
                    )
    fields = [resolver.field(field, (*loc, "fields", number)) for number, field in enumerate(entity.fields)]
    for (name, key), machine in machines.items():
        if name == entity.name:
            fields = _with_machine(module, machine, key, fields, report)
    return entity.model_copy(update={"namespace": module.definition.id, "fields": tuple(fields)})


def _computed(module: LoadedModule, field: FieldSchema, loc: Loc, report: Report) -> None:
    """What is never stored is in no index, no search and no machine (semantics 8)."""
    for given, wire in ((field.indexed, "indexed"), (field.searchable, "searchable")):
        if given:
            message = f'"{field.key}" is computed and never stored, so it cannot be {wire}'
            report.error(module, (*loc, wire), "FIELD-COMPUTED", message, f'take "{wire}" out')


def _of_machine(machine: StateMachine) -> FieldSchema:
    """The field that an entity gets for a machine that none of its own is for."""
    about = machine.meta.description if machine.meta else None
    states = tuple(machine.states)
    return FieldSchema(key=machine.field, type=FieldType.ENUM, description=about, enum_values=states, default=machine.initial, indexed=True)


def _with_machine(module: LoadedModule, machine: StateMachine, key: str, fields: list[FieldSchema], report: Report) -> list[FieldSchema]:
    """The fields, with the machine's among them; its default is the machine's initial state (semantics 21)."""
    loc: Loc = ("fsms", list(module.definition.fsms).index(machine), "field")
    own = next((field for field in fields if field.key == key), None)
    if own is None:
        return [*fields, _of_machine(machine)]
    if own.computed is not None:
        message = f"{key} of {machine.entity_type} is computed and never stored"
        report.error(module, loc, "MACHINE-FIELD", message, "give the machine a field of its own, or leave the field out")
    elif own.type is not FieldType.ENUM:
        report.error(
            module,
            loc,
            "MACHINE-FIELD",
            f"{key} of {machine.entity_type} is a {own.type}, and a machine needs an enum",
            "make it an enum, or leave the field out",
        )
    elif own.default not in (None, machine.initial):
        report.error(
            module, loc, "MACHINE-FIELD", f'{key} starts as "{own.default}", and {machine.id} as "{machine.initial}"', "leave the field's default out"
        )
    return [field.model_copy(update={"default": machine.initial}) if field is own else field for field in fields]


@dataclass(frozen=True)
class _Resolver:
    """Finds what a name means, seen from one module (contract, "Definition document")."""

    module: LoadedModule
    known: Mapping[str, LoadedModule]
    report: Report

    def field(self, field: FieldSchema, loc: Loc) -> FieldSchema:
        if field.type not in REFERENCES:
            return field
        if field.ref_field != "id":
            message = f'a reference holds the id of what it refers to, and is never joined on "{field.ref_field}"'
            self.report.error(
                self.module, (*loc, "refField"), "REF-FIELD", message, 'leave "refField" out, and look up by a unique field with its finder'
            )
        found = self.entity(field.ref_entity or "", (*loc, "refEntity"))
        return field.model_copy(update={"ref_entity": found}) if found else field

    def shape(self, shape: Shape | None, loc: Loc) -> Any:
        if isinstance(shape, str):
            return self.entity(shape, loc) or shape
        if isinstance(shape, Mapping):
            check_json_schema(self.module, shape, loc, self.report, carried=loc[-1] != "result")
            return shape
        if shape is None:
            return None
        keys = [field.key for field in shape]
        for index, key in enumerate(keys):
            if key in keys[:index]:
                self.report.error(self.module, (*loc, index, "key"), "DEF-TWICE", f'there are two fields "{key}"', "rename one, or take it out")
            if shape[index].computed is not None:
                self.report.error(
                    self.module, (*loc, index, "computed"), "FIELD-COMPUTED", "a message has no computed fields", 'leave "computed" out'
                )
            if (schema := shape[index].json_schema) is not None:
                check_json_schema(self.module, schema, (*loc, index, "jsonSchema"), self.report)
        return tuple(self.field(field, (*loc, index)) for index, field in enumerate(shape))

    def entity(self, name: str, loc: Loc) -> str | None:
        """The qualified name: of this module, else of one it depends on, else of any; None, and an error, where there is none or more than one."""
        home = self.module.definition.id
        if "." in name:
            if name in self.known:
                return name
            self.report.error(
                self.module, loc, "REF-UNKNOWN", f'"{name}" is no entity of this project', did_you_mean(name, self.known, one_of(sorted(self.known)))
            )
            return None
        if f"{home}.{name}" in self.known:
            return f"{home}.{name}"
        everywhere = [qualified for qualified in sorted(self.known) if qualified.rpartition(".")[2] == name]
        near = [qualified for qualified in everywhere if qualified.rpartition(".")[0] in self.module.definition.depends_on]
        candidates = near or everywhere
        if len(candidates) == 1:
            return candidates[0]
        if candidates:
            self.report.error(self.module, loc, "REF-AMBIGUOUS", f'"{name}" is an entity of {len(candidates)} modules', one_of(candidates))
        else:
            bare = sorted({qualified.rpartition(".")[2] for qualified in self.known})
            message = f'"{name}" is no entity of {home}, nor of any module of this project'
            self.report.error(self.module, loc, "REF-UNKNOWN", message, did_you_mean(name, bare, one_of(sorted(self.known))))
        return None
