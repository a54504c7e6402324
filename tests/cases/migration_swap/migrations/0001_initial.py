"""The tables of catalog, as they are first made."""

from __future__ import annotations

from coregen_runtime import Column, CreateTable, Migration

migration = Migration(
    version=1,
    name="initial",
    steps=[
        CreateTable(
            table="catalog_product",
            columns=[
                Column(name="id", type="text", nullable=False),
                Column(name="organization_id", type="text", nullable=False),
                Column(name="width", type="number", key="width"),
                Column(name="height", type="number", key="height"),
                Column(name="created_at", type="timestamp", nullable=False),
                Column(name="updated_at", type="timestamp", nullable=False),
                Column(name="version", type="integer", nullable=False),
                Column(name="meta", type="json", nullable=False),
            ],
            primary_key=["organization_id", "id"],
            sql={
                "sqlite": [
                    "CREATE TABLE catalog_product (id TEXT NOT NULL, organization_id TEXT NOT NULL, width NUMERIC, height NUMERIC, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, version INTEGER NOT NULL, meta TEXT NOT NULL, PRIMARY KEY (organization_id, id))",
                ],
                "postgresql": [
                    'CREATE TABLE catalog_product (id text COLLATE "C" NOT NULL, organization_id text COLLATE "C" NOT NULL, width double precision, height double precision, created_at bigint NOT NULL, updated_at bigint NOT NULL, version bigint NOT NULL, meta jsonb NOT NULL, PRIMARY KEY (organization_id, id))',
                    "ALTER TABLE catalog_product ENABLE ROW LEVEL SECURITY",
                    "ALTER TABLE catalog_product FORCE ROW LEVEL SECURITY",
                    "CREATE POLICY organization ON catalog_product USING (organization_id = NULLIF(current_setting('coregen.organization', true), '')) WITH CHECK (organization_id = NULLIF(current_setting('coregen.organization', true), ''))",
                ],
            },
        ),
    ],
)
