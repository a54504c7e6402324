"""A process that changes one row again and again beside others: `python -m tests.runtime.adapters.writer_child DATABASE ID TASKS TIMES`.

Each of its tasks adds one to the row's pages, TIMES times; whoever is refused reads again and tries again.
"""

from __future__ import annotations

import asyncio
import sys

from coregen_adapters.app import open_database
from coregen_runtime.errors.base import CoreError
from coregen_runtime.errors.codes import ErrorCode
from coregen_runtime.primitives.clock import SystemClock
from tests.runtime.repository.library import Library


async def add(library: Library, id: str, times: int) -> None:
    """Add one, that many times; a stale version and a locked file are tried again."""
    for _ in range(times):
        while True:
            book = await library.books().find_by_id_or_fail(id)
            try:
                await library.books().save(book._replace({"pages": (book.pages or 0) + 1}))
                break
            except CoreError as error:
                if error.code != ErrorCode.VERSION_CONFLICT and not error.transient:
                    raise


async def work(url: str, id: str, tasks: int, times: int) -> None:
    db = open_database(url)
    await db.open()
    library = Library(db, SystemClock())
    await asyncio.gather(*(add(library, id, times) for _ in range(tasks)))
    await db.close()


if __name__ == "__main__":
    asyncio.run(work(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])))
