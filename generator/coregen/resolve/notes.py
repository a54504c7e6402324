"""What migrations note of tables and columns beside what a database is told: whose column it is, what its values are held to, which names went round.

Pure. Without these, a field that changes places with another, a column that is numbered otherwise and a value that is allowed no more would leave no trace
in the tables; with them, replayed migrations know.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from coregen_runtime.entity.checks import CHECKS
from coregen_runtime.entity.schema import EntitySchema, FieldSchema, FieldType
from coregen_runtime.module.migration import Column, CreateTable
from coregen_runtime.repository.table import ColumnSpec, stored_fields


def circles(former: Mapping[str, str]) -> list[dict[str, str]]:
    """Of new names and their old ones, those that go round: each old name is a new one too, and the last leads back to the first."""
    found: list[dict[str, str]] = []
    seen: set[str] = set()
    for name in former:
        way: list[str] = []
        while name in former and name not in seen:
            seen.add(name)
            way.append(name)
            name = former[name]
        if name in way and former[name] != name:
            found.append({each: former[each] for each in way[way.index(name) :]})
    return found


def field_circles(schema: EntitySchema) -> list[dict[str, str]]:
    """The keys of an entity's fields that change places, each with the one that it had."""
    return circles({each.key: each.renamed_from for each in stored_fields(schema) if each.renamed_from})


def entity_circles(schemas: Iterable[EntitySchema]) -> list[dict[str, str]]:
    """The names of entities that change places, each with the name now of the one whose name or slug it had."""
    each = list(schemas)
    called = {name: schema.name for schema in each for name in (schema.name, schema.slug) if name}
    return circles({schema.name: called[schema.renamed_from] for schema in each if schema.renamed_from in called})


def noted(spec: ColumnSpec, renamed: Mapping[str, str]) -> Column:
    """A column with what is noted of it; `renamed` are the keys of its entity that change places."""
    column = Column(name=spec.name, type=spec.type, nullable=spec.nullable)
    if spec.of is None:
        return column
    own: dict[str, Any] = {"key": spec.of.key, "renamed_from": renamed.get(spec.of.key)}
    if spec.of.type is not FieldType.MONEY or spec.type == "integer":
        own |= _held(spec.of)
    return column.model_copy(update=own)


def _held(field: FieldSchema) -> dict[str, Any]:
    """What is asked of a value alone when a row is read. Of money it is asked of the amount, of a list of how many entries it has."""
    validators = tuple(each for each in field.validators if CHECKS[each.name].passes is not None)
    return {"values": field.enum_values, "validators": validators, "json_schema": field.json_schema}


def bare(column: Column) -> tuple[str, str, bool]:
    """What the database is told of a column."""
    return column.name, column.type, column.nullable


def unnoted(there: CreateTable, needed: CreateTable) -> tuple[Column, ...]:
    """Of two tables that are the same to a database, the needed columns of which something else is noted."""
    now = {column.name: column for column in there.columns}
    return tuple(column for column in needed.columns if column != now[column.name])
