"""Takes the index catalog_product__category__idx away; makes catalog_product__category; catalog_product.category becomes the first entry of catalog_product__category; drops catalog_product.category."""

from __future__ import annotations

from coregen_runtime import (
    AlterTable,
    ChangeRows,
    Column,
    CreateTable,
    DropColumn,
    DropIndex,
    Index,
    Migration,
)

migration = Migration(
    version=2,
    name="change_product_and_product_category",
    steps=[
        DropIndex(
            table="catalog_product",
            index="catalog_product__category__idx",
            sql={
                "sqlite": ["DROP INDEX catalog_product__category__idx"],
                "postgresql": ["DROP INDEX catalog_product__category__idx"],
            },
        ),
        CreateTable(
            table="catalog_product__category",
            columns=[
                Column(name="organization_id", type="text", nullable=False),
                Column(name="owner_id", type="text", nullable=False),
                Column(name="position", type="integer", nullable=False),
                Column(name="target_id", type="text", nullable=False, key="category"),
            ],
            primary_key=["organization_id", "owner_id", "position"],
            indexes=[
                Index(
                    name="catalog_product__category__target",
                    columns=["organization_id", "target_id"],
                ),
            ],
            sql={
                "sqlite": [
                    "CREATE TABLE catalog_product__category (organization_id TEXT NOT NULL, owner_id TEXT NOT NULL, position INTEGER NOT NULL, target_id TEXT NOT NULL, PRIMARY KEY (organization_id, owner_id, position))",
                    "CREATE INDEX catalog_product__category__target ON catalog_product__category (organization_id, target_id)",
                ],
                "postgresql": [
                    'CREATE TABLE catalog_product__category (organization_id text COLLATE "C" NOT NULL, owner_id text COLLATE "C" NOT NULL, position bigint NOT NULL, target_id text COLLATE "C" NOT NULL, PRIMARY KEY (organization_id, owner_id, position))',
                    "CREATE INDEX catalog_product__category__target ON catalog_product__category (organization_id, target_id)",
                    "ALTER TABLE catalog_product__category ENABLE ROW LEVEL SECURITY",
                    "ALTER TABLE catalog_product__category FORCE ROW LEVEL SECURITY",
                    "CREATE POLICY organization ON catalog_product__category USING (organization_id = NULLIF(current_setting('coregen.organization', true), '')) WITH CHECK (organization_id = NULLIF(current_setting('coregen.organization', true), ''))",
                ],
            },
        ),
        ChangeRows(
            summary="catalog_product.category becomes the first entry of catalog_product__category",
            sql={
                "sqlite": [
                    "INSERT INTO catalog_product__category (organization_id, owner_id, position, target_id) SELECT organization_id, id, 0, category FROM catalog_product WHERE category IS NOT NULL",
                ],
                "postgresql": [
                    "ALTER TABLE catalog_product NO FORCE ROW LEVEL SECURITY",
                    "ALTER TABLE catalog_product__category NO FORCE ROW LEVEL SECURITY",
                    "INSERT INTO catalog_product__category (organization_id, owner_id, position, target_id) SELECT organization_id, id, 0, category FROM catalog_product WHERE category IS NOT NULL",
                    "ALTER TABLE catalog_product FORCE ROW LEVEL SECURITY",
                    "ALTER TABLE catalog_product__category FORCE ROW LEVEL SECURITY",
                ],
            },
        ),
        AlterTable(
            table="catalog_product",
            changes=[DropColumn(column="category")],
            sql={
                "sqlite": ["ALTER TABLE catalog_product DROP COLUMN category"],
                "postgresql": ["ALTER TABLE catalog_product DROP COLUMN category"],
            },
        ),
    ],
)
