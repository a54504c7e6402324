"""The steps that the samples' tests have in common: somebody who buys, something to sell, a shelf, an order, accounts.

What a test does not name is made by the generated factories: valid, and unlike that of any other.
"""

from __future__ import annotations

from coregen_runtime import Money, SystemContext
from sample_modules import catalog, identity, inventory, ledger, ordering
from sample_modules.catalog.generated.testing import make_create_product
from sample_modules.identity.generated.testing import make_create_user
from sample_modules.ordering.generated.testing import make_create_order

ACCOUNTS = (("1200", "Bank", "asset"), ("4000", "Sales", "income"), ("6000", "Postage", "expense"))


class LeapingClock:
    """A clock that is a minute later whenever it is asked: retries that back off are due at once."""

    def __init__(self) -> None:
        self._now = 1_700_000_000_000

    def now(self) -> int:
        self._now += 60_000
        return self._now


async def active_user(ctx: SystemContext, email: str = "harbour@example.org") -> identity.User:
    user = await ctx.dispatch(make_create_user(email=email))
    return await ctx.dispatch(identity.TransitionUser(id=user.id, event="activate", payload={"acceptedTerms": True}))


async def published(ctx: SystemContext, price: str = "49.90", stock: int = 10) -> catalog.Product:
    """A product for sale, with so many units at MAIN; none of it ever came in where `stock` is 0."""
    product = await ctx.dispatch(make_create_product(price=Money.of(price, "EUR")))
    if stock:
        await ctx.dispatch(inventory.Receive(product=product.id, quantity=stock))
    return await ctx.dispatch(catalog.TransitionProduct(id=product.id, event="publish"))


async def draft(ctx: SystemContext, customer: identity.UserId | None = None) -> ordering.Order:
    return await ctx.dispatch(make_create_order(customer=customer, customer_email="harbour@example.org"))


async def placed(ctx: SystemContext, product: catalog.Product, quantity: int = 1, customer: identity.UserId | None = None) -> ordering.Order:
    order = await draft(ctx, customer)
    await ctx.dispatch(ordering.AddLine(order=order.id, product=product.id, quantity=quantity))
    return await ctx.dispatch(ordering.TransitionOrder(id=order.id, event="place"))


async def accounts(ctx: SystemContext) -> dict[str, ledger.Account]:
    """The accounts that orders are posted to, and one more, by code."""
    made = [await ctx.dispatch(ledger.CreateAccount(code=code, name=name, kind=ledger.AccountKind(kind))) for code, name, kind in ACCOUNTS]
    return {account.code: account for account in made}


async def stock_of(ctx: SystemContext, product: catalog.Product) -> tuple[int, int, int]:
    """What is on hand, reserved and available of a product, over all locations."""
    found = await ctx.query(inventory.Availability(product=product.id))
    return found.on_hand, found.reserved, found.available


async def balances(ctx: SystemContext) -> dict[str, str]:
    """The balances of `ACCOUNTS` in euro, by code."""
    return {code: str((await ctx.query(ledger.Balance(account=code))).balance) for code, _, _ in ACCOUNTS}
