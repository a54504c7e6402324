"""What ordering declares: manifest and schemas."""

from __future__ import annotations

from collections.abc import Sequence

from coregen_runtime import EntitySchema, ModuleManifest, load_migrations

from .schemas.order import order_schema
from .schemas.order_line import order_line_schema


def manifest() -> ModuleManifest:
    """What the module is and emits. Its entities, messages and machines are added when it is wired."""
    return ModuleManifest(
        id="ordering",
        version="1.0.0",
        depends_on=["catalog", "identity", "ledger"],
        id_prefixes={"Order": "ord", "OrderLine": "line"},
        events=[
            "order.cancelled",
            "order.created",
            "order.deleted",
            "order.erased",
            "order.placed",
            "order.restored",
            "order.shipped",
            "order.updated",
            "order_line.created",
            "order_line.deleted",
            "order_line.erased",
            "order_line.restored",
            "order_line.updated",
        ],
        migrations=load_migrations("sample_modules.ordering.migrations"),
    )


def schemas() -> Sequence[EntitySchema]:
    """The schemas of all entities."""
    return [order_schema(), order_line_schema()]
