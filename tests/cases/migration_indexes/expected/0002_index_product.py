"""Takes the index catalog_product__name__key away; puts a unique index on catalog_product (organization_id, name, category)."""

from __future__ import annotations

from coregen_runtime import CreateIndex, DropIndex, Index, Migration

migration = Migration(
    version=2,
    name="index_product",
    steps=[
        DropIndex(
            table="catalog_product",
            index="catalog_product__name__key",
            sql={
                "sqlite": ["DROP INDEX catalog_product__name__key"],
                "postgresql": ["DROP INDEX catalog_product__name__key"],
            },
        ),
        CreateIndex(
            table="catalog_product",
            index=Index(
                name="catalog_product__name__category__key",
                columns=["organization_id", "name", "category"],
                unique=True,
                active_only=True,
            ),
            sql={
                "sqlite": [
                    "CREATE UNIQUE INDEX catalog_product__name__category__key ON catalog_product (organization_id, name, category) WHERE deleted_at IS NULL",
                ],
                "postgresql": [
                    "CREATE UNIQUE INDEX catalog_product__name__category__key ON catalog_product (organization_id, name, category) WHERE deleted_at IS NULL",
                ],
            },
        ),
    ],
)
