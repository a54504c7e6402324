"""`forms.json`: a form for every entity, message and machine, as react-jsonschema-form takes them: a JSON Schema and a uiSchema.

The form of an entity or of a list of fields is the runtime's (`coregen_runtime.entity.form`); this file says which there are.
"""

from __future__ import annotations

from typing import Any

from coregen.resolve.artefacts.parameters import SENT_VERSION
from coregen.resolve.artefacts.shapes import ArtefactModule, Message
from coregen_runtime.entity.form import entity_form, fields_form, label
from coregen_runtime.entity.formable import ANY, PRESENT, formable, with_definitions
from coregen_runtime.entity.generator import id_pattern
from coregen_runtime.entity.json_schema import JsonSchema, object_schema
from coregen_runtime.entity.schema import EntitySchema
from coregen_runtime.state.needs import conditions, needs_of
from coregen_runtime.state.types import StateMachine

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def forms(module: ArtefactModule) -> dict[str, Any]:
    """`{"entities": {name: form}, "messages": {type: form}}`, each by name; events have no form, since nobody fills them in."""
    messages = {message.type: _of_message(module, message) for message in module.messages() if message.kind != "event"}
    messages |= {
        f"{module.definition.id}.transition{module.subjects[machine.id]}": _of_machine(module, entity, machine)
        for entity in module.entities
        for machine in module.machines(entity)
    }
    return {
        "entities": {entity.name: _form(_of_entity(module, entity)) for entity in sorted(module.entities, key=lambda entity: entity.name)},
        "messages": {type: _form(messages[type]) for type in sorted(messages)},
    }


def _form(form: dict[str, Any]) -> dict[str, Any]:
    return {"schema": {"$schema": DIALECT, **form["schema"]}, "uiSchema": form["uiSchema"]}


def _of_entity(module: ArtefactModule, entity: EntitySchema) -> dict[str, Any]:
    """The form that creates an entity. What a machine owns is in none: a transition changes it."""
    return entity_form(entity, module.prefixes, module.owned(entity))


def _of_message(module: ArtefactModule, message: Message) -> dict[str, Any]:
    if isinstance(message.shape, str):
        return _of_entity(module, module.known[message.shape])
    if isinstance(message.shape, dict):
        return _titled({"schema": with_definitions(formable(message.shape)), "uiSchema": {}}, module, message)
    return _titled(fields_form(message.shape, module.prefixes), module, message)


def _titled(form: dict[str, Any], module: ArtefactModule, message: Message) -> dict[str, Any]:
    notes = {"title": label(module.local(message.type))} | ({"description": message.description} if message.description else {})
    return form | {"schema": notes | form["schema"]}


def _of_machine(module: ArtefactModule, entity: EntitySchema, machine: StateMachine) -> dict[str, Any]:
    """The form that sends an event to an entity; each event with the labels of the states that it leads to.

    What an event needs in its payload is asked for when the event is chosen.
    """
    targets: dict[str, list[str]] = {}
    for state in machine.states.values():
        for event, several in state.on.items():
            reached = [(machine.states.get(one.target), one.target) for one in several]
            targets.setdefault(event, []).extend(node.label if node is not None and node.label else target for node, target in reached)
    events = sorted(targets)
    names = [f"{event} ({' or '.join(dict.fromkeys(targets[event]))})" for event in events]
    properties: dict[str, JsonSchema] = {
        "id": {"type": "string", "pattern": id_pattern(entity.id_prefix)},
        "event": {"type": "string", "enum": events} if events else {"type": "string"},
        "payload": {"type": "object", "additionalProperties": dict(ANY)},
        **({"expectedVersion": dict(SENT_VERSION)} if entity.versioned else {}),
    }
    told = [
        f"{event}: {way.description}"
        for state in machine.states.values()
        for event, several in state.on.items()
        for way in several
        if way.description
    ]
    ui = {
        "ui:order": list(properties),
        "id": {"ui:title": "Id", "ui:help": f"An id of {entity.qualified_name}"},
        "event": {
            "ui:title": "Event",
            **({"ui:help": "; ".join(dict.fromkeys(told))} if told else {}),
            **({"ui:widget": "select", "ui:enumNames": names} if events else {}),
        },
        "payload": {"ui:title": "Payload"},
        **({"expectedVersion": {"ui:widget": "hidden"}} if entity.versioned else {}),
    }
    title = label(f"{entity.name} {machine.field}")
    needed = conditions(needs_of(machine, module.definition.rules, module.definition.id), PRESENT)
    schema = {"title": title, **object_schema(properties, ["id", "event"]), **({"allOf": needed} if needed else {})}
    return {"schema": with_definitions(schema), "uiSchema": ui}
