"""What each row must be after a migration, worked out in Python and without SQL; and the rows that come between two."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from coregen_runtime.entity.fields import FIELD_TYPES
from coregen_runtime.entity.schema import FieldType
from coregen_runtime.primitives.numbers import MAX_INTEGER

from .worlds import Field, Row, Thing, World, fits, value


class Stop(Exception):
    """The migration must fail: a value does not fit, or two are the same where they may not be."""


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
