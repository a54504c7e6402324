"""What is heard of Product: its events and what they carry."""

from coregen_runtime import DomainEvent, Integer, Model, Money, Text

from ..entities.product import ProductStatus
from ..ids import CategoryId
from ..json_types.product_dimensions import ProductDimensions


class ProductSnapshot(Model):
    """What events say of a Product: its stored fields, without sensitive ones."""

    name: Text
    sku: Text
    price: Money
    category: CategoryId | None = None
    dimensions: ProductDimensions | None = None
    ordered: Integer = 0
    """Units in orders that were placed, so far."""
    status: ProductStatus = ProductStatus.DRAFT


class ProductUpdatedPayload(Model):
    """The wire names of what changed about a Product, and how it stands now."""

    changed: tuple[Text, ...]
    snapshot: ProductSnapshot


class ProductCreated(
    DomainEvent[ProductSnapshot],
    type="product.created",
    source="catalog",
    aggregate="Product",
):
    """A Product was made."""

    payload: ProductSnapshot


class ProductUpdated(
    DomainEvent[ProductUpdatedPayload],
    type="product.updated",
    source="catalog",
    aggregate="Product",
):
    """A Product was changed."""

    payload: ProductUpdatedPayload


class ProductDeleted(
    DomainEvent[ProductSnapshot],
    type="product.deleted",
    source="catalog",
    aggregate="Product",
):
    """A Product was deleted."""

    payload: ProductSnapshot


class ProductRestored(
    DomainEvent[ProductSnapshot],
    type="product.restored",
    source="catalog",
    aggregate="Product",
):
    """A Product is back."""

    payload: ProductSnapshot
