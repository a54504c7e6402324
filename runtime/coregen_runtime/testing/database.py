"""The contract of a `DatabaseAdapter` (semantics 22-24, 28): every adapter's tests subclass it and say how one is made.

Methods named `test_*` are plain coroutines; whatever runs tests can run them.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, TypeVar

from coregen_runtime.errors.base import ConflictError, CoreError, NotFoundError
from coregen_runtime.repository.retry import rerun
from coregen_runtime.repository.system_tables import OUTBOX
from coregen_runtime.repository.table import ColumnSpec, IndexSpec, LinkTable, Table
from coregen_runtime.repository.types import (
    SYSTEM,
    AllOf,
    Compare,
    DatabaseAdapter,
    DbQuery,
    Delete,
    Expect,
    Insert,
    Linked,
    LinkedTo,
    Negate,
    Operation,
    Order,
    Scope,
    SetLinks,
    Transaction,
    Update,
    UpdateWhere,
    Where,
)

X = TypeVar("X", bound=BaseException)

OURS, THEIRS = Scope("org_ours"), Scope("org_theirs")
EVERYTHING = AllOf()

LABELS = LinkTable(
    "labels",
    Table(
        name="contract_item__labels",
        entity="contract.Item.labels",
        columns=(
            ColumnSpec("organization_id", "text", nullable=False),
            ColumnSpec("owner_id", "text", nullable=False),
            ColumnSpec("position", "integer", nullable=False),
            ColumnSpec("target_id", "text", nullable=False),
        ),
        primary_key=("organization_id", "owner_id", "position"),
    ),
)

ITEMS = Table(
    name="contract_item",
    entity="contract.Item",
    columns=(
        ColumnSpec("id", "text", nullable=False),
        ColumnSpec("organization_id", "text", nullable=False),
        ColumnSpec("name", "text"),
        ColumnSpec("code", "text"),
        ColumnSpec("size", "number"),
        ColumnSpec("ready", "boolean"),
        ColumnSpec("extra", "json"),
        ColumnSpec("document", "json", nullable=False),
        ColumnSpec("place", "geo.point"),
        ColumnSpec("deleted_at", "timestamp"),
        ColumnSpec("version", "integer", nullable=False),
    ),
    primary_key=("organization_id", "id"),
    indexes=(
        IndexSpec("contract_item_code_key", ("organization_id", "code"), unique=True, active_only=True),
        IndexSpec("contract_item_place_idx", ("organization_id", "place"), points=("place",)),
    ),
    links=(LABELS,),
    soft_delete=True,
    versioned=True,
)


def item(id: str, organization: str = "org_ours", **values: Any) -> dict[str, Any]:
    """A row of the contract's table."""
    absent: dict[str, Any] = dict.fromkeys(("name", "code", "size", "ready", "extra", "place", "deleted_at"))
    return {"id": id, "organization_id": organization, **absent, "document": {}, "version": 1, **values}


async def raised(kind: type[X], awaitable: Awaitable[object]) -> X:
    """The error of that kind which the awaitable ends in. Raises AssertionError when it ends otherwise."""
    try:
        await awaitable
    except kind as error:
        return error
    raise AssertionError(f"no {kind.__name__} was raised")


async def _within_savepoint(tx: Transaction, sql: str) -> None:
    """Raw SQL of which nothing is left when it is refused: an error ends a transaction on some databases, a savepoint keeps it."""
    async with tx.savepoint() as inner:
        await inner.raw(OURS, sql)


class DatabaseContract:
    """What holds for every `DatabaseAdapter`."""

    def adapter(self) -> AbstractAsyncContextManager[DatabaseAdapter]:
        """An empty database, open while the block runs, that holds the tables `ITEMS` and its links."""
        raise NotImplementedError("the subclass says how its adapter is made")

    @asynccontextmanager
    async def _holding(self, *rows: dict[str, Any]) -> AsyncIterator[DatabaseAdapter]:
        async with self.adapter() as db:
            for row in rows:
                await db.apply(Scope(row["organization_id"]), [Insert(ITEMS, row)])
            yield db

    async def _ids(self, db: Any, where: Where = EVERYTHING, scope: Scope = OURS, **options: Any) -> list[str]:
        order = options.pop("order", (Order("id"),))
        return [row["id"] for row in await db.select(scope, DbQuery(ITEMS, where, order, **options))]

    async def test_a_row_comes_back_as_it_was_put(self) -> None:
        extra = {"a": [1, 1.5, True, None, "x\u2028'"], "b": {}}
        row = item("1", name="O'Brien; DROP TABLE contract_item --", size=2**53 - 1, ready=False, extra=extra)
        async with self._holding(row) as db:
            assert [row] == await db.select(OURS, DbQuery(ITEMS))

    async def test_where_a_document_must_stand_null_is_one_and_as_absent_as_elsewhere(self) -> None:
        documents: list[Any] = [None, {}, [], "", 0]
        async with self.adapter() as db:
            await db.apply(OURS, [Insert(ITEMS, item(f"item_{at}", document=value)) for at, value in enumerate(documents)])
            absent = Compare("document", "eq", None)

            assert [None] == [row["document"] for row in await db.select(OURS, DbQuery(ITEMS, absent))]
            assert [{}, [], "", 0] == [row["document"] for row in await db.select(OURS, DbQuery(ITEMS, Negate(absent), order=(Order("id"),)))]

    async def test_a_second_insert_of_an_id_is_a_conflict(self) -> None:
        """Semantics 22: no row → ConflictError, never an upsert."""
        async with self._holding(item("1", name="first")) as db:
            await raised(ConflictError, db.apply(OURS, [Insert(ITEMS, item("1", name="second"))]))
            [absent] = await db.apply(OURS, [Insert(ITEMS, item("1", name="third"), if_absent=True)])

            assert 0 == absent.rows
            assert ["1"] == await self._ids(db, Compare("name", "eq", "first"))

    async def test_an_id_may_stand_in_two_organisations(self) -> None:
        """Semantics 23: an id of another organisation behaves as if it did not exist."""
        async with self._holding(item("1"), item("1", "org_theirs", name="theirs")) as db:
            assert ["1"] == await self._ids(db, Compare("name", "eq", None))
            assert [] == await self._ids(db, Compare("name", "eq", "theirs"))

    async def test_no_statement_reaches_another_organisation(self) -> None:
        """Semantics 23: the organisation is in every WHERE."""
        async with self._holding(item("1", "org_theirs", name="theirs")) as db:
            await db.apply(THEIRS, [SetLinks(LABELS, "1", ("a",))])
            await raised(NotFoundError, db.apply(OURS, [Update(ITEMS, "1", {"name": "ours"})]))
            await raised(NotFoundError, db.apply(OURS, [Delete(ITEMS, "1")]))
            await raised(CoreError, db.apply(OURS, [Insert(ITEMS, item("2", "org_theirs"))]))
            [changed] = await db.apply(OURS, [UpdateWhere(ITEMS, AllOf(), {"name": "ours"})])

            assert 0 == changed.rows == await db.count(OURS, DbQuery(ITEMS, with_deleted=True))
            assert [] == await db.select(OURS, DbQuery(LABELS.table))
            assert ["1"] == await self._ids(db, Compare("name", "eq", "theirs"), THEIRS)

    async def test_a_statement_without_organisation_is_refused_where_rows_belong_to_one(self) -> None:
        async with self._holding(item("1")) as db:
            await raised(CoreError, db.select(SYSTEM, DbQuery(ITEMS)))
            await raised(CoreError, db.apply(SYSTEM, [UpdateWhere(ITEMS, AllOf(), {"name": "x"})]))

            assert [] == await db.select(SYSTEM, DbQuery(OUTBOX))

    async def test_a_stale_version_is_told_from_a_missing_row(self) -> None:
        """Semantics 22: no row → ConflictError or NotFoundError."""
        async with self._holding(item("1", version=3), item("2", deleted_at=5)) as db:
            await raised(ConflictError, db.apply(OURS, [Update(ITEMS, "1", {"name": "x"}, expected_version=2)]))
            await raised(ConflictError, db.apply(OURS, [Delete(ITEMS, "1", expected_version=2)]))
            await raised(NotFoundError, db.apply(OURS, [Update(ITEMS, "2", {"name": "x"}, expected_version=1)]))
            await raised(NotFoundError, db.apply(OURS, [Update(ITEMS, "1", {"name": "x"}, state="deleted")]))
            await db.apply(OURS, [Update(ITEMS, "2", {"deleted_at": None}, expected_version=1, state="deleted")])

            assert ["1", "2"] == await self._ids(db, Compare("name", "eq", None))

    async def test_operations_of_one_apply_happen_all_or_none(self) -> None:
        async with self._holding(item("1")) as db:
            both: list[Operation] = [Insert(ITEMS, item("2")), SetLinks(LABELS, "2", ("a",)), Insert(ITEMS, item("1"))]
            await raised(ConflictError, db.apply(OURS, both))

            assert ["1"] == await self._ids(db)
            assert 0 == await db.count(OURS, DbQuery(LABELS.table))

    async def test_a_unique_value_is_free_again_once_its_row_is_deleted(self) -> None:
        """Semantics 6: the index is partial; its violation is a ConflictError that names the field."""
        async with self._holding(item("1", code="A"), item("2", code="B"), item("3", "org_theirs", code="A")) as db:
            inserted = await raised(ConflictError, db.apply(OURS, [Insert(ITEMS, item("4", code="A"))]))
            changed = await raised(ConflictError, db.apply(OURS, [Update(ITEMS, "2", {"code": "A"})]))
            await db.apply(OURS, [Update(ITEMS, "1", {"deleted_at": 9})])
            await db.apply(OURS, [Insert(ITEMS, item("4", code="A"))])
            await raised(ConflictError, db.apply(OURS, [Update(ITEMS, "1", {"deleted_at": None}, state="deleted")]))

            assert ("code", "code") == (inserted.meta["fields"], changed.meta["fields"])
            assert ["2", "4"] == await self._ids(db)

    async def test_a_change_that_passes_over_what_is_held_changes_all_that_is_free(self) -> None:
        rows = [item("1", name="a", size=1), item("2", name="a", size=2), item("3", name="b", size=1), item("4", "org_theirs", name="a")]
        async with self._holding(*rows) as db:
            change = UpdateWhere(ITEMS, Compare("name", "eq", "a"), {"name": "c"}, passing=True)
            await raised(ConflictError, db.apply(OURS, [change, Insert(ITEMS, item("1"))]))
            untouched = await self._ids(db, Compare("name", "eq", "a"))
            first, again = await db.apply(OURS, [change]), await db.apply(OURS, [change])

            assert (2, 0) == (first[0].rows, again[0].rows)
            assert (["1", "2"], ["1", "2"]) == (untouched, await self._ids(db, Compare("name", "eq", "c")))
            assert ["4"] == await self._ids(db, Compare("name", "eq", "a"), THEIRS)

    async def test_an_expectation_that_fails_undoes_the_whole(self) -> None:
        async with self._holding(item("1")) as db:
            there = DbQuery(ITEMS, Compare("id", "eq", "1"))
            write = Insert(ITEMS, item("2"))
            await raised(LookupError, db.apply(OURS, [write, Expect(there, present=False, error=LookupError)]))
            await raised(LookupError, db.apply(THEIRS, [Expect(there, present=True, error=LookupError)]))
            await db.apply(OURS, [write, Expect(there, present=True, error=LookupError)])

            assert ["1", "2"] == await self._ids(db)

    async def test_of_many_neighbours_one_that_is_in_the_way_is_named_and_none_is_left(self) -> None:
        """Semantics 6, 22: a batch is atomic, and the field that stands twice is told, whether in a row or in the batch itself."""
        async with self._holding(item("taken", code="7")) as db:
            many = [Insert(ITEMS, item(f"row_{number:02}", code=str(number))) for number in range(40)]
            against_a_row = await raised(ConflictError, db.apply(OURS, many))
            within = [Insert(ITEMS, item(f"row_{number:02}", code=str(100 + number % 39))) for number in range(40)]
            against_itself = await raised(ConflictError, db.apply(OURS, within))
            absent = [Insert(ITEMS, item(f"row_{number:02}", code=str(100 + number)), if_absent=True) for number in range(40)]
            first, again = await db.apply(OURS, absent), await db.apply(OURS, absent)

            assert ("code", "code") == (against_a_row.meta["fields"], against_itself.meta["fields"])
            assert ([1] * 40, [0] * 40) == ([done.rows for done in first], [done.rows for done in again])
            assert 41 == await db.count(OURS, DbQuery(ITEMS))

    async def test_positions_of_many_neighbours_follow_their_order(self) -> None:
        entry: dict[str, Any] = {
            "organization_id": "org_ours",
            "aggregate_id": "1",
            "event_id": None,
            "dispatch": {},
            "published_at": None,
            "attempts": 0,
        }
        async with self._holding() as db:
            done = await db.apply(OURS, [Insert(OUTBOX, {"id": f"r{number:02}", **entry, "last_error": None}) for number in range(30)])
            stored = await db.select(SYSTEM, DbQuery(OUTBOX, order=(Order("id"),)))
            positions = [row["position"] for row in stored]

            assert positions == [each.values["position"] for each in done] == sorted(set(positions))

    async def test_links_keep_their_order_and_go_with_their_row(self) -> None:
        async with self._holding(item("1"), item("2")) as db:
            await db.apply(OURS, [SetLinks(LABELS, "1", ("b", "a", "c")), SetLinks(LABELS, "1", ("c", "a")), SetLinks(LABELS, "2", ("a",))])
            links = await db.select(OURS, DbQuery(LABELS.table, Compare("owner_id", "eq", "1"), (Order("position"),)))
            holding_a, holding_c = await self._ids(db, Linked(LABELS, ("a",))), await self._ids(db, Linked(LABELS, ("c", "z")))
            exactly = {
                targets: await self._ids(db, LinkedTo(LABELS, targets)) for targets in [("c", "a"), ("a", "c"), ("c",), ("a",), ("a", "\0"), ()]
            }
            others = await self._ids(db, Negate(LinkedTo(LABELS, ("a",))))
            await db.apply(OURS, [Delete(ITEMS, "1")])

            assert {("c", "a"): ["1"], ("a", "c"): [], ("c",): [], ("a",): ["2"], ("a", "\0"): [], (): []} == exactly
            assert ["1"] == others
            assert ["c", "a"] == [row["target_id"] for row in links]
            assert (["1", "2"], ["1"]) == (holding_a, holding_c)
            assert ["2"] == [row["owner_id"] for row in await db.select(OURS, DbQuery(LABELS.table))]

    async def test_a_point_lies_within_a_polygon_or_on_its_edge_and_not_in_its_hole(self) -> None:
        """Semantics 14: in reads, counts, changes and expectations; a place that is missing lies outside."""
        square, hole = [[0, 0], [4, 0], [4, 2], [0, 2], [0, 0]], [[1, 0.5], [3, 0.5], [3, 1.5], [1, 1.5], [1, 0.5]]
        within = Compare("place", "spatialWithin", {"type": "Polygon", "coordinates": [square, hole]})
        places = {
            "corner": (2, 4),
            "edge": (0, 1.5),
            "hole": (1, 2),
            "beside the hole": (0.5, 2),
            "outside": (3, 2),
            "swapped": (3, 1),
            "inside": (1, 0.5),
        }
        rows = [item(id, place={"lat": lat, "lng": lng}) for id, (lat, lng) in places.items()]
        async with self._holding(*rows, item("nowhere"), item("theirs", "org_theirs", place={"lat": 1, "lng": 0.5})) as db:
            assert ["beside the hole", "corner", "edge", "inside"] == await self._ids(db, within)
            assert ["hole", "nowhere", "outside", "swapped"] == await self._ids(db, Negate(within))
            assert 4 == await db.count(OURS, DbQuery(ITEMS, within))
            [changed] = await db.apply(OURS, [UpdateWhere(ITEMS, AllOf((within, Negate(Compare("id", "eq", "edge")))), {"name": "seen"})])

            assert 3 == changed.rows
            assert ["beside the hole", "corner", "inside"] == await self._ids(db, Compare("name", "eq", "seen"))
            await raised(LookupError, db.apply(OURS, [Expect(DbQuery(ITEMS, within), present=False, error=LookupError)]))

    async def test_rows_are_ordered_by_number_and_code_point_with_absence_first(self) -> None:
        rows = [item("1", size=10), item("2", size=9.5), item("3"), item("4", size=-1, name="b"), item("5", name="B"), item("6", name="é")]
        async with self._holding(*rows) as db:
            assert ["3", "5", "6", "4", "2", "1"] == await self._ids(db, order=(Order("size"), Order("id")))
            assert ["1", "2", "4", "3", "5", "6"] == await self._ids(db, order=(Order("size", descending=True), Order("id")))
            assert ["5", "4", "6"] == await self._ids(db, Negate(Compare("name", "eq", None)), order=(Order("name"),))

    async def test_a_page_has_limit_and_offset_and_a_count_has_neither(self) -> None:
        async with self._holding(*(item(str(number)) for number in range(5)), item("9", deleted_at=1)) as db:
            assert ["1", "2"] == await self._ids(db, limit=2, offset=1)
            assert 5 == await db.count(OURS, DbQuery(ITEMS, limit=2, offset=1))
            assert 6 == await db.count(OURS, DbQuery(ITEMS, with_deleted=True))

    async def test_heads_are_the_first_of_each_group_and_what_is_asked_of_them_hides_no_other(self) -> None:
        rows = [item("1", name="a", size=1), item("2", name="a", size=2), item("3", name="b", size=3), item("4", name="b", size=1)]
        async with self._holding(*rows) as db:
            small = Compare("size", "lte", 2)

            assert ["1", "3"] == await self._ids(db, heads_of=("name",))
            assert ["1"] == await self._ids(db, heads_of=("name",), then=small)
            assert ["1", "4"] == await self._ids(db, small, heads_of=("name",))

    async def test_a_transaction_reads_what_it_wrote_and_nobody_else_does_before_the_commit(self) -> None:
        async with self._holding(item("1")) as db:
            async with db.transaction(OURS) as tx:
                await tx.apply(OURS, [Insert(ITEMS, item("2"))])

                assert ["1", "2"] == await self._ids(tx)
                assert 2 == await tx.count(OURS, DbQuery(ITEMS))
            assert ["1", "2"] == await self._ids(db)

    async def test_a_transaction_that_raises_leaves_nothing(self) -> None:
        async with self._holding() as db:

            async def fail() -> None:
                async with db.transaction(OURS) as tx:
                    await tx.apply(OURS, [Insert(ITEMS, item("1"))])
                    raise LookupError

            await raised(LookupError, fail())

            assert [] == await self._ids(db)

    async def test_a_savepoint_undoes_itself_alone(self) -> None:
        """Semantics 28: nested transactions are savepoints."""
        async with self._holding() as db:

            async def fail(tx: Any) -> None:
                async with tx.savepoint() as inner:
                    await inner.apply(OURS, [Insert(ITEMS, item("lost"))])
                    async with inner.savepoint() as innermost:
                        await innermost.apply(OURS, [Insert(ITEMS, item("lost too"))])
                    raise LookupError

            async with db.transaction(OURS) as tx:
                await tx.apply(OURS, [Insert(ITEMS, item("1"))])
                await raised(LookupError, fail(tx))
                await raised(ConflictError, tx.apply(OURS, [Insert(ITEMS, item("lost")), Insert(ITEMS, item("1"))]))
                async with tx.savepoint() as inner:
                    await inner.apply(OURS, [Insert(ITEMS, item("2"))])

            assert ["1", "2"] == await self._ids(db)

    async def test_callbacks_follow_the_commit_of_what_left_them(self) -> None:
        called: list[str] = []
        async with self._holding() as db:

            async def fail(tx: Any, name: str) -> None:
                tx.on_commit(lambda: called.append(name))
                raise LookupError

            async with db.transaction(OURS) as tx:
                tx.on_commit(lambda: called.append("kept"))
                try:
                    async with tx.savepoint() as inner:
                        await fail(inner, "undone with its savepoint")
                except LookupError:
                    assert [] == called
            try:
                async with db.transaction(OURS) as tx:
                    await fail(tx, "undone with its transaction")
            except LookupError:
                assert ["kept"] == called

    async def test_two_tasks_may_not_use_one_transaction_at_once(self) -> None:
        """Semantics 22: the second one is refused at once, and the transaction is as it was."""
        async with self._holding() as db, db.transaction(OURS) as tx:
            outcomes = await asyncio.gather(self._ids(tx), self._ids(tx), return_exceptions=True)

            assert 1 == sum(isinstance(outcome, CoreError) for outcome in outcomes)
            assert [] == await self._ids(tx)

    async def test_a_transaction_is_of_no_use_after_its_end_or_for_another_organisation(self) -> None:
        async with self._holding() as db:
            async with db.transaction(OURS) as tx:
                await raised(CoreError, tx.select(THEIRS, DbQuery(ITEMS)))
            await raised(CoreError, tx.select(OURS, DbQuery(ITEMS)))
            async with db.transaction(SYSTEM) as system:
                await system.apply(THEIRS, [Insert(ITEMS, item("1", "org_theirs"))])

            assert ["1"] == await self._ids(db, scope=THEIRS)

    async def test_savepoints_of_two_tasks_may_not_cross(self) -> None:
        """Semantics 22, 28: using one transaction from two tasks at once is an error, and neither's savepoint stands."""
        written, inside = asyncio.Event(), asyncio.Event()

        async def both(db: DatabaseAdapter) -> None:
            async with db.transaction(OURS) as tx:
                waiting = asyncio.create_task(first(tx))
                await written.wait()
                outcomes = await asyncio.gather(waiting, second(tx), return_exceptions=True)
                for error in [outcome for outcome in outcomes if isinstance(outcome, BaseException)]:
                    raise error

        async def first(tx: Transaction) -> None:
            async with tx.savepoint() as own:
                await own.apply(OURS, [Insert(ITEMS, item("1"))])
                written.set()
                await inside.wait()

        async def second(tx: Transaction) -> None:
            async with tx.savepoint():
                inside.set()
                await asyncio.sleep(0.02)

        async with self._holding() as db:
            await raised(CoreError, both(db))

            assert [] == await self._ids(db)

    async def test_raw_reads_and_does_nothing_else(self) -> None:
        """Semantics 22, 23: whatever raw SQL says, rows are what they were, in a transaction and outside one."""
        attempts = (
            "INSERT INTO contract_item (id) VALUES (:org)",
            "UPDATE contract_item SET name = :org",
            "DELETE FROM contract_item WHERE organization_id = :org",
            "DROP TABLE contract_item",
            "SELECT :org; DELETE FROM contract_item",
        )
        async with self._holding(item("1", name="kept")) as db:
            if db.dialect == "memory":
                await raised(CoreError, db.raw(OURS, "SELECT :org"))
                return
            for attempt in attempts:
                await raised(CoreError, db.raw(OURS, attempt))
                async with db.transaction(OURS) as tx:
                    await raised(CoreError, _within_savepoint(tx, attempt))

                    assert [{"name": "kept"}] == await tx.raw(OURS, "SELECT name FROM contract_item WHERE organization_id = :org")
            assert ["1"] == await self._ids(db, Compare("name", "eq", "kept"))

    async def test_who_is_cancelled_at_a_commit_ends_when_its_outcome_is_known(self) -> None:
        """Semantics 22: rows and the callbacks that follow the commit agree, at whatever moment the task is cancelled."""
        async with self._holding() as db:
            for number in range(40):
                told: list[str] = []

                async def work(id: str, told: list[str] = told) -> None:
                    async with db.transaction(OURS) as tx:
                        await tx.apply(OURS, [Insert(ITEMS, item(id))])
                        tx.on_commit(lambda: told.append(id))

                task = asyncio.create_task(work(str(number)))
                for _ in range(number % 10):
                    await asyncio.sleep(0 if number % 2 else 0.0005)
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)

                assert told == await self._ids(db, Compare("id", "eq", str(number)))

    async def test_serializable_transactions_leave_no_write_skew(self) -> None:
        """Semantics 22: two that each saw the other on duty do not both leave; the refused one is run again."""
        async with self._holding(item("1", ready=True), item("2", ready=True)) as db:
            on_duty = DbQuery(ITEMS, Compare("ready", "eq", True))

            async def leave(id: str) -> None:
                async with db.transaction(OURS, "serializable") as tx:
                    others = await tx.count(OURS, on_duty)
                    await asyncio.sleep(0.005)
                    if others > 1:
                        await tx.apply(OURS, [Update(ITEMS, id, {"ready": False})])

            for _ in range(5):
                await db.apply(OURS, [UpdateWhere(ITEMS, AllOf(), {"ready": True})])
                await asyncio.gather(rerun(lambda: leave("1")), rerun(lambda: leave("2")))

                assert 1 == await db.count(OURS, on_duty)

    async def test_concurrent_writers_of_one_row_lose_no_update(self) -> None:
        """Semantics 22: whoever read an older version is refused, and nobody else is."""
        async with self._holding(item("1", size=0)) as db:

            async def increment() -> None:
                while True:
                    [row] = await db.select(OURS, DbQuery(ITEMS))
                    changes = {"size": row["size"] + 1, "version": row["version"] + 1}
                    try:
                        await db.apply(OURS, [Update(ITEMS, "1", changes, row["version"])])
                        return
                    except ConflictError:
                        await asyncio.sleep(0)

            await asyncio.gather(*(increment() for _ in range(20)))
            [row] = await db.select(OURS, DbQuery(ITEMS))

            assert (20, 21) == (row["size"], row["version"])

    async def test_those_who_wait_for_the_outbox_are_woken_by_its_commits_alone(self) -> None:
        woken: list[bool] = []
        record: dict[str, Any] = {"organization_id": "org_ours", "aggregate_id": "1", "event_id": None, "dispatch": {}, "published_at": None}
        entry = {**record, "attempts": 0, "last_error": None}
        async with self._holding() as db:
            db.on_commit(lambda: woken.append(True))
            await db.apply(OURS, [Insert(ITEMS, item("1"))])
            quiet = list(woken)
            await db.apply(OURS, [Insert(OUTBOX, {"id": "r1", **entry})])
            async with db.transaction(OURS) as tx:
                await tx.apply(OURS, [Insert(OUTBOX, {"id": "r2", **entry})])

                assert [True] == woken
            assert ([], [True, True]) == (quiet, woken)

    async def test_nothing_is_answered_before_opening_and_after_closing(self) -> None:
        async with self.adapter() as db:
            await raised(CoreError, db.open())
        await raised(CoreError, db.select(OURS, DbQuery(ITEMS)))
