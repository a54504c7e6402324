"""Real-time channels: whether the events that go there have what the channel's template asks of them (specification, section 10).

A placeholder is a path into the event as JSON; the runtime refuses to forward an event that has no plain value there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from coregen.diagnostics import did_you_mean, one_of
from coregen.naming import entity_stems
from coregen.verify.declared import Declared, Findings, Payload
from coregen.verify.modules import matches
from coregen_runtime.entity.fields import row
from coregen_runtime.entity.schema import FieldType

if TYPE_CHECKING:
    from coregen.load import Loc

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


def check_channels(findings: Findings, declared: Declared) -> None:
    """Every placeholder of a template leads to a plain value of the events that it is for."""
    definition = findings.module.definition
    templates: list[tuple[Loc, str, str, str]] = [
        (("channels", index, "channel"), *each.pattern.rpartition("/")[::2], each.channel) for index, each in enumerate(definition.channels)
    ]
    stems = entity_stems({entity.name: entity.slug for entity in definition.entities})
    templates += [
        (("entities", index, "rtChannel"), definition.id, f"{stems[entity.name]}.*", entity.rt_channel)
        for index, entity in enumerate(definition.entities)
        if entity.rt_channel is not None
    ]
    for loc, module, pattern, template in templates:
        _check(findings, declared, loc, module, pattern, template)


def _check(findings: Findings, declared: Declared, loc: Loc, module: str, pattern: str, template: str) -> None:
    if "{" in (rest := _PLACEHOLDER.sub("", template)) or "}" in rest:
        findings.add(loc, "CHANNEL-FIELD", f'the channel "{template}" has a brace without its other half', "write a placeholder as {orgId}")
        return
    plain = _keys_of_events()
    for placeholder in dict.fromkeys(_PLACEHOLDER.findall(template)):
        first, *way = placeholder.split(".")
        if first not in plain:
            told = f'an event has no "{first}" (the channel "{template}")'
            findings.add(loc, "CHANNEL-FIELD", told, did_you_mean(first, plain, one_of(plain)))
        elif first in ("payload", "metadata") and not way or first not in ("payload", "metadata") and way:
            told = f'"{placeholder}" of an event is no plain value (the channel "{template}")'
            findings.add(loc, "CHANNEL-FIELD", told, f'name what is in it, such as "{first}.id"' if not way else f'write "{first}"')
        elif first == "payload" and declared.complete:
            _in_payloads(findings, declared, loc, module, pattern, template, way)


def _keys_of_events() -> list[str]:
    from coregen_runtime.event.types import DomainEvent
    from coregen_runtime.primitives.model import wire_names

    return list(wire_names(DomainEvent).values())


def _in_payloads(findings: Findings, declared: Declared, loc: Loc, module: str, pattern: str, template: str, way: Sequence[str]) -> None:
    """Whether the payloads of the events that match have a plain value at `way`; an event whose payload nobody declares may have it."""
    heard = {
        f"{source}/{type}": payload
        for source, events in declared.payloads.items()
        if not module or source == module
        for type, payload in events.items()
        if matches(pattern, type)
    }
    lacking = sorted(type for type, payload in heard.items() if not _leads(payload, way))
    path = ".".join(("payload", *way))
    if heard and len(lacking) == len(heard):
        known = sorted({key for payload in heard.values() for key in payload})
        told = f'no event of "{pattern}" has "{path}" (the channel "{template}")'
        there = "a placeholder leads to a text or a number: name one that is, or a part of this one such as price.amount"
        findings.add(loc, "CHANNEL-FIELD", told, there if way[0] in known else did_you_mean(way[0], known, one_of(known)))
    elif lacking:
        told = f'"{path}" is not in {", ".join(lacking)}, which the channel "{template}" will not get'
        findings.warn(loc, "CHANNEL-FIELD", told, "forward the events that have it, by a pattern of their own, or take the placeholder out")


def _leads(payload: Payload, way: Sequence[str]) -> bool:
    held = payload.get(way[0])
    if isinstance(held, Mapping):
        return len(way) > 1 and _leads(held, way[1:])
    if held is None or held.type is FieldType.JSON:
        return held is not None
    parts = row(held).parts
    return way[1] in parts if parts and len(way) == 2 else len(way) == 1 and not parts and bool(row(held).columns)
