"""What coregen generated for ordering: each name is imported when it is first used."""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .entities.order import (
        CreateOrder,
        DeleteOrder,
        GetOrder,
        ListOrders,
        Order,
        OrderChanges,
        OrderCreate,
        OrderCreated,
        OrderDeleted,
        OrderFields,
        OrderFilter,
        OrderIncluded,
        OrderRepository,
        OrderRestored,
        OrderSnapshot,
        OrderStatus,
        OrderUpdate,
        OrderUpdated,
        OrderUpdatedPayload,
        RestoreOrder,
        UpdateOrder,
    )
    from .entities.order_line import (
        CreateOrderLine,
        DeleteOrderLine,
        GetOrderLine,
        ListOrderLines,
        OrderLine,
        OrderLineChanges,
        OrderLineCreate,
        OrderLineCreated,
        OrderLineDeleted,
        OrderLineFields,
        OrderLineFilter,
        OrderLineIncluded,
        OrderLineRepository,
        OrderLineRestored,
        OrderLineSnapshot,
        OrderLineUpdate,
        OrderLineUpdated,
        OrderLineUpdatedPayload,
        RestoreOrderLine,
        UpdateOrderLine,
    )
    from .ids import OrderId, OrderLineId
    from .machines.order import (
        GetOrderTransitions,
        OrderEvent,
        OrderMachine,
        OrderState,
        TransitionOrder,
    )
    from .messages import (
        AddLine,
        OrderCancelled,
        OrderCancelledPayload,
        OrderPlaced,
        OrderPlacedPayload,
        OrderShipped,
        OrderShippedPayload,
    )

__all__ = [
    "AddLine",
    "CreateOrder",
    "CreateOrderLine",
    "DeleteOrder",
    "DeleteOrderLine",
    "GetOrder",
    "GetOrderLine",
    "GetOrderTransitions",
    "ListOrderLines",
    "ListOrders",
    "Order",
    "OrderCancelled",
    "OrderCancelledPayload",
    "OrderChanges",
    "OrderCreate",
    "OrderCreated",
    "OrderDeleted",
    "OrderEvent",
    "OrderFields",
    "OrderFilter",
    "OrderId",
    "OrderIncluded",
    "OrderLine",
    "OrderLineChanges",
    "OrderLineCreate",
    "OrderLineCreated",
    "OrderLineDeleted",
    "OrderLineFields",
    "OrderLineFilter",
    "OrderLineId",
    "OrderLineIncluded",
    "OrderLineRepository",
    "OrderLineRestored",
    "OrderLineSnapshot",
    "OrderLineUpdate",
    "OrderLineUpdated",
    "OrderLineUpdatedPayload",
    "OrderMachine",
    "OrderPlaced",
    "OrderPlacedPayload",
    "OrderRepository",
    "OrderRestored",
    "OrderShipped",
    "OrderShippedPayload",
    "OrderSnapshot",
    "OrderState",
    "OrderStatus",
    "OrderUpdate",
    "OrderUpdated",
    "OrderUpdatedPayload",
    "RestoreOrder",
    "RestoreOrderLine",
    "TransitionOrder",
    "UpdateOrder",
    "UpdateOrderLine",
]

_FILES = {
    "AddLine": "messages",
    "CreateOrder": "entities.order",
    "CreateOrderLine": "entities.order_line",
    "DeleteOrder": "entities.order",
    "DeleteOrderLine": "entities.order_line",
    "GetOrder": "entities.order",
    "GetOrderLine": "entities.order_line",
    "GetOrderTransitions": "machines.order",
    "ListOrderLines": "entities.order_line",
    "ListOrders": "entities.order",
    "Order": "entities.order",
    "OrderCancelled": "messages",
    "OrderCancelledPayload": "messages",
    "OrderChanges": "entities.order",
    "OrderCreate": "entities.order",
    "OrderCreated": "entities.order",
    "OrderDeleted": "entities.order",
    "OrderEvent": "machines.order",
    "OrderFields": "entities.order",
    "OrderFilter": "entities.order",
    "OrderId": "ids",
    "OrderIncluded": "entities.order",
    "OrderLine": "entities.order_line",
    "OrderLineChanges": "entities.order_line",
    "OrderLineCreate": "entities.order_line",
    "OrderLineCreated": "entities.order_line",
    "OrderLineDeleted": "entities.order_line",
    "OrderLineFields": "entities.order_line",
    "OrderLineFilter": "entities.order_line",
    "OrderLineId": "ids",
    "OrderLineIncluded": "entities.order_line",
    "OrderLineRepository": "entities.order_line",
    "OrderLineRestored": "entities.order_line",
    "OrderLineSnapshot": "entities.order_line",
    "OrderLineUpdate": "entities.order_line",
    "OrderLineUpdated": "entities.order_line",
    "OrderLineUpdatedPayload": "entities.order_line",
    "OrderMachine": "machines.order",
    "OrderPlaced": "messages",
    "OrderPlacedPayload": "messages",
    "OrderRepository": "entities.order",
    "OrderRestored": "entities.order",
    "OrderShipped": "messages",
    "OrderShippedPayload": "messages",
    "OrderSnapshot": "entities.order",
    "OrderState": "machines.order",
    "OrderStatus": "entities.order",
    "OrderUpdate": "entities.order",
    "OrderUpdated": "entities.order",
    "OrderUpdatedPayload": "entities.order",
    "RestoreOrder": "entities.order",
    "RestoreOrderLine": "entities.order_line",
    "TransitionOrder": "machines.order",
    "UpdateOrder": "entities.order",
    "UpdateOrderLine": "entities.order_line",
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
