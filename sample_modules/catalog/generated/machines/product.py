"""The machine product-fsm: its states, events and transition."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal, TypeAlias

from coregen_runtime import (
    BoundMachine,
    CommandMessage,
    Emit,
    Field,
    Integer,
    Json,
    LeafRule,
    Model,
    QueryMessage,
    StateMachine,
    StateNode,
    SystemContext,
    Transition,
    TransitionOptions,
    Validators,
    perform_transition,
    transition_options,
)

from ..entities.product import Product, ProductStatus
from ..ids import ProductId
from ..repositories.product import ProductRepository

ProductState = ProductStatus


class ProductEvent(StrEnum):
    """The events of product-fsm."""

    PUBLISH = "publish"
    """From draft to published."""
    RETIRE = "retire"
    """From published to retired."""


if TYPE_CHECKING:
    _ProductEventValue: TypeAlias = Literal["publish", "retire"]
    ProductEventInput: TypeAlias = ProductEvent | _ProductEventValue
else:
    ProductEventInput = ProductEvent


class ProductMachine(BoundMachine[ProductState, ProductEvent]):
    """The machine, with its states and events as enums."""

    states: ClassVar[type[StrEnum]] = ProductState
    events: ClassVar[type[StrEnum]] = ProductEvent

    @classmethod
    def definition(cls) -> StateMachine:
        return StateMachine(
            id="product-fsm",
            entity_type="Product",
            initial="draft",
            states={
                "draft": StateNode(
                    label="Draft",
                    color="#94A3B8",
                    on={
                        "publish": Transition(
                            target="published",
                            guard=LeafRule(
                                field="product.price.amount",
                                op="gt",
                                value=0,
                            ),
                            actions=[
                                Emit(
                                    event="product.published",
                                    payload={"sku": {"ref": "product.sku"}},
                                ),
                            ],
                        ),
                    },
                ),
                "published": StateNode(
                    label="Published",
                    color="#22C55E",
                    on={"retire": Transition(target="retired")},
                ),
                "retired": StateNode(label="Retired", color="#64748B", terminal=True),
            },
        )


class TransitionProduct(
    Model,
    CommandMessage[Product],
    type="catalog.transitionProduct",
):
    """Send an event to the machine of a Product."""

    id: ProductId
    event: ProductEventInput
    payload: dict[str, Json] = Field(default_factory=dict)
    expected_version: Annotated[Integer, Validators.min(1)] | None = Field(
        default=None,
        validation_alias="expectedVersion",
        serialization_alias="expectedVersion",
    )


class GetProductTransitions(
    Model,
    QueryMessage[TransitionOptions[ProductState, ProductEvent]],
    type="catalog.getProductTransitions",
):
    """The events that a Product would take now, and the states that it can reach."""

    id: ProductId


async def transition_product(command: TransitionProduct, ctx: SystemContext) -> Product:
    return await perform_transition(
        ctx,
        ProductRepository,
        ProductMachine,
        command.id,
        command.event,
        command.payload,
        command.expected_version,
    )


async def get_product_transitions(
    query: GetProductTransitions,
    ctx: SystemContext,
) -> TransitionOptions[ProductState, ProductEvent]:
    return await transition_options(
        ctx,
        ProductRepository,
        ProductMachine,
        query.id,
    )
