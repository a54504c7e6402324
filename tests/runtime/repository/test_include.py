"""What entities refer to, brought along by one query a field (semantics 23, 25)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from coregen_runtime.errors.base import NotFoundError, ValidationError
from coregen_runtime.repository.types import DbQuery, QueryOptions, Scope
from tests.runtime.repository.library import OTHER_ORG, Author, Library


async def test_it_is_one_query_a_field_and_not_one_a_row(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """Semantics 25: `include` is one query a ref field, not one a row."""
    authors = [await library.authors().save(Author._new({"id": library.ids.generate(), "name": name})) for name in "abc"]
    for author in (*authors, *authors):
        await library.books().save(library.book(author=author.id))
    tables: list[str] = []
    select = library.db.select

    async def counted(scope: Scope, query: DbQuery) -> Sequence[Any]:
        tables.append(query.table.name)
        return await select(scope, query)

    monkeypatch.setattr(library.db, "select", counted)
    page = await library.books().find_many(options=QueryOptions(include=["author"]))

    assert {author.id: author for author in authors} == page.included["author"]
    assert 1 == tables.count("library_author")


async def test_an_id_of_another_organisation_is_as_if_it_were_not_there(library: Library) -> None:
    """Semantics 23: the organisation is in every WHERE of an `include`."""
    theirs = await library.authors(OTHER_ORG).save(Author._new({"id": library.ids.generate(), "name": "theirs"}))
    book = library.book(author=theirs.id)

    assert {"author": {}} == await library.books().included([book], ["author"])
    assert {"author": {theirs.id: theirs}} == await library.books(OTHER_ORG).included([book], ["author"])


async def test_what_a_list_of_references_holds_comes_once_in_its_order(library: Library) -> None:
    """Semantics 25: `include` is one query a field; a page's order, then that of each list."""
    a, b, c = [await library.authors().save(Author._new({"id": library.ids.generate(), "name": name})) for name in "abc"]
    first = await library.books().save(library.book(tags=(c.id, a.id)))
    second = await library.books().save(library.book(tags=(a.id, b.id)))
    page = await library.books().find_many(options=QueryOptions(include=["tags"]))

    assert (first.id, second.id) == tuple(book.id for book in page.data)
    assert [c, a, b] == list(page.included["tags"].values())
    assert {"tags": {}} == await library.books().included([library.book()], ["tags"])


async def test_what_is_deleted_is_missing_and_the_rest_stays(library: Library) -> None:
    """Semantics 22: what is deleted is not among the active rows, wherever it is referred to."""
    a, b = [await library.authors().save(Author._new({"id": library.ids.generate(), "name": name})) for name in "ab"]
    book = await library.books().save(library.book(author=a.id, tags=(a.id, b.id)))
    await library.authors().delete(a.id)
    found = await library.books().find_by_id_including(book.id, ["author", "tags"])

    assert (book, {"author": {}, "tags": {b.id: b}}) == (found.data, found.included)


async def test_one_comes_with_what_it_refers_to(library: Library) -> None:
    author = await library.authors().save(Author._new({"id": library.ids.generate(), "name": "a"}))
    book = await library.books().save(library.book(author=author.id))
    found = await library.books().find_by_id_including(book.id, ["author"])

    assert (book, {"author": {author.id: author}}) == (found.data, found.included)
    with pytest.raises(NotFoundError):
        await library.books(OTHER_ORG).find_by_id_including(book.id, ["author"])
    with pytest.raises(ValidationError):
        await library.books().find_by_id_including(book.id, ["autor"])


async def test_nothing_referred_to_asks_nothing(library: Library) -> None:

    assert {"author": {}} == await library.books().included([library.book()], ["author"])


@pytest.mark.parametrize("field", ["title", "autor", "id"])
async def test_what_is_no_reference_is_refused_before_anything_is_asked(library: Library, field: str) -> None:

    with pytest.raises(ValidationError) as caught:
        await library.books().find_many(options=QueryOptions(include=["author", field]))

    assert ["include.1"] == [failure.path for failure in caught.value.failures]
