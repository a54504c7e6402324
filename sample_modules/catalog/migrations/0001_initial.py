"""The tables of catalog, as they are first made."""

from __future__ import annotations

from coregen_runtime import Column, CreateTable, Index, Migration, Validators

migration = Migration(
    version=1,
    name="initial",
    steps=[
        CreateTable(
            table="catalog_category",
            columns=[
                Column(name="id", type="text", nullable=False),
                Column(name="organization_id", type="text", nullable=False),
                Column(
                    name="name",
                    type="text",
                    nullable=False,
                    key="name",
                    validators=[Validators.max_length(80)],
                ),
                Column(name="created_at", type="timestamp", nullable=False),
                Column(name="updated_at", type="timestamp", nullable=False),
                Column(name="deleted_at", type="timestamp"),
                Column(name="version", type="integer", nullable=False),
                Column(name="meta", type="json", nullable=False),
            ],
            primary_key=["organization_id", "id"],
            indexes=[
                Index(
                    name="catalog_category__name__key",
                    columns=["organization_id", "name"],
                    unique=True,
                    active_only=True,
                ),
            ],
            id_prefix="cat",
            sql={
                "sqlite": [
                    "CREATE TABLE catalog_category (id TEXT NOT NULL, organization_id TEXT NOT NULL, name TEXT NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, deleted_at INTEGER, version INTEGER NOT NULL, meta TEXT NOT NULL, PRIMARY KEY (organization_id, id))",
                    "CREATE UNIQUE INDEX catalog_category__name__key ON catalog_category (organization_id, name) WHERE deleted_at IS NULL",
                ],
                "postgresql": [
                    'CREATE TABLE catalog_category (id text COLLATE "C" NOT NULL, organization_id text COLLATE "C" NOT NULL, name text COLLATE "C" NOT NULL, created_at bigint NOT NULL, updated_at bigint NOT NULL, deleted_at bigint, version bigint NOT NULL, meta jsonb NOT NULL, PRIMARY KEY (organization_id, id))',
                    "CREATE UNIQUE INDEX catalog_category__name__key ON catalog_category (organization_id, name) WHERE deleted_at IS NULL",
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
                Column(
                    name="name",
                    type="text",
                    nullable=False,
                    key="name",
                    validators=[Validators.max_length(120)],
                ),
                Column(
                    name="sku",
                    type="text",
                    nullable=False,
                    key="sku",
                    validators=[Validators.pattern("^[A-Z0-9-]{3,20}$")],
                ),
                Column(
                    name="price_amount",
                    type="integer",
                    nullable=False,
                    key="price",
                ),
                Column(name="price_currency", type="text", nullable=False, key="price"),
                Column(name="category", type="text", key="category"),
                Column(
                    name="dimensions",
                    type="json",
                    key="dimensions",
                    json_schema={
                        "type": "object",
                        "description": "The outer measures of a parcel",
                        "properties": {
                            "width": {"type": "number", "exclusiveMinimum": 0},
                            "height": {"type": "number", "exclusiveMinimum": 0},
                            "depth": {"type": "number", "exclusiveMinimum": 0},
                            "unit": {"enum": ["cm", "in"]},
                        },
                        "required": ["width", "height", "depth", "unit"],
                        "additionalProperties": False,
                    },
                ),
                Column(
                    name="ordered",
                    type="number",
                    key="ordered",
                    validators=[Validators.integer(), Validators.min(0)],
                ),
                Column(
                    name="status",
                    type="text",
                    key="status",
                    values=["draft", "published", "retired"],
                ),
                Column(name="created_at", type="timestamp", nullable=False),
                Column(name="updated_at", type="timestamp", nullable=False),
                Column(name="deleted_at", type="timestamp"),
                Column(name="version", type="integer", nullable=False),
                Column(name="meta", type="json", nullable=False),
            ],
            primary_key=["organization_id", "id"],
            indexes=[
                Index(
                    name="catalog_product__sku__key",
                    columns=["organization_id", "sku"],
                    unique=True,
                    active_only=True,
                ),
                Index(
                    name="catalog_product__category__idx",
                    columns=["organization_id", "category"],
                ),
                Index(
                    name="catalog_product__status__idx",
                    columns=["organization_id", "status"],
                ),
            ],
            id_prefix="prod",
            sql={
                "sqlite": [
                    "CREATE TABLE catalog_product (id TEXT NOT NULL, organization_id TEXT NOT NULL, name TEXT NOT NULL, sku TEXT NOT NULL, price_amount INTEGER NOT NULL, price_currency TEXT NOT NULL, category TEXT, dimensions TEXT, ordered NUMERIC, status TEXT, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, deleted_at INTEGER, version INTEGER NOT NULL, meta TEXT NOT NULL, PRIMARY KEY (organization_id, id))",
                    "CREATE UNIQUE INDEX catalog_product__sku__key ON catalog_product (organization_id, sku) WHERE deleted_at IS NULL",
                    "CREATE INDEX catalog_product__category__idx ON catalog_product (organization_id, category)",
                    "CREATE INDEX catalog_product__status__idx ON catalog_product (organization_id, status)",
                ],
                "postgresql": [
                    'CREATE TABLE catalog_product (id text COLLATE "C" NOT NULL, organization_id text COLLATE "C" NOT NULL, name text COLLATE "C" NOT NULL, sku text COLLATE "C" NOT NULL, price_amount bigint NOT NULL, price_currency text COLLATE "C" NOT NULL, category text COLLATE "C", dimensions jsonb, ordered double precision, status text COLLATE "C", created_at bigint NOT NULL, updated_at bigint NOT NULL, deleted_at bigint, version bigint NOT NULL, meta jsonb NOT NULL, PRIMARY KEY (organization_id, id))',
                    "CREATE UNIQUE INDEX catalog_product__sku__key ON catalog_product (organization_id, sku) WHERE deleted_at IS NULL",
                    "CREATE INDEX catalog_product__category__idx ON catalog_product (organization_id, category)",
                    "CREATE INDEX catalog_product__status__idx ON catalog_product (organization_id, status)",
                    "ALTER TABLE catalog_product ENABLE ROW LEVEL SECURITY",
                    "ALTER TABLE catalog_product FORCE ROW LEVEL SECURITY",
                    "CREATE POLICY organization ON catalog_product USING (organization_id = NULLIF(current_setting('coregen.organization', true), '')) WITH CHECK (organization_id = NULLIF(current_setting('coregen.organization', true), ''))",
                ],
            },
        ),
    ],
)
