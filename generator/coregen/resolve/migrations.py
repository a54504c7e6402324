"""Migrations as values: the first one of a module, the tables that a module's migrations lead to, and the steps of the next.

`coregen_runtime.repository.table` says which tables the entities need, so that repository and migration cannot disagree;
what has to happen between two states stands in `difference`, the SQL is compiled in `ddl`; finding, importing and writing
migration files is applied's and the pipeline's.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TypeVar

from coregen.resolve.notes import bare, entity_circles, field_circles, noted
from coregen_runtime.module.migration import (
    AddColumn,
    AlterColumn,
    AlterTable,
    ChangeRows,
    CheckRows,
    Column,
    CreateIndex,
    CreateTable,
    DropColumn,
    DropIndex,
    DropTable,
    Index,
    Migration,
    NoteTable,
    RenameColumn,
    RenameIndex,
    RenameTable,
    RunSql,
    Step,
)
from coregen_runtime.repository.table import Table

Tables = Mapping[str, CreateTable]
"""The tables as they stand, by name, each as the step that would make it; without SQL."""
S = TypeVar("S", Column, Index)


def first_migration(tables: Iterable[Table], *, name: str = "initial") -> Migration:
    """Version 1: every table and link table, by name, with its SQL for each dialect. SQLAlchemy is imported here: a sync needs it once in a module's life."""
    return Migration(version=1, name=name, steps=with_sql({}, wanted(tables).values()))


def wanted(tables: Iterable[Table]) -> Tables:
    """The steps, yet without SQL, that make the tables and their link tables, by name and in its order."""
    own = list(tables)
    round = {name for circle in entity_circles(table.schema for table in own if table.schema) for name in circle}
    steps = [step for table in own for step in _steps(table, round)]
    return {step.table: step for step in sorted(steps, key=lambda step: step.table)}


def _steps(table: Table, round: Collection[str]) -> Iterable[CreateTable]:
    """Of an entity's table and its lists. `round` are the names of the entities that change places."""
    schema = table.schema
    renamed = {key: old for circle in field_circles(schema) for key, old in circle.items()} if schema else {}
    own = _step(table, renamed)
    if schema is not None:
        own = own.model_copy(update={"id_prefix": schema.id_prefix, "renamed_from": schema.renamed_from if schema.name in round else None})
    return (own, *(_step(link.table, renamed) for link in table.links))


def _step(table: Table, renamed: Mapping[str, str]) -> CreateTable:
    return CreateTable(
        table=table.name,
        columns=[noted(column, renamed) for column in table.columns],
        primary_key=table.primary_key,
        indexes=[
            Index(name=each.name, columns=each.columns, unique=each.unique, active_only=each.active_only, points=each.points)
            for each in table.indexes
        ],
        sql={},
    )


def replay(migrations: Iterable[Migration]) -> Tables:
    """The tables as they stand after all migrations, by name. `RunSql`, `ChangeRows` and `CheckRows` change no table's shape.

    Raises ValueError when a step asks for what is not there, or makes what is there already; it names the migration.
    """
    tables: Tables = {}
    for migration in sorted(migrations, key=lambda migration: migration.version):
        for step in migration.steps:
            try:
                tables = after(tables, step)
            except ValueError as error:
                raise ValueError(f"migration {migration.version} ({migration.name}) {error}") from None
    return tables


def after(tables: Tables, step: Step) -> Tables:
    """The tables once the step is done. Raises ValueError, a sentence without its subject, when it cannot be done."""
    if isinstance(step, RunSql | ChangeRows | CheckRows):
        return tables
    if isinstance(step, CreateTable):
        if step.table in tables:
            raise ValueError(f"creates table {step.table}, which an earlier one created")
        return {**tables, step.table: step.model_copy(update={"sql": {}})}
    if step.table not in tables:
        raise ValueError(f"changes table {step.table}, which is not there")
    others = {name: table for name, table in tables.items() if name != step.table}
    if isinstance(step, DropTable):
        return others
    if isinstance(step, RenameTable):
        if step.to in tables:
            raise ValueError(f"renames {step.table} to {step.to}, which is there already")
        return {**others, step.to: tables[step.table].model_copy(update={"table": step.to})}
    return {**tables, step.table: _changed(tables[step.table], step)}


def _changed(table: CreateTable, step: RenameColumn | AlterTable | CreateIndex | DropIndex | RenameIndex | NoteTable) -> CreateTable:
    if isinstance(step, RenameColumn):
        return _renamed_column(table, step.column, step.to)
    if isinstance(step, AlterTable):
        return _altered(table, step)
    if isinstance(step, NoteTable):
        return _noted(table, step)
    indexes = list(table.indexes)
    if isinstance(step, CreateIndex):
        indexes.append(_new(table, indexes, step.index))
    elif isinstance(step, DropIndex):
        indexes.pop(_place(table, indexes, step.index))
    else:
        at = _place(table, indexes, step.index)
        indexes[at] = _new(table, indexes, indexes[at].model_copy(update={"name": step.to}))
    return table.model_copy(update={"indexes": tuple(indexes)})


def _renamed_column(table: CreateTable, column: str, to: str) -> CreateTable:
    columns = list(table.columns)
    at = _place(table, columns, column)
    columns[at] = _new(table, columns, columns[at].model_copy(update={"name": to}))

    def names(listed: Sequence[str]) -> tuple[str, ...]:
        return tuple(to if name == column else name for name in listed)

    indexes = tuple(index.model_copy(update={"columns": names(index.columns), "points": names(index.points)}) for index in table.indexes)
    return table.model_copy(update={"columns": tuple(columns), "indexes": indexes, "primary_key": names(table.primary_key)})


def _altered(table: CreateTable, step: AlterTable) -> CreateTable:
    columns = list(table.columns)
    for change in step.changes:
        if isinstance(change, AddColumn):
            columns.append(_new(table, columns, change.column))
        elif isinstance(change, AlterColumn):
            columns[_place(table, columns, change.column.name)] = change.column
        else:
            columns.pop(_place(table, columns, change.column))
    there = {column.name for column in columns}
    left = [index.name for index in table.indexes if not there.issuperset(index.columns)]
    if left:
        raise ValueError(f"drops a column of {table.table} that the index {left[0]} is over")
    return table.model_copy(update={"columns": tuple(columns), "primary_key": tuple(step.primary_key or table.primary_key)})


def _noted(table: CreateTable, step: NoteTable) -> CreateTable:
    columns = list(table.columns)
    for column in step.columns:
        at = _place(table, columns, column.name)
        if bare(columns[at]) != bare(column):
            raise ValueError(f"notes {table.table}.{column.name} as another column than it is")
        columns[at] = column
    return table.model_copy(update={"columns": tuple(columns), "id_prefix": step.id_prefix, "renamed_from": step.renamed_from})


def _place(table: CreateTable, parts: Sequence[S], name: str) -> int:
    for at, part in enumerate(parts):
        if part.name == name:
            return at
    raise ValueError(f"changes {table.table}.{name}, which is not there")


def _new(table: CreateTable, parts: Sequence[S], part: S) -> S:
    if any(each.name == part.name for each in parts):
        raise ValueError(f"adds {table.table}.{part.name}, which is there already")
    return part


def alike(there: Tables, needed: Tables) -> bool:
    """Whether these are the same tables. The order of columns and of indexes does not count."""
    return {name: _unordered(table) for name, table in there.items()} == {name: _unordered(table) for name, table in needed.items()}


def _unordered(table: CreateTable) -> tuple[object, ...]:
    columns = sorted(table.columns, key=lambda column: column.name)
    indexes = sorted((index.name, tuple(index.columns), index.unique, index.active_only, tuple(index.points)) for index in table.indexes)
    return columns, indexes, tuple(table.primary_key), table.id_prefix, table.renamed_from


def with_sql(tables: Tables, steps: Iterable[Step]) -> list[Step]:
    """The steps with their SQL for each dialect, from the tables as they stand before the first of them."""
    from coregen.resolve import ddl

    done: list[Step] = []
    for step in steps:
        following = after(tables, step)
        if isinstance(step, CreateTable):
            sql = ddl.table_sql(step)
        elif isinstance(step, DropTable):
            sql = ddl.drop_table_sql(step)
        elif isinstance(step, RenameTable):
            sql = ddl.rename_table_sql(step)
        elif isinstance(step, RenameColumn):
            sql = ddl.rename_column_sql(step, tables[step.table])
        elif isinstance(step, AlterTable):
            sql = ddl.alter_table_sql(step, tables[step.table], following[step.table])
        elif isinstance(step, CreateIndex):
            sql = ddl.create_index_sql(step, tables[step.table])
        elif isinstance(step, DropIndex):
            sql = ddl.drop_index_sql(step, tables[step.table])
        elif isinstance(step, RenameIndex):
            sql = ddl.rename_index_sql(step, tables[step.table])
        elif isinstance(step, CheckRows):
            sql = ddl.check_rows_sql(step)
        else:
            sql = {dialect: tuple(statements) for dialect, statements in step.sql.items()}
        done.append(step.model_copy(update={"sql": sql}))
        tables = following
    return done


def losses(steps: Iterable[Step]) -> tuple[str, ...]:
    """What the steps say that they lose."""
    found: list[str] = []
    for step in steps:
        if isinstance(step, AlterTable):
            found += [change.loses for change in step.changes if isinstance(change, DropColumn | AlterColumn)]
        elif isinstance(step, DropTable | ChangeRows):
            found.append(step.loses)
    return tuple(each for each in found if each)
