"""What coregen generated for ordering: each name is imported when it is first used."""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .entities.order import Order, OrderStatus
    from .entities.order_line import OrderLine
    from .events.order import (
        OrderCreated,
        OrderDeleted,
        OrderRestored,
        OrderSnapshot,
        OrderUpdated,
        OrderUpdatedPayload,
    )
    from .events.order_line import (
        OrderLineCreated,
        OrderLineDeleted,
        OrderLineRestored,
        OrderLineSnapshot,
        OrderLineUpdated,
        OrderLineUpdatedPayload,
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
    from .operations.order import (
        CreateOrder,
        DeleteOrder,
        GetOrder,
        GetOrderIncluding,
        ListOrders,
        OrderChanges,
        OrderCreate,
        OrderFields,
        OrderUpdate,
        RestoreOrder,
        UpdateOrder,
    )
    from .operations.order_line import (
        CreateOrderLine,
        DeleteOrderLine,
        GetOrderLine,
        GetOrderLineIncluding,
        ListOrderLines,
        OrderLineChanges,
        OrderLineCreate,
        OrderLineFields,
        OrderLineUpdate,
        RestoreOrderLine,
        UpdateOrderLine,
    )
    from .repositories.order import OrderFilter, OrderIncluded, OrderRepository
    from .repositories.order_line import (
        OrderLineFilter,
        OrderLineIncluded,
        OrderLineRepository,
    )

__all__ = [
    "AddLine",
    "CreateOrder",
    "CreateOrderLine",
    "DeleteOrder",
    "DeleteOrderLine",
    "GetOrder",
    "GetOrderIncluding",
    "GetOrderLine",
    "GetOrderLineIncluding",
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
    "CreateOrder": "operations.order",
    "CreateOrderLine": "operations.order_line",
    "DeleteOrder": "operations.order",
    "DeleteOrderLine": "operations.order_line",
    "GetOrder": "operations.order",
    "GetOrderIncluding": "operations.order",
    "GetOrderLine": "operations.order_line",
    "GetOrderLineIncluding": "operations.order_line",
    "GetOrderTransitions": "machines.order",
    "ListOrderLines": "operations.order_line",
    "ListOrders": "operations.order",
    "Order": "entities.order",
    "OrderCancelled": "messages",
    "OrderCancelledPayload": "messages",
    "OrderChanges": "operations.order",
    "OrderCreate": "operations.order",
    "OrderCreated": "events.order",
    "OrderDeleted": "events.order",
    "OrderEvent": "machines.order",
    "OrderFields": "operations.order",
    "OrderFilter": "repositories.order",
    "OrderId": "ids",
    "OrderIncluded": "repositories.order",
    "OrderLine": "entities.order_line",
    "OrderLineChanges": "operations.order_line",
    "OrderLineCreate": "operations.order_line",
    "OrderLineCreated": "events.order_line",
    "OrderLineDeleted": "events.order_line",
    "OrderLineFields": "operations.order_line",
    "OrderLineFilter": "repositories.order_line",
    "OrderLineId": "ids",
    "OrderLineIncluded": "repositories.order_line",
    "OrderLineRepository": "repositories.order_line",
    "OrderLineRestored": "events.order_line",
    "OrderLineSnapshot": "events.order_line",
    "OrderLineUpdate": "operations.order_line",
    "OrderLineUpdated": "events.order_line",
    "OrderLineUpdatedPayload": "events.order_line",
    "OrderMachine": "machines.order",
    "OrderPlaced": "messages",
    "OrderPlacedPayload": "messages",
    "OrderRepository": "repositories.order",
    "OrderRestored": "events.order",
    "OrderShipped": "messages",
    "OrderShippedPayload": "messages",
    "OrderSnapshot": "events.order",
    "OrderState": "machines.order",
    "OrderStatus": "entities.order",
    "OrderUpdate": "operations.order",
    "OrderUpdated": "events.order",
    "OrderUpdatedPayload": "events.order",
    "RestoreOrder": "operations.order",
    "RestoreOrderLine": "operations.order_line",
    "TransitionOrder": "machines.order",
    "UpdateOrder": "operations.order",
    "UpdateOrderLine": "operations.order_line",
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
