"""What is heard of Entry: its events and what they carry."""

from coregen_runtime import DomainEvent, Model, Money, Text

from ..entities.entry import EntrySide
from ..ids import AccountId, TransactionId


class EntrySnapshot(Model):
    """What events say of an Entry: its stored fields, without sensitive ones."""

    transaction: TransactionId
    account: AccountId
    side: EntrySide
    amount: Money
    """More than nothing; the side says which way."""


class EntryUpdatedPayload(Model):
    """The wire names of what changed about an Entry, and how it stands now."""

    changed: tuple[Text, ...]
    snapshot: EntrySnapshot


class EntryCreated(
    DomainEvent[EntrySnapshot],
    type="entry.created",
    source="ledger",
    aggregate="Entry",
):
    """An Entry was made."""

    payload: EntrySnapshot


class EntryUpdated(
    DomainEvent[EntryUpdatedPayload],
    type="entry.updated",
    source="ledger",
    aggregate="Entry",
):
    """An Entry was changed."""

    payload: EntryUpdatedPayload


class EntryDeleted(
    DomainEvent[EntrySnapshot],
    type="entry.deleted",
    source="ledger",
    aggregate="Entry",
):
    """An Entry was deleted."""

    payload: EntrySnapshot
