"""The ids of identity and those that it refers to: types of their own to the type checker, checked strings at run time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NewType, TypedDict

from coregen_runtime import ID, id_type

__all__ = [
    "MembershipId",
    "MembershipIdFilter",
    "RoleId",
    "RoleIdFilter",
    "UserId",
    "UserIdFilter",
]

if TYPE_CHECKING:
    MembershipId = NewType("MembershipId", ID)
    RoleId = NewType("RoleId", ID)
    UserId = NewType("UserId", ID)
else:
    MembershipId = id_type("member")
    RoleId = id_type("role")
    UserId = id_type("user")

MembershipIdFilter = TypedDict(
    "MembershipIdFilter",
    {
        "eq": MembershipId | None,
        "neq": MembershipId | None,
        "in": Sequence[MembershipId | None],
        "nin": Sequence[MembershipId | None],
        "exists": bool,
    },
    total=False,
)

RoleIdFilter = TypedDict(
    "RoleIdFilter",
    {
        "eq": RoleId | None,
        "neq": RoleId | None,
        "in": Sequence[RoleId | None],
        "nin": Sequence[RoleId | None],
        "exists": bool,
    },
    total=False,
)

UserIdFilter = TypedDict(
    "UserIdFilter",
    {
        "eq": UserId | None,
        "neq": UserId | None,
        "in": Sequence[UserId | None],
        "nin": Sequence[UserId | None],
        "exists": bool,
    },
    total=False,
)
