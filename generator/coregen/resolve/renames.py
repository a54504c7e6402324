"""Which table, column and list of a module's migrations is which of its entities' now: by name, by key, or by an explicit `renamedFrom`.

Owns that question alone. A name that is there is the thing itself; `renamedFrom` counts only where the new name is missing and the old
one is there, so one that has been migrated may stay in the definition. Names that change places are all there, before and after: that
they went round is noted in the migration.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from coregen.diagnostics import did_you_mean
from coregen.resolve.notes import entity_circles, field_circles
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
    renamed = _accepted(claims, set(there), _round(there, schemas))
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


def _round(there: Tables, schemas: Sequence[EntitySchema]) -> dict[str, str]:
    """The tables that change places, by their new names: those of circles whose tables are all there, and of which the migrations have not noted that they went."""
    called = {schema.name: schema for schema in schemas}
    due: dict[str, str] = {}
    for circle in entity_circles(schemas):
        tables = {table_name(called[new]): table_name(called[old]) for new, old in circle.items()}
        if tables.keys() <= there.keys() and any(there[table_name(called[new])].renamed_from != called[new].renamed_from for new in circle):
            due |= tables
    return due


def _accepted(claims: Mapping[str, Sequence[str]], present: set[str], due: Mapping[str, str]) -> dict[str, str]:
    """New name → old name: what is `due`, and what can be taken. A name that is there can be once what has it is renamed itself."""
    done = dict(due)
    waiting = {new: olds for new, olds in claims.items() if new not in done}
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


def _unclaimed(
    loc: Loc, former: str, both: str, there: bool, olds: Iterable[str], present: set[str], needed: set[str], found: Matches, known: Iterable[str] = ()
) -> None:
    """A `renamedFrom` that led to nothing: it has been migrated, it is wrong, or both names are there. `known` are further names that may have been meant."""
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
        help = did_you_mean(former, sorted({*present, *known} - needed), "take the renamedFrom away")
        found.problems.append(Problem(loc, "MIGRATION-RENAME", message, help))


def _match_fields(loc: Loc, schema: EntitySchema, layout: Layout, there: Tables, table: str, found: Matches) -> tuple[FieldMatch, ...]:
    stored = stored_fields(schema)
    keys = {each.key for each in stored}
    places = _places(there, table, {each.key: each.renamed_from for each in stored})
    due = {
        new: old
        for circle in field_circles(schema)
        if circle.keys() <= places.keys() and any(places[new].renamed_from != old for new, old in circle.items())
        for new, old in circle.items()
    }
    renamed = _accepted({each.key: (each.renamed_from,) for each in stored if each.renamed_from}, set(places), due)
    moved = set(renamed.values())
    known = {name for column in there[table].columns for name in (column.name, column.key) if name}
    matches: list[FieldMatch] = []
    for number, each in enumerate(schema.fields):
        if each.key not in keys:
            continue
        at = (*loc, "fields", number)
        if each.renamed_from and each.key not in renamed:
            both = f"{table} has {each.key}"
            _unclaimed(at, each.renamed_from, both, each.key in places, [each.renamed_from], set(places), keys, found, known)
        place = places.get(renamed.get(each.key, each.key if each.key not in moved else ""))
        field = layout.fields[each.key]
        shape: Shape = "list" if field.link else "money" if len(field.columns) > 1 else "value"
        matches.append(FieldMatch(at, field, shape, place.shape if place else None, place.columns if place else ()))
    return tuple(matches)


@dataclass(frozen=True)
class _Place:
    """Where a field's values are: its columns, or its list; and the key that it had before it changed places with others."""

    shape: Shape
    columns: tuple[str, ...]
    renamed_from: str | None = None


def _places(there: Tables, table: str, former: Mapping[str, str | None]) -> dict[str, _Place]:
    """By key, now or `former`, where the values of fields are: noted under that key, or under a name that comes from it and is no other's of them."""
    keys = {*former, *(old for old in former.values() if old)}
    columns = {column.name: column for column in there[table].columns}
    lists = _lists(there, table, keys)
    found: dict[str, _Place] = {}
    for key in keys:
        own = tuple(sorted(name for name, column in columns.items() if column.key == key))
        if own:
            found[key] = _Place("money" if len(own) > 1 else "value", own, columns[own[0]].renamed_from)
        elif key in lists:
            found[key] = lists[key]
    held = {column for place in found.values() for column in place.columns}
    for key in sorted(key for key in keys - found.keys() if former.get(key) not in found):
        base = column_bases([key])[key]
        for shape, names in _SHAPES:
            free = tuple(name.format(base) for name in names)
            if columns.keys() >= set(free) and not held & set(free):
                found[key] = _Place(shape, free)
        link = link_name(table, base)
        if key not in found and link in there and link not in held and _is_list(there[link]):
            found[key] = _Place("list", (link,))
    return found


_SHAPES: tuple[tuple[Shape, tuple[str, ...]], ...] = (("money", ("{}_amount", "{}_currency")), ("value", ("{}",)))


def _lists(there: Tables, table: str, keys: set[str]) -> dict[str, _Place]:
    """The lists of an entity that are noted under one of the keys. Their names begin with the table's; a list may be numbered as a column is."""
    found: dict[str, _Place] = {}
    for key in keys:
        base = column_bases([key])[key]
        for number in range(1, len(there) + len(there[table].columns)):
            name = link_name(table, base if number == 1 else f"{base}_{number}")
            if name in there and _is_list(there[name]):
                target = next(column for column in there[name].columns if column.name == "target_id")
                if target.key == key:
                    found[key] = _Place("list", (name,), target.renamed_from)
    return found


def _is_list(table: CreateTable) -> bool:
    return {"owner_id", "position", "target_id"} <= {column.name for column in table.columns}
