"""A context belongs to an organisation, an actor and, within `transaction`, to a transaction (semantics 22, 27, 28)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from coregen_runtime import AuthorizationError, CommandMessage, CoreError, DomainEvent, EntityHooks, Model, Request, SystemContext, Text
from coregen_runtime.context.factory import BoundContext
from coregen_runtime.context.types import Actor, Org
from coregen_runtime.event.outbox import DispatchRecord, OutboxRecord
from coregen_runtime.repository.types import SYSTEM
from tests.runtime.app.kitchen import Dish, DishCooked, DishCookedPayload, DishRepository, dish_schema
from tests.runtime.context.services import ACTOR, ORG, Bench

COOKED = DishCooked(payload=DishCookedPayload(name="soup", portions=2), aggregate_id="dish_1")


class Label(Model, CommandMessage[None], type="kitchen.label"):
    dish: Text


@pytest.fixture
def bench() -> Bench:
    return Bench({"kitchen.Dish": dish_schema}, [DishRepository])


async def records(bench: Bench) -> list[OutboxRecord]:
    return await bench.outbox.poll_unpublished(100)


# --- events -------------------------------------------------------------------------------------------------------------------


async def test_publish_stamps_who_when_where_and_why(bench: Bench) -> None:
    """Semantics 27: it fills id, time, version and source."""
    ctx = bench.context(caused_by="evt_0")
    await ctx.publish(COOKED)
    [record] = await records(bench)
    event = record.event

    assert event is not None
    assert bench.ids.is_valid(event.id)
    assert (bench.clock.now(), "kitchen", ACTOR, ORG) == (event.occurred_at, event.source, event.actor_id, event.org_id)
    assert (ctx.correlation_id, "evt_0", "Dish") == (event.correlation_id, event.caused_by, event.aggregate_type)


async def test_an_event_takes_the_present_version_of_its_aggregate(bench: Bench) -> None:
    """Semantics 29: one change may emit several events."""
    ctx = bench.context()
    dish = await ctx.repo(DishRepository).save(Dish.new(name="soup"))
    await ctx.publish_batch([COOKED.model_copy(update={"aggregate_id": dish.id})] * 2)

    assert [("dish.created", 1), ("dish.cooked", 1), ("dish.cooked", 1)] == [
        (record.event.type, record.event.version) for record in await records(bench) if record.event
    ]


async def test_a_plain_event_is_the_handling_modules(bench: Bench) -> None:
    ctx = bench.context().bind(module="pantry")
    await ctx.publish(DomainEvent(type="shelf.empty", payload={}))
    [record] = await records(bench)

    assert "pantry" == (record.event and record.event.source)


async def test_an_event_of_nobody_is_refused(bench: Bench) -> None:
    with pytest.raises(CoreError, match="needs a type, and outside a module's handlers a source"):
        await bench.context().publish(DomainEvent(type="shelf.empty", payload={}))
    assert [] == await records(bench)


async def test_an_event_of_another_organisation_is_refused(bench: Bench) -> None:
    """Semantics 23: a context publishes for its own organisation alone."""
    with pytest.raises(AuthorizationError):
        await bench.context().publish(COOKED.model_copy(update={"org_id": "org_other"}))
    assert [] == await records(bench)


# --- transactions -------------------------------------------------------------------------------------------------------------


async def test_what_a_transaction_wrote_stands_or_falls_with_it(bench: Bench) -> None:
    """Semantics 22: its `repo` and `publish` belong to it."""
    ctx = bench.context()
    with pytest.raises(LookupError):
        async with ctx.transaction() as tx:
            await tx.repo(DishRepository).save(Dish.new(name="soup"))
            await tx.publish(COOKED)
            await tx.dispatch_later(Label(dish="dish_1"))
            raise LookupError

    assert (0, []) == (await ctx.repo(DishRepository).count(), await records(bench))


async def test_a_savepoint_falls_alone(bench: Bench) -> None:
    """Semantics 28: what a nested transaction saved falls with it, and the rest stands."""
    ctx = bench.context()
    async with ctx.transaction() as tx:
        await tx.repo(DishRepository).save(Dish.new(name="stays"))
        with pytest.raises(LookupError):
            async with tx.transaction() as inner:
                await inner.repo(DishRepository).save(Dish.new(name="falls"))
                raise LookupError

    assert ["stays"] == [dish.name for dish in await ctx.repo(DishRepository).find_all()]


async def test_the_context_that_a_transaction_was_begun_from_stays_outside(bench: Bench) -> None:
    ctx = bench.context()
    async with ctx.transaction() as tx:
        await tx.repo(DishRepository).save(Dish.new(name="soup"))

        assert (False, True) == (ctx.in_transaction, tx.in_transaction)
        assert (0, 1) == (await ctx.repo(DishRepository).count(), await tx.repo(DishRepository).count())


def noting(told: list[tuple[str, bool]], name: str) -> Callable[[bool], Awaitable[None]]:
    async def callback(committed: bool) -> None:
        told.append((name, committed))

    return callback


async def test_it_is_told_how_the_outermost_transaction_ended(bench: Bench) -> None:
    told: list[tuple[str, bool]] = []
    async with bench.context().transaction() as tx:
        tx.on_settled(noting(told, "outer"))
        async with tx.transaction() as inner:
            inner.on_settled(noting(told, "inner"))
        assert [] == told
    with pytest.raises(LookupError):
        async with bench.context().transaction() as tx:
            async with tx.transaction() as inner:
                inner.on_settled(noting(told, "undone with the rest"))
            raise LookupError

    assert [("outer", True), ("inner", True), ("undone with the rest", False)] == told


async def test_without_a_transaction_there_is_nothing_to_wait_for(bench: Bench) -> None:
    with pytest.raises(CoreError, match="INVALID_STATE"):
        bench.context().on_settled(noting([], "never"))


async def test_an_adopted_transaction_tells_after_the_commit_of_who_began_it(bench: Bench) -> None:
    told: list[tuple[str, bool]] = []
    async with bench.db.transaction(SYSTEM) as tx:
        async with bench.contexts.adopt(bench.context(), tx) as ctx:
            await ctx.repo(DishRepository).save(Dish.new(name="soup"))
            ctx.on_settled(noting(told, "done"))
        assert [] == told
    await bench.contexts.finish()
    async with bench.db.transaction(SYSTEM) as tx:
        with pytest.raises(LookupError):
            async with bench.contexts.adopt(bench.context(), tx) as ctx:
                ctx.on_settled(noting(told, "failed"))
                raise LookupError

    assert [("done", True), ("failed", False)] == told


# --- commands for later -------------------------------------------------------------------------------------------------------


async def test_a_command_for_later_is_a_record_of_the_transaction(bench: Bench) -> None:
    """Semantics 17."""
    ctx = bench.context(caused_by="evt_0")
    async with ctx.transaction() as tx:
        await tx.dispatch_later(Label(dish="dish_1"), aggregate_id="dish_1", idempotency_key="k")
        await tx.dispatch_later(Request(type="kitchen.clean", idempotency_key="own"))
    first, second = (record.dispatch for record in await records(bench))

    assert isinstance(first, DispatchRecord)
    assert isinstance(second, DispatchRecord)
    assert ("kitchen.label", {"dish": "dish_1"}, "dish_1", "k") == (first.command, first.payload, first.aggregate_id, first.idempotency_key)
    assert (ACTOR, ORG, ctx.correlation_id, "evt_0") == (first.actor_id, first.org_id, first.correlation_id, first.caused_by)
    assert ("kitchen.clean", {}, "own") == (second.command, second.payload, second.idempotency_key)


# --- the rest -----------------------------------------------------------------------------------------------------------------


async def test_repositories_come_by_class_and_by_name(bench: Bench) -> None:
    """Semantics 22: typed by its class, or by the entity's name, qualified or not."""
    ctx = bench.context()
    dish = await ctx.repo(DishRepository).save(Dish.new(name="soup"))

    assert dish == await ctx.repo("kitchen.Dish").find_by_id(dish.id)
    assert dish == await ctx.repo("Dish").find_by_id(dish.id)


async def test_what_the_system_saves_has_no_actor(bench: Bench) -> None:
    event: DomainEvent[Any] = DomainEvent(id="evt_1", type="x.y", payload={}, org_id=ORG, correlation_id="c")
    await bench.contexts.for_event(event).repo(DishRepository).save(Dish.new(name="soup"))
    [record] = await records(bench)

    assert record.event is not None
    assert (None, "c", "evt_1") == (record.event.actor_id, record.event.correlation_id, record.event.caused_by)


@pytest.mark.parametrize("part", ["queue", "scheduler", "realtime"])
def test_an_engine_that_was_not_given_is_named_with_the_fix(bench: Bench, part: str) -> None:
    with pytest.raises(CoreError, match=rf"NOT_CONFIGURED: .* no {part}; pass one: App\({part}=…\)"):
        getattr(bench.context(), part)


def test_a_context_needs_an_organisation_and_an_actor_of_it(bench: Bench) -> None:
    for actor, org in ((Actor(id="a", org_id=""), Org(id="")), (Actor(id="a", org_id="one"), Org(id="another"))):
        with pytest.raises(CoreError, match="needs an organisation, and an actor of it"):
            bench.contexts.create(actor=actor, org=org)


def test_the_logger_says_who_and_for_whom(bench: Bench) -> None:
    ctx = bench.context().bind(module="kitchen", span_id="s")
    ctx.logger.info("at it", dish=1)
    [(_, _, facts)] = bench.logger.lines

    assert {"org": ORG, "actor": ACTOR, "correlation_id": ctx.correlation_id, "module": "kitchen", "span_id": "s", "dish": 1} == facts


def test_binding_changes_what_is_said_and_nothing_else(bench: Bench) -> None:
    ctx = bench.context()
    bound = ctx.bind(module="kitchen", caused_by="evt_1")

    assert ("", "kitchen", "evt_1") == (ctx.module, bound.module, bound.caused_by)
    assert (ctx.actor, ctx.request_id, ctx.started_at) == (bound.actor, bound.request_id, bound.started_at)
    assert bound is bound.bind(module="kitchen")


def test_a_bound_context_is_a_system_context(bench: Bench) -> None:
    def takes(ctx: SystemContext) -> SystemContext:
        return ctx

    public = {name for name in dir(SystemContext) if not name.startswith("_")}
    ctx: Any = takes(bench.context())

    assert isinstance(ctx, BoundContext)
    assert set() == public - set(dir(ctx))


async def test_a_savepoint_cannot_have_an_isolation_of_its_own(bench: Bench) -> None:
    async with bench.context().transaction(isolation="serializable") as tx:
        with pytest.raises(CoreError, match="a savepoint has the isolation of its transaction"):
            async with tx.transaction(isolation="serializable"):
                pass


async def test_a_hook_is_given_the_context_of_the_transaction_that_it_runs_in() -> None:
    """Semantics 26: hooks run inside the transaction; what they dispatch falls with it."""
    seen: list[SystemContext] = []
    told: list[tuple[str, bool]] = []

    async def after_save(dish: Dish, ctx: SystemContext) -> None:
        seen.append(ctx)
        ctx.on_settled(noting(told, dish.name))
        await ctx.dispatch_later(Label(dish=dish.id))
        if dish.name == "burnt":
            raise LookupError

    hooked = dish_schema.model_copy(
        update={"hooks": EntityHooks.model_construct(before_save=None, after_save=after_save, before_delete=None, after_delete=None)}
    )
    bench = Bench({"kitchen.Dish": hooked}, [DishRepository])
    ctx = bench.context()
    await ctx.repo(DishRepository).save(Dish.new(name="soup"))
    with pytest.raises(LookupError):
        await ctx.repo(DishRepository).save(Dish.new(name="burnt"))
    await bench.contexts.finish()

    assert [True, True] == [their.in_transaction for their in seen]
    assert [("soup", True)] == told
    assert 1 == len([record for record in await records(bench) if record.dispatch])
