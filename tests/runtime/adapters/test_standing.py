"""Core's own tables as an older version of Core made them, filled with its rows: opening the database brings them up, or says what it cannot mend."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import sys
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

import asyncpg
import pytest

from coregen_adapters.app import open_database
from coregen_adapters.postgres import PostgresAdapter
from coregen_adapters.postgres import ddl as postgres_ddl
from coregen_adapters.postgres.urls import parsed, role_of
from coregen_adapters.sqlite import ddl as sqlite_ddl
from coregen_runtime.errors.base import BusinessError, CoreError
from coregen_runtime.event.store import EventFilter
from coregen_runtime.event.types import DomainEvent
from coregen_runtime.event.upcasters import Upcasters
from coregen_runtime.repository.log import DatabaseEventStore
from coregen_runtime.repository.system_tables import DELIVERIES, EVENTS, MIGRATIONS, OUTBOX, SYSTEM_TABLES
from coregen_runtime.repository.table import IndexSpec, Table
from coregen_runtime.repository.types import DatabaseAdapter, Scope, Transaction
from coregen_runtime.testing.events import event
from tests.runtime.adapters.postgres import administrator, make_database
from tests.runtime.event.test_relay import World, drain
from tests.runtime.repository.library import ORG, Library


def without(table: Table, *columns: str, indexes: Sequence[IndexSpec] | None = None) -> Table:
    left = tuple(column for column in table.columns if column.name not in columns)
    return replace(table, columns=left, indexes=table.indexes if indexes is None else tuple(indexes))


OLD_DELIVERIES = without(
    DELIVERIES,
    "claimed_by",
    indexes=(
        IndexSpec("coregen_deliveries_status_idx", ("status", "handler", "organization_id", "aggregate_id", "position")),
        IndexSpec("coregen_deliveries_lane_idx", ("aggregate_id", "handler", "organization_id", "status", "position")),
    ),
)
OLD_TABLES = (without(EVENTS, "schema_version"), OUTBOX, OLD_DELIVERIES, MIGRATIONS)


def old_rows() -> list[str]:
    """Three events of one book: the first and the second are handed out, and both pending as all of a lane was; the third has not been looked at."""
    sql: list[str] = []
    for number, type in enumerate(("book.created", "book.updated", "book.deleted"), 1):
        published = "NULL" if number == 3 else "1000"
        payload = json.dumps({"title": f"title {number}"})
        sql += [
            (
                "INSERT INTO coregen_events (id, organization_id, type, source, aggregate_type, aggregate_id, version, ordinal, actor_id, correlation_id,"
                f" caused_by, occurred_at, payload, metadata, erased) VALUES ('e{number}', '{ORG}', '{type}', 'library', 'Book', 'b1', {number}, 0, NULL,"
                f" 'c1', NULL, 1000, '{payload}', '{{}}', false)"
            ),
            (
                "INSERT INTO coregen_outbox (id, organization_id, aggregate_id, event_id, dispatch, published_at, attempts, last_error)"
                f" VALUES ('e{number}', '{ORG}', 'b1', 'e{number}', NULL, {published}, 0, NULL)"
            ),
        ]
    sql += [
        "INSERT INTO coregen_deliveries (record_id, handler, organization_id, aggregate_id, position, status, attempts, due_at, last_error)"
        f" VALUES ('e{number}', 'shop.on_book', '{ORG}', 'b1', {number}, 'pending', 0, 0, NULL)"
        for number in (1, 2)
    ]
    return sql


class Standing(Protocol):
    """A database that stands already: where it is, and how its owner's SQL is run before Core sees it."""

    url: str

    async def make(self, tables: Sequence[Table], *sql: str) -> None: ...

    async def shape(self) -> dict[str, list[str]]:
        """The columns and the indexes of Core's tables, by table."""
        ...


@dataclass
class SqliteFile:
    url: str

    def _connect(self) -> closing[sqlite3.Connection]:
        return closing(sqlite3.connect(self.url.removeprefix("sqlite:///"), isolation_level=None))

    async def make(self, tables: Sequence[Table], *sql: str) -> None:
        with self._connect() as connection:
            for statement in [*(made for table in tables for made in sqlite_ddl.create_table(table)), *sql]:
                connection.execute(statement)

    async def shape(self) -> dict[str, list[str]]:
        with self._connect() as connection:
            return {
                name: sorted(
                    [column for _, column, *_ in connection.execute(f"PRAGMA table_info({name})")]
                    + [f"{index} {sql.partition('(')[2]}" for index, sql in connection.execute(_SQLITE_INDEXES, [name])]
                )
                for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'coregen%'").fetchall()
            }


_SQLITE_INDEXES = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name = ?"


@dataclass
class PostgresDatabase:
    url: str

    async def make(self, tables: Sequence[Table], *sql: str) -> None:
        connection = await asyncpg.connect(administrator(urlsplit(self.url).path.strip("/")))
        owner = role_of(parsed(self.url).owner or "")
        try:
            for table in tables:
                for statement in postgres_ddl.create_table(table):
                    await connection.execute(statement)
                await connection.execute(f'ALTER TABLE {table.name} OWNER TO "{owner}"')
            for statement in sql:
                await connection.execute(statement)
        finally:
            await connection.close()

    async def shape(self) -> dict[str, list[str]]:
        connection = await asyncpg.connect(administrator(urlsplit(self.url).path.strip("/")))
        try:
            found = await connection.fetch(
                "SELECT table_name::text AS name, column_name::text AS part FROM information_schema.columns WHERE table_name LIKE 'coregen%'"
                " UNION ALL SELECT tablename::text, indexname || ' ' || split_part(indexdef, '(', 2) FROM pg_indexes WHERE tablename LIKE 'coregen%'"
            )
        finally:
            await connection.close()
        return {name: sorted(row["part"] for row in found if row["name"] == name) for name in {row["name"] for row in found}}


@pytest.fixture(params=["sqlite file", "postgresql"])
async def standing(request: pytest.FixtureRequest, tmp_path: Path) -> Standing:
    return SqliteFile(f"sqlite:///{tmp_path / 'old.db'}") if request.param == "sqlite file" else PostgresDatabase(await make_database())


@pytest.fixture
async def fresh(standing: Standing, tmp_path: Path) -> Standing:
    """A database of the same kind that this version of Core has made."""
    other = SqliteFile(f"sqlite:///{tmp_path / 'new.db'}") if isinstance(standing, SqliteFile) else PostgresDatabase(await make_database())
    await (await opened(other)).close()
    return other


async def opened(standing: Standing) -> DatabaseAdapter:
    db = open_database(standing.url)
    await db.open()
    return db


async def test_old_events_are_delivered_in_order_read_replayed_and_written_behind(standing: Standing) -> None:
    """Semantics 30, 32: what an older version had handed out goes on, each lane from its first delivery, though all of it was pending then."""
    await standing.make(OLD_TABLES, *old_rows())
    db = await opened(standing)
    world, heard = World(Library(db)), list[str]()

    async def at_first_refused(event: DomainEvent[Any], tx: Transaction) -> None:
        heard.append(event.id)
        if len(heard) == 1:
            raise BusinessError("NOT_YET")

    world.on("book.*", "shop.on_book", at_first_refused)
    for _ in range(2):
        await drain(world.relay())
        await world.wait(100)
    upcasters = Upcasters()
    upcasters.add("library", "book.created", lambda payload: {**payload, "pages": 0})
    store = DatabaseEventStore(db, ORG, upcasters)
    appended = await store.append(event("e4", "b1", org_id=ORG))
    replayed = [each async for each in DatabaseEventStore(db, None, upcasters).replay(EventFilter())]
    left = await world.deliveries.unfinished()
    await db.close()

    assert ["e1", "e1", "e2", "e3"] == heard
    assert [] == left
    assert 4 == appended.version
    assert ["e1", "e2", "e3", "e4"] == [each.id for each in replayed]
    assert ({"title": "title 1", "pages": 0}, 2) == (replayed[0].payload, replayed[0].schema_version)
    assert [1, 1] == [each.schema_version for each in replayed[1:3]]


async def test_tables_that_were_brought_up_are_what_is_made_anew(standing: Standing, fresh: Standing) -> None:
    """Each column and each index, those that had other columns or left rows out too. Indexes that Core has retired go; one's own stay."""
    partial = "CREATE UNIQUE INDEX coregen_outbox_id_key ON coregen_outbox (id) WHERE attempts > 0"
    own = "CREATE INDEX own_idx ON coregen_deliveries (last_error)"
    await standing.make(OLD_TABLES, *old_rows(), "DROP INDEX coregen_outbox_id_key", partial, own)
    await (await opened(standing)).close()
    now, wanted = await standing.shape(), await fresh.shape()
    besides = {part for name in now for part in set(now[name]) - set(wanted[name])}

    assert {table.name for table in SYSTEM_TABLES} == set(now)
    assert {name: set() for name in now} == {name: set(wanted[name]) - set(now[name]) for name in now}
    assert ["own_idx"] == [part.split()[0] for part in besides]


async def test_who_does_not_know_a_column_that_has_a_default_goes_on_writing(standing: Standing, fresh: Standing) -> None:
    """An older process may run on beside a newer one, in tables that either of them made."""
    await standing.make(OLD_TABLES)
    await (await opened(standing)).close()
    for each in (standing, fresh):
        await each.make((), *old_rows())
        db = await opened(each)
        versions = [found.schema_version async for found in DatabaseEventStore(db, ORG).read("b1")]
        await db.close()

        assert [1, 1, 1] == versions


async def test_a_database_that_is_whole_is_left_as_it_is(tmp_path: Path) -> None:
    standing, versions = SqliteFile(f"sqlite:///{tmp_path / 'a.db'}"), list[int]()
    for _ in range(2):
        await (await opened(standing)).close()
        with standing._connect() as connection:
            versions += connection.execute("PRAGMA schema_version").fetchone()

    assert versions[0] == versions[1]


CHILD = """
import asyncio, sys
from coregen_adapters.app import open_database
from coregen_runtime.event.store import EventFilter
from coregen_runtime.repository.log import DatabaseEventStore

async def main():
    db = open_database(sys.argv[1])
    print("ready", flush=True)
    sys.stdin.readline()
    await db.open()
    print([each.schema_version async for each in DatabaseEventStore(db, None).replay(EventFilter())])
    await db.close()

asyncio.run(main())
"""


async def test_processes_that_open_at_once_bring_the_tables_up_once(standing: Standing) -> None:
    """Under the lock under which tables are made: whoever comes second finds it done."""
    await standing.make(OLD_TABLES, *old_rows())
    begun = [
        await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            CHILD,
            standing.url,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        for _ in range(3)
    ]
    for child in begun:
        assert child.stdout is not None
        await child.stdout.readline()
    printed = await asyncio.wait_for(asyncio.gather(*(child.communicate(b"go\n") for child in begun)), 60)

    assert ["[1, 1, 1]"] * 3 == [out.decode().strip() for out, _ in printed], printed


BEYOND_HELP = {
    "a column of another kind": (
        (replace(OUTBOX, columns=tuple(replace(column, type="text") if column.name == "attempts" else column for column in OUTBOX.columns)),),
        (),
        r"coregen_outbox\.attempts is (text|TEXT) and must be (INTEGER|bigint): convert it",
    ),
    "a column whose values nobody knows": (
        (without(OUTBOX, "organization_id"),),
        (),
        r"coregen_outbox\.organization_id is missing, .*add it by hand",
    ),
    "a column of a newer version": (
        (OUTBOX,),
        ("ALTER TABLE coregen_outbox ADD COLUMN region text NOT NULL DEFAULT 'x'", "ALTER TABLE coregen_outbox ALTER COLUMN region DROP DEFAULT"),
        r"coregen_outbox\.region is NOT NULL, .*a newer one made it, so run that one",
    ),
    "a column that must hold what Core leaves empty": (
        (replace(OUTBOX, columns=tuple(replace(column, nullable=False) if column.name == "last_error" else column for column in OUTBOX.columns)),),
        (),
        r"coregen_outbox\.last_error is NOT NULL, .*let it be null",
    ),
    "a column that may lack what Core reads": (
        (without(EVENTS, "schema_version"), OUTBOX),
        ("ALTER TABLE coregen_events ADD COLUMN schema_version bigint",),
        r"coregen_events\.schema_version may be null, .*make it NOT NULL, or drop it",
    ),
    "rows that a unique index does not let stand": (
        (without(OUTBOX, indexes=()),),
        (
            "INSERT INTO coregen_outbox (id, organization_id, aggregate_id, attempts) VALUES ('1', 'o', 'a', 0)",
            "INSERT INTO coregen_outbox (id, organization_id, aggregate_id, attempts) VALUES ('1', 'o', 'a', 0)",
        ),
        r"coregen_outbox_id_key cannot be made: rows of coregen_outbox have the same id\. Remove",
    ),
}


@pytest.mark.parametrize("trouble", list(BEYOND_HELP))
async def test_what_cannot_be_mended_is_named_with_what_helps_and_nothing_is_changed(standing: Standing, trouble: str) -> None:
    tables, sql, sentence = BEYOND_HELP[trouble]
    if isinstance(standing, SqliteFile):
        sql = tuple(statement.replace("bigint", "INTEGER") for statement in sql)
        if trouble == "a column of a newer version":
            tables, sql = (replace(OUTBOX, columns=(*OUTBOX.columns, replace(OUTBOX.column("id"), name="region"))),), ()
    await standing.make([OLD_DELIVERIES, *tables], *sql)
    before = await standing.shape()
    with pytest.raises(CoreError, match=sentence):
        await opened(standing)

    assert before == await standing.shape()


async def test_all_that_cannot_be_mended_is_told_at_once(standing: Standing) -> None:
    await standing.make([without(OUTBOX, "organization_id"), without(EVENTS, "type", indexes=())])
    with pytest.raises(CoreError, match=r"coregen_events\.type is missing.*coregen_outbox\.organization_id is missing"):
        await opened(standing)


async def test_without_an_owner_postgresql_says_what_is_missing_and_who_can_make_it() -> None:
    """Nothing is changed by a process that has no owner; it opens once an owner has been there."""
    standing = PostgresDatabase(await make_database())
    urls = parsed(standing.url)
    unowned = PostgresAdapter(urls.application, system_url=urls.system)
    await (await opened(standing)).close()
    await unowned.open()
    await unowned.close()
    await standing.make(
        (),
        "ALTER TABLE coregen_events DROP COLUMN schema_version",
        "DROP TABLE coregen_received",
        "DROP INDEX coregen_outbox_id_key",
        "DROP INDEX coregen_deliveries_lane_idx",
        "CREATE INDEX coregen_deliveries_lane_idx ON coregen_deliveries (aggregate_id)",
    )
    before = await standing.shape()
    with pytest.raises(CoreError) as refused:
        await unowned.open()

    assert before == await standing.shape()
    assert (
        "Core's own tables are older than this version of Core: coregen_events lacks schema_version; coregen_outbox lacks the index "
        "coregen_outbox_id_key; coregen_received lacks all of it. No owner is given who could make it: "
        'open it once with an owner: "?owner=…" in the URL'
    ) == refused.value.message
    await (await opened(standing)).close()
    await unowned.open()
    assert [] == [each async for each in DatabaseEventStore(unowned, None).replay(EventFilter())]
    assert [] == await unowned.raw(Scope(ORG), "SELECT schema_version FROM coregen_events")
    await unowned.close()
