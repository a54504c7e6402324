"""What a page brings along, from the definition to typed results (semantics 25)."""

from __future__ import annotations

from tests.generator.at_work.conftest import MakeProject, booted, judged

DEFINITION = """
    id: goods
    version: 1.0.0
    entities:
      - name: Category
        idPrefix: cat
        fields: [{ key: name, type: string, required: true }, { key: parent, type: ref, refEntity: Category }]
      - name: Product
        idPrefix: prod
        fields:
          - { key: name, type: string, required: true }
          - { key: mainCategory, type: ref, refEntity: Category }
          - { key: other, type: ref, refEntity: Category }
          - { key: tags, type: "ref[]", refEntity: Category }
"""


def test_a_page_brings_along_what_it_refers_to(make_project: MakeProject) -> None:
    printed = booted(
        make_project(DEFINITION),
        """
        a, b = [await ctx.dispatch(CreateCategory(name=name)) for name in "ab"]
        for name, category, other in (("x", a, b), ("y", a, None), ("z", None, None)):
            await ctx.dispatch(CreateProduct(name=name, main_category=category and category.id, other=other and other.id))
        page = await ctx.query(ListProducts(include=("mainCategory", "other")))
        print(sorted(page.included))
        print([each.name for each in page.included["mainCategory"].values()], page.included["mainCategory"][a.id] == a)
        print([page.included["other"][product.other].name if product.other else None for product in page.data])
        print((await ctx.query(ListProducts())).included)
        tagged = await ctx.dispatch(CreateProduct(name="t", main_category=a.id, tags=(b.id, a.id)))
        one = await ctx.query(GetProductIncluding(id=tagged.id, include=("mainCategory", "tags")))
        print(one.data == tagged, one.included["mainCategory"][a.id] == a, [each.name for each in one.included["tags"].values()])
        await ctx.dispatch(DeleteCategory(id=a.id))
        print((await ctx.repo(ProductRepository).included(page.data, ["mainCategory"])))
        print([each.name for each in (await ctx.query(ListProducts(include=("tags",)))).included["tags"].values()])
        """,
    )

    expected = ["['mainCategory', 'other']", "['a'] True", "['b', None, None]", "{}", "True True ['b', 'a']", "{'mainCategory': {}}", "['b']"]
    assert expected == printed.splitlines()


def test_what_is_brought_along_is_typed_without_a_plug_in(make_project: MakeProject) -> None:
    code = """
        from collections.abc import Mapping
        from typing import assert_type

        from coregen_runtime import IncludedResult, PaginatedResult, QueryOptions, SystemContext
        from shop.goods import Category, CategoryId, GetProduct, GetProductIncluding, ListProducts, Product, ProductIncluded, ProductRepository

        async def look(ctx: SystemContext) -> PaginatedResult[Product]:
            page = await ctx.query(ListProducts(include=("mainCategory",)))
            assert_type(page, PaginatedResult[Product, ProductIncluded])
            assert_type(page.included["mainCategory"], Mapping[CategoryId, Category])
            again = await ctx.repo(ProductRepository).find_many(options=QueryOptions(include=["other"]))
            assert_type(again.included["other"], Mapping[CategoryId, Category])
            one = await ctx.query(GetProductIncluding(id=page.data[0].id, include=("mainCategory", "tags")))
            assert_type(one, IncludedResult[Product, ProductIncluded])
            assert_type(one.data, Product)
            assert_type(one.included["tags"], Mapping[CategoryId, Category])
            assert_type(await ctx.query(GetProduct(id=one.data.id)), Product)
            return page

        async def wrong(ctx: SystemContext) -> None:
            page = await ctx.query(ListProducts(include=("name",)))
            page.included["name"]
            one = await ctx.query(GetProductIncluding(id=page.data[0].id))
            one.name
    """
    said = [line.rpartition("  [")[2].rstrip("]") for line in judged(make_project(DEFINITION), code).splitlines() if "error: " in line]

    assert ["arg-type", "typeddict-item", "call-arg", "attr-defined"] == said


def test_a_name_that_is_no_reference_is_refused(make_project: MakeProject) -> None:
    printed = booted(
        make_project(DEFINITION),
        """
        from coregen_runtime import QueryOptions, ValidationError
        for include in (["mainCategry", "id"], ["name"]):
            try:
                await ctx.repo(ProductRepository).find_many(options=QueryOptions(include=include))
            except ValidationError as error:
                print([(failure.path, failure.code, failure.message) for failure in error.failures])
        """,
    )

    assert (
        "('include.0', 'UNKNOWN_FIELD', 'is no reference of Product; did you mean \"mainCategory\"?'), ('include.1', 'UNKNOWN_FIELD', 'is no reference of Product')"
        in printed.replace("<FailureCode.UNKNOWN_FIELD: 'UNKNOWN_FIELD'>", "'UNKNOWN_FIELD'")
    )
    assert 2 == len(printed.splitlines())
