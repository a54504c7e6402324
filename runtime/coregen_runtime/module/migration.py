"""The form of a migration: readable steps, and the SQL of each per dialect, compiled when the migration was made.

A step says in data what it changes, so that replaying the steps of a module's migrations gives the tables as they
stand; the SQL beside it is what runs. The runtime needs only the driver. There is no way back: what undoes a migration is the next one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Discriminator

from coregen_runtime.entity.validators import Validator
from coregen_runtime.primitives.model import DefinitionModel, Items

Sql: TypeAlias = Mapping[str, Items[str]]
"""Statements in their order, by dialect: `sqlite`, `postgresql`."""


class Column(DefinitionModel):
    """A column: `type` is the field type's storage (`text`, `number`, `integer`, `boolean`, `timestamp`, `json`, `geo.point` …).

    The others are what no database is told, and what a later migration has to know: whose column it is (`key`, of the field), what its values are
    held to when a row is read, and for a field that changed places with others, whose name it took (`renamed_from`).
    """

    name: str
    type: str
    nullable: bool = True
    key: str | None = None
    values: Items[str] | None = None
    validators: Items[Validator] = ()
    json_schema: dict[str, Any] | None = None
    renamed_from: str | None = None


class Index(DefinitionModel):
    """An index; `active_only` is the partial form that leaves soft-deleted rows out. The columns that are `points` stand in it as longitude and latitude."""

    name: str
    columns: Items[str]
    unique: bool = False
    active_only: bool = False
    points: Items[str] = ()


class CreateTable(DefinitionModel):
    """`id_prefix` is what the ids of its rows begin with, `renamed_from` the name that its entity had before it changed places with others; no database is told."""

    op: Literal["createTable"] = "createTable"
    table: str
    columns: Items[Column]
    primary_key: Items[str] = ("id",)
    indexes: Items[Index] = ()
    id_prefix: str | None = None
    renamed_from: str | None = None
    sql: Sql


class DropTable(DefinitionModel):
    """The table goes with its rows, indexes and triggers. `loses` says what is lost with it, and is empty where its rows stand elsewhere by now."""

    op: Literal["dropTable"] = "dropTable"
    table: str
    loses: str = ""
    sql: Sql


class RenameTable(DefinitionModel):
    """Indexes keep their names, triggers and views follow."""

    op: Literal["renameTable"] = "renameTable"
    table: str
    to: str
    sql: Sql


class RenameColumn(DefinitionModel):
    """Indexes, triggers and views follow."""

    op: Literal["renameColumn"] = "renameColumn"
    table: str
    column: str
    to: str
    sql: Sql


class AddColumn(DefinitionModel):
    """Rows that are there get `value`, as JSON, or what `fill` says: the time of the migration (ms), or the version that their events have come to."""

    op: Literal["addColumn"] = "addColumn"
    column: Column
    value: Any = None
    fill: Literal["now", "version"] | None = None


class AlterColumn(DefinitionModel):
    """`column` as it is from now on. Values are cast; one that cannot be stops the migration, unless `loses` says that they go.

    `value`, as JSON, is for rows that have none; without it, such a row stops the migration where the column may not be null.
    """

    op: Literal["alterColumn"] = "alterColumn"
    column: Column
    value: Any = None
    loses: str = ""


class DropColumn(DefinitionModel):
    """`loses` says what is lost with the column, and is empty where its values stand elsewhere by now."""

    op: Literal["dropColumn"] = "dropColumn"
    column: str
    loses: str = ""


ColumnChange: TypeAlias = Annotated[AddColumn | AlterColumn | DropColumn, Discriminator("op")]


class AlterTable(DefinitionModel):
    """Changes of one table's columns, made at once, and of its primary key where one is given.

    What SQLite cannot change in place is a rebuild: rows and indexes are carried over by the step, triggers and indexes of your own by the adapter.
    """

    op: Literal["alterTable"] = "alterTable"
    table: str
    changes: Items[ColumnChange] = ()
    primary_key: Items[str] | None = None
    sql: Sql


class CreateIndex(DefinitionModel):
    """A unique index fails where two rows have one value, and then nothing of the migration is done."""

    op: Literal["createIndex"] = "createIndex"
    table: str
    index: Index
    sql: Sql


class DropIndex(DefinitionModel):
    op: Literal["dropIndex"] = "dropIndex"
    table: str
    index: str
    sql: Sql


class RenameIndex(DefinitionModel):
    op: Literal["renameIndex"] = "renameIndex"
    table: str
    index: str
    to: str
    sql: Sql


class ChangeRows(DefinitionModel):
    """Moves or removes rows and changes no table's shape; where there are no rows, it does nothing."""

    op: Literal["changeRows"] = "changeRows"
    summary: str
    loses: str = ""
    sql: Sql


class CheckRows(DefinitionModel):
    """Rows whose value is not, or no longer, what `column` is held to stop the migration. The SQL reads each row's id and value; the runtime's own checks judge it.

    Of a `ref[]`, the column is its list, of the type `list`, and what is read is how many entries it has.
    """

    op: Literal["checkRows"] = "checkRows"
    table: str
    column: Column
    sql: Sql

    @property
    def subject(self) -> str:
        """What is looked at, as sentences call it: the table and the column, of a list the field."""
        return f"{self.table}.{self.column.key if self.column.type == 'list' else self.column.name}"


class NoteTable(DefinitionModel):
    """What a later migration has to know of a table and of some of its columns from now on. The database is not told."""

    op: Literal["noteTable"] = "noteTable"
    table: str
    columns: Items[Column] = ()
    id_prefix: str | None = None
    renamed_from: str | None = None
    sql: Sql = {"sqlite": (), "postgresql": ()}  # noqa: RUF012 - Pydantic copies it


class RunSql(DefinitionModel):
    """A step of your own: SQL per dialect that changes data and no table's shape."""

    op: Literal["runSql"] = "runSql"
    summary: str
    sql: Sql


Step: TypeAlias = Annotated[
    CreateTable
    | DropTable
    | RenameTable
    | RenameColumn
    | AlterTable
    | CreateIndex
    | DropIndex
    | RenameIndex
    | ChangeRows
    | CheckRows
    | NoteTable
    | RunSql,
    Discriminator("op"),
]


class Migration(DefinitionModel):
    """One migration of a module: `version` orders it, and each runs once (specification, section 8)."""

    version: int
    name: str
    steps: Items[Step]
