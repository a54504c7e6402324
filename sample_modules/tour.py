"""One order's life over both samples, told line by line. It needs the runtime alone: `python -m sample_modules.tour`.

The demo prints it, and the packaging test runs it where nothing but the runtime is installed.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from coregen_adapters.app import App
from coregen_runtime import BusinessError, ConflictError, Money, NotFoundError

from sample_modules import catalog, ordering


async def tour(app: App) -> AsyncIterator[str]:
    """Take an order from draft to shipped in a running `app` that holds both modules; a sentence for each thing that happened."""
    ctx = app.context(organization="org_lighthouse", actor="actor_keeper")

    lamp = await ctx.dispatch(catalog.CreateProduct(name="Lamp", sku="LMP-1", price=Money.of("49.90", "EUR"), stock=10))
    yield f"created    {lamp.name} at {lamp.price}, {lamp.stock} in stock, {lamp.status}, version {lamp.version}"

    order = await ctx.dispatch(ordering.CreateOrder(number="2026-0001", customer_name="Harbour office"))
    try:
        await ctx.dispatch(ordering.AddLine(order=order.id, product=lamp.id, quantity=3))
    except BusinessError as error:
        yield f"refused    {error}"

    lamp = await ctx.dispatch(catalog.TransitionProduct(id=lamp.id, event="publish"))
    repriced = await ctx.dispatch(catalog.Reprice(percent=-10))
    lamp = await ctx.query(catalog.GetProduct(id=lamp.id))
    yield f"repriced   {repriced.changed} product, {lamp.name} is {lamp.price} now"

    order = await ctx.dispatch(ordering.AddLine(order=order.id, product=lamp.id, quantity=3))
    yield f"ordered    3 × {lamp.name}, total {order.total}"

    stale = order.version
    order = await ctx.dispatch(ordering.TransitionOrder(id=order.id, event="place"))
    await app.settle()
    lamp = await ctx.query(catalog.GetProduct(id=lamp.id))
    yield f"placed     order {order.number} by {order.placed_by}; catalog heard of it, {lamp.stock} left in stock"

    options = await ctx.query(ordering.GetOrderTransitions(id=order.id))
    yield f"could      {', '.join(option.event for option in options.events)}"
    try:
        await ctx.dispatch(ordering.TransitionOrder(id=order.id, event="pay", expected_version=stale))
    except ConflictError as error:
        yield f"refused    {error}"

    for event, payload in (("pay", {}), ("ship", {"trackingCode": "SEA-7"})):
        order = await ctx.dispatch(ordering.TransitionOrder(id=order.id, event=ordering.OrderEvent(event), payload=payload))
        yield f"{order.status:<10} order {order.number}, version {order.version}"

    stranger = app.context(organization="org_elsewhere", actor="actor_stranger")
    try:
        await stranger.query(ordering.GetOrder(id=order.id))
    except NotFoundError as error:
        yield f"refused    {error.code}: another organisation does not see it"


async def main() -> None:
    async with App(modules=[catalog.module, ordering.module], database="sqlite://") as app:
        async for line in tour(app):
            print(line)


if __name__ == "__main__":
    asyncio.run(main())
