"""The machine user-fsm: its states, events and transition."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal, TypeAlias

from coregen_runtime import (
    Assign,
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
    TimedTransition,
    Transition,
    TransitionMessage,
    TransitionOptions,
    Validators,
    perform_transition,
    transition_options,
)

from ..entities.user import User, UserStatus
from ..ids import UserId
from ..repositories.user import UserRepository

UserState = UserStatus


class UserEvent(StrEnum):
    """The events of user-fsm."""

    ACTIVATE = "activate"
    """From invited to active."""
    SUSPEND = "suspend"
    """From active to suspended."""
    REINSTATE = "reinstate"
    """From suspended to active."""


if TYPE_CHECKING:
    _UserEventValue: TypeAlias = Literal["activate", "suspend", "reinstate"]
    UserEventInput: TypeAlias = UserEvent | _UserEventValue
else:
    UserEventInput = UserEvent


class UserMachine(BoundMachine[UserState, UserEvent]):
    """The machine, with its states and events as enums."""

    states: ClassVar[type[StrEnum]] = UserState
    events: ClassVar[type[StrEnum]] = UserEvent

    @classmethod
    def definition(cls) -> StateMachine:
        return StateMachine(
            id="user-fsm",
            entity_type="User",
            initial="invited",
            states={
                "invited": StateNode(
                    label="Invited",
                    color="#94A3B8",
                    on={
                        "activate": Transition(
                            target="active",
                            guard=LeafRule(
                                field="payload.acceptedTerms",
                                op="eq",
                                value=True,
                            ),
                            actions=[
                                Emit(
                                    event="user.activated",
                                    payload={"name": {"ref": "user.name"}},
                                ),
                            ],
                        ),
                    },
                    after=[TimedTransition(delay=604800000, target="expired")],
                ),
                "active": StateNode(
                    label="Active",
                    color="#22C55E",
                    on={
                        "suspend": Transition(
                            target="suspended",
                            guard=LeafRule(
                                field="payload.reason",
                                op="empty",
                                value=False,
                            ),
                            actions=[
                                Assign(
                                    field="suspendedFor",
                                    value={"ref": "payload.reason"},
                                ),
                                Emit(
                                    event="user.suspended",
                                    payload={"reason": {"ref": "user.suspendedFor"}},
                                ),
                            ],
                        ),
                    },
                ),
                "suspended": StateNode(
                    label="Suspended",
                    color="#F59E0B",
                    on={
                        "reinstate": Transition(
                            target="active",
                            actions=[Assign(field="suspendedFor")],
                        ),
                    },
                ),
                "expired": StateNode(label="Expired", color="#64748B", terminal=True),
            },
        )


class TransitionUser(
    TransitionMessage,
    CommandMessage[User],
    type="identity.transitionUser",
    needs={"suspend": {"reason": {}}},
):
    """Send an event to the machine of a User."""

    id: UserId
    event: UserEventInput
    payload: dict[str, Json] = Field(default_factory=dict, validate_default=True)
    expected_version: Annotated[Integer, Validators.min(1)] | None = Field(
        default=None,
        validation_alias="expectedVersion",
        serialization_alias="expectedVersion",
    )


class GetUserTransitions(
    Model,
    QueryMessage[TransitionOptions[UserState, UserEvent]],
    type="identity.getUserTransitions",
):
    """The events that a User would take now, and the states that it can reach."""

    id: UserId


async def transition_user(command: TransitionUser, ctx: SystemContext) -> User:
    return await perform_transition(
        ctx,
        UserRepository,
        UserMachine,
        command.id,
        command.event,
        command.payload,
        command.expected_version,
    )


async def get_user_transitions(
    query: GetUserTransitions,
    ctx: SystemContext,
) -> TransitionOptions[UserState, UserEvent]:
    return await transition_options(
        ctx,
        UserRepository,
        UserMachine,
        query.id,
    )
