"""The commands, queries and events that ledger declares."""

from __future__ import annotations

from typing import Annotated

from coregen_runtime import (
    CommandMessage,
    DomainEvent,
    Json,
    Model,
    Money,
    QueryMessage,
    Text,
    Validators,
)

from .entities.transaction import Transaction


class PostTransaction(
    Model,
    CommandMessage[Transaction],
    type="ledger.postTransaction",
):
    """Write a transaction with its entries, and post it: all of it or nothing."""

    reference: Annotated[Text, Validators.max_length(80)]
    """Must have at most 80 characters."""
    description: Annotated[Text, Validators.max_length(200)] | None = None
    """Must have at most 200 characters."""
    entries: Json
    """A list of objects with `account` (its code), `side` (debit or credit) and `amount`."""


class ReverseTransaction(
    Model,
    CommandMessage[Transaction],
    type="ledger.reverseTransaction",
):
    """Post the opposite of a posted transaction, once; it is found by its reference."""

    reference: Text


class BalanceResult(Model):
    """What ledger.balance gives back."""

    balance: Money


class Balance(Model, QueryMessage[BalanceResult], type="ledger.balance"):
    """Debits less credits of an account, found by its code, over all posted transactions in a currency."""

    account: Text
    currency: Annotated[Text, Validators.pattern("^[A-Z]{3}$")] = "EUR"
    """Must match ^[A-Z]{3}$."""


class TrialBalanceResult(Model):
    """What ledger.trialBalance gives back."""

    debits: Money
    credits: Money


class TrialBalance(Model, QueryMessage[TrialBalanceResult], type="ledger.trialBalance"):
    """All debits and all credits that were posted in a currency; they are equal."""

    currency: Annotated[Text, Validators.pattern("^[A-Z]{3}$")] = "EUR"
    """Must match ^[A-Z]{3}$."""


class TransactionPostedPayload(Model):
    """What transaction.posted carries."""

    reference: Text


class TransactionPosted(
    DomainEvent[TransactionPostedPayload],
    type="transaction.posted",
    source="ledger",
    aggregate="Transaction",
):
    """transaction.posted."""

    payload: TransactionPostedPayload
