"""What a row costs through a command and a repository. The floor is the standard library's driver doing the same statements by hand."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Sequence

from benchmarks.harness import Contestant
from coregen_adapters.app import App
from coregen_runtime import Money
from sample_modules import catalog

COUNT = 200
GROUP = "create and read rows, SQLite in memory"


def contestants() -> Sequence[Contestant]:
    return (
        Contestant(GROUP, "sqlite3, one insert and one select", _by_hand, size=COUNT, floor=True),
        Contestant(GROUP, "CreateProduct and GetProduct", lambda: asyncio.run(_messages()), size=COUNT),
        Contestant(GROUP, "ProductRepository, save and find_by_id", lambda: asyncio.run(_repository()), size=COUNT),
    )


def _by_hand() -> None:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE product (id TEXT PRIMARY KEY, name TEXT, sku TEXT, amount INTEGER, currency TEXT)")
    for number in range(COUNT):
        with connection:
            connection.execute("INSERT INTO product VALUES (?, ?, ?, ?, ?)", (str(number), "Lamp", f"LMP-{number}", 4990, "EUR"))
        connection.execute("SELECT * FROM product WHERE id = ?", (str(number),)).fetchone()
    connection.close()


async def _messages() -> None:
    async with App(modules=[catalog.module], database="sqlite://") as app:
        ctx = app.context(organization="org_1", actor="actor_1")
        for number in range(COUNT):
            product = await ctx.dispatch(catalog.CreateProduct(name="Lamp", sku=f"LMP-{number}", price=Money.of("49.90", "EUR")))
            await ctx.query(catalog.GetProduct(id=product.id))


async def _repository() -> None:
    async with App(modules=[catalog.module], database="sqlite://") as app:
        products = app.context(organization="org_1", actor="actor_1").repo(catalog.ProductRepository)
        for number in range(COUNT):
            product = await products.save(catalog.Product.new(name="Lamp", sku=f"LMP-{number}", price=Money.of("49.90", "EUR")))
            await products.find_by_id(product.id)
