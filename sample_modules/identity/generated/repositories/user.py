"""The rows of User: what filters take, what can be included, the repository."""

from collections.abc import Sequence
from typing import ClassVar, TypedDict

from coregen_runtime import (
    BaseRepository,
    DateFilter,
    JsonFilter,
    NumberFilter,
    Text,
    TextFilter,
    Timestamp,
)

from ..conditions import UserIdFilter
from ..entities.user import User, UserStatusInput
from ..ids import UserId

UserStatusFilter = TypedDict(
    "UserStatusFilter",
    {
        "eq": UserStatusInput | None,
        "neq": UserStatusInput | None,
        "in": Sequence[UserStatusInput | None],
        "nin": Sequence[UserStatusInput | None],
        "exists": bool,
        "matches": str,
    },
    total=False,
)

UserFilter = TypedDict(
    "UserFilter",
    {
        "id": UserId | UserIdFilter,
        "name": Text | None | TextFilter,
        "email": Text | None | TextFilter,
        "suspendedFor": Text | None | TextFilter,
        "status": UserStatusInput | None | UserStatusFilter,
        "createdAt": Timestamp | DateFilter,
        "updatedAt": Timestamp | DateFilter,
        "deletedAt": Timestamp | None | DateFilter,
        "version": int | NumberFilter,
        "meta": JsonFilter,
        "and": "list[UserFilter]",
        "or": "list[UserFilter]",
        "not": "UserFilter",
    },
    total=False,
)


class UserRepository(BaseRepository[User, UserId, UserFilter]):
    """The rows of User, seen by one organisation."""

    entity: ClassVar[type[User]] = User

    async def find_by_email(self, email: Text) -> User | None:
        """The User with this email, if there is one."""
        return await self.find_one({"email": email})
