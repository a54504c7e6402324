"""What catalog declares: manifest and schemas."""

from __future__ import annotations

from collections.abc import Sequence

from coregen_runtime import EntitySchema, ModuleManifest, load_migrations

from .schemas.category import category_schema
from .schemas.product import product_schema


def manifest() -> ModuleManifest:
    """What the module is and emits. Its entities, messages and machines are added when it is wired."""
    return ModuleManifest(
        id="catalog",
        version="1.0.0",
        id_prefixes={"Product": "prod", "Category": "cat"},
        events=[
            "category.created",
            "category.deleted",
            "category.erased",
            "category.restored",
            "category.updated",
            "product.created",
            "product.deleted",
            "product.erased",
            "product.published",
            "product.restored",
            "product.updated",
        ],
        migrations=load_migrations("sample_modules.catalog.migrations"),
    )


def schemas() -> Sequence[EntitySchema]:
    """The schemas of all entities."""
    return [category_schema(), product_schema()]
