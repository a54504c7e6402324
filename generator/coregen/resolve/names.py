"""What everything in a module is called in Python: one scope of classes, one of handlers, one of files.

The contract's names come first and are never bent; a name of our own making yields to them by a number. Two things of the contract
that would have one name are an error. How a single name is spelt is `coregen.naming`'s.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from coregen.naming import (
    ENTITY,
    MESSAGE,
    attribute,
    class_name,
    distinct,
    entities_apart,
    file_name,
    function,
    identifier,
    machine_subjects,
    plural,
    snake_case,
)
from coregen.resolve.complete import Complete
from coregen.resolve.json_forms import forms
from coregen.resolve.json_names import JsonNames, json_names
from coregen.resolve.report import Report
from coregen_runtime.entity.fields import SYSTEM_FIELDS
from coregen_runtime.entity.schema import EntitySchema, FieldSchema, FieldType
from coregen_runtime.module.definition import Shape
from coregen_runtime.queue.types import WorkerDefinition
from coregen_runtime.repository.include import is_reference
from coregen_runtime.repository.table import stem

if TYPE_CHECKING:
    from coregen.load import Loc

Verb: TypeAlias = Literal["create", "update", "delete", "restore", "get", "including", "list"]
COMMANDS: tuple[Verb, ...] = ("create", "update", "delete", "restore")
QUERIES: tuple[Verb, ...] = ("get", "including", "list")


@dataclass(frozen=True)
class EnumNames:
    """An enum field's classes: the enum, the alias that takes literals too, and the conditions of a filter."""

    enum: str
    input: str
    conditions: str


@dataclass(frozen=True)
class MessageNames:
    """A message's wire type, its class, and the function that handles it."""

    type: str
    name: str
    function: str


@dataclass(frozen=True)
class EntityNames:
    """An entity's classes, by what they are."""

    name: str
    id: str
    create: str
    update: str
    filter: str
    included: str
    repository: str
    fields: str
    changes: str
    snapshot: str
    updated_payload: str
    values: str
    overrides: str
    file: str
    variable: str
    messages: Mapping[Verb, MessageNames]
    events: Mapping[str, tuple[str, str]]
    attributes: Mapping[str, str]
    enums: Mapping[str, EnumNames]
    json: Mapping[str, JsonNames]


@dataclass(frozen=True)
class MachineNames:
    """A machine's classes, and the messages that drive it."""

    machine: str
    state: str
    event: str
    event_input: str
    file: str
    transition: MessageNames
    options: MessageNames


@dataclass(frozen=True)
class ShapeNames:
    """A message or event of the definition: its class, the class of its result or payload ("" where it has none of its own), its enums and attributes.

    `json` are the types of JSON Schemas by the key of their field, under "" those of a shape that is one itself.
    """

    name: str
    function: str
    other: str
    attributes: Mapping[str, str]
    other_attributes: Mapping[str, str]
    enums: Mapping[str, EnumNames]
    other_enums: Mapping[str, EnumNames]
    json: Mapping[str, JsonNames]
    other_json: Mapping[str, JsonNames]


@dataclass(frozen=True)
class ModuleNames:
    """All names of a module. `ids` are the id classes that `ids.py` holds, by qualified entity; `conditions` what a filter takes for one id and for a list.

    `taken` is every class and every generated function: what is imported beside them is spelt otherwise. `values` are the typed dicts that the
    factories of messages and payloads take, `payloads` what the jobs of each queue carry, `stems` what the factories and strategies of a class are named after.
    """

    entities: Mapping[str, EntityNames]
    machines: Mapping[str, MachineNames]
    commands: Mapping[str, ShapeNames]
    queries: Mapping[str, ShapeNames]
    events: Mapping[str, ShapeNames]
    subscriptions: tuple[str, ...]
    jobs: tuple[str, ...]
    workers: tuple[str, ...]
    payloads: Mapping[str, ShapeNames]
    ids: Mapping[str, str]
    conditions: Mapping[str, tuple[str, str]]
    json: tuple[JsonNames, ...]
    taken: frozenset[str]
    values: Mapping[str, str]
    stems: Mapping[str, str]
    config: Mapping[tuple[str, ...], str]


@dataclass
class _Scope:
    """The classes of one module: who has which name."""

    module: Complete
    report: Report
    holders: dict[str, str] = field(default_factory=dict)
    functions: set[str] = field(default_factory=set)
    json: list[JsonNames] = field(default_factory=list)

    def claim(self, name: str, holder: str, loc: Loc, *fallbacks: str) -> str:
        """`name`, or the first fallback that is free; an error where none is."""
        for candidate in (name, *fallbacks):
            if candidate not in self.holders:
                self.holders[candidate] = holder
                return candidate
        other = self.holders[name]
        self.report.error(self.module.loaded, loc, "NAME-TAKEN", f'"{name}" would be the name of {holder} and of {other}', "rename one of the two")
        return name

    def ours(self, name: str) -> str:
        """A name that nobody relies on: it yields."""
        free, number = name, 1
        while free in self.holders:
            number += 1
            free = f"{name}{number}"
        self.holders[free] = "a helper"
        return free

    def json_types(self, name: str, owner: str, schema: Mapping[str, Any], *, as_class: bool = False) -> JsonNames:
        """The types of a JSON Schema, under a name that is theirs already."""
        files = {each.file for each in self.json}
        file, number = file_name(name), 1
        while file in files:
            number += 1
            file = f"{file_name(name)}_{number}"
        self.json.append(json_names(name, file, owner, schema, forms(schema, as_class=as_class), self.ours))
        return self.json[-1]

    def function(self, name: str) -> str:
        """A generated function's name: those of all files of a module meet where it is wired."""
        plain = function(name)
        free, number = plain, 1
        while free in self.functions:
            number += 1
            free = f"{plain}_{number}"
        self.functions.add(free)
        return free


def local_type(type: str, module: str) -> str:
    """`reprice` of `catalog.reprice`, seen from catalog; another namespace stays."""
    return type.removeprefix(f"{module}.")


def module_names(module: Complete, modules: Mapping[str, Complete], report: Report) -> ModuleNames:
    """All names of one module; collisions are reported."""
    scope = _Scope(module, report)
    definition = module.definition
    files = entities_apart((entity.name for entity in definition.entities), file_name, taken=("__init__",))
    first = [_contract_names(scope, index, entity) for index, entity in enumerate(definition.entities)]
    machine_files = distinct((machine_subject(module, index) for index in range(len(definition.fsms))), file_name, taken=("__init__",))
    machines = {machine.id: _machine_names(scope, index, machine_files) for index, machine in enumerate(definition.fsms)}
    functions = _functions(module, report)
    shapes: dict[str, dict[str, ShapeNames]] = {"commands": {}, "queries": {}, "events": {}}
    brought = generated_types(module)
    for part, suffix, other, payload in (
        ("commands", "Command", "Result", "payload"),
        ("queries", "Query", "Result", "params"),
        ("events", "Event", "Payload", ""),
    ):
        for index, message in enumerate(getattr(definition, part)):
            if message.type in brought:
                continue
            plain = class_name(local_type(message.type, module.id))
            loc: Loc = (part, index, "type")
            name = scope.claim(plain, f'{part.removesuffix("s")} "{message.type}"', loc, class_name(local_type(message.type, module.id), suffix))
            other_shape = message.payload if part == "events" else message.result
            own = getattr(message, payload) if payload else ()
            has_other = (
                part == "events"
                and not isinstance(other_shape, str)
                or part != "events"
                and other_shape is not None
                and not isinstance(other_shape, str)
            )
            carried = scope.claim(f"{name}{other}", f"the {other.lower()} of {message.type}", loc, f"{name}{suffix}{other}") if has_other else ""
            shapes[part][message.type] = ShapeNames(
                name,
                functions.get((part, message.type), ""),
                carried,
                {},
                {},
                _enums(scope, name, own, loc),
                _enums(scope, f"{name}{other}", other_shape, loc),
                _json_of_message(scope, name, message.type, payload, own, loc),
                _json_of_other(scope, carried, f"the {other.lower()} of {message.type}", other_shape, loc, as_class=part == "events"),
            )
    payloads = {each.queue: _job_names(scope, index, each) for index, each in enumerate(definition.queue_workers) if each.payload is not None}
    entities = {
        entity.name: _entity_names(scope, index, entity, names, files[entity.name])
        for index, (entity, names) in enumerate(zip(definition.entities, first, strict=True))
    }
    ids = _ids(scope, module, modules)
    conditions = {qualified: (scope.ours(f"{name}Filter"), scope.ours(f"{name}sFilter")) for qualified, name in ids.items()}
    config = _config(scope)
    declared = [name for part in (*shapes.values(), payloads) for each in part.values() for name in (each.name, each.other) if name]
    values = {name: scope.ours(f"{name}Values") for name in declared}
    made = [name for each in entities.values() for name in (each.name, each.messages["create"].name, each.messages["update"].name)]
    uncased = frozenset(name for name in scope.holders if name == name.lower())
    by_name = {entity.name: entity for entity in definition.entities}
    for part, own, other in (("commands", "payload", "result"), ("queries", "params", "result"), ("events", "", "payload")):
        for message in getattr(definition, part):
            if message.type in shapes[part]:
                shapes[part][message.type] = replace(
                    shapes[part][message.type],
                    attributes=attributes(getattr(message, own) if own else (), MESSAGE | uncased),
                    other_attributes=attributes(getattr(message, other), MESSAGE | uncased),
                )
    for each in definition.queue_workers:
        if each.queue in payloads:
            payloads[each.queue] = replace(payloads[each.queue], attributes=attributes(each.payload, MESSAGE | uncased))
    return ModuleNames(
        {name: replace(each, attributes=attributes(by_name[name].fields, uncased | _reserved(by_name[name]))) for name, each in entities.items()},
        machines,
        shapes["commands"],
        shapes["queries"],
        shapes["events"],
        tuple(functions[("subscriptions", str(index))] for index in range(len(definition.subscriptions))),
        tuple(functions[("scheduledJobs", str(index))] for index in range(len(definition.scheduled_jobs))),
        tuple(functions[("queueWorkers", str(index))] for index in range(len(definition.queue_workers))),
        payloads,
        ids,
        conditions,
        tuple(scope.json),
        frozenset(scope.holders) | scope.functions,
        values,
        distinct([*made, *declared], lambda name: identifier(snake_case(name), "value")),
        config,
    )


def _job_names(scope: _Scope, index: int, worker: WorkerDefinition) -> ShapeNames:
    """The class of what the jobs of a queue carry: `MailsJob`."""
    loc: Loc = ("queueWorkers", index, "queue")
    name = scope.claim(
        class_name(f"{worker.queue}.job"), f'the jobs of the queue "{worker.queue}"', loc, class_name(f"{worker.queue}.job", "Payload")
    )
    json = _json_fields(scope, name, f"a job of {worker.queue}", worker.payload, loc)
    return ShapeNames(name, "", "", {}, {}, _enums(scope, name, worker.payload, loc), {}, json, {})


def _config(scope: _Scope) -> Mapping[tuple[str, ...], str]:
    """The class of the module's configuration and of each mapping in it, by the keys that lead there."""
    found: dict[tuple[str, ...], str] = {}

    def name(value: Mapping[str, Any], way: tuple[str, ...]) -> None:
        wanted = class_name(".".join((scope.module.id, "config", *way)))
        found[way] = scope.ours(wanted) if way else scope.claim(wanted, f"the configuration of {scope.module.id}", ("defaultConfig",))
        for key, inner in value.items():
            if isinstance(inner, Mapping) and inner:
                name(inner, (*way, key))

    if scope.module.definition.default_config:
        name(scope.module.definition.default_config, ())
    return found


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


def attributes(shape: Shape | None | Sequence[FieldSchema], reserved: frozenset[str]) -> Mapping[str, str]:
    """The attribute of each wire key."""
    if shape is None or isinstance(shape, str | Mapping):
        return {}
    return distinct((field.key for field in shape), lambda key: attribute(key, reserved), taken=reserved)


def _reserved(entity: EntitySchema) -> frozenset[str]:
    return ENTITY | {system.attribute for system in SYSTEM_FIELDS if system.switch is None or getattr(entity, system.switch)}


def _enums(scope: _Scope, owner: str, shape: Shape | None | Sequence[FieldSchema], loc: Loc) -> Mapping[str, EnumNames]:
    if shape is None or isinstance(shape, str | Mapping):
        return {}
    found: dict[str, EnumNames] = {}
    for each in shape:
        if each.type is FieldType.ENUM:
            name = scope.claim(class_name(f"{owner}.{each.key}"), f"the enum of {each.key}", loc, class_name(f"{owner}.{each.key}", "Value"))
            found[each.key] = EnumNames(name, f"{name}Input", f"{name}Filter")
    return {key: EnumNames(names.enum, scope.ours(names.input), scope.ours(names.conditions)) for key, names in found.items()}


def _json_of_message(scope: _Scope, name: str, type: str, part: str, shape: Shape | Sequence[FieldSchema], loc: Loc) -> Mapping[str, JsonNames]:
    """A payload that is a JSON Schema is a class of its own, which the message extends."""
    if isinstance(shape, Mapping):
        return {"": scope.json_types(scope.ours(f"{name}{part.capitalize()}"), f"the {part} of {type}", shape, as_class=True)}
    return _json_fields(scope, name, type, shape, loc)


def _json_of_other(
    scope: _Scope, name: str, owner: str, shape: Shape | None | Sequence[FieldSchema], loc: Loc, *, as_class: bool
) -> Mapping[str, JsonNames]:
    if isinstance(shape, Mapping):
        return {"": scope.json_types(name, owner, shape, as_class=as_class)}
    return _json_fields(scope, name, owner, shape, loc)


def _json_fields(scope: _Scope, name: str, owner: str, shape: Shape | None | Sequence[FieldSchema], loc: Loc) -> Mapping[str, JsonNames]:
    """The types of the fields that carry a JSON Schema: `ProductSize` for `size` of Product."""
    if shape is None or isinstance(shape, str | Mapping):
        return {}
    found: dict[str, JsonNames] = {}
    for each in shape:
        if each.json_schema is not None:
            wanted, holder = class_name(f"{name}.{each.key}"), f"`{each.key}` of {owner}"
            found[each.key] = scope.json_types(scope.claim(wanted, holder, loc, f"{wanted}Json"), holder, each.json_schema)
    return found


def _contract_names(scope: _Scope, index: int, entity: EntitySchema) -> Mapping[str, str]:
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


def _entity_names(scope: _Scope, index: int, entity: EntitySchema, names: Mapping[str, str], file: str) -> EntityNames:
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
        json=_json_fields(scope, name, entity.name, entity.fields, ("entities", index, "name")),
    )


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]


def _variable(entity: str) -> str:
    name = function(entity)
    return f"{name}_" if name in ("command", "ctx", "query", "repository", "options") else name


def _machine_names(scope: _Scope, index: int, files: Mapping[str, str]) -> MachineNames:
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


def _functions(module: Complete, report: Report) -> Mapping[tuple[str, str], str]:
    """The functions that the author writes, by part and type (or index)."""
    definition = module.definition
    wanted: dict[tuple[str, str], str] = {}
    for part in ("commands", "queries"):
        for message in getattr(definition, part):
            wanted[part, message.type] = function(local_type(message.type, module.id))
    for index, each in enumerate(definition.subscriptions):
        wanted["subscriptions", str(index)] = each.handler or function(f"on {each.event.rpartition('/')[2].replace('*', ' any ')}")
    for index, job in enumerate(definition.scheduled_jobs):
        wanted["scheduledJobs", str(index)] = job.handler or function(job.name)
    for index, worker in enumerate(definition.queue_workers):
        wanted["queueWorkers", str(index)] = worker.handler or function(worker.queue)
    holders: dict[str, tuple[str, str]] = {}
    for (part, key), name in wanted.items():
        loc: Loc = (part, int(key)) if key.isdecimal() else (part,)
        if name != function(name) and identifier(name, "handle") != name:
            report.error(module.loaded, (*loc, "handler"), "NAME-PYTHON", f'"{name}" is no name of a Python function', f'call it "{function(name)}"')
        first = holders.setdefault(name, (part, key))
        if first != (part, key):
            message = f'"{name}" would handle two things: {_told(first)} and {_told((part, key))}'
            report.error(module.loaded, loc, "NAME-TAKEN", message, 'give one of them another "handler", or another type')
    return wanted


def _told(holder: tuple[str, str]) -> str:
    part, key = holder
    return f"number {int(key) + 1} of {part}" if key.isdecimal() else f'"{key}"'


def _ids(scope: _Scope, module: Complete, modules: Mapping[str, Complete]) -> Mapping[str, str]:
    """The module's own ids, and those of other modules that its fields hold: `UserId`, or `IdentityUserId` where that is taken."""
    own = {f"{module.id}.{entity.name}": f"{module.classes[entity.name]}Id" for entity in module.definition.entities}
    found = dict(own)
    for qualified in sorted(references(module) - set(own)):
        home, _, name = qualified.rpartition(".")
        plain = f"{modules[home].classes[name]}Id"
        found[qualified] = scope.ours(plain if plain not in scope.holders else class_name(f"{home}.{plain}"))
    return found


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
