"""Handlers of inventory without `receive`."""

from __future__ import annotations

from tests.typing.cases.handlers_drifted import availability, low_stock, on_order_cancelled, on_order_placed, on_order_shipped

__all__ = ["availability", "low_stock", "on_order_cancelled", "on_order_placed", "on_order_shipped"]
