"""Joins the handlers of inventory to its generated parts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from coregen_runtime import (
    AppModule,
    SystemContext,
    build_module,
    command,
    query,
    subscription,
)

from .entities.stock_item import StockItem
from .machines.reservation import (
    GetReservationTransitions,
    ReservationMachine,
    TransitionReservation,
    get_reservation_transitions,
    transition_reservation,
)
from .manifest import manifest, schemas
from .messages import (
    Availability,
    AvailabilityResult,
    LowStock,
    LowStockResult,
    Receive,
)
from .operations.reservation import (
    CreateReservation,
    DeleteReservation,
    GetReservation,
    GetReservationIncluding,
    ListReservations,
    RestoreReservation,
    UpdateReservation,
    create_reservation,
    delete_reservation,
    get_reservation,
    get_reservation_including,
    list_reservations,
    restore_reservation,
    update_reservation,
)
from .operations.stock_item import (
    CreateStockItem,
    DeleteStockItem,
    GetStockItem,
    GetStockItemIncluding,
    ListStockItems,
    RestoreStockItem,
    UpdateStockItem,
    create_stock_item,
    delete_stock_item,
    get_stock_item,
    get_stock_item_including,
    list_stock_items,
    restore_stock_item,
    update_stock_item,
)
from .repositories.reservation import ReservationRepository
from .repositories.stock_item import StockItemRepository

if TYPE_CHECKING:
    from ...ordering.generated.messages import OrderCancelled, OrderPlaced, OrderShipped


class Handlers(Protocol):
    """What handlers.py has to hold."""

    async def receive(self, command: Receive, ctx: SystemContext, /) -> StockItem:
        """Put units of a product on the shelf of a location."""
        ...

    async def availability(
        self,
        query: Availability,
        ctx: SystemContext,
        /,
    ) -> AvailabilityResult:
        """What there is of a product, over all locations."""
        ...

    async def low_stock(self, query: LowStock, ctx: SystemContext, /) -> LowStockResult:
        """The stock items of which fewer are available than their reorder point, the scarcest first."""
        ...

    async def on_order_placed(self, event: OrderPlaced, ctx: SystemContext, /) -> None:
        """Hears ordering/order.placed."""
        ...

    async def on_order_cancelled(
        self,
        event: OrderCancelled,
        ctx: SystemContext,
        /,
    ) -> None:
        """Hears ordering/order.cancelled."""
        ...

    async def on_order_shipped(
        self,
        event: OrderShipped,
        ctx: SystemContext,
        /,
    ) -> None:
        """Hears ordering/order.shipped."""
        ...


def wire(handlers: Handlers) -> AppModule:
    """The module, ready to be registered."""
    from ...ordering.generated.messages import OrderCancelled, OrderPlaced, OrderShipped

    return build_module(
        abi=1,
        manifest=manifest,
        schemas=schemas,
        commands=[
            command(CreateReservation, create_reservation),
            command(UpdateReservation, update_reservation),
            command(DeleteReservation, delete_reservation),
            command(RestoreReservation, restore_reservation),
            command(CreateStockItem, create_stock_item),
            command(UpdateStockItem, update_stock_item),
            command(DeleteStockItem, delete_stock_item),
            command(RestoreStockItem, restore_stock_item),
            command(TransitionReservation, transition_reservation),
            command(Receive, handlers.receive),
        ],
        queries=[
            query(GetReservation, get_reservation),
            query(GetReservationIncluding, get_reservation_including),
            query(ListReservations, list_reservations),
            query(GetStockItem, get_stock_item),
            query(GetStockItemIncluding, get_stock_item_including),
            query(ListStockItems, list_stock_items),
            query(GetReservationTransitions, get_reservation_transitions),
            query(Availability, handlers.availability),
            query(LowStock, handlers.low_stock),
        ],
        subscriptions=[
            subscription(
                "order.placed",
                handlers.on_order_placed,
                name="inventory.on_order_placed",
                event=OrderPlaced,
                source="ordering",
            ),
            subscription(
                "order.cancelled",
                handlers.on_order_cancelled,
                name="inventory.on_order_cancelled",
                event=OrderCancelled,
                source="ordering",
            ),
            subscription(
                "order.shipped",
                handlers.on_order_shipped,
                name="inventory.on_order_shipped",
                event=OrderShipped,
                source="ordering",
            ),
        ],
        machines=[ReservationMachine],
        repositories=[ReservationRepository, StockItemRepository],
    )
