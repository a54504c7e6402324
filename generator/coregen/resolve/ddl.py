"""The SQL of a migration's steps, per dialect, compiled by SQLAlchemy when the migration is made.

Owns how a step becomes statements, and the row-level security of PostgreSQL. Which tables and columns there are,
`coregen_runtime.repository.table` says, their types `coregen_runtime.entity.fields`, and which steps a migration has, `migrations`.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Any, Literal, TypeAlias

from sqlalchemy import Column, Dialect, MetaData, PrimaryKeyConstraint, Table, make_url, text
from sqlalchemy import Index as SqlIndex
from sqlalchemy.schema import CreateIndex, ExecutableDDLElement
from sqlalchemy.schema import CreateTable as SqlCreateTable
from sqlalchemy.types import UserDefinedType

from coregen_runtime.entity.fields import FIELD_TYPES
from coregen_runtime.module.migration import CreateTable

DialectName: TypeAlias = Literal["sqlite", "postgresql"]
Columns: TypeAlias = tuple[tuple[str, str, bool], ...]
"""Name, storage, and whether null is allowed."""

_TABLE, _INDEX = "coregen_table", "coregen_index"
"""What stands for the names of a table and an index while their statements are compiled."""
_SHAPES = 1024
"""How many statements are remembered: tables of one shape differ in their name alone."""


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


@cache
def _dialect(name: DialectName) -> Dialect:
    return make_url("sqlite://" if name == "sqlite" else "postgresql+asyncpg://").get_dialect()()


def _create(step: CreateTable, name: DialectName) -> tuple[str, ...]:
    """The table's statement and its indexes'. What differs in names alone is compiled once, and given its names here."""
    quote = _dialect(name).identifier_preparer.quote
    columns = tuple((column.name, column.type, column.nullable) for column in step.columns)
    table, keys = quote(step.table), tuple(step.primary_key)
    return (
        _create_table(columns, keys, name).replace(_TABLE, table, 1),
        *(
            _create_index(columns, tuple(index.columns), index.unique, index.active_only, name)
            .replace(_TABLE, table, 1)
            .replace(_INDEX, quote(index.name), 1)
            for index in step.indexes
        ),
    )


@lru_cache(_SHAPES)
def _create_table(columns: Columns, primary_key: tuple[str, ...], name: DialectName) -> str:
    return _compile(SqlCreateTable(_table(columns, name, PrimaryKeyConstraint(*primary_key))), _dialect(name))


@lru_cache(_SHAPES)
def _create_index(columns: Columns, indexed: tuple[str, ...], unique: bool, active_only: bool, name: DialectName) -> str:
    table, active = _table(columns, name), text("deleted_at IS NULL") if active_only else None
    index = SqlIndex(_INDEX, *(table.c[column] for column in indexed), unique=unique, sqlite_where=active, postgresql_where=active)
    return _compile(CreateIndex(index), _dialect(name))


def _table(columns: Columns, name: DialectName, *constraints: PrimaryKeyConstraint) -> Table:
    every = (Column(column, _type(storage, name), nullable=nullable) for column, storage, nullable in columns)
    return Table(_TABLE, MetaData(), *every, *constraints)


def _type(storage: str, name: DialectName) -> _Declared:
    """What the table of field types says of the storage. On PostgreSQL, text sorts as in SQLite, in Python and in rules: by code point."""
    [row, *_] = [column for row in FIELD_TYPES.values() for column in row.columns if column.storage == storage]
    if name == "sqlite":
        return _Declared(row.sqlite)
    return _Declared(f'{row.postgresql} COLLATE "C"' if storage == "text" else row.postgresql)


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
