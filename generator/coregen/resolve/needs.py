"""What the output of each module depends on, as one hash: whatever leaves it as it is leaves the module's files as they are.

A module reads its own definition, those of the modules that it refers to, whole and onwards from there, and of all others what they
are called and what they declare: a bare name or type means what nobody else has.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pydantic_core import to_json

from coregen.resolve.brought import references
from coregen.resolve.complete import Complete, complete
from coregen.resolve.report import Report
from coregen.resolve.wiring import declared_events
from coregen_runtime.primitives.functions import dotted_name

if TYPE_CHECKING:
    from coregen.load import LoadedModule


def needs(modules: Sequence[LoadedModule]) -> Mapping[str, str]:
    """By the id of each module, the hash; nothing where the definitions do not fit together."""
    done = complete(modules, Report())
    events = {module.id: declared_events(module) for module in done}
    surface = hashlib.sha256(to_json([_surface(module, events[module.id]) for module in done])).digest()
    own = {module.id: hashlib.sha256(to_json(module.definition, fallback=_named)).digest() for module in done}
    near = {module.id: _near(module, events) & own.keys() for module in done}
    return {id: hashlib.sha256(surface + b"".join(own[each] for each in sorted(_reached(id, near)))).hexdigest() for id in own}


def _surface(module: Complete, events: frozenset[str]) -> list[Any]:
    """What any module may ask of any other."""
    definition = module.definition
    folder = module.loaded.folder
    return [module.id, folder.package, folder.path.as_posix(), list(module.classes.items()), sorted(events), sorted(definition.rules)]


def _near(module: Complete, events: Mapping[str, frozenset[str]]) -> set[str]:
    """The modules that a module names, in whichever way."""
    definition = module.definition
    found = {module.id, *definition.depends_on}
    found |= {qualified.rpartition(".")[0] for qualified in references(module)}
    shapes = [shape for each in definition.commands for shape in (each.payload, each.result)]
    shapes += [shape for each in definition.queries for shape in (each.params, each.result)]
    shapes += [each.payload for each in definition.events]
    found |= {shape.rpartition(".")[0] for shape in shapes if isinstance(shape, str)}
    for each in definition.subscriptions:
        source, _, pattern = each.event.rpartition("/")
        found |= {source} if source else {id for id, types in events.items() if pattern in types}
    return found


def _reached(id: str, near: Mapping[str, set[str]]) -> set[str]:
    reached: set[str] = set()
    waiting = {id}
    while waiting:
        each = waiting.pop()
        reached.add(each)
        waiting |= near[each] - reached
    return reached


def _named(value: Any) -> str:
    """A function by its name; one that has none is refused by verify."""
    try:
        return dotted_name(value)
    except ValueError:
        return repr(type(value))
