"""Which table, column and list of a module's migrations is which of its entities' now: by name, or by an explicit `renamedFrom`.

Owns that question alone. A name that is there is the thing itself; `renamedFrom` counts only where the new name is missing and the old
one is there, so one that has been migrated may stay in the definition.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from coregen.diagnostics import did_you_mean
from coregen_runtime.entity.schema import EntitySchema
from coregen_runtime.module.migration import CreateTable
from coregen_runtime.primitives.words import snake_case
from coregen_runtime.repository.table import Layout, StoredField, column_bases, layout_of, link_name, stored_fields, table_name

Loc: TypeAlias = tuple[str | int, ...]
Tables: TypeAlias = Mapping[str, CreateTable]
Shape: TypeAlias = Literal["value", "money", "list"]


@dataclass(frozen=True)
class Problem:
    """What keeps a migration from being made, and the fix. `loc` is a place in the definition."""

    loc: Loc
    code: str
    message: str
    help: str


@dataclass(frozen=True)
class FieldMatch:
    """A field and where its values are: the columns or the list that they are in so far, () where there are none."""

    loc: Loc
    stored: StoredField
    shape: Shape
    was: Shape | None = None
    columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class EntityMatch:
    """An entity and the table that it has so far, "" where there is none."""

    loc: Loc
    schema: EntitySchema
    layout: Layout
    table: str
    fields: tuple[FieldMatch, ...] = ()


@dataclass
class Matches:
    """Everything matched, and what could not be."""

    entities: list[EntityMatch] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def match(there: Tables, schemas: Sequence[EntitySchema]) -> Matches:
    """Each entity with its table, each field with its columns."""
    found = Matches()
    names = [table_name(schema) for schema in schemas]
    claims = {name: _former_tables(schema) for name, schema in zip(names, schemas, strict=True) if schema.renamed_from}
    renamed = _accepted(claims, set(there))
    moved = set(renamed.values())
    for index, (name, schema) in enumerate(zip(names, schemas, strict=True)):
        loc: Loc = ("entities", index)
        table = renamed.get(name, name if name in there and name not in moved else "")
        if schema.renamed_from and name not in renamed:
            _unclaimed(loc, schema.renamed_from, f"the migrations have the table {name}", name in there, claims[name], set(there), set(names), found)
        layout = layout_of(schema)
        fields = _match_fields(loc, schema, layout, there, table, found) if table else ()
        found.entities.append(EntityMatch(loc, schema, layout, table, fields))
    return found


def _accepted(claims: Mapping[str, Sequence[str]], present: set[str]) -> dict[str, str]:
    """New name → old name. A name that is there can be taken once what has it is renamed itself."""
    done: dict[str, str] = {}
    waiting = dict(claims)
    while True:
        for new, olds in waiting.items():
            old = next((each for each in olds if each in present and each not in done.values()), None)
            if old is not None and old != new and (new not in present or new in done.values()):
                done[new] = old
                del waiting[new]
                break
        else:
            return done


def _former_tables(schema: EntitySchema) -> tuple[str, ...]:
    """The tables that an entity may have had under its former name, or its former slug."""
    former = schema.renamed_from or ""
    stem = snake_case(former)
    named = [schema.model_copy(update={"slug": slug, "name": former}) for slug in (None, former, stem)]
    return tuple(dict.fromkeys(table_name(each) for each in named))


def _unclaimed(loc: Loc, former: str, both: str, there: bool, olds: Iterable[str], present: set[str], needed: set[str], found: Matches) -> None:
    """A `renamedFrom` that led to nothing: it has been migrated, it is wrong, or both names are there."""
    left = next((old for old in olds if old in present and old not in needed), None)
    if there and left is not None:
        message = f'{both} and {left} too, so "renamedFrom": "{former}" does not say which of the two is meant'
        help = "take the renamedFrom away; what is in the old one can be moved by a migration of your own"
        found.problems.append(Problem(loc, "MIGRATION-RENAME", message, help))
    elif not there and any(old in present for old in olds):
        message = f'two say that they were called "{former}"'
        found.problems.append(Problem(loc, "MIGRATION-RENAME", message, "take one of the two renamedFrom away"))
    elif not there:
        message = f'the migrations know nothing that was called "{former}"'
        help = did_you_mean(former, sorted(present - needed), "take the renamedFrom away")
        found.problems.append(Problem(loc, "MIGRATION-RENAME", message, help))


def _match_fields(loc: Loc, schema: EntitySchema, layout: Layout, there: Tables, table: str, found: Matches) -> tuple[FieldMatch, ...]:
    columns = {column.name for column in there[table].columns}

    def place(base: str) -> tuple[Shape, tuple[str, ...]] | None:
        if base in columns:
            return "value", (base,)
        money = (f"{base}_amount", f"{base}_currency")
        if columns.issuperset(money):
            return "money", money
        return ("list", (link_name(table, base),)) if link_name(table, base) in there else None

    stored = stored_fields(schema)
    bases = column_bases(each.key for each in stored)
    before = column_bases(each.renamed_from or each.key for each in stored)
    formers = {each.key: _former_bases(each.renamed_from, each.key, bases, before) for each in stored if each.renamed_from}
    claims = {bases[key]: olds for key, olds in formers.items()}
    present = {base for base in (*bases.values(), *(old for olds in formers.values() for old in olds)) if place(base)}
    renamed = _accepted(claims, present)
    moved = set(renamed.values())
    matches: list[FieldMatch] = []
    for number, each in enumerate(schema.fields):
        if each.key not in bases:
            continue
        at, base = (*loc, "fields", number), bases[each.key]
        if each.renamed_from and base not in renamed:
            both = f"{table} has {each.key}"
            _unclaimed(at, each.renamed_from, both, base in present, formers[each.key], present | _columnar(there[table]), set(bases.values()), found)
        source = renamed.get(base, base if base not in moved else "")
        was, own = (place(source) if source else None) or (None, ())
        field = layout.fields[each.key]
        shape: Shape = "list" if field.link else "money" if len(field.columns) > 1 else "value"
        matches.append(FieldMatch(at, field, shape, was, own))
    return tuple(matches)


def _former_bases(former: str, key: str, bases: Mapping[str, str], before: Mapping[str, str]) -> tuple[str, ...]:
    """What the columns may have begun with under the former key: when all others had theirs, beside the others of now, or alone."""
    beside = column_bases([former, *(other for other in bases if other not in (key, former))])[former]
    return tuple(dict.fromkeys((before[former], beside, column_bases([former])[former])))


def _columnar(table: CreateTable) -> set[str]:
    return {column.name for column in table.columns}
