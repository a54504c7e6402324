"""The rows of Order: what filters take, what can be included, the repository."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, TypedDict

from coregen_runtime import (
    BaseRepository,
    DateFilter,
    JsonFilter,
    Money,
    MoneyFilter,
    NumberFilter,
    Text,
    TextFilter,
    Timestamp,
)

from ..conditions import OrderIdFilter, UserIdFilter
from ..entities.order import Order, OrderStatusInput
from ..ids import OrderId, UserId

if TYPE_CHECKING:
    from ....identity.generated.entities.user import User

OrderStatusFilter = TypedDict(
    "OrderStatusFilter",
    {
        "eq": OrderStatusInput | None,
        "neq": OrderStatusInput | None,
        "in": Sequence[OrderStatusInput | None],
        "nin": Sequence[OrderStatusInput | None],
        "exists": bool,
        "matches": str,
    },
    total=False,
)

OrderFilter = TypedDict(
    "OrderFilter",
    {
        "id": OrderId | OrderIdFilter,
        "number": Text | None | TextFilter,
        "customer": UserId | None | UserIdFilter,
        "customerName": Text | None | TextFilter,
        "customerEmail": Text | None | TextFilter,
        "total": Money | None | MoneyFilter,
        "placedBy": Text | None | TextFilter,
        "trackingCode": Text | None | TextFilter,
        "status": OrderStatusInput | None | OrderStatusFilter,
        "createdAt": Timestamp | DateFilter,
        "updatedAt": Timestamp | DateFilter,
        "deletedAt": Timestamp | None | DateFilter,
        "version": int | NumberFilter,
        "meta": JsonFilter,
        "and": "list[OrderFilter]",
        "or": "list[OrderFilter]",
        "not": "OrderFilter",
    },
    total=False,
)

if TYPE_CHECKING:
    OrderIncluded = TypedDict(
        "OrderIncluded",
        {"customer": Mapping[UserId, User]},
        total=False,
    )
else:
    OrderIncluded = dict[str, Any]


class OrderRepository(BaseRepository[Order, OrderId, OrderFilter, OrderIncluded]):
    """The rows of Order, seen by one organisation."""

    entity: ClassVar[type[Order]] = Order

    async def find_by_number(self, number: Text) -> Order | None:
        """The Order with this number, if there is one."""
        return await self.find_one({"number": number})
