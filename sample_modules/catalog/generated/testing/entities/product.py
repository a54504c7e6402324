"""Factories and strategies of Product, for tests."""

from typing import TypedDict, Unpack

from coregen_runtime import ID, Integer, Money, Text
from coregen_runtime.testing import Recipe, Strategy

from ...entities.product import Product
from ...ids import CategoryId, ProductId
from ...json_types.product_dimensions import ProductDimensions
from ...operations.product import CreateProduct, ProductChanges, UpdateProduct
from ...schemas.product import product_schema


class ProductValues(TypedDict, total=False):
    """What an input of Product can be given."""

    name: Text
    sku: Text
    price: Money
    category: CategoryId | None
    dimensions: ProductDimensions | None
    ordered: Integer


class ProductOverrides(ProductChanges, total=False):
    """What Product itself can be given."""

    id: ProductId
    organization_id: ID


product_recipe = Recipe(Product, product_schema)
create_product_recipe = Recipe(CreateProduct)
update_product_recipe = Recipe(UpdateProduct)


def make_product(**values: Unpack[ProductOverrides]) -> Product:
    """One with these values; what else it must have is unlike that of any other made here."""
    return product_recipe.make(values)


def any_product(**values: Unpack[ProductOverrides]) -> Strategy[Product]:
    """Every one with these values that the definition allows."""
    return product_recipe.any(values)


def make_create_product(**values: Unpack[ProductValues]) -> CreateProduct:
    """One with these values; what else it must have is unlike that of any other made here."""
    return create_product_recipe.make(values)


def any_create_product(**values: Unpack[ProductValues]) -> Strategy[CreateProduct]:
    """Every one with these values that the definition allows."""
    return create_product_recipe.any(values)


def make_update_product(
    id: ProductId,
    expected_version: int | None = None,
    **values: Unpack[ProductValues],
) -> UpdateProduct:
    """One with these values; what else it must have is unlike that of any other made here."""
    return update_product_recipe.make(
        {"id": id, "expected_version": expected_version, **values},
    )


def any_update_product(
    id: ProductId,
    expected_version: int | None = None,
    **values: Unpack[ProductValues],
) -> Strategy[UpdateProduct]:
    """Every one with these values that the definition allows."""
    return update_product_recipe.any(
        {"id": id, "expected_version": expected_version, **values},
    )
