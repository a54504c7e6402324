"""Makes catalog_supplier."""

from __future__ import annotations

from coregen_runtime import Column, CreateTable, Index, Migration

migration = Migration(
    version=2,
    name="create_supplier",
    steps=[
        CreateTable(
            table="catalog_supplier",
            columns=[
                Column(name="id", type="text", nullable=False),
                Column(name="organization_id", type="text", nullable=False),
                Column(name="vat", type="text", key="vat"),
                Column(name="created_at", type="timestamp", nullable=False),
                Column(name="updated_at", type="timestamp", nullable=False),
                Column(name="deleted_at", type="timestamp"),
                Column(name="version", type="integer", nullable=False),
                Column(name="meta", type="json", nullable=False),
            ],
            primary_key=["organization_id", "id"],
            indexes=[
                Index(
                    name="catalog_supplier__vat__key",
                    columns=["organization_id", "vat"],
                    unique=True,
                    active_only=True,
                ),
            ],
            sql={
                "sqlite": [
                    "CREATE TABLE catalog_supplier (id TEXT NOT NULL, organization_id TEXT NOT NULL, vat TEXT, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, deleted_at INTEGER, version INTEGER NOT NULL, meta TEXT NOT NULL, PRIMARY KEY (organization_id, id))",
                    "CREATE UNIQUE INDEX catalog_supplier__vat__key ON catalog_supplier (organization_id, vat) WHERE deleted_at IS NULL",
                ],
                "postgresql": [
                    'CREATE TABLE catalog_supplier (id text COLLATE "C" NOT NULL, organization_id text COLLATE "C" NOT NULL, vat text COLLATE "C", created_at bigint NOT NULL, updated_at bigint NOT NULL, deleted_at bigint, version bigint NOT NULL, meta jsonb NOT NULL, PRIMARY KEY (organization_id, id))',
                    "CREATE UNIQUE INDEX catalog_supplier__vat__key ON catalog_supplier (organization_id, vat) WHERE deleted_at IS NULL",
                    "ALTER TABLE catalog_supplier ENABLE ROW LEVEL SECURITY",
                    "ALTER TABLE catalog_supplier FORCE ROW LEVEL SECURITY",
                    "CREATE POLICY organization ON catalog_supplier USING (organization_id = NULLIF(current_setting('coregen.organization', true), '')) WITH CHECK (organization_id = NULLIF(current_setting('coregen.organization', true), ''))",
                ],
            },
        ),
    ],
)
