"""A search index is built anew from the rows: all of them, nothing else, in little memory, and while the application writes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from coregen_adapters.app import App
from coregen_runtime import AdapterRegistry, CoreError, SearchRebuilt, SystemContext, rebuild_search
from coregen_runtime.module import search as rebuilding
from tests.runtime.app.kitchen import COOK, ORG, OTHER_ORG, Dish, DishRepository, Kitchen, PlanDish, dish_schema

NAME = "kitchen.Dish"


class Search:
    """A search adapter that keeps its documents; `meanwhile` is awaited before a document is taken."""

    def __init__(self) -> None:
        self.documents: dict[tuple[str, str], Mapping[str, Any]] = {}
        self.meanwhile: Callable[[str], Awaitable[None]] | None = None

    async def index(self, entity: str, org_id: str, id: str, document: Mapping[str, Any]) -> None:
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile is not None:
            await meanwhile(id)
        self.documents[org_id, id] = document

    async def remove(self, entity: str, org_id: str, id: str) -> None:
        self.documents.pop((org_id, id), None)

    async def search(self, entity: str, org_id: str, text: str, limit: int = 50) -> list[str]:
        return [id for (org, id), document in self.documents.items() if org == org_id and text in document["name"]][:limit]

    async def ids(self, entity: str, org_id: str) -> AsyncIterator[str]:
        for org, id in list(self.documents):
            if org == org_id:
                yield id

    def names(self, org_id: str = ORG) -> list[str]:
        return sorted(document["name"] for (org, _), document in self.documents.items() if org == org_id)


@pytest.fixture
def search() -> Search:
    return Search()


@pytest.fixture(params=["memory://", "sqlite:///"])
async def app(request: pytest.FixtureRequest, search: Search, tmp_path: Path) -> AsyncIterator[App]:
    adapters = AdapterRegistry()
    adapters.register("search", search)
    database = f"sqlite:///{tmp_path}/kitchen.db" if request.param.startswith("sqlite") else str(request.param)
    module = Kitchen().module(dish_schema.model_copy(update={"search_sync": True}))
    async with App(modules=[module], database=database, adapters=adapters) as app:
        yield app


async def planned(ctx: SystemContext, *names: str) -> list[Dish]:
    return await ctx.repo(DishRepository).save_batch([Dish.new(name=name, recipe="secret") for name in names])


async def test_an_index_is_rebuilt_from_the_rows_of_its_organisation_alone(app: App, search: Search) -> None:
    """Semantics 8: search is rebuildable from scratch; what is gone is removed, and another organisation is left alone."""
    ctx, others = app.context(organization=ORG, actor=COOK), app.context(organization=OTHER_ORG, actor=COOK)
    soup, cake, _ = await planned(ctx, "soup", "cake", "stew")
    await planned(others, "theirs")
    await ctx.repo(DishRepository).delete(cake.id)
    await app.settle()
    search.documents = {
        (ORG, soup.id): {"name": "wrong"},
        (ORG, cake.id): {"name": "cake"},
        (ORG, "gone"): {"name": "gone"},
        (OTHER_ORG, "x"): {"name": "x"},
    }
    done = await rebuild_search(ctx, NAME)

    assert SearchRebuilt(indexed=2, removed=2) == done
    assert (["soup", "stew"], ["x"]) == (search.names(), search.names(OTHER_ORG))
    assert {"name": "soup"} == search.documents[ORG, soup.id]


async def test_a_rebuild_goes_page_by_page(app: App, search: Search, monkeypatch: pytest.MonkeyPatch) -> None:
    """Semantics 8: rebuildable however many rows there are."""
    monkeypatch.setattr(rebuilding, "AT_A_TIME", 7)
    ctx = app.context(organization=ORG, actor=COOK)
    await planned(ctx, *(f"dish {number:02}" for number in range(30)))
    await app.settle()
    search.documents = {(ORG, f"gone {number}"): {"name": "gone"} for number in range(20)}
    done = await rebuild_search(ctx, NAME)

    assert SearchRebuilt(indexed=30, removed=20) == done
    assert [f"dish {number:02}" for number in range(30)] == search.names()


@pytest.mark.parametrize(("change", "names"), [("rename", ["cake", "stew"]), ("delete", ["cake"])])
async def test_a_row_that_changes_while_the_index_is_rebuilt_does_not_stay_behind(app: App, search: Search, change: str, names: list[str]) -> None:
    """Semantics 8: kept in step and rebuilt at the same time."""
    ctx = app.context(organization=ORG, actor=COOK)
    dishes = {dish.id: dish for dish in await planned(ctx, "soup", "cake")}
    await app.settle()

    async def meanwhile(id: str) -> None:
        [soup] = [dish for dish in dishes.values() if dish.name == "soup"]
        if change == "rename":
            await ctx.repo(DishRepository).save(soup._replace({"name": "stew"}))
        else:
            await ctx.repo(DishRepository).delete(soup.id)
        await app.settle()

    # the change commits, and its event is delivered, before the rebuild writes what it read earlier
    search.meanwhile = meanwhile
    await rebuild_search(ctx, NAME)

    assert names == search.names()


async def test_what_is_not_searched_is_not_rebuilt() -> None:
    async with App(modules=[Kitchen().module()], database="memory://") as app:
        with pytest.raises(CoreError, match="kitchen.Dish has no searchSync"):
            await rebuild_search(app.context(organization=ORG, actor=COOK), NAME)


async def test_an_index_is_not_rebuilt_within_a_transaction(app: App) -> None:
    async with app.context(organization=ORG, actor=COOK).transaction() as tx:
        with pytest.raises(CoreError, match="outside transactions"):
            await rebuild_search(tx, NAME)


async def test_a_dish_that_is_planned_is_found(app: App, search: Search) -> None:
    """Semantics 8: kept in step from the outbox."""
    dish = await app.context(organization=ORG, actor=COOK).dispatch(PlanDish(name="soup"))
    await app.settle()

    assert [dish.id] == await search.search(NAME, ORG, "sou")
