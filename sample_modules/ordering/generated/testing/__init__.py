"""Factories and strategies for the tests of ordering: distinct values, and with Hypothesis all of them."""

from .entities.order import (
    any_create_order,
    any_order,
    any_update_order,
    make_create_order,
    make_order,
    make_update_order,
)
from .entities.order_line import (
    any_create_order_line,
    any_order_line,
    any_update_order_line,
    make_create_order_line,
    make_order_line,
    make_update_order_line,
)
from .messages import (
    any_add_line,
    any_order_cancelled_payload,
    any_order_placed_payload,
    any_order_shipped_payload,
    make_add_line,
    make_order_cancelled_payload,
    make_order_placed_payload,
    make_order_shipped_payload,
)

__all__ = [
    "any_add_line",
    "any_create_order",
    "any_create_order_line",
    "any_order",
    "any_order_cancelled_payload",
    "any_order_line",
    "any_order_placed_payload",
    "any_order_shipped_payload",
    "any_update_order",
    "any_update_order_line",
    "make_add_line",
    "make_create_order",
    "make_create_order_line",
    "make_order",
    "make_order_cancelled_payload",
    "make_order_line",
    "make_order_placed_payload",
    "make_order_shipped_payload",
    "make_update_order",
    "make_update_order_line",
]
