"""The tables that Core itself keeps in every database, as values, so that every adapter stores them alike (semantics 27-32).

A column that one gains is nullable or has a default, since tables that stand are brought up (`standing.py`). What is read and written
there is the concern of who owns it: events `log.py`, records `outbox.py`, deliveries `deliveries.py`, snapshots `snapshots.py`,
what handlers have done `dedup.py`, what comes from a broker `inbox.py`, migrations the adapters.
"""

from __future__ import annotations

from coregen_runtime.repository.table import ColumnSpec, IndexSpec, Table


def _text(name: str, nullable: bool = False) -> ColumnSpec:
    return ColumnSpec(name, "text", nullable)


def _integer(name: str, nullable: bool = False) -> ColumnSpec:
    return ColumnSpec(name, "integer", nullable)


EVENTS = Table(
    name="coregen_events",
    entity="coregen_events",
    columns=(
        _integer("position"),
        _text("id"),
        _text("organization_id"),
        _text("type"),
        _text("source"),
        _text("aggregate_type"),
        _text("aggregate_id"),
        _integer("version"),
        _integer("ordinal"),
        _text("actor_id", nullable=True),
        _text("correlation_id"),
        _text("caused_by", nullable=True),
        ColumnSpec("occurred_at", "timestamp", nullable=False),
        ColumnSpec("payload", "json"),
        ColumnSpec("metadata", "json"),
        ColumnSpec("schema_version", "integer", nullable=False, default=1),
        ColumnSpec("erased", "boolean", nullable=False),
    ),
    primary_key=("position",),
    indexes=(
        IndexSpec("coregen_events_id_key", ("id",), unique=True),
        IndexSpec("coregen_events_version_key", ("organization_id", "aggregate_id", "version", "ordinal"), unique=True),
        IndexSpec("coregen_events_type_idx", ("type", "position")),
    ),
    tenant=False,
    sequence="position",
)

OUTBOX = Table(
    name="coregen_outbox",
    entity="coregen_outbox",
    columns=(
        _integer("position"),
        _text("id"),
        _text("organization_id"),
        _text("aggregate_id"),
        _text("event_id", nullable=True),
        ColumnSpec("dispatch", "json"),
        ColumnSpec("published_at", "timestamp"),
        _integer("attempts"),
        _text("last_error", nullable=True),
    ),
    primary_key=("position",),
    indexes=(IndexSpec("coregen_outbox_id_key", ("id",), unique=True), IndexSpec("coregen_outbox_published_idx", ("published_at", "position"))),
    tenant=False,
    sequence="position",
)

DELIVERIES = Table(
    name="coregen_deliveries",
    entity="coregen_deliveries",
    columns=(
        _text("record_id"),
        _text("handler"),
        _text("organization_id"),
        _text("aggregate_id"),
        _integer("position"),
        _text("status"),
        _integer("attempts"),
        ColumnSpec("due_at", "timestamp", nullable=False),
        _text("claimed_by", nullable=True),
        _text("last_error", nullable=True),
    ),
    primary_key=("record_id", "handler"),
    indexes=(
        IndexSpec("coregen_deliveries_next_idx", ("status", "due_at", "position")),
        IndexSpec("coregen_deliveries_due_idx", ("handler", "status", "position")),
        IndexSpec("coregen_deliveries_lane_idx", ("aggregate_id", "handler", "status", "organization_id", "position")),
    ),
    tenant=False,
)

RECEIVED = Table(
    name="coregen_received",
    entity="coregen_received",
    columns=(_text("id"), _text("organization_id"), _text("aggregate_id"), ColumnSpec("event", "json")),
    primary_key=("id",),
    indexes=(IndexSpec("coregen_received_aggregate_idx", ("aggregate_id",)),),
    tenant=False,
)

SNAPSHOTS = Table(
    name="coregen_snapshots",
    entity="coregen_snapshots",
    columns=(
        _text("organization_id"),
        _text("aggregate_id"),
        _text("aggregate_type"),
        _integer("version"),
        _integer("schema_version"),
        ColumnSpec("state", "json", nullable=False),
        ColumnSpec("taken_at", "timestamp", nullable=False),
    ),
    primary_key=("organization_id", "aggregate_id", "version"),
    tenant=False,
)

HANDLED = Table(
    name="coregen_handled",
    entity="coregen_handled",
    columns=(_text("event_id"), _text("handler"), ColumnSpec("handled_at", "timestamp", nullable=False)),
    primary_key=("event_id", "handler"),
    indexes=(IndexSpec("coregen_handled_at_idx", ("handled_at",)),),
    tenant=False,
)

CHECKPOINTS = Table(
    name="coregen_checkpoints",
    entity="coregen_checkpoints",
    columns=(
        _text("name"),
        _text("stream"),
        _integer("position"),
        _text("held_by", nullable=True),
        ColumnSpec("held_until", "timestamp", nullable=False),
    ),
    primary_key=("name",),
    tenant=False,
)

MIGRATIONS = Table(
    name="coregen_migrations",
    entity="coregen_migrations",
    columns=(_text("module"), _integer("version"), _text("name")),
    primary_key=("module", "version"),
    tenant=False,
)

SYSTEM_TABLES = (EVENTS, OUTBOX, DELIVERIES, RECEIVED, SNAPSHOTS, HANDLED, CHECKPOINTS, MIGRATIONS)
