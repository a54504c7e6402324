"""What coregen generated for inventory: each name is imported when it is first used."""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .config import InventoryConfig, inventory_config
    from .entities.reservation import (
        CreateReservation,
        DeleteReservation,
        GetReservation,
        ListReservations,
        Reservation,
        ReservationChanges,
        ReservationCreate,
        ReservationCreated,
        ReservationDeleted,
        ReservationFields,
        ReservationFilter,
        ReservationIncluded,
        ReservationRepository,
        ReservationRestored,
        ReservationSnapshot,
        ReservationStatus,
        ReservationUpdate,
        ReservationUpdated,
        ReservationUpdatedPayload,
        RestoreReservation,
        UpdateReservation,
    )
    from .entities.stock_item import (
        CreateStockItem,
        DeleteStockItem,
        GetStockItem,
        ListStockItems,
        RestoreStockItem,
        StockItem,
        StockItemChanges,
        StockItemCreate,
        StockItemCreated,
        StockItemDeleted,
        StockItemFields,
        StockItemFilter,
        StockItemIncluded,
        StockItemRepository,
        StockItemRestored,
        StockItemSnapshot,
        StockItemUpdate,
        StockItemUpdated,
        StockItemUpdatedPayload,
        UpdateStockItem,
    )
    from .ids import ReservationId, StockItemId
    from .machines.reservation import (
        GetReservationTransitions,
        ReservationEvent,
        ReservationMachine,
        ReservationState,
        TransitionReservation,
    )
    from .messages import (
        Availability,
        AvailabilityResult,
        LowStock,
        LowStockResult,
        Receive,
        StockLow,
        StockLowPayload,
    )

__all__ = [
    "Availability",
    "AvailabilityResult",
    "CreateReservation",
    "CreateStockItem",
    "DeleteReservation",
    "DeleteStockItem",
    "GetReservation",
    "GetReservationTransitions",
    "GetStockItem",
    "InventoryConfig",
    "ListReservations",
    "ListStockItems",
    "LowStock",
    "LowStockResult",
    "Receive",
    "Reservation",
    "ReservationChanges",
    "ReservationCreate",
    "ReservationCreated",
    "ReservationDeleted",
    "ReservationEvent",
    "ReservationFields",
    "ReservationFilter",
    "ReservationId",
    "ReservationIncluded",
    "ReservationMachine",
    "ReservationRepository",
    "ReservationRestored",
    "ReservationSnapshot",
    "ReservationState",
    "ReservationStatus",
    "ReservationUpdate",
    "ReservationUpdated",
    "ReservationUpdatedPayload",
    "RestoreReservation",
    "RestoreStockItem",
    "StockItem",
    "StockItemChanges",
    "StockItemCreate",
    "StockItemCreated",
    "StockItemDeleted",
    "StockItemFields",
    "StockItemFilter",
    "StockItemId",
    "StockItemIncluded",
    "StockItemRepository",
    "StockItemRestored",
    "StockItemSnapshot",
    "StockItemUpdate",
    "StockItemUpdated",
    "StockItemUpdatedPayload",
    "StockLow",
    "StockLowPayload",
    "TransitionReservation",
    "UpdateReservation",
    "UpdateStockItem",
    "inventory_config",
]

_FILES = {
    "Availability": "messages",
    "AvailabilityResult": "messages",
    "CreateReservation": "entities.reservation",
    "CreateStockItem": "entities.stock_item",
    "DeleteReservation": "entities.reservation",
    "DeleteStockItem": "entities.stock_item",
    "GetReservation": "entities.reservation",
    "GetReservationTransitions": "machines.reservation",
    "GetStockItem": "entities.stock_item",
    "InventoryConfig": "config",
    "ListReservations": "entities.reservation",
    "ListStockItems": "entities.stock_item",
    "LowStock": "messages",
    "LowStockResult": "messages",
    "Receive": "messages",
    "Reservation": "entities.reservation",
    "ReservationChanges": "entities.reservation",
    "ReservationCreate": "entities.reservation",
    "ReservationCreated": "entities.reservation",
    "ReservationDeleted": "entities.reservation",
    "ReservationEvent": "machines.reservation",
    "ReservationFields": "entities.reservation",
    "ReservationFilter": "entities.reservation",
    "ReservationId": "ids",
    "ReservationIncluded": "entities.reservation",
    "ReservationMachine": "machines.reservation",
    "ReservationRepository": "entities.reservation",
    "ReservationRestored": "entities.reservation",
    "ReservationSnapshot": "entities.reservation",
    "ReservationState": "machines.reservation",
    "ReservationStatus": "entities.reservation",
    "ReservationUpdate": "entities.reservation",
    "ReservationUpdated": "entities.reservation",
    "ReservationUpdatedPayload": "entities.reservation",
    "RestoreReservation": "entities.reservation",
    "RestoreStockItem": "entities.stock_item",
    "StockItem": "entities.stock_item",
    "StockItemChanges": "entities.stock_item",
    "StockItemCreate": "entities.stock_item",
    "StockItemCreated": "entities.stock_item",
    "StockItemDeleted": "entities.stock_item",
    "StockItemFields": "entities.stock_item",
    "StockItemFilter": "entities.stock_item",
    "StockItemId": "ids",
    "StockItemIncluded": "entities.stock_item",
    "StockItemRepository": "entities.stock_item",
    "StockItemRestored": "entities.stock_item",
    "StockItemSnapshot": "entities.stock_item",
    "StockItemUpdate": "entities.stock_item",
    "StockItemUpdated": "entities.stock_item",
    "StockItemUpdatedPayload": "entities.stock_item",
    "StockLow": "messages",
    "StockLowPayload": "messages",
    "TransitionReservation": "machines.reservation",
    "UpdateReservation": "entities.reservation",
    "UpdateStockItem": "entities.stock_item",
    "inventory_config": "config",
}


def exports(package: str) -> tuple[list[str], Callable[[str], object]]:
    """`__all__` and `__getattr__` (PEP 562) of the module's own package."""

    def find(name: str) -> object:
        if name == "module":
            found = import_module(f"{package}.module").module
        else:
            found = _find(name, package)
        setattr(sys.modules[package], name, found)
        return found

    return [*__all__, "module"], find


def _find(name: str, package: str) -> object:
    if name not in _FILES:
        raise AttributeError(f"module {package!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_FILES[name]}"), name)


if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        found = globals()[name] = _find(name, __name__)
        return found
