"""A change that the database refuses at any of its writes leaves nothing of itself, on every adapter (semantics 22, 27)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from itertools import count
from typing import Any

import pytest

from coregen_runtime.repository.base import BaseRepository
from coregen_runtime.repository.system_tables import EVENTS, OUTBOX
from coregen_runtime.repository.types import SYSTEM, DbQuery, Order, QueryOptions
from tests.runtime.adapters.databases import DATABASES
from tests.runtime.adapters.failing import Failing, Refused
from tests.runtime.repository.library import ORG, Author, Book, Library

Change = Callable[[BaseRepository[Book], Library, Book, Book], Awaitable[Any]]


async def create(books: BaseRepository[Book], library: Library, active: Book, deleted: Book) -> None:
    await books.save(library.book("new", id="new", tags=("a", "b"), isbn="3"))


async def update(books: BaseRepository[Book], library: Library, active: Book, deleted: Book) -> None:
    await books.save(active._replace({"title": "changed", "tags": ("b",), "secret": "x"}))


async def batch(books: BaseRepository[Book], library: Library, active: Book, deleted: Book) -> None:
    new = [library.book("new", id=f"new_{number}", isbn=f"new {number}", tags=("a",)) for number in range(3)]
    await books.save_batch([new[0], active._replace({"tags": ()}), *new[1:]])


async def delete(books: BaseRepository[Book], library: Library, active: Book, deleted: Book) -> None:
    await books.delete(active.id)


async def restore(books: BaseRepository[Book], library: Library, active: Book, deleted: Book) -> None:
    await books.restore(deleted.id)


async def erase(books: BaseRepository[Book], library: Library, active: Book, deleted: Book) -> None:
    await books.hard_delete(active.id)


async def several(books: BaseRepository[Book], library: Library, active: Book, deleted: Book) -> None:
    async with library.db.transaction(books._scope) as tx, tx.savepoint() as inner:
        mine = books.within(inner)
        await mine.save(active._replace({"title": "changed"}))
        await mine.restore(deleted.id)
        await mine.hard_delete(deleted.id)


async def everything(library: Library) -> list[Any]:
    books = await library.books().find_many({}, QueryOptions(with_deleted=True))
    log = await library.db.select(SYSTEM, DbQuery(EVENTS, order=(Order("position"),)))
    outbox = await library.db.select(SYSTEM, DbQuery(OUTBOX, order=(Order("position"),)))
    return [books.data, [(row["id"], row["payload"]) for row in log], [row["id"] for row in outbox]]


@pytest.fixture(params=list(DATABASES))
async def failing(request: pytest.FixtureRequest) -> AsyncIterator[Any]:
    async with DATABASES[request.param]() as db:
        yield Failing(db, alone=True)


@pytest.mark.parametrize("change", [create, update, batch, delete, restore, erase, several])
async def test_a_change_that_is_refused_at_any_write_did_nothing(failing: Any, change: Change) -> None:
    """Semantics 22, 27: row, references, event and outbox record are there together or not at all, whichever of them was refused."""
    library = Library(failing)
    await library.authors().save_batch([Author._new({"id": id, "name": id}) for id in "ab"])
    books = library.books(ORG)
    active = await books.save(library.book("active", id="active", tags=("a", "b"), isbn="1"))
    deleted = await books.save(library.book("deleted", id="deleted", tags=("b",), isbn="2"))
    await books.delete(deleted.id)
    before, failures = await everything(library), 0
    for failing.left in count():
        try:
            await change(books, library, active, deleted)
            break
        except Refused:
            failures += 1

        assert before == await everything(library)
    failing.left = -1
    after = await everything(library)

    assert failures >= 3
    assert all(was != now for was, now in zip(before, after, strict=True))
