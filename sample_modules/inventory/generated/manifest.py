"""What inventory declares: manifest and schemas."""

from __future__ import annotations

from collections.abc import Sequence

from coregen_runtime import EntitySchema, ModuleManifest, load_migrations

from .schemas.reservation import reservation_schema
from .schemas.stock_item import stock_item_schema


def manifest() -> ModuleManifest:
    """What the module is and emits. Its entities, messages and machines are added when it is wired."""
    return ModuleManifest(
        id="inventory",
        version="1.0.0",
        depends_on=["catalog"],
        id_prefixes={"StockItem": "stock", "Reservation": "res"},
        events=[
            "reservation.created",
            "reservation.deleted",
            "reservation.erased",
            "reservation.restored",
            "reservation.updated",
            "stock.low",
            "stock_item.created",
            "stock_item.deleted",
            "stock_item.erased",
            "stock_item.restored",
            "stock_item.updated",
        ],
        default_config={"location": "MAIN"},
        migrations=load_migrations("sample_modules.inventory.migrations"),
    )


def schemas() -> Sequence[EntitySchema]:
    """The schemas of all entities."""
    return [reservation_schema(), stock_item_schema()]
