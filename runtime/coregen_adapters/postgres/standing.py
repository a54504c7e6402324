"""Core's system tables in a PostgreSQL database: made where missing, brought up where an older version of Core made them.

What they lack is compared by `repository/standing.py`. The owner mends it under `migrate.py`'s lock; where there is none, it is checked alone.
"""

from __future__ import annotations

import asyncpg

from coregen_adapters.postgres.compile import quote
from coregen_adapters.postgres.ddl import DECLARED, add_column, create_index, create_table
from coregen_adapters.postgres.pool import Session
from coregen_adapters.postgres.program import Compiler
from coregen_adapters.postgres.statements import perform
from coregen_runtime.repository.standing import FoundColumn, FoundIndex, FoundTable, rows_in_the_way, shortfalls, without_owner
from coregen_runtime.repository.system_tables import SYSTEM_TABLES
from coregen_runtime.repository.types import SYSTEM

_CATALOGUE = """
SELECT t.relname AS "table", a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type, NOT a.attnotnull AS nullable,
  a.atthasdef OR a.attidentity <> '' AS filled, NULL::text[] AS columns
FROM pg_class AS t JOIN pg_attribute AS a ON a.attrelid = t.oid
WHERE t.relnamespace = current_schema()::regnamespace AND t.relname = ANY($1::text[]) AND a.attnum > 0 AND NOT a.attisdropped
UNION ALL
SELECT t.relname, i.relname, NULL, NULL, x.indisunique, CASE WHEN x.indisvalid AND x.indpred IS NULL THEN ARRAY(
  SELECT a.attname::text FROM unnest(x.indkey) WITH ORDINALITY AS k(number, place) JOIN pg_attribute AS a ON a.attrelid = t.oid AND a.attnum = k.number
  ORDER BY k.place
) ELSE '{}' END
FROM pg_class AS t JOIN pg_index AS x ON x.indrelid = t.oid JOIN pg_class AS i ON i.oid = x.indexrelid
WHERE t.relnamespace = current_schema()::regnamespace AND t.relname = ANY($1::text[])
"""


async def mend(connection: asyncpg.Connection[asyncpg.Record]) -> None:
    """Make what is missing of the system tables, as the owner. Raises CoreError for what cannot be mended, before anything is changed."""
    for lacking in shortfalls(await _found(connection), DECLARED):
        table = lacking.table
        statements = create_table(table) if lacking.absent else [add_column(table, column) for column in lacking.columns]
        for statement in [*statements, *(f"DROP INDEX {quote(name)}" for name in lacking.outdated)]:
            await connection.execute(statement)
        if lacking.rows:
            await connection.execute(f"ALTER TABLE {quote(table.name)} NO FORCE ROW LEVEL SECURITY")
            await perform(Session(connection), SYSTEM, Compiler(), lacking.rows)
            await connection.execute(f"ALTER TABLE {quote(table.name)} FORCE ROW LEVEL SECURITY")
        for index in lacking.indexes:
            try:
                await connection.execute(create_index(table, index))
            except asyncpg.UniqueViolationError as error:
                raise rows_in_the_way(table, index) from error


async def check(connection: asyncpg.Connection[asyncpg.Record]) -> None:
    """Raises CoreError where the system tables lack something, or cannot be mended. Any role sees the catalogue."""
    without_owner(shortfalls(await _found(connection), DECLARED))


async def _found(connection: asyncpg.Connection[asyncpg.Record]) -> dict[str, FoundTable]:
    found: dict[str, FoundTable] = {}
    for table, name, type, nullable, filled, columns in await connection.fetch(_CATALOGUE, [table.name for table in SYSTEM_TABLES]):
        stands = found.setdefault(table, FoundTable())
        if columns is None:
            stands.columns[name] = FoundColumn(type, nullable, filled)
        else:
            stands.indexes[name] = FoundIndex(filled, tuple(columns))
    return found
