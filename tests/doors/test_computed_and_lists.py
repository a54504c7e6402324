"""Computed fields, lists of references and hooks through an application on SQLite (semantics 8, 26)."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from coregen_adapters.app import App
from coregen_runtime import CoreError, QueryOptions, Request, SortSpec, ValidationError
from tests.doors.made import Made, made

DEFINITION = {
    "id": "shelf",
    "version": "1.0.0",
    "entities": [
        {
            "name": "Box",
            "idPrefix": "box",
            "fields": [
                {"key": "size", "type": "number", "required": True},
                {"key": "twice", "type": "number", "computed": "lists_shop.checks:twice"},
                {"key": "holds", "type": "ref[]", "refEntity": "Toy"},
            ],
        },
        {
            "name": "Toy",
            "idPrefix": "toy",
            "fields": [{"key": "name", "type": "string", "required": True}],
            "hooks": {"beforeSave": "lists_shop.checks:tidy"},
        },
    ],
}
FUNCTIONS = """
def twice(box):
    return box["size"] * 2


def tidy(toy, ctx):
    return toy.replace(name=toy.name.strip())
"""


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    with made(tmp_path_factory.mktemp("shelf"), "lists_shop", DEFINITION, FUNCTIONS) as done:
        yield done


async def test_a_computed_field_is_read_and_accepted_nowhere(shelf: Made, tmp_path: Path) -> None:
    """Semantics 8: in what is read and listed; refused by create, update, `replace`, filters and orders; no column holds it."""
    package, file = shelf.package, tmp_path / "rows.db"
    async with App(modules=[package.module], database=f"sqlite:///{file}") as app:
        ctx = app.context(organization="org_1", actor="ann")
        box = await ctx.dispatch(package.CreateBox(size=3))
        repository: Any = ctx.repo("shelf.Box")
        for type, payload in (
            ("createBox", {"size": 1, "twice": 2}),
            ("updateBox", {"id": box.id, "twice": 8}),
            ("listBoxes", {"filter": {"twice": 6}}),
        ):
            request = Request(type=f"shelf.{type}", payload=payload)
            with pytest.raises(ValidationError, match="twice"):
                await (ctx.query(request) if type == "listBoxes" else ctx.dispatch(request))
        with pytest.raises(ValidationError, match="twice"):
            await repository.find_many(None, QueryOptions(sort=[SortSpec(field="twice")]))
        with pytest.raises(CoreError, match="twice"):
            box.replace(twice=1)
        saved = await repository.save(box.replace(size=5))
        [listed] = (await ctx.query(package.ListBoxes())).data
    with sqlite3.connect(file) as rows:
        columns = [row[1] for row in rows.execute("PRAGMA table_info(shelf_box)")]
        told = list(rows.iterdump())

    assert (6, 10, 10) == (box.twice, saved.twice, listed.twice)
    assert 10 == listed.model_dump(mode="json", by_alias=True)["twice"]
    assert "size" in columns and "twice" not in columns
    assert [] == [line for line in told if "twice" in line]


def test_a_computed_field_is_read_only_in_the_documents(shelf: Made) -> None:
    """Semantics 8: `readOnly` in OpenAPI's reads and in no input; shown in forms and not to be changed."""
    schemas = json.loads(shelf.files["generated/openapi.json"])["components"]["schemas"]
    form = json.loads(shelf.files["generated/forms.json"])["entities"]["Box"]

    assert schemas["Box"]["properties"]["twice"]["readOnly"]
    assert [] == [name for name in ("BoxCreate", "BoxUpdate", "BoxSnapshot") if "twice" in schemas[name]["properties"]]
    assert (True, True) == (form["schema"]["properties"]["twice"]["readOnly"], form["uiSchema"]["twice"]["ui:readonly"])


async def test_a_list_of_references_keeps_its_order_and_is_asked_both_ways(shelf: Made, tmp_path: Path) -> None:
    """Semantics 8: ordered, without repeats; what a box holds, and which boxes hold a toy."""
    package = shelf.package
    async with App(modules=[package.module], database=f"sqlite:///{tmp_path}/rows.db") as app:
        ctx = app.context(organization="org_1", actor="ann")
        car, ball, kite = [await ctx.dispatch(package.CreateToy(name=name)) for name in ("car", "ball", "kite")]
        first = await ctx.dispatch(package.CreateBox(size=1, holds=(kite.id, car.id, ball.id)))
        second = await ctx.dispatch(package.CreateBox(size=2, holds=(car.id,)))
        with pytest.raises(ValidationError, match="holds"):
            await ctx.dispatch(Request(type="shelf.createBox", payload={"size": 3, "holds": [car.id, car.id]}))
        await ctx.dispatch(package.UpdateBox(id=first.id, holds=(ball.id, kite.id, car.id)))
        read = await ctx.query(package.GetBoxIncluding(id=first.id, include=("holds",)))

        async def holding(*toys: Any) -> list[float]:
            condition = {"contains": toys[0].id} if len(toys) == 1 else {"empty": True}
            return sorted(box.size for box in (await ctx.query(package.ListBoxes(filter={"holds": condition}))).data)

        assert (ball.id, kite.id, car.id) == read.data.holds
        assert ["ball", "kite", "car"] == [toy.name for toy in read.included["holds"].values()]
        assert [[1, 2], [1], []] == [await holding(car), await holding(kite), await holding()]
        await ctx.dispatch(package.UpdateBox(id=second.id, holds=()))
        assert [[1], [2]] == [await holding(car), await holding()]


async def test_a_hook_of_the_definition_changes_what_is_saved(shelf: Made) -> None:
    """Semantics 26: `hooks` names a function, and the repository calls it."""
    async with App(modules=[shelf.package.module], database="memory://") as app:
        toy = await app.context(organization="org_1", actor="ann").dispatch(shelf.package.CreateToy(name="  car "))

    assert "car" == toy.name
