"""Two applications in one process, each with its database, joined by a broker as two processes would be (semantics 27, 30, 31)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from coregen_adapters.app import App
from coregen_runtime import DomainEvent, EventBroker, InMemoryBroker, InMemoryStream, SystemContext, build_module, subscription
from coregen_runtime.module.abi import ABI
from coregen_runtime.module.types import ModuleManifest
from coregen_runtime.module.wiring import BuiltModule
from tests.runtime.adapters.nats import nats_stream
from tests.runtime.app.kitchen import COOK, ORG, DishCooked, DishEvent, Kitchen, PlanDish, TransitionDish, pantry


@asynccontextmanager
async def in_memory() -> AsyncIterator[Callable[[str], EventBroker]]:
    stream = InMemoryStream()
    yield lambda group: InMemoryBroker(stream, group)


@pytest.fixture(params=["in memory", "nats"])
async def broker_of(request: pytest.FixtureRequest) -> AsyncIterator[Callable[[str], EventBroker]]:
    async with nats_stream() if request.param == "nats" else in_memory() as broker_of:
        yield broker_of


async def test_a_typed_handler_hears_what_happened_in_another_application(broker_of: Callable[[str], EventBroker]) -> None:
    """Semantics 30: its handler, its context, its database; what it publishes comes back the same way."""
    heard: list[tuple[DishCooked, SystemContext]] = []
    answered = asyncio.Event()

    async def on_dish_cooked(event: DishCooked, ctx: SystemContext) -> None:
        heard.append((event, ctx))
        await ctx.publish(DomainEvent(type="stock.taken", aggregate_id=event.aggregate_id, aggregate_type="Stock", payload={}))

    async def on_stock_taken(event: DomainEvent[Any], ctx: SystemContext) -> None:
        answered.set()

    waiter = build_module(
        abi=ABI,
        manifest=lambda: ModuleManifest(id="waiter", version="1.0.0"),
        schemas=list,
        subscriptions=[subscription("stock.taken", on_stock_taken, name="waiter.on_stock_taken", source="pantry")],
    )
    async with (
        App(modules=[Kitchen().module(), waiter], database="sqlite://", broker=broker_of("kitchen")) as kitchen,
        App(modules=[pantry(on_dish_cooked, depends_on=())], database="sqlite://", broker=broker_of("pantry")),
    ):
        ctx = kitchen.context(organization=ORG, actor=COOK, correlation_id="cor_1")
        dish = await ctx.dispatch(PlanDish(name="soup", portions=4))
        await ctx.dispatch(TransitionDish(id=dish.id, event=DishEvent.COOK))
        await asyncio.wait_for(answered.wait(), 10)
        [(event, received)] = heard

    assert (DishCooked, "soup", dish.id) == (type(event), event.payload.name, event.aggregate_id)
    assert (ORG, "cor_1", event.id) == (received.org.id, received.correlation_id, received.caused_by)


def listening(handler: Callable[[DishCooked, SystemContext], Any]) -> BuiltModule:
    return pantry(handler)


async def test_an_event_that_was_stored_before_its_shape_changed_reaches_a_handler_in_the_present_one() -> None:
    """Semantics 29: through the chain that its module declares; what is written now bears the number of the present shape."""
    heard: list[DishCooked] = []

    async def on_dish_cooked(event: DishCooked, ctx: SystemContext) -> None:
        heard.append(event)

    built = Kitchen().module()
    kitchen = BuiltModule(
        **{
            **{name: getattr(built, name) for name in BuiltModule.__dataclass_fields__},
            "upcasters": {"dish.cooked": [lambda old: {"name": old["title"]}, lambda old: {**old, "portions": 1}]},
        }
    )
    async with App(modules=[kitchen, listening(on_dish_cooked)], database="sqlite://") as app:
        ctx = app.context(organization=ORG, actor=COOK)
        old: DomainEvent[Any] = DomainEvent(
            type="dish.cooked", source="kitchen", aggregate_id="dish_1", aggregate_type="Dish", payload={"title": "stew"}, schema_version=1
        )
        await ctx.publish(old)
        dish = await ctx.dispatch(PlanDish(name="soup", portions=4))
        await ctx.dispatch(TransitionDish(id=dish.id, event=DishEvent.COOK))
        await app.settle()

    assert [("stew", 1, 3), ("soup", 4, 3)] == [(each.payload.name, each.payload.portions, each.schema_version) for each in heard]
