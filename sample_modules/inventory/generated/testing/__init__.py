"""Factories and strategies for the tests of inventory: distinct values, and with Hypothesis all of them."""

from .entities.reservation import (
    any_create_reservation,
    any_reservation,
    any_update_reservation,
    make_create_reservation,
    make_reservation,
    make_update_reservation,
)
from .entities.stock_item import (
    any_create_stock_item,
    any_stock_item,
    any_update_stock_item,
    make_create_stock_item,
    make_stock_item,
    make_update_stock_item,
)
from .messages import (
    any_availability,
    any_availability_result,
    any_low_stock,
    any_low_stock_result,
    any_receive,
    any_stock_low_payload,
    make_availability,
    make_availability_result,
    make_low_stock,
    make_low_stock_result,
    make_receive,
    make_stock_low_payload,
)

__all__ = [
    "any_availability",
    "any_availability_result",
    "any_create_reservation",
    "any_create_stock_item",
    "any_low_stock",
    "any_low_stock_result",
    "any_receive",
    "any_reservation",
    "any_stock_item",
    "any_stock_low_payload",
    "any_update_reservation",
    "any_update_stock_item",
    "make_availability",
    "make_availability_result",
    "make_create_reservation",
    "make_create_stock_item",
    "make_low_stock",
    "make_low_stock_result",
    "make_receive",
    "make_reservation",
    "make_stock_item",
    "make_stock_low_payload",
    "make_update_reservation",
    "make_update_stock_item",
]
