"""What is heard of Transaction: its events and what they carry."""

from coregen_runtime import DomainEvent, Model, Text

from ..entities.transaction import TransactionStatus
from ..ids import TransactionId


class TransactionSnapshot(Model):
    """What events say of a Transaction: its stored fields, without sensitive ones."""

    reference: Text
    """What it is about, an order's id for one."""
    description: Text | None = None
    reverses: TransactionId | None = None
    status: TransactionStatus = TransactionStatus.DRAFT


class TransactionUpdatedPayload(Model):
    """The wire names of what changed about a Transaction, and how it stands now."""

    changed: tuple[Text, ...]
    snapshot: TransactionSnapshot


class TransactionCreated(
    DomainEvent[TransactionSnapshot],
    type="transaction.created",
    source="ledger",
    aggregate="Transaction",
):
    """A Transaction was made."""

    payload: TransactionSnapshot


class TransactionUpdated(
    DomainEvent[TransactionUpdatedPayload],
    type="transaction.updated",
    source="ledger",
    aggregate="Transaction",
):
    """A Transaction was changed."""

    payload: TransactionUpdatedPayload


class TransactionDeleted(
    DomainEvent[TransactionSnapshot],
    type="transaction.deleted",
    source="ledger",
    aggregate="Transaction",
):
    """A Transaction was deleted."""

    payload: TransactionSnapshot
