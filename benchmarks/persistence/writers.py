"""Eight writers that change one row as often as they can: each reads it, saves it, and begins again where another came first."""

from __future__ import annotations

import asyncio

from coregen_runtime import ConflictError
from sample_modules import catalog

WRITERS = 8
UPDATES = 160
GROUP = f"{WRITERS} writers change one row, {UPDATES} times together"


async def contend(products: catalog.ProductRepository, id: catalog.ProductId) -> None:
    """All changes of all writers; none is lost, or it would not end with that many versions."""
    before = (await products.find_by_id_or_fail(id)).version
    await asyncio.gather(*(_write(products, id, UPDATES // WRITERS) for _ in range(WRITERS)))
    after = (await products.find_by_id_or_fail(id)).version
    if after != before + UPDATES:
        raise AssertionError(f"{before + UPDATES - after} changes were lost")


async def _write(products: catalog.ProductRepository, id: catalog.ProductId, times: int) -> None:
    while times:
        product = await products.find_by_id_or_fail(id)
        try:
            await products.save(product.replace(name=f"Lamp {times}"))
            times -= 1
        except ConflictError:
            continue
