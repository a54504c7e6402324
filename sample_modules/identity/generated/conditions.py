"""What filters take for the ids of identity: conditions by operator."""

from collections.abc import Sequence
from typing import TypedDict

from .ids import MembershipId, RoleId, UserId

MembershipIdFilter = TypedDict(
    "MembershipIdFilter",
    {
        "eq": MembershipId | None,
        "neq": MembershipId | None,
        "in": Sequence[MembershipId | None],
        "nin": Sequence[MembershipId | None],
        "exists": bool,
        "matches": str,
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
        "matches": str,
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
        "matches": str,
    },
    total=False,
)
