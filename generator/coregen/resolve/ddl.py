"""The SQL of a migration's steps, per dialect, compiled by SQLAlchemy when the migration is made.

Owns how a step becomes statements, and the row-level security of PostgreSQL. Which tables and columns there are,
`coregen_runtime.repository.table` says, their types `coregen_runtime.entity.fields`, and which steps a migration has, `migrations`.
"""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

from sqlalchemy import Column, Dialect, MetaData, PrimaryKeyConstraint, Table, make_url, text
from sqlalchemy import Index as SqlIndex
from sqlalchemy.schema import CreateIndex, ExecutableDDLElement
from sqlalchemy.schema import CreateTable as SqlCreateTable
from sqlalchemy.types import UserDefinedType

from coregen_runtime.entity.fields import FIELD_TYPES
from coregen_runtime.module.migration import CreateTable, Index

DialectName: TypeAlias = Literal["sqlite", "postgresql"]


class _Declared(UserDefinedType[Any]):
    """A column type as it is written in SQL."""

    cache_ok = True

    def __init__(self, declaration: str) -> None:
        self.declaration = declaration

    def get_col_spec(self, **_: Any) -> str:
        return self.declaration


def table_sql(step: CreateTable) -> dict[str, tuple[str, ...]]:
    """The statements that make the step's table, its indexes and, on PostgreSQL, its row-level security.

    Raises ValueError for a storage that no field type has.
    """
    return {"sqlite": _create(step, "sqlite"), "postgresql": (*_create(step, "postgresql"), *_row_level_security(step))}


def _dialect(name: DialectName) -> Dialect:
    return make_url("sqlite://" if name == "sqlite" else "postgresql+asyncpg://").get_dialect()()


def _create(step: CreateTable, name: DialectName) -> tuple[str, ...]:
    dialect = _dialect(name)
    table = Table(
        step.table,
        MetaData(),
        *(Column(column.name, _type(column.type, name), nullable=column.nullable) for column in step.columns),
        PrimaryKeyConstraint(*step.primary_key),
    )
    return (_compile(SqlCreateTable(table), dialect), *(_compile(CreateIndex(_index(table, index)), dialect) for index in step.indexes))


def _type(storage: str, name: DialectName) -> _Declared:
    """What the table of field types says of the storage. On PostgreSQL, text sorts as in SQLite, in Python and in rules: by code point."""
    [row, *_] = [column for row in FIELD_TYPES.values() for column in row.columns if column.storage == storage]
    if name == "sqlite":
        return _Declared(row.sqlite)
    return _Declared(f'{row.postgresql} COLLATE "C"' if storage == "text" else row.postgresql)


def _index(table: Table, index: Index) -> SqlIndex:
    active = text("deleted_at IS NULL") if index.active_only else None
    return SqlIndex(index.name, *(table.c[name] for name in index.columns), unique=index.unique, sqlite_where=active, postgresql_where=active)


def _row_level_security(step: CreateTable) -> tuple[str, ...]:
    """Only rows of the session's organisation exist; with none set, or an empty one, no row does (semantics 23)."""
    if all(column.name != "organization_id" for column in step.columns):
        return ()
    table = _dialect("postgresql").identifier_preparer.quote(step.table)
    mine = "organization_id = NULLIF(current_setting('coregen.organization', true), '')"
    return (
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
        f"CREATE POLICY organization ON {table} USING ({mine}) WITH CHECK ({mine})",
    )


def _compile(element: ExecutableDDLElement, dialect: Dialect) -> str:
    """The statement on one line, as it stands in the migration file beside its columns."""
    return " ".join(str(element.compile(dialect=dialect)).split()).replace("( ", "(").replace(" )", ")")
