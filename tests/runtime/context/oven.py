"""The kitchen with a machine that keeps time: what tests of timeouts and of broken transitions drive."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from coregen_adapters.app import App
from coregen_runtime import (
    ABI,
    Assign,
    BoundMachine,
    Clock,
    Dispatch,
    Emit,
    EventFilter,
    F,
    Log,
    ModuleManifest,
    StateMachine,
    StateNode,
    SystemContext,
    TimedTransition,
    Transition,
    build_module,
    command,
    perform_transition,
)
from coregen_runtime.event.outbox import TIMERS
from coregen_runtime.module.wiring import BuiltModule
from coregen_runtime.repository.log import DatabaseEventStore
from coregen_runtime.repository.system_tables import DELIVERIES, OUTBOX
from coregen_runtime.repository.types import SYSTEM, Compare, DatabaseAdapter, DbQuery, Order
from tests.runtime.app.kitchen import COOK, ORG, Dish, DishEvent, DishRepository, DishStatus, PrintLabel, dish_schema, initial_migration

MINUTE = 60_000
HOUR = 60 * MINUTE


class OvenMachine(BoundMachine[DishStatus, DishEvent]):
    states = DishStatus
    events = DishEvent

    @classmethod
    def definition(cls) -> StateMachine:
        return StateMachine(
            id="oven",
            entity_type="Dish",
            initial="planned",
            states={
                "planned": StateNode(
                    exit=[Log(message="off the list")],
                    on={
                        "cook": Transition(
                            target="cooked",
                            guard=F("dish.portions") > 0,
                            actions=[
                                Assign(field="cookedBy", value={"ref": "actor.id"}),
                                Emit(event="dish.cooked", payload={"name": {"ref": "dish.name"}, "portions": {"ref": "dish.portions"}}),
                                Dispatch(command="kitchen.printLabel", payload={"dish": {"ref": "dish.id"}}),
                            ],
                        ),
                        "stir": Transition(target="planned"),
                    },
                    after=[
                        TimedTransition(delay=2 * HOUR, target="cooked"),
                        TimedTransition(delay=HOUR, target="served", guard=F("dish.portions") > 5),
                    ],
                ),
                "cooked": StateNode(on={"serve": Transition(target="served")}, after=[TimedTransition(delay=10 * MINUTE, target="served")]),
                "served": StateNode(entry=[Emit(event="dish.served", payload={"by": {"ref": "actor.id"}})], terminal=True),
            },
        )


class Oven:
    """The module, and what its handlers did."""

    def __init__(self) -> None:
        self.labels: list[str] = []

    async def print_label(self, message: PrintLabel, ctx: SystemContext) -> None:
        self.labels.append(message.dish)

    def module(self) -> BuiltModule:
        return build_module(
            abi=ABI,
            manifest=lambda: ModuleManifest(id="kitchen", version="1.0.0", migrations=[initial_migration()]),
            schemas=lambda: [dish_schema],
            commands=[command(PrintLabel, self.print_label)],
            machines=[OvenMachine],
            repositories=[DishRepository],
        )


def oven_app(database: str | DatabaseAdapter, clock: Clock, oven: Oven | None = None, **rest: Any) -> App:
    return App(modules=[(oven or Oven()).module()], database=database, clock=clock, **rest)


def cook_of(app: App) -> SystemContext:
    return app.context(organization=ORG, actor=COOK).bind(module="kitchen")


async def plan(app: App, **values: object) -> Dish:
    return await cook_of(app).repo(DishRepository).save(Dish.new(**{"name": "soup", **values}))


async def send(app: App, dish: Dish, event: str, **payload: object) -> Dish:
    return await perform_transition(cook_of(app), DishRepository, OvenMachine, dish.id, event, payload)


async def state_of(app: App, dish: Dish) -> str:
    return (await cook_of(app).repo(DishRepository).find_by_id_or_fail(dish.id)).status.value


async def armed(app: App) -> list[tuple[str, str, int]]:
    """(state, target, ms until it is due) of every timer that waits."""
    waiting = (Compare("status", "eq", "pending"), Compare("handler", "eq", TIMERS))
    rows = [
        row
        for row in await app.db.select(SYSTEM, DbQuery(DELIVERIES, waiting[1], (Order("due_at"), Order("record_id"))))
        if row["status"] == "pending"
    ]
    found = []
    for row in rows:
        [record] = await app.db.select(SYSTEM, DbQuery(OUTBOX, Compare("id", "eq", row["record_id"])))
        timer = record["dispatch"]["payload"]
        found.append((timer["state"], timer["target"], row["due_at"] - app.clock.now()))
    return found


async def told(app: App) -> list[str]:
    """The types of all events in the log, in order."""
    return [event.type async for event in DatabaseEventStore(app.db, ORG).replay(EventFilter())]


def file(folder: Path) -> str:
    return f"sqlite:///{folder}/oven.db"
