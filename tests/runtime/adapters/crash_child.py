"""The process that the crash test kills: it saves, relays and handles without end, and says what was acknowledged.

Run as `python -m tests.runtime.adapters.crash_child DATABASE relay|no-relay`, from the root of the repository.
"""

from __future__ import annotations

import asyncio
import sys
from typing import Any

from coregen_adapters.app import open_database
from coregen_adapters.sqlite import SqliteAdapter
from coregen_runtime.event.outbox import DispatchRecord
from coregen_runtime.event.relay import Relay
from coregen_runtime.event.subscriptions import DurableSubscription, Subscriptions
from coregen_runtime.event.types import DomainEvent
from coregen_runtime.primitives.clock import SystemClock
from coregen_runtime.primitives.logger import StandardLogger
from coregen_runtime.repository.deliveries import Deliveries
from coregen_runtime.repository.types import Transaction
from tests.runtime.repository.library import Library, Note, make_tables


def relay_of(library: Library) -> Relay:
    """A relay whose one handler leaves a note for every event of a book, in the transaction of its delivery."""
    subscriptions = Subscriptions()

    async def unused(event: DomainEvent[Any], ctx: Any, /) -> None:
        raise AssertionError("the relay calls deliver")

    async def deliver(subscription: DurableSubscription, event: DomainEvent[Any], tx: Transaction) -> None:
        await library.notes().within(tx).save(Note._new({"text": f"{event.aggregate_id} {event.version} {event.id}"}))

    async def dispatch(record: DispatchRecord, tx: Transaction) -> None:
        raise AssertionError("nothing is dispatched here")

    subscriptions.add(DurableSubscription("shop.on_book", "library/book.*", unused))
    log = Deliveries(library.db, library.clock)
    return Relay(log, subscriptions, deliver=deliver, dispatch=dispatch, clock=library.clock, logger=StandardLogger("crash"), heartbeat=300)


async def writer(library: Library) -> None:
    """Create, change and delete books; every line printed is a change that was acknowledged: id and version."""
    while True:
        book = await library.books().save(library.book(tags=("a", "b")))
        print(book.id, book.version, flush=True)
        book = await library.books().save(book._replace({"title": "changed", "tags": ("b",)}))
        print(book.id, book.version, flush=True)


async def live(url: str, relaying: bool) -> None:
    db = open_database(url)
    await db.open()
    if isinstance(db, SqliteAdapter):
        await make_tables(db)
    library = Library(db, SystemClock())
    if relaying:
        relay = relay_of(library)
        db.on_commit(relay.wake)
        await relay.start()
    await asyncio.gather(*(writer(library) for _ in range(3)))


if __name__ == "__main__":
    asyncio.run(live(sys.argv[1], sys.argv[2] == "relay"))
