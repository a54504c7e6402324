"""What filters take for the ids of catalog: conditions by operator."""

from collections.abc import Sequence
from typing import TypedDict

from .ids import CategoryId, ProductId

CategoryIdFilter = TypedDict(
    "CategoryIdFilter",
    {
        "eq": CategoryId | None,
        "neq": CategoryId | None,
        "in": Sequence[CategoryId | None],
        "nin": Sequence[CategoryId | None],
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
