"""Makes catalog_product.weight text, not null."""

# fmt: off
from __future__ import annotations

from coregen_runtime import AlterColumn, AlterTable, Column, Migration

migration = Migration(
    version=2,
    name="change_weight_of_product",
    steps=[
        AlterTable(
            table="catalog_product",
            changes=[
                AlterColumn(
                    column=Column(
                        name="weight",
                        type="text",
                        nullable=False,
                        key="weight",
                    ),
                    value="unknown",
                ),
            ],
            sql={
                "sqlite": [
                    "CREATE TABLE coregen_rebuilt (id TEXT NOT NULL, organization_id TEXT NOT NULL, name TEXT NOT NULL, weight TEXT NOT NULL, category TEXT, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, deleted_at INTEGER, version INTEGER NOT NULL, meta TEXT NOT NULL, PRIMARY KEY (organization_id, id))",
                    "INSERT INTO coregen_rebuilt (id, organization_id, name, weight, category, created_at, updated_at, deleted_at, version, meta) SELECT id, organization_id, name, coalesce(CASE typeof(weight) WHEN 'null' THEN NULL WHEN 'integer' THEN CAST(weight AS TEXT) ELSE CASE WHEN abs(weight) >= 1e15 THEN printf('%!.16e', weight) WHEN CAST(printf('%!.15g', weight) AS REAL) = weight THEN replace(printf('%!.15g', weight), '.0e', 'e') WHEN CAST(printf('%!.16g', weight) AS REAL) = weight THEN replace(printf('%!.16g', weight), '.0e', 'e') ELSE replace(printf('%!.17g', weight), '.0e', 'e') END END, 'unknown'), category, created_at, updated_at, deleted_at, version, meta FROM catalog_product",
                    "DROP TABLE catalog_product",
                    "ALTER TABLE coregen_rebuilt RENAME TO catalog_product",
                    "CREATE UNIQUE INDEX catalog_product__name__key ON catalog_product (organization_id, name) WHERE deleted_at IS NULL",
                    "CREATE INDEX catalog_product__category__idx ON catalog_product (organization_id, category)",
                ],
                "postgresql": [
                    "ALTER TABLE catalog_product ALTER COLUMN weight TYPE text COLLATE \"C\" USING coalesce(CASE WHEN weight = trunc(weight) THEN CAST(CAST(weight AS bigint) AS text) ELSE CAST(weight AS text) END, 'unknown'), ALTER COLUMN weight SET NOT NULL",
                ],
            },
        ),
    ],
)
