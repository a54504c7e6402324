"""What a transition comes to is performed in one transaction, or not at all (semantics 16, 17, 19)."""

from __future__ import annotations

import pytest

from coregen_runtime import (
    BusinessError,
    ConflictError,
    F,
    NotFoundError,
    StateMachine,
    StateNode,
    SystemContext,
    Transition,
    TransitionOption,
    TransitionOptions,
    ValidationError,
    perform_transition,
    transition_options,
)
from coregen_runtime.state.types import Action, Assign, Dispatch, Emit
from tests.runtime.app.kitchen import Dish, DishEvent, DishMachine, DishRepository, DishStatus, dish_schema
from tests.runtime.context.services import ACTOR, ORG, Bench


@pytest.fixture
def bench() -> Bench:
    made = Bench({"kitchen.Dish": dish_schema}, [DishRepository])
    made.machines.register(DishMachine.definition())
    made.services.rules.register("served", F("dish.portions") > 0)
    return made


async def planned(ctx: SystemContext, **values: object) -> Dish:
    return await ctx.repo(DishRepository).save(Dish.new(**{"name": "soup", **values}))


def machine_with(bench: Bench, *actions: Action) -> type[DishMachine]:
    class Changed(DishMachine):
        @classmethod
        def definition(cls) -> StateMachine:
            states = {"planned": StateNode(on={"cook": Transition(target="cooked", actions=actions)}), "cooked": StateNode()}
            return StateMachine(id="changed", entity_type="Dish", initial="planned", states=states)

    bench.machines.register(Changed.definition())
    return Changed


async def test_state_and_assigns_are_saved_and_what_follows_is_in_the_outbox(bench: Bench) -> None:
    ctx = bench.context().bind(module="kitchen")
    dish = await planned(ctx, portions=3)
    cooked = await perform_transition(ctx, DishRepository, DishMachine, dish.id, DishEvent.COOK)
    [_, updated, emitted, dispatched] = await bench.outbox.poll_unpublished(10)

    assert (DishStatus.COOKED, ACTOR, 2) == (cooked.status, cooked.cooked_by, cooked.version)
    assert cooked == await ctx.repo(DishRepository).find_by_id(dish.id)
    assert updated.event is not None
    assert ("dish.updated", ["cookedBy", "status"]) == (updated.event.type, updated.event.payload["changed"])
    assert emitted.event is not None
    assert ("dish.cooked", "kitchen", "Dish", dish.id, 2) == (
        emitted.event.type,
        emitted.event.source,
        emitted.event.aggregate_type,
        emitted.event.aggregate_id,
        emitted.event.version,
    )
    assert {"name": "soup", "portions": 3} == emitted.event.payload
    assert dispatched.dispatch is not None
    assert ("kitchen.printLabel", {"dish": dish.id}, dish.id, ORG) == (
        dispatched.dispatch.command,
        dispatched.dispatch.payload,
        dispatched.dispatch.aggregate_id,
        dispatched.dispatch.org_id,
    )
    assert [("info", "a dish is cooked")] == [(level, message) for level, message, _ in bench.logger.lines]


async def test_the_key_of_a_command_names_the_transition_and_which_of_its_actions_it_is(bench: Bench) -> None:
    """Semantics 17: the transition is the idempotency key."""
    ctx = bench.context().bind(module="kitchen")
    machine = machine_with(bench, Dispatch(command="kitchen.a"), Dispatch(command="kitchen.a"))
    for name in ("soup", "cake"):
        await perform_transition(ctx, DishRepository, machine, (await planned(ctx, name=name)).id, "cook")
    keys = [record.dispatch.idempotency_key for record in await bench.outbox.poll_unpublished(10) if record.dispatch]

    assert 4 == len(set(keys))
    assert [":2:0", ":2:1", ":2:0", ":2:1"] == [key[-4:] for key in keys]


async def test_nothing_happens_when_the_guard_fails(bench: Bench) -> None:
    """Semantics 19: a guard's failure carries the rule's explanation."""
    ctx = bench.context()
    dish = await planned(ctx, portions=0)

    with pytest.raises(BusinessError, match=r"GUARD_FAILED.*portions"):
        await perform_transition(ctx, DishRepository, DishMachine, dish.id, "cook")
    assert dish == await ctx.repo(DishRepository).find_by_id(dish.id)
    assert 1 == len(await bench.outbox.poll_unpublished(10))


async def test_an_event_that_is_not_valid_says_what_would_be(bench: Bench) -> None:
    """Semantics 19."""
    ctx = bench.context()
    dish = await planned(ctx)

    with pytest.raises(BusinessError, match='INVALID_TRANSITION: "serve" is not valid in state "planned"; valid: cook'):
        await perform_transition(ctx, DishRepository, DishMachine, dish.id, "serve")


async def test_a_stale_version_is_refused(bench: Bench) -> None:
    ctx = bench.context()
    dish = await planned(ctx)
    await ctx.repo(DishRepository).save(dish._replace({"name": "stew"}))

    with pytest.raises(ConflictError, match="VERSION_CONFLICT"):
        await perform_transition(ctx, DishRepository, DishMachine, dish.id, "cook", expected_version=1)


async def test_another_organisations_dish_does_not_exist(bench: Bench) -> None:
    """Semantics 23: its transition ends in NotFoundError."""
    dish = await planned(bench.context())

    with pytest.raises(NotFoundError):
        await perform_transition(bench.context(organization="org_other"), DishRepository, DishMachine, dish.id, "cook")


async def test_an_assigned_value_that_does_not_fit_undoes_everything(bench: Bench) -> None:
    """Semantics 17: all of it commits, or none."""
    ctx = bench.context().bind(module="kitchen")
    dish = await planned(ctx)
    machine = machine_with(bench, Emit(event="dish.cooked"), Assign(field="portions", value={"ref": "payload.portions"}))

    with pytest.raises(ValidationError, match="portions"):
        await perform_transition(ctx, DishRepository, machine, dish.id, "cook", {"portions": "many"})
    assert dish == await ctx.repo(DishRepository).find_by_id(dish.id)
    assert 1 == len(await bench.outbox.poll_unpublished(10))


async def test_within_a_transaction_it_falls_with_it(bench: Bench) -> None:
    """Semantics 28: a transition in somebody's transaction is a savepoint of that."""
    ctx = bench.context().bind(module="kitchen")
    dish = await planned(ctx)
    with pytest.raises(LookupError):
        async with ctx.transaction() as tx:
            await perform_transition(tx, DishRepository, DishMachine, dish.id, "cook")
            raise LookupError

    assert dish == await ctx.repo(DishRepository).find_by_id(dish.id)
    assert 1 == len(await bench.outbox.poll_unpublished(10))


async def test_options_are_the_events_that_are_valid_now_and_where_they_lead(bench: Bench) -> None:
    """Semantics 19: `can`, `valid_events` and `transition` agree."""
    ctx = bench.context()
    ready, hopeless = await planned(ctx), await planned(ctx, portions=0)
    reachable = ("cooked", "served")

    assert TransitionOptions(
        state="planned", events=(TransitionOption(event="cook", target="cooked", label="Cooked", color="#F59E0B"),), reachable=reachable
    ) == await transition_options(ctx, DishRepository, DishMachine, ready.id)
    assert TransitionOptions(state="planned", events=(), reachable=reachable) == await transition_options(
        ctx, DishRepository, DishMachine, hopeless.id
    )
