"""A module whose entities change at random, its rows, and what each row must be after a migration: worked out in Python, without SQL.

Fields and entities are told apart by numbers of their own, so that a rename is known as one whatever the migration makes of it.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from coregen_runtime.entity.fields import FIELD_TYPES
from coregen_runtime.entity.schema import EntitySchema, FieldType
from coregen_runtime.primitives.numbers import MAX_INTEGER
from coregen_runtime.primitives.words import snake_case
from coregen_runtime.repository.table import layout_of

KEYS = "fooBar foo_bar FooBar name select order sku colour weightInKg größe total a b placedOn group user limit naïve x2 from json_data lastSeenAt value key".split()
NAMES = ["Product", "Order", "Select", "OrderItem", "Größe", "User", "Group", "A", "VeryLongNameOfAnEntityThatGoesOnAndOnAndOnUntilItIsTooLongForIt"]
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


class Stop(Exception):
    """The migration must fail: a value does not fit, or two are the same where they may not be."""


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


def changed(world: World, rng: random.Random) -> World:
    """The world after one to three changes of its definition that it tells; its rows are yet those from before."""
    while True:
        new = _changed(world, rng)
        if all(_told(old, thing) for old in world.things for thing in new.things if thing.number == old.number) and _told_names(world, new):
            return new


def _told(old: Thing, new: Thing) -> bool:
    """Whether the definition tells what happened: fields that went round anew say it anew, and no key follows one that goes to the same column."""
    before = {each.number: each for each in old.fields}
    said = {each.key: each.former for each in old.fields}
    moved = [each for each in new.fields if each.number in before and before[each.number].key != each.key]
    kept = {each.number for each in new.fields}
    gone = {snake_case(each.key) for each in old.fields if each.number not in kept}
    follow = [each for each in new.fields if each.number not in before and snake_case(each.key) in gone]
    return not follow and all(said.get(each.key, "") != each.former for each in moved)


def _told_names(old: World, new: World) -> bool:
    said = {thing.name: thing.former for thing in old.things}
    before = {thing.number: thing.name for thing in old.things}
    return all(said.get(thing.name, "") != thing.former for thing in new.things if before.get(thing.number, thing.name) != thing.name)


def _changed(world: World, rng: random.Random) -> World:
    new = deepcopy(world)
    for thing in new.things:
        for each in thing.fields:
            each.former = each.former if rng.random() < 0.5 else None
        thing.former = thing.former if rng.random() < 0.5 else None
    for _ in range(rng.choice([1, 1, 1, 2, 3])):
        _change(world, new, rng)
    before = {thing.number: thing for thing in world.things}
    for thing in new.things:
        old = before.get(thing.number)
        if old is None:
            continue
        if (thing.name, thing.slug) != (old.name, old.slug):
            thing.former = old.slug or old.name
        keys = {each.number: each.key for each in old.fields}
        for each in thing.fields:
            if keys.get(each.number, each.key) != each.key:
                each.former = keys[each.number]
    return new


def _change(old: World, new: World, rng: random.Random) -> None:
    if not new.things or (len(new.things) < 3 and rng.random() < 0.15):
        new.things.append(Thing(new.next(), _fresh_name(old, new, rng)))
        _add(old, new, new.things[-1], rng)
        return
    thing = rng.choice(new.things)
    match rng.randrange(16):
        case 0 | 1 | 2:
            _add(old, new, thing, rng)
        case 3 if len(thing.fields) > 1:
            thing.fields.remove(rng.choice(thing.fields))
        case 4 | 5:
            each = rng.choice(thing.fields)
            each.key = _fresh_key(old, thing, rng)
        case 6 | 7:
            each = rng.choice(thing.fields)
            each.type = rng.choice(["string", "number", "json", "boolean", "date", "ref", "ref[]", rng.choice(TYPES)])
            each.unique = each.unique and each.type != "ref[]"
            each.validators, each.renamed = (), {}
            each.default = None if each.default is None else value(each, rng)
        case 8:
            each = rng.choice(thing.fields)
            each.required = not each.required
            each.default = value(each, rng) if each.type not in ("ref[]", "ref") and rng.random() < 0.7 else None
        case 9:
            each = rng.choice(thing.fields)
            each.unique, each.indexed = rng.choice([(False, True), (False, False), (each.type != "ref[]", False)])
        case 10:
            switch = rng.choice(["soft_delete", "timestamps", "versioned"])
            setattr(thing, switch, not getattr(thing, switch))
        case 11 if rng.random() < 0.5:
            thing.name, thing.slug = _fresh_name(old, new, rng), None
        case 11 if len(new.things) > 1 and rng.random() < 0.3:
            new.things.remove(thing)
        case 12 if len(thing.fields) > 1:  # names go round
            some = rng.sample(thing.fields, min(len(thing.fields), rng.choice([2, 2, 3])))
            for place, key in enumerate([*(each.key for each in some[1:]), some[0].key]):
                some[place].key = key
        case 13 if len(new.things) > 1:
            one, other = rng.sample(new.things, 2)
            one.name, one.slug, other.name, other.slug = other.name, other.slug, one.name, one.slug
        case 14 if any(each.type == "enum" for each in thing.fields):
            _other_values(rng.choice([each for each in thing.fields if each.type == "enum"]), rng)
        case 15 if any(each.type in BOUNDS for each in thing.fields):
            each = rng.choice([each for each in thing.fields if each.type in BOUNDS])
            each.validators = rng.choice(BOUNDS[each.type])
            if each.default is not None and not fits(each, each.default):
                each.default, each.required = None, False
        case _:
            if len(thing.fields) > 1:  # what one leaves, another takes
                first, second = rng.sample(thing.fields, 2)
                first.key, second.key = second.key, _fresh_key(old, thing, rng)


def _other_values(each: Field, rng: random.Random) -> None:
    """Values go, of which most say what they become; others come."""
    now = tuple(rng.sample(STATES, rng.choice([1, 2, 2, 3])))
    gone = [value for value in each.values if value not in now]
    each.renamed = {value: new for value, new in each.renamed.items() if value not in now and new in now}
    each.renamed |= {value: rng.choice(now) for value in gone if rng.random() < 0.7}
    each.values = now
    if each.default is not None:
        each.default = rng.choice(now)


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


def _add(old: World, new: World, thing: Thing, rng: random.Random) -> None:
    type = rng.choice(TYPES)
    required = rng.random() < 0.3
    made = Field(new.next(), _fresh_key(old, thing, rng), type)
    made.default = value(made, rng) if type not in ("ref", "ref[]") and (required or rng.random() < 0.3) else None
    made.required = required and made.default is not None
    thing.fields.append(made)


def _fresh_key(old: World, thing: Thing, rng: random.Random) -> str:
    taken = {each.key for other in (*old.things, thing) if other.number == thing.number for each in other.fields}
    return rng.choice([key for key in KEYS if key not in taken] or [f"key{rng.randrange(10**9)}"])


def _fresh_name(old: World, new: World, rng: random.Random) -> str:
    taken = {each.name for each in (*old.things, *new.things)}
    return rng.choice([name for name in NAMES if name not in taken])


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


def grow(world: World, rng: random.Random) -> Iterator[tuple[Thing, Row]]:
    """New rows of each entity, each of which its unique indexes let in."""
    for thing in world.things:
        rows = world.rows.setdefault(thing.number, [])
        for _ in range(rng.randrange(3)):
            row = Row(rng.choice("ab"), f"row_{world.next()}", thing.soft_delete and rng.random() < 0.2, {})
            for each in thing.fields:
                given = each.required or rng.random() < 0.7
                drawn = value(each, rng) if given else None
                row.values[each.number] = [] if each.type == "ref[]" and drawn is None else drawn
            try:
                _unique(thing, [*rows, row])
            except Stop:
                continue
            rows.append(row)
            yield thing, row


def migrated(old: World, new: World) -> World:
    """The new world with the rows that its migration must leave. Raises Stop where it must fail."""
    done = deepcopy(new)
    done.rows = {}
    before = {thing.number: thing for thing in old.things}
    for thing in new.things:
        was = before.get(thing.number)
        fields = {each.number: each for each in was.fields} if was else {}
        kept = [row for row in old.rows.get(thing.number, []) if thing.soft_delete or not row.deleted]
        done.rows[thing.number] = [
            Row(row.organization, row.id, row.deleted, {each.number: _carried(fields.get(each.number), each, row) for each in thing.fields})
            for row in kept
        ]
        _unique(thing, done.rows[thing.number])
    return done


def _carried(was: Field | None, now: Field, row: Row) -> Any:
    if was is None:
        return _absent(now)
    value = row.values[was.number]
    shape, before = _shape(now.type), _shape(was.type)
    if shape == before == "value":
        old, new = _storage(was.type), _storage(now.type)
        if not castable(old, new):
            return _absent(now)
        value = None if value is None else convert(old, new, value)
    elif before == "value" and shape == "list" and _storage(was.type) == "text":
        return [] if value is None else [value]
    elif before == "list" and shape == "value" and _storage(now.type) == "text":
        if len(value) > 1:
            raise Stop
        value = value[0] if value else None
    elif shape != before:
        return _absent(now)
    if value is None and now.required and shape != "list" and not (now.type == was.type == "json" and was.required):
        if now.default is None:
            raise Stop
        return now.default
    if now.type == "enum":
        value = now.renamed.get(value, value)
    if shape != "list" and not fits(now, value):
        raise Stop
    return value


def _absent(each: Field) -> Any:
    return [] if each.type == "ref[]" else each.default


def _shape(type: str) -> str:
    return {"ref[]": "list", "money": "money"}.get(type, "value")


def _storage(type: str) -> str:
    return FIELD_TYPES[FieldType(type)].columns[0].storage


CASTS = {
    "text": {"number", "timestamp", "boolean", "json"},
    "number": {"text", "timestamp", "boolean", "json"},
    "boolean": {"text", "number", "json"},
    "timestamp": {"text", "number", "json"},
    "json": {"text", "number", "timestamp", "boolean"},
}


def castable(was: str, now: str) -> bool:
    return was == now or now in CASTS.get(was, set()) or (was.startswith("geo") and now == "json")


def convert(was: str, now: str, value: Any) -> Any:
    """A value of one storage as one of another, as docs/reference/migrations.md says. Raises Stop where it is none."""
    if was == now or was.startswith("geo"):
        return value
    if now == "json":
        return value
    if was == "json":
        if value is None:
            return None
        kinds: dict[str, tuple[type, ...]] = {"text": (str,), "boolean": (bool,), "number": (int, float), "timestamp": (int, float)}
        fits = kinds[now]
        if not isinstance(value, fits) or (now != "boolean" and isinstance(value, bool)):
            raise Stop
        return _whole(float(value)) if now == "timestamp" else value  # type: ignore[arg-type]  # it is a number
    if was == "text":
        if now == "boolean":
            if value not in ("true", "false"):
                raise Stop
            return value == "true"
        pattern = r"-?(0|[1-9]\d*)" if now == "timestamp" else r"-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?"
        if not re.fullmatch(pattern, value) or abs(float(value)) > MAX_INTEGER:
            raise Stop
        return json.loads(value)
    if now == "text":
        return str(value).lower() if was == "boolean" else written(value)
    if now == "boolean":
        if value not in (0, 1):
            raise Stop
        return bool(value)
    return _whole(value) if now == "timestamp" else int(value) if was == "boolean" else value


def written(number: float) -> str:
    """A number in the fewest digits that read as the same number, as PostgreSQL writes them."""
    if float(number).is_integer():
        return str(int(number))
    return f"{number:.16e}" if abs(number) >= 1e15 else repr(number)


def _whole(number: float) -> int:
    if not float(number).is_integer():
        raise Stop
    return int(number)


def _unique(thing: Thing, rows: list[Row]) -> None:
    for each in thing.fields:
        if not each.unique:
            continue
        seen: set[tuple[str, str]] = set()
        for row in rows:
            value = row.values[each.number]
            if value is None and not (each.required and each.type == "json") or (thing.soft_delete and row.deleted):
                continue
            plain = int(value) if isinstance(value, float) and value.is_integer() else value
            key = (row.organization, json.dumps(plain, sort_keys=True))
            if key in seen:
                raise Stop
            seen.add(key)


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
