"""The commands, queries and events that catalog declares."""

from __future__ import annotations

from coregen_runtime import CommandMessage, DomainEvent, Integer, Model, Number, Text

from .ids import CategoryId
from .json_types.import_products_payload import ImportProductsPayload


class RepriceResult(Model):
    """What catalog.reprice gives back."""

    changed: Integer
    """Must be an integer."""


class Reprice(Model, CommandMessage[RepriceResult], type="catalog.reprice"):
    """Change the price of every published product by a percentage; a draft or a retired product keeps its own."""

    percent: Number
    """In %."""
    category: CategoryId | None = None


class ImportProductsResult(Model):
    """What catalog.importProducts gives back."""

    imported: Integer
    """Must be an integer."""


class ImportProducts(
    ImportProductsPayload,
    CommandMessage[ImportProductsResult],
    type="catalog.importProducts",
):
    """Make a draft of every row of a supplier's list, or of none."""


class ProductPublishedPayload(Model):
    """What product.published carries."""

    sku: Text


class ProductPublished(
    DomainEvent[ProductPublishedPayload],
    type="product.published",
    source="catalog",
    aggregate="Product",
):
    """product.published."""

    payload: ProductPublishedPayload
