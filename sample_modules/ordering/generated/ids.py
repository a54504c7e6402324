"""The ids of ordering and those that it refers to: types of their own to the type checker, checked strings at run time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NewType, TypedDict

from coregen_runtime import ID, id_type

__all__ = [
    "OrderId",
    "OrderIdFilter",
    "OrderLineId",
    "OrderLineIdFilter",
    "ProductId",
    "ProductIdFilter",
    "UserId",
    "UserIdFilter",
]

if TYPE_CHECKING:
    from sample_modules.catalog.generated.ids import ProductId
    from sample_modules.identity.generated.ids import UserId

    OrderId = NewType("OrderId", ID)
    OrderLineId = NewType("OrderLineId", ID)
else:
    OrderId = id_type("ord")
    OrderLineId = id_type("line")
    ProductId = id_type("prod")
    UserId = id_type("user")

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

OrderLineIdFilter = TypedDict(
    "OrderLineIdFilter",
    {
        "eq": OrderLineId | None,
        "neq": OrderLineId | None,
        "in": Sequence[OrderLineId | None],
        "nin": Sequence[OrderLineId | None],
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

UserIdFilter = TypedDict(
    "UserIdFilter",
    {
        "eq": UserId | None,
        "neq": UserId | None,
        "in": Sequence[UserId | None],
        "nin": Sequence[UserId | None],
        "exists": bool,
    },
    total=False,
)
