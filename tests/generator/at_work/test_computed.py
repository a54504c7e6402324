"""Computed fields, from the definition to what is read (semantics 8)."""

from __future__ import annotations

import pytest

from tests.generator.at_work.conftest import MakeProject, booted, judged
from tests.generator.conftest import WriteProject
from tests.generator.rendering import resolved

DEFINITION = """
    id: goods
    version: 1.0.0
    entities:
      - name: Line
        idPrefix: line
        fields:
          - { key: unitPrice, type: money, required: true }
          - { key: count, type: number, required: true, validators: [integer] }
          - { key: lineTotal, type: money, computed: "shop.goods.sums:line_total" }
"""
SUMS = """
    def line_total(line: dict) -> dict:
        price = line["unitPrice"]
        return {"amount": price["amount"] * line["count"], "currency": price["currency"]}
"""


def test_a_computed_field_is_read_typed_and_never_stored(make_project: MakeProject) -> None:
    """Semantics 8: computed fields are in reads; never stored."""
    folder = make_project(DEFINITION, sums=SUMS)
    printed = booted(
        folder,
        """
        made = await ctx.dispatch(CreateLine(unit_price={"amount": 250, "currency": "EUR"}, count=4))
        line = await ctx.query(GetLine(id=made.id))
        print(line.line_total)
        print(line.model_dump(mode="json", by_alias=True)["lineTotal"])
        line = await ctx.dispatch(UpdateLine(id=made.id, count=1))
        print(line.line_total)
        """,
    )
    migration = (folder / "shop/goods/migrations/0001_initial.py").read_text(encoding="utf-8")

    assert ["10.00 EUR", "{'amount': 1000, 'currency': 'EUR'}", "2.50 EUR"] == printed.splitlines()
    assert "unit_price_amount" in migration and "line_total" not in migration


def test_a_computed_field_has_its_type_and_is_no_input(make_project: MakeProject) -> None:
    """Semantics 8: never accepted."""
    folder = make_project(DEFINITION, sums="")
    code = """
        from typing import assert_type

        from coregen_runtime import Money
        from shop.goods import CreateLine, Line, LineFilter

        def total(line: Line) -> None:
            assert_type(line.line_total, Money)
            line.replace(line_total=line.unit_price)

        def make(price: Money) -> CreateLine:
            filter: LineFilter = {"lineTotal": price}
            return CreateLine(unit_price=price, count=1, line_total=price)
    """
    said = [line.rpartition("error: ")[2].rpartition("  [")[2].rstrip("]") for line in judged(folder, code).splitlines() if "error: " in line]

    assert ["call-arg", "typeddict-unknown-key", "call-arg"] == said


@pytest.mark.parametrize("door", ["Line", "LineCreate", "LineUpdate", "CreateLine"])
def test_a_value_for_a_computed_field_is_refused(make_project: MakeProject, door: str) -> None:
    """Semantics 8: never accepted."""
    printed = booted(
        make_project(DEFINITION, sums=SUMS),
        f"""
        from pydantic import ValidationError
        given = {{"id": new_id("line"), "unitPrice": {{"amount": 250, "currency": "EUR"}}, "count": 4}}
        given = {{key: value for key, value in given.items() if key in {door}.model_fields or key == "unitPrice"}}
        {door}.model_validate(given)
        try:
            {door}.model_validate({{**given, "lineTotal": given["unitPrice"]}})
        except ValidationError as error:
            print([failure["loc"] for failure in error.errors()])
        """,
    )

    assert "[('lineTotal',)]" == printed.strip()


def test_a_function_that_gives_something_else_is_named(make_project: MakeProject) -> None:
    printed = booted(
        make_project(DEFINITION, sums="def line_total(line: dict) -> str:\n    return 'much'\n"),
        """
        line = Line.new(unit_price={"amount": 250, "currency": "EUR"}, count=4)
        try:
            line.line_total
        except Exception as error:
            print(error)
        """,
    )

    assert '"shop.goods.sums:line_total" gave goods.Line a value that is none of the field\'s' in printed


@pytest.mark.parametrize("part", ["indexed", "searchable"])
def test_what_is_not_stored_cannot_be_looked_for(write_project: WriteProject, part: str) -> None:
    text = DEFINITION.replace('line_total" }', f'line_total", {part}: true }}')
    found = resolved(write_project({"shop/goods/definition.yaml": text})).diagnostics

    assert [("FIELD-COMPUTED", f'take "{part}" out')] == [(each.code, each.help) for each in found]
