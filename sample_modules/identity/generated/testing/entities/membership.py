"""Factories and strategies of Membership, for tests."""

from typing import TypedDict, Unpack

from coregen_runtime import ID
from coregen_runtime.testing import Recipe, Strategy

from ...entities.membership import Membership
from ...ids import MembershipId, RoleId, UserId
from ...operations.membership import (
    CreateMembership,
    MembershipChanges,
    UpdateMembership,
)
from ...schemas.membership import membership_schema


class MembershipValues(TypedDict, total=False):
    """What an input of Membership can be given."""

    user: UserId
    role: RoleId


class MembershipOverrides(MembershipChanges, total=False):
    """What Membership itself can be given."""

    id: MembershipId
    organization_id: ID


membership_recipe = Recipe(Membership, membership_schema)
create_membership_recipe = Recipe(CreateMembership)
update_membership_recipe = Recipe(UpdateMembership)


def make_membership(**values: Unpack[MembershipOverrides]) -> Membership:
    """One with these values; what else it must have is unlike that of any other made here."""
    return membership_recipe.make(values)


def any_membership(**values: Unpack[MembershipOverrides]) -> Strategy[Membership]:
    """Every one with these values that the definition allows."""
    return membership_recipe.any(values)


def make_create_membership(**values: Unpack[MembershipValues]) -> CreateMembership:
    """One with these values; what else it must have is unlike that of any other made here."""
    return create_membership_recipe.make(values)


def any_create_membership(
    **values: Unpack[MembershipValues],
) -> Strategy[CreateMembership]:
    """Every one with these values that the definition allows."""
    return create_membership_recipe.any(values)


def make_update_membership(
    id: MembershipId,
    expected_version: int | None = None,
    **values: Unpack[MembershipValues],
) -> UpdateMembership:
    """One with these values; what else it must have is unlike that of any other made here."""
    return update_membership_recipe.make(
        {"id": id, "expected_version": expected_version, **values},
    )


def any_update_membership(
    id: MembershipId,
    expected_version: int | None = None,
    **values: Unpack[MembershipValues],
) -> Strategy[UpdateMembership]:
    """Every one with these values that the definition allows."""
    return update_membership_recipe.any(
        {"id": id, "expected_version": expected_version, **values},
    )
