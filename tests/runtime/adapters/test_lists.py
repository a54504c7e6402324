"""Any list of operations does on PostgreSQL, put into few statements, what it does in Python one by one (semantics 22)."""

from __future__ import annotations

import asyncio
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from coregen_runtime.errors.base import CoreError
from coregen_runtime.repository.system_tables import EVENTS, OUTBOX
from coregen_runtime.repository.types import (
    SYSTEM,
    AllOf,
    AppendEvent,
    Applied,
    Compare,
    DatabaseAdapter,
    DbQuery,
    Delete,
    DeleteWhere,
    Expect,
    Insert,
    Linked,
    LinkedTo,
    Negate,
    Operation,
    Order,
    SetLinks,
    Update,
    UpdateWhere,
    Where,
)
from coregen_runtime.testing.database import ITEMS, LABELS, OURS, item
from coregen_runtime.testing.events import event
from tests.runtime.adapters.databases import memory
from tests.runtime.adapters.postgres import postgres

RECORD = {
    "organization_id": "org_ours",
    "aggregate_id": "1",
    "event_id": None,
    "dispatch": None,
    "published_at": None,
    "attempts": 0,
    "last_error": None,
}

TAKEN = AllOf((Compare("code", "eq", "A"), Negate(Compare("id", "eq", "2"))))

ids = st.sampled_from(["1", "2", "3"])
codes = st.sampled_from([None, "A", "B"])
versions = st.none() | st.integers(1, 2)
changes = st.fixed_dictionaries(
    {}, optional={"code": codes, "size": st.integers(0, 2), "version": st.integers(1, 2), "deleted_at": st.none() | st.just(9)}
)
changes = changes.filter(bool)
wheres: st.SearchStrategy[Where] = st.one_of(
    st.just(AllOf()),
    st.builds(Compare, st.just("code"), st.just("eq"), codes),
    st.builds(Compare, st.just("size"), st.just("gte"), st.integers(0, 2)),
    st.builds(Compare, st.just("code"), st.just("matches"), st.sampled_from(["^A$", "."])),
    st.builds(Linked, st.just(LABELS), st.just(("x",))),
    st.builds(LinkedTo, st.just(LABELS), st.sampled_from([(), ("x",), ("x", "y"), ("y", "x")])),
    st.builds(lambda code, id: AllOf((Compare("code", "eq", code), Negate(Compare("id", "eq", id)))), st.sampled_from(["A", "B"]), ids),
)
events = st.builds(
    lambda id, aggregate, version: event(id, f"order_{aggregate}", version=version), st.sampled_from(["e1", "e2", "e3", "e4"]), ids, st.integers(0, 2)
)
operations: st.SearchStrategy[Operation] = st.one_of(
    st.builds(lambda id, code, absent: Insert(ITEMS, item(id, code=code), absent), ids, codes, st.booleans()),
    st.builds(lambda id, code: Insert(ITEMS, item(id, code=code)), ids, codes),
    st.builds(Update, st.just(ITEMS), ids, changes, versions, st.sampled_from(["active", "deleted", "any"])),
    st.builds(Delete, st.just(ITEMS), ids, versions),
    st.builds(SetLinks, st.just(LABELS), ids, st.lists(st.sampled_from("xy"), max_size=3, unique=True).map(tuple)),
    st.builds(UpdateWhere, st.just(ITEMS), wheres, st.fixed_dictionaries({"size": st.integers(0, 2)})),
    st.builds(DeleteWhere, st.just(ITEMS), wheres),
    st.builds(lambda where, present: Expect(DbQuery(ITEMS, where), present, LookupError), wheres, st.booleans()),
    st.builds(AppendEvent, events, st.none() | st.integers(0, 2), st.booleans()),
    st.builds(lambda id: Insert(OUTBOX, {"id": id, **RECORD}), st.sampled_from(["r1", "r2"])),
)


async def _outcome(db: DatabaseAdapter, wanted: list[Operation], within: bool) -> Any:
    """What the list did; positions, which are the database's own, by their order alone."""
    try:
        if within:
            async with db.transaction(OURS) as tx:
                applied = await tx.apply(OURS, wanted)
        else:
            applied = await db.apply(OURS, wanted)
    except (CoreError, LookupError) as error:
        return type(error), getattr(error, "code", ""), getattr(error, "meta", {}).get("fields")
    return [_told(wanted, applied, index) for index in range(len(wanted))]


def _told(wanted: list[Operation], applied: tuple[Applied, ...], index: int) -> tuple[Any, ...]:
    values = dict(applied[index].values)
    table = EVENTS if isinstance(wanted[index], AppendEvent) else OUTBOX
    positions = [
        each.values["position"]
        for each, by in zip(applied, wanted, strict=True)
        if "position" in each.values and isinstance(by, AppendEvent) is (table is EVENTS)
    ]
    place = sorted(positions).index(values.pop("position")) if "position" in values else None
    return applied[index].rows, place, values


async def _everything(db: DatabaseAdapter) -> list[list[Any]]:
    tables = ((ITEMS, ("id",)), (LABELS.table, ("owner_id", "position")), (EVENTS, ("aggregate_id", "version", "ordinal")), (OUTBOX, ("id",)))
    found = []
    for table, keys in tables:
        scope = SYSTEM if table in (EVENTS, OUTBOX) else OURS
        rows = await db.select(scope, DbQuery(table, order=tuple(map(Order, keys)), with_deleted=True))
        hidden = ("position", "occurred_at") if table in (EVENTS, OUTBOX) else ()
        found.append([{name: value for name, value in row.items() if name not in hidden} for row in rows])
    return found


@example([[Insert(ITEMS, item("1", code="A")), Expect(DbQuery(ITEMS, TAKEN), False, LookupError), Insert(ITEMS, item("2", code="B"))]], False)
@example([[Expect(DbQuery(ITEMS), False, LookupError), Expect(DbQuery(ITEMS), False, LookupError)]], False)
@example([[Insert(ITEMS, item("1", code="A")), Insert(ITEMS, item("2", code="A"), True), Insert(ITEMS, item("2"), True)]], False)
@given(st.lists(st.lists(operations, min_size=1, max_size=7), min_size=1, max_size=4), st.booleans())
def test_a_list_of_operations_does_what_it_does_one_by_one(lists: list[list[Operation]], within: bool) -> None:
    async def compare() -> None:
        async with memory() as twin, postgres() as db:
            for wanted in lists:
                expected = await _outcome(twin, wanted, within)

                assert expected == await _outcome(db, wanted, within)
                assert await _everything(twin) == await _everything(db)

    asyncio.run(compare())
