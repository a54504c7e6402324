"""Migrations on SQLite: in version order, each once, in one transaction that holds the database's write lock."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from coregen_adapters.sqlite.compile import quote
from coregen_adapters.sqlite.connection import Connection
from coregen_runtime.errors.base import CoreError
from coregen_runtime.errors.codes import ErrorCode
from coregen_runtime.module.migration import Migration
from coregen_runtime.repository.log import MIGRATIONS

DIALECT = "sqlite"


def migrate(connection: Connection, module: str, migrations: Sequence[Migration]) -> tuple[int, ...]:
    """The versions that ran now. Raises CoreError for a version given twice and for a step without SQL of this dialect."""
    ordered = sorted(migrations, key=lambda migration: migration.version)
    versions = [migration.version for migration in ordered]
    if len(set(versions)) != len(versions):
        raise CoreError(ErrorCode.DUPLICATE, f"{module} has two migrations of one version")
    found = connection.execute(f'SELECT "version" FROM {quote(MIGRATIONS.name)} WHERE "module" = ?', [module])
    done = {version for (version,) in found}
    ran = [migration for migration in ordered if migration.version not in done]
    for migration in ran:
        for step in migration.steps:
            if DIALECT not in step.sql:
                raise CoreError(ErrorCode.NOT_CONFIGURED, f"migration {migration.version} of {module} has no SQL for {DIALECT}")
            try:
                for statement in step.sql[DIALECT]:
                    connection.execute(statement)
            except sqlite3.Error as error:
                message = f"migration {migration.version} ({migration.name}) of {module} failed, and nothing of it was done: {error}"
                raise CoreError(ErrorCode.INVALID_STATE, message) from error
        connection.execute(
            f'INSERT INTO {quote(MIGRATIONS.name)} ("module", "version", "name") VALUES (?, ?, ?)', (module, migration.version, migration.name)
        )
    return tuple(migration.version for migration in ran)
