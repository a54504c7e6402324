"""The tables of identity, as they are first made."""

from __future__ import annotations

from coregen_runtime import Column, CreateTable, Index, Migration, Validators

migration = Migration(
    version=1,
    name="initial",
    steps=[
        CreateTable(
            table="identity_membership",
            columns=[
                Column(name="id", type="text", nullable=False),
                Column(name="organization_id", type="text", nullable=False),
                Column(name="user", type="text", nullable=False, key="user"),
                Column(name="role", type="text", nullable=False, key="role"),
                Column(name="created_at", type="timestamp", nullable=False),
                Column(name="updated_at", type="timestamp", nullable=False),
                Column(name="deleted_at", type="timestamp"),
                Column(name="version", type="integer", nullable=False),
                Column(name="meta", type="json", nullable=False),
            ],
            primary_key=["organization_id", "id"],
            indexes=[
                Index(
                    name="identity_membership__user__role__key",
                    columns=["organization_id", "user", "role"],
                    unique=True,
                    active_only=True,
                ),
                Index(
                    name="identity_membership__user__idx",
                    columns=["organization_id", "user"],
                ),
                Index(
                    name="identity_membership__role__idx",
                    columns=["organization_id", "role"],
                ),
            ],
            id_prefix="member",
            sql={
                "sqlite": [
                    "CREATE TABLE identity_membership (id TEXT NOT NULL, organization_id TEXT NOT NULL, user TEXT NOT NULL, role TEXT NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, deleted_at INTEGER, version INTEGER NOT NULL, meta TEXT NOT NULL, PRIMARY KEY (organization_id, id))",
                    "CREATE UNIQUE INDEX identity_membership__user__role__key ON identity_membership (organization_id, user, role) WHERE deleted_at IS NULL",
                    "CREATE INDEX identity_membership__user__idx ON identity_membership (organization_id, user)",
                    "CREATE INDEX identity_membership__role__idx ON identity_membership (organization_id, role)",
                ],
                "postgresql": [
                    'CREATE TABLE identity_membership (id text COLLATE "C" NOT NULL, organization_id text COLLATE "C" NOT NULL, "user" text COLLATE "C" NOT NULL, role text COLLATE "C" NOT NULL, created_at bigint NOT NULL, updated_at bigint NOT NULL, deleted_at bigint, version bigint NOT NULL, meta jsonb NOT NULL, PRIMARY KEY (organization_id, id))',
                    'CREATE UNIQUE INDEX identity_membership__user__role__key ON identity_membership (organization_id, "user", role) WHERE deleted_at IS NULL',
                    'CREATE INDEX identity_membership__user__idx ON identity_membership (organization_id, "user")',
                    "CREATE INDEX identity_membership__role__idx ON identity_membership (organization_id, role)",
                    "ALTER TABLE identity_membership ENABLE ROW LEVEL SECURITY",
                    "ALTER TABLE identity_membership FORCE ROW LEVEL SECURITY",
                    "CREATE POLICY organization ON identity_membership USING (organization_id = NULLIF(current_setting('coregen.organization', true), '')) WITH CHECK (organization_id = NULLIF(current_setting('coregen.organization', true), ''))",
                ],
            },
        ),
        CreateTable(
            table="identity_role",
            columns=[
                Column(name="id", type="text", nullable=False),
                Column(name="organization_id", type="text", nullable=False),
                Column(
                    name="name",
                    type="text",
                    nullable=False,
                    key="name",
                    validators=[Validators.pattern("^[a-z][a-z-]{1,39}$")],
                ),
                Column(
                    name="description",
                    type="text",
                    key="description",
                    validators=[Validators.max_length(200)],
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
                    name="identity_role__name__key",
                    columns=["organization_id", "name"],
                    unique=True,
                    active_only=True,
                ),
            ],
            id_prefix="role",
            sql={
                "sqlite": [
                    "CREATE TABLE identity_role (id TEXT NOT NULL, organization_id TEXT NOT NULL, name TEXT NOT NULL, description TEXT, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, deleted_at INTEGER, version INTEGER NOT NULL, meta TEXT NOT NULL, PRIMARY KEY (organization_id, id))",
                    "CREATE UNIQUE INDEX identity_role__name__key ON identity_role (organization_id, name) WHERE deleted_at IS NULL",
                ],
                "postgresql": [
                    'CREATE TABLE identity_role (id text COLLATE "C" NOT NULL, organization_id text COLLATE "C" NOT NULL, name text COLLATE "C" NOT NULL, description text COLLATE "C", created_at bigint NOT NULL, updated_at bigint NOT NULL, deleted_at bigint, version bigint NOT NULL, meta jsonb NOT NULL, PRIMARY KEY (organization_id, id))',
                    "CREATE UNIQUE INDEX identity_role__name__key ON identity_role (organization_id, name) WHERE deleted_at IS NULL",
                    "ALTER TABLE identity_role ENABLE ROW LEVEL SECURITY",
                    "ALTER TABLE identity_role FORCE ROW LEVEL SECURITY",
                    "CREATE POLICY organization ON identity_role USING (organization_id = NULLIF(current_setting('coregen.organization', true), '')) WITH CHECK (organization_id = NULLIF(current_setting('coregen.organization', true), ''))",
                ],
            },
        ),
        CreateTable(
            table="identity_user",
            columns=[
                Column(name="id", type="text", nullable=False),
                Column(name="organization_id", type="text", nullable=False),
                Column(
                    name="name",
                    type="text",
                    nullable=False,
                    key="name",
                    validators=[Validators.min_length(1), Validators.max_length(120)],
                ),
                Column(
                    name="email",
                    type="text",
                    nullable=False,
                    key="email",
                    validators=[Validators.email()],
                ),
                Column(
                    name="suspended_for",
                    type="text",
                    key="suspendedFor",
                    validators=[Validators.max_length(200)],
                ),
                Column(
                    name="status",
                    type="text",
                    key="status",
                    values=["invited", "active", "suspended", "expired"],
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
                    name="identity_user__email__key",
                    columns=["organization_id", "email"],
                    unique=True,
                    active_only=True,
                ),
                Index(
                    name="identity_user__status__idx",
                    columns=["organization_id", "status"],
                ),
            ],
            id_prefix="user",
            sql={
                "sqlite": [
                    "CREATE TABLE identity_user (id TEXT NOT NULL, organization_id TEXT NOT NULL, name TEXT NOT NULL, email TEXT NOT NULL, suspended_for TEXT, status TEXT, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, deleted_at INTEGER, version INTEGER NOT NULL, meta TEXT NOT NULL, PRIMARY KEY (organization_id, id))",
                    "CREATE UNIQUE INDEX identity_user__email__key ON identity_user (organization_id, email) WHERE deleted_at IS NULL",
                    "CREATE INDEX identity_user__status__idx ON identity_user (organization_id, status)",
                ],
                "postgresql": [
                    'CREATE TABLE identity_user (id text COLLATE "C" NOT NULL, organization_id text COLLATE "C" NOT NULL, name text COLLATE "C" NOT NULL, email text COLLATE "C" NOT NULL, suspended_for text COLLATE "C", status text COLLATE "C", created_at bigint NOT NULL, updated_at bigint NOT NULL, deleted_at bigint, version bigint NOT NULL, meta jsonb NOT NULL, PRIMARY KEY (organization_id, id))',
                    "CREATE UNIQUE INDEX identity_user__email__key ON identity_user (organization_id, email) WHERE deleted_at IS NULL",
                    "CREATE INDEX identity_user__status__idx ON identity_user (organization_id, status)",
                    "ALTER TABLE identity_user ENABLE ROW LEVEL SECURITY",
                    "ALTER TABLE identity_user FORCE ROW LEVEL SECURITY",
                    "CREATE POLICY organization ON identity_user USING (organization_id = NULLIF(current_setting('coregen.organization', true), '')) WITH CHECK (organization_id = NULLIF(current_setting('coregen.organization', true), ''))",
                ],
            },
        ),
    ],
)
