"""The rows of StockItem: what filters take, what can be included, the repository."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, TypedDict

from coregen_runtime import (
    BaseRepository,
    DateFilter,
    Integer,
    JsonFilter,
    NumberFilter,
    Text,
    TextFilter,
    Timestamp,
)

from ..conditions import ProductIdFilter, StockItemIdFilter
from ..entities.stock_item import StockItem
from ..ids import ProductId, StockItemId

if TYPE_CHECKING:
    from ....catalog.generated.entities.product import Product

StockItemFilter = TypedDict(
    "StockItemFilter",
    {
        "id": StockItemId | StockItemIdFilter,
        "product": ProductId | None | ProductIdFilter,
        "location": Text | None | TextFilter,
        "onHand": Integer | None | NumberFilter,
        "reserved": Integer | None | NumberFilter,
        "reorderPoint": Integer | None | NumberFilter,
        "createdAt": Timestamp | DateFilter,
        "updatedAt": Timestamp | DateFilter,
        "deletedAt": Timestamp | None | DateFilter,
        "version": int | NumberFilter,
        "meta": JsonFilter,
        "and": "list[StockItemFilter]",
        "or": "list[StockItemFilter]",
        "not": "StockItemFilter",
    },
    total=False,
)

if TYPE_CHECKING:
    StockItemIncluded = TypedDict(
        "StockItemIncluded",
        {"product": Mapping[ProductId, Product]},
        total=False,
    )
else:
    StockItemIncluded = dict[str, Any]


class StockItemRepository(
    BaseRepository[StockItem, StockItemId, StockItemFilter, StockItemIncluded],
):
    """The rows of StockItem, seen by one organisation."""

    entity: ClassVar[type[StockItem]] = StockItem

    async def find_by_product_and_location(
        self,
        product: ProductId,
        location: Text,
    ) -> StockItem | None:
        """The StockItem with this product and location, if there is one."""
        return await self.find_one({"product": product, "location": location})
