"""`forms.json`: a form for every entity and every message, as react-jsonschema-form takes them: a JSON Schema and a uiSchema.

The form of an entity or of a list of fields is the runtime's (`coregen_runtime.entity.form`); this file says which there are.
"""

from __future__ import annotations

from typing import Any

from coregen.resolve.artefacts.shapes import ArtefactModule, Message, shape_schema, without
from coregen_runtime.entity.form import entity_form, fields_form
from coregen_runtime.entity.schema import EntitySchema

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def forms(module: ArtefactModule) -> dict[str, Any]:
    """`{"entities": {name: form}, "messages": {type: form}}`, each by name; events have no form, since nobody fills them in."""
    messages = {message.type: message for message in module.messages() if message.kind != "event"}
    return {
        "entities": {entity.name: _form(_of_entity(module, entity)) for entity in sorted(module.entities, key=lambda entity: entity.name)},
        "messages": {type: _form(_of_message(module, messages[type])) for type in sorted(messages)},
    }


def _form(form: dict[str, Any]) -> dict[str, Any]:
    return {"schema": {"$schema": DIALECT, **form["schema"]}, "uiSchema": form["uiSchema"]}


def _of_entity(module: ArtefactModule, entity: EntitySchema) -> dict[str, Any]:
    """The form that creates an entity. What a machine owns is in none: a transition changes it."""
    form, owned = entity_form(entity, module.prefixes), module.owned(entity)
    ui = {key: value for key, value in form["uiSchema"].items() if key not in owned}
    return {"schema": without(form["schema"], owned), "uiSchema": ui | {"ui:order": [key for key in ui["ui:order"] if key not in owned]}}


def _of_message(module: ArtefactModule, message: Message) -> dict[str, Any]:
    if isinstance(message.shape, str):
        return _of_entity(module, module.known[message.shape])
    if isinstance(message.shape, dict):
        return {"schema": shape_schema(module, message.shape), "uiSchema": {}}
    return fields_form(message.shape, module.prefixes)
