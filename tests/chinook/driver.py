"""Valid values for the fields of an entity, made from its schema alone; generic, so that it knows nothing of any one definition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from coregen_runtime.entity.schema import EntitySchema, FieldSchema, FieldType

LONGEST = 1_000


def in_reference_order(schemas: Sequence[EntitySchema]) -> list[EntitySchema]:
    """Each entity after those that its required references name. ValueError where required references run in a circle."""
    placed: list[EntitySchema] = []
    waiting = list(schemas)
    while waiting:
        names = {schema.name for schema in waiting}
        ready = [schema for schema in waiting if not {field.ref_entity for field in schema.fields if field.required} & names]
        if not ready:
            raise ValueError(f"required references run in a circle: {sorted(names)}")
        placed += ready
        waiting = [schema for schema in waiting if schema not in ready]
    return placed


def wire_values(schema: EntitySchema, ids: Mapping[str, str], number: int, *, only_required: bool = False) -> dict[str, Any]:
    """JSON values by wire key for the fields that can be written; `number` tells one set of values from another.

    References take the ids of `ids`, by entity name; one to an entity that has no id there yet is left out.
    """
    fields = (field for field in schema.fields if field.computed is None and (field.required or not only_required))
    return {field.key: wire_value(field, ids, number) for field in fields if not (is_reference(field) and field.ref_entity not in ids)}


def wire_value(field: FieldSchema, ids: Mapping[str, str], number: int) -> Any:
    match field.type:
        case FieldType.STRING:
            return text(field, number)
        case FieldType.NUMBER:
            return 1_000 + number if limits(field, "integer") else 1_000.25 + number
        case FieldType.BOOLEAN:
            return number % 2 == 0
        case FieldType.DATE:
            return 1_262_304_000_000 + number * 86_400_000
        case FieldType.ENUM:
            values = field.enum_values or ()
            return values[number % len(values)]
        case FieldType.REF:
            return ids[field.ref_entity or ""]
        case FieldType.REFS:
            return [ids[field.ref_entity or ""]]
        case FieldType.JSON:
            return {"number": number}
        case FieldType.MONEY:
            return {"amount": 99 + number, "currency": "USD"}
        case FieldType.GEO_POINT:
            return {"lat": 53.5, "lng": 10.0 + number}
        case FieldType.GEO_LINESTRING:
            return {"type": "LineString", "coordinates": [[10.0, 53.5], [10.0, 54.5]]}
        case FieldType.GEO_POLYGON:
            return {"type": "Polygon", "coordinates": [[[10.0, 53.5], [11.0, 53.5], [11.0, 54.5], [10.0, 53.5]]]}


def text(field: FieldSchema, number: int) -> str:
    """As long as the field allows, beginning with the number: a maximum that is stored a character short shows."""
    longest = min([*limits(field, "maxLength"), LONGEST])
    return f"{number:03d}{'é' * longest}"[:longest]


def limits(field: FieldSchema, name: str) -> list[Any]:
    return [validator.argument for validator in field.validators if validator.name == name]


def is_reference(field: FieldSchema) -> bool:
    return field.type in (FieldType.REF, FieldType.REFS)
