"""Factories and strategies of StockItem, for tests."""

from typing import TypedDict, Unpack

from coregen_runtime import ID, Integer, Text
from coregen_runtime.testing import Recipe, Strategy

from ...entities.stock_item import StockItem
from ...ids import ProductId, StockItemId
from ...operations.stock_item import CreateStockItem, StockItemChanges, UpdateStockItem
from ...schemas.stock_item import stock_item_schema


class StockItemValues(TypedDict, total=False):
    """What an input of StockItem can be given."""

    product: ProductId
    location: Text
    on_hand: Integer
    reserved: Integer
    reorder_point: Integer


class StockItemOverrides(StockItemChanges, total=False):
    """What StockItem itself can be given."""

    id: StockItemId
    organization_id: ID


stock_item_recipe = Recipe(StockItem, stock_item_schema)
create_stock_item_recipe = Recipe(CreateStockItem)
update_stock_item_recipe = Recipe(UpdateStockItem)


def make_stock_item(**values: Unpack[StockItemOverrides]) -> StockItem:
    """One with these values; what else it must have is unlike that of any other made here."""
    return stock_item_recipe.make(values)


def any_stock_item(**values: Unpack[StockItemOverrides]) -> Strategy[StockItem]:
    """Every one with these values that the definition allows."""
    return stock_item_recipe.any(values)


def make_create_stock_item(**values: Unpack[StockItemValues]) -> CreateStockItem:
    """One with these values; what else it must have is unlike that of any other made here."""
    return create_stock_item_recipe.make(values)


def any_create_stock_item(
    **values: Unpack[StockItemValues],
) -> Strategy[CreateStockItem]:
    """Every one with these values that the definition allows."""
    return create_stock_item_recipe.any(values)


def make_update_stock_item(
    id: StockItemId,
    expected_version: int | None = None,
    **values: Unpack[StockItemValues],
) -> UpdateStockItem:
    """One with these values; what else it must have is unlike that of any other made here."""
    return update_stock_item_recipe.make(
        {"id": id, "expected_version": expected_version, **values},
    )


def any_update_stock_item(
    id: StockItemId,
    expected_version: int | None = None,
    **values: Unpack[StockItemValues],
) -> Strategy[UpdateStockItem]:
    """Every one with these values that the definition allows."""
    return update_stock_item_recipe.any(
        {"id": id, "expected_version": expected_version, **values},
    )
