"""What coregen generated for catalog: each name is imported when it is first used."""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .entities.category import Category
    from .entities.product import Product, ProductStatus
    from .events.category import (
        CategoryCreated,
        CategoryDeleted,
        CategoryRestored,
        CategorySnapshot,
        CategoryUpdated,
        CategoryUpdatedPayload,
    )
    from .events.product import (
        ProductCreated,
        ProductDeleted,
        ProductRestored,
        ProductSnapshot,
        ProductUpdated,
        ProductUpdatedPayload,
    )
    from .ids import CategoryId, ProductId
    from .json_types.import_products_payload import (
        ImportProductsPayload,
        ImportProductsPayloadRow,
    )
    from .json_types.product_dimensions import ProductDimensions
    from .machines.product import (
        GetProductTransitions,
        ProductEvent,
        ProductMachine,
        ProductState,
        TransitionProduct,
    )
    from .messages import (
        ImportProducts,
        ImportProductsResult,
        ProductPublished,
        ProductPublishedPayload,
        Reprice,
        RepriceResult,
    )
    from .operations.category import (
        CategoryChanges,
        CategoryCreate,
        CategoryFields,
        CategoryUpdate,
        CreateCategory,
        DeleteCategory,
        GetCategory,
        ListCategories,
        RestoreCategory,
        UpdateCategory,
    )
    from .operations.product import (
        CreateProduct,
        DeleteProduct,
        GetProduct,
        GetProductIncluding,
        ListProducts,
        ProductChanges,
        ProductCreate,
        ProductFields,
        ProductUpdate,
        RestoreProduct,
        UpdateProduct,
    )
    from .repositories.category import CategoryFilter, CategoryRepository
    from .repositories.product import ProductFilter, ProductIncluded, ProductRepository

__all__ = [
    "Category",
    "CategoryChanges",
    "CategoryCreate",
    "CategoryCreated",
    "CategoryDeleted",
    "CategoryFields",
    "CategoryFilter",
    "CategoryId",
    "CategoryRepository",
    "CategoryRestored",
    "CategorySnapshot",
    "CategoryUpdate",
    "CategoryUpdated",
    "CategoryUpdatedPayload",
    "CreateCategory",
    "CreateProduct",
    "DeleteCategory",
    "DeleteProduct",
    "GetCategory",
    "GetProduct",
    "GetProductIncluding",
    "GetProductTransitions",
    "ImportProducts",
    "ImportProductsPayload",
    "ImportProductsPayloadRow",
    "ImportProductsResult",
    "ListCategories",
    "ListProducts",
    "Product",
    "ProductChanges",
    "ProductCreate",
    "ProductCreated",
    "ProductDeleted",
    "ProductDimensions",
    "ProductEvent",
    "ProductFields",
    "ProductFilter",
    "ProductId",
    "ProductIncluded",
    "ProductMachine",
    "ProductPublished",
    "ProductPublishedPayload",
    "ProductRepository",
    "ProductRestored",
    "ProductSnapshot",
    "ProductState",
    "ProductStatus",
    "ProductUpdate",
    "ProductUpdated",
    "ProductUpdatedPayload",
    "Reprice",
    "RepriceResult",
    "RestoreCategory",
    "RestoreProduct",
    "TransitionProduct",
    "UpdateCategory",
    "UpdateProduct",
]

_FILES = {
    "Category": "entities.category",
    "CategoryChanges": "operations.category",
    "CategoryCreate": "operations.category",
    "CategoryCreated": "events.category",
    "CategoryDeleted": "events.category",
    "CategoryFields": "operations.category",
    "CategoryFilter": "repositories.category",
    "CategoryId": "ids",
    "CategoryRepository": "repositories.category",
    "CategoryRestored": "events.category",
    "CategorySnapshot": "events.category",
    "CategoryUpdate": "operations.category",
    "CategoryUpdated": "events.category",
    "CategoryUpdatedPayload": "events.category",
    "CreateCategory": "operations.category",
    "CreateProduct": "operations.product",
    "DeleteCategory": "operations.category",
    "DeleteProduct": "operations.product",
    "GetCategory": "operations.category",
    "GetProduct": "operations.product",
    "GetProductIncluding": "operations.product",
    "GetProductTransitions": "machines.product",
    "ImportProducts": "messages",
    "ImportProductsPayload": "json_types.import_products_payload",
    "ImportProductsPayloadRow": "json_types.import_products_payload",
    "ImportProductsResult": "messages",
    "ListCategories": "operations.category",
    "ListProducts": "operations.product",
    "Product": "entities.product",
    "ProductChanges": "operations.product",
    "ProductCreate": "operations.product",
    "ProductCreated": "events.product",
    "ProductDeleted": "events.product",
    "ProductDimensions": "json_types.product_dimensions",
    "ProductEvent": "machines.product",
    "ProductFields": "operations.product",
    "ProductFilter": "repositories.product",
    "ProductId": "ids",
    "ProductIncluded": "repositories.product",
    "ProductMachine": "machines.product",
    "ProductPublished": "messages",
    "ProductPublishedPayload": "messages",
    "ProductRepository": "repositories.product",
    "ProductRestored": "events.product",
    "ProductSnapshot": "events.product",
    "ProductState": "machines.product",
    "ProductStatus": "entities.product",
    "ProductUpdate": "operations.product",
    "ProductUpdated": "events.product",
    "ProductUpdatedPayload": "events.product",
    "Reprice": "messages",
    "RepriceResult": "messages",
    "RestoreCategory": "operations.category",
    "RestoreProduct": "operations.product",
    "TransitionProduct": "machines.product",
    "UpdateCategory": "operations.category",
    "UpdateProduct": "operations.product",
}


def exports(package: str) -> tuple[list[str], Callable[[str], object]]:
    """`__all__` and `__getattr__` (PEP 562) of the module's own package."""

    def find(name: str) -> object:
        if name == "module":
            found = import_module(f"{package}.module").module
        else:
            found = _find(name, package)
        setattr(sys.modules[package], name, found)
        return found

    return [*__all__, "module"], find


def _find(name: str, package: str) -> object:
    if name not in _FILES:
        raise AttributeError(f"module {package!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_FILES[name]}"), name)


if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        found = globals()[name] = _find(name, __name__)
        return found
