"""What entities and machines bring by themselves: the messages of each, and which they are; and what a module's fields refer to.

How a message's class is called is `names.py`'s.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, TypeAlias

from coregen.naming import machine_subjects, plural
from coregen.resolve.complete import Complete
from coregen_runtime.entity.schema import EntitySchema, FieldSchema
from coregen_runtime.module.definition import Shape
from coregen_runtime.repository.include import is_reference

Verb: TypeAlias = Literal["create", "update", "delete", "restore", "get", "including", "list"]
COMMANDS: tuple[Verb, ...] = ("create", "update", "delete", "restore")
QUERIES: tuple[Verb, ...] = ("get", "including", "list")


def local_type(type: str, module: str) -> str:
    """`reprice` of `catalog.reprice`, seen from catalog; another namespace stays."""
    return type.removeprefix(f"{module}.")


def generated_types(module: Complete) -> Mapping[str, tuple[str, str]]:
    """The types of the messages that entities and machines bring, each with what brings it and the verb."""
    found: dict[str, tuple[str, str]] = {}
    for entity in module.definition.entities:
        for verb in (*COMMANDS, *QUERIES):
            if brings(entity, verb):
                found[f"{module.id}.{message_name(verb, module.classes[entity.name])}"] = (entity.name, verb)
    for index, machine in enumerate(module.definition.fsms):
        subject = machine_subject(module, index)
        found[f"{module.id}.transition{subject}"] = (machine.id, "transition")
        found[f"{module.id}.get{subject}Transitions"] = (machine.id, "options")
    return found


def message_name(verb: Verb, entity: str) -> str:
    """`createProduct`, `getProductIncluding`, `listProducts`, by the entity's class."""
    return {"including": f"get{entity}Including", "list": f"list{plural(entity)}"}.get(verb, f"{verb}{entity}")


def brings(entity: EntitySchema, verb: Verb) -> bool:
    """Whether an entity has a message of a verb: one without soft delete cannot be restored, one without references includes nothing."""
    return {"restore": entity.soft_delete, "including": any(is_reference(each) for each in entity.fields)}.get(verb, True)


def machine_subject(module: Complete, index: int) -> str:
    """What a machine's classes begin with: the entity; for a second machine of it, the entity and the field."""
    return machine_subjects([(machine.entity_type, machine.field) for machine in module.definition.fsms], module.classes)[index]


def references(module: Complete) -> set[str]:
    """Every entity that a field of the module refers to, qualified."""
    definition = module.definition
    shapes: list[Shape | None | Sequence[FieldSchema]] = [entity.fields for entity in definition.entities]
    for command in definition.commands:
        shapes += [command.payload, command.result]
    for query in definition.queries:
        shapes += [query.params, query.result]
    shapes += [event.payload for event in definition.events]
    shapes += [worker.payload for worker in definition.queue_workers]
    fields = [each for shape in shapes if shape is not None and not isinstance(shape, str | Mapping) for each in shape]
    return {each.ref_entity for each in fields if each.ref_entity}
