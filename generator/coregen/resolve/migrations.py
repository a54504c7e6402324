"""Migrations as values: the first one of a module, the tables that a module's migrations lead to, and where the two disagree.

`coregen_runtime.repository.table` says which tables the entities need, so that repository and migration cannot disagree;
the SQL is compiled in `ddl`; finding, importing and writing migration files is the pipeline's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from coregen_runtime.module.migration import Column, CreateTable, Index, Migration
from coregen_runtime.repository.table import Table


def first_migration(tables: Iterable[Table], *, name: str = "initial") -> Migration:
    """Version 1: every table and link table, by name, with its SQL for each dialect. SQLAlchemy is imported here: a sync needs it once in a module's life."""
    from coregen.resolve.ddl import table_sql

    return Migration(version=1, name=name, steps=[step.model_copy(update={"sql": table_sql(step)}) for step in _steps(tables)])


def _steps(tables: Iterable[Table]) -> list[CreateTable]:
    """The steps, yet without SQL, that make the tables and their link tables."""
    flat = [each for table in tables for each in (table, *(link.table for link in table.links))]
    return sorted((_step(table) for table in flat), key=lambda step: step.table)


def _step(table: Table) -> CreateTable:
    return CreateTable(
        table=table.name,
        columns=[Column(name=column.name, type=column.type, nullable=column.nullable) for column in table.columns],
        primary_key=table.primary_key,
        indexes=[Index(name=each.name, columns=each.columns, unique=each.unique, active_only=each.active_only) for each in table.indexes],
        sql={},
    )


def replay(migrations: Iterable[Migration]) -> Mapping[str, CreateTable]:
    """The tables as they stand after all migrations, by name. A `RunSql` step changes no table's shape.

    Raises ValueError when a table is created twice.
    """
    tables: dict[str, CreateTable] = {}
    for migration in sorted(migrations, key=lambda migration: migration.version):
        for step in migration.steps:
            if isinstance(step, CreateTable):
                if step.table in tables:
                    raise ValueError(f"migration {migration.version} ({migration.name}) creates table {step.table}, which an earlier one created")
                tables[step.table] = step.model_copy(update={"sql": {}})
    return tables


def migration_drift(migrations: Iterable[Migration], tables: Iterable[Table]) -> tuple[str, ...]:
    """What the entities need and the migrations do not give, or the other way round: a sentence each, in stable order.

    Nothing when replaying the migrations gives the tables exactly; the order of columns and indexes does not count. Migrations
    that cannot be replayed are a sentence too.
    """
    try:
        there = replay(migrations)
    except ValueError as error:
        return (str(error),)
    needed = {step.table: step for step in _steps(tables)}
    return tuple(sentence for name in sorted({*there, *needed}) for sentence in _table_drift(name, there.get(name), needed.get(name)))


def _table_drift(name: str, there: CreateTable | None, needed: CreateTable | None) -> Iterator[str]:
    if there is None:
        yield f"no migration creates table {name}"
    elif needed is None:
        yield f"the migrations create table {name}, which no entity has"
    else:
        yield from _part_drift(f"column {name}", there.columns, needed.columns)
        if tuple(there.primary_key) != tuple(needed.primary_key):
            yield f"the primary key of {name} is ({', '.join(needed.primary_key)}) now, and ({', '.join(there.primary_key)}) in the migrations"
        yield from _part_drift(f"index {name}", there.indexes, needed.indexes)


def _part_drift(kind: str, there: Sequence[Column | Index], needed: Sequence[Column | Index]) -> Iterator[str]:
    before = {part.name: part for part in there}
    after = {part.name: part for part in needed}
    for name in sorted({*before, *after}):
        if name not in before:
            yield f"no migration adds {kind}.{name} ({_describe(after[name])})"
        elif name not in after:
            yield f"the migrations give {kind}.{name}, which no entity has"
        elif before[name] != after[name]:
            yield f"{kind}.{name} is {_describe(after[name])} now, and {_describe(before[name])} in the migrations"


def _describe(part: Column | Index) -> str:
    if isinstance(part, Column):
        return part.type if part.nullable else f"{part.type}, not null"
    return f"{'unique ' if part.unique else ''}({', '.join(part.columns)}){' of active rows' if part.active_only else ''}"
