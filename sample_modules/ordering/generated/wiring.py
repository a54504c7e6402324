"""Joins the handlers of ordering to its generated parts."""

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

from .entities.order import Order
from .machines.order import (
    GetOrderTransitions,
    OrderMachine,
    TransitionOrder,
    get_order_transitions,
    transition_order,
)
from .manifest import manifest, schemas
from .messages import AddLine
from .operations.order import (
    CreateOrder,
    DeleteOrder,
    GetOrder,
    GetOrderIncluding,
    ListOrders,
    RestoreOrder,
    UpdateOrder,
    create_order,
    delete_order,
    get_order,
    get_order_including,
    list_orders,
    restore_order,
    update_order,
)
from .operations.order_line import (
    CreateOrderLine,
    DeleteOrderLine,
    GetOrderLine,
    GetOrderLineIncluding,
    ListOrderLines,
    RestoreOrderLine,
    UpdateOrderLine,
    create_order_line,
    delete_order_line,
    get_order_line,
    get_order_line_including,
    list_order_lines,
    restore_order_line,
    update_order_line,
)
from .repositories.order import OrderRepository
from .repositories.order_line import OrderLineRepository

if TYPE_CHECKING:
    from ...identity.generated.messages import UserSuspended


class Handlers(Protocol):
    """What handlers.py has to hold."""

    async def add_line(self, command: AddLine, ctx: SystemContext, /) -> Order:
        """Put a quantity of a published product on a draft order, at the product's price of now."""
        ...

    async def on_user_suspended(
        self,
        event: UserSuspended,
        ctx: SystemContext,
        /,
    ) -> None:
        """Hears identity/user.suspended."""
        ...


def wire(handlers: Handlers) -> AppModule:
    """The module, ready to be registered."""
    from ...identity.generated.messages import UserSuspended

    return build_module(
        abi=1,
        manifest=manifest,
        schemas=schemas,
        commands=[
            command(CreateOrder, create_order),
            command(UpdateOrder, update_order),
            command(DeleteOrder, delete_order),
            command(RestoreOrder, restore_order),
            command(CreateOrderLine, create_order_line),
            command(UpdateOrderLine, update_order_line),
            command(DeleteOrderLine, delete_order_line),
            command(RestoreOrderLine, restore_order_line),
            command(TransitionOrder, transition_order),
            command(AddLine, handlers.add_line),
        ],
        queries=[
            query(GetOrder, get_order),
            query(GetOrderIncluding, get_order_including),
            query(ListOrders, list_orders),
            query(GetOrderLine, get_order_line),
            query(GetOrderLineIncluding, get_order_line_including),
            query(ListOrderLines, list_order_lines),
            query(GetOrderTransitions, get_order_transitions),
        ],
        subscriptions=[
            subscription(
                "user.suspended",
                handlers.on_user_suspended,
                name="ordering.on_user_suspended",
                event=UserSuspended,
                source="identity",
            ),
        ],
        machines=[OrderMachine],
        repositories=[OrderRepository, OrderLineRepository],
    )
