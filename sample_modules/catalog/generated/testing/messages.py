"""Factories and strategies of catalog, for tests."""

from typing import TypedDict, Unpack

from coregen_runtime import Integer, Number, Text
from coregen_runtime.testing import Recipe, Strategy

from ..ids import CategoryId
from ..messages import (
    ImportProducts,
    ImportProductsResult,
    ProductPublishedPayload,
    Reprice,
    RepriceResult,
)


class RepriceValues(TypedDict, total=False):
    """What Reprice can be given."""

    percent: Number
    category: CategoryId | None


class RepriceResultValues(TypedDict, total=False):
    """What RepriceResult can be given."""

    changed: Integer


class ImportProductsResultValues(TypedDict, total=False):
    """What ImportProductsResult can be given."""

    imported: Integer


class ProductPublishedPayloadValues(TypedDict, total=False):
    """What ProductPublishedPayload can be given."""

    sku: Text


reprice_recipe = Recipe(Reprice)
reprice_result_recipe = Recipe(RepriceResult)
import_products_recipe = Recipe(ImportProducts)
import_products_result_recipe = Recipe(ImportProductsResult)
product_published_payload_recipe = Recipe(ProductPublishedPayload)


def make_reprice(**values: Unpack[RepriceValues]) -> Reprice:
    """One with these values; what else it must have is unlike that of any other made here."""
    return reprice_recipe.make(values)


def any_reprice(**values: Unpack[RepriceValues]) -> Strategy[Reprice]:
    """Every one with these values that the definition allows."""
    return reprice_recipe.any(values)


def make_reprice_result(**values: Unpack[RepriceResultValues]) -> RepriceResult:
    """One with these values; what else it must have is unlike that of any other made here."""
    return reprice_result_recipe.make(values)


def any_reprice_result(
    **values: Unpack[RepriceResultValues],
) -> Strategy[RepriceResult]:
    """Every one with these values that the definition allows."""
    return reprice_result_recipe.any(values)


def make_import_products() -> ImportProducts:
    """One with these values; what else it must have is unlike that of any other made here."""
    return import_products_recipe.make({})


def any_import_products() -> Strategy[ImportProducts]:
    """Every one with these values that the definition allows."""
    return import_products_recipe.any({})


def make_import_products_result(
    **values: Unpack[ImportProductsResultValues],
) -> ImportProductsResult:
    """One with these values; what else it must have is unlike that of any other made here."""
    return import_products_result_recipe.make(values)


def any_import_products_result(
    **values: Unpack[ImportProductsResultValues],
) -> Strategy[ImportProductsResult]:
    """Every one with these values that the definition allows."""
    return import_products_result_recipe.any(values)


def make_product_published_payload(
    **values: Unpack[ProductPublishedPayloadValues],
) -> ProductPublishedPayload:
    """One with these values; what else it must have is unlike that of any other made here."""
    return product_published_payload_recipe.make(values)


def any_product_published_payload(
    **values: Unpack[ProductPublishedPayloadValues],
) -> Strategy[ProductPublishedPayload]:
    """Every one with these values that the definition allows."""
    return product_published_payload_recipe.any(values)
