"""What belongs to an entity or to a machine is called: the contract's names, which are claimed first, and those of our own making."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from coregen.naming import class_name, function
from coregen.resolve.brought import COMMANDS, QUERIES, Verb, brings, machine_subject, message_name
from coregen.resolve.name_scope import Scope, json_fields
from coregen.resolve.name_values import EntityNames, EnumNames, MachineNames, MessageNames
from coregen_runtime.entity.schema import EntitySchema, FieldType
from coregen_runtime.repository.table import stem

if TYPE_CHECKING:
    from coregen.load import Loc


def contract_names(scope: Scope, index: int, entity: EntitySchema) -> Mapping[str, str]:
    """The names of the contract, and the enums'."""
    loc: Loc = ("entities", index, "name")
    name = scope.module.classes[entity.name]
    wanted = {
        "name": name,
        "id": f"{name}Id",
        "create": f"{name}Create",
        "update": f"{name}Update",
        "filter": f"{name}Filter",
        "repository": f"{name}Repository",
        **{f"message.{verb}": _capital(message_name(verb, name)) for verb in (*COMMANDS, *QUERIES) if brings(entity, verb)},
        **{f"event.{verb}": f"{name}{verb.capitalize()}" for verb in ("created", "updated", "deleted", "restored")},
    }
    if not entity.soft_delete:
        del wanted["event.restored"]
    taken = {
        key: scope.claim(value, f"{name}'s {key.rpartition('.')[2]}" if key != "name" else f"the entity {entity.name}", loc)
        for key, value in wanted.items()
    }
    for number, each in enumerate(entity.fields):
        if each.type is FieldType.ENUM:
            place: Loc = ("entities", index, "fields", number, "key")
            taken[f"enum.{each.key}"] = scope.claim(
                class_name(f"{name}.{each.key}"), f"the enum of {entity.name}.{each.key}", place, class_name(f"{name}.{each.key}", "Value")
            )
    return taken


def entity_names(scope: Scope, index: int, entity: EntitySchema, names: Mapping[str, str], file: str) -> EntityNames:
    verbs: list[Verb] = [verb for verb in (*COMMANDS, *QUERIES) if f"message.{verb}" in names]
    module = scope.module.id
    name = names["name"]
    return EntityNames(
        name=name,
        id=names["id"],
        create=names["create"],
        update=names["update"],
        filter=names["filter"],
        included=scope.ours(f"{name}Included") if brings(entity, "including") else "",
        repository=names["repository"],
        fields=scope.ours(f"{name}Fields"),
        changes=scope.ours(f"{name}Changes"),
        snapshot=scope.ours(f"{name}Snapshot"),
        updated_payload=scope.ours(f"{name}UpdatedPayload"),
        values=scope.ours(f"{name}Values"),
        overrides=scope.ours(f"{name}Overrides"),
        file=file,
        variable=_variable(name),
        messages={
            verb: MessageNames(f"{module}.{message_name(verb, name)}", names[f"message.{verb}"], scope.function(message_name(verb, name)))
            for verb in verbs
        },
        events={
            verb: (names[f"event.{verb}"], f"{stem(entity)}.{verb}")
            for verb in ("created", "updated", "deleted", "restored")
            if f"event.{verb}" in names
        },
        attributes={},
        enums={
            each.key: EnumNames(
                names[f"enum.{each.key}"], scope.ours(f"{names[f'enum.{each.key}']}Input"), scope.ours(f"{names[f'enum.{each.key}']}Filter")
            )
            for each in entity.fields
            if each.type is FieldType.ENUM
        },
        json=json_fields(scope, name, entity.name, entity.fields, ("entities", index, "name")),
    )


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]


def _variable(entity: str) -> str:
    name = function(entity)
    return f"{name}_" if name in ("command", "ctx", "query", "repository", "options") else name


def machine_names(scope: Scope, index: int, files: Mapping[str, str]) -> MachineNames:
    module = scope.module
    machine = module.definition.fsms[index]
    subject = machine_subject(module, index)
    loc: Loc = ("fsms", index)
    own_enum = class_name(f"{module.classes[machine.entity_type]}.{machine.field}")
    state = f"{subject}State"
    event = scope.claim(f"{subject}Event", f"the events of {machine.id}", loc)
    return MachineNames(
        machine=scope.claim(f"{subject}Machine", f"the machine {machine.id}", loc),
        state=state if state == own_enum else scope.claim(state, f"the states of {machine.id}", loc),
        event=event,
        event_input=scope.ours(f"{event}Input"),
        file=files[subject],
        transition=MessageNames(
            f"{module.id}.transition{subject}",
            scope.claim(f"Transition{subject}", f"the transition of {machine.id}", loc),
            scope.function(f"transition{subject}"),
        ),
        options=MessageNames(
            f"{module.id}.get{subject}Transitions",
            scope.claim(f"Get{subject}Transitions", f"the options of {machine.id}", loc),
            scope.function(f"get{subject}Transitions"),
        ),
    )
