"""No value and no name of the caller's ever becomes SQL text (semantics 24): the usual corpus in every string position."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from dataclasses import replace
from typing import Any

import pydantic
import pytest

from coregen_runtime.errors.base import CoreError, ValidationError
from coregen_runtime.event.broker import StreamPosition
from coregen_runtime.event.snapshots import Snapshot
from coregen_runtime.event.store import EventFilter
from coregen_runtime.primitives.clock import FrozenClock
from coregen_runtime.primitives.pagination import SortSpec
from coregen_runtime.repository.dedup import DatabaseDedup
from coregen_runtime.repository.deliveries import Deliveries
from coregen_runtime.repository.inbox import DatabaseInbox
from coregen_runtime.repository.log import DatabaseEventStore
from coregen_runtime.repository.outbox import DatabaseOutbox
from coregen_runtime.repository.snapshots import DatabaseSnapshots
from coregen_runtime.repository.types import QueryOptions
from coregen_runtime.testing.events import event
from tests.runtime.repository.library import ORG, OTHER_ORG, Library

CORPUS = [
    "' OR '1'='1",
    "' OR 1=1 --",
    "'; DROP TABLE library_book; --",
    '"; DROP TABLE library_book; --',
    "\\'; DROP TABLE library_book; --",
    "' UNION SELECT * FROM library_book --",
    'title" = title OR "title',
    'title" DESC; DELETE FROM library_book; --',
    "(SELECT organization_id FROM library_book LIMIT 1)",
    "1; ATTACH DATABASE '/tmp/x' AS x",
    "admin'/*",
    "%' OR title LIKE '%",
    "' || (SELECT load_extension('x')) || '",
    ":org",
    "?1",
    "$1",
    "{0}",
    "%s",
    "\x00' OR 1=1 --",
    "x' AND randomblob(1000000000) --",
    "\u02bc OR 1=1",
]
TEXT_OPERATORS = ["eq", "neq", "gt", "gte", "lt", "lte", "matches", "startsWith", "endsWith", "substring"]


async def _harmless(library: Library, attempt: Any) -> Any:
    """The attempt's outcome; whatever it is, the rows of both organisations stand as they stood."""
    try:
        outcome = await attempt
    except CoreError as error:
        assert error.code in ("VALIDATION_FAILED", "NOT_FOUND"), error
        outcome = error
    assert (1, 1) == (await library.books(ORG).count(), await library.books(OTHER_ORG).count())
    return outcome


@pytest.fixture
async def two(library: Library) -> Library:
    await library.books(ORG).save(library.book("ours"))
    await library.books(OTHER_ORG).save(library.book("theirs"))
    return library


async def test_values_of_filters(two: Library) -> None:
    books = two.books()
    for text in CORPUS:
        for op in TEXT_OPERATORS:
            for found in [
                await _harmless(two, books.find_all({"title": {op: text}})),
                await _harmless(two, books.find_all({"not": {"title": {op: text}}})),
            ]:
                assert isinstance(found, CoreError) or {"ours"} >= {book.title for book in found}
        for filter in (
            {"title": {"in": [text]}},
            {"tags": {"contains": text}},
            {"tags": [text]},
            {"tags": {"eq": ["x", text]}},
            {"tags": {"containsAll": [text, "x"]}},
            {"author": {"eq": text}},
            {"extra": {"in": [text, {text: text}]}},
            {"extra": text},
            {"extra": {"containsAll": [text]}},
            {"extra": {"gt": text}},
            {"extra": {"lte": text}},
            {"extra": {"contains": text}},
            {"extra": {"eq": {text: text}}},
            {"id": text},
        ):
            assert [] == await _harmless(two, books.find_all(filter))
        odd: list[dict[str, Any]] = [
            {"extra": {"matches": text}},
            {"status": text},
            {"place": {text: 1}},
            {"setting": {"type": text, "coordinates": text}},
        ]
        for each in odd:
            found = await _harmless(two, books.find_all(each))
            assert isinstance(found, CoreError) or found == []
        assert [] == await _harmless(two, books.find_all({"unitPrice": {"amount": 1, "currency": text}}))


async def test_names_of_fields_operators_and_orders(two: Library) -> None:
    books = two.books()
    for text in CORPUS:
        for filter in ({text: "x"}, {"title": {text: "x"}}, {"not": {text: None}}):
            assert isinstance(await _harmless(two, books.find_all(filter)), CoreError)
        assert isinstance(await _harmless(two, books.find_many({}, QueryOptions(sort=[SortSpec(field=text)]))), CoreError)


async def test_ids_and_cursors(two: Library) -> None:
    books = two.books()
    for text in CORPUS:
        assert await _harmless(two, books.find_by_id(text)) is None
        for attempt in (books.delete(text), books.hard_delete(text), books.restore(text)):
            assert isinstance(await _harmless(two, attempt), CoreError)
        for held in ([["id", False, text]], [[text, False, "x"]], [["id", text, "x"]], text):
            for cursor in (urlsafe_b64encode(json.dumps(held).encode()).decode(), text):
                page = await _harmless(two, books.find_many({}, QueryOptions(after=cursor)))
                assert isinstance(page, CoreError) or {"ours"} >= {book.title for book in page.data}


async def test_values_of_entities(two: Library) -> None:
    books = two.books()
    for text in CORPUS:
        if two.db.dialect == "postgresql" and "\0" in text:
            with pytest.raises(ValidationError, match="PostgreSQL cannot store"):
                await books.save(two.book(text))
            continue
        saved = await books.save(two.book(text, isbn=text, tags=(text,), extra={text: [text]}, secret=text, meta={text: text}))

        assert saved == await books.find_by_id(saved.id)
        await books.hard_delete(saved.id)
        assert (1, 1) == (await books.count(), await two.books(OTHER_ORG).count())


async def test_names_of_what_is_included_and_parameters_of_raw(two: Library) -> None:
    books = two.books()
    there = (await books.find_all())[0]
    for text in CORPUS:
        for attempt in (
            books.find_many({}, QueryOptions(include=[text])),
            books.find_by_id_including(there.id, [text]),
            books.included([there], [text]),
        ):
            assert isinstance(await _harmless(two, attempt), CoreError)
        assert await _harmless(two, books.find_by_id(text, with_deleted=True)) is None
        if two.db.dialect != "memory" and "\x00" not in text:
            own = "SELECT title FROM library_book WHERE organization_id = :org AND title = :title"

            assert [] == await books.raw(own, {"title": text})


async def test_ids_of_organisations(two: Library) -> None:
    """Whose rows there are is a value like any other, and finds its own alone."""
    for text in CORPUS:
        if "\x00" in text and two.db.dialect == "postgresql":
            continue
        books = two.books(text)
        before = await books.count()
        saved = await books.save(two.book("of an odd name", secret="x"))

        assert (0, [saved]) == (before, await books.find_all())
        await books.hard_delete(saved.id)
        assert (1, 1) == (await two.books(ORG).count(), await two.books(OTHER_ORG).count())


async def test_what_the_log_and_the_outbox_are_asked_for(two: Library) -> None:
    """Semantics 24, 29, 30: ids of aggregates, events, actors and handlers, types, sources and versions of shapes are values too, written and asked for."""
    db, clock = two.db, FrozenClock()
    store, outbox, dedup = DatabaseEventStore(db, ORG), DatabaseOutbox(db, clock), DatabaseDedup(db, clock)
    snapshots, deliveries, inbox = DatabaseSnapshots(db, ORG, clock), Deliveries(db, clock), DatabaseInbox(db, clock)
    before = len([each async for each in store.replay(EventFilter())])
    texts = [text for text in CORPUS if not ("\0" in text and db.dialect == "postgresql")]
    for number, text in enumerate(texts):
        odd = {"type": text, "source": text, "aggregate_type": text, "actor_id": text, "correlation_id": text, "caused_by": text}
        given = event(f"{text}{number}", text, org_id=ORG, payload={text: text}, metadata={text: text}, **odd)
        await outbox.write(given, db)
        await snapshots.save(Snapshot(text, text, 1, {text: text}))
        asked = [
            [each.id async for each in store.read(text)],
            [each.id async for each in store.read_by_type(text)],
            [each.id async for each in store.replay(EventFilter(types=[text], aggregate_type=text, actor_id=text))],
            [(await outbox.get(given.id)).id],
        ]

        assert [[given.id]] * 4 == asked
        assert {text: text} == getattr(await snapshots.latest(text), "state", None)
        assert [True, False] == [await dedup.note(text, text), await dedup.note(text, text)]
        for refused in (outbox.mark_published(text), deliveries.unpark(text, text), deliveries.skip(text, text)):
            assert isinstance(await _harmless(two, refused), CoreError)
        assert [] == await deliveries.due([text], 10) and await deliveries.next_due([text]) is None
        await deliveries.beat(text, 0)
        assert StreamPosition() == await inbox.lease(text, text, 0)
        assert await inbox.take_in(text, text, StreamPosition(), StreamPosition(text, 1), ())
        assert (before + number + 1, [text]) == (
            len([each async for each in store.replay(EventFilter())]),
            [each.actor_id async for each in store.read(text)],
        )
    await deliveries.revive(0)

    assert (1, 1) == (await two.books(ORG).count(), await two.books(OTHER_ORG).count())


async def test_who_acts_and_for_what_reason_is_a_value(library: Library) -> None:
    """Semantics 24, 27: ids of actors and correlations stand in the log as they were given, whatever they are."""
    for text in CORPUS:
        if "\0" in text and library.db.dialect == "postgresql":
            continue
        library.environment = replace(library.environment, actor_id=text, correlation_id=text)
        saved = await library.books().save(library.book(text))
        [written] = [each async for each in DatabaseEventStore(library.db, ORG).read(saved.id)]

        assert (text, text, text) == (written.actor_id, written.correlation_id, written.payload["title"])
    assert [] == await library.books(OTHER_ORG).find_all()


async def test_the_way_in_which_rows_are_sorted_is_one_of_two(two: Library) -> None:
    """Semantics 24: a direction is checked before anything is asked."""
    for text in CORPUS:
        with pytest.raises(pydantic.ValidationError):
            SortSpec.model_validate({"field": "title", "direction": text})
    assert (1, 1) == (await two.books(ORG).count(), await two.books(OTHER_ORG).count())


async def test_an_entity_of_another_organisation_is_not_saved_into_it(two: Library) -> None:
    """Semantics 23: whoever hands in what it got from elsewhere changes nothing there."""
    [theirs] = await two.books(OTHER_ORG).find_all()
    with pytest.raises(CoreError):
        await two.books(ORG).save(theirs._replace({"title": "ours now"}))

    assert [theirs] == await two.books(OTHER_ORG).find_all()
    assert ["ours"] == [book.title for book in await two.books(ORG).find_all()]
