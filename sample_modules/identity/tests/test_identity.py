"""The identity module boots and answers. Yours: add what it must do."""

from __future__ import annotations

import asyncio

from coregen_adapters.app import App

from .. import ListMemberships, ListRoles, ListUsers, module


async def first_answers() -> list[int | None]:
    async with App(
        modules=[module],
        database="sqlite://",
    ) as app:
        ctx = app.context(organization="org_test", actor="actor_test")
        return [
            (await ctx.query(ListMemberships())).total,
            (await ctx.query(ListRoles())).total,
            (await ctx.query(ListUsers())).total,
        ]


def test_the_module_boots_and_holds_nothing_yet() -> None:
    found = asyncio.run(first_answers())

    assert found == [0] * 3
