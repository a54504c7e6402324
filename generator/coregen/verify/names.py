"""Names that may stand once only, and those that coregen keeps for itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from coregen.diagnostics import did_you_mean, one_of
from coregen.verify.declared import Findings, shapes, system_keys

if TYPE_CHECKING:
    from coregen.load import Loc


def check_duplicates(all_findings: Sequence[Findings]) -> None:
    """Ids of modules and machines and types of messages: once in the project. The second one is reported."""
    modules: dict[str, str] = {}
    machines: dict[str, str] = {}
    messages: dict[str, str] = {}
    for findings in all_findings:
        definition, package = findings.module.definition, findings.module.folder.package
        if definition.id in modules:
            findings.add(("id",), "DUPLICATE", f'the module id "{definition.id}" is taken by {modules[definition.id]}', "give one of them another id")
        modules.setdefault(definition.id, package)
        for index, machine in enumerate(definition.fsms):
            if machine.id in machines:
                message = f'the machine id "{machine.id}" is taken by a machine of {machines[machine.id]}'
                findings.add(("fsms", index, "id"), "DUPLICATE", message, "give one of them another id")
            machines.setdefault(machine.id, definition.id)
        types: list[tuple[str, int, str]] = [("commands", index, each.type) for index, each in enumerate(definition.commands)]
        types += [("queries", index, each.type) for index, each in enumerate(definition.queries)]
        for kind, index, type in types:
            if type in messages:
                message = f'the message type "{type}" is taken by one of the {messages[type]}'
                findings.add((kind, index, "type"), "DUPLICATE", message, "give one of them another type")
            messages.setdefault(type, f"{kind} of {definition.id}")


def check_prefixes(all_findings: Sequence[Findings]) -> None:
    """An id prefix used twice is an error within a module and a warning between two (semantics 37)."""
    taken: dict[str, tuple[str, str]] = {}
    for findings in all_findings:
        definition = findings.module.definition
        entities = [entity.name for entity in definition.entities]
        given: list[tuple[Loc, str, str]] = [
            (("entities", index, "idPrefix"), entity.name, entity.id_prefix)
            for index, entity in enumerate(definition.entities)
            if entity.id_prefix is not None
        ]
        given += [(("idPrefixes", name), name, prefix) for name, prefix in definition.id_prefixes.items() if name in entities]
        for name in definition.id_prefixes:
            if name not in entities:
                message = f'{findings.written("idPrefixes")} gives a prefix to "{name}", which is no entity of {definition.id}'
                findings.add(("idPrefixes", name), "ID-PREFIX", message, did_you_mean(name, entities, one_of(entities)), key=True)
        for loc, name, prefix in given:
            module, other = taken.setdefault(prefix, (definition.id, name))
            if (module, other) == (definition.id, name):
                continue
            message = f'the id prefix "{prefix}" of {name} is taken by {other}' + ("" if module == definition.id else f" of {module}")
            findings.add(loc, "ID-PREFIX", message, "give one of them another prefix", "error" if module == definition.id else "warning")


def check_names(findings: Findings) -> None:
    """Within one module: entities, fields, events, jobs, workers, subscriptions."""
    definition = findings.module.definition
    _once(findings, "entity", "of the module", ((("entities", i, "name"), each.name) for i, each in enumerate(definition.entities)))
    _once(findings, "event", "of the module", ((("events", i, "type"), each.type) for i, each in enumerate(definition.events)))
    _once(findings, "job", "of the module", ((("scheduledJobs", i, "name"), each.name) for i, each in enumerate(definition.scheduled_jobs)))
    _once(findings, "worker", "of the module", ((("queueWorkers", i, "queue"), each.queue) for i, each in enumerate(definition.queue_workers)))
    for loc, owner, fields in shapes(definition):
        _once(findings, "field", f"of {owner}", (((*loc, i, "key"), each.key) for i, each in enumerate(fields)))
    for index, entity in enumerate(definition.entities):
        if entity.namespace not in ("", definition.id):
            message = f'the namespace of {entity.name} is "{entity.namespace}", and its module is "{definition.id}"'
            findings.add(("entities", index, "namespace"), "NAMESPACE", message, "remove it: the namespace is the module's id")
        for number, field in enumerate(entity.fields):
            if field.key in system_keys(entity):
                message, help = _reserved(findings, field.key)
                findings.add(("entities", index, "fields", number, "key"), "FIELD-RESERVED", message, help)


def _reserved(findings: Findings, key: str) -> tuple[str, str]:
    """What is wrong with a field that Core has already, and what helps."""
    if key in ("id", "organizationId", "meta"):
        return f'"{key}" is a field that every entity has', "remove it, coregen supplies it"
    switch = findings.written({"deletedAt": "softDelete", "version": "versioned"}.get(key, "timestamps"))
    return f'"{key}" is a field that {switch} gives', f"remove it, coregen supplies it; with {switch}: false the name is yours"


def _once(findings: Findings, noun: str, where: str, names: Iterable[tuple[Loc, str]]) -> None:
    seen: dict[str, Loc] = {}
    for loc, name in names:
        if name in seen:
            first = findings.module.positions.at(seen[name])
            findings.add(
                loc, "DUPLICATE", f'there are two {_plural(noun)} "{name}" {where}, the first in line {first.line}', "rename or remove one of them"
            )
        seen.setdefault(name, loc)


def _plural(noun: str) -> str:
    return {"entity": "entities"}.get(noun, f"{noun}s")
