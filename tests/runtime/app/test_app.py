"""An application boots modules on a database, gives contexts, delivers what happened, and stops cleanly."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from coregen_adapters.app import App, open_database
from coregen_runtime import AdapterRegistry, CoreError, FrozenClock, NotFoundError, Request, SystemContext
from tests.runtime.adapters.postgres import kept
from tests.runtime.app.kitchen import (
    COOK,
    ORG,
    OTHER_ORG,
    Dish,
    DishCooked,
    DishEvent,
    DishRepository,
    DishStatus,
    GetDish,
    Kitchen,
    PlanDish,
    PlanMenu,
    TransitionDish,
    dish_schema,
    pantry,
)


@pytest.fixture(params=["memory://", "sqlite://", "sqlite:///file", "postgresql"])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "postgresql":
        return (await kept("kitchen"))[0]
    return f"sqlite:///{tmp_path}/kitchen.db" if request.param.endswith("file") else str(request.param)


async def nothing(event: DishCooked, ctx: SystemContext) -> None:
    """Hears an event."""


@pytest.fixture
async def kitchen() -> Kitchen:
    return Kitchen()


@pytest.fixture
async def app(database: str, kitchen: Kitchen) -> AsyncIterator[App]:
    async with App(modules=[kitchen.module(), pantry(nothing)], database=database) as app:
        yield app


async def test_a_command_returns_what_its_handler_made_and_a_query_finds_it(app: App) -> None:
    ctx = app.context(organization=ORG, actor=COOK)

    dish = await ctx.dispatch(PlanDish(name="soup", portions=4))

    assert dish == await ctx.query(GetDish(id=dish.id))
    assert (ORG, 1) == (dish.organization_id, dish.version)


async def test_a_request_by_type_and_wire_data_is_the_same_as_a_typed_message(app: App) -> None:
    ctx = app.context(organization=ORG, actor=COOK)

    dish = await ctx.dispatch(Request(type="kitchen.planDish", payload={"name": "soup", "tableNumber": 3}))

    assert isinstance(dish, Dish)


async def test_another_organisation_does_not_see_the_dish(app: App) -> None:
    dish = await app.context(organization=ORG, actor=COOK).dispatch(PlanDish(name="soup"))

    with pytest.raises(NotFoundError):
        await app.context(organization=OTHER_ORG, actor=COOK).query(GetDish(id=dish.id))


async def test_a_command_that_fails_leaves_nothing_of_what_it_dispatched(app: App) -> None:
    """Semantics 22, 28: a command is a transaction, one dispatched within it a savepoint of it."""
    ctx = app.context(organization=ORG, actor=COOK)

    with pytest.raises(RuntimeError):
        await ctx.dispatch(PlanMenu(names=("soup", "burnt")))

    assert 0 == await ctx.repo(DishRepository).count()


async def test_a_savepoint_that_is_undone_leaves_the_rest_of_the_command(app: App) -> None:
    """Semantics 28: a nested transaction is a savepoint of the command's."""
    ctx = app.context(organization=ORG, actor=COOK)

    planned = await ctx.dispatch(PlanMenu(names=("soup", "skipped", "cake")))

    assert 2 == planned
    assert ["cake", "skipped", "soup"] == sorted(dish.name for dish in await ctx.repo("kitchen.Dish").find_all())


async def test_a_subscription_hears_the_typed_event_in_its_organisation_and_what_caused_it(database: str, kitchen: Kitchen) -> None:
    heard: list[tuple[DishCooked, SystemContext]] = []

    async def on_dish_cooked(event: DishCooked, ctx: SystemContext) -> None:
        heard.append((event, ctx))

    async with App(modules=[kitchen.module(), pantry(on_dish_cooked)], database=database) as app:
        ctx = app.context(organization=ORG, actor=COOK)
        dish = await ctx.dispatch(PlanDish(name="soup", portions=4))
        await ctx.dispatch(TransitionDish(id=dish.id, event=DishEvent.COOK))
        await app.settle()

    [(event, their)] = heard

    assert ("soup", 4) == (event.payload.name, event.payload.portions)
    assert (dish.id, 2, "kitchen", COOK) == (event.aggregate_id, event.version, event.source, event.actor_id)
    assert (ORG, ctx.correlation_id, event.id, "system") == (their.org.id, their.correlation_id, their.caused_by, their.actor.type)


async def test_a_subscription_that_fails_is_tried_again_and_what_it_did_before_is_undone(database: str, kitchen: Kitchen) -> None:
    """Semantics 30: the handler and the mark of its delivery are one transaction."""
    attempts = 0

    async def on_dish_cooked(event: DishCooked, ctx: SystemContext) -> None:
        nonlocal attempts
        attempts += 1
        await ctx.dispatch(PlanDish(name=f"leftovers {attempts}"))
        if attempts == 1:
            raise RuntimeError("dropped it")

    async with App(modules=[kitchen.module(), pantry(on_dish_cooked)], database=database) as app:
        ctx = app.context(organization=ORG, actor=COOK)
        dish = await ctx.dispatch(PlanDish(name="soup"))
        await ctx.dispatch(TransitionDish(id=dish.id, event=DishEvent.COOK))
        await app.settle()

        assert ["leftovers 2", "soup"] == sorted(dish.name for dish in await ctx.repo(DishRepository).find_all())


async def test_a_command_of_the_machine_is_sent_after_the_commit_on_behalf_of_the_actor(app: App, kitchen: Kitchen) -> None:
    """Semantics 17."""
    ctx = app.context(organization=ORG, actor=COOK)
    dish = await ctx.dispatch(PlanDish(name="soup"))
    cooked = await ctx.dispatch(TransitionDish(id=dish.id, event=DishEvent.COOK))
    await app.settle()

    assert (DishStatus.COOKED, COOK) == (cooked.status, cooked.cooked_by)
    assert [dish.id] == kitchen.labels
    assert [(COOK, "system", ctx.correlation_id)] == [(their.actor.id, their.actor.type, their.correlation_id) for their in kitchen.label_contexts]


async def test_a_command_of_the_machine_that_fails_is_sent_again_under_the_same_key(app: App, kitchen: Kitchen) -> None:
    """Semantics 17, 35: a failure frees the key."""
    kitchen.label_failures = 1
    ctx = app.context(organization=ORG, actor=COOK)
    dish = await ctx.dispatch(PlanDish(name="soup"))
    await ctx.dispatch(TransitionDish(id=dish.id, event=DishEvent.COOK))
    await app.settle()

    assert [dish.id] == kitchen.labels


async def test_a_repeated_command_with_an_idempotency_key_is_a_no_op(app: App) -> None:
    """Semantics 35."""
    ctx = app.context(organization=ORG, actor=COOK)

    first = await ctx.dispatch(PlanDish(name="soup", recipe="secret"), idempotency_key="k1")
    second = await ctx.dispatch(PlanDish(name="soup", recipe="secret"), idempotency_key="k1")

    assert (first.id, "secret", None) == (second.id, first.recipe, second.recipe)
    assert 1 == await ctx.repo(DishRepository).count()


async def test_the_bus_hears_what_is_committed_and_nothing_else(app: App) -> None:
    heard: list[str] = []

    async def hear(event: object, ctx: SystemContext) -> None:
        heard.append(getattr(event, "type", ""))

    app.bus.subscribe("dish.*", hear)
    ctx = app.context(organization=ORG, actor=COOK)
    with pytest.raises(RuntimeError):
        await ctx.dispatch(PlanMenu(names=("burnt",)))
    await ctx.dispatch(PlanDish(name="soup"))
    await app.settle()

    assert ["dish.created"] == heard


async def test_an_application_on_the_same_file_finds_what_the_last_one_left(tmp_path: Path, kitchen: Kitchen) -> None:
    database = f"sqlite:///{tmp_path}/kitchen.db"
    async with App(modules=[kitchen.module()], database=database) as app:
        dish = await app.context(organization=ORG, actor=COOK).dispatch(PlanDish(name="soup"))
    async with App(modules=[kitchen.module()], database=database) as app:
        found = await app.context(organization=ORG, actor=COOK).query(GetDish(id=dish.id))

    assert dish == found


async def test_times_come_from_the_clock_that_was_given(kitchen: Kitchen) -> None:
    """Semantics 2."""
    async with App(modules=[kitchen.module()], database="memory://", clock=FrozenClock(1_234_000_000_000)) as app:
        dish = await app.context(organization=ORG, actor=COOK).dispatch(PlanDish(name="soup"))

    assert 1_234_000_000_000 == dish.created_at


async def test_permissions_are_asked_for_every_request(kitchen: Kitchen) -> None:
    """Semantics 34."""

    async def may(permission: str, ctx: SystemContext) -> bool:
        return permission != "kitchen.planDish" or "cook" in ctx.actor.roles

    async with App(modules=[kitchen.module()], database="memory://", permissions=may) as app:
        dish = await app.context(organization=ORG, actor=COOK, roles=["cook"]).dispatch(PlanDish(name="soup"))
        with pytest.raises(CoreError, match=f"FORBIDDEN: {COOK} may not"):
            await app.context(organization=ORG, actor=COOK).dispatch(PlanDish(name="soup"))

    assert "soup" == dish.name


async def test_a_modules_configuration_is_its_default_overlaid_by_the_applications(kitchen: Kitchen) -> None:
    async with App(modules=[kitchen.module()], database="memory://", config={"kitchen": {"ovens": 3}}) as app:
        config = app.context(organization=ORG, actor=COOK).bind(module="kitchen").config

    assert {"ovens": 3, "gas": True} == config


def test_configuration_of_a_module_that_is_not_there_names_the_nearest(kitchen: Kitchen) -> None:
    with pytest.raises(CoreError, match='"kitchn", which is not registered; did you mean "kitchen"'):
        App(modules=[kitchen.module()], database="memory://", config={"kitchn": {}})


async def test_channels_without_a_gateway_fail_before_anything_boots_and_name_the_fix(tmp_path: Path, kitchen: Kitchen) -> None:
    module = kitchen.module(channels=[{"pattern": "dish.*", "channel": "org:{orgId}:dishes"}])

    with pytest.raises(CoreError, match=r"kitchen declares channels, .* App\(realtime=…\)"):
        async with App(modules=[module], database=f"sqlite:///{tmp_path}/kitchen.db"):
            pass

    assert [] == list(tmp_path.iterdir())


async def test_a_queue_that_was_not_given_is_named_when_it_is_asked_for(app: App) -> None:
    with pytest.raises(CoreError, match=r"NOT_CONFIGURED: .*App\(queue=…\)"):
        _ = app.context(organization=ORG, actor=COOK).queue


async def test_outside_its_block_an_application_gives_no_context(kitchen: Kitchen) -> None:
    app = App(modules=[kitchen.module()], database="memory://")

    with pytest.raises(CoreError, match="INVALID_STATE"):
        app.context(organization=ORG, actor=COOK)


async def test_a_migration_that_fails_closes_the_database(tmp_path: Path, kitchen: Kitchen) -> None:
    database = open_database(f"sqlite:///{tmp_path}/kitchen.db")
    broken = [{"version": 1, "name": "broken", "steps": [{"op": "runSql", "summary": "fails", "sql": {"sqlite": ["no such statement"]}}]}]

    with pytest.raises(CoreError):
        async with App(modules=[kitchen.module(migrations=broken)], database=database):
            pass

    await database.open()
    await database.close()


def test_a_database_that_there_is_no_adapter_of_is_refused() -> None:
    with pytest.raises(CoreError, match='NOT_CONFIGURED: there is no adapter for "oracle:"'):
        open_database("oracle://db")


async def test_a_guard_that_names_a_rule_of_its_module_is_judged_by_it(app: App) -> None:
    """A bare name is the module's own rule, though rules are registered under `<module>.<id>`."""
    ctx = app.context(organization=ORG, actor=COOK)
    none, some = await ctx.dispatch(PlanDish(name="none", portions=0)), await ctx.dispatch(PlanDish(name="some"))

    with pytest.raises(CoreError, match=r"GUARD_FAILED.*portions"):
        await ctx.dispatch(TransitionDish(id=none.id, event=DishEvent.COOK))
    assert DishStatus.COOKED == (await ctx.dispatch(TransitionDish(id=some.id, event=DishEvent.COOK))).status


class Search:
    """A search adapter that keeps its documents."""

    def __init__(self) -> None:
        self.documents: dict[tuple[str, str, str], dict[str, object]] = {}

    async def index(self, entity: str, org_id: str, id: str, document: dict[str, object]) -> None:
        self.documents[entity, org_id, id] = document

    async def remove(self, entity: str, org_id: str, id: str) -> None:
        del self.documents[entity, org_id, id]


async def test_search_is_kept_in_step_and_holds_no_sensitive_field(database: str, kitchen: Kitchen) -> None:
    """Semantics 7, 8."""
    search, adapters = Search(), AdapterRegistry()
    adapters.register("search", search)
    synced = dish_schema.model_copy(update={"search_sync": True})

    async with App(modules=[kitchen.module(synced)], database=database, adapters=adapters) as app:
        ctx = app.context(organization=ORG, actor=COOK)
        repository = ctx.repo(DishRepository)
        soup, cake = [await ctx.dispatch(PlanDish(name=name, recipe="secret")) for name in ("soup", "cake")]
        await repository.save(soup._replace({"name": "stew"}))
        await repository.delete(cake.id)
        await app.settle()
        assert {("kitchen.Dish", ORG, soup.id): {"name": "stew"}} == search.documents

        await repository.restore(cake.id)
        await repository.hard_delete(soup.id)
        await app.settle()

    assert {("kitchen.Dish", ORG, cake.id): {"name": "cake"}} == search.documents


class Gateway:
    """A gateway that keeps what it publishes."""

    def __init__(self) -> None:
        self.published: list[tuple[str, str]] = []

    async def publish(self, channel: str, payload: Mapping[str, Any]) -> None:
        self.published.append((channel, payload["type"]))


async def test_an_entitys_events_go_to_its_real_time_channel(database: str, kitchen: Kitchen) -> None:
    """Semantics 8."""
    gateway: Any = Gateway()
    live = dish_schema.model_copy(update={"rt_channel": "org:{orgId}:dishes"})

    async with App(modules=[kitchen.module(live)], database=database, realtime=gateway) as app:
        await app.context(organization=ORG, actor=COOK).dispatch(PlanDish(name="soup"))
        await app.settle()

    assert [(f"org:{ORG}:dishes", "dish.created")] == gateway.published


@pytest.mark.parametrize(
    ("switch", "said"),
    [
        ({"search_sync": True}, r'declares searchSync, and no "search" adapter is registered; pass one: App\(adapters=…\)'),
        ({"rt_channel": "system:dishes"}, r"declares rtChannel, .*App\(realtime=…\)"),
    ],
)
async def test_an_entity_that_needs_an_engine_names_it_when_it_is_missing(kitchen: Kitchen, switch: dict[str, Any], said: str) -> None:
    with pytest.raises(CoreError, match=f"NOT_CONFIGURED: kitchen {said}"):
        async with App(modules=[kitchen.module(dish_schema.model_copy(update=switch))], database="memory://"):
            pass
