"""A module as the walks see it: entities, fields and rows, the values that fit a field, and where they stand in the tables.

Fields and entities are told apart by numbers of their own, so that a rename is known as one whatever the migration makes of it.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from coregen_runtime.entity.schema import EntitySchema, FieldType
from coregen_runtime.primitives.numbers import MAX_INTEGER
from coregen_runtime.repository.table import layout_of

TYPES = [type.value for type in FieldType]
WORDS = ["", "a", "it's", 'say "no"', "  two  spaces ", "naïve ✓", "12", "-0.5", "1e3", "007", "true", "false", "line\nbreak", "50%", ":x $1 ? {c}"]
NUMBERS = [0, 1, -7, 0.1, 0.1 + 0.2, 1e-7, 2.5e-10, 123456.789, 2**53 - 1, -(2**53) + 1, 1e15 + 0.5, 1 / 3, 1234567890123456.5]
STATES = ["open", "done", "it's late", "12"]
BOUNDS: dict[str, list[tuple[dict[str, Any], ...]]] = {
    "string": [(), ({"maxLength": 3},), ({"maxLength": 40},), ({"minLength": 1}, {"maxLength": 12}), ({"pattern": "[0-9a-z]"},)],
    "number": [(), ({"min": -10},), ({"min": 0}, {"max": 10**6}), ({"integer": None},)],
    "money": [(), ({"min": 0},), ({"max": 500_000},), ({"min": 1000},)],
    "date": [(), ({"min": 1000},), ({"max": 2**50},)],
}
DOCUMENTS = ["text", 3, 0.25, True, False, {"a": [1, "it's", None]}, [], None]


@dataclass
class Field:
    number: int
    key: str
    type: str
    required: bool = False
    default: Any = None
    unique: bool = False
    indexed: bool = False
    former: str | None = None
    values: tuple[str, ...] = ("open", "done")
    renamed: dict[str, str] = field(default_factory=dict)
    validators: tuple[dict[str, Any], ...] = ()

    def data(self) -> dict[str, Any]:
        own: dict[str, Any] = {"key": self.key, "type": self.type, "required": self.required, "unique": self.unique, "indexed": self.indexed}
        if self.type in ("ref", "ref[]"):
            own["refEntity"] = "Thing"
        if self.type == "enum":
            own |= {"enumValues": list(self.values), "renamedValues": self.renamed or None}
        own["validators"] = ["integer" if "integer" in each else each for each in self.validators]
        return own | ({"default": self.default} if self.default is not None else {}) | ({"renamedFrom": self.former} if self.former else {})


@dataclass
class Thing:
    number: int
    name: str
    slug: str | None = None
    fields: list[Field] = field(default_factory=list)
    soft_delete: bool = True
    timestamps: bool = True
    versioned: bool = True
    former: str | None = None

    def schema(self) -> EntitySchema:
        own = {"softDelete": self.soft_delete, "timestamps": self.timestamps, "versioned": self.versioned, "slug": self.slug}
        pairs = [[self.fields[0].key, self.fields[-1].key]] if len(self.fields) > 3 and self.fields[-1].type != "ref[]" else []
        data = {"name": self.name, "namespace": "shop", "fields": [each.data() for each in self.fields], "renamedFrom": self.former, "indexes": pairs}
        return EntitySchema.model_validate(data | own)


@dataclass
class Row:
    organization: str
    id: str
    deleted: bool
    values: dict[int, Any]


@dataclass
class World:
    """Entities, and the rows of each by its number."""

    things: list[Thing] = field(default_factory=list)
    rows: dict[int, list[Row]] = field(default_factory=dict)
    count: int = 0

    def next(self) -> int:
        self.count += 1
        return self.count

    def schemas(self) -> list[EntitySchema]:
        return [thing.schema() for thing in self.things]


def fits(each: Field, value: Any) -> bool:
    """Whether a value is what the field asks for."""
    if value is None:
        return True
    if each.type == "enum" and value not in each.values:
        return False
    return all(_passes(value, *next(iter(asked.items()))) for asked in each.validators)


def _passes(value: Any, name: str, bound: Any) -> bool:
    amount = value["amount"] if isinstance(value, dict) and "amount" in value else value
    passes: dict[str, Callable[[], bool]] = {
        "maxLength": lambda: len(amount) <= bound,
        "minLength": lambda: len(amount) >= bound,
        "pattern": lambda: re.search(bound, amount) is not None,
        "max": lambda: amount <= bound,
        "min": lambda: amount >= bound,
        "integer": lambda: float(amount).is_integer(),
    }
    return passes[name]()


def value(of: Field, rng: random.Random) -> Any:
    """A value that fits a field, as a row holds it."""
    while True:
        drawn = _value(of, rng)
        if fits(of, drawn):
            return drawn


def _value(of: Field, rng: random.Random) -> Any:
    match of.type:
        case "string":
            return rng.choice(WORDS)
        case "number":
            return rng.choice([*NUMBERS, rng.randrange(1000), rng.uniform(-1e6, 1e6), rng.uniform(-1, 1) * 10 ** -rng.randrange(12)])
        case "boolean":
            return rng.random() < 0.5
        case "date":
            return rng.randrange(MAX_INTEGER)
        case "enum":
            return rng.choice(of.values)
        case "ref":
            return f"thing_{rng.randrange(100)}"
        case "ref[]":
            return [f"thing_{number}" for number in rng.sample(range(100), rng.choice([0, 1, 1, 2]))]
        case "money":
            return {"amount": rng.randrange(10**6), "currency": rng.choice(["EUR", "JPY"])}
        case "geo.point":
            return {"lat": 1.5, "lng": rng.randrange(90)}
        case "json":
            return rng.choice(DOCUMENTS)
    return {"type": "Polygon" if of.type == "geo.polygon" else "LineString", "coordinates": [[1, 2], [3, rng.randrange(9)]]}


def columns_of(thing: Thing, row: Row) -> tuple[dict[str, tuple[str, Any]], dict[str, list[str]]]:
    """A row by column, each with its storage, and its lists by link table."""
    layout = layout_of(thing.schema())
    found: dict[str, tuple[str, Any]] = {}
    lists: dict[str, list[str]] = {}
    for each in thing.fields:
        stored = layout.fields[each.key]
        value = row.values[each.number]
        if stored.link is not None:
            lists[stored.link.name] = value
        elif len(stored.columns) == 2:
            for column, part in zip(stored.columns, ("amount", "currency"), strict=True):
                found[column] = (layout.table.column(column).type, None if value is None else value[part])
        else:
            found[stored.columns[0]] = (layout.table.column(stored.columns[0]).type, value)
    return found, lists
