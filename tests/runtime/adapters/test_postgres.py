"""What PostgreSQL does beyond the contract: row-level security, one round trip, a pool, races, and errors of the server's own."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import pytest
from asyncpg.prepared_stmt import PreparedStatement

from coregen_adapters.app import open_database
from coregen_adapters.postgres import PostgresAdapter, patterns, pool
from coregen_adapters.postgres import statements as performed
from coregen_adapters.postgres.urls import Urls, as_role, parsed
from coregen_runtime.errors.base import ConflictError, CoreError, IntegrationError, ValidationError
from coregen_runtime.event.store import EventFilter
from coregen_runtime.module.migration import CreateTable, Migration, RunSql
from coregen_runtime.repository.log import DatabaseEventStore
from coregen_runtime.repository.refusals import lost_a_race
from coregen_runtime.repository.system_tables import EVENTS
from coregen_runtime.repository.types import (
    SYSTEM,
    AllOf,
    AppendEvent,
    Compare,
    DbQuery,
    Expect,
    Insert,
    Isolation,
    Negate,
    Operation,
    Order,
    Scope,
    SetLinks,
    Transaction,
    Update,
    UpdateWhere,
)
from coregen_runtime.rule.operators import within_rings
from coregen_runtime.testing.database import ITEMS, LABELS, OURS, THEIRS, item
from coregen_runtime.testing.events import event
from tests.runtime.adapters.postgres import administrator, kept, make_database, postgres
from tests.runtime.repository.library import Library


@pytest.fixture
async def db() -> AsyncIterator[PostgresAdapter]:
    async with postgres() as db:
        yield db


@pytest.fixture
async def admin(db: PostgresAdapter) -> AsyncIterator[asyncpg.Connection[asyncpg.Record]]:
    connection = await asyncpg.connect(administrator(database_of(await kept_url())))
    try:
        yield connection
    finally:
        await connection.close()


async def kept_url() -> str:
    """The URL of the database that `postgres()` opens, as it stands."""
    from tests.runtime.adapters.postgres import _made

    return _made().kept["contract"]


def database_of(url: str) -> str:
    return urlsplit(url).path.strip("/")


async def _names(db: Any, scope: Scope = OURS) -> list[str]:
    return [row["id"] for row in await db.select(scope, DbQuery(ITEMS, order=(Order("id"),)))]


async def _opened(url: str, **options: int) -> PostgresAdapter:
    db = PostgresAdapter("&".join([url, *(f"{name}={value}" for name, value in options.items())]))
    await db.open()
    return db


# --- row-level security -------------------------------------------------------------------------------------------------------


async def test_raw_sees_the_rows_of_its_organisation_and_no_others(db: PostgresAdapter) -> None:
    """Semantics 23: `raw` names no organisation, and there are no rows of another one for it; not in the log either."""
    for scope, org in ((OURS, "org_ours"), (THEIRS, "org_theirs")):
        await db.apply(scope, [Insert(ITEMS, item("1", org, name=org)), AppendEvent(event(f"e_{org}", org_id=org))])
    everything = "SELECT name FROM contract_item UNION ALL SELECT id FROM coregen_events"

    assert [{"name": "org_ours"}, {"name": "e_org_ours"}] == await db.raw(OURS, everything)
    async with db.transaction(OURS) as tx:
        assert [{"name": "org_ours"}, {"name": "e_org_ours"}] == await tx.raw(OURS, everything)
    assert [{"name": "org_theirs"}, {"name": "e_org_theirs"}] == await db.raw(THEIRS, everything)


async def test_what_raw_sets_is_forgotten(db: PostgresAdapter) -> None:
    """Semantics 23: the next one to have the connection sees its own organisation's rows, whatever was set before."""
    await db.apply(OURS, [Insert(ITEMS, item("ours"))])
    await db.apply(THEIRS, [Insert(ITEMS, item("theirs", "org_theirs"))])
    await db.raw(OURS, "SELECT set_config('coregen.organization', 'org_theirs', false)")
    after_raw = await _names(db)
    async with db.transaction(OURS) as tx:
        await tx.raw(OURS, "SELECT set_config('coregen.organization', 'org_theirs', false)")
        within = await _names(tx)

    assert ["ours"] == after_raw == within == await _names(db)


async def test_without_an_organisation_there_are_no_rows(db: PostgresAdapter) -> None:
    """Semantics 23: a connection that nobody set sees nothing, of the modules' tables and of the log."""
    await db.apply(OURS, [Insert(ITEMS, item("1")), AppendEvent(event("e1"))])
    application = await asyncpg.connect(parsed(await kept_url()).application)
    try:
        assert [(0,), (0,)] == [
            tuple(row) for row in await application.fetch("SELECT count(*) FROM contract_item UNION ALL SELECT count(*) FROM coregen_events")
        ]
        await application.execute("RESET ROLE; RESET ALL; RESET SESSION AUTHORIZATION")
        assert 0 == await application.fetchval("SELECT count(*) FROM contract_item")
        await application.execute("SET coregen.organization = 'org_ours'")
        for forbidden in (
            "INSERT INTO contract_item (id, organization_id, document, version) VALUES ('2', 'org_theirs', '{}', 1)",
            "UPDATE contract_item SET organization_id = 'org_theirs'",
            "SELECT * FROM coregen_checkpoints",
            "DELETE FROM coregen_events",
            "UPDATE coregen_events SET version = 0",
            "DELETE FROM coregen_migrations",
            "ALTER TABLE contract_item DISABLE ROW LEVEL SECURITY",
            "CREATE TABLE mine (x text)",
        ):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await application.execute(forbidden)
    finally:
        await application.close()


async def test_the_relays_role_sees_all_of_the_log_and_none_of_the_modules_rows(db: PostgresAdapter) -> None:
    """Semantics 23: relay and replay have a role of their own."""
    for scope, org in ((OURS, "org_ours"), (THEIRS, "org_theirs")):
        await db.apply(scope, [Insert(ITEMS, item("1", org)), AppendEvent(event(f"e_{org}", org_id=org))])
    system = await asyncpg.connect(parsed(await kept_url()).system)
    try:
        assert (2, 0) == tuple(await system.fetchrow("SELECT (SELECT count(*) FROM coregen_events), (SELECT count(*) FROM contract_item)"))  # type: ignore[arg-type]  # one row is always there
    finally:
        await system.close()


async def test_what_is_done_for_an_organisation_in_the_relays_transaction_is_bound_to_it(db: PostgresAdapter) -> None:
    """Semantics 23: a handler's `raw` sees what it would see in a transaction of the application's own."""
    for scope, org in ((OURS, "org_ours"), (THEIRS, "org_theirs")):
        await db.apply(scope, [Insert(ITEMS, item("1", org, name=org)), AppendEvent(event(f"e_{org}", org_id=org))])
    everything = "SELECT name FROM contract_item UNION ALL SELECT id FROM coregen_events"
    async with db.transaction(SYSTEM) as tx:
        before = await tx.count(SYSTEM, DbQuery(EVENTS))
        async with tx.savepoint():
            ours = await tx.raw(OURS, everything)
        theirs = await tx.raw(THEIRS, everything)

        assert (2, 2) == (before, await tx.count(SYSTEM, DbQuery(EVENTS)))
    assert [{"name": "org_ours"}, {"name": "e_org_ours"}] == ours
    assert [{"name": "org_theirs"}, {"name": "e_org_theirs"}] == theirs


async def test_a_role_that_row_level_security_does_not_bind_is_refused() -> None:
    """Semantics 23: the application logs in as a role that owns nothing and is no superuser."""
    given, _ = await kept("contract")
    urls = parsed(given)
    assert urls.owner is not None
    for bad, why in ((administrator(database_of(given)), "superuser"), (urls.owner, "owns")):
        with pytest.raises(CoreError, match=why):
            await PostgresAdapter(bad, system_url=urls.system).open()
    with pytest.raises(CoreError, match="role of its own"):
        await PostgresAdapter(urls.application).open()


# --- one round trip -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The statements that are sent, whatever sends them; the wake-up of other processes, which nobody waits for, left out."""
    sent: list[str] = []
    fetch, execute = PreparedStatement.fetch, asyncpg.Connection.execute

    async def fetched(self: PreparedStatement[asyncpg.Record], *values: Any) -> Any:
        if "pg_notify" not in self.get_query():
            sent.append(self.get_query())
        return await fetch(self, *values)

    async def executed(self: asyncpg.Connection[asyncpg.Record], sql: str) -> str:
        sent.append(sql)
        return await execute(self, sql)

    monkeypatch.setattr(PreparedStatement, "fetch", fetched)
    monkeypatch.setattr(asyncpg.Connection, "execute", executed)
    return sent


async def test_a_save_with_its_event_and_outbox_record_is_one_round_trip(db: PostgresAdapter, counted: list[str]) -> None:
    library = Library(db)
    await library.books().save(library.book("warm"))
    counted.clear()
    book = await library.books().save(library.book("Emma", tags=("a", "b"), secret="s"))
    inserted = list(counted)
    await library.books().save(book._replace({"title": "changed", "tags": ("b",)}))
    updated = counted[len(inserted) :]
    await library.books().save_batch([library.book(f"book {number}", tags=(str(number % 2),)) for number in range(5)])
    batch = counted[len(inserted) + len(updated) :]

    assert 1 == len(inserted)
    assert 3 == len(updated), "the row, its links, and all that is written"
    assert ["WITH"] == [sql[:4] for sql in updated if not sql.startswith("SELECT")]
    assert 5 >= len(batch)


async def test_a_transaction_begins_with_its_first_write(db: PostgresAdapter, counted: list[str]) -> None:
    """One that reads or does nothing costs no round trip of its own; a write, a savepoint and another isolation bring the beginning along."""
    everything = DbQuery(ITEMS)
    await db.apply(OURS, [Insert(ITEMS, item("0"))])

    async def sent(isolation: Isolation, work: Callable[[Transaction], Awaitable[object]]) -> list[str]:
        counted.clear()
        async with db.transaction(OURS, isolation) as tx:
            await work(tx)
        return [sql if ";" in sql else sql.split()[0] for sql in counted]

    async def change(tx: Transaction) -> None:
        await tx.select(OURS, everything)
        await tx.apply(OURS, [Insert(ITEMS, item("1")), AppendEvent(event("e1"))])

    async def nest(tx: Transaction) -> None:
        async with tx.savepoint():
            await tx.select(OURS, everything)

    nothing = await sent("read committed", lambda tx: asyncio.sleep(0))
    read = await sent("read committed", lambda tx: tx.select(OURS, everything))
    raised = await sent("serializable", lambda tx: tx.select(OURS, everything))
    alone = await sent("read committed", lambda tx: tx.apply(OURS, [Insert(ITEMS, item("2"))]))
    changed = await sent("read committed", change)
    nested = await sent("read committed", nest)

    assert [] == nothing
    assert ["SELECT"] == read
    assert ["BEGIN ISOLATION LEVEL SERIALIZABLE; ", "SELECT", "COMMIT"] == raised
    assert ["BEGIN ISOLATION LEVEL READ COMMITTED; ", "WITH", "COMMIT"] == alone
    assert ["SELECT", "BEGIN ISOLATION LEVEL READ COMMITTED; SAVEPOINT hop", "WITH", "COMMIT"] == changed
    assert ["BEGIN ISOLATION LEVEL READ COMMITTED; SAVEPOINT nested_1", "SELECT", "RELEASE", "COMMIT"] == nested


async def test_a_long_list_of_checks_is_a_few_statements(db: PostgresAdapter, counted: list[str]) -> None:
    """A batch of entities with unique fields: a check for each, and what is refused leaves nothing."""
    library = Library(db)
    await library.books().save(library.book("there", secret="s59"))
    batch = [library.book(f"book {number}", secret=f"s{number}", tags=("a",)) for number in range(60)]
    counted.clear()
    with pytest.raises(ValidationError, match="secret"):
        await library.books().save_batch(batch)
    refused, counted[:] = len(counted), []
    await library.books().save_batch(batch[:59])

    assert 60 == await library.books().count()
    assert 30 > len(counted)
    assert 60 > refused


async def test_operations_that_see_each_other_are_performed_one_by_one(db: PostgresAdapter) -> None:
    """What an earlier operation of the list wrote, a later one sees."""
    there = DbQuery(ITEMS, Compare("id", "eq", "2"))
    steps: list[Operation] = [
        Insert(ITEMS, item("1", code="A")),
        Update(ITEMS, "1", {"code": "B"}),
        Insert(ITEMS, item("2", code="A")),
        Expect(there, present=True, error=LookupError),
        UpdateWhere(ITEMS, Compare("code", "eq", "A"), {"name": "second"}),
        Expect(DbQuery(ITEMS, Negate(Compare("name", "eq", None))), present=True, error=LookupError),
        SetLinks(LABELS, "1", ("x", "y")),
        SetLinks(LABELS, "1", ("y",)),
    ]
    applied = await db.apply(OURS, steps)

    assert [1, 1, 1, 0, 1, 0, 2, 1] == [each.rows for each in applied]
    assert [("1", "B", None), ("2", "A", "second")] == [
        (row["id"], row["code"], row["name"]) for row in await db.select(OURS, DbQuery(ITEMS, order=(Order("id"),)))
    ]
    assert ["y"] == [row["target_id"] for row in await db.select(OURS, DbQuery(LABELS.table))]


@pytest.mark.parametrize("within", [False, True])
async def test_a_list_that_is_refused_in_the_middle_leaves_nothing(db: PostgresAdapter, within: bool) -> None:
    await db.apply(OURS, [Insert(ITEMS, item("1", code="A")), SetLinks(LABELS, "1", ("a", "b")), AppendEvent(event("e1"))])
    refused: list[tuple[type[Exception], list[Operation]]] = [
        (ConflictError, [Insert(ITEMS, item("2")), AppendEvent(event("e1", "order_2"))]),
        (ConflictError, [Update(ITEMS, "1", {"name": "x"}), AppendEvent(event("e2"), expected_version=7)]),
        (ConflictError, [*(Insert(ITEMS, item(str(number))) for number in range(2, 5)), Insert(ITEMS, item("5", code="A"))]),
        (ConflictError, [Insert(ITEMS, item("2", code="B")), Update(ITEMS, "1", {"code": "B"})]),
        (LookupError, [Expect(DbQuery(ITEMS), present=False, error=LookupError), Insert(ITEMS, item("2"))]),
        (LookupError, [SetLinks(LABELS, "1", ()), Expect(DbQuery(ITEMS), present=False, error=LookupError)]),
    ]
    for error, operations in refused:
        with pytest.raises(error):
            if within:
                async with db.transaction(OURS) as tx:
                    await tx.apply(OURS, operations)
            else:
                await db.apply(OURS, operations)

        assert ["1"] == await _names(db)
        assert ["e1"] == [each.id async for each in DatabaseEventStore(db, "org_ours").replay(EventFilter())]
        assert 2 == await db.count(OURS, DbQuery(LABELS.table))


async def test_patterns_are_core_own_wherever_they_stand(db: PostgresAdapter) -> None:
    """Semantics 12: one linear-time engine, in reads, counts, changes and expectations."""
    names = ["abc", "ABC", "a\nb", "ünï", None, "a" * 50_000]
    await db.apply(OURS, [Insert(ITEMS, item(str(number), name=name)) for number, name in enumerate(names)])
    wide, hard = Compare("name", "matches", r"^\w+$"), Compare("name", "matches", "(a+)+$")
    found = [row["id"] for row in await db.select(OURS, DbQuery(ITEMS, wide, (Order("id"),)))]
    hidden = await db.count(OURS, DbQuery(ITEMS, Negate(wide)))
    [changed] = await db.apply(OURS, [UpdateWhere(ITEMS, hard, {"size": 1})])
    with pytest.raises(LookupError):
        await db.apply(OURS, [Expect(DbQuery(ITEMS, hard), present=False, error=LookupError)])

    assert (["0", "1", "3", "5"], 2) == (found, hidden)
    assert 1 == changed.rows


async def test_of_points_the_different_ones_in_the_box_are_tested_alone(db: PostgresAdapter, monkeypatch: pytest.MonkeyPatch) -> None:
    """Semantics 14, 24: what the box and the rest of the condition rule out is not read, for a negation neither; many points are read in batches."""
    tested: list[Any] = []

    def spy(point: Any, rings: Any) -> bool:
        tested.append(point)
        return within_rings(point, rings)

    monkeypatch.setattr(patterns, "within_rings", spy)
    monkeypatch.setattr(patterns, "BATCH", 7)
    places = [{"lat": lat, "lng": lng} for lat in range(-5, 6) for lng in range(-5, 6)]
    rows = [Insert(ITEMS, item(f"{number:03}", place=place)) for number, place in enumerate(places)]
    again = [Insert(ITEMS, item(f"again {number}", name="x", place={"lat": 0, "lng": 0})) for number in range(3)]
    unlikely: list[Any] = [None, [], "0", {"lat": "0", "lng": None}]
    odd = [Insert(ITEMS, item(f"odd {number}", place=place)) for number, place in enumerate(unlikely)]
    await db.apply(OURS, [*rows, *again, *odd])
    triangle = Compare("place", "spatialWithin", {"type": "Polygon", "coordinates": [[[0, 0], [3, 0], [0, 3], [0, 0]]]})
    inside = [{"lat": lat, "lng": lng} for lat in range(4) for lng in range(4 - lat)]
    found = await db.select(OURS, DbQuery(ITEMS, triangle))
    looked_at = len(tested)

    assert sorted(map(str, [*inside, *3 * [inside[0]]])) == sorted(str({"lat": row["place"]["lat"], "lng": row["place"]["lng"]}) for row in found)
    assert 16 == looked_at
    assert len(rows) + len(again) + len(odd) - len(found) == await db.count(OURS, DbQuery(ITEMS, Negate(triangle)))
    assert 32 == len(tested)
    assert 3 == await db.count(OURS, DbQuery(ITEMS, AllOf((triangle, Compare("id", "gte", "again 0"), Compare("name", "eq", "x")))))
    assert 33 == len(tested)


# --- transactions, races, the pool --------------------------------------------------------------------------------------------


async def test_a_task_that_would_wait_for_itself_is_told_so(db: PostgresAdapter) -> None:
    async with db.transaction(OURS) as tx:
        for attempt in (db.apply(OURS, [Insert(ITEMS, item("1"))]), db.select(OURS, DbQuery(ITEMS)), _enter(db)):
            with pytest.raises(CoreError, match="holds a transaction"):
                await attempt
        await tx.apply(OURS, [Insert(ITEMS, item("2"))])

    assert ["2"] == await _names(db)


async def _enter(db: PostgresAdapter) -> None:
    async with db.transaction(OURS):
        raise AssertionError("it is not entered")


async def test_one_that_finds_no_connection_in_time_is_told_so() -> None:
    db = await _opened((await kept("contract"))[0], pool=1, timeout=50)
    async with db.transaction(OURS):
        with pytest.raises(IntegrationError, match="no connection was free") as refused:
            await asyncio.create_task(_names(db))
        waiting = asyncio.create_task(_names(db))
        await asyncio.sleep(0.01)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)

    assert refused.value.transient
    assert [] == await _names(db)
    await db.close()


async def test_many_share_few_connections() -> None:
    db = await _opened((await kept("contract"))[0], pool=2)
    await asyncio.gather(*(db.apply(Scope(f"org_{n % 5}"), [Insert(ITEMS, item(str(n), f"org_{n % 5}"))]) for n in range(60)))

    assert [12] * 5 == [len(await _names(db, Scope(f"org_{n}"))) for n in range(5)]
    await db.close()


async def test_a_cancelled_statement_leaves_the_pool_sound(db: PostgresAdapter) -> None:
    async def slow() -> None:
        await db.raw(OURS, "SELECT pg_sleep(60)")

    async def held() -> None:
        async with db.transaction(OURS) as tx:
            await tx.apply(OURS, [Insert(ITEMS, item("lost"))])
            await asyncio.sleep(60)

    tasks = [asyncio.create_task(work()) for work in (slow, held, slow, held)]
    await asyncio.sleep(0.1)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await asyncio.gather(*(db.apply(OURS, [Insert(ITEMS, item(str(number)))]) for number in range(12)))

    assert 12 == len(await _names(db))


async def test_an_error_that_was_swallowed_commits_nothing(db: PostgresAdapter) -> None:
    """The server has undone the transaction; that its end says so is not left to chance."""
    with pytest.raises(CoreError, match="undone by an earlier error"):
        async with db.transaction(OURS) as tx:
            await tx.apply(OURS, [Insert(ITEMS, item("1"))])
            with pytest.raises(IntegrationError):
                await tx.select(OURS, DbQuery(ITEMS, Compare("name", "eq", "x"), limit=-1))

    assert [] == await _names(db)


async def test_a_backend_that_is_killed_is_worth_another_try(db: PostgresAdapter, admin: asyncpg.Connection[asyncpg.Record]) -> None:
    kill = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"

    async def killed() -> None:
        async with db.transaction(OURS) as tx:
            await tx.apply(OURS, [Insert(ITEMS, item("lost"))])
            await admin.execute(kill)
            await tx.apply(OURS, [Insert(ITEMS, item("lost too"))])

    with pytest.raises(IntegrationError) as lost:
        await killed()
    sleeping = asyncio.create_task(db.raw(OURS, "SELECT pg_sleep(60)"))
    await asyncio.sleep(0.1)
    await admin.execute(kill)
    with pytest.raises(IntegrationError) as asleep:
        await sleeping
    await db.apply(OURS, [Insert(ITEMS, item("1"))])

    assert lost.value.transient and asleep.value.transient
    assert ["1"] == await _names(db)


async def test_a_statement_outlives_a_change_of_what_it_reads(db: PostgresAdapter, admin: asyncpg.Connection[asyncpg.Record]) -> None:
    """What a connection has prepared is prepared anew once the database says that its rows look otherwise; in a transaction, from the next one on."""
    await db.apply(OURS, [Insert(ITEMS, item("1"))])
    before = [row["version"] for row in await db.select(OURS, DbQuery(ITEMS))]
    try:
        await admin.execute("ALTER TABLE contract_item ALTER COLUMN version TYPE int4")
        between = [row["version"] for row in await db.select(OURS, DbQuery(ITEMS))]
    finally:
        await admin.execute("ALTER TABLE contract_item ALTER COLUMN version TYPE int8")
    with pytest.raises(IntegrationError, match="InvalidCachedStatement"):
        async with db.transaction(OURS) as tx:
            await tx.apply(OURS, [UpdateWhere(ITEMS, AllOf(), {"name": "undone"})])
            await tx.select(OURS, DbQuery(ITEMS))
    async with db.transaction(OURS) as tx:
        after = [row["version"] for row in await tx.select(OURS, DbQuery(ITEMS))]

    assert [1] == before == between == after


async def test_a_connection_keeps_the_statements_used_last(db: PostgresAdapter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "_STATEMENTS", 3)
    for fields in range(1, 6):
        await db.count(OURS, DbQuery(ITEMS, AllOf((Compare("name", "eq", "x"),) * fields)))
        await db.count(OURS, DbQuery(ITEMS))
    listed = "SELECT statement FROM pg_prepared_statements WHERE statement LIKE 'SELECT count(*) FROM \"contract_item\"%' ORDER BY prepare_time"
    kept = await db.raw(OURS, listed)

    assert [0, 4, 5] == [row["statement"].count('t."name"') for row in kept]


async def test_a_row_that_is_held_for_too_long_is_worth_another_try() -> None:
    db = await _opened((await kept("contract"))[0], timeout=100)
    await db.apply(OURS, [Insert(ITEMS, item("1"))])
    async with db.transaction(OURS) as tx:
        await tx.apply(OURS, [Update(ITEMS, "1", {"name": "x"})])
        with pytest.raises(IntegrationError, match="held by another transaction") as refused:
            await asyncio.create_task(_rename(db))

    assert refused.value.transient
    await db.close()


async def _rename(db: PostgresAdapter) -> None:
    await db.apply(OURS, [Update(ITEMS, "1", {"name": "y"})])


async def test_write_skew_is_undone_under_serializable_and_goes_through_when_it_is_begun_again(db: PostgresAdapter) -> None:
    """Semantics 22: of two doctors on call, not both may leave, though each changes a row of its own."""
    on_call = DbQuery(ITEMS, Compare("ready", "eq", True))
    library = Library(db)

    async def leave(tx: Any, id: str, met: asyncio.Barrier | None) -> None:
        others = await tx.count(OURS, on_call)
        if met is not None:
            await met.wait()
        if others > 1:
            await tx.apply(OURS, [Update(ITEMS, id, {"ready": False})])

    async def once(id: str, met: asyncio.Barrier, isolation: Any) -> None:
        async with db.transaction(OURS, isolation) as tx:
            await leave(tx, id, met)

    async def again(id: str, met: asyncio.Barrier) -> None:
        first = [met]
        books = library.books("org_ours")
        await books.transaction(lambda tx: leave(tx, id, first.pop() if first else None), isolation="serializable")

    left: list[int] = []
    outcomes: list[Any] = []
    for work in (lambda id, met: once(id, met, "read committed"), lambda id, met: once(id, met, "serializable"), again):
        await db.apply(OURS, [UpdateWhere(ITEMS, Compare("ready", "eq", False), {"ready": True}), *_doctors(await _names(db))])
        met = asyncio.Barrier(2)
        outcomes += await asyncio.gather(work("1", met), work("2", met), return_exceptions=True)
        left.append(await db.count(OURS, on_call))

    assert [0, 1, 1] == left
    [refused] = [outcome for outcome in outcomes if outcome is not None]
    assert (lost_a_race().code, True) == (refused.code, refused.transient)


def _doctors(there: list[str]) -> list[Operation]:
    return [] if there else [Insert(ITEMS, item(id, ready=True)) for id in ("1", "2")]


async def _raise(db: PostgresAdapter, writers: int, updates: int) -> dict[str, Any]:
    """Each writer raises the number of one row, its share of `updates` times."""
    await db.apply(OURS, [Insert(ITEMS, item("1", size=0))])

    async def write(times: int) -> None:
        while times:
            [row] = await db.select(OURS, DbQuery(ITEMS))
            changes = {"size": row["size"] + 1, "version": row["version"] + 1}
            try:
                await db.apply(OURS, [Update(ITEMS, "1", changes, row["version"])])
                times -= 1
            except ConflictError:
                await asyncio.sleep(0)

    await asyncio.gather(*(write(updates // writers) for _ in range(writers)))
    [row] = await db.select(OURS, DbQuery(ITEMS))
    return dict(row)


async def test_eight_writers_of_one_row_lose_no_update(db: PostgresAdapter) -> None:
    """Semantics 22: on connections of their own, whoever read an older version is refused, and nobody else is."""
    row = await _raise(db, 8, 400)

    assert (400, 401) == (row["size"], row["version"])


@pytest.mark.nightly
async def test_eight_writers_of_one_row_lose_none_of_ten_thousand_updates(db: PostgresAdapter) -> None:
    """Semantics 22: as above, at the size that the promise names."""
    row = await _raise(db, 8, 10_000)

    assert (10_000, 10_001) == (row["size"], row["version"])


# --- the log ------------------------------------------------------------------------------------------------------------------


async def test_a_reader_waits_for_a_transaction_that_may_put_an_event_between(db: PostgresAdapter) -> None:
    """Semantics 29: a position is passed only once nothing can come before it any more."""
    store = DatabaseEventStore(db, None)
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slow() -> None:
        async with db.transaction(OURS) as tx:
            await tx.apply(OURS, [AppendEvent(event("first"))])
            begun.set()
            await go_on.wait()

    writing = asyncio.create_task(slow())
    await begun.wait()
    await db.apply(OURS, [AppendEvent(event("second", "order_2"))])
    own = [each.id async for each in DatabaseEventStore(db, "org_ours").read("order_2")]
    reading = asyncio.create_task(_ids(store))
    await asyncio.sleep(0.05)
    go_on.set()
    await writing

    assert ["second"] == own, "events of one aggregate have an order of their own"
    assert ["first", "second"] == await reading


async def _ids(store: DatabaseEventStore, after: int = 0) -> list[str]:
    return [each.id async for _, each in store.replay_positions(EventFilter(), after)]


async def test_a_reader_that_waits_in_vain_goes_no_further_than_it_may(db: PostgresAdapter, monkeypatch: pytest.MonkeyPatch) -> None:
    """Semantics 29: no position is passed that a running transaction may still put an event before."""
    monkeypatch.setattr(performed, "PATIENCE", 0.05)
    store = DatabaseEventStore(db, None)
    await db.apply(OURS, [AppendEvent(event("settled"))])
    async with db.transaction(OURS) as tx:
        await tx.apply(OURS, [AppendEvent(event("open", "order_2"))])
        await asyncio.create_task(_append(db, "behind"))
        seen = await asyncio.create_task(_ids(store))
        own = [each.id async for _, each in DatabaseEventStore(tx, "org_ours").replay_positions(EventFilter())]

    assert (["settled"], ["settled", "open", "behind"]) == (seen, own)
    assert ["settled", "open", "behind"] == await _ids(store)


async def test_who_wrote_first_and_appends_last_is_no_step_to_pass_another_by(db: PostgresAdapter) -> None:
    """Semantics 29: positions need not rise with the age of transactions; a reader passes nobody who holds an earlier position."""
    store = DatabaseEventStore(db, None)
    begun, appended, over = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def older() -> None:
        async with db.transaction(OURS) as tx:
            await tx.apply(OURS, [Insert(ITEMS, item("1"))])
            begun.set()
            await appended.wait()
            await tx.apply(OURS, [AppendEvent(event("second", "order_1"))])
        over.set()

    async def younger() -> None:
        await begun.wait()
        async with db.transaction(OURS) as tx:
            await tx.apply(OURS, [AppendEvent(event("first", "order_2"))])
            appended.set()
            await over.wait()
            await asyncio.sleep(0.02)

    writing = [asyncio.create_task(older()), asyncio.create_task(younger())]
    await over.wait()
    seen = await _ids(store)
    await asyncio.gather(*writing)

    assert ["first", "second"] == seen


async def test_the_log_has_no_order_in_a_serializable_transaction(db: PostgresAdapter) -> None:
    async with db.transaction(OURS, "serializable") as tx:
        await tx.apply(OURS, [AppendEvent(event("e1"))])
        with pytest.raises(CoreError, match="outside of one"):
            await _ids(DatabaseEventStore(tx, "org_ours"))
        own = [each.id async for each in DatabaseEventStore(tx, "org_ours").read("order_1")]

    assert ["e1"] == own == await _ids(DatabaseEventStore(db, None))


async def test_a_transaction_that_writes_elsewhere_holds_no_reader_up(db: PostgresAdapter) -> None:
    """Semantics 29: whoever writes to no log, in this database or another one of the server, may take as long as it likes."""
    elsewhere = await asyncpg.connect(administrator(database_of(await make_database())))
    try:
        async with elsewhere.transaction(), db.transaction(OURS) as tx:
            await elsewhere.execute("CREATE TABLE other (x text)")
            await tx.apply(OURS, [Insert(ITEMS, item("1"))])
            await asyncio.create_task(_append(db, "e1"))
            async with asyncio.timeout(0.9):
                seen = await asyncio.create_task(_ids(DatabaseEventStore(db, None)))
    finally:
        await elsewhere.close()

    assert ["e1"] == seen


async def _append(db: PostgresAdapter, id: str) -> None:
    await db.apply(OURS, [AppendEvent(event(id))])


async def test_a_reader_that_keeps_its_position_misses_nothing_while_writers_run_in_parallel(db: PostgresAdapter) -> None:
    """Semantics 29: on transactions of every length, committed and undone."""
    store, written, done = DatabaseEventStore(db, None), set[str](), asyncio.Event()

    async def write(writer: int) -> None:
        for number in range(25):
            id = f"{writer}_{number}"
            try:
                async with db.transaction(OURS) as tx:
                    await tx.apply(OURS, [AppendEvent(event(id, f"order_{writer}"))])
                    await asyncio.sleep(0.001 * (number % 4))
                    if number % 5 == 4:
                        raise LookupError
                written.add(id)
            except LookupError:
                continue

    async def read() -> list[str]:
        seen: list[str] = []
        at = 0
        while True:
            last = done.is_set()
            async for position, each in store.replay_positions(EventFilter(), at):
                assert position > at
                at = position
                seen.append(each.id)
            if last:
                return seen
            await asyncio.sleep(0.002)

    reading = asyncio.create_task(read())
    await asyncio.gather(*(write(writer) for writer in range(6)))
    done.set()
    seen = await reading

    assert len(seen) == len(set(seen))
    assert written == set(seen)


async def test_parallel_events_of_one_aggregate_are_numbered_within_it(db: PostgresAdapter) -> None:
    """Semantics 29: (aggregate, version, ordinal) is unique; whoever expects nothing is not refused."""
    await asyncio.gather(*(db.apply(OURS, [AppendEvent(event(f"e{number}"))]) for number in range(12)))
    rows = await db.select(OURS, DbQuery(EVENTS, Compare("aggregate_id", "eq", "order_1"), (Order("ordinal"),)))

    assert list(range(12)) == [row["ordinal"] for row in rows]


async def test_another_process_is_woken_by_commits_of_this_one() -> None:
    """Semantics 30: beside polling; what is told is that there is something, not what."""
    url, _ = await kept("contract")
    here, there = await _opened(url), await _opened(url)
    woken = asyncio.Event()
    there.on_commit(woken.set)
    library = Library(here)
    async with asyncio.timeout(10):
        while not woken.is_set():
            await library.books().save(library.book())
            await asyncio.sleep(0.02)
    await here.close()
    await there.close()


# --- migrations, URLs ---------------------------------------------------------------------------------------------------------


def _migration(version: int, *sql: str) -> Migration:
    return Migration(version=version, name=f"step_{version}", steps=[RunSql(summary="a step", sql={"postgresql": sql})])


CREATE = "CREATE TABLE t (organization_id text, x text)"
SECURE = "ALTER TABLE t ENABLE ROW LEVEL SECURITY; ALTER TABLE t FORCE ROW LEVEL SECURITY; CREATE POLICY o ON t USING (organization_id = current_setting('coregen.organization'))"


async def test_migrations_run_in_version_order_once_and_by_the_owner() -> None:
    db = await _opened(await make_database())
    first = Migration(version=1, name="initial", steps=[CreateTable(table="t", columns=[], sql={"postgresql": [CREATE, SECURE]})])
    second = _migration(2, "INSERT INTO t VALUES ('org_ours', 'two')", "INSERT INTO t VALUES ('org_theirs', 'two')")
    ran = [await db.migrate("shop", [second, first]), await db.migrate("shop", [first, second])]
    ran += [await db.migrate("shop", [first, second, _migration(3, "UPDATE t SET x = x || ' and three'")])]

    assert [(1, 2), (), (3,)] == ran
    assert [{"x": "two and three"}] == await db.raw(OURS, "SELECT x FROM t")
    await db.close()


async def test_a_migration_that_fails_leaves_nothing_and_runs_when_it_is_mended() -> None:
    url = await make_database()
    db = await _opened(url)
    with pytest.raises(CoreError, match="nothing of it was done"):
        await db.migrate("shop", [_migration(1, CREATE, "nonsense")])
    with pytest.raises(CoreError, match="one version"):
        await db.migrate("shop", [_migration(1), _migration(1)])
    with pytest.raises(CoreError, match="no SQL"):
        await db.migrate("shop", [Migration(version=1, name="a", steps=[RunSql(summary="a", sql={"sqlite": ["SELECT 1"]})])])
    urls = parsed(url)
    unowned = PostgresAdapter(urls.application, system_url=urls.system)
    await unowned.open()
    with pytest.raises(CoreError, match="no owner is given"):
        await unowned.migrate("shop", [_migration(1, CREATE)])

    assert (1,) == await db.migrate("shop", [_migration(1, CREATE)])
    assert () == await unowned.migrate("shop", [_migration(1, CREATE)])
    await unowned.close()
    await db.close()


async def test_two_that_start_at_once_migrate_once() -> None:
    """Under a lock: of two processes one migrates, the other finds it done."""
    url = await make_database()
    both = [PostgresAdapter(url) for _ in range(2)]
    await asyncio.gather(*(db.open() for db in both))
    ran = await asyncio.gather(*(db.migrate("shop", [_migration(1, CREATE)]) for db in both))
    for db in both:
        await db.close()

    assert [(), (1,)] == sorted(ran)


async def test_a_database_that_cannot_be_opened_says_so() -> None:
    with pytest.raises(CoreError, match="cannot be opened"):
        await PostgresAdapter("postgresql://nobody@127.0.0.1:1/nowhere?system=relay").open()


async def test_one_command_makes_the_roles_and_prints_the_url(project_root: Path) -> None:
    """docs/how-to/postgres.md."""
    database = database_of(await make_database())
    names = [f"{database}_{role}" for role in ("app", "system", "owner")]
    command = [sys.executable, "-m", "coregen_adapters.postgres", administrator(database)]
    try:
        runs = [await asyncio.to_thread(subprocess.run, command, cwd=project_root, capture_output=True, text=True, check=True) for _ in range(2)]
        [printed] = {run.stdout.strip() for run in runs}
        db = await _opened(printed)
        await db.close()
    finally:
        connection = await asyncpg.connect(administrator(database))
        for name in names:
            await connection.execute(f'DROP OWNED BY "{name}"; DROP ROLE "{name}"')
        await connection.close()

    assert f"{names[0]}@" in printed and printed.endswith(f"/{database}?system={names[1]}&owner={names[2]}")


async def test_the_extra_is_named_where_the_driver_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "asyncpg", None)
    for name in [name for name in sys.modules if name.startswith("coregen_adapters.postgres")]:
        monkeypatch.delitem(sys.modules, name)
    with pytest.raises(CoreError, match=r'pip install "coregen-runtime\[postgres\]"'):
        open_database("postgresql://app@localhost/shop")


def test_one_url_names_three_roles() -> None:
    parts = parsed("postgresql://app:a%40b@db:5433/shop?system=relay:s/e&owner=boss&sslmode=require&pool=4&timeout=250&raw_timeout=60000")

    assert parts == Urls(
        application="postgresql://app:a%40b@db:5433/shop?sslmode=require",
        system="postgresql://relay:s%2Fe@db:5433/shop?sslmode=require",
        owner="postgresql://boss@db:5433/shop?sslmode=require",
        pool=4,
        timeout=250,
        raw_timeout=60_000,
    )
    assert "postgresql://other@/shop" == as_role("postgresql:///shop", "other")


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("sqlite://", "begins with postgresql"),
        ("postgresql://app@db", "names a database"),
        ("postgresql://app@db/shop?sytem=relay", 'no parameter "sytem"'),
        ("postgresql://app@db/shop?pool=none", '"pool" is a number'),
        ("postgresql://app@db/shop?pool=0", '"pool" is a number'),
        ("postgresql://app@db/shop?owner", "bad query field"),
    ],
)
def test_another_address_is_refused(url: str, why: str) -> None:
    with pytest.raises(CoreError, match=why):
        PostgresAdapter(url)
