"""What filters take for the ids of inventory: conditions by operator."""

from collections.abc import Sequence
from typing import TypedDict

from .ids import OrderId, ProductId, ReservationId, StockItemId

OrderIdFilter = TypedDict(
    "OrderIdFilter",
    {
        "eq": OrderId | None,
        "neq": OrderId | None,
        "in": Sequence[OrderId | None],
        "nin": Sequence[OrderId | None],
        "exists": bool,
        "matches": str,
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
        "matches": str,
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
        "matches": str,
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
        "matches": str,
    },
    total=False,
)
