"""The machine reservation-fsm: its states, events and transition."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal, TypeAlias

from coregen_runtime import (
    BoundMachine,
    CommandMessage,
    Field,
    Integer,
    Json,
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

from ..entities.reservation import Reservation, ReservationStatus
from ..ids import ReservationId
from ..repositories.reservation import ReservationRepository

ReservationState = ReservationStatus


class ReservationEvent(StrEnum):
    """The events of reservation-fsm."""

    RELEASE = "release"
    """From held to released."""
    CONSUME = "consume"
    """From held to consumed."""


if TYPE_CHECKING:
    _ReservationEventValue: TypeAlias = Literal["release", "consume"]
    ReservationEventInput: TypeAlias = ReservationEvent | _ReservationEventValue
else:
    ReservationEventInput = ReservationEvent


class ReservationMachine(BoundMachine[ReservationState, ReservationEvent]):
    """The machine, with its states and events as enums."""

    states: ClassVar[type[StrEnum]] = ReservationState
    events: ClassVar[type[StrEnum]] = ReservationEvent

    @classmethod
    def definition(cls) -> StateMachine:
        return StateMachine(
            id="reservation-fsm",
            entity_type="Reservation",
            initial="held",
            states={
                "held": StateNode(
                    label="Held",
                    color="#F59E0B",
                    on={
                        "release": Transition(target="released"),
                        "consume": Transition(target="consumed"),
                    },
                ),
                "released": StateNode(label="Released", color="#64748B", terminal=True),
                "consumed": StateNode(label="Consumed", color="#22C55E", terminal=True),
            },
        )


class TransitionReservation(
    Model,
    CommandMessage[Reservation],
    type="inventory.transitionReservation",
):
    """Send an event to the machine of a Reservation."""

    id: ReservationId
    event: ReservationEventInput
    payload: dict[str, Json] = Field(default_factory=dict)
    expected_version: Annotated[Integer, Validators.min(1)] | None = Field(
        default=None,
        validation_alias="expectedVersion",
        serialization_alias="expectedVersion",
    )


class GetReservationTransitions(
    Model,
    QueryMessage[TransitionOptions[ReservationState, ReservationEvent]],
    type="inventory.getReservationTransitions",
):
    """The events that a Reservation would take now, and the states that it can reach."""

    id: ReservationId


async def transition_reservation(
    command: TransitionReservation,
    ctx: SystemContext,
) -> Reservation:
    return await perform_transition(
        ctx,
        ReservationRepository,
        ReservationMachine,
        command.id,
        command.event,
        command.payload,
        command.expected_version,
    )


async def get_reservation_transitions(
    query: GetReservationTransitions,
    ctx: SystemContext,
) -> TransitionOptions[ReservationState, ReservationEvent]:
    return await transition_options(
        ctx,
        ReservationRepository,
        ReservationMachine,
        query.id,
    )
