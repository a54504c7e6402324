"""JSON Schemas at work: typed fields, messages and events, from the definition to the row and back (contract, "Definition document")."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.generator.at_work.conftest import MakeProject, booted, judged

DEFINITION = """
    id: goods
    version: 1.0.0
    entities:
      - name: Box
        idPrefix: box
        fields:
          - key: size
            type: json
            required: true
            jsonSchema:
              type: object
              properties:
                width: { type: number, exclusiveMinimum: 0 }
                class: { type: string, pattern: "^[a-z]+$" }
                tag: { type: [string, "null"] }
                inside: { type: array, items: { $ref: "#" }, maxItems: 2 }
              required: [width]
          - { key: labels, type: json, default: [new], jsonSchema: { type: array, items: { type: string }, uniqueItems: true } }
          - { key: secret, type: json, sensitive: true, jsonSchema: { type: object, properties: { pin: { type: integer } }, required: [pin], additionalProperties: false } }
    commands:
      - type: goods.reprice
        payload: { type: object, properties: { percent: { type: number, minimum: -100 }, for: { type: array, items: { $ref: "#/$defs/Kind" } } }, required: [percent], additionalProperties: false, $defs: { Kind: { enum: [cheap, dear] } } }
        result: { type: object, properties: { changed: { type: integer } }, required: [changed] }
    queries:
      - { type: goods.measure, params: { type: object, properties: { unit: { enum: [cm, in] } } }, result: { type: [number, "null"] } }
    events:
      - { type: box.weighed, payload: { type: object, properties: { grams: { type: integer } }, required: [grams] } }
    subscriptions:
      - { event: box.weighed }
"""
HANDLERS = """
    from coregen_runtime import MISSING, SystemContext
    from shop.goods import BoxWeighed, BoxWeighedPayload, Measure, MeasureResult, Reprice, RepriceResult

    heard: list[int] = []

    async def reprice(command: Reprice, ctx: SystemContext) -> RepriceResult:
        await ctx.publish(BoxWeighed(payload=BoxWeighedPayload(grams=int(command.percent))))
        return RepriceResult(changed=0 if command.for_ is MISSING else len(command.for_))

    async def measure(query: Measure, ctx: SystemContext) -> MeasureResult:
        return 2.5 if query.unit == "cm" else None

    async def on_box_weighed(event: BoxWeighed, ctx: SystemContext) -> None:
        heard.append(event.payload.grams)
"""


@pytest.fixture
def goods(make_project: MakeProject) -> Path:
    return make_project(DEFINITION, handlers=HANDLERS)


def test_a_typed_field_comes_back_as_it_was(goods: Path) -> None:
    """Through create, update, the row, a filter, and the snapshot of the event; what was left out stays out."""
    printed = booted(
        goods,
        """
        size = BoxSize(width=2.0, class_="a", tag=None, inside=[BoxSize(width=1)])
        made = await ctx.dispatch(CreateBox(size=size))
        found = await ctx.query(GetBox(id=made.id))
        print(found.size == size, found.size)
        print(found.labels, found.secret)
        moved = await ctx.dispatch(UpdateBox(id=made.id, size=BoxSize(width=3), labels=["a", "b"], secret=BoxSecret(pin=1)))
        print(moved.size, moved.labels, moved.secret)
        print((await ctx.query(ListBoxes(filter={"labels": {"contains": "b"}}))).total)
        print((await ctx.query(ListBoxes(filter={"size": {"eq": {"width": 3}}}))).total)
        print(made.model_dump(mode="json", by_alias=True)["size"])
        """,
    )

    assert [
        "True width=2 class_='a' tag=None inside=(BoxSize(width=1, class_=<MISSING>, tag=<MISSING>, inside=<MISSING>),)",
        "('new',) None",
        "width=3 class_=<MISSING> tag=<MISSING> inside=<MISSING> ('a', 'b') pin=1",
        "1",
        "1",
        "{'width': 2, 'class': 'a', 'tag': None, 'inside': [{'width': 1}]}",
    ] == printed.replace("MISSING", "<MISSING>").replace("<<", "<").replace(">>", ">").splitlines()


def test_what_the_schema_refuses_is_told_by_wire_name_and_what_is_sensitive_is_not_shown(goods: Path) -> None:
    printed = booted(
        goods,
        """
        from coregen_runtime import Request, ValidationError
        wrong = {"size": {"width": 0, "class": "A", "inside": [{}]}, "labels": ["a", "a"], "secret": {"pin": "0000"}}
        try:
            await ctx.dispatch(CreateBox.model_validate(wrong))
        except Exception as error:
            print("0000" in str(error))
        try:
            await ctx.dispatch(Request(type="goods.createBox", payload=wrong))
        except ValidationError as error:
            print(sorted((each.path, each.code) for each in error.failures))
            print("0000" in str(error) + repr(error.failures))
        """,
    )

    assert [
        "False",
        "[('labels', 'REPEATED'), ('secret.pin', 'TYPE'), ('size.class', 'PATTERN'), ('size.inside.0.width', 'REQUIRED'), ('size.width', 'MIN')]",
        "False",
    ] == printed.splitlines(), printed


def test_messages_and_events_carry_what_their_schema_says(goods: Path) -> None:
    printed = booted(
        goods,
        """
        from shop.goods.handlers import heard
        print(await ctx.dispatch(Reprice(percent=5, for_=["cheap"])))
        print(await ctx.query(Measure(unit="cm")), await ctx.query(Measure(unit="in")))
        await app.relay.settle()
        print(heard)
        try:
            Reprice(percent=-101)
        except Exception as error:
            print(error.errors(include_url=False)[0]["loc"], error.errors(include_url=False)[0]["type"])
        """,
    )

    assert ["changed=1", "2.5 None", "[5]", "('percent',) MIN"] == printed.splitlines(), printed


def test_types_are_those_of_the_schema(goods: Path) -> None:
    code = """
        from typing import Literal, assert_type

        from coregen_runtime import MISSING, SystemContext
        from shop.goods import Box, BoxSize, CreateBox, Measure, Reprice, RepriceResult

        async def use(ctx: SystemContext, box: Box) -> None:
            assert_type(box.size.width, int | float)
            if box.size.class_ is not MISSING:
                assert_type(box.size.class_, str)
            assert_type(await ctx.dispatch(Reprice(percent=5)), RepriceResult)
            assert_type(await ctx.query(Measure(unit="cm")), int | float | None)
            box.replace(size=BoxSize(width=1, inside=[box.size]))
            CreateBox(size=BoxSize(width=1), labels=("a",))
            BoxSize()
            BoxSize(width="1")
            Reprice(percent=1, for_=["free"])
            Measure(unit="mm")
            CreateBox(size={"width": 1})
    """
    found = judged(goods, code).splitlines()
    wrong = [line.partition(": ")[0] for line in found if ": error:" in line]

    assert [f"user.py:{number}" for number in range(15, 20)] == wrong, found


def test_documents_refer_to_where_the_schemas_stand(goods: Path) -> None:
    document = json.loads((goods / "shop/goods/generated/openapi.json").read_text(encoding="utf-8"))["components"]["schemas"]

    assert {"$ref": "#/components/schemas/Reprice/$defs/Kind"} == document["Reprice"]["properties"]["for"]["items"]
    assert {"$ref": "#/components/schemas/BoxCreate/properties/size"} == document["BoxCreate"]["properties"]["size"]["properties"]["inside"]["items"]
