"""What a migration does about rows that fit their definition no longer: values of an enum that are gone become others, and what does not fit then stops it.

Pure. Owns what is narrower than what; what columns were held to stands in the notes of the migrations (`notes`), the verdict on a value in the runtime.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from coregen.resolve.casts import cast
from coregen.resolve.migrations import Tables
from coregen.resolve.renames import EntityMatch, FieldMatch
from coregen_runtime.entity.generator import id_pattern
from coregen_runtime.entity.schema import FieldSchema
from coregen_runtime.entity.validators import Validator
from coregen_runtime.module.migration import ChangeRows, CheckRows, Column, Step


def held(entity: EntityMatch, before: Tables, needed: Tables) -> Iterable[Step]:
    """The steps that hold an entity's rows to what is asked from now on, once its columns are as they are needed."""
    table = entity.layout.table.name
    columns = {column.name: column for column in needed[table].columns}
    fields = {each.key: each for each in entity.schema.fields}
    if entity.table and before[entity.table].id_prefix != needed[table].id_prefix:
        form = Validator(name="pattern", argument=id_pattern(needed[table].id_prefix))
        yield CheckRows(table=table, column=columns["id"].model_copy(update={"validators": (form,)}), sql={})
    for each in entity.fields:
        if each.was is not None and each.shape == "list":
            yield from _held_list(each, entity, before, needed)
        if each.was is None or each.shape == "list" or (each.was == "money") != (each.shape == "money"):
            continue
        was, now = _before(entity, each, before), columns[each.stored.columns[0]]
        if was is None or each.was == "value" and cast(was.type, now.type, "sqlite") is None:
            continue
        renamed = _renamed_values(was, fields[each.stored.key])
        if renamed:
            from coregen.resolve.ddl import rename_values_sql

            what = ", ".join(f"{old} becomes {new}" for old, new in renamed.items())
            yield ChangeRows(summary=f"moves values of {table}.{now.name}: {what}", sql=rename_values_sql(table, now.name, renamed))
        left = was if was.values is None else was.model_copy(update={"values": tuple(renamed.get(value, value) for value in was.values)})
        asked = _narrower(left, now)
        if asked is not None:
            yield CheckRows(table=table, column=asked, sql={})


def _held_list(each: FieldMatch, entity: EntityMatch, before: Tables, needed: Tables) -> Iterable[Step]:
    """Lists that are there are counted. The entry that a value became is a list of one, of which nothing was asked yet."""
    link = each.stored.link
    was = _before(entity, each, before)
    if link is None or was is None:
        return
    [now] = [column for column in needed[link.name].columns if column.name == "target_id"]
    asked = _narrower(was if each.was == "list" else was.model_copy(update={"validators": ()}), now)
    if asked is not None:
        counted = asked.model_copy(update={"name": link.name, "type": "list", "nullable": True})
        yield CheckRows(table=entity.layout.table.name, column=counted, sql={})


def _before(entity: EntityMatch, each: FieldMatch, before: Tables) -> Column | None:
    """The first column, or the list's, in which a field's values have been; None where it is not there."""
    owner, name = (each.columns[0], "target_id") if each.was == "list" else (entity.table, each.columns[0])
    return next((column for column in before[owner].columns if column.name == name), None)


def _narrower(was: Column, now: Column) -> Column | None:
    """The column held to just what its former values need not fit: None where all of them do."""
    values = now.values if now.values is not None and (was.values is None or not set(was.values) <= set(now.values)) else None
    validators = tuple(each for each in now.validators if not any(_implies(other, each) for other in was.validators))
    schema = now.json_schema if now.json_schema != was.json_schema else None
    if values is None and not validators and schema is None:
        return None
    return now.model_copy(update={"values": values, "validators": validators, "json_schema": schema, "renamed_from": None})


def _implies(was: Validator, now: Validator) -> bool:
    """Whether what passed the one passes the other."""
    if was == now:
        return True
    looser = _LOOSER.get(now.name)
    return looser is not None and was.name == now.name and looser(was.argument, now.argument)


_LOOSER: Mapping[str, Callable[[Any, Any], bool]] = {
    **dict.fromkeys(("maxLength", "max"), lambda was, now: bool(now >= was)),
    **dict.fromkeys(("minLength", "min"), lambda was, now: bool(now <= was)),
}
"""Bounds of which one may be further out than another."""


def _renamed_values(was: Column, field: FieldSchema) -> dict[str, str]:
    """What is to stand in the place of values that rows may still have: by the old value. What has been migrated is known by what the column was held to."""
    return {old: new for old, new in (field.renamed_values or {}).items() if was.values is None or old in was.values}
