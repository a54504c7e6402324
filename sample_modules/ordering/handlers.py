"""What only ordering knows: what may go on an order, what that comes to, and whose orders are dropped."""

from __future__ import annotations

from coregen_runtime import BusinessError, Money, SystemContext

from sample_modules.catalog import GetProduct, ProductStatus
from sample_modules.identity import GetUser, UserId, UserStatus, UserSuspended
from sample_modules.ordering import AddLine, Order, OrderLine, OrderLineRepository, OrderRepository, OrderStatus, TransitionOrder


async def add_line(command: AddLine, ctx: SystemContext) -> Order:
    """Put a product on a draft order at its price of now; more of the same product joins its line. The order comes back with its new total.

    Raises:
        NotFoundError: no such order or product in this organisation.
        BusinessError: ORDER_NOT_DRAFT, CUSTOMER_NOT_ACTIVE, PRODUCT_NOT_FOR_SALE or OTHER_CURRENCY.
    """
    orders, lines = ctx.repo(OrderRepository), ctx.repo(OrderLineRepository)
    order = await orders.find_by_id_or_fail(command.order)
    if order.status != OrderStatus.DRAFT:
        raise BusinessError("ORDER_NOT_DRAFT", f"order {order.number} is {order.status}, and lines are added to drafts")
    await _must_be_active(order.customer, ctx)
    product = await ctx.query(GetProduct(id=command.product))
    if product.status != ProductStatus.PUBLISHED:
        raise BusinessError("PRODUCT_NOT_FOR_SALE", f"{product.sku} is {product.status}, and only what is published is sold")
    if product.price.currency != order.total.currency:
        raise BusinessError(
            "OTHER_CURRENCY", f"{product.sku} is priced in {product.price.currency}, order {order.number} is in {order.total.currency}"
        )

    line = await lines.find_one({"order": order.id, "product": product.id})
    if line is None:
        line = OrderLine.new(order=order.id, product=product.id, quantity=command.quantity, unit_price=product.price)
    else:
        line = line.replace(quantity=line.quantity + command.quantity, unit_price=product.price)
    await lines.save(line)

    amounts = [each.unit_price * each.quantity for each in await lines.find_all({"order": order.id})]
    return await orders.save(order.replace(total=Money.sum(amounts, order.total.currency)))


async def on_user_suspended(event: UserSuspended, ctx: SystemContext) -> None:
    """Cancel what the user has not paid for: drafts, and orders that are placed."""
    unpaid = [OrderStatus.DRAFT, OrderStatus.PLACED]
    for order in await ctx.repo(OrderRepository).find_all({"customer": UserId(event.aggregate_id), "status": {"in": unpaid}}):
        await ctx.dispatch(TransitionOrder(id=order.id, event="cancel"))


async def _must_be_active(customer: UserId | None, ctx: SystemContext) -> None:
    user = None if customer is None else await ctx.query(GetUser(id=customer))
    if user is not None and user.status != UserStatus.ACTIVE:
        raise BusinessError("CUSTOMER_NOT_ACTIVE", f"{user.name} is {user.status}, and only active users order")
