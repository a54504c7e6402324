"""What is inserted at once on SQLite is inserted together, and stands as if each had been alone."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from coregen_adapters.sqlite import SqliteAdapter
from coregen_adapters.sqlite.ddl import create_table
from coregen_runtime.event.types import DomainEvent
from coregen_runtime.repository.outbox import outbox_record
from coregen_runtime.repository.system_tables import EVENTS, OUTBOX
from coregen_runtime.repository.types import SYSTEM, AppendEvent, Applied, DbQuery, Insert, Operation, Order, Scope
from coregen_runtime.testing.database import ITEMS, item


@pytest.fixture
async def db() -> Any:
    db = SqliteAdapter()
    await db.open()
    await db.execute(create_table(ITEMS))
    yield db
    await db.close()


def _saved(number: int, organization: str = "org_1", payload: object = None, version: int = 1) -> list[Operation]:
    """A row, its event and its record, as a save leaves them."""
    event = DomainEvent[Any](
        id=f"evt_{number}", payload=payload, type="item.created", aggregate_id=f"item_{number}", org_id=organization, version=version, occurred_at=1
    )
    record = outbox_record(event.id, organization, event.aggregate_id, event_id=event.id)
    return [Insert(ITEMS, item(event.aggregate_id, organization)), AppendEvent(event), record]


async def _at_once(db: SqliteAdapter, *sent: tuple[str, list[Operation]]) -> list[tuple[Applied, ...] | BaseException]:
    async with db.transaction(SYSTEM):
        waiting = [asyncio.create_task(db.apply(Scope(organization), operations)) for organization, operations in sent]
        await asyncio.sleep(0.02)
    return await asyncio.gather(*waiting, return_exceptions=True)


async def _positions(db: SqliteAdapter, table: Any) -> dict[str, int]:
    return {row["id"]: row["position"] for row in await db.select(SYSTEM, DbQuery(table, order=(Order("position"),)))}


async def test_each_is_told_the_positions_of_its_own_event_and_record(db: SqliteAdapter) -> None:
    organizations = [f"org_{number % 3}" for number in range(12)]
    applied: Any = await _at_once(db, *((organization, _saved(number, organization)) for number, organization in enumerate(organizations)))
    events, records = await _positions(db, EVENTS), await _positions(db, OUTBOX)

    assert 12 == len(events) == len(records)
    assert [events[f"evt_{number}"] for number in range(12)] == [event.values["position"] for _, event, _ in applied]
    assert [records[f"evt_{number}"] for number in range(12)] == [record.values["position"] for _, _, record in applied]
    assert {(1, 0)} == {(event.values["version"], event.values["ordinal"]) for _, event, _ in applied}


async def test_others_stand_beside_those_that_do_something_else(db: SqliteAdapter) -> None:
    lone: list[Operation] = [Insert(ITEMS, item("alone", "org_1"))]
    moved: list[Operation] = [
        AppendEvent(DomainEvent[Any](id="evt_x", payload=1, type="item.moved", aggregate_id="item_0", org_id="org_1"), advance=True)
    ]
    applied: Any = await _at_once(db, ("org_1", _saved(0)), ("org_1", lone), ("org_1", moved), ("org_1", _saved(1)))
    rows = await db.select(Scope("org_1"), DbQuery(ITEMS, order=(Order("id"),)))

    assert ["alone", "item_0", "item_1"] == [row["id"] for row in rows]
    assert [3, 1, 1, 3] == [len(each) for each in applied]
    assert 2 == applied[2][0].values["version"]


async def test_a_second_event_of_a_version_takes_the_next_ordinal(db: SqliteAdapter) -> None:
    again: list[Operation] = [
        AppendEvent(DomainEvent[Any](id=f"evt_again_{n}", payload=n, type="item.told", aggregate_id="item_0", org_id="org_1", version=1))
        for n in range(3)
    ]
    await db.apply(Scope("org_1"), _saved(0))
    applied: Any = await _at_once(db, *(("org_1", [each]) for each in again))

    assert [1, 2, 3] == [event.values["ordinal"] for (event,) in applied]


async def test_one_of_another_organisation_is_refused_and_the_others_stand(db: SqliteAdapter) -> None:
    applied = await _at_once(db, ("org_1", _saved(0)), ("org_2", _saved(1, "org_1")), ("org_1", _saved(2)))

    assert ["INVALID_STATE"] == [getattr(each, "code", None) for each in applied if isinstance(each, BaseException)]
    assert ["evt_0", "evt_2"] == list(await _positions(db, EVENTS))


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
async def test_what_is_no_number_of_json_is_refused_and_the_others_stand(db: SqliteAdapter, number: float) -> None:
    """Semantics 4: values are I-JSON, whose numbers are finite."""
    applied = await _at_once(db, ("org_1", _saved(0, payload={"text": "NaN, Infinity"})), ("org_1", _saved(1, payload={"weight": [number]})))
    events = await db.select(SYSTEM, DbQuery(EVENTS))

    assert isinstance(applied[1], ValueError)
    assert [{"text": "NaN, Infinity"}] == [event["payload"] for event in events]
