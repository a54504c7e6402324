"""Core's system tables in a SQLite database: made where missing, brought up where an older version of Core made them.

What they lack is compared by `repository/standing.py`. It runs in one transaction that holds the file's write lock.
"""

from __future__ import annotations

import sqlite3

from coregen_adapters.sqlite.compile import quote
from coregen_adapters.sqlite.connection import Connection
from coregen_adapters.sqlite.ddl import DECLARED, add_column, create_index, create_table
from coregen_adapters.sqlite.statements import perform
from coregen_runtime.repository.standing import FoundColumn, FoundIndex, FoundTable, rows_in_the_way, shortfalls
from coregen_runtime.repository.system_tables import SYSTEM_TABLES
from coregen_runtime.repository.types import SYSTEM

_AMONG = f"m.type = 'table' AND m.name IN ({', '.join('?' for _ in SYSTEM_TABLES)})"
_COLUMNS = f"""
SELECT m.name, c.name, upper(c.type), c."notnull", c.dflt_value IS NOT NULL OR c.pk
FROM sqlite_master AS m, pragma_table_info(m.name) AS c WHERE {_AMONG}
"""
_INDEXES = f"""
SELECT m.name, l.name, l."unique", CASE WHEN NOT l.partial THEN i.name END
FROM sqlite_master AS m, pragma_index_list(m.name) AS l, pragma_index_info(l.name) AS i WHERE {_AMONG} ORDER BY l.name, i.seqno
"""


def prepare(connection: Connection) -> None:
    """Make what is missing of the system tables. Raises CoreError for what cannot be mended, before anything is changed."""
    for lacking in shortfalls(_found(connection), DECLARED):
        table = lacking.table
        statements = create_table(table) if lacking.absent else [add_column(table, column) for column in lacking.columns]
        for statement in [*statements, *(f"DROP INDEX {quote(name)}" for name in lacking.outdated)]:
            connection.execute(statement)
        perform(connection, SYSTEM, lacking.rows)
        for index in lacking.indexes:
            try:
                connection.execute(create_index(table, index))
            except sqlite3.IntegrityError as error:
                raise rows_in_the_way(table, index) from error


def _found(connection: Connection) -> dict[str, FoundTable]:
    names = [table.name for table in SYSTEM_TABLES]
    found: dict[str, FoundTable] = {}
    for table, name, type, required, filled in connection.execute(_COLUMNS, names):
        found.setdefault(table, FoundTable()).columns[name] = FoundColumn(type, not required, bool(filled))
    for table, name, unique, column in connection.execute(_INDEXES, names):
        before = found[table].indexes.get(name, FoundIndex(bool(unique), ()))
        found[table].indexes[name] = FoundIndex(before.unique, (*before.columns, column))
    return found
