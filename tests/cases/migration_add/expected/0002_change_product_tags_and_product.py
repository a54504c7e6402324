"""Makes catalog_product__tags; adds catalog_product.colour; adds catalog_product.price_amount; adds catalog_product.price_currency; puts an index on catalog_product (organization_id, colour)."""

# fmt: off
from __future__ import annotations

from coregen_runtime import (
    AddColumn,
    AlterTable,
    Column,
    CreateIndex,
    CreateTable,
    Index,
    Migration,
)

migration = Migration(
    version=2,
    name="change_product_tags_and_product",
    steps=[
        CreateTable(
            table="catalog_product__tags",
            columns=[
                Column(name="organization_id", type="text", nullable=False),
                Column(name="owner_id", type="text", nullable=False),
                Column(name="position", type="integer", nullable=False),
                Column(name="target_id", type="text", nullable=False, key="tags"),
            ],
            primary_key=["organization_id", "owner_id", "position"],
            indexes=[
                Index(
                    name="catalog_product__tags__target",
                    columns=["organization_id", "target_id"],
                ),
            ],
            sql={
                "sqlite": [
                    "CREATE TABLE catalog_product__tags (organization_id TEXT NOT NULL, owner_id TEXT NOT NULL, position INTEGER NOT NULL, target_id TEXT NOT NULL, PRIMARY KEY (organization_id, owner_id, position))",
                    "CREATE INDEX catalog_product__tags__target ON catalog_product__tags (organization_id, target_id)",
                ],
                "postgresql": [
                    'CREATE TABLE catalog_product__tags (organization_id text COLLATE "C" NOT NULL, owner_id text COLLATE "C" NOT NULL, position bigint NOT NULL, target_id text COLLATE "C" NOT NULL, PRIMARY KEY (organization_id, owner_id, position))',
                    "CREATE INDEX catalog_product__tags__target ON catalog_product__tags (organization_id, target_id)",
                    "ALTER TABLE catalog_product__tags ENABLE ROW LEVEL SECURITY",
                    "ALTER TABLE catalog_product__tags FORCE ROW LEVEL SECURITY",
                    "CREATE POLICY organization ON catalog_product__tags USING (organization_id = NULLIF(current_setting('coregen.organization', true), '')) WITH CHECK (organization_id = NULLIF(current_setting('coregen.organization', true), ''))",
                ],
            },
        ),
        AlterTable(
            table="catalog_product",
            changes=[
                AddColumn(column=Column(name="colour", type="text", key="colour")),
                AddColumn(
                    column=Column(
                        name="price_amount",
                        type="integer",
                        nullable=False,
                        key="price",
                    ),
                    value=0,
                ),
                AddColumn(
                    column=Column(
                        name="price_currency",
                        type="text",
                        nullable=False,
                        key="price",
                    ),
                    value="EUR",
                ),
            ],
            sql={
                "sqlite": [
                    "CREATE TABLE coregen_rebuilt (id TEXT NOT NULL, organization_id TEXT NOT NULL, name TEXT NOT NULL, weight NUMERIC, category TEXT, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, deleted_at INTEGER, version INTEGER NOT NULL, meta TEXT NOT NULL, colour TEXT, price_amount INTEGER NOT NULL, price_currency TEXT NOT NULL, PRIMARY KEY (organization_id, id))",
                    "INSERT INTO coregen_rebuilt (id, organization_id, name, weight, category, created_at, updated_at, deleted_at, version, meta, colour, price_amount, price_currency) SELECT id, organization_id, name, weight, category, created_at, updated_at, deleted_at, version, meta, NULL, 0, 'EUR' FROM catalog_product",
                    "DROP TABLE catalog_product",
                    "ALTER TABLE coregen_rebuilt RENAME TO catalog_product",
                    "CREATE UNIQUE INDEX catalog_product__name__key ON catalog_product (organization_id, name) WHERE deleted_at IS NULL",
                    "CREATE INDEX catalog_product__category__idx ON catalog_product (organization_id, category)",
                ],
                "postgresql": [
                    'ALTER TABLE catalog_product ADD COLUMN colour text COLLATE "C", ADD COLUMN price_amount bigint DEFAULT 0 NOT NULL, ADD COLUMN price_currency text COLLATE "C" DEFAULT \'EUR\' NOT NULL',
                    "ALTER TABLE catalog_product ALTER COLUMN price_amount DROP DEFAULT, ALTER COLUMN price_currency DROP DEFAULT",
                ],
            },
        ),
        CreateIndex(
            table="catalog_product",
            index=Index(
                name="catalog_product__colour__idx",
                columns=["organization_id", "colour"],
            ),
            sql={
                "sqlite": [
                    "CREATE INDEX catalog_product__colour__idx ON catalog_product (organization_id, colour)",
                ],
                "postgresql": [
                    "CREATE INDEX catalog_product__colour__idx ON catalog_product (organization_id, colour)",
                ],
            },
        ),
    ],
)
