"""What is heard of Account: its events and what they carry."""

from coregen_runtime import DomainEvent, Model, Text

from ..entities.account import AccountKind


class AccountSnapshot(Model):
    """What events say of an Account: its stored fields, without sensitive ones."""

    code: Text
    name: Text
    kind: AccountKind


class AccountUpdatedPayload(Model):
    """The wire names of what changed about an Account, and how it stands now."""

    changed: tuple[Text, ...]
    snapshot: AccountSnapshot


class AccountCreated(
    DomainEvent[AccountSnapshot],
    type="account.created",
    source="ledger",
    aggregate="Account",
):
    """An Account was made."""

    payload: AccountSnapshot


class AccountUpdated(
    DomainEvent[AccountUpdatedPayload],
    type="account.updated",
    source="ledger",
    aggregate="Account",
):
    """An Account was changed."""

    payload: AccountUpdatedPayload


class AccountDeleted(
    DomainEvent[AccountSnapshot],
    type="account.deleted",
    source="ledger",
    aggregate="Account",
):
    """An Account was deleted."""

    payload: AccountSnapshot


class AccountRestored(
    DomainEvent[AccountSnapshot],
    type="account.restored",
    source="ledger",
    aggregate="Account",
):
    """An Account is back."""

    payload: AccountSnapshot
