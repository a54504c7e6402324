"""`openapi.json`: an OpenAPI 3.1 document of a module's schemas and routes.

Routes are `/<module>/<entities>` (semantics 27) for what every entity brings, and `/<module>/commands/<name>` and
`/<module>/queries/<name>` for the messages that the definition declares. Errors are problem documents (RFC 9457, semantics 43).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias
from urllib.parse import quote

from coregen.naming import distinct, plural, segment
from coregen.resolve.artefacts.listing import filter_schemas, list_parameters
from coregen.resolve.artefacts.parameters import SENT_VERSION, include, include_parameter, shared, used
from coregen.resolve.artefacts.problems import PROBLEM, STATUSES, problem_responses
from coregen.resolve.artefacts.shapes import COMPONENTS, IN_COMPONENTS, ArtefactModule, Message, entity_schema, shape_schema, snapshot_fields
from coregen.resolve.sentences import entity_sentence, event_sentences, state_sentences
from coregen_runtime.entity.examples import examples_of
from coregen_runtime.entity.formable import references
from coregen_runtime.entity.json_schema import JsonSchema, fields_schema
from coregen_runtime.entity.schema import EntitySchema
from coregen_runtime.module.definition import Shape
from coregen_runtime.repository.include import is_reference
from coregen_runtime.state.needs import conditions, needs_of
from coregen_runtime.state.types import StateMachine

Operation: TypeAlias = dict[str, Any]
Routes: TypeAlias = Iterator[tuple[str, str, Operation]]


def openapi(module: ArtefactModule) -> dict[str, Any]:
    """The document, every object of it in a stable order: paths and components by name, methods as they stand here."""
    definition = module.definition
    paths: dict[str, dict[str, Operation]] = {}
    for path, method, operation in _routes(module):
        paths.setdefault(path, {})[method] = operation
    info = {"title": definition.id, "version": definition.version} | ({"description": definition.description} if definition.description else {})
    own = {name: each for entity in module.entities for name, each in include_parameter(module.types.component("", entity.name), entity).items()}
    return {
        "openapi": "3.1.0",
        "info": info,
        "tags": _tags(module, paths),
        "paths": {path: paths[path] for path in sorted(paths)},
        "components": {
            "parameters": used(paths, own),
            "responses": problem_responses(COMPONENTS + module.types.component("own", "Problem")),
            "schemas": dict(sorted(_with_examples(components(module)).items())),
        },
    }


def _tags(module: ArtefactModule, paths: dict[str, dict[str, Operation]]) -> list[dict[str, str]]:
    """Every tag that a route has, with what it is about."""
    id = module.definition.id
    told = {entity.name: entity.description or f"{entity.name} of {id}" for entity in module.entities}
    told |= {"commands": f"The commands of {id}", "queries": f"The queries of {id}"}
    there = {tag for methods in paths.values() for operation in methods.values() for tag in operation["tags"]}
    return [{"name": tag, "description": told[tag]} for tag in sorted(there)]


# --- schemas ------------------------------------------------------------------------------------------------------------------


def components(module: ArtefactModule) -> dict[str, JsonSchema]:
    """The named schemas: of entities and their inputs, events and pages, of messages and their results, and `Problem`."""
    named = module.types.component
    schemas: dict[str, JsonSchema] = {named("own", "Problem"): PROBLEM}
    for entity in module.entities:
        schemas |= _entity_components(module, entity)
    for message in module.messages():
        name = named("Payload" if message.kind == "event" else "message", message.type)
        if not isinstance(message.shape, str):
            schemas[name] = _described(shape_schema(module, message.shape, COMPONENTS + name), message.description)
        if message.result is not None and not isinstance(message.result, str):
            result = named("Result", message.type)
            schemas[result] = shape_schema(module, message.result, COMPONENTS + result)
    for qualified in module.used:
        if (name := _component(module, qualified)) not in schemas:
            schemas[name] = entity_schema(module, module.known[qualified], "read", COMPONENTS + name)
    return schemas | _shared(schemas)


def _shared(schemas: dict[str, JsonSchema]) -> dict[str, JsonSchema]:
    """Of what stands once, that which is referred to; money brings its currencies."""
    asked = set(references(schemas))
    if f"{COMPONENTS}money" in asked:
        asked.add(IN_COMPONENTS.currency["$ref"])
    return {name: each for name, each in IN_COMPONENTS.schemas().items() if COMPONENTS + name in asked}


def _entity_components(module: ArtefactModule, entity: EntitySchema) -> dict[str, JsonSchema]:
    def named(part: str) -> str:
        return module.types.component(part, entity.name)

    beside = _included(module, entity)
    snapshot = fields_schema(snapshot_fields(entity), module.prefixes, home=COMPONENTS + named("Snapshot"), shared=IN_COMPONENTS)
    schemas = {
        named(""): entity_schema(module, entity, "read", COMPONENTS + named("")),
        named("Create"): entity_schema(module, entity, "create", COMPONENTS + named("Create")),
        named("Update"): entity_schema(module, entity, "update", COMPONENTS + named("Update")),
        named("Page"): _page(named(""), named("Included") if beside else ""),
        named("Snapshot"): snapshot,
        named("UpdatedPayload"): _object(
            {"changed": {"type": "array", "items": {"type": "string"}}, "snapshot": _ref(named("Snapshot"))}, ["changed", "snapshot"]
        ),
    }
    if beside:
        schemas[named("Included")] = _object(beside, [])
        schemas[named("Including")] = _object({"data": _ref(named("")), "included": _ref(named("Included"))}, ["data", "included"])
    schemas |= filter_schemas(entity, named("Filter"))
    for machine in module.machines(entity):
        events = sorted({event for state in machine.states.values() for event in state.on})
        event: JsonSchema = {"type": "string", "enum": events} if events else {"type": "string"}
        expected = {"expectedVersion": SENT_VERSION} if entity.versioned else {}
        sent = _object({"event": event | _listed(event_sentences(machine)), "payload": {"type": "object"}, **expected}, ["event"])
        needed = conditions(
            needs_of(machine, module.definition.rules, module.definition.id), {"type": ["string", "number", "boolean", "array", "object"]}
        )
        sent |= {"allOf": needed} if needed else {}
        schemas[module.types.component("Transition", machine.id)] = sent
        schemas[module.types.component("Transitions", machine.id)] = _transitions(machine, event)
    return schemas


def _included(module: ArtefactModule, entity: EntitySchema) -> dict[str, JsonSchema]:
    """What can stand beside an entity: by the key of each reference, the entities that it refers to by id."""
    return {
        field.key: {"type": "object", "additionalProperties": _ref(_component(module, field.ref_entity or ""))}
        for field in entity.fields
        if is_reference(field)
    }


def _page(name: str, included: str) -> JsonSchema:
    properties: dict[str, JsonSchema] = {
        "data": {"type": "array", "items": _ref(name)},
        "total": {"type": ["integer", "null"], "minimum": 0},
        "page": {"type": "integer", "minimum": 1},
        "limit": {"type": "integer", "minimum": 1},
        "hasNext": {"type": "boolean"},
    }
    return _object(properties | ({"included": _ref(included)} if included else {}), list(properties))


def _listed(sentences: Mapping[str, str]) -> JsonSchema:
    """What each of several values means, as a description."""
    return {"description": "\n".join(f"- `{value}`: {text}" for value, text in sentences.items() if text)} if any(sentences.values()) else {}


def _transitions(machine: StateMachine, event: JsonSchema) -> JsonSchema:
    """The state that an entity is in, with what its states mean; the events that it would take, and the states that it can reach."""
    state: JsonSchema = {"type": "string", "enum": list(machine.states)}
    shown = {f"x-{kind}s": {name: getattr(node, kind) for name, node in machine.states.items() if getattr(node, kind)} for kind in ("label", "color")}
    notes = _listed(state_sentences(machine)) | {key: values for key, values in shown.items() if values}
    text: JsonSchema = {"type": ["string", "null"]}
    option = _object({"event": event, "target": state, "label": text, "color": text}, ["event", "target"])
    properties: dict[str, JsonSchema] = {
        "state": state | notes,
        "events": {"type": "array", "items": option},
        "reachable": {"type": "array", "items": state},
    }
    return _object(properties, list(properties))


def _object(properties: dict[str, JsonSchema], required: list[str]) -> JsonSchema:
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _described(schema: JsonSchema, description: str | None) -> JsonSchema:
    return schema | {"description": description} if description else schema


def _component(module: ArtefactModule, entity: str) -> str:
    """An entity of the module by its class, one of another module by a name that says whose it is."""
    schema = module.known[entity]
    return module.types.component("", schema.name if schema.namespace == module.definition.id else entity)


def _ref(name: str) -> JsonSchema:
    return {"$ref": COMPONENTS + name}


def _shape_ref(module: ArtefactModule, shape: Shape, name: str) -> JsonSchema:
    return _ref(_component(module, shape) if isinstance(shape, str) else name)


_SEEN = {"organizationId": "org_example", "createdAt": 1_767_225_600_000, "updatedAt": 1_767_225_600_000, "version": 1}


def _with_examples(schemas: dict[str, JsonSchema]) -> dict[str, JsonSchema]:
    """The schemas of objects, each with an example that it takes, as far as one is found; conditions of filters need none."""
    root = {"components": {"schemas": schemas}}
    return {
        name: schema | _examples(schema, root) if "properties" in schema and not name.endswith("Filter") else schema
        for name, schema in schemas.items()
    }


def _examples(schema: JsonSchema, root: dict[str, Any]) -> JsonSchema:
    found = examples_of({key: value for key, value in schema.items() if key != "examples"}, root)
    system = {key for key, each in schema["properties"].items() if each.get("readOnly") is True}
    shown = [{key: _SEEN[key] if key in _SEEN and key in system else value for key, value in each.items()} for each in found]
    return {"examples": schema.get("examples", shown)} if shown or "examples" in schema else {}


# --- routes -------------------------------------------------------------------------------------------------------------------


def _routes(module: ArtefactModule) -> Routes:
    for entity in module.entities:
        yield from _entity_routes(module, entity)
    for message in module.messages():
        if message.kind != "event":
            yield _message_route(module, message)


def _entity_routes(module: ArtefactModule, entity: EntitySchema) -> Routes:
    name, tag = module.classes[entity.qualified_name], [entity.name]
    every = f"/{_segment(module.definition.id)}/{_segment(module.types.routes[entity.name])}"
    one = f"{every}/{{id}}"
    identified = [shared("id")]
    versioned = [*identified, shared("expectedVersion")] if entity.versioned else identified

    def named(part: str) -> str:
        return module.types.component(part, entity.name)

    found = _answer(named(""))
    including = [include(named(""))] if include_parameter(named(""), entity) else []
    one_or_including = _content("200", {"oneOf": [_ref(named("")), _ref(named("Including"))]}) if including else found

    def operation(verb: str, id: str, answer: dict[str, Any], **parts: Any) -> Operation:
        return _operation(id, tag, answer, summary=entity_sentence(verb, entity.name), **parts)

    listing = [*list_parameters(entity, named("Filter")), *including]
    yield every, "get", operation("list", f"list{plural(name)}", _answer(named("Page")), parameters=listing)
    yield every, "post", operation("create", f"create{name}", _answer(named(""), "201"), body=_ref(named("Create")))
    yield one, "get", operation(
        "get", f"get{name}", one_or_including, parameters=[*identified, *including], description=_BESIDE if including else None
    )
    yield one, "patch", operation("update", f"update{name}", found, parameters=versioned, body=_ref(named("Update")), description=_PATCH)
    yield one, "delete", operation("delete", f"delete{name}", _NO_CONTENT, parameters=versioned)
    if entity.soft_delete:
        yield f"{one}/restore", "post", operation("restore", f"restore{name}", found, parameters=versioned)
    machines = module.machines(entity)
    fields = distinct((machine.field for machine in machines), segment, taken=("restore", "transitions"), between="-")
    for machine in machines:
        subject = module.subjects[machine.id]
        path = f"{one}/transitions" if subject == name else f"{one}/{_segment(fields[machine.field])}/transitions"
        options = _answer(module.types.component("Transitions", machine.id))
        sent = _ref(module.types.component("Transition", machine.id))
        yield path, "get", operation("options", f"get{subject}Transitions", options, parameters=identified)
        yield path, "post", operation("transition", f"transition{subject}", found, parameters=identified, body=sent)


def _message_route(module: ArtefactModule, message: Message) -> tuple[str, str, Operation]:
    folder = "commands" if message.kind == "command" else "queries"
    named = module.types.component
    answer = _NO_CONTENT
    if message.result is not None:
        answer = _content("200", _shape_ref(module, message.result, named("Result", message.type)))
    name = module.types.messages[message.type]
    body = _shape_ref(module, message.shape, named("message", message.type))
    operation = _operation(name, [folder], answer, body=body, description=message.description)
    return f"/{_segment(module.definition.id)}/{folder}/{_segment(name)}", "post", operation


def _segment(text: str) -> str:
    """The text as one segment of a path."""
    return quote(text, safe="")


def _operation(
    name: str,
    tags: list[str],
    answer: dict[str, Any],
    *,
    parameters: list[dict[str, Any]] | None = None,
    body: JsonSchema | None = None,
    summary: str | None = None,
    description: str | None = None,
) -> Operation:
    operation: Operation = {"operationId": name, "tags": tags}
    if summary:
        operation["summary"] = summary
    if description:
        operation["description"] = description
    if parameters:
        operation["parameters"] = parameters
    if body:
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": body}}}
    changing, identified = body is not None or "204" in answer, shared("id") in (parameters or ())
    statuses = [status for status, row in STATUSES.items() if row.holds(identified, changing)]
    problems = {status: {"$ref": f"#/components/responses/{STATUSES[status].name}"} for status in statuses}
    return operation | {"responses": answer | problems | {"default": {"$ref": "#/components/responses/Problem"}}}


def _answer(name: str, status: str = "200") -> dict[str, Any]:
    return _content(status, _ref(name))


def _content(status: str, schema: JsonSchema) -> dict[str, Any]:
    return {status: {"description": "Created" if status == "201" else "Done", "content": {"application/json": {"schema": schema}}}}


_PATCH = "A field that is left out stays as it is; null takes the value away, where a field may be without one."
_BESIDE = "With include, the entity stands in data, and what it refers to in included."
_NO_CONTENT: dict[str, Any] = {"204": {"description": "Done"}}
