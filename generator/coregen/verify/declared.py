"""What the modules of a project declare, looked up by name: entities with their fields, commands, events. Judging it belongs to the checks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

from coregen.diagnostics import Diagnostic, Severity
from coregen.naming import entity_classes, entity_stems, machine_subjects
from coregen_runtime.entity.fields import system_fields
from coregen_runtime.entity.schema import EntitySchema, FieldSchema, FieldType
from coregen_runtime.module.definition import CommandSchema, EventSchema, ModuleDefinition, QuerySchema
from coregen_runtime.state.check import actions
from coregen_runtime.state.types import Emit

if TYPE_CHECKING:
    from coregen.load import LoadedModule, Loc

Shape = Sequence[FieldSchema] | Mapping[str, object] | str | None
Payload: TypeAlias = "Mapping[str, FieldSchema | Payload]"
"""What an event carries, by key."""


class Findings:
    """The diagnostics of one module, placed by its positions."""

    def __init__(self, module: LoadedModule) -> None:
        self.module = module
        self.diagnostics: list[Diagnostic] = []

    def written(self, key: str) -> str:
        """A wire key as this definition writes it: snake_case in Python."""
        return snake(key) if self.module.folder.definition.suffix == ".py" else key

    def add(self, loc: Loc, code: str, message: str, help: str = "", severity: Severity = "error", key: bool = False) -> None:
        """`key` points at the key of `loc` instead of its value."""
        positions = self.module.positions
        at = positions.key(loc) if key else positions.at(loc)
        self.diagnostics.append(Diagnostic(at.path, at.line, at.column, severity, code, message, help))

    def warn(self, loc: Loc, code: str, message: str, help: str = "", key: bool = False) -> None:
        self.add(loc, code, message, help, "warning", key)


@dataclass(frozen=True)
class Declared:
    """All modules together. `complete` is false where a module of the project could not be loaded: what is missing may then be in it."""

    definitions: tuple[ModuleDefinition, ...]
    complete: bool

    @cached_property
    def by_id(self) -> dict[str, ModuleDefinition]:
        return {definition.id: definition for definition in reversed(self.definitions)}

    @cached_property
    def commands(self) -> dict[str, Shape]:
        """Every command of the project with its payload; None for those that entities and machines bring."""
        found: dict[str, Shape] = {}
        for definition in self.definitions:
            classes = entity_classes(entity.name for entity in definition.entities)
            for entity in definition.entities:
                verbs = ("create", "update", "delete", "restore") if entity.soft_delete else ("create", "update", "delete")
                found.update({f"{definition.id}.{verb}{classes[entity.name]}": None for verb in verbs})
            owned = [(machine.entity_type, machine.field) for machine in definition.fsms if machine.entity_type in classes]
            found.update({f"{definition.id}.transition{subject}": None for subject in machine_subjects(owned, classes)})
            found.update({command.type: command.payload for command in reversed(definition.commands)})
        return found

    @cached_property
    def events(self) -> dict[str, set[str]]:
        """The event types of each module: declared, emitted by its machines, and those of its entities."""
        found: dict[str, set[str]] = {}
        for definition in self.definitions:
            types = {event.type for event in definition.events}
            types |= {action.event for machine in definition.fsms for _loc, action in actions(machine) if isinstance(action, Emit)}
            kinds = ("created", "updated", "deleted", "restored", "erased")
            stems = entity_stems({entity.name: entity.slug for entity in definition.entities})
            types |= {f"{stem}.{kind}" for stem in stems.values() for kind in kinds}
            found.setdefault(definition.id, set()).update(types)
        return found

    @cached_property
    def payloads(self) -> dict[str, dict[str, Payload]]:
        """By module and event type, what is declared of the payload; events that machines emit undeclared are not among them."""
        return {definition.id: dict(_payloads(definition, self.by_id)) for definition in self.definitions}


def _payloads(definition: ModuleDefinition, modules: Mapping[str, ModuleDefinition]) -> Iterator[tuple[str, Payload]]:
    stems = entity_stems({entity.name: entity.slug for entity in definition.entities})
    for entity in definition.entities:
        snapshot = _snapshot(definition, entity)
        changed = FieldSchema.model_construct(key="changed", type=FieldType.REFS)
        by_kind: dict[str, Payload] = {"created": snapshot, "updated": {"changed": changed, "snapshot": snapshot}, "deleted": snapshot, "erased": {}}
        for kind, payload in (by_kind | ({"restored": snapshot} if entity.soft_delete else {})).items():
            yield f"{stems[entity.name]}.{kind}", payload
    for event in definition.events:
        if isinstance(event.payload, str):
            module, _, name = event.payload.rpartition(".")
            home = modules.get(module or definition.id)
            named = entity_of(home, name) if home else None
            if home and named:
                yield event.type, _snapshot(home, named)
        elif not isinstance(event.payload, Mapping):
            yield event.type, {field.key: field for field in event.payload}


def _snapshot(definition: ModuleDefinition, entity: EntitySchema) -> Payload:
    """What an entity's own events carry: its stored fields that are not sensitive (semantics 7)."""
    return {key: field for key, field in fields_of(definition, entity).items() if field.computed is None and not field.sensitive}


def entity_of(definition: ModuleDefinition, name: str) -> EntitySchema | None:
    """The module's own entity of that name."""
    return next((entity for entity in definition.entities if entity.name == name), None)


def fields_of(definition: ModuleDefinition, entity: EntitySchema) -> dict[str, FieldSchema]:
    """The declared fields by key, and those that machines bring: an enum of the machine's states (semantics 21)."""
    fields = {field.key: field for field in entity.fields}
    for machine in definition.fsms:
        if entity_of(definition, machine.entity_type) is entity and machine.field not in fields:
            fields[machine.field] = FieldSchema.model_construct(key=machine.field, type=FieldType.ENUM, enum_values=tuple(machine.states))
    return fields


def system_keys(entity: EntitySchema) -> set[str]:
    """The keys that coregen supplies, the entity's switches considered."""
    return {entry.key for entry in system_fields(entity)}


def shapes(definition: ModuleDefinition) -> Iterator[tuple[Loc, str, Sequence[FieldSchema]]]:
    """Every list of fields of the definition: its way, what it belongs to, and the fields."""
    for index, entity in enumerate(definition.entities):
        yield ("entities", index, "fields"), entity.name, entity.fields
    for index, worker in enumerate(definition.queue_workers):
        if worker.payload is not None:
            yield ("queueWorkers", index, "payload"), f"a job of {worker.queue}", worker.payload
    messages: dict[str, Sequence[CommandSchema | QuerySchema | EventSchema]] = {
        "commands": definition.commands,
        "queries": definition.queries,
        "events": definition.events,
    }
    for kind, several in messages.items():
        for index, message in enumerate(several):
            for part in ("payload", "params", "result"):
                shape = getattr(message, part, None)
                if isinstance(shape, Sequence) and not isinstance(shape, str):
                    owner = f"the {part} of {message.type}"
                    yield (kind, index, part), owner, shape


def snake(name: str) -> str:
    """`OrderItem` as the first word of its events: `order_item`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()
