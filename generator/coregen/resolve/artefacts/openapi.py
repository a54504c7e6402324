"""`openapi.json`: an OpenAPI 3.1 document of a module's schemas and routes.

Routes are `/<module>/<entities>` (semantics 27) for what every entity brings, and `/<module>/commands/<name>` and
`/<module>/queries/<name>` for the messages that the definition declares. Errors are problem documents (RFC 9457, semantics 43).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias

from coregen.naming import plural, words
from coregen.resolve.artefacts.listing import COMPONENTS, filter_schemas, list_parameters
from coregen.resolve.artefacts.problems import PROBLEM, STATUSES, problem_responses
from coregen.resolve.artefacts.shapes import ArtefactModule, Message, entity_schema, shape_schema, snapshot_fields
from coregen_runtime.entity.examples import examples_of
from coregen_runtime.entity.json_schema import JsonSchema, fields_schema
from coregen_runtime.entity.schema import EntitySchema
from coregen_runtime.module.definition import Shape

Operation: TypeAlias = dict[str, Any]
Routes: TypeAlias = Iterator[tuple[str, str, Operation]]


def openapi(module: ArtefactModule) -> dict[str, Any]:
    """The document, every object of it in a stable order: paths and components by name, methods as they stand here."""
    definition = module.definition
    paths: dict[str, dict[str, Operation]] = {}
    for path, method, operation in _routes(module):
        paths.setdefault(path, {})[method] = operation
    info = {"title": definition.id, "version": definition.version} | ({"description": definition.description} if definition.description else {})
    return {
        "openapi": "3.1.0",
        "info": info,
        "paths": {path: paths[path] for path in sorted(paths)},
        "components": {
            "responses": problem_responses(),
            "schemas": dict(sorted(_with_examples(components(module)).items())),
        },
    }


# --- schemas ------------------------------------------------------------------------------------------------------------------


def components(module: ArtefactModule) -> dict[str, JsonSchema]:
    """The named schemas: of entities and their inputs, events and pages, of messages and their results, and `Problem`."""
    schemas: dict[str, JsonSchema] = {"Problem": PROBLEM}
    for entity in module.entities:
        schemas |= _entity_components(module, entity)
    for message in module.messages():
        name = _payload_name(message)
        if not isinstance(message.shape, str):
            schemas[name] = _described(shape_schema(module, message.shape, COMPONENTS + name), message.description)
        if message.result is not None and not isinstance(message.result, str):
            schemas[f"{message.name}Result"] = shape_schema(module, message.result, f"{COMPONENTS}{message.name}Result")
        for shape in (message.shape, message.result):
            if isinstance(shape, str) and (foreign := _component(module, shape)) not in schemas:
                schemas[foreign] = entity_schema(module, module.known[shape], "read", COMPONENTS + foreign)
    return schemas


def _entity_components(module: ArtefactModule, entity: EntitySchema) -> dict[str, JsonSchema]:
    name = entity.name
    snapshot = fields_schema(snapshot_fields(entity), module.prefixes, home=f"{COMPONENTS}{name}Snapshot")
    schemas = {
        name: entity_schema(module, entity, "read", COMPONENTS + name),
        f"{name}Create": entity_schema(module, entity, "create", f"{COMPONENTS}{name}Create"),
        f"{name}Update": entity_schema(module, entity, "update", f"{COMPONENTS}{name}Update"),
        f"{name}Page": _page(name),
        f"{name}Snapshot": snapshot,
        f"{name}UpdatedPayload": _object(
            {"changed": {"type": "array", "items": {"type": "string"}}, "snapshot": _ref(f"{name}Snapshot")}, ["changed", "snapshot"]
        ),
    }
    schemas |= filter_schemas(entity)
    for machine in module.machines(entity):
        subject = module.subjects[machine.id]
        events = sorted({event for state in machine.states.values() for event in state.on})
        event: JsonSchema = {"type": "string", "enum": events} if events else {"type": "string"}
        expected = _EXPECTED if entity.versioned else {}
        schemas[f"Transition{subject}"] = _object({"event": event, "payload": {"type": "object"}, **expected}, ["event"])
        schemas[f"{subject}Transitions"] = _transitions(list(machine.states), event)
    return schemas


def _page(name: str) -> JsonSchema:
    properties: dict[str, JsonSchema] = {
        "data": {"type": "array", "items": _ref(name)},
        "total": {"type": ["integer", "null"], "minimum": 0},
        "page": {"type": "integer", "minimum": 1},
        "limit": {"type": "integer", "minimum": 1},
        "hasNext": {"type": "boolean"},
    }
    return _object(properties, list(properties))


def _transitions(states: list[str], event: JsonSchema) -> JsonSchema:
    state: JsonSchema = {"type": "string", "enum": states}
    text: JsonSchema = {"type": ["string", "null"]}
    option = _object({"event": event, "target": state, "label": text, "color": text}, ["event", "target"])
    properties: dict[str, JsonSchema] = {"state": state, "events": {"type": "array", "items": option}, "reachable": {"type": "array", "items": state}}
    return _object(properties, list(properties))


def _object(properties: dict[str, JsonSchema], required: list[str]) -> JsonSchema:
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _described(schema: JsonSchema, description: str | None) -> JsonSchema:
    return schema | {"description": description} if description else schema


def _payload_name(message: Message) -> str:
    return f"{message.name}Payload" if message.kind == "event" else message.name


def _component(module: ArtefactModule, entity: str) -> str:
    """An entity of the module by its name, one of another module by its qualified name."""
    schema = module.known[entity]
    return schema.name if schema.namespace == module.definition.id else schema.qualified_name


def _ref(name: str) -> JsonSchema:
    return {"$ref": COMPONENTS + name}


def _shape_ref(module: ArtefactModule, shape: Shape, name: str) -> JsonSchema:
    return _ref(_component(module, shape) if isinstance(shape, str) else name)


_EXPECTED: dict[str, JsonSchema] = {"expectedVersion": {"type": "integer", "minimum": 1}}
_TEXT: JsonSchema = {"type": "string"}
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
    name, tag = entity.name, [entity.name]
    every = f"/{module.definition.id}/{'-'.join(words(plural(name))).lower()}"
    one = f"{every}/{{id}}"
    identified = [{"name": "id", "in": "path", "required": True, "schema": _TEXT}]
    versioned = [*identified, _parameter("expectedVersion", _EXPECTED["expectedVersion"])] if entity.versioned else identified
    found = _answer(name)

    yield every, "get", _operation(f"list{plural(name)}", tag, _answer(f"{name}Page"), parameters=list_parameters(entity))
    yield every, "post", _operation(f"create{name}", tag, _answer(name, "201"), body=_ref(f"{name}Create"))
    yield one, "get", _operation(f"get{name}", tag, found, parameters=identified)
    yield one, "patch", _operation(f"update{name}", tag, found, parameters=versioned, body=_ref(f"{name}Update"))
    yield one, "delete", _operation(f"delete{name}", tag, _NO_CONTENT, parameters=versioned)
    if entity.soft_delete:
        yield f"{one}/restore", "post", _operation(f"restore{name}", tag, found, parameters=identified)
    for machine in module.machines(entity):
        subject = module.subjects[machine.id]
        path = f"{one}/transitions" if subject == name else f"{one}/{'-'.join(words(machine.field)).lower()}/transitions"
        yield path, "get", _operation(f"get{subject}Transitions", tag, _answer(f"{subject}Transitions"), parameters=identified)
        yield path, "post", _operation(f"transition{subject}", tag, found, parameters=identified, body=_ref(f"Transition{subject}"))


def _message_route(module: ArtefactModule, message: Message) -> tuple[str, str, Operation]:
    folder = "commands" if message.kind == "command" else "queries"
    answer = _NO_CONTENT if message.result is None else _content("200", _shape_ref(module, message.result, f"{message.name}Result"))
    name = module.local(message.type)
    operation = _operation(name, [folder], answer, body=_shape_ref(module, message.shape, message.name), description=message.description)
    return f"/{module.definition.id}/{folder}/{name}", "post", operation


def _operation(
    name: str,
    tags: list[str],
    answer: dict[str, Any],
    *,
    parameters: list[dict[str, Any]] | None = None,
    body: JsonSchema | None = None,
    description: str | None = None,
) -> Operation:
    operation: Operation = {"operationId": name, "tags": tags}
    if description:
        operation["description"] = description
    if parameters:
        operation["parameters"] = parameters
    if body:
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": body}}}
    changing, identified = body is not None or "204" in answer, any(each["name"] == "id" for each in parameters or ())
    statuses = [status for status, row in STATUSES.items() if row.holds(identified, changing)]
    problems = {status: {"$ref": f"#/components/responses/{STATUSES[status].name}"} for status in statuses}
    return operation | {"responses": answer | problems | {"default": {"$ref": "#/components/responses/Problem"}}}


def _parameter(name: str, schema: JsonSchema, description: str | None = None) -> dict[str, Any]:
    return _described({"name": name, "in": "query", "schema": schema}, description)


def _answer(name: str, status: str = "200") -> dict[str, Any]:
    return _content(status, _ref(name))


def _content(status: str, schema: JsonSchema) -> dict[str, Any]:
    return {status: {"description": "Created" if status == "201" else "Done", "content": {"application/json": {"schema": schema}}}}


_NO_CONTENT: dict[str, Any] = {"204": {"description": "Done"}}
