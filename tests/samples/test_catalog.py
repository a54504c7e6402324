"""Catalog: prices that change for what is published, and nothing that is sold twice under one number."""

from __future__ import annotations

import pytest

from coregen_adapters.app import App
from coregen_runtime import BusinessError, ConflictError, Money, Request, SortSpec, SystemContext, ValidationError
from sample_modules import catalog
from sample_modules.catalog.generated.testing import make_create_category, make_create_product
from tests.samples.shop import placed, published


@pytest.mark.parametrize(
    ("percent", "price", "expected"),
    [(10, "49.90", "54.89"), (-10, "49.90", "44.91"), (2.5, "0.20", "0.21"), (50, "0.01", "0.02"), (-50, "0.01", "0.01"), (0, "1.00", "1.00")],
)
async def test_repricing_rounds_half_up_in_minor_units(ctx: SystemContext, percent: float, price: str, expected: str) -> None:
    lamp = await published(ctx, price=price)
    await ctx.dispatch(catalog.Reprice(percent=percent))

    assert Money.of(expected, "EUR") == (await ctx.query(catalog.GetProduct(id=lamp.id))).price


async def test_repricing_leaves_drafts_other_categories_and_other_organisations_alone(app: App, ctx: SystemContext) -> None:
    light = await ctx.dispatch(make_create_category())
    lamp, torch = await published(ctx), await published(ctx)
    await ctx.dispatch(catalog.UpdateProduct(id=lamp.id, category=light.id))
    unpublished = await ctx.dispatch(make_create_product(category=light.id))
    stranger = app.context(organization="org_2", actor="actor_2")
    foreign = await published(stranger)
    result = await ctx.dispatch(catalog.Reprice(percent=100, category=light.id))

    assert 1 == result.changed
    assert Money.of("99.80", "EUR") == (await ctx.query(catalog.GetProduct(id=lamp.id))).price
    assert torch.price == (await ctx.query(catalog.GetProduct(id=torch.id))).price
    assert unpublished.price == (await ctx.query(catalog.GetProduct(id=unpublished.id))).price
    assert foreign.price == (await stranger.query(catalog.GetProduct(id=foreign.id))).price


@pytest.mark.parametrize("percent", [-100, -100.5])
async def test_a_reprice_that_leaves_nothing_of_a_price_is_refused(ctx: SystemContext, percent: float) -> None:
    lamp = await published(ctx)

    with pytest.raises(BusinessError, match="PERCENT_TOO_LOW"):
        await ctx.dispatch(catalog.Reprice(percent=percent))
    assert lamp == await ctx.query(catalog.GetProduct(id=lamp.id))


async def test_two_products_of_one_organisation_cannot_share_a_sku_and_two_organisations_can(app: App, ctx: SystemContext) -> None:
    stranger = app.context(organization="org_2", actor="actor_2")
    for each in (ctx, stranger):
        await each.dispatch(make_create_product(sku="LMP-1"))

    with pytest.raises(ConflictError):
        await ctx.dispatch(make_create_product(sku="LMP-1"))


async def test_what_is_ordered_is_counted_once_for_each_order(app: App, ctx: SystemContext) -> None:
    """Semantics 30: ordering tells, and catalog hears it in a transaction with its delivery."""
    lamp, cable = await published(ctx), await published(ctx)
    await placed(ctx, lamp, quantity=3)
    await placed(ctx, lamp, quantity=2)
    await app.settle()

    assert [0, 5] == [(await ctx.query(catalog.GetProduct(id=product.id))).ordered for product in (cable, lamp)]


async def test_a_suppliers_list_becomes_drafts_and_what_else_it_tells_is_kept_out_of_them(ctx: SystemContext) -> None:
    rows = [{"article-no": f"LMP-{number}", "name": "Lamp", "price": "49.90", "stock": 3} for number in (1, 2)]
    result = await ctx.dispatch(catalog.ImportProducts.model_validate({"currency": "EUR", "rows": rows}))
    found = await ctx.query(catalog.ListProducts(sort=(SortSpec(field="sku"),)))

    assert 2 == result.imported
    assert [("LMP-1", Money.of("49.90", "EUR"), "draft"), ("LMP-2", Money.of("49.90", "EUR"), "draft")] == [
        (product.sku, product.price, product.status) for product in found.data
    ]


async def test_a_list_with_a_wrong_row_brings_nothing(ctx: SystemContext) -> None:
    rows = [{"article-no": "LMP-1", "name": "Lamp", "price": "49.90"}, {"article-no": "lamp", "price": "49,90"}]

    with pytest.raises(ValidationError) as refused:
        await ctx.dispatch(Request(type="catalog.importProducts", payload={"currency": "EUR", "rows": rows}))
    assert {"rows.1.article-no", "rows.1.name", "rows.1.price"} == {failure.path for failure in refused.value.failures}
    assert [] == list((await ctx.query(catalog.ListProducts())).data)


async def test_dimensions_come_back_as_they_went_in(ctx: SystemContext) -> None:
    parcel = catalog.ProductDimensions(width=20, height=30.5, depth=12, unit="cm")
    lamp = await ctx.dispatch(make_create_product(dimensions=parcel))

    assert parcel == (await ctx.query(catalog.GetProduct(id=lamp.id))).dimensions
