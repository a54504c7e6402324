"""The tables of catalog, as they are first made."""

from __future__ import annotations

from coregen_runtime import Column, CreateTable, Index, Migration

migration = Migration(
    version=1,
    name="initial",
    steps=[
        CreateTable(
            table="catalog_category",
            columns=[
                Column(name="id", type="text", nullable=False),
                Column(name="organization_id", type="text", nullable=False),
                Column(name="title", type="text", key="title"),
                Column(name="created_at", type="timestamp", nullable=False),
                Column(name="updated_at", type="timestamp", nullable=False),
                Column(name="deleted_at", type="timestamp"),
                Column(name="version", type="integer", nullable=False),
                Column(name="meta", type="json", nullable=False),
            ],
            primary_key=["organization_id", "id"],
            sql={
                "sqlite": [
                    "CREATE TABLE catalog_category (id TEXT NOT NULL, organization_id TEXT NOT NULL, title TEXT, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, deleted_at INTEGER, version INTEGER NOT NULL, meta TEXT NOT NULL, PRIMARY KEY (organization_id, id))",
                ],
                "postgresql": [
                    'CREATE TABLE catalog_category (id text COLLATE "C" NOT NULL, organization_id text COLLATE "C" NOT NULL, title text COLLATE "C", created_at bigint NOT NULL, updated_at bigint NOT NULL, deleted_at bigint, version bigint NOT NULL, meta jsonb NOT NULL, PRIMARY KEY (organization_id, id))',
                    "ALTER TABLE catalog_category ENABLE ROW LEVEL SECURITY",
                    "ALTER TABLE catalog_category FORCE ROW LEVEL SECURITY",
                    "CREATE POLICY organization ON catalog_category USING (organization_id = NULLIF(current_setting('coregen.organization', true), '')) WITH CHECK (organization_id = NULLIF(current_setting('coregen.organization', true), ''))",
                ],
            },
        ),
        CreateTable(
            table="catalog_product",
            columns=[
                Column(name="id", type="text", nullable=False),
                Column(name="organization_id", type="text", nullable=False),
                Column(name="name", type="text", nullable=False, key="name"),
                Column(name="weight", type="number", key="weight"),
                Column(name="category", type="text", key="category"),
                Column(name="created_at", type="timestamp", nullable=False),
                Column(name="updated_at", type="timestamp", nullable=False),
                Column(name="deleted_at", type="timestamp"),
                Column(name="version", type="integer", nullable=False),
                Column(name="meta", type="json", nullable=False),
            ],
            primary_key=["organization_id", "id"],
            indexes=[
                Index(
                    name="catalog_product__name__key",
                    columns=["organization_id", "name"],
                    unique=True,
                    active_only=True,
                ),
                Index(
                    name="catalog_product__category__idx",
                    columns=["organization_id", "category"],
                ),
            ],
            id_prefix="prod",
            sql={
                "sqlite": [
                    "CREATE TABLE catalog_product (id TEXT NOT NULL, organization_id TEXT NOT NULL, name TEXT NOT NULL, weight NUMERIC, category TEXT, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, deleted_at INTEGER, version INTEGER NOT NULL, meta TEXT NOT NULL, PRIMARY KEY (organization_id, id))",
                    "CREATE UNIQUE INDEX catalog_product__name__key ON catalog_product (organization_id, name) WHERE deleted_at IS NULL",
                    "CREATE INDEX catalog_product__category__idx ON catalog_product (organization_id, category)",
                ],
                "postgresql": [
                    'CREATE TABLE catalog_product (id text COLLATE "C" NOT NULL, organization_id text COLLATE "C" NOT NULL, name text COLLATE "C" NOT NULL, weight double precision, category text COLLATE "C", created_at bigint NOT NULL, updated_at bigint NOT NULL, deleted_at bigint, version bigint NOT NULL, meta jsonb NOT NULL, PRIMARY KEY (organization_id, id))',
                    "CREATE UNIQUE INDEX catalog_product__name__key ON catalog_product (organization_id, name) WHERE deleted_at IS NULL",
                    "CREATE INDEX catalog_product__category__idx ON catalog_product (organization_id, category)",
                    "ALTER TABLE catalog_product ENABLE ROW LEVEL SECURITY",
                    "ALTER TABLE catalog_product FORCE ROW LEVEL SECURITY",
                    "CREATE POLICY organization ON catalog_product USING (organization_id = NULLIF(current_setting('coregen.organization', true), '')) WITH CHECK (organization_id = NULLIF(current_setting('coregen.organization', true), ''))",
                ],
            },
        ),
    ],
)
