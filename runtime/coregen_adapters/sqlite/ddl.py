"""Table descriptions → SQLite's DDL: for the system tables, and for tests that have no migration.

An entity's own tables are made by its module's migrations.
"""

from __future__ import annotations

from coregen_adapters.sqlite.compile import quote
from coregen_runtime.entity.fields import FIELD_TYPES
from coregen_runtime.repository.points import AXES, sqlite_expression
from coregen_runtime.repository.table import ColumnSpec, IndexSpec, Table

DECLARED = {column.storage: column.sqlite for row in FIELD_TYPES.values() for column in row.columns}


def create_table(table: Table) -> tuple[str, ...]:
    """The statements that make the table, its indexes and its link tables, where they are missing."""
    columns = [_column(table, column) for column in table.columns]
    if table.sequence is None:
        columns.append(f"PRIMARY KEY ({', '.join(map(quote, table.primary_key))})")
    made = [f"CREATE TABLE IF NOT EXISTS {quote(table.name)} ({', '.join(columns)})", *(create_index(table, index) for index in table.indexes)]
    return (*made, *(statement for link in table.links for statement in create_table(link.table)))


def add_column(table: Table, column: ColumnSpec) -> str:
    """The statement that gives a table that stands a column; its rows get the column's default."""
    return f"ALTER TABLE {quote(table.name)} ADD COLUMN {_column(table, column)}"


def _column(table: Table, column: ColumnSpec) -> str:
    if column.name == table.sequence:
        return f"{quote(column.name)} INTEGER PRIMARY KEY AUTOINCREMENT"
    return f"{quote(column.name)} {DECLARED[column.type]}{'' if column.nullable else ' NOT NULL'}{_default(column)}"


def _default(column: ColumnSpec) -> str:
    value = column.default
    if isinstance(value, str):
        return " DEFAULT '" + value.replace("'", "''") + "'"
    return "" if value is None else f" DEFAULT {int(value)}"


def create_index(table: Table, index: IndexSpec) -> str:
    """The statement that makes an index, where it is missing."""
    partial = ' WHERE "deleted_at" IS NULL' if index.active_only else ""
    kind = "UNIQUE INDEX" if index.unique else "INDEX"
    columns = ", ".join(part for column in index.columns for part in (_coordinates(column) if column in index.points else [quote(column)]))
    return f"CREATE {kind} IF NOT EXISTS {quote(index.name)} ON {quote(table.name)} ({columns}){partial}"


def _coordinates(point: str) -> list[str]:
    return [sqlite_expression(quote(point), axis) for axis, _ in AXES]
