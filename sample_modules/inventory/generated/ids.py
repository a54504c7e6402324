"""The ids of inventory and those that it refers to: types of their own to the type checker, checked strings at run time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NewType, TypedDict

from coregen_runtime import ID, id_type

__all__ = [
    "OrderId",
    "OrderIdFilter",
    "ProductId",
    "ProductIdFilter",
    "ReservationId",
    "ReservationIdFilter",
    "StockItemId",
    "StockItemIdFilter",
]

if TYPE_CHECKING:
    from sample_modules.catalog.generated.ids import ProductId
    from sample_modules.ordering.generated.ids import OrderId

    ReservationId = NewType("ReservationId", ID)
    StockItemId = NewType("StockItemId", ID)
else:
    ReservationId = id_type("res")
    StockItemId = id_type("stock")
    OrderId = id_type("ord")
    ProductId = id_type("prod")

OrderIdFilter = TypedDict(
    "OrderIdFilter",
    {
        "eq": OrderId | None,
        "neq": OrderId | None,
        "in": Sequence[OrderId | None],
        "nin": Sequence[OrderId | None],
        "exists": bool,
    },
    total=False,
)

ProductIdFilter = TypedDict(
    "ProductIdFilter",
    {
        "eq": ProductId | None,
        "neq": ProductId | None,
        "in": Sequence[ProductId | None],
        "nin": Sequence[ProductId | None],
        "exists": bool,
    },
    total=False,
)

ReservationIdFilter = TypedDict(
    "ReservationIdFilter",
    {
        "eq": ReservationId | None,
        "neq": ReservationId | None,
        "in": Sequence[ReservationId | None],
        "nin": Sequence[ReservationId | None],
        "exists": bool,
    },
    total=False,
)

StockItemIdFilter = TypedDict(
    "StockItemIdFilter",
    {
        "eq": StockItemId | None,
        "neq": StockItemId | None,
        "in": Sequence[StockItemId | None],
        "nin": Sequence[StockItemId | None],
        "exists": bool,
    },
    total=False,
)
