"""Factories and strategies of Transaction, for tests."""

from typing import TypedDict, Unpack

from coregen_runtime import ID, Text
from coregen_runtime.testing import Recipe, Strategy

from ...entities.transaction import Transaction
from ...ids import TransactionId
from ...operations.transaction import (
    CreateTransaction,
    TransactionChanges,
    UpdateTransaction,
)
from ...schemas.transaction import transaction_schema


class TransactionValues(TypedDict, total=False):
    """What an input of Transaction can be given."""

    reference: Text
    description: Text | None
    reverses: TransactionId | None


class TransactionOverrides(TransactionChanges, total=False):
    """What Transaction itself can be given."""

    id: TransactionId
    organization_id: ID


transaction_recipe = Recipe(Transaction, transaction_schema)
create_transaction_recipe = Recipe(CreateTransaction)
update_transaction_recipe = Recipe(UpdateTransaction)


def make_transaction(**values: Unpack[TransactionOverrides]) -> Transaction:
    """One with these values; what else it must have is unlike that of any other made here."""
    return transaction_recipe.make(values)


def any_transaction(**values: Unpack[TransactionOverrides]) -> Strategy[Transaction]:
    """Every one with these values that the definition allows."""
    return transaction_recipe.any(values)


def make_create_transaction(**values: Unpack[TransactionValues]) -> CreateTransaction:
    """One with these values; what else it must have is unlike that of any other made here."""
    return create_transaction_recipe.make(values)


def any_create_transaction(
    **values: Unpack[TransactionValues],
) -> Strategy[CreateTransaction]:
    """Every one with these values that the definition allows."""
    return create_transaction_recipe.any(values)


def make_update_transaction(
    id: TransactionId,
    expected_version: int | None = None,
    **values: Unpack[TransactionValues],
) -> UpdateTransaction:
    """One with these values; what else it must have is unlike that of any other made here."""
    return update_transaction_recipe.make(
        {"id": id, "expected_version": expected_version, **values},
    )


def any_update_transaction(
    id: TransactionId,
    expected_version: int | None = None,
    **values: Unpack[TransactionValues],
) -> Strategy[UpdateTransaction]:
    """Every one with these values that the definition allows."""
    return update_transaction_recipe.any(
        {"id": id, "expected_version": expected_version, **values},
    )
