"""What the owner does: the system tables, the grants of the other roles, and migrations, each once, in version order, under a lock.

The owner owns the tables and is bound by their row-level security all the same, since it is forced; it is lifted for the statements of
a migration that change data, within its transaction.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import asyncpg

from coregen_adapters.postgres import standing
from coregen_adapters.postgres.compile import owned, quote
from coregen_adapters.postgres.ddl import system_policy
from coregen_adapters.postgres.errors import DRIVER, unreachable
from coregen_adapters.postgres.horizon import SEQUENCE
from coregen_runtime.errors.base import CoreError
from coregen_runtime.errors.codes import ErrorCode
from coregen_runtime.module.held import NAMED, Refused, doubled, doubles, judge, unfit
from coregen_runtime.module.migration import CheckRows, CreateIndex, Migration, RunSql, Step
from coregen_runtime.repository.system_tables import CHECKPOINTS, DELIVERIES, EVENTS, HANDLED, MIGRATIONS, OUTBOX, RECEIVED, SNAPSHOTS, SYSTEM_TABLES

DIALECT = "postgresql"
_LOCK = 0x636F726567656E
"""The advisory lock under which the owner works: the letters of coregen."""

_UNGRANTED = """
SELECT c.relname FROM pg_class AS c
WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') AND c.relowner = current_user::regrole
  AND NOT (c.relname = ANY($1::text[])) AND NOT has_table_privilege($2::text, c.oid, 'SELECT, INSERT, UPDATE, DELETE')
ORDER BY c.relname
"""
_FORCED = """
SELECT c.relname FROM pg_class AS c
WHERE c.relnamespace = current_schema()::regnamespace AND c.relforcerowsecurity AND c.relowner = current_user::regrole
ORDER BY c.relname
"""


@asynccontextmanager
async def at_work(url: str) -> AsyncIterator[asyncpg.Connection[asyncpg.Record]]:
    """The owner's connection, in a transaction that no other owner's runs beside."""
    try:
        connection = await asyncpg.connect(url)
    except DRIVER as error:
        raise unreachable(error) from error
    try:
        async with connection.transaction():
            await connection.execute(f"SELECT pg_advisory_xact_lock({_LOCK})")
            yield connection
    finally:
        await connection.close()


async def prepare(connection: asyncpg.Connection[asyncpg.Record], application: str, system: str) -> None:
    """Make what is missing of the system tables, and grant the other roles what they need, and no more."""
    await standing.mend(connection)
    seen = {record["name"] for record in await connection.fetch(_POLICIES, system)}
    for table in SYSTEM_TABLES:
        if owned(table) and table.name not in seen:
            for statement in system_policy(table, system):
                await connection.execute(statement)
    for role, table, rights in (
        (application, EVENTS, _LOG),
        (application, OUTBOX, "SELECT, INSERT"),
        (application, DELIVERIES, "SELECT, INSERT, DELETE"),
        (application, SNAPSHOTS, "SELECT, INSERT, DELETE"),
        (application, MIGRATIONS, "SELECT"),
        (system, EVENTS, _LOG),
        (system, OUTBOX, "SELECT, INSERT, UPDATE, DELETE"),
        (system, DELIVERIES, "SELECT, INSERT, UPDATE, DELETE"),
        (system, RECEIVED, "SELECT, INSERT, UPDATE, DELETE"),
        (system, SNAPSHOTS, "SELECT, INSERT, DELETE"),
        (system, HANDLED, "SELECT, INSERT, DELETE"),
        (system, CHECKPOINTS, "SELECT, INSERT, UPDATE, DELETE"),
        (system, MIGRATIONS, "SELECT"),
    ):
        if not await connection.fetchval(_ALL_OF, role, quote(table.name), [right for right in _RIGHTS if right in rights]):
            await connection.execute(f"GRANT {rights} ON {quote(table.name)} TO {quote(role)}")
    for role in (application, system):
        if not await connection.fetchval("SELECT has_sequence_privilege($1::text, $2::text, 'SELECT')", role, SEQUENCE):
            await connection.execute(f"GRANT SELECT ON SEQUENCE {quote(SEQUENCE)} TO {quote(role)}")
    await grant(connection, application, system)


_POLICIES = """
SELECT c.relname AS name FROM pg_policy AS p JOIN pg_class AS c ON c.oid = p.polrelid
WHERE p.polname = 'system' AND c.relnamespace = current_schema()::regnamespace AND $1::text::regrole = ANY(p.polroles)
"""
_RIGHTS = ("SELECT", "INSERT", "UPDATE", "DELETE")
_LOG = 'SELECT, INSERT, UPDATE ("payload", "metadata", "erased")'
"""Of the log: what happened is never rewritten, but payloads are erased."""
_ALL_OF = """
SELECT bool_and(CASE r WHEN 'DELETE' THEN has_table_privilege($1::text, $2::text, r) ELSE has_any_column_privilege($1::text, $2::text, r) END)
FROM unnest($3::text[]) AS r
"""


async def grant(connection: asyncpg.Connection[asyncpg.Record], application: str, system: str) -> None:
    """Let both roles work on the modules' tables; which rows there are for them, the tables' policies say."""
    system_tables = [table.name for table in SYSTEM_TABLES]
    for role in (application, system):
        for record in await connection.fetch(_UNGRANTED, system_tables, role):
            await connection.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {quote(record['relname'])} TO {quote(role)}")


async def run(connection: asyncpg.Connection[asyncpg.Record], module: str, migrations: Sequence[Migration]) -> tuple[int, ...]:
    """The versions that ran now. Raises CoreError for a version given twice, for a step without SQL of this dialect, and for one that fails."""
    ran = await pending(connection, module, migrations)
    for migration in ran:
        for step in migration.steps:
            if DIALECT not in step.sql:
                raise CoreError(ErrorCode.NOT_CONFIGURED, f"migration {migration.version} of {module} has no SQL for {DIALECT}")
            try:
                await _run(connection, step)
            except (asyncpg.PostgresError, Refused) as error:
                message = f"migration {migration.version} ({migration.name}) of {module} failed, and nothing of it was done: {error.args[0]}"
                raise CoreError(ErrorCode.INVALID_STATE, message) from error
        await connection.execute(
            f'INSERT INTO {quote(MIGRATIONS.name)} ("module", "version", "name") VALUES ($1, $2, $3)', module, migration.version, migration.name
        )
    return tuple(migration.version for migration in ran)


async def _run(connection: asyncpg.Connection[asyncpg.Record], step: Step) -> None:
    """Of an error of the database, the first argument is its sentence; the detail, which may hold values, is left out of ours (semantics 7)."""
    if isinstance(step, CheckRows):
        await _check(connection, step)
        return
    if isinstance(step, CreateIndex) and step.index.unique:
        await _unique(connection, step)
        return
    async with _seeing_all(connection, step.sql[DIALECT] if isinstance(step, RunSql) else ()):
        for statement in step.sql[DIALECT]:
            await connection.execute(statement)


async def _check(connection: asyncpg.Connection[asyncpg.Record], step: CheckRows) -> None:
    """Rows are read a thousand at a time. The cursor is closed before the table is forced to its policies again: PostgreSQL alters no table that a cursor is open on."""
    fits = judge(step.column)
    found: list[str] = []
    async with _seeing_all(connection, step.sql[DIALECT]):
        for statement in step.sql[DIALECT]:
            async for id, value in connection.cursor(statement, prefetch=1000):
                if not fits(value):
                    found.append(id)
                if len(found) == NAMED:
                    break
            if found:
                raise unfit(step, found)
            await connection.execute("CLOSE ALL")


async def _unique(connection: asyncpg.Connection[asyncpg.Record], step: CreateIndex) -> None:
    """Where the index cannot be made, the rows in the way are looked for from before the statement that failed."""
    try:
        async with connection.transaction():
            for statement in step.sql[DIALECT]:
                await connection.execute(statement)
    except asyncpg.UniqueViolationError as error:
        query = doubles(step)
        async with _seeing_all(connection, [query]):
            raise doubled(step, [(first, last) for first, last in await connection.fetch(query)]) from error


async def pending(connection: asyncpg.Connection[asyncpg.Record], module: str, migrations: Sequence[Migration]) -> list[Migration]:
    """Those of the migrations that have not run, in version order."""
    ordered = sorted(migrations, key=lambda migration: migration.version)
    versions = [migration.version for migration in ordered]
    if len(set(versions)) != len(versions):
        raise CoreError(ErrorCode.DUPLICATE, f"{module} has two migrations of one version")
    found = await connection.fetch(f'SELECT "version" FROM {quote(MIGRATIONS.name)} WHERE "module" = $1', module)
    done = {record["version"] for record in found}
    return [migration for migration in ordered if migration.version not in done]


@asynccontextmanager
async def _seeing_all(connection: asyncpg.Connection[asyncpg.Record], sql: Sequence[str]) -> AsyncIterator[None]:
    """While the block runs, the owner sees every row of the tables that the statements name."""
    names = [record["relname"] for record in await connection.fetch(_FORCED)] if sql else []
    named = [quote(name) for name in names if any(name in statement for statement in sql)]
    for name in named:
        await connection.execute(f"ALTER TABLE {name} NO FORCE ROW LEVEL SECURITY")
    yield
    for name in named:
        await connection.execute(f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY")
