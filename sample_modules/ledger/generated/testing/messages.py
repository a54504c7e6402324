"""Factories and strategies of ledger, for tests."""

from typing import TypedDict, Unpack

from coregen_runtime import Json, Money, Text
from coregen_runtime.testing import Recipe, Strategy

from ..messages import (
    Balance,
    BalanceResult,
    PostTransaction,
    ReverseTransaction,
    TransactionPostedPayload,
    TrialBalance,
    TrialBalanceResult,
)


class PostTransactionValues(TypedDict, total=False):
    """What PostTransaction can be given."""

    reference: Text
    description: Text | None
    entries: Json


class ReverseTransactionValues(TypedDict, total=False):
    """What ReverseTransaction can be given."""

    reference: Text


class BalanceValues(TypedDict, total=False):
    """What Balance can be given."""

    account: Text
    currency: Text


class BalanceResultValues(TypedDict, total=False):
    """What BalanceResult can be given."""

    balance: Money


class TrialBalanceValues(TypedDict, total=False):
    """What TrialBalance can be given."""

    currency: Text


class TrialBalanceResultValues(TypedDict, total=False):
    """What TrialBalanceResult can be given."""

    debits: Money
    credits: Money


class TransactionPostedPayloadValues(TypedDict, total=False):
    """What TransactionPostedPayload can be given."""

    reference: Text


post_transaction_recipe = Recipe(PostTransaction)
reverse_transaction_recipe = Recipe(ReverseTransaction)
balance_recipe = Recipe(Balance)
balance_result_recipe = Recipe(BalanceResult)
trial_balance_recipe = Recipe(TrialBalance)
trial_balance_result_recipe = Recipe(TrialBalanceResult)
transaction_posted_payload_recipe = Recipe(TransactionPostedPayload)


def make_post_transaction(**values: Unpack[PostTransactionValues]) -> PostTransaction:
    """One with these values; what else it must have is unlike that of any other made here."""
    return post_transaction_recipe.make(values)


def any_post_transaction(
    **values: Unpack[PostTransactionValues],
) -> Strategy[PostTransaction]:
    """Every one with these values that the definition allows."""
    return post_transaction_recipe.any(values)


def make_reverse_transaction(
    **values: Unpack[ReverseTransactionValues],
) -> ReverseTransaction:
    """One with these values; what else it must have is unlike that of any other made here."""
    return reverse_transaction_recipe.make(values)


def any_reverse_transaction(
    **values: Unpack[ReverseTransactionValues],
) -> Strategy[ReverseTransaction]:
    """Every one with these values that the definition allows."""
    return reverse_transaction_recipe.any(values)


def make_balance(**values: Unpack[BalanceValues]) -> Balance:
    """One with these values; what else it must have is unlike that of any other made here."""
    return balance_recipe.make(values)


def any_balance(**values: Unpack[BalanceValues]) -> Strategy[Balance]:
    """Every one with these values that the definition allows."""
    return balance_recipe.any(values)


def make_balance_result(**values: Unpack[BalanceResultValues]) -> BalanceResult:
    """One with these values; what else it must have is unlike that of any other made here."""
    return balance_result_recipe.make(values)


def any_balance_result(
    **values: Unpack[BalanceResultValues],
) -> Strategy[BalanceResult]:
    """Every one with these values that the definition allows."""
    return balance_result_recipe.any(values)


def make_trial_balance(**values: Unpack[TrialBalanceValues]) -> TrialBalance:
    """One with these values; what else it must have is unlike that of any other made here."""
    return trial_balance_recipe.make(values)


def any_trial_balance(**values: Unpack[TrialBalanceValues]) -> Strategy[TrialBalance]:
    """Every one with these values that the definition allows."""
    return trial_balance_recipe.any(values)


def make_trial_balance_result(
    **values: Unpack[TrialBalanceResultValues],
) -> TrialBalanceResult:
    """One with these values; what else it must have is unlike that of any other made here."""
    return trial_balance_result_recipe.make(values)


def any_trial_balance_result(
    **values: Unpack[TrialBalanceResultValues],
) -> Strategy[TrialBalanceResult]:
    """Every one with these values that the definition allows."""
    return trial_balance_result_recipe.any(values)


def make_transaction_posted_payload(
    **values: Unpack[TransactionPostedPayloadValues],
) -> TransactionPostedPayload:
    """One with these values; what else it must have is unlike that of any other made here."""
    return transaction_posted_payload_recipe.make(values)


def any_transaction_posted_payload(
    **values: Unpack[TransactionPostedPayloadValues],
) -> Strategy[TransactionPostedPayload]:
    """Every one with these values that the definition allows."""
    return transaction_posted_payload_recipe.any(values)
