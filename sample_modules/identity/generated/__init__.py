"""What coregen generated for identity: each name is imported when it is first used."""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .entities.membership import (
        CreateMembership,
        DeleteMembership,
        GetMembership,
        ListMemberships,
        Membership,
        MembershipChanges,
        MembershipCreate,
        MembershipCreated,
        MembershipDeleted,
        MembershipFields,
        MembershipFilter,
        MembershipRepository,
        MembershipRestored,
        MembershipSnapshot,
        MembershipUpdate,
        MembershipUpdated,
        MembershipUpdatedPayload,
        RestoreMembership,
        UpdateMembership,
    )
    from .entities.role import (
        CreateRole,
        DeleteRole,
        GetRole,
        ListRoles,
        RestoreRole,
        Role,
        RoleChanges,
        RoleCreate,
        RoleCreated,
        RoleDeleted,
        RoleFields,
        RoleFilter,
        RoleRepository,
        RoleRestored,
        RoleSnapshot,
        RoleUpdate,
        RoleUpdated,
        RoleUpdatedPayload,
        UpdateRole,
    )
    from .entities.user import (
        CreateUser,
        DeleteUser,
        GetUser,
        ListUsers,
        RestoreUser,
        UpdateUser,
        User,
        UserChanges,
        UserCreate,
        UserCreated,
        UserDeleted,
        UserFields,
        UserFilter,
        UserRepository,
        UserRestored,
        UserSnapshot,
        UserStatus,
        UserUpdate,
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

__all__ = [
    "CreateMembership",
    "CreateRole",
    "CreateUser",
    "DeleteMembership",
    "DeleteRole",
    "DeleteUser",
    "GetMembership",
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
    "CreateMembership": "entities.membership",
    "CreateRole": "entities.role",
    "CreateUser": "entities.user",
    "DeleteMembership": "entities.membership",
    "DeleteRole": "entities.role",
    "DeleteUser": "entities.user",
    "GetMembership": "entities.membership",
    "GetRole": "entities.role",
    "GetUser": "entities.user",
    "GetUserTransitions": "machines.user",
    "GrantRole": "messages",
    "Holds": "messages",
    "HoldsResult": "messages",
    "ListMemberships": "entities.membership",
    "ListRoles": "entities.role",
    "ListUsers": "entities.user",
    "Membership": "entities.membership",
    "MembershipChanges": "entities.membership",
    "MembershipCreate": "entities.membership",
    "MembershipCreated": "entities.membership",
    "MembershipDeleted": "entities.membership",
    "MembershipFields": "entities.membership",
    "MembershipFilter": "entities.membership",
    "MembershipId": "ids",
    "MembershipRepository": "entities.membership",
    "MembershipRestored": "entities.membership",
    "MembershipSnapshot": "entities.membership",
    "MembershipUpdate": "entities.membership",
    "MembershipUpdated": "entities.membership",
    "MembershipUpdatedPayload": "entities.membership",
    "RestoreMembership": "entities.membership",
    "RestoreRole": "entities.role",
    "RestoreUser": "entities.user",
    "RevokeRole": "messages",
    "Role": "entities.role",
    "RoleChanges": "entities.role",
    "RoleCreate": "entities.role",
    "RoleCreated": "entities.role",
    "RoleDeleted": "entities.role",
    "RoleFields": "entities.role",
    "RoleFilter": "entities.role",
    "RoleId": "ids",
    "RoleRepository": "entities.role",
    "RoleRestored": "entities.role",
    "RoleSnapshot": "entities.role",
    "RoleUpdate": "entities.role",
    "RoleUpdated": "entities.role",
    "RoleUpdatedPayload": "entities.role",
    "TransitionUser": "machines.user",
    "UpdateMembership": "entities.membership",
    "UpdateRole": "entities.role",
    "UpdateUser": "entities.user",
    "User": "entities.user",
    "UserActivated": "messages",
    "UserActivatedPayload": "messages",
    "UserChanges": "entities.user",
    "UserCreate": "entities.user",
    "UserCreated": "entities.user",
    "UserDeleted": "entities.user",
    "UserEvent": "machines.user",
    "UserFields": "entities.user",
    "UserFilter": "entities.user",
    "UserId": "ids",
    "UserMachine": "machines.user",
    "UserRepository": "entities.user",
    "UserRestored": "entities.user",
    "UserSnapshot": "entities.user",
    "UserState": "machines.user",
    "UserStatus": "entities.user",
    "UserSuspended": "messages",
    "UserSuspendedPayload": "messages",
    "UserUpdate": "entities.user",
    "UserUpdated": "entities.user",
    "UserUpdatedPayload": "entities.user",
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
