"""The commands, queries and events of a definition, and what its jobs carry, as IR: what stands in `messages.py`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from coregen.ir import Declaration, EnumIR, MessagesIR, ModelIR
from coregen.printing import Expr, Name, Pair, Subscript, imported, string
from coregen.resolve.complete import Complete
from coregen.resolve.fields import Types, enum_ir, model_field, runtime, typing
from coregen.resolve.json_names import JsonNames
from coregen.resolve.name_values import EnumNames, ModuleNames, ShapeNames
from coregen_runtime.entity.schema import FieldSchema, FieldType
from coregen_runtime.module.definition import Shape
from coregen_runtime.repository.table import stem


@dataclass
class _File:
    """What messages.py is made of, while it is made."""

    enums: list[EnumIR] = field(default_factory=list)
    models: list[ModelIR] = field(default_factory=list)
    used: list[Name] = field(default_factory=list)
    results: list[Name] = field(default_factory=list)


@dataclass(frozen=True)
class Entities:
    """Where the classes of any entity of the project are: the names of each module, and the import name of its package."""

    names: Mapping[str, ModuleNames]
    packages: Mapping[str, str]

    def file(self, qualified: str, home: str, folder: str = "entities") -> str:
        """The file of an entity in a folder of `generated/`, as `generated/messages.py` or `generated/wiring.py` of `home` imports it."""
        module, _, entity = qualified.rpartition(".")
        local = f"{folder}.{self.names[module].entities[entity].file}"
        if module == home:
            return f".{local}"
        return relative(f"{self.packages[module]}.generated.{local}", f"{self.packages[home]}.generated.messages")


def relative(package: str, here: str) -> str:
    """How the module `here` imports `package`: relatively where both stand under one top package, so that no import sorter has to know it."""
    target, own = package.split("."), here.split(".")[:-1]
    shared = 0
    while shared < min(len(target), len(own)) and target[shared] == own[shared]:
        shared += 1
    return "." * (len(own) - shared + 1) + ".".join(target[shared:]) if shared else package


def messages_ir(module: Complete, entities: Entities) -> MessagesIR:
    """Everything that the definition of one module declares."""
    file = _File()
    all_names = entities.names[module.id]
    for command in module.definition.commands:
        if command.type in all_names.commands:
            _message(
                module,
                entities,
                file,
                "CommandMessage",
                command.type,
                command.payload,
                command.result,
                command.description,
                all_names.commands[command.type],
            )
    for query in module.definition.queries:
        if query.type in all_names.queries:
            _message(module, entities, file, "QueryMessage", query.type, query.params, query.result, query.description, all_names.queries[query.type])
    for event in module.definition.events:
        if event.type in all_names.events:
            _event(module, entities, file, event.type, event.payload, event.description, all_names.events[event.type])
    for worker in module.definition.queue_workers:
        if worker.payload is not None:
            job = all_names.payloads[worker.queue]
            _enums(file, worker.payload, job.enums, f"a job of {worker.queue}")
            fields = _fields(file, worker.payload, job.attributes, _types(all_names, job.enums, job.json), given=True)
            file.models.append(ModelIR(job.name, (runtime("Model"),), f"What a job of the queue {worker.queue} carries", fields))
            file.used.append(runtime("Model"))
    used = [Name("annotations", "__future__"), *file.used]
    if file.enums:
        used += [Name("StrEnum", "enum"), *(typing(name) for name in ("TYPE_CHECKING", "Literal", "TypeAlias"))]
    if file.results:
        used.append(typing("TYPE_CHECKING"))
    taken = {(name.text, name.module) for name in file.used}
    results = [name for name in file.results if (name.text, name.module) not in taken]
    return MessagesIR(tuple(used), tuple(results), tuple(file.enums), tuple(file.models))


def result_type(result: Shape | None, own: ShapeNames, entities: Entities, home: str, local: str = "") -> Name:
    """What a handler returns: the model of a result, an entity, or None."""
    if result is None:
        return Name("None")
    if isinstance(result, str):
        module, _, entity = result.rpartition(".")
        return Name(entities.names[module].entities[entity].name, entities.file(result, home))
    return json_type(own.other_json[""]) if isinstance(result, Mapping) else Name(own.other, local)


def json_type(names: JsonNames) -> Name:
    """The class or alias of a JSON Schema, as a file of `generated/` imports it."""
    return Name(names.name, f".json_types.{names.file}")


def _message(
    module: Complete,
    entities: Entities,
    file: _File,
    kind: str,
    type: str,
    payload: Shape,
    result: Shape | None,
    description: str | None,
    own: ShapeNames,
) -> None:
    returned = result_type(result, own, entities, module.id)
    if own.other and result is not None and not isinstance(result, str | Mapping):
        types = _types(entities.names[module.id], own.other_enums, own.other_json)
        _enums(file, result, own.other_enums, f"the result of {type}")
        fields = _fields(file, result, own.other_attributes, types)
        file.models.append(ModelIR(own.other, (runtime("Model"),), f"What {type} gives back", fields))
    elif result is not None:
        (file.used if _own(returned) else file.results).append(returned)
    base, fields = _payload(module, entities, file, payload, own, type, "create")
    file.used += [runtime(kind), *([runtime("Model")] if base == runtime("Model") or returned == Name(own.other) else [])]
    doc = description or f"{type}"
    file.models.append(ModelIR(own.name, (base, Subscript(runtime(kind), (returned,)), Pair(Name("type"), string(type))), doc, fields))


def _event(module: Complete, entities: Entities, file: _File, type: str, payload: Shape, description: str | None, own: ShapeNames) -> None:
    if isinstance(payload, str):
        home, _, entity = payload.rpartition(".")
        body = Name(entities.names[home].entities[entity].snapshot, entities.file(payload, module.id, "events"))
        file.used.append(body)
    elif isinstance(payload, Mapping):
        body = json_type(own.other_json[""])
        file.used.append(body)
    else:
        body = Name(own.other)
        _enums(file, payload, own.other_enums, f"the payload of {type}")
        fields = _fields(file, payload, own.other_attributes, _types(entities.names[module.id], own.other_enums, own.other_json))
        file.models.append(ModelIR(body.text, (runtime("Model"),), f"What {type} carries", fields))
        file.used.append(runtime("Model"))
    subject = type.partition(".")[0]
    aggregate = next((schema.name for schema in module.definition.entities if stem(schema) == subject), "")
    keywords = {"type": type, "source": module.id, **({"aggregate": aggregate} if aggregate else {})}
    bases: tuple[Expr, ...] = (Subscript(runtime("DomainEvent"), (body,)), *(Pair(Name(key), string(value)) for key, value in keywords.items()))
    file.used.append(runtime("DomainEvent"))
    file.models.append(ModelIR(own.name, bases, description or f"{type}", (Declaration("payload", body),)))


def _payload(
    module: Complete, entities: Entities, file: _File, payload: Shape, own: ShapeNames, type: str, mode: str
) -> tuple[Name, tuple[Declaration, ...]]:
    """The base of a message and its own fields: an entity's name means what a new one is made from, a JSON Schema is a class of its own."""
    if isinstance(payload, str):
        home, _, entity = payload.rpartition(".")
        base = Name(entities.names[home].entities[entity].create, entities.file(payload, module.id, "operations"))
        file.used.append(base)
        return base, ()
    if isinstance(payload, Mapping):
        base = json_type(own.json[""])
        file.used.append(base)
        return base, ()
    _enums(file, payload, own.enums, type)
    return runtime("Model"), _fields(file, payload, own.attributes, _types(entities.names[module.id], own.enums, own.json), given=True)


def _types(all_names: ModuleNames, enums: Mapping[str, EnumNames], json: Mapping[str, JsonNames]) -> Types:
    return Types(enums, json, all_names, ".ids")


def _fields(
    file: _File, shape: Sequence[FieldSchema], attributes: Mapping[str, str], types: Types, *, given: bool = False
) -> tuple[Declaration, ...]:
    found = tuple(model_field(each, attributes[each.key], types, given=given) for each in shape)
    file.used += imported(*(part for each in found for part in (each.annotation, each.value)))
    return found


def _enums(file: _File, shape: Sequence[FieldSchema], enums: Mapping[str, EnumNames], owner: str) -> None:
    file.enums += [enum_ir(each, enums[each.key], owner) for each in shape if each.type is FieldType.ENUM]


def _own(name: Name) -> bool:
    """Whether a name is the module's own: importing it cannot come back to here."""
    return name.module.startswith(".") and not name.module.startswith("..")
