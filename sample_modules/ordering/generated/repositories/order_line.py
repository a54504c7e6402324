"""The rows of OrderLine: what filters take, what can be included, the repository."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, TypedDict

from coregen_runtime import (
    BaseRepository,
    DateFilter,
    Integer,
    JsonFilter,
    Money,
    MoneyFilter,
    NumberFilter,
    Timestamp,
)

from ..conditions import OrderIdFilter, OrderLineIdFilter, ProductIdFilter
from ..entities.order_line import OrderLine
from ..ids import OrderId, OrderLineId, ProductId

if TYPE_CHECKING:
    from ....catalog.generated.entities.product import Product
    from ..entities.order import Order

OrderLineFilter = TypedDict(
    "OrderLineFilter",
    {
        "id": OrderLineId | OrderLineIdFilter,
        "order": OrderId | None | OrderIdFilter,
        "product": ProductId | None | ProductIdFilter,
        "quantity": Integer | None | NumberFilter,
        "unitPrice": Money | None | MoneyFilter,
        "createdAt": Timestamp | DateFilter,
        "updatedAt": Timestamp | DateFilter,
        "deletedAt": Timestamp | None | DateFilter,
        "version": int | NumberFilter,
        "meta": JsonFilter,
        "and": "list[OrderLineFilter]",
        "or": "list[OrderLineFilter]",
        "not": "OrderLineFilter",
    },
    total=False,
)

if TYPE_CHECKING:
    OrderLineIncluded = TypedDict(
        "OrderLineIncluded",
        {"order": Mapping[OrderId, Order], "product": Mapping[ProductId, Product]},
        total=False,
    )
else:
    OrderLineIncluded = dict[str, Any]


class OrderLineRepository(
    BaseRepository[OrderLine, OrderLineId, OrderLineFilter, OrderLineIncluded],
):
    """The rows of OrderLine, seen by one organisation."""

    entity: ClassVar[type[OrderLine]] = OrderLine

    async def find_by_order_and_product(
        self,
        order: OrderId,
        product: ProductId,
    ) -> OrderLine | None:
        """The OrderLine with this order and product, if there is one."""
        return await self.find_one({"order": order, "product": product})
