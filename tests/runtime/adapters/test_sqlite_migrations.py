"""What a rebuild of a table keeps on SQLite: rows, indexes, and what a person has put on it; and that two processes migrate once."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from coregen_adapters.sqlite.connection import Connection, connect
from coregen_adapters.sqlite.ddl import create_table
from coregen_adapters.sqlite.migrate import migrate
from coregen_runtime.errors.base import CoreError
from coregen_runtime.module.migration import AddColumn, AlterColumn, AlterTable, Column, ColumnChange, Migration, RenameColumn, RunSql
from coregen_runtime.repository.system_tables import MIGRATIONS

BEFORE = (
    "CREATE TABLE t (id TEXT NOT NULL, name TEXT, PRIMARY KEY (id))",
    "CREATE INDEX t__name__idx ON t (name)",
    "CREATE TABLE seen (id TEXT, name TEXT)",
    "INSERT INTO t VALUES ('1', 'first')",
)
OWN = (
    "CREATE TRIGGER watch AFTER UPDATE ON t BEGIN INSERT INTO seen VALUES (new.id, new.name); END",
    "CREATE TRIGGER elsewhere AFTER INSERT ON seen BEGIN UPDATE t SET id = id WHERE id = 'none'; END",
    "CREATE UNIQUE INDEX mine ON t (name, id) WHERE name <> ''",
    "CREATE VIEW names AS SELECT name FROM t",
)


def rebuilt(to: str, *changes: ColumnChange) -> AlterTable:
    """The table made anew, as a migration does it: its column `name` is `to` afterwards."""
    sql = (
        f"CREATE TABLE coregen_rebuilt (id TEXT NOT NULL, {to} TEXT NOT NULL, PRIMARY KEY (id))",
        f"INSERT INTO coregen_rebuilt (id, {to}) SELECT id, name FROM t",
        "DROP TABLE t",
        "ALTER TABLE coregen_rebuilt RENAME TO t",
        f"CREATE INDEX t__name__idx ON t ({to})",
    )
    return AlterTable(table="t", changes=changes, sql={"sqlite": sql})


@pytest.fixture
def connection() -> Iterator[Connection]:
    with closing(connect(None, 1.0)) as connection:
        for statement in (*create_table(MIGRATIONS), *BEFORE, *OWN):
            connection.execute(statement)
        connection.execute("BEGIN IMMEDIATE")
        yield connection


def objects(connection: Connection) -> dict[str, str]:
    return dict(
        connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name <> 't' AND name NOT LIKE 'coregen%'").fetchall()
    )


def test_a_rebuild_keeps_rows_triggers_views_and_indexes_of_ones_own(connection: Connection) -> None:
    before = objects(connection)
    required = AlterColumn(column=Column(name="name", type="text", nullable=False))
    migrate(connection, "shop", [Migration(version=1, name="a", steps=[rebuilt("name", required)])])
    connection.execute("UPDATE t SET name = 'second'")

    assert before == objects(connection)
    assert [("1", "second")] == connection.execute("SELECT id, name FROM seen").fetchall()
    assert [("second",)] == connection.execute("SELECT name FROM names").fetchall()


@pytest.mark.parametrize("own", ["watch", "names", "mine"])
def test_what_names_a_column_that_goes_stops_the_migration(connection: Connection, own: str) -> None:
    for other in {"watch": "TRIGGER", "names": "VIEW", "mine": "INDEX"}.items() - {
        (own, {"watch": "TRIGGER", "names": "VIEW", "mine": "INDEX"}[own])
    }:
        connection.execute(f"DROP {other[1]} {other[0]}")
    gone = rebuilt("title", AddColumn(column=Column(name="title", type="text", nullable=False)))
    with pytest.raises(CoreError, match="nothing of it was done: .*name"):
        migrate(connection, "shop", [Migration(version=1, name="a", steps=[gone])])


def test_a_rename_of_a_column_is_followed_by_what_names_it(connection: Connection) -> None:
    renamed = RenameColumn(table="t", column="name", to="title", sql={"sqlite": ["ALTER TABLE t RENAME COLUMN name TO title"]})
    migrate(connection, "shop", [Migration(version=1, name="a", steps=[renamed])])
    connection.execute("UPDATE t SET title = 'second'")

    assert [("1", "second")] == connection.execute("SELECT id, name FROM seen").fetchall()
    assert [("second",)] == connection.execute("SELECT * FROM names").fetchall()


def test_references_are_rewritten_again_once_a_rebuild_is_over_or_has_failed(connection: Connection) -> None:
    broken = AlterTable(table="t", sql={"sqlite": ["nonsense"]})
    with pytest.raises(CoreError):
        migrate(connection, "shop", [Migration(version=1, name="a", steps=[broken])])

    assert [(0,)] == connection.execute("PRAGMA legacy_alter_table").fetchall()


CHILD = """
import asyncio, sys
from coregen_adapters.sqlite import SqliteAdapter
from coregen_runtime import Migration, RunSql

async def main():
    slow = "INSERT INTO t WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 1500000) SELECT count(x) FROM n"
    steps = [RunSql(summary="slow", sql={"sqlite": ["CREATE TABLE t (x INTEGER)", slow]})]
    db = SqliteAdapter(sys.argv[1], busy_timeout=int(sys.argv[2]))
    await db.open()
    print(await db.migrate("shop", [Migration(version=1, name="slow", steps=steps)]))
    await db.close()

asyncio.run(main())
"""


def test_of_two_processes_that_start_at_once_one_migrates_and_the_other_waits_however_long_it_takes(tmp_path: Path) -> None:
    """Under a lock: what waits for a migration is more patient than what waits for a write."""
    begun = [
        subprocess.Popen([sys.executable, "-c", CHILD, str(tmp_path / "a.db"), "100"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    printed = [process.communicate(timeout=120) for process in begun]
    with closing(sqlite3.connect(tmp_path / "a.db")) as connection:
        [[rows]] = connection.execute("SELECT count(*) FROM t")

    assert ["()", "(1,)"] == sorted(out.strip() for out, _ in printed), printed
    assert 1 == rows


def test_a_step_of_ones_own_that_fails_names_the_migration(connection: Connection) -> None:
    step = RunSql(summary="wrong", sql={"sqlite": ["UPDATE t SET nmae = 1"]})
    with pytest.raises(CoreError, match=r"migration 1 \(fill\) of shop failed, and nothing of it was done: no such column: nmae"):
        migrate(connection, "shop", [Migration(version=1, name="fill", steps=[step])])
