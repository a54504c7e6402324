"""What everything in a module is called, as values: what `names.py` finds out and whatever is generated reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from coregen.resolve.brought import Verb
from coregen.resolve.json_names import JsonNames


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
