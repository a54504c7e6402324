"""Factories and strategies for the tests of catalog: distinct values, and with Hypothesis all of them."""

from .entities.category import (
    any_category,
    any_create_category,
    any_update_category,
    make_category,
    make_create_category,
    make_update_category,
)
from .entities.product import (
    any_create_product,
    any_product,
    any_update_product,
    make_create_product,
    make_product,
    make_update_product,
)
from .messages import (
    any_import_products,
    any_import_products_result,
    any_product_published_payload,
    any_reprice,
    any_reprice_result,
    make_import_products,
    make_import_products_result,
    make_product_published_payload,
    make_reprice,
    make_reprice_result,
)

__all__ = [
    "any_category",
    "any_create_category",
    "any_create_product",
    "any_import_products",
    "any_import_products_result",
    "any_product",
    "any_product_published_payload",
    "any_reprice",
    "any_reprice_result",
    "any_update_category",
    "any_update_product",
    "make_category",
    "make_create_category",
    "make_create_product",
    "make_import_products",
    "make_import_products_result",
    "make_product",
    "make_product_published_payload",
    "make_reprice",
    "make_reprice_result",
    "make_update_category",
    "make_update_product",
]
