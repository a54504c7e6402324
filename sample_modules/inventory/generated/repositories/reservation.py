"""The rows of Reservation: what filters take, what can be included, the repository."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, TypedDict

from coregen_runtime import (
    BaseRepository,
    DateFilter,
    Integer,
    JsonFilter,
    NumberFilter,
    Timestamp,
)

from ..conditions import OrderIdFilter, ReservationIdFilter, StockItemIdFilter
from ..entities.reservation import Reservation, ReservationStatusInput
from ..ids import OrderId, ReservationId, StockItemId

if TYPE_CHECKING:
    from ....ordering.generated.entities.order import Order
    from ..entities.stock_item import StockItem

ReservationStatusFilter = TypedDict(
    "ReservationStatusFilter",
    {
        "eq": ReservationStatusInput | None,
        "neq": ReservationStatusInput | None,
        "in": Sequence[ReservationStatusInput | None],
        "nin": Sequence[ReservationStatusInput | None],
        "exists": bool,
        "matches": str,
    },
    total=False,
)

ReservationFilter = TypedDict(
    "ReservationFilter",
    {
        "id": ReservationId | ReservationIdFilter,
        "order": OrderId | None | OrderIdFilter,
        "item": StockItemId | None | StockItemIdFilter,
        "quantity": Integer | None | NumberFilter,
        "status": ReservationStatusInput | None | ReservationStatusFilter,
        "createdAt": Timestamp | DateFilter,
        "updatedAt": Timestamp | DateFilter,
        "deletedAt": Timestamp | None | DateFilter,
        "version": int | NumberFilter,
        "meta": JsonFilter,
        "and": "list[ReservationFilter]",
        "or": "list[ReservationFilter]",
        "not": "ReservationFilter",
    },
    total=False,
)

if TYPE_CHECKING:
    ReservationIncluded = TypedDict(
        "ReservationIncluded",
        {"order": Mapping[OrderId, Order], "item": Mapping[StockItemId, StockItem]},
        total=False,
    )
else:
    ReservationIncluded = dict[str, Any]


class ReservationRepository(
    BaseRepository[Reservation, ReservationId, ReservationFilter, ReservationIncluded],
):
    """The rows of Reservation, seen by one organisation."""

    entity: ClassVar[type[Reservation]] = Reservation

    async def find_by_order_and_item(
        self,
        order: OrderId,
        item: StockItemId,
    ) -> Reservation | None:
        """The Reservation with this order and item, if there is one."""
        return await self.find_one({"order": order, "item": item})
