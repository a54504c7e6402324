"""What coregen generated for identity: each name is imported when it is first used."""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .entities.membership import Membership
    from .entities.role import Role
    from .entities.user import User, UserStatus
    from .events.membership import (
        MembershipCreated,
        MembershipDeleted,
        MembershipRestored,
        MembershipSnapshot,
        MembershipUpdated,
        MembershipUpdatedPayload,
    )
    from .events.role import (
        RoleCreated,
        RoleDeleted,
        RoleRestored,
        RoleSnapshot,
        RoleUpdated,
        RoleUpdatedPayload,
    )
    from .events.user import (
        UserCreated,
        UserDeleted,
        UserRestored,
        UserSnapshot,
        UserUpdated,
        UserUpdatedPayload,
    )
    from .ids import MembershipId, RoleId, UserId
    from .machines.user import (
        GetUserTransitions,
        TransitionUser,
        UserEvent,
        UserMachine,
        UserState,
    )
    from .messages import (
        GrantRole,
        Holds,
        HoldsResult,
        RevokeRole,
        UserActivated,
        UserActivatedPayload,
        UserSuspended,
        UserSuspendedPayload,
    )
    from .operations.membership import (
        CreateMembership,
        DeleteMembership,
        GetMembership,
        GetMembershipIncluding,
        ListMemberships,
        MembershipChanges,
        MembershipCreate,
        MembershipFields,
        MembershipUpdate,
        RestoreMembership,
        UpdateMembership,
    )
    from .operations.role import (
        CreateRole,
        DeleteRole,
        GetRole,
        ListRoles,
        RestoreRole,
        RoleChanges,
        RoleCreate,
        RoleFields,
        RoleUpdate,
        UpdateRole,
    )
    from .operations.user import (
        CreateUser,
        DeleteUser,
        GetUser,
        ListUsers,
        RestoreUser,
        UpdateUser,
        UserChanges,
        UserCreate,
        UserFields,
        UserUpdate,
    )
    from .repositories.membership import (
        MembershipFilter,
        MembershipIncluded,
        MembershipRepository,
    )
    from .repositories.role import RoleFilter, RoleRepository
    from .repositories.user import UserFilter, UserRepository

__all__ = [
    "CreateMembership",
    "CreateRole",
    "CreateUser",
    "DeleteMembership",
    "DeleteRole",
    "DeleteUser",
    "GetMembership",
    "GetMembershipIncluding",
    "GetRole",
    "GetUser",
    "GetUserTransitions",
    "GrantRole",
    "Holds",
    "HoldsResult",
    "ListMemberships",
    "ListRoles",
    "ListUsers",
    "Membership",
    "MembershipChanges",
    "MembershipCreate",
    "MembershipCreated",
    "MembershipDeleted",
    "MembershipFields",
    "MembershipFilter",
    "MembershipId",
    "MembershipIncluded",
    "MembershipRepository",
    "MembershipRestored",
    "MembershipSnapshot",
    "MembershipUpdate",
    "MembershipUpdated",
    "MembershipUpdatedPayload",
    "RestoreMembership",
    "RestoreRole",
    "RestoreUser",
    "RevokeRole",
    "Role",
    "RoleChanges",
    "RoleCreate",
    "RoleCreated",
    "RoleDeleted",
    "RoleFields",
    "RoleFilter",
    "RoleId",
    "RoleRepository",
    "RoleRestored",
    "RoleSnapshot",
    "RoleUpdate",
    "RoleUpdated",
    "RoleUpdatedPayload",
    "TransitionUser",
    "UpdateMembership",
    "UpdateRole",
    "UpdateUser",
    "User",
    "UserActivated",
    "UserActivatedPayload",
    "UserChanges",
    "UserCreate",
    "UserCreated",
    "UserDeleted",
    "UserEvent",
    "UserFields",
    "UserFilter",
    "UserId",
    "UserMachine",
    "UserRepository",
    "UserRestored",
    "UserSnapshot",
    "UserState",
    "UserStatus",
    "UserSuspended",
    "UserSuspendedPayload",
    "UserUpdate",
    "UserUpdated",
    "UserUpdatedPayload",
]

_FILES = {
    "CreateMembership": "operations.membership",
    "CreateRole": "operations.role",
    "CreateUser": "operations.user",
    "DeleteMembership": "operations.membership",
    "DeleteRole": "operations.role",
    "DeleteUser": "operations.user",
    "GetMembership": "operations.membership",
    "GetMembershipIncluding": "operations.membership",
    "GetRole": "operations.role",
    "GetUser": "operations.user",
    "GetUserTransitions": "machines.user",
    "GrantRole": "messages",
    "Holds": "messages",
    "HoldsResult": "messages",
    "ListMemberships": "operations.membership",
    "ListRoles": "operations.role",
    "ListUsers": "operations.user",
    "Membership": "entities.membership",
    "MembershipChanges": "operations.membership",
    "MembershipCreate": "operations.membership",
    "MembershipCreated": "events.membership",
    "MembershipDeleted": "events.membership",
    "MembershipFields": "operations.membership",
    "MembershipFilter": "repositories.membership",
    "MembershipId": "ids",
    "MembershipIncluded": "repositories.membership",
    "MembershipRepository": "repositories.membership",
    "MembershipRestored": "events.membership",
    "MembershipSnapshot": "events.membership",
    "MembershipUpdate": "operations.membership",
    "MembershipUpdated": "events.membership",
    "MembershipUpdatedPayload": "events.membership",
    "RestoreMembership": "operations.membership",
    "RestoreRole": "operations.role",
    "RestoreUser": "operations.user",
    "RevokeRole": "messages",
    "Role": "entities.role",
    "RoleChanges": "operations.role",
    "RoleCreate": "operations.role",
    "RoleCreated": "events.role",
    "RoleDeleted": "events.role",
    "RoleFields": "operations.role",
    "RoleFilter": "repositories.role",
    "RoleId": "ids",
    "RoleRepository": "repositories.role",
    "RoleRestored": "events.role",
    "RoleSnapshot": "events.role",
    "RoleUpdate": "operations.role",
    "RoleUpdated": "events.role",
    "RoleUpdatedPayload": "events.role",
    "TransitionUser": "machines.user",
    "UpdateMembership": "operations.membership",
    "UpdateRole": "operations.role",
    "UpdateUser": "operations.user",
    "User": "entities.user",
    "UserActivated": "messages",
    "UserActivatedPayload": "messages",
    "UserChanges": "operations.user",
    "UserCreate": "operations.user",
    "UserCreated": "events.user",
    "UserDeleted": "events.user",
    "UserEvent": "machines.user",
    "UserFields": "operations.user",
    "UserFilter": "repositories.user",
    "UserId": "ids",
    "UserMachine": "machines.user",
    "UserRepository": "repositories.user",
    "UserRestored": "events.user",
    "UserSnapshot": "events.user",
    "UserState": "machines.user",
    "UserStatus": "entities.user",
    "UserSuspended": "messages",
    "UserSuspendedPayload": "messages",
    "UserUpdate": "operations.user",
    "UserUpdated": "events.user",
    "UserUpdatedPayload": "events.user",
}


def exports(package: str) -> tuple[list[str], Callable[[str], object]]:
    """`__all__` and `__getattr__` (PEP 562) of the module's own package."""

    def find(name: str) -> object:
        if name == "module":
            found = import_module(f"{package}.module").module
        else:
            found = _find(name, package)
        setattr(sys.modules[package], name, found)
        return found

    return [*__all__, "module"], find


def _find(name: str, package: str) -> object:
    if name not in _FILES:
        raise AttributeError(f"module {package!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_FILES[name]}"), name)


if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        found = globals()[name] = _find(name, __name__)
        return found
