"""What coregen generated for catalog: each name is imported when it is first used."""

# fmt: off
from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .entities.category import (
        Category,
        CategoryChanges,
        CategoryCreate,
        CategoryCreated,
        CategoryDeleted,
        CategoryFields,
        CategoryFilter,
        CategoryRepository,
        CategoryRestored,
        CategorySnapshot,
        CategoryUpdate,
        CategoryUpdated,
        CategoryUpdatedPayload,
        CreateCategory,
        DeleteCategory,
        GetCategory,
        ListCategories,
        RestoreCategory,
        UpdateCategory,
    )
    from .entities.product import (
        CreateProduct,
        DeleteProduct,
        GetProduct,
        ListProducts,
        Product,
        ProductChanges,
        ProductCreate,
        ProductCreated,
        ProductDeleted,
        ProductFields,
        ProductFilter,
        ProductIncluded,
        ProductRepository,
        ProductRestored,
        ProductSnapshot,
        ProductStatus,
        ProductUpdate,
        ProductUpdated,
        ProductUpdatedPayload,
        RestoreProduct,
        UpdateProduct,
    )
    from .ids import CategoryId, ProductId
    from .machines.product import (
        GetProductTransitions,
        ProductEvent,
        ProductMachine,
        ProductState,
        TransitionProduct,
    )
    from .messages import ProductPublished, ProductPublishedPayload, Reprice, RepriceResult

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
    "GetProductTransitions",
    "ListCategories",
    "ListProducts",
    "Product",
    "ProductChanges",
    "ProductCreate",
    "ProductCreated",
    "ProductDeleted",
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
    "CategoryChanges": "entities.category",
    "CategoryCreate": "entities.category",
    "CategoryCreated": "entities.category",
    "CategoryDeleted": "entities.category",
    "CategoryFields": "entities.category",
    "CategoryFilter": "entities.category",
    "CategoryId": "ids",
    "CategoryRepository": "entities.category",
    "CategoryRestored": "entities.category",
    "CategorySnapshot": "entities.category",
    "CategoryUpdate": "entities.category",
    "CategoryUpdated": "entities.category",
    "CategoryUpdatedPayload": "entities.category",
    "CreateCategory": "entities.category",
    "CreateProduct": "entities.product",
    "DeleteCategory": "entities.category",
    "DeleteProduct": "entities.product",
    "GetCategory": "entities.category",
    "GetProduct": "entities.product",
    "GetProductTransitions": "machines.product",
    "ListCategories": "entities.category",
    "ListProducts": "entities.product",
    "Product": "entities.product",
    "ProductChanges": "entities.product",
    "ProductCreate": "entities.product",
    "ProductCreated": "entities.product",
    "ProductDeleted": "entities.product",
    "ProductEvent": "machines.product",
    "ProductFields": "entities.product",
    "ProductFilter": "entities.product",
    "ProductId": "ids",
    "ProductIncluded": "entities.product",
    "ProductMachine": "machines.product",
    "ProductPublished": "messages",
    "ProductPublishedPayload": "messages",
    "ProductRepository": "entities.product",
    "ProductRestored": "entities.product",
    "ProductSnapshot": "entities.product",
    "ProductState": "machines.product",
    "ProductStatus": "entities.product",
    "ProductUpdate": "entities.product",
    "ProductUpdated": "entities.product",
    "ProductUpdatedPayload": "entities.product",
    "Reprice": "messages",
    "RepriceResult": "messages",
    "RestoreCategory": "entities.category",
    "RestoreProduct": "entities.product",
    "TransitionProduct": "machines.product",
    "UpdateCategory": "entities.category",
    "UpdateProduct": "entities.product",
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
