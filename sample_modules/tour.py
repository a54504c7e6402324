"""One order's life over all samples, told line by line. It needs the runtime alone: `python -m sample_modules.tour`.

The demo prints it, and the packaging test runs it where nothing but the runtime is installed.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from coregen_adapters.app import App
from coregen_runtime import BusinessError, ConflictError, Money, NotFoundError

from sample_modules import catalog, identity, inventory, ledger, ordering

MODULES = (identity.module, catalog.module, inventory.module, ledger.module, ordering.module)
"""The samples, as an application registers them."""


async def tour(app: App) -> AsyncIterator[str]:
    """Take an order from draft to shipped in a running `app` that holds `MODULES`; a sentence for each thing that happened."""
    ctx = app.context(organization="org_lighthouse", actor="actor_keeper")

    for code, name, kind in (("1200", "Bank", ledger.AccountKind.ASSET), ("4000", "Sales", ledger.AccountKind.INCOME)):
        await ctx.dispatch(ledger.CreateAccount(code=code, name=name, kind=kind))
    buyer = await ctx.dispatch(identity.CreateUser(name="Harbour office", email="harbour@example.org"))
    buyer = await ctx.dispatch(identity.TransitionUser(id=buyer.id, event="activate", payload={"acceptedTerms": True}))
    yield f"welcome    {buyer.name} is {buyer.status}"

    lamp = await ctx.dispatch(catalog.CreateProduct(name="Lamp", sku="LMP-1", price=Money.of("49.90", "EUR")))
    shelf = await ctx.dispatch(inventory.Receive(product=lamp.id, quantity=10))
    yield f"created    {lamp.name} at {lamp.price}, {lamp.status}, version {lamp.version}; {shelf.on_hand} on hand at {shelf.location}"

    order = await ctx.dispatch(ordering.CreateOrder(number="2026-0001", customer=buyer.id, customer_name=buyer.name))
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
    stock = await ctx.query(inventory.Availability(product=lamp.id))
    yield f"placed     order {order.number} by {order.placed_by}; inventory heard of it and keeps {stock.reserved}, {stock.available} are available"

    options = await ctx.query(ordering.GetOrderTransitions(id=order.id))
    yield f"could      {', '.join(option.event for option in options.events)}"
    try:
        await ctx.dispatch(ordering.TransitionOrder(id=order.id, event="pay", expected_version=stale))
    except ConflictError as error:
        yield f"refused    {error}"

    order = await ctx.dispatch(ordering.TransitionOrder(id=order.id, event="pay"))
    await app.settle()
    bank = await ctx.query(ledger.Balance(account="1200"))
    yield f"paid       order {order.number}, version {order.version}; ledger posted it, {bank.balance} in the bank"

    order = await ctx.dispatch(ordering.TransitionOrder(id=order.id, event="ship", payload={"trackingCode": "SEA-7"}))
    await app.settle()
    stock = await ctx.query(inventory.Availability(product=lamp.id))
    yield f"shipped    order {order.number}, version {order.version}; {stock.on_hand} on hand"

    entries = await ctx.query(ledger.ListEntries())
    try:
        await ctx.dispatch(ledger.UpdateEntry(id=entries.data[0].id, amount=Money.of("1", "EUR")))
    except BusinessError as error:
        yield f"refused    {error.code}: what is posted stays as it is"

    stranger = app.context(organization="org_elsewhere", actor="actor_stranger")
    try:
        await stranger.query(ordering.GetOrder(id=order.id))
    except NotFoundError as error:
        yield f"refused    {error.code}: another organisation does not see it"


async def main() -> None:
    async with App(modules=MODULES, database="sqlite://") as app:
        async for line in tour(app):
            print(line)


if __name__ == "__main__":
    asyncio.run(main())
