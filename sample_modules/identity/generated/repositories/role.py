"""The rows of Role: what filters take, what can be included, the repository."""

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

from ..conditions import RoleIdFilter
from ..entities.role import Role
from ..ids import RoleId

RoleFilter = TypedDict(
    "RoleFilter",
    {
        "id": RoleId | RoleIdFilter,
        "name": Text | None | TextFilter,
        "description": Text | None | TextFilter,
        "createdAt": Timestamp | DateFilter,
        "updatedAt": Timestamp | DateFilter,
        "deletedAt": Timestamp | None | DateFilter,
        "version": int | NumberFilter,
        "meta": JsonFilter,
        "and": "list[RoleFilter]",
        "or": "list[RoleFilter]",
        "not": "RoleFilter",
    },
    total=False,
)


class RoleRepository(BaseRepository[Role, RoleId, RoleFilter]):
    """The rows of Role, seen by one organisation."""

    entity: ClassVar[type[Role]] = Role

    async def find_by_name(self, name: Text) -> Role | None:
        """The Role with this name, if there is one."""
        return await self.find_one({"name": name})
