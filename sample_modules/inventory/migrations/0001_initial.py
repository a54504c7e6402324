"""The tables of inventory, as they are first made."""

from __future__ import annotations

from coregen_runtime import Column, CreateTable, Index, Migration, Validators

migration = Migration(
    version=1,
    name="initial",
    steps=[
        CreateTable(
            table="inventory_reservation",
            columns=[
                Column(name="id", type="text", nullable=False),
                Column(name="organization_id", type="text", nullable=False),
                Column(name="order", type="text", nullable=False, key="order"),
                Column(name="item", type="text", nullable=False, key="item"),
                Column(
                    name="quantity",
                    type="number",
                    nullable=False,
                    key="quantity",
                    validators=[Validators.integer(), Validators.positive()],
                ),
                Column(
                    name="status",
                    type="text",
                    key="status",
                    values=["held", "released", "consumed"],
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
                    name="inventory_reservation__order__item__key",
                    columns=["organization_id", "order", "item"],
                    unique=True,
                    active_only=True,
                ),
                Index(
                    name="inventory_reservation__order__idx",
                    columns=["organization_id", "order"],
                ),
                Index(
                    name="inventory_reservation__item__idx",
                    columns=["organization_id", "item"],
                ),
                Index(
                    name="inventory_reservation__status__idx",
                    columns=["organization_id", "status"],
                ),
            ],
            id_prefix="res",
            sql={
                "sqlite": [
                    'CREATE TABLE inventory_reservation (id TEXT NOT NULL, organization_id TEXT NOT NULL, "order" TEXT NOT NULL, item TEXT NOT NULL, quantity NUMERIC NOT NULL, status TEXT, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, deleted_at INTEGER, version INTEGER NOT NULL, meta TEXT NOT NULL, PRIMARY KEY (organization_id, id))',
                    'CREATE UNIQUE INDEX inventory_reservation__order__item__key ON inventory_reservation (organization_id, "order", item) WHERE deleted_at IS NULL',
                    'CREATE INDEX inventory_reservation__order__idx ON inventory_reservation (organization_id, "order")',
                    "CREATE INDEX inventory_reservation__item__idx ON inventory_reservation (organization_id, item)",
                    "CREATE INDEX inventory_reservation__status__idx ON inventory_reservation (organization_id, status)",
                ],
                "postgresql": [
                    'CREATE TABLE inventory_reservation (id text COLLATE "C" NOT NULL, organization_id text COLLATE "C" NOT NULL, "order" text COLLATE "C" NOT NULL, item text COLLATE "C" NOT NULL, quantity double precision NOT NULL, status text COLLATE "C", created_at bigint NOT NULL, updated_at bigint NOT NULL, deleted_at bigint, version bigint NOT NULL, meta jsonb NOT NULL, PRIMARY KEY (organization_id, id))',
                    'CREATE UNIQUE INDEX inventory_reservation__order__item__key ON inventory_reservation (organization_id, "order", item) WHERE deleted_at IS NULL',
                    'CREATE INDEX inventory_reservation__order__idx ON inventory_reservation (organization_id, "order")',
                    "CREATE INDEX inventory_reservation__item__idx ON inventory_reservation (organization_id, item)",
                    "CREATE INDEX inventory_reservation__status__idx ON inventory_reservation (organization_id, status)",
                    "ALTER TABLE inventory_reservation ENABLE ROW LEVEL SECURITY",
                    "ALTER TABLE inventory_reservation FORCE ROW LEVEL SECURITY",
                    "CREATE POLICY organization ON inventory_reservation USING (organization_id = NULLIF(current_setting('coregen.organization', true), '')) WITH CHECK (organization_id = NULLIF(current_setting('coregen.organization', true), ''))",
                ],
            },
        ),
        CreateTable(
            table="inventory_stock_item",
            columns=[
                Column(name="id", type="text", nullable=False),
                Column(name="organization_id", type="text", nullable=False),
                Column(name="product", type="text", nullable=False, key="product"),
                Column(
                    name="location",
                    type="text",
                    nullable=False,
                    key="location",
                    validators=[Validators.pattern("^[A-Z][A-Z0-9-]{0,19}$")],
                ),
                Column(
                    name="on_hand",
                    type="number",
                    key="onHand",
                    validators=[Validators.integer(), Validators.min(0)],
                ),
                Column(
                    name="reserved",
                    type="number",
                    key="reserved",
                    validators=[Validators.integer(), Validators.min(0)],
                ),
                Column(
                    name="reorder_point",
                    type="number",
                    key="reorderPoint",
                    validators=[Validators.integer(), Validators.min(0)],
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
                    name="inventory_stock_item__product__location__key",
                    columns=["organization_id", "product", "location"],
                    unique=True,
                    active_only=True,
                ),
                Index(
                    name="inventory_stock_item__product__idx",
                    columns=["organization_id", "product"],
                ),
            ],
            id_prefix="stock",
            sql={
                "sqlite": [
                    "CREATE TABLE inventory_stock_item (id TEXT NOT NULL, organization_id TEXT NOT NULL, product TEXT NOT NULL, location TEXT NOT NULL, on_hand NUMERIC, reserved NUMERIC, reorder_point NUMERIC, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, deleted_at INTEGER, version INTEGER NOT NULL, meta TEXT NOT NULL, PRIMARY KEY (organization_id, id))",
                    "CREATE UNIQUE INDEX inventory_stock_item__product__location__key ON inventory_stock_item (organization_id, product, location) WHERE deleted_at IS NULL",
                    "CREATE INDEX inventory_stock_item__product__idx ON inventory_stock_item (organization_id, product)",
                ],
                "postgresql": [
                    'CREATE TABLE inventory_stock_item (id text COLLATE "C" NOT NULL, organization_id text COLLATE "C" NOT NULL, product text COLLATE "C" NOT NULL, location text COLLATE "C" NOT NULL, on_hand double precision, reserved double precision, reorder_point double precision, created_at bigint NOT NULL, updated_at bigint NOT NULL, deleted_at bigint, version bigint NOT NULL, meta jsonb NOT NULL, PRIMARY KEY (organization_id, id))',
                    "CREATE UNIQUE INDEX inventory_stock_item__product__location__key ON inventory_stock_item (organization_id, product, location) WHERE deleted_at IS NULL",
                    "CREATE INDEX inventory_stock_item__product__idx ON inventory_stock_item (organization_id, product)",
                    "ALTER TABLE inventory_stock_item ENABLE ROW LEVEL SECURITY",
                    "ALTER TABLE inventory_stock_item FORCE ROW LEVEL SECURITY",
                    "CREATE POLICY organization ON inventory_stock_item USING (organization_id = NULLIF(current_setting('coregen.organization', true), '')) WITH CHECK (organization_id = NULLIF(current_setting('coregen.organization', true), ''))",
                ],
            },
        ),
    ],
)
