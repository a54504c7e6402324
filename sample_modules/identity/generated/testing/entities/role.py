"""Factories and strategies of Role, for tests."""

from typing import TypedDict, Unpack

from coregen_runtime import ID, Text
from coregen_runtime.testing import Recipe, Strategy

from ...entities.role import Role
from ...ids import RoleId
from ...operations.role import CreateRole, RoleChanges, UpdateRole
from ...schemas.role import role_schema


class RoleValues(TypedDict, total=False):
    """What an input of Role can be given."""

    name: Text
    description: Text | None


class RoleOverrides(RoleChanges, total=False):
    """What Role itself can be given."""

    id: RoleId
    organization_id: ID


role_recipe = Recipe(Role, role_schema)
create_role_recipe = Recipe(CreateRole)
update_role_recipe = Recipe(UpdateRole)


def make_role(**values: Unpack[RoleOverrides]) -> Role:
    """One with these values; what else it must have is unlike that of any other made here."""
    return role_recipe.make(values)


def any_role(**values: Unpack[RoleOverrides]) -> Strategy[Role]:
    """Every one with these values that the definition allows."""
    return role_recipe.any(values)


def make_create_role(**values: Unpack[RoleValues]) -> CreateRole:
    """One with these values; what else it must have is unlike that of any other made here."""
    return create_role_recipe.make(values)


def any_create_role(**values: Unpack[RoleValues]) -> Strategy[CreateRole]:
    """Every one with these values that the definition allows."""
    return create_role_recipe.any(values)


def make_update_role(
    id: RoleId,
    expected_version: int | None = None,
    **values: Unpack[RoleValues],
) -> UpdateRole:
    """One with these values; what else it must have is unlike that of any other made here."""
    return update_role_recipe.make(
        {"id": id, "expected_version": expected_version, **values},
    )


def any_update_role(
    id: RoleId,
    expected_version: int | None = None,
    **values: Unpack[RoleValues],
) -> Strategy[UpdateRole]:
    """Every one with these values that the definition allows."""
    return update_role_recipe.any(
        {"id": id, "expected_version": expected_version, **values},
    )
