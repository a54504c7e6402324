"""A process that opens a database and migrates it: `python -m tests.runtime.adapters.migrating_child DATABASE`. It says when it begins and when it has done.

The migrations make a table, fill it, change it while it is full, and copy it, so that there is time to be killed in each of them.
"""

from __future__ import annotations

import asyncio
import sys

from coregen_adapters.app import open_database
from coregen_adapters.postgres.ddl import create_table as postgres_table
from coregen_adapters.sqlite.ddl import create_table as sqlite_table
from coregen_runtime.module.migration import AddColumn, AlterTable, Column, CreateTable, Migration, RunSql, Step
from coregen_runtime.repository.table import Table, table_of
from tests.runtime.repository.library import AUTHOR, NOTE

ROWS = 20_000
MODULES = ("library", "shop")


def _made(table: Table) -> Step:
    return CreateTable(table=table.name, columns=[], sql={"sqlite": sqlite_table(table), "postgresql": postgres_table(table)})


def _filled(name: str) -> Step:
    row = "'org_1', 'note_' || n, '{}', 'text ' || n"
    counted = f"WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < {ROWS}) SELECT {row} FROM c"
    sql = {
        "sqlite": [f"INSERT INTO {name} (organization_id, id, meta, text) {counted}"],
        "postgresql": [f"INSERT INTO {name} (organization_id, id, meta, text) SELECT {row} FROM generate_series(1, {ROWS}) AS n"],
    }
    return RunSql(summary="fill it", sql=sql)


def _widened(name: str) -> Step:
    rebuilt = (
        "CREATE TABLE coregen_rebuilt (organization_id TEXT NOT NULL, id TEXT NOT NULL, meta TEXT NOT NULL, text TEXT NOT NULL, size INTEGER NOT NULL, PRIMARY KEY (organization_id, id))",
        f"INSERT INTO coregen_rebuilt SELECT organization_id, id, meta, text, length(text) FROM {name}",
        f"DROP TABLE {name}",
        f"ALTER TABLE coregen_rebuilt RENAME TO {name}",
        f"CREATE INDEX {name}_size_idx ON {name} (size)",
    )
    altered = (
        f"ALTER TABLE {name} ADD COLUMN size bigint",
        f"ALTER TABLE {name} NO FORCE ROW LEVEL SECURITY",
        f"UPDATE {name} SET size = length(text)",
        f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY",
        f"ALTER TABLE {name} ALTER COLUMN size SET NOT NULL",
        f"CREATE INDEX {name}_size_idx ON {name} (size)",
    )
    change = AddColumn(column=Column(name="size", type="integer", nullable=False))
    return AlterTable(table=name, changes=[change], sql={"sqlite": rebuilt, "postgresql": altered})


def migrations(module: str) -> list[Migration]:
    """Of each module the same four, of tables of its own."""
    notes = table_of(NOTE.model_copy(update={"namespace": module}))
    authors = table_of(AUTHOR.model_copy(update={"namespace": module}))
    copied = f"INSERT INTO {authors.name} (organization_id, id, name, meta, created_at, updated_at, version) SELECT organization_id, id, text, '{{}}', 0, 0, 1 FROM {notes.name}"
    steps: list[list[Step]] = [
        [_made(notes), _filled(notes.name)],
        [_widened(notes.name)],
        [_made(authors), RunSql(summary="copy it", sql={"sqlite": [copied], "postgresql": [copied]})],
        [RunSql(summary="change it", sql={dialect: [f"UPDATE {notes.name} SET text = text || '!'"] for dialect in ("sqlite", "postgresql")})],
    ]
    return [Migration(version=number, name=f"step_{number}", steps=each) for number, each in enumerate(steps, 1)]


async def migrated(url: str) -> None:
    """Open the database and bring it up, as an application does when it boots."""
    db = open_database(url)
    await db.open()
    try:
        for module in MODULES:
            await db.migrate(module, migrations(module))
    finally:
        await db.close()


async def main(url: str) -> None:
    print("begun", flush=True)
    await migrated(url)
    print("done", flush=True)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
