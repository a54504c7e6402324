"""A transition that fails at any of its writes, or is killed at any moment, leaves nothing half done (semantics 17)."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from pydantic_core import to_jsonable_python

from coregen_adapters.sqlite import SqliteAdapter
from coregen_runtime import Clock, CoreError, EventFilter, FrozenClock, FSMContext, Request, SystemClock, perform_transition
from coregen_runtime.event.outbox import TIMERS
from coregen_runtime.repository.log import DELIVERIES, OUTBOX, DatabaseEventStore
from coregen_runtime.repository.types import SYSTEM, Applied, DbQuery, Operation, Scope, Transaction
from tests.runtime.app.kitchen import COOK, ORG, DishRepository
from tests.runtime.context.oven import HOUR, Oven, OvenMachine, armed, cook_of, file, oven_app, plan, send, told


class Broken:
    """A transaction whose n-th write fails: `before` it is done, or after."""

    def __init__(self, tx: Transaction, writes: Countdown) -> None:
        self._tx, self._writes = tx, writes

    def __getattr__(self, name: str) -> Any:
        return getattr(self._tx, name)

    @asynccontextmanager
    async def savepoint(self) -> AsyncIterator[Any]:
        async with self._tx.savepoint() as inner:
            yield Broken(inner, self._writes)

    async def apply(self, scope: Scope, operations: Sequence[Operation]) -> tuple[Applied, ...]:
        if self._writes.left == 0 and self._writes.before:
            raise OSError("the disk is full")
        applied = await self._tx.apply(scope, operations)
        if self._writes.left == 0:
            raise OSError("the disk is full")
        self._writes.left -= 1
        return applied


class Countdown:
    """How many writes succeed still; below zero, all of them."""

    def __init__(self) -> None:
        self.left, self.before = -1, True


class FailingAdapter(SqliteAdapter):
    """SQLite whose transactions fail at a write."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.writes = Countdown()

    @asynccontextmanager
    async def transaction(self, scope: Scope, isolation: Any = "read committed") -> AsyncIterator[Any]:
        async with super().transaction(scope, isolation) as tx:
            yield Broken(tx, self.writes)


def failing_app(path: Path, clock: Clock, oven: Oven) -> tuple[Any, FailingAdapter]:
    database = FailingAdapter(path)
    return oven_app(database, clock, oven), database


async def everything(app: Any) -> tuple[Any, ...]:
    dishes = [(dish.id, dish.status, dish.version, dish.cooked_by) for dish in await cook_of(app).repo(DishRepository).find_all()]
    outbox = [row["id"] for row in await app.db.select(SYSTEM, DbQuery(OUTBOX))]
    return dishes, await told(app), outbox, await armed(app)


async def test_a_transition_that_fails_at_any_write_did_nothing(tmp_path: Path) -> None:
    """Semantics 17: state, assigns, save, events, outbox and timers are one transaction; the write that fails may be any of them."""
    oven = Oven()
    app, database = failing_app(tmp_path / "oven.db", FrozenClock(), oven)
    async with app:
        dish = await plan(app)
        await app.settle()
        before, failures = await everything(app), 0
        for place in range(20):
            for when in (True, False):
                database.writes.left, database.writes.before = place, when
                try:
                    await send(app, dish, "cook")
                    break
                except OSError:
                    failures += 1
                finally:
                    database.writes.left = -1

                assert before == await everything(app)
            else:
                continue
            break
        await app.settle()

        assert failures >= 4
        assert [(dish.id, "cooked", 2, COOK)] == (await everything(app))[0]
        assert ["dish.created", "dish.updated", "dish.cooked"] == await told(app)
        assert [dish.id] == oven.labels


async def test_a_timeout_that_fails_at_any_write_is_done_once_in_the_end(tmp_path: Path) -> None:
    """Semantics 17, 18: the mark that it fired commits with what it did."""
    clock = FrozenClock()
    app, database = failing_app(tmp_path / "oven.db", clock, Oven())
    app.relay._interval = HOUR  # it polls when it is called here, and not in between
    async with app:
        dish = await plan(app, portions=6)
        await app.settle()
        before = await everything(app)
        clock.advance(HOUR)
        for place, when in ((0, True), (0, False), (1, False), (2, True), (2, False)):
            database.writes.left, database.writes.before = place, when
            tried = await app.relay.deliver_due()
            database.writes.left = -1

            assert (1, before[:3]) == (tried, (await everything(app))[:3])
            clock.advance(100_000)
        await app.settle()

        assert [(dish.id, "served", 2, None)] == (await everything(app))[0]
        assert ["dish.created", "dish.updated", "dish.served"] == await told(app)


async def test_a_process_killed_in_the_middle_leaves_whole_transitions(tmp_path: Path, project_root: Path) -> None:
    """Semantics 17, 18: after each kill, rows, events, commands and timers tell the same story; and the next process goes on from there."""
    acknowledged: list[str] = []
    for _ in range(4):
        acknowledged += _killed(tmp_path, random.uniform(0, 0.2), project_root)
        oven = Oven()
        async with oven_app(file(tmp_path), SystemClock(), oven) as app:
            dishes = await cook_of(app).repo(DishRepository).find_all()
            waiting = Counter(state for state, _, _ in await armed(app))
            events = Counter([event.type async for event in DatabaseEventStore(app.db, ORG).replay(EventFilter())])
            commands = [row for row in await app.db.select(SYSTEM, DbQuery(OUTBOX)) if row["dispatch"] and row["dispatch"]["command"] != TIMERS]
            states = Counter(dish.status.value for dish in dishes)

            assert set(acknowledged) <= {dish.id for dish in dishes if dish.status != "planned" and dish.cooked_by == COOK}
            assert Counter({"planned": 2 * states["planned"], "cooked": states["cooked"]}) == waiting
            assert states["cooked"] + states["served"] == events["dish.cooked"] == len(commands)
            assert states["served"] == events["dish.served"]
            assert [] == [row for row in await app.db.select(SYSTEM, DbQuery(DELIVERIES)) if row["status"] == "parked"]
    assert acknowledged


def _killed(folder: Path, after: float, root: Path) -> list[str]:
    """Run the child, kill it so many seconds after its first dish, and give the dishes that it told of."""
    command = [sys.executable, "-m", "tests.runtime.context.oven_child", file(folder)]
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as child:
        assert child.stdout is not None
        first = child.stdout.readline()
        time.sleep(after)
        child.send_signal(signal.SIGKILL)
        lines = [first, *child.stdout]
    return [line.strip() for line in lines if line.endswith("\n")]


async def test_a_command_is_sent_after_the_commit_with_the_transition_as_its_key(tmp_path: Path) -> None:
    """Semantics 17: a record of the same transaction, through the Mediator; sent again under the same key, it does nothing."""
    oven = Oven()
    async with oven_app(file(tmp_path), FrozenClock(), oven) as app:
        dish = await plan(app)
        async with cook_of(app).transaction() as tx:
            cooked = await perform_transition(tx, DishRepository, OvenMachine, dish.id, "cook")
            within = list(oven.labels)
        await app.settle()
        [key] = [
            row["dispatch"]["idempotencyKey"]
            for row in await app.db.select(SYSTEM, DbQuery(OUTBOX))
            if row["dispatch"] and row["dispatch"]["command"] == "kitchen.printLabel"
        ]
        again = Request(type="kitchen.printLabel", payload={"dish": dish.id}, idempotency_key=key)
        system = app.context(organization=ORG, actor=COOK, type="system")
        await system.dispatch(again)

        assert ([], [dish.id], f"oven:{dish.id}:{cooked.version}:3") == (within, oven.labels, key)
        await system.dispatch(again.model_copy(update={"idempotency_key": f"{key}9"}))
        assert [dish.id, dish.id] == oven.labels


async def test_the_engine_computes_and_performs_nothing(tmp_path: Path) -> None:
    """Semantics 17: the handler performs what the engine says."""
    async with oven_app(file(tmp_path), FrozenClock()) as app:
        dish = await plan(app)
        ctx, before = cook_of(app), await everything(app)
        context = FSMContext(to_jsonable_python(dish, by_alias=True), {"id": COOK, "roles": []})
        result = await ctx.fsm.transition("oven", "planned", "cook", context)

        assert ("planned", "cooked", ["dish.cooked"]) == (result.previous_state, result.next_state, [event.type for event in result.events_emitted])
        assert before == await everything(app)
        with pytest.raises(CoreError, match='no state machine "ovn" is registered; did you mean "oven"'):
            await ctx.fsm.transition("ovn", "planned", "cook", context)
