"""Changes of entities that nobody here designed, drawn by a seed, and what a row of each must hold afterwards: worked out of its document, without SQL."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from coregen_runtime.entity.fields import FIELD_TYPES
from coregen_runtime.entity.schema import EntitySchema, Factory, FieldType
from coregen_runtime.repository.table import layout_of, stored_fields
from tests.generator.migrations.expecting import castable, convert

Document = dict[str, Any]
"""The stored values of one row, by the key of their field."""
Data = dict[str, Any]
"""A definition as data: an entity, or one of its fields."""
NEW: Sequence[Data] = (
    {"type": "string", "required": True, "default": "it's new"},
    {"type": "number", "indexed": True},
    {"type": "boolean", "default": True},
    {"type": "money", "required": True, "default": {"amount": 5, "currency": "JPY"}},
    {"type": "enum", "enumValues": ["one", "two"], "default": "two"},
    {"type": "json", "default": {"a": [1, None]}},
    {"type": "ref[]", "refEntity": "Thing"},
)


def stored(schema: EntitySchema, document: Mapping[str, Any]) -> Document:
    """What a row of the entity holds of a document."""
    return {each.key: document.get(each.key, [] if each.type is FieldType.REFS else _default(each.default)) for each in stored_fields(schema)}


def _default(default: Any) -> Any:
    return None if isinstance(default, Factory) else default


def changed(schema: EntitySchema, document: Document, rng: random.Random) -> tuple[EntitySchema, Document]:
    """The entity after one to four changes of its definition, and the row that their migration must leave. What goes round once more is not said twice alike."""
    said = {each.key: each.renamed_from for each in schema.fields}
    while True:
        now, after = _changed(schema, document, rng)
        if not any(each.renamed_from and each.renamed_from == said.get(each.key) for each in now.fields):
            return now, after


def _changed(schema: EntitySchema, document: Document, rng: random.Random) -> tuple[EntitySchema, Document]:
    entity: Data = schema.model_dump(mode="json", by_alias=True, exclude_none=True)
    entity.pop("renamedFrom", None)
    for each in entity["fields"]:
        each.pop("renamedFrom", None)
        each.pop("renamedValues", None)
        each["was"] = each["key"]
    for _ in range(rng.choice([1, 2, 3, 4])):
        rng.choice(_CHANGES)(entity, document, rng)
    after: Document = {}
    for each in entity["fields"]:
        was = each.pop("was", None)
        if each.get("computed") is not None:
            continue
        if was is not None and was != each["key"]:
            each["renamedFrom"] = was
        after[each["key"]] = each.pop("value") if "value" in each else _new(each) if was is None else document[was]
    return EntitySchema.model_validate(entity), after


def _new(each: Data) -> Any:
    return each.get("default", [] if each["type"] == "ref[]" else None)


def _free(entity: Data) -> list[Data]:
    """The stored fields that no index and no constraint of the entity names."""
    named = {key for group in (*entity.get("indexes", ()), *entity.get("uniqueConstraints", ())) for key in group}
    return [each for each in entity["fields"] if each["key"] not in named and each.get("computed") is None]


def _add(entity: Data, document: Document, rng: random.Random) -> None:
    taken = {each["key"] for each in entity["fields"]} | document.keys()
    entity["fields"].append({"key": next(key for key in _fresh(rng) if key not in taken), **rng.choice(NEW)})


def _fresh(rng: random.Random) -> Iterable[str]:
    while True:
        yield f"{rng.choice(['new', 'user', 'größe', '@odd', 'someVeryLongKey' + 'OfManyWords' * 9])}_{rng.randrange(10**6)}"


def _drop(entity: Data, document: Document, rng: random.Random) -> None:
    """One that stands under its own name: what takes the name of one that goes has to wait for the next migration."""
    free = [each for each in _free(entity) if each.get("was", each["key"]) == each["key"]]
    if len(free) > 1:
        entity["fields"].remove(rng.choice(free))


def _rename(entity: Data, document: Document, rng: random.Random) -> None:
    free = [each for each in _free(entity) if each.get("was", each["key"]) == each["key"]]
    if free:
        rng.choice(free)["key"] = next(iter(_fresh(rng)))


def _swap(entity: Data, document: Document, rng: random.Random) -> None:
    free = [each for each in _free(entity) if "was" in each]
    if len(free) > 2:
        some = rng.sample(free, rng.choice([2, 3]))
        for place, key in enumerate([*(each["key"] for each in some[1:]), some[0]["key"]]):
            some[place]["key"] = key


def _retype(entity: Data, document: Document, rng: random.Random) -> None:
    """A type that has all values of the former one: JSON, or text for what is written as one."""
    free = [each for each in _free(entity) if "was" in each and "value" not in each and each["type"] not in ("ref[]", "money")]
    if not free:
        return
    each = rng.choice(free)
    was = FIELD_TYPES[FieldType(each["type"])].columns[0].storage
    now = rng.choice(["json", "string"] if castable(was, "text") and was != "json" else ["json"])
    value = document[each["was"]]
    each["value"] = None if value is None else convert(was, "json" if now == "json" else "text", value)
    for gone in ("validators", "enumValues", "renamedValues", "jsonSchema", "refEntity", "refField", "unit", "default", "unique", "indexed"):
        each.pop(gone, None)
    each["type"] = now


def _index(entity: Data, document: Document, rng: random.Random) -> None:
    free = [each for each in _free(entity) if each["type"] != "ref[]"]
    if free:
        each = rng.choice(free)
        each["indexed"], each["unique"] = rng.choice([(True, False), (False, True), (False, False)])


def _narrow(entity: Data, document: Document, rng: random.Random) -> None:
    """A bound that the row keeps, or an enum without the values that it has not."""
    free = [each for each in _free(entity) if "was" in each and "value" not in each and document[each["was"]] is not None]
    each = rng.choice(free) if free else None
    if each is not None and each["type"] == "string":
        each["validators"] = [*each.get("validators", ()), {"maxLength": len(document[each["was"]]) + rng.randrange(3)}]
    elif each is not None and each["type"] == "enum":
        gone = [value for value in each["enumValues"] if value not in (document[each["was"]], each.get("default"))]
        each["enumValues"] = [value for value in each["enumValues"] if value not in gone[:1]]


def _rename_value(entity: Data, document: Document, rng: random.Random) -> None:
    free = [each for each in _free(entity) if "was" in each and "value" not in each and each["type"] == "enum" and document[each["was"]] is not None]
    if not free:
        return
    each = rng.choice(free)
    value = document[each["was"]]
    each["enumValues"] = [other for other in each["enumValues"] if other != value] + [f"{value}'s"]
    each["renamedValues"], each["value"] = {value: f"{value}'s"}, f"{value}'s"
    each.pop("default", None)


def _switch(entity: Data, document: Document, rng: random.Random) -> None:
    entity[rng.choice(["softDelete", "timestamps", "versioned"])] = False


def _rename_entity(entity: Data, document: Document, rng: random.Random) -> None:
    if "renamedFrom" not in entity:
        entity["renamedFrom"] = entity.pop("slug", entity["name"])
        entity["name"] = f"{entity['name']}{rng.randrange(100)}"


_CHANGES: Sequence[Callable[[Data, Document, random.Random], None]] = (
    _add, _add, _drop, _rename, _swap, _retype, _index, _narrow, _rename_value, _switch, _rename_entity,
)  # fmt: skip


def columns(schema: EntitySchema, document: Document) -> tuple[dict[str, tuple[str, Any]], dict[str, list[str]]]:
    """The row of a document by column, each with its storage, and its lists by link table."""
    layout = layout_of(schema)
    row: dict[str, tuple[str, Any]] = {}
    lists: dict[str, list[str]] = {}
    for each in stored_fields(schema):
        place, value = layout.fields[each.key], document[each.key]
        if place.link is not None:
            lists[place.link.name] = value or []
        elif len(place.columns) == 2:
            for column, part in zip(place.columns, ("amount", "currency"), strict=True):
                row[column] = (layout.table.column(column).type, None if value is None else value[part])
        else:
            row[place.columns[0]] = (layout.table.column(place.columns[0]).type, value)
    return row, lists
