"""The three roles of a database (semantics 23): how they are made, and what they must not be.

The `owner` owns the tables and migrates. The `application` and the `system` (relay and replay) own nothing, so row-level security binds
them, and no `RESET ROLE` gives them anything back.
"""

from __future__ import annotations

import asyncpg

from coregen_adapters.postgres.compile import quote
from coregen_adapters.postgres.pool import Session
from coregen_runtime.errors.base import CoreError
from coregen_runtime.errors.codes import ErrorCode

_CHECK = """
SELECT session_user::text AS role, r.rolsuper OR r.rolbypassrls AS unbound, current_setting('server_encoding') AS encoding,
  current_setting('server_version_num')::int AS version,
  (SELECT c.relname::text FROM pg_class AS c WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p')
   AND pg_has_role(session_user, c.relowner, 'MEMBER') LIMIT 1) AS owns,
  to_regclass('coregen_migrations') IS NULL AS bare
FROM pg_roles AS r WHERE r.rolname = session_user
"""
_OLDEST = 140_000
_EXTENSION = "SELECT extnamespace::regnamespace::text FROM pg_extension WHERE extname = 'postgis'"
"""The schema that PostGIS is in, as SQL names it."""


async def check(session: Session) -> None:
    """Raises CoreError for a role that row-level security would not bind, and for a database that Core cannot work on."""
    [found] = await session.fetch(_CHECK)
    role = found["role"]
    if found["unbound"] or found["owns"] is not None:
        why = "is a superuser or bypasses row-level security" if found["unbound"] else f'owns "{found["owns"]}", or can become who does'
        message = f'the role "{role}" {why}; nothing would keep organisations apart. Log in as one that owns nothing (docs/how-to/postgres.md)'
        raise CoreError(ErrorCode.NOT_CONFIGURED, message)
    if found["encoding"] != "UTF8" or found["version"] < _OLDEST:
        raise CoreError(ErrorCode.NOT_CONFIGURED, f"the database must be PostgreSQL 14 or later with encoding UTF8; it has {found['encoding']}")
    if found["bare"]:
        raise CoreError(ErrorCode.NOT_CONFIGURED, 'the database has no system tables yet; open it once with an owner: "?owner=…" in the URL')


async def make_roles(url: str, *, application: str, system: str, owner: str, postgis: bool = False) -> None:
    """Make the roles that are missing, without passwords, and let the owner make tables in the database of the URL.

    Where PostGIS is installed in the database, the application and the system may use it.

    Args:
        url: as whom roles can be made in that database, such as its administrator. Only this set-up logs in so.
        postgis: whether to install the extension too, which takes somebody who may: a superuser, or whom the server's provider lets.
    """
    connection = await asyncpg.connect(url)
    try:
        async with connection.transaction():
            for role in (application, system, owner):
                if not await connection.fetchval("SELECT true FROM pg_roles WHERE rolname = $1", role):
                    await connection.execute(f"CREATE ROLE {quote(role)} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOINHERIT")
            schema = quote(await connection.fetchval("SELECT current_schema()"))
            await connection.execute(f"REVOKE CREATE ON SCHEMA {schema} FROM PUBLIC")
            await connection.execute(f"GRANT USAGE, CREATE ON SCHEMA {schema} TO {quote(owner)}")
            if postgis:
                await connection.execute("CREATE EXTENSION IF NOT EXISTS postgis")
            extension = await connection.fetchval(_EXTENSION)
            for used in dict.fromkeys([schema, extension or schema]):
                await connection.execute(f"GRANT USAGE ON SCHEMA {used} TO {quote(application)}, {quote(system)}")
    finally:
        await connection.close()
