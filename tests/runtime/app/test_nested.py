"""A command within a transaction, a hook or a subscription never waits for the database that its own task holds (semantics 28)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from coregen_adapters.app import App
from coregen_runtime import EntityHooks, Money, SystemContext
from coregen_runtime.errors.base import BusinessError, CoreError
from coregen_runtime.repository.refusals import lost_a_race
from coregen_runtime.repository.table import Mappings
from sample_modules import catalog

PATIENCE = 20


@pytest.fixture(params=["memory://", "sqlite://", "sqlite:///{}/app.db"])
async def app(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[App]:
    async with App(modules=[catalog.module], database=request.param.format(tmp_path)) as running:
        yield running


def _create(sku: str, name: str = "Lamp") -> catalog.CreateProduct:
    return catalog.CreateProduct(name=name, sku=sku, price=Money.of(5, "EUR"))


async def _skus(ctx: SystemContext) -> list[str]:
    return sorted(product.sku for product in await ctx.repo(catalog.ProductRepository).find_all())


async def test_commands_within_transactions_within_commands_are_savepoints(app: App) -> None:
    """Semantics 28: what fails inside is undone alone, and the outermost transaction decides about all."""
    ctx = app.context(organization="org_1", actor="actor_1")

    async def work() -> None:
        async with ctx.transaction() as tx:
            await tx.dispatch(_create("OUTER"))
            async with tx.transaction() as inner:
                await inner.dispatch(_create("INNER"))
                with pytest.raises(CoreError):
                    await inner.dispatch(_create("INNER"))
                with pytest.raises(LookupError):
                    async with inner.transaction() as innermost:
                        await innermost.dispatch(_create("UNDONE"))
                        raise LookupError
            assert ["INNER", "OUTER"] == await _skus(tx)

    await asyncio.wait_for(work(), PATIENCE)

    assert ["INNER", "OUTER"] == await _skus(ctx)


async def test_a_hook_that_dispatches_belongs_to_the_save_that_called_it(app: App) -> None:
    """Semantics 26, 28: its command is part of the same transaction, and is undone with it."""
    ctx = app.context(organization="org_1", actor="actor_1")

    async def after_save(product: catalog.Product, inner: SystemContext) -> None:
        await inner.dispatch(_create(f"{product.sku}-TWIN"))
        if product.name == "Refused":
            raise BusinessError("REFUSED")

    own = ctx.repo(catalog.ProductRepository)
    schema = own.schema.model_copy(update={"hooks": EntityHooks(after_save=after_save)})
    found: dict[str, tuple[Any, type[Any]]] = {"catalog.Product": (schema, catalog.Product)}
    environment = replace(own.environment, mappings=Mappings(found.__getitem__))
    hooked = catalog.ProductRepository(schema, own.db, own.outbox, own.org_id, environment)
    await asyncio.wait_for(hooked.save(catalog.Product.new(name="Lamp", sku="LAMP", price=Money.of(5, "EUR"))), PATIENCE)
    with pytest.raises(BusinessError):
        await asyncio.wait_for(hooked.save(catalog.Product.new(name="Refused", sku="OTHER", price=Money.of(5, "EUR"))), PATIENCE)

    assert ["LAMP", "LAMP-TWIN"] == await _skus(ctx)


async def test_what_follows_a_commit_may_dispatch_at_once(app: App) -> None:
    """Semantics 30: the bus hears of the commit outside its transaction, and commands of many subscribers wait for their turn."""
    ctx = app.context(organization="org_1", actor="actor_1")

    async def twin(event: Any, inner: SystemContext) -> None:
        if not event.payload["sku"].endswith("-TWIN"):
            await inner.dispatch(_create(f"{event.payload['sku']}-TWIN"))

    app.bus.subscribe("product.created", twin)
    await asyncio.wait_for(asyncio.gather(*(ctx.dispatch(_create(f"SKU-{number}")) for number in range(8))), PATIENCE)

    async def all_there() -> None:
        while len(await _skus(ctx)) < 16:
            await asyncio.sleep(0.01)

    await asyncio.wait_for(all_there(), PATIENCE)
    assert 8 == sum(sku.endswith("-TWIN") for sku in await _skus(ctx))


async def test_atomically_begins_again_and_tells_what_waits_for_the_commit_once(app: App) -> None:
    """Semantics 22: a serializable block is called again; only the run that commits is told to those who wait for it as committed."""
    ctx = app.context(organization="org_1", actor="actor_1")
    told: list[bool] = []

    async def tell(committed: bool) -> None:
        told.append(committed)

    async def work(tx: SystemContext) -> int:
        await tx.dispatch(_create("ONE"))
        tx.on_settled(tell)
        if len(told) < 2:
            raise lost_a_race()
        return len(told)

    assert 2 == await ctx.atomically(work, isolation="serializable")
    assert ([False, False, True], ["ONE"]) == (told, await _skus(ctx))

    async def within(tx: SystemContext) -> None:
        await tx.atomically(work, isolation="serializable")

    with pytest.raises(CoreError, match="a savepoint has the isolation of its transaction"):
        await ctx.atomically(within)
