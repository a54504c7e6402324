"""The rows of Product: what filters take, what can be included, the repository."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, TypedDict

from coregen_runtime import (
    BaseRepository,
    DateFilter,
    Integer,
    JsonFilter,
    Money,
    MoneyFilter,
    NumberFilter,
    Text,
    TextFilter,
    Timestamp,
)

from ..conditions import CategoryIdFilter, ProductIdFilter
from ..entities.product import Product, ProductStatusInput
from ..ids import CategoryId, ProductId

if TYPE_CHECKING:
    from ..entities.category import Category

ProductStatusFilter = TypedDict(
    "ProductStatusFilter",
    {
        "eq": ProductStatusInput | None,
        "neq": ProductStatusInput | None,
        "in": Sequence[ProductStatusInput | None],
        "nin": Sequence[ProductStatusInput | None],
        "exists": bool,
        "matches": str,
    },
    total=False,
)

ProductFilter = TypedDict(
    "ProductFilter",
    {
        "id": ProductId | ProductIdFilter,
        "name": Text | None | TextFilter,
        "sku": Text | None | TextFilter,
        "price": Money | None | MoneyFilter,
        "category": CategoryId | None | CategoryIdFilter,
        "dimensions": JsonFilter,
        "ordered": Integer | None | NumberFilter,
        "status": ProductStatusInput | None | ProductStatusFilter,
        "createdAt": Timestamp | DateFilter,
        "updatedAt": Timestamp | DateFilter,
        "deletedAt": Timestamp | None | DateFilter,
        "version": int | NumberFilter,
        "meta": JsonFilter,
        "and": "list[ProductFilter]",
        "or": "list[ProductFilter]",
        "not": "ProductFilter",
    },
    total=False,
)

if TYPE_CHECKING:
    ProductIncluded = TypedDict(
        "ProductIncluded",
        {"category": Mapping[CategoryId, Category]},
        total=False,
    )
else:
    ProductIncluded = dict[str, Any]


class ProductRepository(
    BaseRepository[Product, ProductId, ProductFilter, ProductIncluded],
):
    """The rows of Product, seen by one organisation."""

    entity: ClassVar[type[Product]] = Product

    async def find_by_sku(self, sku: Text) -> Product | None:
        """The Product with this sku, if there is one."""
        return await self.find_one({"sku": sku})
