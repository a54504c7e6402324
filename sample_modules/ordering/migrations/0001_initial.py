"""The tables of ordering, as they are first made."""

from __future__ import annotations

from coregen_runtime import Column, CreateTable, Index, Migration, Validators

migration = Migration(
    version=1,
    name="initial",
    steps=[
        CreateTable(
            table="ordering_order",
            columns=[
                Column(name="id", type="text", nullable=False),
                Column(name="organization_id", type="text", nullable=False),
                Column(
                    name="number",
                    type="text",
                    nullable=False,
                    key="number",
                    validators=[Validators.pattern("^[A-Z0-9-]{1,20}$")],
                ),
                Column(name="customer", type="text", key="customer"),
                Column(
                    name="customer_name",
                    type="text",
                    nullable=False,
                    key="customerName",
                    validators=[Validators.max_length(120)],
                ),
                Column(
                    name="customer_email",
                    type="text",
                    key="customerEmail",
                    validators=[Validators.email()],
                ),
                Column(name="total_amount", type="integer", key="total"),
                Column(name="total_currency", type="text", key="total"),
                Column(name="placed_by", type="text", key="placedBy"),
                Column(
                    name="tracking_code",
                    type="text",
                    key="trackingCode",
                    validators=[Validators.max_length(60)],
                ),
                Column(
                    name="status",
                    type="text",
                    key="status",
                    values=["draft", "placed", "paid", "shipped", "cancelled"],
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
                    name="ordering_order__number__key",
                    columns=["organization_id", "number"],
                    unique=True,
                    active_only=True,
                ),
                Index(
                    name="ordering_order__customer__idx",
                    columns=["organization_id", "customer"],
                ),
                Index(
                    name="ordering_order__status__idx",
                    columns=["organization_id", "status"],
                ),
            ],
            id_prefix="ord",
            sql={
                "sqlite": [
                    "CREATE TABLE ordering_order (id TEXT NOT NULL, organization_id TEXT NOT NULL, number TEXT NOT NULL, customer TEXT, customer_name TEXT NOT NULL, customer_email TEXT, total_amount INTEGER, total_currency TEXT, placed_by TEXT, tracking_code TEXT, status TEXT, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, deleted_at INTEGER, version INTEGER NOT NULL, meta TEXT NOT NULL, PRIMARY KEY (organization_id, id))",
                    "CREATE UNIQUE INDEX ordering_order__number__key ON ordering_order (organization_id, number) WHERE deleted_at IS NULL",
                    "CREATE INDEX ordering_order__customer__idx ON ordering_order (organization_id, customer)",
                    "CREATE INDEX ordering_order__status__idx ON ordering_order (organization_id, status)",
                ],
                "postgresql": [
                    'CREATE TABLE ordering_order (id text COLLATE "C" NOT NULL, organization_id text COLLATE "C" NOT NULL, number text COLLATE "C" NOT NULL, customer text COLLATE "C", customer_name text COLLATE "C" NOT NULL, customer_email text COLLATE "C", total_amount bigint, total_currency text COLLATE "C", placed_by text COLLATE "C", tracking_code text COLLATE "C", status text COLLATE "C", created_at bigint NOT NULL, updated_at bigint NOT NULL, deleted_at bigint, version bigint NOT NULL, meta jsonb NOT NULL, PRIMARY KEY (organization_id, id))',
                    "CREATE UNIQUE INDEX ordering_order__number__key ON ordering_order (organization_id, number) WHERE deleted_at IS NULL",
                    "CREATE INDEX ordering_order__customer__idx ON ordering_order (organization_id, customer)",
                    "CREATE INDEX ordering_order__status__idx ON ordering_order (organization_id, status)",
                    "ALTER TABLE ordering_order ENABLE ROW LEVEL SECURITY",
                    "ALTER TABLE ordering_order FORCE ROW LEVEL SECURITY",
                    "CREATE POLICY organization ON ordering_order USING (organization_id = NULLIF(current_setting('coregen.organization', true), '')) WITH CHECK (organization_id = NULLIF(current_setting('coregen.organization', true), ''))",
                ],
            },
        ),
        CreateTable(
            table="ordering_order_line",
            columns=[
                Column(name="id", type="text", nullable=False),
                Column(name="organization_id", type="text", nullable=False),
                Column(name="order", type="text", nullable=False, key="order"),
                Column(name="product", type="text", nullable=False, key="product"),
                Column(
                    name="quantity",
                    type="number",
                    nullable=False,
                    key="quantity",
                    validators=[Validators.integer(), Validators.positive()],
                ),
                Column(
                    name="unit_price_amount",
                    type="integer",
                    nullable=False,
                    key="unitPrice",
                ),
                Column(
                    name="unit_price_currency",
                    type="text",
                    nullable=False,
                    key="unitPrice",
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
                    name="ordering_order_line__order__product__key",
                    columns=["organization_id", "order", "product"],
                    unique=True,
                    active_only=True,
                ),
                Index(
                    name="ordering_order_line__order__idx",
                    columns=["organization_id", "order"],
                ),
                Index(
                    name="ordering_order_line__product__idx",
                    columns=["organization_id", "product"],
                ),
            ],
            id_prefix="line",
            sql={
                "sqlite": [
                    'CREATE TABLE ordering_order_line (id TEXT NOT NULL, organization_id TEXT NOT NULL, "order" TEXT NOT NULL, product TEXT NOT NULL, quantity NUMERIC NOT NULL, unit_price_amount INTEGER NOT NULL, unit_price_currency TEXT NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, deleted_at INTEGER, version INTEGER NOT NULL, meta TEXT NOT NULL, PRIMARY KEY (organization_id, id))',
                    'CREATE UNIQUE INDEX ordering_order_line__order__product__key ON ordering_order_line (organization_id, "order", product) WHERE deleted_at IS NULL',
                    'CREATE INDEX ordering_order_line__order__idx ON ordering_order_line (organization_id, "order")',
                    "CREATE INDEX ordering_order_line__product__idx ON ordering_order_line (organization_id, product)",
                ],
                "postgresql": [
                    'CREATE TABLE ordering_order_line (id text COLLATE "C" NOT NULL, organization_id text COLLATE "C" NOT NULL, "order" text COLLATE "C" NOT NULL, product text COLLATE "C" NOT NULL, quantity double precision NOT NULL, unit_price_amount bigint NOT NULL, unit_price_currency text COLLATE "C" NOT NULL, created_at bigint NOT NULL, updated_at bigint NOT NULL, deleted_at bigint, version bigint NOT NULL, meta jsonb NOT NULL, PRIMARY KEY (organization_id, id))',
                    'CREATE UNIQUE INDEX ordering_order_line__order__product__key ON ordering_order_line (organization_id, "order", product) WHERE deleted_at IS NULL',
                    'CREATE INDEX ordering_order_line__order__idx ON ordering_order_line (organization_id, "order")',
                    "CREATE INDEX ordering_order_line__product__idx ON ordering_order_line (organization_id, product)",
                    "ALTER TABLE ordering_order_line ENABLE ROW LEVEL SECURITY",
                    "ALTER TABLE ordering_order_line FORCE ROW LEVEL SECURITY",
                    "CREATE POLICY organization ON ordering_order_line USING (organization_id = NULLIF(current_setting('coregen.organization', true), '')) WITH CHECK (organization_id = NULLIF(current_setting('coregen.organization', true), ''))",
                ],
            },
        ),
    ],
)
