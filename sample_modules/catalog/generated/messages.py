"""The commands, queries and events that catalog declares."""

from __future__ import annotations

from typing import Annotated

from coregen_runtime import (
    CommandMessage,
    DomainEvent,
    Integer,
    Model,
    Number,
    QueryMessage,
    Refs,
    Text,
    Validators,
)

from .ids import CategoryId, ProductId


class RepriceResult(Model):
    """What catalog.reprice gives back."""

    changed: Integer


class Reprice(Model, CommandMessage[RepriceResult], type="catalog.reprice"):
    """Change the price of every published product by a percentage; a draft or a retired product keeps its own."""

    percent: Number
    category: CategoryId | None = None


class LowStockResult(Model):
    """What catalog.lowStock gives back."""

    products: Refs[ProductId]
    missing: Integer


class LowStock(Model, QueryMessage[LowStockResult], type="catalog.lowStock"):
    """The published products of which fewer than `below` are left, the scarcest first."""

    below: Annotated[Integer, Validators.positive()] = 5


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
