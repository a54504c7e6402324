"""Joins the handlers of identity to its generated parts."""

from __future__ import annotations

from typing import Protocol

from coregen_runtime import AppModule, SystemContext, build_module, command, query

from .entities.membership import Membership
from .machines.user import (
    GetUserTransitions,
    TransitionUser,
    UserMachine,
    get_user_transitions,
    transition_user,
)
from .manifest import manifest, schemas
from .messages import GrantRole, Holds, HoldsResult, RevokeRole
from .operations.membership import (
    CreateMembership,
    DeleteMembership,
    GetMembership,
    GetMembershipIncluding,
    ListMemberships,
    RestoreMembership,
    UpdateMembership,
    create_membership,
    delete_membership,
    get_membership,
    get_membership_including,
    list_memberships,
    restore_membership,
    update_membership,
)
from .operations.role import (
    CreateRole,
    DeleteRole,
    GetRole,
    ListRoles,
    RestoreRole,
    UpdateRole,
    create_role,
    delete_role,
    get_role,
    list_roles,
    restore_role,
    update_role,
)
from .operations.user import (
    CreateUser,
    DeleteUser,
    GetUser,
    ListUsers,
    RestoreUser,
    UpdateUser,
    create_user,
    delete_user,
    get_user,
    list_users,
    restore_user,
    update_user,
)
from .repositories.membership import MembershipRepository
from .repositories.role import RoleRepository
from .repositories.user import UserRepository


class Handlers(Protocol):
    """What handlers.py has to hold."""

    async def grant_role(self, command: GrantRole, ctx: SystemContext, /) -> Membership:
        """Give an active user a role, found by its name."""
        ...

    async def revoke_role(self, command: RevokeRole, ctx: SystemContext, /) -> None:
        """Take a role from a user."""
        ...

    async def holds(self, query: Holds, ctx: SystemContext, /) -> HoldsResult:
        """Whether a user is active and holds a role."""
        ...


def wire(handlers: Handlers) -> AppModule:
    """The module, ready to be registered."""
    return build_module(
        abi=1,
        manifest=manifest,
        schemas=schemas,
        commands=[
            command(CreateMembership, create_membership),
            command(UpdateMembership, update_membership),
            command(DeleteMembership, delete_membership),
            command(RestoreMembership, restore_membership),
            command(CreateRole, create_role),
            command(UpdateRole, update_role),
            command(DeleteRole, delete_role),
            command(RestoreRole, restore_role),
            command(CreateUser, create_user),
            command(UpdateUser, update_user),
            command(DeleteUser, delete_user),
            command(RestoreUser, restore_user),
            command(TransitionUser, transition_user),
            command(GrantRole, handlers.grant_role),
            command(RevokeRole, handlers.revoke_role),
        ],
        queries=[
            query(GetMembership, get_membership),
            query(GetMembershipIncluding, get_membership_including),
            query(ListMemberships, list_memberships),
            query(GetRole, get_role),
            query(ListRoles, list_roles),
            query(GetUser, get_user),
            query(ListUsers, list_users),
            query(GetUserTransitions, get_user_transitions),
            query(Holds, handlers.holds),
        ],
        machines=[UserMachine],
        repositories=[MembershipRepository, RoleRepository, UserRepository],
    )
