"""The rows of Account: what filters take, what can be included, the repository."""

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

from ..conditions import AccountIdFilter
from ..entities.account import Account, AccountKindInput
from ..ids import AccountId

AccountKindFilter = TypedDict(
    "AccountKindFilter",
    {
        "eq": AccountKindInput | None,
        "neq": AccountKindInput | None,
        "in": Sequence[AccountKindInput | None],
        "nin": Sequence[AccountKindInput | None],
        "exists": bool,
        "matches": str,
    },
    total=False,
)

AccountFilter = TypedDict(
    "AccountFilter",
    {
        "id": AccountId | AccountIdFilter,
        "code": Text | None | TextFilter,
        "name": Text | None | TextFilter,
        "kind": AccountKindInput | None | AccountKindFilter,
        "createdAt": Timestamp | DateFilter,
        "updatedAt": Timestamp | DateFilter,
        "deletedAt": Timestamp | None | DateFilter,
        "version": int | NumberFilter,
        "meta": JsonFilter,
        "and": "list[AccountFilter]",
        "or": "list[AccountFilter]",
        "not": "AccountFilter",
    },
    total=False,
)


class AccountRepository(BaseRepository[Account, AccountId, AccountFilter]):
    """The rows of Account, seen by one organisation."""

    entity: ClassVar[type[Account]] = Account

    async def find_by_code(self, code: Text) -> Account | None:
        """The Account with this code, if there is one."""
        return await self.find_one({"code": code})
