"""The ids of identity and those that it refers to: types of their own to the type checker, checked strings at run time."""

from typing import TYPE_CHECKING, NewType

from coregen_runtime import ID, id_type

__all__ = ["MembershipId", "RoleId", "UserId"]

if TYPE_CHECKING:
    MembershipId = NewType("MembershipId", ID)
    RoleId = NewType("RoleId", ID)
    UserId = NewType("UserId", ID)
else:
    MembershipId = id_type("member")
    RoleId = id_type("role")
    UserId = id_type("user")
