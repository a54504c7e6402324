"""The ids of catalog and those that it refers to: types of their own to the type checker, checked strings at run time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NewType, TypedDict

from coregen_runtime import ID, id_type

__all__ = ["CategoryId", "CategoryIdFilter", "ProductId", "ProductIdFilter"]

if TYPE_CHECKING:
    CategoryId = NewType("CategoryId", ID)
    ProductId = NewType("ProductId", ID)
else:
    CategoryId = id_type("cat")
    ProductId = id_type("prod")

CategoryIdFilter = TypedDict(
    "CategoryIdFilter",
    {
        "eq": CategoryId | None,
        "neq": CategoryId | None,
        "in": Sequence[CategoryId | None],
        "nin": Sequence[CategoryId | None],
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
