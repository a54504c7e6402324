"""Factories and strategies of User, for tests."""

from typing import TypedDict, Unpack

from coregen_runtime import ID, Text
from coregen_runtime.testing import Recipe, Strategy

from ...entities.user import User
from ...ids import UserId
from ...operations.user import CreateUser, UpdateUser, UserChanges
from ...schemas.user import user_schema


class UserValues(TypedDict, total=False):
    """What an input of User can be given."""

    name: Text
    email: Text
    suspended_for: Text | None


class UserOverrides(UserChanges, total=False):
    """What User itself can be given."""

    id: UserId
    organization_id: ID


user_recipe = Recipe(User, user_schema)
create_user_recipe = Recipe(CreateUser)
update_user_recipe = Recipe(UpdateUser)


def make_user(**values: Unpack[UserOverrides]) -> User:
    """One with these values; what else it must have is unlike that of any other made here."""
    return user_recipe.make(values)


def any_user(**values: Unpack[UserOverrides]) -> Strategy[User]:
    """Every one with these values that the definition allows."""
    return user_recipe.any(values)


def make_create_user(**values: Unpack[UserValues]) -> CreateUser:
    """One with these values; what else it must have is unlike that of any other made here."""
    return create_user_recipe.make(values)


def any_create_user(**values: Unpack[UserValues]) -> Strategy[CreateUser]:
    """Every one with these values that the definition allows."""
    return create_user_recipe.any(values)


def make_update_user(
    id: UserId,
    expected_version: int | None = None,
    **values: Unpack[UserValues],
) -> UpdateUser:
    """One with these values; what else it must have is unlike that of any other made here."""
    return update_user_recipe.make(
        {"id": id, "expected_version": expected_version, **values},
    )


def any_update_user(
    id: UserId,
    expected_version: int | None = None,
    **values: Unpack[UserValues],
) -> Strategy[UpdateUser]:
    """Every one with these values that the definition allows."""
    return update_user_recipe.any(
        {"id": id, "expected_version": expected_version, **values},
    )
