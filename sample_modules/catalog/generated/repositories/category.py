"""The rows of Category: what filters take, what can be included, the repository."""

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

from ..conditions import CategoryIdFilter
from ..entities.category import Category
from ..ids import CategoryId

CategoryFilter = TypedDict(
    "CategoryFilter",
    {
        "id": CategoryId | CategoryIdFilter,
        "name": Text | None | TextFilter,
        "createdAt": Timestamp | DateFilter,
        "updatedAt": Timestamp | DateFilter,
        "deletedAt": Timestamp | None | DateFilter,
        "version": int | NumberFilter,
        "meta": JsonFilter,
        "and": "list[CategoryFilter]",
        "or": "list[CategoryFilter]",
        "not": "CategoryFilter",
    },
    total=False,
)


class CategoryRepository(BaseRepository[Category, CategoryId, CategoryFilter]):
    """The rows of Category, seen by one organisation."""

    entity: ClassVar[type[Category]] = Category

    async def find_by_name(self, name: Text) -> Category | None:
        """The Category with this name, if there is one."""
        return await self.find_one({"name": name})
