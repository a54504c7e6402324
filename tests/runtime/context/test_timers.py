"""Timeouts are durable, fire once, and are stale once their state was left (semantics 17, 18)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from coregen_adapters.app import App
from coregen_runtime import CoreError, FrozenClock
from coregen_runtime.event.outbox import TIMERS, OutboxRecord
from coregen_runtime.repository.outbox import DatabaseOutbox
from coregen_runtime.repository.system_tables import DELIVERIES, OUTBOX
from coregen_runtime.repository.types import SYSTEM, DbQuery
from tests.runtime.adapters.postgres import kept
from tests.runtime.app.kitchen import Dish, DishRepository, DishStatus
from tests.runtime.context.oven import HOUR, MINUTE, armed, cook_of, file, oven_app, plan, send, state_of, told

PLANNED = [("planned", "served", HOUR), ("planned", "cooked", 2 * HOUR)]


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock()


@pytest.fixture(params=["memory://", "sqlite://", "postgresql"])
async def app(request: pytest.FixtureRequest, clock: FrozenClock) -> AsyncIterator[App]:
    database = (await kept("kitchen"))[0] if request.param == "postgresql" else str(request.param)
    async with oven_app(database, clock) as app:
        yield app


async def later(app: App, clock: FrozenClock, milliseconds: int) -> None:
    clock.advance(milliseconds)
    await app.settle()


async def test_an_entity_that_is_made_enters_its_initial_state(app: App, clock: FrozenClock) -> None:
    """Semantics 18: creation arms the timeouts of the state it begins in, in the order in which they fall due."""
    await plan(app)

    assert PLANNED == await armed(app)


async def test_a_timeout_fires_when_it_is_due_and_not_before(app: App, clock: FrozenClock) -> None:
    """Semantics 18: the first due whose guard passes; the others end with the state."""
    dish = await plan(app, portions=6)
    await later(app, clock, HOUR - 1)
    before = await state_of(app, dish)
    await later(app, clock, 1)

    assert ("planned", "served", []) == (before, await state_of(app, dish), await armed(app))
    assert ["dish.created", "dish.updated", "dish.served"] == await told(app)


async def test_a_timeout_whose_guard_fails_leaves_the_next_one(app: App, clock: FrozenClock) -> None:
    """Semantics 18: a guard is asked once, when the timeout is due."""
    dish = await plan(app, portions=1)
    await later(app, clock, HOUR)
    at_first, left = await state_of(app, dish), await armed(app)
    await later(app, clock, HOUR)

    assert ("planned", [("planned", "cooked", HOUR)], "cooked") == (at_first, left, await state_of(app, dish))
    assert [("cooked", "served", 10 * MINUTE)] == await armed(app)


async def test_of_two_that_are_due_at_once_the_earlier_wins(app: App, clock: FrozenClock) -> None:
    """Semantics 18: after a night without a process, too."""
    dish = await plan(app, portions=6)
    await later(app, clock, 24 * HOUR)

    assert "served" == await state_of(app, dish)


async def test_leaving_the_state_makes_its_timeouts_stale(app: App, clock: FrozenClock) -> None:
    """Semantics 18: a stale one is ignored."""
    dish = await plan(app, portions=6)
    await send(app, dish, "cook")
    armed_now = await armed(app)
    await send(app, dish, "serve")
    await later(app, clock, 24 * HOUR)

    assert [("cooked", "served", 10 * MINUTE)] == armed_now
    assert ["dish.created", "dish.updated", "dish.cooked", "dish.updated", "dish.served"] == await told(app)


async def test_entering_the_same_state_again_starts_its_time_anew(app: App, clock: FrozenClock) -> None:
    """Semantics 16, 18: a self transition leaves and enters; the token of the entry is another one."""
    dish = await plan(app, portions=6)
    await later(app, clock, HOUR - 1)
    await send(app, dish, "stir")
    await later(app, clock, 2)
    stirred = await state_of(app, dish)
    await later(app, clock, HOUR)

    assert ("planned", "served") == (stirred, await state_of(app, dish))


async def test_a_change_of_anything_else_leaves_the_time_running(app: App, clock: FrozenClock) -> None:
    """Semantics 18: the token belongs to the entry, not to the version."""
    dish = await plan(app, portions=1)
    await later(app, clock, MINUTE)
    await cook_of(app).repo(DishRepository).save(dish._replace({"portions": 6}))

    assert [("planned", "served", HOUR - MINUTE), ("planned", "cooked", 2 * HOUR - MINUTE)] == await armed(app)


async def test_a_state_that_is_saved_directly_is_entered_like_any_other(app: App, clock: FrozenClock) -> None:
    """Semantics 18: whoever writes the field."""
    dish = await plan(app)
    await cook_of(app).repo(DishRepository).save(dish._replace({"status": DishStatus.COOKED}))

    assert [("cooked", "served", 10 * MINUTE)] == await armed(app)


async def test_a_deleted_entity_has_no_timeouts_and_a_restored_one_begins_anew(app: App, clock: FrozenClock) -> None:
    dish = await plan(app, portions=6)
    repo = cook_of(app).repo(DishRepository)
    await later(app, clock, MINUTE)
    await repo.delete(dish.id)
    deleted = await armed(app)
    await later(app, clock, 3 * HOUR)
    await repo.restore(dish.id)

    assert ([], PLANNED) == (deleted, await armed(app))
    await repo.hard_delete(dish.id)
    assert [] == await armed(app)


async def test_a_transition_that_is_undone_arms_nothing(app: App) -> None:
    """Semantics 17: timers commit with the change, or none of it does."""
    with pytest.raises(LookupError):
        async with cook_of(app).transaction() as tx:
            await tx.repo(DishRepository).save(Dish.new(name="soup"))
            raise LookupError

    assert [] == await armed(app)
    assert [] == await app.db.select(SYSTEM, DbQuery(DELIVERIES))


async def test_settling_does_not_wait_for_what_is_due_in_an_hour(app: App) -> None:
    await plan(app)
    await app.settle(timeout=200)

    assert PLANNED == await armed(app)


async def test_a_timeout_acts_as_the_system_in_the_organisation_of_the_entity(app: App, clock: FrozenClock) -> None:
    dish = await plan(app, portions=6)
    await later(app, clock, HOUR)
    [served] = [record.event for record in await _published(app) if record.event is not None and record.event.type == "dish.served"]

    assert ("kitchen", dish.id, {"by": "system"}, None) == (served.source, served.aggregate_id, served.payload, served.actor_id)


async def test_timeouts_outlive_the_process(tmp_path: Path, clock: FrozenClock) -> None:
    """Semantics 18: durable. The next process finds what fell due while none ran, and does it once."""
    async with oven_app(file(tmp_path), clock) as app:
        dish = await plan(app, portions=6)
    clock.advance(3 * HOUR)
    for _ in range(2):
        async with oven_app(file(tmp_path), clock) as app:
            await app.settle()
            events = await told(app)

            assert ("served", []) == (await state_of(app, dish), await armed(app))
    assert ["dish.created", "dish.updated", "dish.served"] == events


async def test_a_timeout_that_cannot_be_performed_is_tried_again_and_done_once(app: App, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch) -> None:
    """Semantics 17, 18: what failed halfway left nothing."""
    dish = await plan(app, portions=6)
    failing = DishRepository.save

    async def fails(self: DishRepository, entity: Dish) -> Dish:
        await failing(self, entity)
        raise CoreError("TIMEOUT", "the disk is away", transient=True)

    monkeypatch.setattr(DishRepository, "save", fails)
    clock.advance(HOUR)
    await app.relay.deliver_due()
    after_failure = (await state_of(app, dish), await told(app))
    monkeypatch.setattr(DishRepository, "save", failing)
    await later(app, clock, 10_000)

    assert (("planned", ["dish.created"]), "served") == (after_failure, await state_of(app, dish))
    assert ["dish.created", "dish.updated", "dish.served"] == await told(app)


async def test_a_timeout_that_fails_for_good_is_parked_and_visible(app: App, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch) -> None:
    """Semantics 30: a person can have it tried again."""
    dish = await plan(app, portions=6)

    async def fails(self: DishRepository, entity: Dish) -> Dish:
        raise CoreError("TIMEOUT", "the disk is away", transient=True)

    working = DishRepository.save
    monkeypatch.setattr(DishRepository, "save", fails)
    clock.advance(HOUR)
    for _ in range(6):
        await app.relay.deliver_due()
        clock.advance(1_000_000)
    parked = await app.relay.parked()
    monkeypatch.setattr(DishRepository, "save", working)
    await app.relay.unpark(parked[0].record_id, TIMERS)
    await app.settle()

    assert [TIMERS] == [each.handler for each in parked]
    assert "served" == await state_of(app, dish)


async def _published(app: App) -> list[OutboxRecord]:
    ids = [row["id"] for row in await app.db.select(SYSTEM, DbQuery(OUTBOX))]
    return await DatabaseOutbox(app.db, app.clock).get_many(ids)
