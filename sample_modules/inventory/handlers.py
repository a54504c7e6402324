"""What only inventory knows: what a placed order keeps, what a cancelled one gives back, and when there is too little left."""

from __future__ import annotations

from collections.abc import Iterable

from coregen_runtime import BusinessError, SystemContext

from sample_modules.catalog import GetProduct, ProductId, ProductStatus
from sample_modules.inventory import (
    Availability,
    AvailabilityResult,
    LowStock,
    LowStockResult,
    Receive,
    Reservation,
    ReservationEvent,
    ReservationRepository,
    StockItem,
    StockItemRepository,
    StockLow,
    StockLowPayload,
    TransitionReservation,
    inventory_config,
)
from sample_modules.inventory.rules import is_low, spread
from sample_modules.ordering import GetOrder, ListOrderLines, OrderCancelled, OrderId, OrderPlaced, OrderShipped, OrderStatus


async def receive(command: Receive, ctx: SystemContext) -> StockItem:
    """Put units of a product on the shelf of a location, the configured one when none is named; the first of them make the stock item.

    Raises:
        NotFoundError: no such product in this organisation.
        BusinessError: PRODUCT_RETIRED.
    """
    product = await ctx.query(GetProduct(id=command.product))
    if product.status == ProductStatus.RETIRED:
        raise BusinessError("PRODUCT_RETIRED", f"{product.sku} is retired, and nothing more of it is taken in")
    items = ctx.repo(StockItemRepository)
    location = command.location or inventory_config(ctx).location
    item = await items.find_by_product_and_location(product.id, location) or StockItem.new(product=product.id, location=location)
    return await items.save(item.replace(on_hand=item.on_hand + command.quantity))


async def availability(query: Availability, ctx: SystemContext) -> AvailabilityResult:
    """What there is of a product, over all locations; nothing of one that never came in."""
    items = await ctx.repo(StockItemRepository).find_all({"product": query.product})
    return AvailabilityResult(
        on_hand=sum(item.on_hand for item in items),
        reserved=sum(item.reserved for item in items),
        available=sum(item.available for item in items),
    )


async def low_stock(query: LowStock, ctx: SystemContext) -> LowStockResult:
    """The items with fewer available than their reorder point, the scarcest first, and how many units are missing to reach it."""
    low = [item for item in await ctx.repo(StockItemRepository).find_all({"reorderPoint": {"gt": 0}}) if is_low(item)]
    low.sort(key=lambda item: (item.available, item.location))
    return LowStockResult(items=[item.id for item in low], missing=sum(item.reorder_point - item.available for item in low))


async def on_order_placed(event: OrderPlaced, ctx: SystemContext) -> None:
    """Keep what was ordered, all of it or nothing, and once. Of an order that is cancelled by now nothing is kept.

    Raises:
        BusinessError: OUT_OF_STOCK, when less is available of a product than was ordered; the delivery is tried again and parked in the end.
    """
    order = await ctx.query(GetOrder(id=OrderId(event.aggregate_id)))
    items, reservations = ctx.repo(StockItemRepository), ctx.repo(ReservationRepository)
    if order.status == OrderStatus.CANCELLED or await reservations.exists({"order": order.id}):
        return
    kept: list[tuple[StockItem, int]] = []
    for line in (await ctx.query(ListOrderLines(filter={"order": order.id}, limit=500))).data:
        given = spread(line.quantity, await items.find_all({"product": line.product}))
        await _must_suffice(line.product, line.quantity, sum(units for _, units in given), order.number, ctx)
        kept += given
    after = await items.save_batch([item.replace(reserved=item.reserved + units) for item, units in kept])
    await reservations.save_batch([Reservation.new(order=order.id, item=item.id, quantity=units) for item, units in kept])
    await _tell_of_low_stock((item for item, _ in kept), after, ctx)


async def on_order_cancelled(event: OrderCancelled, ctx: SystemContext) -> None:
    """Give back what was kept for the order."""
    await _settle(OrderId(event.aggregate_id), ReservationEvent.RELEASE, ctx)


async def on_order_shipped(event: OrderShipped, ctx: SystemContext) -> None:
    """What was kept for the order has left the house."""
    await _settle(OrderId(event.aggregate_id), ReservationEvent.CONSUME, ctx)


async def _must_suffice(product: ProductId, wanted: int, found: int, number: str, ctx: SystemContext) -> None:
    if found < wanted:
        sku = (await ctx.query(GetProduct(id=product))).sku
        raise BusinessError("OUT_OF_STOCK", f"{sku} has {found} available, order {number} wants {wanted}")


async def _settle(order: OrderId, how: ReservationEvent, ctx: SystemContext) -> None:
    items = ctx.repo(StockItemRepository)
    for reservation in await ctx.repo(ReservationRepository).find_all({"order": order, "status": "held"}):
        item = await items.find_by_id_or_fail(reservation.item)
        gone = reservation.quantity if how == ReservationEvent.CONSUME else 0
        await items.save(item.replace(reserved=item.reserved - reservation.quantity, on_hand=item.on_hand - gone))
        await ctx.dispatch(TransitionReservation(id=reservation.id, event=how))


async def _tell_of_low_stock(before: Iterable[StockItem], after: Iterable[StockItem], ctx: SystemContext) -> None:
    """Publish stock.low for each item that was not low before."""
    for old, new in zip(before, after, strict=True):
        if is_low(new) and not is_low(old):
            payload = StockLowPayload(product=new.product, location=new.location, available=new.available)
            await ctx.publish(StockLow(payload=payload, aggregate_id=new.id, aggregate_type="StockItem"))
