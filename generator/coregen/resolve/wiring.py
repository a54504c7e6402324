"""What holds a module together as IR: handlers, wiring, manifest, exports and the first test."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from coregen.ir import BootTestIR, CodeIR, ConfigIR, EntityIR, ExportsIR, HandlerIR, HandlersIR, IdsIR, JsonTypesIR, MachineIR, MessagesIR, WiringIR
from coregen.naming import distinct, function
from coregen.printing import Call, Expr, Items, Name, Pair, Subscript, call, export_key, imported, string
from coregen.resolve.applied import migration_files
from coregen.resolve.brought import COMMANDS, QUERIES, generated_types
from coregen.resolve.complete import Complete
from coregen.resolve.definitions import code, expression
from coregen.resolve.fields import runtime
from coregen.resolve.messages import Entities, relative, result_type
from coregen.resolve.name_values import MessageNames, ModuleNames, ShapeNames
from coregen.resolve.spelling import Spelling, rewritten
from coregen_runtime.module.abi import ABI
from coregen_runtime.module.definition import Shape
from coregen_runtime.module.types import ModuleManifest
from coregen_runtime.primitives.functions import dotted_name
from coregen_runtime.repository.table import stem
from coregen_runtime.state.types import Emit


@dataclass(frozen=True)
class Handled:
    """A function that the author writes, and how it is registered: the argument of `build_module` and the expression in it."""

    ir: HandlerIR
    argument: str
    registered: Expr


def handled(module: Complete, entities: Entities, modules: Mapping[str, Complete]) -> tuple[Handled, ...]:
    """Everything that handlers.py has to hold, in the order of the definition: commands, queries, subscriptions, jobs, workers."""
    definition, all_names = module.definition, entities.names[module.id]
    found: list[Handled] = []
    brought = generated_types(module)
    for command in definition.commands:
        found.append(
            _brought(module, entities, brought[command.type], command.type)
            if command.type in brought
            else _message(
                "command",
                command.type,
                command.description,
                all_names.commands[command.type],
                _result(command.result, all_names.commands[command.type], entities, module.id),
            )
        )
    for query in definition.queries:
        found.append(
            _brought(module, entities, brought[query.type], query.type)
            if query.type in brought
            else _message(
                "query",
                query.type,
                query.description,
                all_names.queries[query.type],
                _result(query.result, all_names.queries[query.type], entities, module.id),
            )
        )
    for each, name in zip(definition.subscriptions, all_names.subscriptions, strict=True):
        found.append(_subscription(module, entities, modules, each.event, name))
    cron_job = Subscript(runtime("Job"), (Name("None"),))
    for job, name in zip(definition.scheduled_jobs, all_names.jobs, strict=True):
        ir = HandlerIR(name, "job", f"{module.id}.{name}", f"The job {job.name}, at {job.cron}", "job", cron_job, Name("None"))
        found.append(Handled(ir, "jobs", Pair(string(job.name), Name(f"handlers.{name}"))))
    for worker, name in zip(definition.queue_workers, all_names.workers, strict=True):
        typed = all_names.payloads.get(worker.queue)
        payload = Name(typed.name, ".messages") if typed else Name("Any", "typing")
        handler = Name(f"handlers.{name}")
        ir = HandlerIR(
            name, "worker", f"{module.id}.{name}", f"A job of the queue {worker.queue}", "job", Subscript(runtime("Job"), (payload,)), Name("None")
        )
        found.append(Handled(ir, "workers", Pair(string(worker.queue), call(runtime("worker"), payload, handler) if typed else handler)))
    return tuple(found)


def wiring_ir(module: Complete, own: ModuleNames, mine: tuple[Handled, ...]) -> WiringIR:
    """Everything that `wire` hands to the runtime. What the author handles is not registered twice."""
    taken = {each.ir.label for each in mine}
    arguments: dict[str, list[Expr]] = {
        "commands": [],
        "queries": [],
        "subscriptions": [],
        "machines": [],
        "repositories": [],
        "jobs": [],
        "workers": [],
        "upcasters": [],
    }

    def register(kind: str, message: MessageNames, home: str, operations: str) -> None:
        if message.type not in taken:
            wired = call(runtime(kind), Name(message.name, home), Name(message.function, operations))
            arguments["commands" if kind == "command" else "queries"].append(wired)

    for _, entity in sorted(own.entities.items()):
        for verb, message in entity.messages.items():
            register("command" if verb in COMMANDS else "query", message, f".operations.{entity.file}", f".operations.{entity.file}")
        arguments["repositories"].append(Name(entity.repository, f".repositories.{entity.file}"))
    for machine in sorted(own.machines.values(), key=lambda each: each.machine):
        home = f".machines.{machine.file}"
        register("command", machine.transition, home, home)
        register("query", machine.options, home, home)
        arguments["machines"].append(Name(machine.machine, home))
    for each in mine:
        arguments[each.argument].append(each.registered)
    for event in module.definition.events:
        if event.upcasters:
            arguments["upcasters"].append(Pair(string(event.type), Items(tuple(string(dotted_name(each)) for each in event.upcasters))))
    given: list[tuple[str, Expr]] = [("abi", Name(str(ABI))), ("manifest", Name("manifest", ".manifest")), ("schemas", Name("schemas", ".manifest"))]
    if module.definition.rules:
        given.append(("rules", Name("rules", ".manifest")))
    given += [(key, Items(tuple(items), "{}" if key in ("jobs", "workers", "upcasters") else "[]")) for key, items in arguments.items() if items]
    in_code = imported(*(value for _, value in given))
    in_types = imported(*(part for each in mine for part in (each.ir.type, each.ir.result)))
    local = [name for name in (*in_code, *in_types) if _is_local(name)]
    local += [Name("annotations", "__future__"), Name("Protocol", "typing"), runtime("AppModule"), runtime("build_module")]
    foreign = [name for name in (*in_code, *in_types) if not _is_local(name)]
    local += [runtime("SystemContext")] if mine else []
    local += [Name("TYPE_CHECKING", "typing")] if foreign else []
    deferred = tuple(name for name in in_code if not _is_local(name))
    return WiringIR(tuple(local), tuple(foreign), deferred, tuple(each.ir for each in mine), tuple(given))


def handlers_ir(module: Complete, mine: tuple[Handled, ...]) -> HandlersIR:
    """handlers.py: the generated names come from the files that hold them, other modules' from their packages."""
    used = [Name("annotations", "__future__")]
    if mine:
        used.append(runtime("SystemContext"))
    handlers = tuple(rewritten(each.ir, lambda name: _for_handlers(name, module)) for each in mine)
    for each in handlers:
        used += imported(each.type, each.result)
    return HandlersIR(tuple(used), handlers)


def manifest_ir(module: Complete, schemas: tuple[EntityIR, ...]) -> CodeIR:
    """What the module declares; entities, messages and machines are added to it when it is wired."""
    definition = module.definition
    from_files = bool(definition.entities or migration_files(module.loaded.folder.path))
    manifest = ModuleManifest(
        id=definition.id,
        version=definition.version,
        depends_on=definition.depends_on,
        id_prefixes={**{each.name: each.id_prefix for each in definition.entities if each.id_prefix}, **definition.id_prefixes},
        events=_events(module),
        channels=definition.channels,
        scheduled_jobs=definition.scheduled_jobs,
        queue_workers=definition.queue_workers,
        default_config=definition.default_config,
        migrations=() if from_files else definition.migrations,
    )
    written = expression(manifest)
    assert isinstance(written, Call)
    if from_files:
        inline = {"inline": expression(definition.migrations)} if definition.migrations else {}
        migrations = call(runtime("load_migrations"), string(f"{module.loaded.folder.package}.migrations"), **inline)
        written = Call(written.function, (*written.arguments, Pair(Name("migrations"), migrations)))
    used = [Name("annotations", "__future__"), runtime("EntitySchema"), runtime("ModuleManifest"), *imported(written)]
    used += [Name(each.schema.name, f".schemas.{each.file}") for each in schemas]
    used.append(Name("Sequence", "collections.abc"))
    return CodeIR("manifest", tuple(used), written)


def rules_ir(module: Complete) -> CodeIR:
    """The named rules."""
    rules = code("rules", "RuleExpr", dict(module.definition.rules))
    return CodeIR("rules", (*rules.imports, Name("Mapping", "collections.abc")) if module.definition.rules else (), rules.value)


def exports_ir(
    spelling: Spelling,
    entities: tuple[EntityIR, ...],
    machines: tuple[MachineIR, ...],
    ids: IdsIR,
    messages: MessagesIR,
    config: ConfigIR | None,
    json_types: tuple[JsonTypesIR, ...],
) -> ExportsIR:
    """Every public name, and the file it is in."""
    files: dict[str, str] = {name: "ids" for name, _ in ids.own}
    for entity in entities:
        own = {
            "entities": [entity.name, *(each.name for each in entity.enums)],
            "repositories": [
                entity.repository.name,
                entity.repository.filter.name,
                *([entity.repository.included.name] if entity.repository.included else []),
            ],
            "operations": [model.name for model in entity.operations.models],
            "events": [model.name for model in entity.events.models],
        }
        files |= {name: f"{folder}.{entity.file}" for folder, names in own.items() for name in names}
    for machine in machines:
        held = [machine.name, machine.events.name, *(model.name for model in machine.messages)]
        held += [machine.state] if machine.state != machine.state_enum else []
        files |= dict.fromkeys(held, f"machines.{machine.file}")
    files |= dict.fromkeys([model.name for model in messages.models] + [each.name for each in messages.enums], "messages")
    for typed in json_types:
        files |= dict.fromkeys(typed.names, f"json_types.{typed.file}")
    if config is not None:
        files |= dict.fromkeys([*(name for name, _, _ in config.models), config.function], "config")
    ordered = sorted(files, key=export_key)
    imports = tuple(Name(name, f".{files[name]}") for name in ordered)
    library = (Name("Callable", "collections.abc"), Name("import_module", "importlib"), Name("TYPE_CHECKING", "typing"))
    used = (*map(spelling.name, library), *spelling.builtin("AttributeError"))
    return ExportsIR(tuple(ordered), tuple((name, files[name]) for name in ordered), imports, used)


def test_ir(module: Complete, entities: tuple[EntityIR, ...], modules: Mapping[str, Complete]) -> BootTestIR:
    """The first test: the module boots with those it depends on, and each of its entities can be listed."""
    needed: list[str] = []

    def need(id: str) -> None:
        for other in modules[id].definition.depends_on:
            need(other)
        if id not in needed:
            needed.append(id)

    need(module.id)
    package = module.loaded.folder.package
    aliases = distinct(needed, lambda id: "module" if id == module.id else f"{function(id)}_module")
    imports = [Name("App", "coregen_adapters.app"), Name("module", "..")]
    imports += [Name(aliases[id], relative(modules[id].loaded.folder.package, f"{package}.tests.test"), "module") for id in needed if id != module.id]
    imports += [Name(entity.operations.list_message, "..") for entity in entities]
    return BootTestIR(tuple(imports), tuple(aliases[id] for id in needed), tuple(entity.operations.list_message for entity in entities))


def _result(result: Shape | None, own: ShapeNames, entities: Entities, home: str) -> Name:
    return result_type(result, own, entities, home, ".messages")


def _message(kind: str, type: str, description: str | None, own: ShapeNames, result: Name) -> Handled:
    ir = HandlerIR(own.function, kind, type, description or type, kind, Name(own.name, ".messages"), result)
    registered = call(runtime(kind), Name(own.name, ".messages"), Name(f"handlers.{own.function}"))
    return Handled(ir, "commands" if kind == "command" else "queries", registered)


def _brought(module: Complete, entities: Entities, brought: tuple[str, str], type: str) -> Handled:
    """A message that an entity or a machine brings, and that the author handles."""
    subject, verb = brought
    own = entities.names[module.id]
    if verb in ("transition", "options"):
        machine = own.machines[subject]
        entity_name = next(each.entity_type for each in module.definition.fsms if each.id == subject)
        message, home = (machine.transition if verb == "transition" else machine.options), f".machines.{machine.file}"
        entity = own.entities[entity_name]
    else:
        entity = own.entities[subject]
        message, home = entity.messages[verb], f".operations.{entity.file}"  # type: ignore[index]  # generated_types gives verbs
    whole = Name(entity.name, f".entities.{entity.file}")
    included = (Name(entity.included, f".repositories.{entity.file}"),) if entity.included else ()
    results: Mapping[str, Expr] = {
        "delete": Name("None"),
        "list": Subscript(runtime("PaginatedResult"), (whole, *included)),
        "including": Subscript(runtime("IncludedResult"), (whole, *included)),
        "options": (
            Subscript(runtime("TransitionOptions"), (Name(own.machines[subject].state, home), Name(own.machines[subject].event, home)))
            if verb == "options"
            else Name("None")
        ),
    }
    kind = "query" if verb in (*QUERIES, "options") else "command"
    ir = HandlerIR(message.function, kind, type, type, kind, Name(message.name, home), results.get(verb, whole))
    registered = call(runtime(kind), Name(message.name, home), Name(f"handlers.{message.function}"))
    return Handled(ir, "commands" if kind == "command" else "queries", registered)


def _subscription(module: Complete, entities: Entities, modules: Mapping[str, Complete], event: str, name: str) -> Handled:
    source, _, pattern = event.rpartition("/")
    typed = _event_class(module, entities, modules, source, pattern)
    keywords: dict[str, Expr] = {"name": string(f"{module.id}.{name}")}
    if typed is not None:
        keywords["event"] = typed
    if source or typed is not None:
        keywords["source"] = string(source or _owner(module, modules, pattern))
    plain = Subscript(runtime("DomainEvent"), (Name("Any", "typing"),))
    ir = HandlerIR(name, "subscription", f"{module.id}.{name}", f"Hears {event}", "event", typed or plain, Name("None"))
    return Handled(ir, "subscriptions", call(runtime("subscription"), string(pattern), Name(f"handlers.{name}"), **keywords))


def _owner(module: Complete, modules: Mapping[str, Complete], type: str) -> str:
    """The one module that declares or brings an event of this type; the own one first, "" where there is none or more than one."""
    if type in declared_events(module):
        return module.id
    owners = [id for id, other in modules.items() if type in declared_events(other)]
    return owners[0] if len(owners) == 1 else ""


def _event_class(module: Complete, entities: Entities, modules: Mapping[str, Complete], source: str, type: str) -> Name | None:
    """The class of an event, if exactly one module has it."""
    home = source or _owner(module, modules, type)
    if home not in modules:
        return None
    here = f"{entities.packages[module.id]}.generated.wiring"
    prefix = ".messages" if home == module.id else relative(f"{entities.packages[home]}.generated.messages", here)
    own = entities.names[home]
    if type in own.events:
        return Name(own.events[type].name, prefix)
    for schema in modules[home].definition.entities:
        for name, event in own.entities[schema.name].events.values():
            if event == type:
                return Name(name, entities.file(schema.qualified_name, module.id, "events"))
    return None


def declared_events(module: Complete) -> frozenset[str]:
    """The types of all events that have a class in a module."""
    verbs = ("created", "updated", "deleted", "restored")
    return frozenset(event.type for event in module.definition.events) | {
        f"{stem(schema)}.{verb}" for schema in module.definition.entities for verb in verbs if verb != "restored" or schema.soft_delete
    }


def _events(module: Complete) -> tuple[str, ...]:
    """Every type that the module emits: its entities', its declared ones, and what its machines emit."""
    found = {f"{stem(schema)}.erased" for schema in module.definition.entities} | declared_events(module)
    for machine in module.definition.fsms:
        for state in machine.states.values():
            actions = [*state.entry, *state.exit, *(action for several in state.on.values() for one in several for action in one.actions)]
            found |= {action.event for action in actions if isinstance(action, Emit)}
    return tuple(sorted(found))


def _is_local(name: Name) -> bool:
    """Whether the name is the runtime's, the standard library's or the module's own; other modules' are imported late, they may import this one."""
    return (name.module.startswith(".") and not name.module.startswith("..")) or name.module.partition(".")[0] in (
        "coregen_runtime",
        "typing",
        "collections",
    )


def _for_handlers(name: Name, module: Complete) -> Name:
    """A name as handlers.py, one folder above, imports it; another module's comes from its package."""
    if not name.module or name.module.partition(".")[0] in ("coregen_runtime", "typing"):
        return name
    package = f"{module.loaded.folder.package}.generated"
    target = absolute(name.module, package)
    if target.startswith(f"{package}."):
        return Name(name.text, f".generated.{target.removeprefix(package)[1:]}")
    return Name(name.text, relative(target.partition(".generated.")[0], f"{module.loaded.folder.package}.handlers"))


def absolute(module: str, package: str) -> str:
    """What a relative import in `package` means."""
    dots = len(module) - len(module.lstrip("."))
    return ".".join([*package.split(".")[: len(package.split(".")) - dots + 1], module.lstrip(".")]) if dots else module
