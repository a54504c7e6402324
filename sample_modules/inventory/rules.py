"""What stays true of the stock whichever way a row is written, and how an order is spread over the locations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from coregen_runtime import BusinessError, SystemContext

from sample_modules.inventory import StockItem


def available(item: Mapping[str, Any]) -> int:
    """The computed field: the units on hand that are kept for nobody."""
    return int(item["onHand"] - item["reserved"])


def is_low(item: StockItem) -> bool:
    """Whether fewer units are available than the reorder point."""
    return item.available < item.reorder_point


def spread(quantity: int, items: Iterable[StockItem]) -> list[tuple[StockItem, int]]:
    """How many units each item gives, the fullest first; less than `quantity` in all where there is not enough."""
    given = []
    for item in sorted(items, key=lambda item: (-item.available, item.location)):
        units = min(quantity, item.available)
        if units > 0:
            given.append((item, units))
            quantity -= units
    return given


async def keep_reserved_on_hand(item: StockItem, ctx: SystemContext) -> None:
    """The hook of every save of a stock item. Raises BusinessError OVER_RESERVED when more is kept than there is."""
    if item.reserved > item.on_hand:
        raise BusinessError("OVER_RESERVED", f"{item.location} has {item.on_hand} on hand, and {item.reserved} cannot be kept of them")
