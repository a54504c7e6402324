"""What filters take for the ids of ordering: conditions by operator."""

from collections.abc import Sequence
from typing import TypedDict

from .ids import OrderId, OrderLineId, ProductId, UserId

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

OrderLineIdFilter = TypedDict(
    "OrderLineIdFilter",
    {
        "eq": OrderLineId | None,
        "neq": OrderLineId | None,
        "in": Sequence[OrderLineId | None],
        "nin": Sequence[OrderLineId | None],
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

UserIdFilter = TypedDict(
    "UserIdFilter",
    {
        "eq": UserId | None,
        "neq": UserId | None,
        "in": Sequence[UserId | None],
        "nin": Sequence[UserId | None],
        "exists": bool,
        "matches": str,
    },
    total=False,
)
