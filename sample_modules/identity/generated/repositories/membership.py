"""The rows of Membership: what filters take, what can be included, the repository."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, TypedDict

from coregen_runtime import (
    BaseRepository,
    DateFilter,
    JsonFilter,
    NumberFilter,
    Timestamp,
)

from ..conditions import MembershipIdFilter, RoleIdFilter, UserIdFilter
from ..entities.membership import Membership
from ..ids import MembershipId, RoleId, UserId

if TYPE_CHECKING:
    from ..entities.role import Role
    from ..entities.user import User

MembershipFilter = TypedDict(
    "MembershipFilter",
    {
        "id": MembershipId | MembershipIdFilter,
        "user": UserId | None | UserIdFilter,
        "role": RoleId | None | RoleIdFilter,
        "createdAt": Timestamp | DateFilter,
        "updatedAt": Timestamp | DateFilter,
        "deletedAt": Timestamp | None | DateFilter,
        "version": int | NumberFilter,
        "meta": JsonFilter,
        "and": "list[MembershipFilter]",
        "or": "list[MembershipFilter]",
        "not": "MembershipFilter",
    },
    total=False,
)

if TYPE_CHECKING:
    MembershipIncluded = TypedDict(
        "MembershipIncluded",
        {"user": Mapping[UserId, User], "role": Mapping[RoleId, Role]},
        total=False,
    )
else:
    MembershipIncluded = dict[str, Any]


class MembershipRepository(
    BaseRepository[Membership, MembershipId, MembershipFilter, MembershipIncluded],
):
    """The rows of Membership, seen by one organisation."""

    entity: ClassVar[type[Membership]] = Membership

    async def find_by_user_and_role(
        self,
        user: UserId,
        role: RoleId,
    ) -> Membership | None:
        """The Membership with this user and role, if there is one."""
        return await self.find_one({"user": user, "role": role})
