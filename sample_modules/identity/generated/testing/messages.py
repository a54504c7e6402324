"""Factories and strategies of identity, for tests."""

from typing import TypedDict, Unpack

from coregen_runtime import Boolean, Text
from coregen_runtime.testing import Recipe, Strategy

from ..ids import UserId
from ..messages import (
    GrantRole,
    Holds,
    HoldsResult,
    RevokeRole,
    UserActivatedPayload,
    UserSuspendedPayload,
)


class GrantRoleValues(TypedDict, total=False):
    """What GrantRole can be given."""

    user: UserId
    role: Text


class RevokeRoleValues(TypedDict, total=False):
    """What RevokeRole can be given."""

    user: UserId
    role: Text


class HoldsValues(TypedDict, total=False):
    """What Holds can be given."""

    user: UserId
    role: Text


class HoldsResultValues(TypedDict, total=False):
    """What HoldsResult can be given."""

    held: Boolean


class UserActivatedPayloadValues(TypedDict, total=False):
    """What UserActivatedPayload can be given."""

    name: Text


class UserSuspendedPayloadValues(TypedDict, total=False):
    """What UserSuspendedPayload can be given."""

    reason: Text


grant_role_recipe = Recipe(GrantRole)
revoke_role_recipe = Recipe(RevokeRole)
holds_recipe = Recipe(Holds)
holds_result_recipe = Recipe(HoldsResult)
user_activated_payload_recipe = Recipe(UserActivatedPayload)
user_suspended_payload_recipe = Recipe(UserSuspendedPayload)


def make_grant_role(**values: Unpack[GrantRoleValues]) -> GrantRole:
    """One with these values; what else it must have is unlike that of any other made here."""
    return grant_role_recipe.make(values)


def any_grant_role(**values: Unpack[GrantRoleValues]) -> Strategy[GrantRole]:
    """Every one with these values that the definition allows."""
    return grant_role_recipe.any(values)


def make_revoke_role(**values: Unpack[RevokeRoleValues]) -> RevokeRole:
    """One with these values; what else it must have is unlike that of any other made here."""
    return revoke_role_recipe.make(values)


def any_revoke_role(**values: Unpack[RevokeRoleValues]) -> Strategy[RevokeRole]:
    """Every one with these values that the definition allows."""
    return revoke_role_recipe.any(values)


def make_holds(**values: Unpack[HoldsValues]) -> Holds:
    """One with these values; what else it must have is unlike that of any other made here."""
    return holds_recipe.make(values)


def any_holds(**values: Unpack[HoldsValues]) -> Strategy[Holds]:
    """Every one with these values that the definition allows."""
    return holds_recipe.any(values)


def make_holds_result(**values: Unpack[HoldsResultValues]) -> HoldsResult:
    """One with these values; what else it must have is unlike that of any other made here."""
    return holds_result_recipe.make(values)


def any_holds_result(**values: Unpack[HoldsResultValues]) -> Strategy[HoldsResult]:
    """Every one with these values that the definition allows."""
    return holds_result_recipe.any(values)


def make_user_activated_payload(
    **values: Unpack[UserActivatedPayloadValues],
) -> UserActivatedPayload:
    """One with these values; what else it must have is unlike that of any other made here."""
    return user_activated_payload_recipe.make(values)


def any_user_activated_payload(
    **values: Unpack[UserActivatedPayloadValues],
) -> Strategy[UserActivatedPayload]:
    """Every one with these values that the definition allows."""
    return user_activated_payload_recipe.any(values)


def make_user_suspended_payload(
    **values: Unpack[UserSuspendedPayloadValues],
) -> UserSuspendedPayload:
    """One with these values; what else it must have is unlike that of any other made here."""
    return user_suspended_payload_recipe.make(values)


def any_user_suspended_payload(
    **values: Unpack[UserSuspendedPayloadValues],
) -> Strategy[UserSuspendedPayload]:
    """Every one with these values that the definition allows."""
    return user_suspended_payload_recipe.any(values)
