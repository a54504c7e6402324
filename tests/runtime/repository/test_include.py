"""What entities refer to, brought along by one query a field (semantics 23, 25)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from coregen_runtime.errors.base import ValidationError
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


async def test_nothing_referred_to_asks_nothing(library: Library) -> None:

    assert {"author": {}} == await library.books().included([library.book()], ["author"])


@pytest.mark.parametrize("field", ["tags", "title", "autor", "id"])
async def test_what_is_no_reference_is_refused_before_anything_is_asked(library: Library, field: str) -> None:

    with pytest.raises(ValidationError) as caught:
        await library.books().find_many(options=QueryOptions(include=["author", field]))

    assert ["include.1"] == [failure.path for failure in caught.value.failures]
