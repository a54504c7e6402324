"""The machine order-fsm: its states, events and transition."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal, TypeAlias

from coregen_runtime import (
    Assign,
    BoundMachine,
    CommandMessage,
    Dispatch,
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
    TimedTransition,
    Transition,
    TransitionMessage,
    TransitionOptions,
    Validators,
    perform_transition,
    transition_options,
)

from ..entities.order import Order, OrderStatus
from ..ids import OrderId
from ..repositories.order import OrderRepository

OrderState = OrderStatus


class OrderEvent(StrEnum):
    """The events of order-fsm."""

    PLACE = "place"
    """From draft to placed."""
    CANCEL = "cancel"
    """From draft to cancelled; from placed to cancelled."""
    PAY = "pay"
    """From placed to paid."""
    SHIP = "ship"
    """From paid to shipped."""
    REFUND = "refund"
    """From paid to cancelled."""


if TYPE_CHECKING:
    _OrderEventValue: TypeAlias = Literal["place", "cancel", "pay", "ship", "refund"]
    OrderEventInput: TypeAlias = OrderEvent | _OrderEventValue
else:
    OrderEventInput = OrderEvent


class OrderMachine(BoundMachine[OrderState, OrderEvent]):
    """The machine, with its states and events as enums."""

    states: ClassVar[type[StrEnum]] = OrderState
    events: ClassVar[type[StrEnum]] = OrderEvent

    @classmethod
    def definition(cls) -> StateMachine:
        return StateMachine(
            id="order-fsm",
            entity_type="Order",
            initial="draft",
            states={
                "draft": StateNode(
                    label="Draft",
                    color="#94A3B8",
                    on={
                        "place": Transition(
                            target="placed",
                            guard=LeafRule(
                                field="order.total.amount",
                                op="gt",
                                value=0,
                            ),
                            actions=[
                                Assign(field="placedBy", value={"ref": "actor.id"}),
                                Emit(
                                    event="order.placed",
                                    payload={
                                        "number": {"ref": "order.number"},
                                        "total": {"ref": "order.total"},
                                    },
                                ),
                            ],
                        ),
                        "cancel": Transition(target="cancelled"),
                    },
                ),
                "placed": StateNode(
                    label="Placed",
                    color="#F59E0B",
                    on={
                        "pay": Transition(
                            target="paid",
                            actions=[
                                Dispatch(
                                    command="ledger.postTransaction",
                                    payload={
                                        "reference": {"ref": "order.id"},
                                        "description": {"ref": "order.number"},
                                        "entries": [
                                            {
                                                "account": "1200",
                                                "side": "debit",
                                                "amount": {"ref": "order.total"},
                                            },
                                            {
                                                "account": "4000",
                                                "side": "credit",
                                                "amount": {"ref": "order.total"},
                                            },
                                        ],
                                    },
                                ),
                            ],
                        ),
                        "cancel": Transition(target="cancelled"),
                    },
                    after=[TimedTransition(delay=1209600000, target="cancelled")],
                ),
                "paid": StateNode(
                    label="Paid",
                    color="#22C55E",
                    on={
                        "ship": Transition(
                            target="shipped",
                            guard=LeafRule(field="payload.trackingCode", op="exists"),
                            actions=[
                                Assign(
                                    field="trackingCode",
                                    value={"ref": "payload.trackingCode"},
                                ),
                                Emit(
                                    event="order.shipped",
                                    payload={
                                        "number": {"ref": "order.number"},
                                        "trackingCode": {"ref": "order.trackingCode"},
                                    },
                                ),
                            ],
                        ),
                        "refund": Transition(
                            target="cancelled",
                            actions=[
                                Dispatch(
                                    command="ledger.reverseTransaction",
                                    payload={"reference": {"ref": "order.id"}},
                                ),
                            ],
                        ),
                    },
                ),
                "shipped": StateNode(label="Shipped", color="#3B82F6", terminal=True),
                "cancelled": StateNode(
                    label="Cancelled",
                    color="#64748B",
                    terminal=True,
                    entry=[
                        Emit(
                            event="order.cancelled",
                            payload={"number": {"ref": "order.number"}},
                        ),
                    ],
                ),
            },
        )


class TransitionOrder(
    TransitionMessage,
    CommandMessage[Order],
    type="ordering.transitionOrder",
    needs={"ship": {"trackingCode": {}}},
):
    """Send an event to the machine of an Order."""

    id: OrderId
    event: OrderEventInput
    payload: dict[str, Json] = Field(default_factory=dict, validate_default=True)
    expected_version: Annotated[Integer, Validators.min(1)] | None = Field(
        default=None,
        validation_alias="expectedVersion",
        serialization_alias="expectedVersion",
    )


class GetOrderTransitions(
    Model,
    QueryMessage[TransitionOptions[OrderState, OrderEvent]],
    type="ordering.getOrderTransitions",
):
    """The events that an Order would take now, and the states that it can reach."""

    id: OrderId


async def transition_order(command: TransitionOrder, ctx: SystemContext) -> Order:
    return await perform_transition(
        ctx,
        OrderRepository,
        OrderMachine,
        command.id,
        command.event,
        command.payload,
        command.expected_version,
    )


async def get_order_transitions(
    query: GetOrderTransitions,
    ctx: SystemContext,
) -> TransitionOptions[OrderState, OrderEvent]:
    return await transition_options(
        ctx,
        OrderRepository,
        OrderMachine,
        query.id,
    )
