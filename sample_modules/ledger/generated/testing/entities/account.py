"""Factories and strategies of Account, for tests."""

from typing import TypedDict, Unpack

from coregen_runtime import ID, Text
from coregen_runtime.testing import Recipe, Strategy

from ...entities.account import Account, AccountKindInput
from ...ids import AccountId
from ...operations.account import AccountChanges, CreateAccount, UpdateAccount
from ...schemas.account import account_schema


class AccountValues(TypedDict, total=False):
    """What an input of Account can be given."""

    code: Text
    name: Text
    kind: AccountKindInput


class AccountOverrides(AccountChanges, total=False):
    """What Account itself can be given."""

    id: AccountId
    organization_id: ID


account_recipe = Recipe(Account, account_schema)
create_account_recipe = Recipe(CreateAccount)
update_account_recipe = Recipe(UpdateAccount)


def make_account(**values: Unpack[AccountOverrides]) -> Account:
    """One with these values; what else it must have is unlike that of any other made here."""
    return account_recipe.make(values)


def any_account(**values: Unpack[AccountOverrides]) -> Strategy[Account]:
    """Every one with these values that the definition allows."""
    return account_recipe.any(values)


def make_create_account(**values: Unpack[AccountValues]) -> CreateAccount:
    """One with these values; what else it must have is unlike that of any other made here."""
    return create_account_recipe.make(values)


def any_create_account(**values: Unpack[AccountValues]) -> Strategy[CreateAccount]:
    """Every one with these values that the definition allows."""
    return create_account_recipe.any(values)


def make_update_account(
    id: AccountId,
    expected_version: int | None = None,
    **values: Unpack[AccountValues],
) -> UpdateAccount:
    """One with these values; what else it must have is unlike that of any other made here."""
    return update_account_recipe.make(
        {"id": id, "expected_version": expected_version, **values},
    )


def any_update_account(
    id: AccountId,
    expected_version: int | None = None,
    **values: Unpack[AccountValues],
) -> Strategy[UpdateAccount]:
    """Every one with these values that the definition allows."""
    return update_account_recipe.any(
        {"id": id, "expected_version": expected_version, **values},
    )
