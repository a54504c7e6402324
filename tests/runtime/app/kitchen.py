"""Two modules written by hand, as generated code would be, for the tests of everything that composes.

`kitchen` cooks dishes: an entity with a machine, commands, a query. `pantry` listens to it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from enum import StrEnum
from typing import Any, ClassVar

from coregen_adapters.postgres.ddl import create_table as postgres_table
from coregen_adapters.sqlite.ddl import create_table
from coregen_runtime import (
    ABI,
    Assign,
    BaseRepository,
    BoundMachine,
    CommandMessage,
    CreateTable,
    Dispatch,
    DomainEvent,
    Emit,
    Entity,
    EntitySchema,
    F,
    Field,
    FieldSchema,
    Integer,
    Log,
    Migration,
    Model,
    ModuleManifest,
    QueryMessage,
    RefRule,
    StateMachine,
    StateNode,
    SystemContext,
    Text,
    Timestamp,
    Transition,
    TransitionOptions,
    build_module,
    command,
    id_type,
    perform_transition,
    query,
    subscription,
    transition_options,
)
from coregen_runtime.module.wiring import BuiltModule
from coregen_runtime.repository.table import table_of

ORG = "org_01ARZ3NDEKTSV4RRFFQ69G5FA1"
OTHER_ORG = "org_01ARZ3NDEKTSV4RRFFQ69G5FA2"
COOK = "actor_01ARZ3NDEKTSV4RRFFQ69G5FA3"

DishId: Any = id_type("dish")


class DishStatus(StrEnum):
    PLANNED = "planned"
    COOKED = "cooked"
    SERVED = "served"


class DishEvent(StrEnum):
    COOK = "cook"
    SERVE = "serve"


class Dish(Entity):
    __entity__: ClassVar[str] = "kitchen.Dish"
    __id_prefix__: ClassVar[str] = "dish"
    name: Text
    portions: Integer = 1
    cooked_by: Text | None = Field(default=None, validation_alias="cookedBy", serialization_alias="cookedBy")
    recipe: Text | None = Field(default=None, repr=False)
    status: DishStatus = DishStatus.PLANNED
    created_at: Timestamp = Field(default=0, validation_alias="createdAt", serialization_alias="createdAt")
    updated_at: Timestamp = Field(default=0, validation_alias="updatedAt", serialization_alias="updatedAt")
    deleted_at: Timestamp | None = Field(default=None, validation_alias="deletedAt", serialization_alias="deletedAt")
    version: int = 0

    @classmethod
    def new(cls, **values: object) -> Dish:
        return cls._new(values)


class DishRepository(BaseRepository[Dish]):
    entity: ClassVar[type[Any]] = Dish


class DishCooked(DomainEvent["DishCookedPayload"], type="dish.cooked", source="kitchen", aggregate="Dish"):
    payload: DishCookedPayload


class DishCookedPayload(Model):
    name: Text
    portions: Integer


class PlanDish(Model, CommandMessage[Dish], type="kitchen.planDish"):
    name: Text
    portions: Integer = 1
    recipe: Text | None = Field(default=None, repr=False)
    table_number: Integer | None = Field(default=None, validation_alias="tableNumber", serialization_alias="tableNumber")


class TransitionDish(Model, CommandMessage[Dish], type="kitchen.transitionDish"):
    id: Text
    event: DishEvent
    payload: Mapping[str, Any] | None = None
    expected_version: int | None = Field(default=None, validation_alias="expectedVersion", serialization_alias="expectedVersion")


class PrintLabel(Model, CommandMessage[None], type="kitchen.printLabel"):
    dish: Text


class PlanMenu(Model, CommandMessage[int], type="kitchen.planMenu"):
    names: tuple[Text, ...]


class GetDish(Model, QueryMessage[Dish], type="kitchen.getDish"):
    id: Text


class GetDishTransitions(Model, QueryMessage[TransitionOptions], type="kitchen.getDishTransitions"):
    id: Text


dish_schema = EntitySchema(
    name="Dish",
    namespace="kitchen",
    id_prefix="dish",
    fields=[
        FieldSchema(key="name", type="string", required=True, searchable=True),
        FieldSchema(key="portions", type="number", default=1),
        FieldSchema(key="cookedBy", type="string"),
        FieldSchema(key="recipe", type="string", sensitive=True, searchable=True),
        FieldSchema(key="status", type="enum", enum_values=["planned", "cooked", "served"], default="planned"),
    ],
)


class DishMachine(BoundMachine[DishStatus, DishEvent]):
    states = DishStatus
    events = DishEvent

    @classmethod
    def definition(cls) -> StateMachine:
        return StateMachine(
            id="dish-fsm",
            entity_type="Dish",
            initial="planned",
            states={
                "planned": StateNode(
                    on={
                        "cook": Transition(
                            target="cooked",
                            guard=RefRule(ref="served"),
                            actions=[
                                Assign(field="cookedBy", value={"ref": "actor.id"}),
                                Emit(event="dish.cooked", payload={"name": {"ref": "dish.name"}, "portions": {"ref": "dish.portions"}}),
                                Dispatch(command="kitchen.printLabel", payload={"dish": {"ref": "dish.id"}}),
                                Log(message="a dish is cooked"),
                            ],
                        )
                    }
                ),
                "cooked": StateNode(label="Cooked", color="#F59E0B", on={"serve": Transition(target="served")}),
                "served": StateNode(terminal=True),
            },
        )


async def plan_dish(message: PlanDish, ctx: SystemContext) -> Dish:
    return await ctx.repo(DishRepository).save(Dish.new(name=message.name, portions=message.portions, recipe=message.recipe))


async def plan_menu(message: PlanMenu, ctx: SystemContext) -> int:
    """Plans all dishes or none; one called "burnt" fails, one called "skipped" fails alone."""
    planned = 0
    for name in message.names:
        try:
            await ctx.dispatch(PlanDish(name=name))
            if name == "skipped":
                async with ctx.transaction() as tx:
                    await tx.dispatch(PlanDish(name="inside"))
                    raise LookupError(name)
        except LookupError:
            continue
        if name == "burnt":
            raise RuntimeError(name)
        planned += 1
    return planned


async def transition_dish(message: TransitionDish, ctx: SystemContext) -> Dish:
    return await perform_transition(ctx, DishRepository, DishMachine, message.id, message.event, message.payload, message.expected_version)


async def get_dish(message: GetDish, ctx: SystemContext) -> Dish:
    return await ctx.repo(DishRepository).find_by_id_or_fail(message.id)


async def get_dish_transitions(message: GetDishTransitions, ctx: SystemContext) -> TransitionOptions:
    return await transition_options(ctx, DishRepository, DishMachine, message.id)


def initial_migration() -> Migration:
    table = table_of(dish_schema)
    sql = {"sqlite": create_table(table), "postgresql": postgres_table(table), "memory": []}
    step = CreateTable(table=table.name, columns=[], sql=sql)
    return Migration(version=1, name="initial", steps=[step])


class Kitchen:
    """The kitchen's module, and what its handlers saw."""

    def __init__(self) -> None:
        self.labels: list[str] = []
        self.label_contexts: list[SystemContext] = []
        self.label_failures = 0

    async def print_label(self, message: PrintLabel, ctx: SystemContext) -> None:
        self.label_contexts.append(ctx)
        if self.label_failures > 0:
            self.label_failures -= 1
            raise RuntimeError("the printer is out of paper")
        self.labels.append(message.dish)

    def module(self, schema: EntitySchema = dish_schema, **changes: Any) -> BuiltModule:
        manifest = {"id": "kitchen", "version": "1.0.0", "migrations": [initial_migration()], "default_config": {"ovens": 1, "gas": True}, **changes}
        return build_module(
            abi=ABI,
            manifest=lambda: ModuleManifest(**manifest),
            schemas=lambda: [schema],
            commands=[
                command(PlanDish, plan_dish),
                command(PlanMenu, plan_menu),
                command(TransitionDish, transition_dish),
                command(PrintLabel, self.print_label),
            ],
            queries=[query(GetDish, get_dish), query(GetDishTransitions, get_dish_transitions)],
            machines=[DishMachine],
            repositories=[DishRepository],
            rules=lambda: {"served": RefRule(ref="some"), "some": F("dish.portions") > 0},
        )


def pantry(handler: Callable[[DishCooked, SystemContext], Awaitable[None]], depends_on: Sequence[str] = ("kitchen",), **changes: Any) -> BuiltModule:
    """A module that hears of cooked dishes."""
    manifest = {"id": "pantry", "version": "1.0.0", "depends_on": depends_on, **changes}
    return build_module(
        abi=ABI,
        manifest=lambda: ModuleManifest(**manifest),
        schemas=list,
        subscriptions=[subscription("dish.cooked", handler, name="pantry.on_dish_cooked", event=DishCooked, source="kitchen")],
    )
