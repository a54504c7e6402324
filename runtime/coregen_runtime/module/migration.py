"""The form of a migration: readable steps, and the SQL of each per dialect, compiled when the migration was made.

A step says in data what it changes, so that replaying the steps of a module's migrations gives the tables as they
stand; the SQL beside it is what runs. The runtime needs only the driver.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, TypeAlias

from pydantic import Discriminator

from coregen_runtime.primitives.model import DefinitionModel, Items


class Column(DefinitionModel):
    """A column: `type` is the field type's storage (`text`, `number`, `integer`, `boolean`, `timestamp`, `json`, `geo.point` …)."""

    name: str
    type: str
    nullable: bool = True


class Index(DefinitionModel):
    """An index; `active_only` is the partial form that leaves soft-deleted rows out."""

    name: str
    columns: Items[str]
    unique: bool = False
    active_only: bool = False


class CreateTable(DefinitionModel):
    op: Literal["createTable"] = "createTable"
    table: str
    columns: Items[Column]
    primary_key: Items[str] = ("id",)
    indexes: Items[Index] = ()
    sql: Mapping[str, Items[str]]


class RunSql(DefinitionModel):
    """A step of your own: SQL per dialect that changes data and no table's shape."""

    op: Literal["runSql"] = "runSql"
    summary: str
    sql: Mapping[str, Items[str]]


Step: TypeAlias = Annotated[CreateTable | RunSql, Discriminator("op")]


class Migration(DefinitionModel):
    """One migration of a module: `version` orders it, and each runs once (specification, section 8)."""

    version: int
    name: str
    steps: Items[Step]
