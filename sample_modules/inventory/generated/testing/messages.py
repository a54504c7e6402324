"""Factories and strategies of inventory, for tests."""

from typing import TypedDict, Unpack

from coregen_runtime import Integer, Refs, Text
from coregen_runtime.testing import Recipe, Strategy

from ..ids import ProductId, StockItemId
from ..messages import (
    Availability,
    AvailabilityResult,
    LowStock,
    LowStockResult,
    Receive,
    StockLowPayload,
)


class ReceiveValues(TypedDict, total=False):
    """What Receive can be given."""

    product: ProductId
    location: Text | None
    quantity: Integer


class AvailabilityValues(TypedDict, total=False):
    """What Availability can be given."""

    product: ProductId


class AvailabilityResultValues(TypedDict, total=False):
    """What AvailabilityResult can be given."""

    on_hand: Integer
    reserved: Integer
    available: Integer


class LowStockResultValues(TypedDict, total=False):
    """What LowStockResult can be given."""

    items: Refs[StockItemId]
    missing: Integer


class StockLowPayloadValues(TypedDict, total=False):
    """What StockLowPayload can be given."""

    product: ProductId
    location: Text
    available: Integer


receive_recipe = Recipe(Receive)
availability_recipe = Recipe(Availability)
availability_result_recipe = Recipe(AvailabilityResult)
low_stock_recipe = Recipe(LowStock)
low_stock_result_recipe = Recipe(LowStockResult)
stock_low_payload_recipe = Recipe(StockLowPayload)


def make_receive(**values: Unpack[ReceiveValues]) -> Receive:
    """One with these values; what else it must have is unlike that of any other made here."""
    return receive_recipe.make(values)


def any_receive(**values: Unpack[ReceiveValues]) -> Strategy[Receive]:
    """Every one with these values that the definition allows."""
    return receive_recipe.any(values)


def make_availability(**values: Unpack[AvailabilityValues]) -> Availability:
    """One with these values; what else it must have is unlike that of any other made here."""
    return availability_recipe.make(values)


def any_availability(**values: Unpack[AvailabilityValues]) -> Strategy[Availability]:
    """Every one with these values that the definition allows."""
    return availability_recipe.any(values)


def make_availability_result(
    **values: Unpack[AvailabilityResultValues],
) -> AvailabilityResult:
    """One with these values; what else it must have is unlike that of any other made here."""
    return availability_result_recipe.make(values)


def any_availability_result(
    **values: Unpack[AvailabilityResultValues],
) -> Strategy[AvailabilityResult]:
    """Every one with these values that the definition allows."""
    return availability_result_recipe.any(values)


def make_low_stock() -> LowStock:
    """One with these values; what else it must have is unlike that of any other made here."""
    return low_stock_recipe.make({})


def any_low_stock() -> Strategy[LowStock]:
    """Every one with these values that the definition allows."""
    return low_stock_recipe.any({})


def make_low_stock_result(**values: Unpack[LowStockResultValues]) -> LowStockResult:
    """One with these values; what else it must have is unlike that of any other made here."""
    return low_stock_result_recipe.make(values)


def any_low_stock_result(
    **values: Unpack[LowStockResultValues],
) -> Strategy[LowStockResult]:
    """Every one with these values that the definition allows."""
    return low_stock_result_recipe.any(values)


def make_stock_low_payload(**values: Unpack[StockLowPayloadValues]) -> StockLowPayload:
    """One with these values; what else it must have is unlike that of any other made here."""
    return stock_low_payload_recipe.make(values)


def any_stock_low_payload(
    **values: Unpack[StockLowPayloadValues],
) -> Strategy[StockLowPayload]:
    """Every one with these values that the definition allows."""
    return stock_low_payload_recipe.any(values)
