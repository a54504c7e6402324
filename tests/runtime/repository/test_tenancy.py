"""Two organisations cannot see each other through any method of a repository (semantics 23)."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coregen_runtime.errors.base import ConflictError, CoreError, NotFoundError, ValidationError
from coregen_runtime.event.store import EventFilter
from coregen_runtime.primitives.pagination import SortSpec
from coregen_runtime.repository.base import BaseRepository
from coregen_runtime.repository.log import DatabaseEventStore
from coregen_runtime.repository.types import QueryOptions, Scope
from tests.runtime.adapters.databases import DATABASES
from tests.runtime.repository.library import ORG, OTHER_ORG, Author, Book, Library

METHODS = sorted(name for name in dir(BaseRepository) if not name.startswith("_") and callable(getattr(BaseRepository, name)))
"""All of a repository's, whatever is added to it: one that no history drives fails the test."""

ids = st.sampled_from(["a", "b"])
orgs = st.sampled_from([ORG, OTHER_ORG])
steps = st.lists(st.tuples(orgs, st.sampled_from(METHODS), ids), min_size=1, max_size=25)


class _Worlds:
    """Each organisation's books as they would be if it were alone, and the id of its only author, which in the other one nobody has."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self.active: dict[str, dict[str, Book]] = {name: {} for name in names.values()}
        self.deleted: dict[str, dict[str, Book]] = {name: {} for name in names.values()}
        self.author = dict(zip(names.values(), "ab", strict=True))


async def _step(library: Library, worlds: _Worlds, org: str, method: str, id: str) -> None:
    books, active = library.books(org), worlds.active[org]
    foreign = [book for other, theirs in worlds.active.items() if other != org for book in theirs.values()]
    outcome: Any = None
    try:
        match method:
            case "find_by_id":
                outcome = await books.find_by_id(id)
            case "find_by_id_or_fail":
                outcome = await books.find_by_id_or_fail(id)
            case "find_by_id_including":
                outcome = (await books.find_by_id_including(id, ["author"])).data
            case "find_many":
                outcome = (await books.find_many({"id": id}, QueryOptions(with_deleted=False))).data
            case "find_one":
                outcome = await books.find_one({"not": {"id": {"neq": id}}})
            case "find_all":
                outcome = await books.find_all({"or": [{"title": "x"}, {"id": {"exists": True}}]})
            case "count":
                outcome = await books.count({"not": {"title": "nothing"}})
            case "exists":
                outcome = await books.exists({"organizationId": {"neq": org}})
            case "save":
                outcome = await books.save(active[id]._replace({"title": f"{org} again"}) if id in active else library.book(f"{org} new", id=id))
            case "save_batch":
                outcome = await books.save_batch([active[id]._replace({"tags": (org,)}) if id in active else library.book(f"{org} batch", id=id)])
            case "delete":
                await books.delete(id)
            case "hard_delete":
                await books.hard_delete(id)
            case "restore":
                outcome = await books.restore(id)
            case "included":
                outcome = await books.included([library.book(author=id, tags=(id, "c"))], ["author", "tags"])
            case "raw":
                whole = "SELECT id, title FROM library_book WHERE deleted_at IS NULL"
                outcome = await books.raw(whole if library.db.dialect == "postgresql" else f"{whole} AND organization_id = :org")
            case "transaction":
                outcome = await books.transaction(lambda tx: library.books(org).within(tx).find_all(), isolation="serializable")
            case "within":
                async with library.db.transaction(Scope(org)) as tx, tx.savepoint() as inner:
                    outcome = await books.within(inner).find_one({"id": {"in": [id]}})
            case "build_query":
                outcome = [row["id"] for row in await library.db.select(Scope(org), books.build_query({"id": id}))]
            case "cursor":
                page = await books.find_many({}, QueryOptions(after=books.cursor(foreign[0] if foreign else library.book(id="a"))))
                outcome = page.data
            case "check_version":
                books.check_version(active.get(id) or library.book(id=id), active[id].version if id in active else 0)
            case "enter_again":
                await books.enter_again(foreign[0] if foreign else library.book(id=id), "status")
            case _:
                raise AssertionError(f"no history drives {method}: say here what an organisation sees of it")
    except CoreError as error:
        outcome = type(error)
    if method == "raw" and library.db.dialect == "memory":
        assert CoreError is outcome
        return
    _check(worlds, org, method, id, outcome)


def _check(worlds: _Worlds, org: str, method: str, id: str, outcome: Any) -> None:
    active, deleted = worlds.active[org], worlds.deleted[org]
    match method:
        case "find_by_id" | "find_one" | "within":
            assert active.get(id) == outcome
        case "find_by_id_or_fail" | "find_by_id_including":
            assert active.get(id, NotFoundError) == outcome
        case "find_many":
            assert tuple(book for book in [active.get(id)] if book) == outcome
        case "find_all" | "transaction":
            assert [active[key] for key in sorted(active)] == outcome
        case "raw":
            assert [(key, active[key].title) for key in sorted(active)] == sorted((row["id"], row["title"]) for row in outcome)
        case "build_query":
            assert ([id] if id in active else []) == outcome
        case "cursor":
            assert all(book in active.values() for book in outcome)
        case "included":
            theirs = [id] if id == worlds.author[org] else []
            assert [(key, org) for key in theirs] * 2 == [(each.id, each.name) for by_id in outcome.values() for each in by_id.values()]
        case "check_version" | "enter_again":
            assert outcome is None
        case "count":
            assert len(active) == outcome
        case "exists":
            assert outcome is False
        case "save" | "save_batch":
            if id in deleted:
                assert ConflictError is outcome
            else:
                [saved] = outcome if isinstance(outcome, list) else [outcome]
                assert (org, active[id].version + 1 if id in active else 1) == (saved.organization_id, saved.version)
                active[id] = saved
        case "delete":
            assert (None if id in active else NotFoundError) == outcome
            if id in active:
                book = active.pop(id)
                deleted[id] = book.model_copy(update={"version": book.version + 1})
        case "hard_delete":
            assert (None if id in active or id in deleted else NotFoundError) == outcome
            active.pop(id, None)
            deleted.pop(id, None)
        case "restore":
            if id in deleted:
                active[id] = deleted.pop(id).model_copy(update={"version": outcome.version})
                assert active[id] == outcome
            else:
                assert NotFoundError is outcome


@pytest.mark.parametrize("database", list(DATABASES))
def test_each_organisation_lives_as_if_it_were_alone(database: str) -> None:
    """Semantics 23: whatever two organisations do with the same ids, by every method there is, each sees what it did itself and nothing else."""

    with asyncio.Runner() as runner:
        opened = DATABASES[database]()
        library = Library(runner.run(opened.__aenter__()))
        numbers = iter(range(1_000_000))

        @given(steps)
        def histories(history: list[tuple[str, str, str]]) -> None:
            async def live() -> None:
                fresh = next(numbers)
                names = {org: f"{org}_{fresh}" for org in (ORG, OTHER_ORG)}
                worlds = _Worlds(names)
                for org, author in worlds.author.items():
                    await library.authors(org).save(Author._new({"id": author, "name": org}))
                for org, method, id in history:
                    await _step(library, worlds, names[org], method, id)
                for org in names.values():
                    log = [event async for event in DatabaseEventStore(library.db, org).replay(EventFilter())]
                    payloads = [(event.payload or {}).get("title", "") for event in log if event.type == "book.created"]

                    assert {org} == {event.org_id for event in log}
                    assert all(not title or title.startswith(org) for title in payloads)

            runner.run(live())

        histories()
        runner.run(opened.__aexit__(None, None, None))


shared = st.sampled_from(["a", "b", "c"])
acts = st.lists(
    st.tuples(
        orgs, st.sampled_from(["author", "drop author", "book", "secret", "include", "page", "raw", "count", "batch", "erase"]), shared, shared
    ),
    max_size=25,
)


class _Shelf:
    """What one organisation holds, as it would be if it were alone: its authors, and its books by id with their author and secret."""

    def __init__(self) -> None:
        self.authors: set[str] = set()
        self.books: dict[str, Book] = {}


async def _act(library: Library, shelves: dict[str, _Shelf], org: str, act: str, one: str, two: str) -> None:
    mine, books, authors = shelves[org], library.books(org), library.authors(org)
    foreign = [book for other, shelf in shelves.items() if other != org for book in shelf.books.values()]
    present = mine.books.get(one) or library.book(f"{org} new", id=one)
    match act:
        case "author":
            if two not in mine.authors:
                await authors.save(Author._new({"id": two, "name": org}))
                mine.authors.add(two)
        case "drop author":
            if two in mine.authors:
                await authors.hard_delete(two)
                mine.authors.discard(two)
        case "book" | "secret":
            changes = {"author": two, "tags": (two,)} if act == "book" else {"secret": two}
            taken = any(book.secret == two and book.id != one for book in mine.books.values())
            fits = (two in mine.authors or present.author == two) if act == "book" else not taken
            try:
                mine.books[one] = await books.save(present._replace(changes))
                assert fits
            except ValidationError:
                assert not fits
        case "include":
            wanted = {each for each in (present.author, *present.tags) if each in mine.authors}
            included = await books.included([present], ["author", "tags"])

            assert wanted == set(included["author"]) | set(included["tags"])
            assert {org} >= {each.organization_id for by_id in included.values() for each in by_id.values()}
        case "page":
            sort = [SortSpec(field="title")]
            after = books.cursor(foreign[0], sort) if foreign else None
            page = await books.find_many({}, QueryOptions(sort=sort, after=after, include=["author"], with_deleted=True))
            every = await books.find_many({}, QueryOptions(with_deleted=True))

            assert {org} >= {book.organization_id for book in (*page.data, *page.included["author"].values())}
            assert (len(mine.books), set(mine.books)) == (every.total, {book.id for book in every.data})
        case "raw":
            if library.db.dialect != "memory":
                own = "SELECT b.id AS id FROM library_book b LEFT JOIN library_author a ON a.organization_id = :org AND a.id = b.author WHERE b.organization_id = :org"

                assert sorted(mine.books) == sorted(row["id"] for row in await books.raw(own))
        case "count":
            expected = sum(book.author == two for book in mine.books.values())

            assert expected == await books.count({"author": two}) == await books.count({"or": [{"author": two}, {"organizationId": "nobody"}]})
            assert bool(expected) is await books.exists({"author": two})
            assert sum(two in book.tags for book in mine.books.values()) == await books.count({"tags": {"contains": two}})
        case "batch":
            new = [library.book(f"{org} batch", id=id) for id in sorted({one, two} - set(mine.books))]
            mine.books |= {book.id: book for book in await books.save_batch(new)}
        case "erase":
            if one in mine.books:
                await books.hard_delete(one)
                del mine.books[one]
            else:
                with pytest.raises(NotFoundError):
                    await books.hard_delete(one)


@pytest.mark.parametrize("database", list(DATABASES))
def test_references_uniqueness_pages_cursors_counts_raw_and_batches_stay_within(database: str) -> None:
    """Semantics 23: with the same ids, authors and secrets in both, each organisation is answered as if it were alone."""

    with asyncio.Runner() as runner:
        opened = DATABASES[database]()
        library = Library(runner.run(opened.__aenter__()))
        numbers = iter(range(1_000_000))

        @given(acts)
        def histories(history: list[tuple[str, str, str, str]]) -> None:
            async def live() -> None:
                fresh = next(numbers)
                names = {org: f"{org}_{fresh}" for org in (ORG, OTHER_ORG)}
                shelves = {name: _Shelf() for name in names.values()}
                for org, act, one, two in history:
                    await _act(library, shelves, names[org], act, one, two)

            runner.run(live())

        histories()
        runner.run(opened.__aexit__(None, None, None))
