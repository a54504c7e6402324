"""What everything in a module is called in Python: entities and machines first, then its own messages, then what yields to them.

How a single name is spelt is `coregen.naming`'s, who may have it `name_scope.py`'s.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from coregen.naming import ENTITY, MESSAGE, attribute, class_name, distinct, entities_apart, file_name, function, identifier, snake_case
from coregen.resolve.brought import generated_types, local_type, machine_subject, references
from coregen.resolve.complete import Complete
from coregen.resolve.entity_names import contract_names, entity_names, machine_names
from coregen.resolve.name_scope import Scope, enum_names, json_fields, json_of_message, json_of_other
from coregen.resolve.name_values import ModuleNames, ShapeNames
from coregen.resolve.report import Report
from coregen_runtime.entity.fields import SYSTEM_FIELDS
from coregen_runtime.entity.schema import EntitySchema, FieldSchema
from coregen_runtime.module.definition import Shape
from coregen_runtime.queue.types import WorkerDefinition

if TYPE_CHECKING:
    from coregen.load import Loc


def module_names(module: Complete, modules: Mapping[str, Complete], report: Report) -> ModuleNames:
    """All names of one module; collisions are reported."""
    scope = Scope(module, report)
    definition = module.definition
    files = entities_apart((entity.name for entity in definition.entities), file_name, taken=("__init__",))
    first = [contract_names(scope, index, entity) for index, entity in enumerate(definition.entities)]
    machine_files = distinct((machine_subject(module, index) for index in range(len(definition.fsms))), file_name, taken=("__init__",))
    machines = {machine.id: machine_names(scope, index, machine_files) for index, machine in enumerate(definition.fsms)}
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
                enum_names(scope, name, own, loc),
                enum_names(scope, f"{name}{other}", other_shape, loc),
                json_of_message(scope, name, message.type, payload, own, loc),
                json_of_other(scope, carried, f"the {other.lower()} of {message.type}", other_shape, loc, as_class=part == "events"),
            )
    payloads = {each.queue: _job_names(scope, index, each) for index, each in enumerate(definition.queue_workers) if each.payload is not None}
    entities = {
        entity.name: entity_names(scope, index, entity, names, files[entity.name])
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


def _job_names(scope: Scope, index: int, worker: WorkerDefinition) -> ShapeNames:
    """The class of what the jobs of a queue carry: `MailsJob`."""
    loc: Loc = ("queueWorkers", index, "queue")
    name = scope.claim(
        class_name(f"{worker.queue}.job"), f'the jobs of the queue "{worker.queue}"', loc, class_name(f"{worker.queue}.job", "Payload")
    )
    json = json_fields(scope, name, f"a job of {worker.queue}", worker.payload, loc)
    return ShapeNames(name, "", "", {}, {}, enum_names(scope, name, worker.payload, loc), {}, json, {})


def _config(scope: Scope) -> Mapping[tuple[str, ...], str]:
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


def attributes(shape: Shape | None | Sequence[FieldSchema], reserved: frozenset[str]) -> Mapping[str, str]:
    """The attribute of each wire key."""
    if shape is None or isinstance(shape, str | Mapping):
        return {}
    return distinct((field.key for field in shape), lambda key: attribute(key, reserved), taken=reserved)


def _reserved(entity: EntitySchema) -> frozenset[str]:
    return ENTITY | {system.attribute for system in SYSTEM_FIELDS if system.switch is None or getattr(entity, system.switch)}


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


def _ids(scope: Scope, module: Complete, modules: Mapping[str, Complete]) -> Mapping[str, str]:
    """The module's own ids, and those of other modules that its fields hold: `UserId`, or `IdentityUserId` where that is taken."""
    own = {f"{module.id}.{entity.name}": f"{module.classes[entity.name]}Id" for entity in module.definition.entities}
    found = dict(own)
    for qualified in sorted(references(module) - set(own)):
        home, _, name = qualified.rpartition(".")
        plain = f"{modules[home].classes[name]}Id"
        found[qualified] = scope.ours(plain if plain not in scope.holders else class_name(f"{home}.{plain}"))
    return found
