"""What coregen generated for inventory: each name is imported when it is first used."""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .config import InventoryConfig, inventory_config
    from .entities.reservation import Reservation, ReservationStatus
    from .entities.stock_item import StockItem
    from .events.reservation import (
        ReservationCreated,
        ReservationDeleted,
        ReservationRestored,
        ReservationSnapshot,
        ReservationUpdated,
        ReservationUpdatedPayload,
    )
    from .events.stock_item import (
        StockItemCreated,
        StockItemDeleted,
        StockItemRestored,
        StockItemSnapshot,
        StockItemUpdated,
        StockItemUpdatedPayload,
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
    from .operations.reservation import (
        CreateReservation,
        DeleteReservation,
        GetReservation,
        GetReservationIncluding,
        ListReservations,
        ReservationChanges,
        ReservationCreate,
        ReservationFields,
        ReservationUpdate,
        RestoreReservation,
        UpdateReservation,
    )
    from .operations.stock_item import (
        CreateStockItem,
        DeleteStockItem,
        GetStockItem,
        GetStockItemIncluding,
        ListStockItems,
        RestoreStockItem,
        StockItemChanges,
        StockItemCreate,
        StockItemFields,
        StockItemUpdate,
        UpdateStockItem,
    )
    from .repositories.reservation import (
        ReservationFilter,
        ReservationIncluded,
        ReservationRepository,
    )
    from .repositories.stock_item import (
        StockItemFilter,
        StockItemIncluded,
        StockItemRepository,
    )

__all__ = [
    "Availability",
    "AvailabilityResult",
    "CreateReservation",
    "CreateStockItem",
    "DeleteReservation",
    "DeleteStockItem",
    "GetReservation",
    "GetReservationIncluding",
    "GetReservationTransitions",
    "GetStockItem",
    "GetStockItemIncluding",
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
    "CreateReservation": "operations.reservation",
    "CreateStockItem": "operations.stock_item",
    "DeleteReservation": "operations.reservation",
    "DeleteStockItem": "operations.stock_item",
    "GetReservation": "operations.reservation",
    "GetReservationIncluding": "operations.reservation",
    "GetReservationTransitions": "machines.reservation",
    "GetStockItem": "operations.stock_item",
    "GetStockItemIncluding": "operations.stock_item",
    "InventoryConfig": "config",
    "ListReservations": "operations.reservation",
    "ListStockItems": "operations.stock_item",
    "LowStock": "messages",
    "LowStockResult": "messages",
    "Receive": "messages",
    "Reservation": "entities.reservation",
    "ReservationChanges": "operations.reservation",
    "ReservationCreate": "operations.reservation",
    "ReservationCreated": "events.reservation",
    "ReservationDeleted": "events.reservation",
    "ReservationEvent": "machines.reservation",
    "ReservationFields": "operations.reservation",
    "ReservationFilter": "repositories.reservation",
    "ReservationId": "ids",
    "ReservationIncluded": "repositories.reservation",
    "ReservationMachine": "machines.reservation",
    "ReservationRepository": "repositories.reservation",
    "ReservationRestored": "events.reservation",
    "ReservationSnapshot": "events.reservation",
    "ReservationState": "machines.reservation",
    "ReservationStatus": "entities.reservation",
    "ReservationUpdate": "operations.reservation",
    "ReservationUpdated": "events.reservation",
    "ReservationUpdatedPayload": "events.reservation",
    "RestoreReservation": "operations.reservation",
    "RestoreStockItem": "operations.stock_item",
    "StockItem": "entities.stock_item",
    "StockItemChanges": "operations.stock_item",
    "StockItemCreate": "operations.stock_item",
    "StockItemCreated": "events.stock_item",
    "StockItemDeleted": "events.stock_item",
    "StockItemFields": "operations.stock_item",
    "StockItemFilter": "repositories.stock_item",
    "StockItemId": "ids",
    "StockItemIncluded": "repositories.stock_item",
    "StockItemRepository": "repositories.stock_item",
    "StockItemRestored": "events.stock_item",
    "StockItemSnapshot": "events.stock_item",
    "StockItemUpdate": "operations.stock_item",
    "StockItemUpdated": "events.stock_item",
    "StockItemUpdatedPayload": "events.stock_item",
    "StockLow": "messages",
    "StockLowPayload": "messages",
    "TransitionReservation": "machines.reservation",
    "UpdateReservation": "operations.reservation",
    "UpdateStockItem": "operations.stock_item",
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
