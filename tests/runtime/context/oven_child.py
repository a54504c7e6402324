"""A process that plans and cooks dishes until it is killed; run as `python -m tests.runtime.context.oven_child DATABASE`. Each dish is told on standard output."""

from __future__ import annotations

import asyncio
import sys

from coregen_runtime import SystemClock
from tests.runtime.context.oven import oven_app, plan, send


async def main(database: str) -> None:
    async with oven_app(database, SystemClock()) as app:
        while True:
            dish = await plan(app, portions=6)
            await send(app, dish, "stir")
            await send(app, dish, "cook")
            print(dish.id, flush=True)
            await send(app, dish, "serve")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
