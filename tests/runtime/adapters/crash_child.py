"""The processes that the crash tests kill: they save, relay, send, receive and handle without end, and say what was acknowledged.

Run as `python -m tests.runtime.adapters.crash_child ROLE DATABASE [STREAM ELSEWHERE]`, from the root of the repository. The tables are there.
"""

from __future__ import annotations

import asyncio
import sys
from typing import Any

from coregen_adapters.app import open_database
from coregen_adapters.nats import NatsBroker
from coregen_runtime.event.broker import EventBroker
from coregen_runtime.event.outbox import DispatchRecord
from coregen_runtime.event.receiving import Receiver
from coregen_runtime.event.relay import Relay
from coregen_runtime.event.subscriptions import DurableSubscription, Subscriptions
from coregen_runtime.event.types import DomainEvent
from coregen_runtime.primitives.clock import SystemClock
from coregen_runtime.primitives.logger import StandardLogger
from coregen_runtime.repository.dedup import DatabaseDedup
from coregen_runtime.repository.deliveries import Deliveries
from coregen_runtime.repository.inbox import DatabaseInbox
from coregen_runtime.repository.types import Scope, Transaction
from tests.runtime.repository.library import Library, Note

LOGGER = StandardLogger("crash")


def said(event: DomainEvent[Any]) -> str:
    """What a handler leaves of an event."""
    return f"{event.aggregate_id} {event.version} {event.id}"


def subscribed(elsewhere: bool) -> Subscriptions:
    """Who hears of books: a handler whose notes stand in the database of its delivery, and perhaps one whose notes stand in another."""

    async def unused(event: DomainEvent[Any], ctx: Any, /) -> None:
        raise AssertionError("the relay calls deliver")

    subscriptions = Subscriptions()
    for name in ("shop.here", *(["shop.elsewhere"] if elsewhere else [])):
        subscriptions.add(DurableSubscription(name, "library/book.*", unused))
    return subscriptions


def relay_of(library: Library, broker: EventBroker | None = None, elsewhere: Library | None = None) -> Relay:
    """A relay whose handlers leave a note for every event of a book: in the transaction of its delivery, and with a dedup store in another database."""

    async def deliver(subscription: DurableSubscription, event: DomainEvent[Any], tx: Transaction) -> None:
        if subscription.name == "shop.here" or elsewhere is None:
            await library.notes().within(tx).save(Note._new({"id": library.ids.generate(), "text": said(event)}))
            return
        async with elsewhere.db.transaction(Scope(None)) as theirs:
            if await DatabaseDedup(elsewhere.db, elsewhere.clock).note(event.id, subscription.name, theirs):
                await elsewhere.notes().within(theirs).save(Note._new({"id": elsewhere.ids.generate(), "text": said(event)}))

    async def dispatch(record: DispatchRecord, tx: Transaction) -> None:
        raise AssertionError("nothing is dispatched here")

    return Relay(
        Deliveries(library.db, library.clock),
        subscribed(elsewhere is not None),
        deliver=deliver,
        dispatch=dispatch,
        broker=broker,
        clock=library.clock,
        logger=LOGGER,
        concurrency=4,
        heartbeat=300,
        interval=100,
    )


def receiver_of(library: Library, broker: EventBroker) -> Receiver:
    """What takes the books' events into the database of those who hear of them."""
    return Receiver(broker, DatabaseInbox(library.db, library.clock), subscribed(True), ["shop"], LOGGER, patience=200, lease=500)


async def opened(url: str) -> Library:
    """The library in the database of that URL."""
    db = open_database(url)
    await db.open()
    return Library(db, SystemClock())


async def writer(library: Library) -> None:
    """Create and change books; every line printed is a change that was acknowledged: id and version."""
    while True:
        book = await library.books().save(library.book(tags=("a", "b")))
        print(book.id, book.version, flush=True)
        book = await library.books().save(book._replace({"title": "changed", "tags": ("b",)}))
        print(book.id, book.version, flush=True)


async def live(role: str, database: str, stream: str, elsewhere: str) -> None:
    """Do what the role says, until killed."""
    library = await opened(database)
    broker = NatsBroker(stream, "shop" if role == "receive" else "library", timeout=5_000) if stream else None
    if broker is not None:
        await broker.open(LOGGER)
    if role != "write":
        relay = relay_of(library, broker if role == "send" else None, await opened(elsewhere) if elsewhere else None)
        library.db.on_commit(relay.wake)
        await relay.start()
    if role == "receive":
        assert broker is not None
        await receiver_of(library, broker).start()
        print("receiving", flush=True)
        await asyncio.Event().wait()
    await asyncio.gather(*(writer(library) for _ in range(3)))


if __name__ == "__main__":
    asyncio.run(live(*(sys.argv[1:] + ["", ""])[:4]))
