"""What the artefacts of a module share: every shape it has, under the name that the generated package gives it.

The JSON Schema of an entity or of a list of fields is the runtime's (`coregen_runtime.entity.json_schema`), so that a document and
the registry never disagree; this file says which shapes a module has and what they are called.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

from coregen.naming import component, distinct, entities_apart, entity_classes, foreign_type, plural, segment
from coregen_runtime.entity.json_keywords import moved, published
from coregen_runtime.entity.json_schema import JsonSchema, Mode, Prefixes, Shared, fields_schema, openapi_schema
from coregen_runtime.entity.schema import EntitySchema, FieldSchema
from coregen_runtime.module.definition import ModuleDefinition, Shape
from coregen_runtime.repository.include import is_reference
from coregen_runtime.state.types import StateMachine

COMPONENTS = "#/components/schemas/"
IN_COMPONENTS = Shared(COMPONENTS)


@dataclass(frozen=True)
class Message:
    """A command, query or event that the definition declares: `shape` is what it carries, `result` what comes back."""

    kind: Literal["command", "query", "event"]
    type: str
    name: str
    shape: Shape
    result: Shape | None = None
    description: str | None = None


@dataclass(frozen=True)
class ArtefactModule:
    """A complete definition, as the artefacts read it: namespaces are filled in, references qualified, machines have their fields.

    `known` are the entities of the whole project by qualified name. `names` are the classes of declared messages and events by type, without
    those that an entity or a machine brings anyway; `subjects` is what the classes of each machine begin with, by the machine's id.
    """

    definition: ModuleDefinition
    known: Mapping[str, EntitySchema]
    names: Mapping[str, str]
    subjects: Mapping[str, str]

    @cached_property
    def classes(self) -> Mapping[str, str]:
        """The class of every entity of the project, by qualified name."""
        of_module: dict[str, list[str]] = {}
        for schema in self.known.values():
            of_module.setdefault(schema.namespace, []).append(schema.name)
        named = {module: entity_classes(names) for module, names in of_module.items()}
        return {qualified: named[schema.namespace][schema.name] for qualified, schema in self.known.items()}

    @cached_property
    def types(self) -> TypeNames:
        """What its documents call the types of the module."""
        return type_names(self)

    @property
    def used(self) -> list[str]:
        """The qualified names of the entities that messages are made of and that fields refer to by one id."""
        shapes = {shape for each in self.messages() for shape in (each.shape, each.result) if isinstance(shape, str)}
        referred = {each.ref_entity for entity in self.entities for each in entity.fields if is_reference(each) and each.ref_entity}
        return sorted(shapes | referred)

    @property
    def entities(self) -> Sequence[EntitySchema]:
        return self.definition.entities

    @cached_property
    def prefixes(self) -> Prefixes:
        """The id prefix of every entity: what the ids of its references look like."""
        return {name: schema.id_prefix for name, schema in self.known.items()}

    def messages(self) -> Iterator[Message]:
        """What the definition declares, in its order: commands, queries, events."""
        definition = self.definition
        every = [Message("command", each.type, "", each.payload, each.result, each.description) for each in definition.commands]
        every += [Message("query", each.type, "", each.params, each.result, each.description) for each in definition.queries]
        every += [Message("event", each.type, "", each.payload, None, each.description) for each in definition.events]
        return (replace(each, name=self.names[each.type]) for each in every if each.type in self.names)

    def local(self, type: str) -> str:
        """A type without the module: `reprice` of `catalog.reprice`."""
        return type.removeprefix(f"{self.definition.id}.")

    def machines(self, entity: EntitySchema) -> list[StateMachine]:
        return [machine for machine in self.definition.fsms if machine.entity_type == entity.name]

    def owned(self, entity: EntitySchema) -> frozenset[str]:
        """The fields that machines own: read, and written by transitions alone (semantics 21)."""
        return frozenset(machine.field for machine in self.machines(entity))


@dataclass(frozen=True)
class TypeNames:
    """The types of a module's documents: `typescript` by (part, whose), `component` the same in OpenAPI; routes by entity and by message.

    The definition's names come first, and what is made from them next; what the documents add of their own yields by a number.
    """

    typescript: Mapping[tuple[str, str], str]
    components: Mapping[str, str]
    routes: Mapping[str, str]
    messages: Mapping[str, str]

    def component(self, part: str, whose: str) -> str:
        return self.components[self.typescript[part, whose]]


OWN = ("ID", "Timestamp", "Meta", "Money", "GeoPoint", "Position", "GeoPolygon", "GeoLineString", "Problem")
"""Types that documents bring, whatever the definition says."""


_OF_ENTITIES = ("Page", "Snapshot", "UpdatedPayload", "Filter", "Included", "Including")


def type_names(module: ArtefactModule) -> TypeNames:
    """The names of all types of the module's documents."""
    own = {entity.name: module.classes[entity.qualified_name] for entity in module.entities}
    wanted = {(part, entity): f"{name}{part}" for part in ("", "Create", "Update") for entity, name in own.items()}
    wanted |= {("Transition", id): f"Transition{subject}" for id, subject in module.subjects.items()}
    wanted |= {("Event", id): f"{subject}Event" for id, subject in module.subjects.items()}
    wanted |= {("message", each.type): each.name for each in module.messages() if each.kind != "event"}
    wanted |= {("Payload", each.type): f"{each.name}Payload" for each in module.messages() if each.kind == "event"}
    wanted |= {("Result", each.type): f"{each.name}Result" for each in module.messages() if each.result is not None}
    wanted |= {(part, entity): f"{name}{part}" for part in _OF_ENTITIES for entity, name in own.items()}
    wanted |= {("Transitions", id): f"{subject}Transitions" for id, subject in module.subjects.items()}
    wanted |= {("own", name): name for name in OWN}
    abroad = [qualified for qualified in module.used if module.known[qualified].namespace != module.definition.id]
    wanted |= {("", qualified): foreign_type(module.known[qualified].namespace, module.classes[qualified]) for qualified in abroad}
    taken: set[str] = set()
    found: dict[tuple[str, str], str] = {}
    for key, name in wanted.items():
        free, number = name, 1
        while free in taken:
            number += 1
            free = f"{name}{number}"
        taken.add(free)
        found[key] = free
    home = {found["", qualified]: f"{module.known[qualified].namespace}.{module.classes[qualified]}" for qualified in abroad}
    return TypeNames(
        found,
        distinct(found.values(), lambda name: component(home.get(name, name)), same=str),
        entities_apart(own, lambda name: segment(plural(own[name])), taken=("commands", "queries"), between="-"),
        distinct((each.type for each in module.messages() if each.kind != "event"), module.local),
    )


def entity_schema(module: ArtefactModule, entity: EntitySchema, mode: Mode, home: str = "#") -> JsonSchema:
    """The runtime's schema of the entity; its inputs have no field that a machine owns."""
    return openapi_schema(entity, mode, module.prefixes, home, IN_COMPONENTS, without=() if mode == "read" else module.owned(entity))


def snapshot_fields(entity: EntitySchema) -> list[FieldSchema]:
    """What an entity's own events carry: the stored fields that are not sensitive (semantics 7)."""
    return [each for each in entity.fields if each.computed is None and not each.sensitive]


def shape_schema(module: ArtefactModule, shape: Sequence[FieldSchema] | JsonSchema, home: str = "#") -> JsonSchema:
    """The schema of fields, or a JSON Schema that comes to stand at `home`, a JSON pointer such as `#/components/schemas/Reprice`."""
    if isinstance(shape, dict):
        moved_there: JsonSchema = moved(published(shape), home)
        return moved_there
    return fields_schema(shape, module.prefixes, home=home, shared=IN_COMPONENTS)
