"""What `include` of a page may name, and whose ids it comes to (semantics 25). Pure; asking the database is base.py's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from coregen_runtime.entity.schema import FieldSchema, FieldType
from coregen_runtime.errors.base import ValidationError, ValidationFailure
from coregen_runtime.errors.codes import FailureCode
from coregen_runtime.primitives.suggest import did_you_mean
from coregen_runtime.repository.table import Codec, Mappings, stored_fields


def references(codec: Codec[Any]) -> dict[str, FieldSchema]:
    """The stored fields that refer to entities, by wire key."""
    return {field.key: field for field in stored_fields(codec.schema) if is_reference(field)}


def is_reference(field: FieldSchema) -> bool:
    """Whether a field can be included: it refers to one entity or to several, and is stored."""
    return field.type in (FieldType.REF, FieldType.REFS) and field.computed is None


def check_include(codec: Codec[Any], fields: Sequence[str]) -> None:
    """Raises ValidationError for what names no reference field, each named at its place."""
    known = references(codec)
    failures = [
        ValidationFailure(
            f"include.{index}", FailureCode.UNKNOWN_FIELD, None, f"is no reference of {codec.schema.name}{did_you_mean(str(key), list(known))}"
        )
        for index, key in enumerate(fields)
        if key not in known
    ]
    if failures:
        raise ValidationError(failures)


def target_of(codec: Codec[Any], key: str, mappings: Mappings) -> Codec[Any]:
    """The codec of what a field refers to."""
    name = references(codec)[key].ref_entity or ""
    return mappings.named(name if "." in name else f"{codec.schema.namespace}.{name}")


def referred(codec: Codec[Any], key: str, entities: Sequence[Any]) -> tuple[str, ...]:
    """The ids that stand in a field, each once, in the order of the entities and within one in that of its list."""
    held = (getattr(entity, codec.attributes[key]) for entity in entities)
    several = references(codec)[key].type is FieldType.REFS
    found = (id for each in held for id in (each if several else (each,)))
    return tuple(dict.fromkeys(str(id) for id in found if id is not None))
