"""Migrations on SQLite: in version order, each once, in one transaction that holds the database's write lock.

Owns what a step's own SQL cannot know: the triggers and indexes that somebody has put on a table, which a rebuild would take along.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice

from coregen_adapters.sqlite.compile import quote
from coregen_adapters.sqlite.connection import Connection
from coregen_runtime.errors.base import CoreError
from coregen_runtime.errors.codes import ErrorCode
from coregen_runtime.module.held import NAMED, Refused, doubled, doubles, judge, unfit
from coregen_runtime.module.migration import AlterTable, CheckRows, CreateIndex, Migration, Step
from coregen_runtime.repository.system_tables import MIGRATIONS

DIALECT = "sqlite"
_PROBE = "coregen_probe"


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
                _run(connection, step)
            except (sqlite3.Error, Refused) as error:
                message = f"migration {migration.version} ({migration.name}) of {module} failed, and nothing of it was done: {error}"
                raise CoreError(ErrorCode.INVALID_STATE, message) from error
        connection.execute(
            f'INSERT INTO {quote(MIGRATIONS.name)} ("module", "version", "name") VALUES (?, ?, ?)', (module, migration.version, migration.name)
        )
    return tuple(migration.version for migration in ran)


def _run(connection: sqlite3.Connection, step: Step) -> None:
    if isinstance(step, CheckRows):
        _check(connection, step)
        return
    if isinstance(step, CreateIndex):
        _index(connection, step)
        return
    if not isinstance(step, AlterTable):
        _execute(connection, step.sql[DIALECT])
        return
    before = _attached(connection, step.table)
    with _no_reference_rewritten(connection):
        _execute(connection, step.sql[DIALECT])
    after = _attached(connection, step.table)
    _execute(connection, [sql for name, sql in before.items() if name not in after])
    _whole(connection)


def _check(connection: sqlite3.Connection, step: CheckRows) -> None:
    fits = judge(step.column)
    for statement in step.sql[DIALECT]:
        found = list(islice((id for id, value in connection.execute(statement) if not fits(value)), NAMED))
        if found:
            raise unfit(step, found)


def _index(connection: sqlite3.Connection, step: CreateIndex) -> None:
    try:
        _execute(connection, step.sql[DIALECT])
    except sqlite3.IntegrityError as error:
        raise doubled(step, connection.execute(doubles(step)).fetchall()) from error


def _execute(connection: sqlite3.Connection, statements: Sequence[str]) -> None:
    for statement in statements:
        connection.execute(statement)


def _attached(connection: sqlite3.Connection, table: str) -> dict[str, str]:
    """The SQL of a table's indexes and triggers, by name."""
    sql = "SELECT name, sql FROM sqlite_master WHERE type IN ('index', 'trigger') AND sql IS NOT NULL AND lower(tbl_name) = lower(?) ORDER BY rowid"
    return dict(connection.execute(sql, [table]).fetchall())


@contextmanager
def _no_reference_rewritten(connection: sqlite3.Connection) -> Iterator[None]:
    """Views and triggers that name a table go on naming it while another one takes its place."""
    connection.execute("PRAGMA legacy_alter_table = ON")
    try:
        yield
    finally:
        connection.execute("PRAGMA legacy_alter_table = OFF")


def _whole(connection: sqlite3.Connection) -> None:
    """Raises sqlite3.Error for a view or trigger that names what is gone: SQLite looks at all of them when a table is renamed."""
    _execute(connection, [f"CREATE TABLE {_PROBE}_1 (id INTEGER)", f"ALTER TABLE {_PROBE}_1 RENAME TO {_PROBE}_2", f"DROP TABLE {_PROBE}_2"])
