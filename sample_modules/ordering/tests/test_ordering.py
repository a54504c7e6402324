"""The ordering module boots and answers. Yours: add what it must do."""

from __future__ import annotations

import asyncio

from coregen_adapters.app import App

from ...catalog import module as catalog_module
from ...identity import module as identity_module
from ...ledger import module as ledger_module
from .. import ListOrderLines, ListOrders, module


async def first_answers() -> list[int | None]:
    async with App(
        modules=[catalog_module, identity_module, ledger_module, module],
        database="sqlite://",
    ) as app:
        ctx = app.context(organization="org_test", actor="actor_test")
        return [
            (await ctx.query(ListOrders())).total,
            (await ctx.query(ListOrderLines())).total,
        ]


def test_the_module_boots_and_holds_nothing_yet() -> None:
    found = asyncio.run(first_answers())

    assert found == [0] * 2
