"""The machine transaction-fsm: its states, events and transition."""

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

from ..entities.transaction import Transaction, TransactionStatus
from ..ids import TransactionId
from ..repositories.transaction import TransactionRepository

TransactionState = TransactionStatus


class TransactionEvent(StrEnum):
    """The events of transaction-fsm."""

    POST = "post"
    """From draft to posted."""


if TYPE_CHECKING:
    _TransactionEventValue: TypeAlias = Literal["post"]
    TransactionEventInput: TypeAlias = TransactionEvent | _TransactionEventValue
else:
    TransactionEventInput = TransactionEvent


class TransactionMachine(BoundMachine[TransactionState, TransactionEvent]):
    """The machine, with its states and events as enums."""

    states: ClassVar[type[StrEnum]] = TransactionState
    events: ClassVar[type[StrEnum]] = TransactionEvent

    @classmethod
    def definition(cls) -> StateMachine:
        return StateMachine(
            id="transaction-fsm",
            entity_type="Transaction",
            initial="draft",
            states={
                "draft": StateNode(
                    label="Draft",
                    color="#94A3B8",
                    on={
                        "post": Transition(
                            target="posted",
                            actions=[
                                Emit(
                                    event="transaction.posted",
                                    payload={
                                        "reference": {"ref": "transaction.reference"},
                                    },
                                ),
                            ],
                        ),
                    },
                ),
                "posted": StateNode(label="Posted", color="#22C55E", terminal=True),
            },
        )


class TransitionTransaction(
    Model,
    CommandMessage[Transaction],
    type="ledger.transitionTransaction",
):
    """Send an event to the machine of a Transaction."""

    id: TransactionId
    event: TransactionEventInput
    payload: dict[str, Json] = Field(default_factory=dict)
    expected_version: Annotated[Integer, Validators.min(1)] | None = Field(
        default=None,
        validation_alias="expectedVersion",
        serialization_alias="expectedVersion",
    )


class GetTransactionTransitions(
    Model,
    QueryMessage[TransitionOptions[TransactionState, TransactionEvent]],
    type="ledger.getTransactionTransitions",
):
    """The events that a Transaction would take now, and the states that it can reach."""

    id: TransactionId


async def transition_transaction(
    command: TransitionTransaction,
    ctx: SystemContext,
) -> Transaction:
    return await perform_transition(
        ctx,
        TransactionRepository,
        TransactionMachine,
        command.id,
        command.event,
        command.payload,
        command.expected_version,
    )


async def get_transaction_transitions(
    query: GetTransactionTransitions,
    ctx: SystemContext,
) -> TransitionOptions[TransactionState, TransactionEvent]:
    return await transition_options(
        ctx,
        TransactionRepository,
        TransactionMachine,
        query.id,
    )
