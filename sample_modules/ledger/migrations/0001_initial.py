"""The tables of ledger, as they are first made."""

from __future__ import annotations

from coregen_runtime import Column, CreateTable, Index, Migration, Validators

migration = Migration(
    version=1,
    name="initial",
    steps=[
        CreateTable(
            table="ledger_account",
            columns=[
                Column(name="id", type="text", nullable=False),
                Column(name="organization_id", type="text", nullable=False),
                Column(
                    name="code",
                    type="text",
                    nullable=False,
                    key="code",
                    validators=[Validators.pattern("^[0-9]{4}$")],
                ),
                Column(
                    name="name",
                    type="text",
                    nullable=False,
                    key="name",
                    validators=[Validators.max_length(80)],
                ),
                Column(
                    name="kind",
                    type="text",
                    nullable=False,
                    key="kind",
                    values=["asset", "liability", "equity", "income", "expense"],
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
                    name="ledger_account__code__key",
                    columns=["organization_id", "code"],
                    unique=True,
                    active_only=True,
                ),
            ],
            id_prefix="acct",
            sql={
                "sqlite": [
                    "CREATE TABLE ledger_account (id TEXT NOT NULL, organization_id TEXT NOT NULL, code TEXT NOT NULL, name TEXT NOT NULL, kind TEXT NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, deleted_at INTEGER, version INTEGER NOT NULL, meta TEXT NOT NULL, PRIMARY KEY (organization_id, id))",
                    "CREATE UNIQUE INDEX ledger_account__code__key ON ledger_account (organization_id, code) WHERE deleted_at IS NULL",
                ],
                "postgresql": [
                    'CREATE TABLE ledger_account (id text COLLATE "C" NOT NULL, organization_id text COLLATE "C" NOT NULL, code text COLLATE "C" NOT NULL, name text COLLATE "C" NOT NULL, kind text COLLATE "C" NOT NULL, created_at bigint NOT NULL, updated_at bigint NOT NULL, deleted_at bigint, version bigint NOT NULL, meta jsonb NOT NULL, PRIMARY KEY (organization_id, id))',
                    "CREATE UNIQUE INDEX ledger_account__code__key ON ledger_account (organization_id, code) WHERE deleted_at IS NULL",
                    "ALTER TABLE ledger_account ENABLE ROW LEVEL SECURITY",
                    "ALTER TABLE ledger_account FORCE ROW LEVEL SECURITY",
                    "CREATE POLICY organization ON ledger_account USING (organization_id = NULLIF(current_setting('coregen.organization', true), '')) WITH CHECK (organization_id = NULLIF(current_setting('coregen.organization', true), ''))",
                ],
            },
        ),
        CreateTable(
            table="ledger_entry",
            columns=[
                Column(name="id", type="text", nullable=False),
                Column(name="organization_id", type="text", nullable=False),
                Column(
                    name="transaction",
                    type="text",
                    nullable=False,
                    key="transaction",
                ),
                Column(name="account", type="text", nullable=False, key="account"),
                Column(
                    name="side",
                    type="text",
                    nullable=False,
                    key="side",
                    values=["debit", "credit"],
                ),
                Column(
                    name="amount_amount",
                    type="integer",
                    nullable=False,
                    key="amount",
                ),
                Column(
                    name="amount_currency",
                    type="text",
                    nullable=False,
                    key="amount",
                ),
                Column(name="created_at", type="timestamp", nullable=False),
                Column(name="updated_at", type="timestamp", nullable=False),
                Column(name="version", type="integer", nullable=False),
                Column(name="meta", type="json", nullable=False),
            ],
            primary_key=["organization_id", "id"],
            indexes=[
                Index(
                    name="ledger_entry__transaction__idx",
                    columns=["organization_id", "transaction"],
                ),
                Index(
                    name="ledger_entry__account__idx",
                    columns=["organization_id", "account"],
                ),
            ],
            id_prefix="entry",
            sql={
                "sqlite": [
                    'CREATE TABLE ledger_entry (id TEXT NOT NULL, organization_id TEXT NOT NULL, "transaction" TEXT NOT NULL, account TEXT NOT NULL, side TEXT NOT NULL, amount_amount INTEGER NOT NULL, amount_currency TEXT NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, version INTEGER NOT NULL, meta TEXT NOT NULL, PRIMARY KEY (organization_id, id))',
                    'CREATE INDEX ledger_entry__transaction__idx ON ledger_entry (organization_id, "transaction")',
                    "CREATE INDEX ledger_entry__account__idx ON ledger_entry (organization_id, account)",
                ],
                "postgresql": [
                    'CREATE TABLE ledger_entry (id text COLLATE "C" NOT NULL, organization_id text COLLATE "C" NOT NULL, transaction text COLLATE "C" NOT NULL, account text COLLATE "C" NOT NULL, side text COLLATE "C" NOT NULL, amount_amount bigint NOT NULL, amount_currency text COLLATE "C" NOT NULL, created_at bigint NOT NULL, updated_at bigint NOT NULL, version bigint NOT NULL, meta jsonb NOT NULL, PRIMARY KEY (organization_id, id))',
                    "CREATE INDEX ledger_entry__transaction__idx ON ledger_entry (organization_id, transaction)",
                    "CREATE INDEX ledger_entry__account__idx ON ledger_entry (organization_id, account)",
                    "ALTER TABLE ledger_entry ENABLE ROW LEVEL SECURITY",
                    "ALTER TABLE ledger_entry FORCE ROW LEVEL SECURITY",
                    "CREATE POLICY organization ON ledger_entry USING (organization_id = NULLIF(current_setting('coregen.organization', true), '')) WITH CHECK (organization_id = NULLIF(current_setting('coregen.organization', true), ''))",
                ],
            },
        ),
        CreateTable(
            table="ledger_transaction",
            columns=[
                Column(name="id", type="text", nullable=False),
                Column(name="organization_id", type="text", nullable=False),
                Column(
                    name="reference",
                    type="text",
                    nullable=False,
                    key="reference",
                    validators=[Validators.max_length(80)],
                ),
                Column(
                    name="description",
                    type="text",
                    key="description",
                    validators=[Validators.max_length(200)],
                ),
                Column(name="reverses", type="text", key="reverses"),
                Column(
                    name="status",
                    type="text",
                    key="status",
                    values=["draft", "posted"],
                ),
                Column(name="created_at", type="timestamp", nullable=False),
                Column(name="updated_at", type="timestamp", nullable=False),
                Column(name="version", type="integer", nullable=False),
                Column(name="meta", type="json", nullable=False),
            ],
            primary_key=["organization_id", "id"],
            indexes=[
                Index(
                    name="ledger_transaction__reference__key",
                    columns=["organization_id", "reference"],
                    unique=True,
                ),
                Index(
                    name="ledger_transaction__reverses__idx",
                    columns=["organization_id", "reverses"],
                ),
                Index(
                    name="ledger_transaction__status__idx",
                    columns=["organization_id", "status"],
                ),
            ],
            id_prefix="txn",
            sql={
                "sqlite": [
                    "CREATE TABLE ledger_transaction (id TEXT NOT NULL, organization_id TEXT NOT NULL, reference TEXT NOT NULL, description TEXT, reverses TEXT, status TEXT, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, version INTEGER NOT NULL, meta TEXT NOT NULL, PRIMARY KEY (organization_id, id))",
                    "CREATE UNIQUE INDEX ledger_transaction__reference__key ON ledger_transaction (organization_id, reference)",
                    "CREATE INDEX ledger_transaction__reverses__idx ON ledger_transaction (organization_id, reverses)",
                    "CREATE INDEX ledger_transaction__status__idx ON ledger_transaction (organization_id, status)",
                ],
                "postgresql": [
                    'CREATE TABLE ledger_transaction (id text COLLATE "C" NOT NULL, organization_id text COLLATE "C" NOT NULL, reference text COLLATE "C" NOT NULL, description text COLLATE "C", reverses text COLLATE "C", status text COLLATE "C", created_at bigint NOT NULL, updated_at bigint NOT NULL, version bigint NOT NULL, meta jsonb NOT NULL, PRIMARY KEY (organization_id, id))',
                    "CREATE UNIQUE INDEX ledger_transaction__reference__key ON ledger_transaction (organization_id, reference)",
                    "CREATE INDEX ledger_transaction__reverses__idx ON ledger_transaction (organization_id, reverses)",
                    "CREATE INDEX ledger_transaction__status__idx ON ledger_transaction (organization_id, status)",
                    "ALTER TABLE ledger_transaction ENABLE ROW LEVEL SECURITY",
                    "ALTER TABLE ledger_transaction FORCE ROW LEVEL SECURITY",
                    "CREATE POLICY organization ON ledger_transaction USING (organization_id = NULLIF(current_setting('coregen.organization', true), '')) WITH CHECK (organization_id = NULLIF(current_setting('coregen.organization', true), ''))",
                ],
            },
        ),
    ],
)
