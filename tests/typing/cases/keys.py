"""A misspelt key of a filter, of a change or of a new entity is refused, and so is an operator that the field's type has not."""

from __future__ import annotations

from typing import assert_type

from coregen_runtime import GeoPointFilter, GeoPolygon, Money, PaginatedResult, SystemContext
from sample_modules import catalog


async def wrong(ctx: SystemContext, product: catalog.Product) -> None:
    await ctx.query(catalog.ListProducts(filter={"nam": "Lamp"}))  # E: expected "ProductFilter | None"
    await ctx.query(catalog.ListProducts(filter={"status": "publishd"}))  # E: expected "ProductFilter | None"
    await ctx.query(catalog.ListProducts(filter={"name": {"subtring": "amp"}}))  # E: expected "ProductFilter | None"
    await ctx.query(catalog.ListProducts(filter={"price": {"matches": "5"}}))  # E: expected "ProductFilter | None"
    await ctx.repo(catalog.ProductRepository).find_many({"skuu": "LMP-1"})  # E: expected "ProductFilter | None"
    product.replace(nmae="Lamp")  # E: Unexpected keyword argument "nmae"
    product.replace(name=1)  # E: expected "str"
    catalog.Product.new(name="Lamp", sku="LMP-1")  # E: Missing named argument "price"
    catalog.Product.new(name="Lamp", sku="LMP-1", price=Money.of("1", "EUR"), colour="red")  # E: Unexpected keyword argument "colour"


async def right(ctx: SystemContext, product: catalog.Product) -> None:
    page = await ctx.query(catalog.ListProducts(filter={"status": "published", "name": {"substring": "amp"}, "price": {"exists": True}}))
    assert_type(page, PaginatedResult[catalog.Product, catalog.ProductIncluded])
    assert_type(product.replace(name="Torch", category=None), catalog.Product)
    assert_type(await ctx.repo(catalog.ProductRepository).find_by_sku("LMP-1"), catalog.Product | None)
    await ctx.repo(catalog.ProductRepository).find_many({"status": {"matches": "^pub"}, "category": {"matches": "^cat_"}})
    await ctx.repo(catalog.ProductRepository).find_many({"or": [{"price": {"gt": Money.of("5", "EUR")}}, {"category": None}]})


def of_places(area: GeoPolygon) -> list[GeoPointFilter]:
    misspelt: GeoPointFilter = {"spatialWithn": area}  # E: Extra key "spatialWithn" for TypedDict "GeoPointFilter"
    of_a_name: GeoPointFilter = {"spatialWithin": "Berlin"}  # E: has type "GeoPolygon | Mapping[str, Any]"
    ordered: GeoPointFilter = {"gt": area}  # E: Extra key "gt" for TypedDict "GeoPointFilter"
    return [
        misspelt,
        of_a_name,
        ordered,
        {"eq": {"lat": 52.5, "lng": 13.4}},
        {"neq": None},
        {"exists": True, "spatialWithin": area},
        {"spatialWithin": {"type": "Polygon", "coordinates": []}},
    ]
