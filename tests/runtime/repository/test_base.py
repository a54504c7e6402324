"""What a repository promises, on every adapter."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from coregen_runtime.entity.schema import EntityHooks
from coregen_runtime.entity.types import GeoPoint
from coregen_runtime.errors.base import AuthorizationError, BusinessError, ConflictError, CoreError, NotFoundError, ValidationError
from coregen_runtime.event.store import EventFilter
from coregen_runtime.event.types import DomainEvent
from coregen_runtime.primitives.clock import FrozenClock
from coregen_runtime.primitives.money import Money
from coregen_runtime.primitives.pagination import SortSpec
from coregen_runtime.repository.log import DatabaseEventStore
from coregen_runtime.repository.refusals import lost_a_race
from coregen_runtime.repository.types import AllOf, QueryOptions, Scope, Transaction, UpdateWhere
from tests.runtime.repository.library import ORG, OTHER_ORG, Author, Chapter, Library, Note, chapter_schema


async def events(library: Library, org: str = ORG) -> list[DomainEvent[Any]]:
    return [event async for event in DatabaseEventStore(library.db, org).replay(EventFilter())]


async def test_an_entity_comes_back_as_it_was_saved(library: Library) -> None:
    author = await library.authors().save(Author._new({"id": "author_1", "name": "Jane"}))
    book = library.book(
        isbn="978",
        status="printed",
        pages=2.5,
        in_print=False,
        published_on=-5,
        unit_price=Money.of("4.50", "EUR"),
        author=author.id,
        tags=("b", "a"),
        extra={"list": [1, None, True], "text": "x'\""},
        place=GeoPoint(lat=1.5, lng=-2),
        secret="s",
        meta={"k": 1.5, "n": None},
    )
    saved = await library.books().save(book)

    assert saved == await library.books().find_by_id_or_fail(book.id)
    assert book._replace({"organization_id": ORG, "version": 1, "created_at": library.clock.now(), "updated_at": library.clock.now()}) == saved


@pytest.mark.parametrize("number", [0, 5, -7, 2.5, 5.0, 2**53 - 1, 1 - 2**53, 1e-300, 1e15])
async def test_a_number_comes_back_equal_whatever_its_size(library: Library, number: float) -> None:
    saved = await library.books().save(library.book(pages=number))

    assert number == (await library.books().find_by_id_or_fail(saved.id)).pages


async def test_an_update_raises_the_version_and_the_time(library: Library) -> None:
    assert isinstance(library.clock, FrozenClock)
    first = await library.books().save(library.book(tags=("a",)))
    library.clock.advance(10)
    second = await library.books().save(first._replace({"title": "Persuasion", "tags": ("b", "a"), "created_at": 1}))

    assert (2, first.created_at, first.created_at + 10) == (second.version, second.created_at, second.updated_at)
    assert second == await library.books().find_by_id(first.id)


async def test_a_stale_version_is_refused(library: Library) -> None:
    """Semantics 22: two writers never lose each other's work."""
    first = await library.books().save(library.book())
    await library.books().save(first._replace({"title": "theirs"}))

    with pytest.raises(ConflictError, match="VERSION_CONFLICT"):
        await library.books().save(first._replace({"title": "mine"}))
    with pytest.raises(ConflictError):
        await library.books().delete(first.id, expected_version=1)
    assert "theirs" == (await library.books().find_by_id_or_fail(first.id)).title
    assert 2 == len(await events(library))


async def test_expected_versions_are_checked_where_they_are_given(library: Library) -> None:
    book = await library.books().save(library.book())
    library.books().check_version(book, 1)
    library.books().check_version(book, None)

    with pytest.raises(ConflictError):
        library.books().check_version(book, 2)


async def test_a_new_entity_does_not_take_the_place_of_another(library: Library) -> None:
    book = await library.books().save(library.book())

    with pytest.raises(ConflictError, match="ALREADY_EXISTS"):
        await library.books().save(library.book(id=book.id))


async def test_an_entity_that_is_not_there_cannot_be_updated_deleted_or_restored(library: Library) -> None:
    books = library.books()
    there = await books.save(library.book())

    for attempt in (
        books.save(library.book(version=3)),
        books.delete("nobody"),
        books.hard_delete("nobody"),
        books.restore("nobody"),
        books.restore(there.id),
    ):
        with pytest.raises(NotFoundError):
            await attempt
    assert await books.find_by_id("nobody") is None
    with pytest.raises(NotFoundError):
        await books.find_by_id_or_fail("nobody")


async def test_a_deleted_entity_is_out_of_sight_until_it_is_restored(library: Library) -> None:
    books = library.books()
    book = await books.save(library.book(tags=("a",)))
    await books.delete(book.id)
    hidden = [
        await books.find_by_id(book.id),
        await books.find_one({}),
        await books.count({}),
        await books.exists({"id": book.id}),
        await books.find_all(),
    ]
    shown = await books.find_many({}, QueryOptions(with_deleted=True))
    with pytest.raises(NotFoundError):
        await books.save(book._replace({"title": "x"}))
    restored = await books.restore(book.id)

    assert [None, None, 0, False, []] == hidden
    assert (book.id, 2) == (shown.data[0].id, shown.data[0].version)
    assert (3, None, ("a",)) == (restored.version, restored.deleted_at, restored.tags)
    assert restored == await books.find_by_id(book.id)


async def test_what_is_erased_is_gone_with_the_payloads_of_its_events(library: Library) -> None:
    """Semantics 27: the row and its payloads in the log; that something happened stays."""
    books = library.books()
    kept, erased = await books.save(library.book("kept")), await books.save(library.book("erased"))
    await books.delete(erased.id)
    await books.hard_delete(erased.id)
    log = await events(library)

    assert (kept,) == (await books.find_many({}, QueryOptions(with_deleted=True))).data
    assert [("book.created", "kept"), ("book.created", None), ("book.deleted", None), ("book.erased", None)] == [
        (event.type, (event.payload or {}).get("title")) for event in log
    ]


async def test_a_save_tells_what_happened_without_sensitive_values(library: Library) -> None:
    """Semantics 7, 27: row, event and outbox record together; `updated` carries the changed keys."""
    first = await library.books().save(library.book(secret="hush", unit_price=Money(amount=5, currency="EUR")))
    await library.books().save(first._replace({"secret": "hush hush", "in_print": True}))
    await library.books().delete(first.id)
    created, updated, deleted = await events(library)

    assert ["book.created", "book.updated", "book.deleted"] == [created.type, updated.type, deleted.type]
    assert [1, 2, 3] == [created.version, updated.version, deleted.version]
    assert ("library", "Book", first.id, ORG, "actor_1", "cor_1") == (
        created.source,
        created.aggregate_type,
        created.aggregate_id,
        created.org_id,
        created.actor_id,
        created.correlation_id,
    )
    assert {"amount": 5, "currency": "EUR"} == created.payload["unitPrice"]
    assert ["inPrint", "secret"] == updated.payload["changed"]
    assert "hush" not in str([created, updated, deleted])
    assert [created.id, updated.id, deleted.id] == [record.id for record in await library.outbox.poll_unpublished(10)]


async def test_a_save_that_fails_leaves_neither_row_nor_event_nor_record(library: Library) -> None:
    async def fail(tx: Transaction) -> None:
        await library.books().within(tx).save(library.book())
        raise LookupError

    with pytest.raises(LookupError):
        await library.books().transaction(fail)
    assert (0, [], []) == (await library.books().count(), await events(library), await library.outbox.poll_unpublished(10))


async def test_a_batch_is_saved_whole_or_not_at_all_and_answers_in_its_own_order(library: Library) -> None:
    """Semantics 22: batches are atomic."""
    books = library.books()
    known = await books.save(library.book("known", isbn="1"))
    new = library.book("new", isbn="2")
    saved = await books.save_batch([new, known._replace({"title": "known better"})])

    assert [("new", 1), ("known better", 2)] == [(book.title, book.version) for book in saved]
    with pytest.raises(ConflictError):
        await books.save_batch([library.book("lost", isbn="3"), library.book("taken", isbn="1")])
    with pytest.raises(ConflictError):
        await books.save_batch([new, new])
    assert 2 == await books.count()
    assert [] == await books.save_batch([])


async def test_a_unique_value_may_stand_once_in_an_organisation(library: Library) -> None:
    """Semantics 6: the index makes it true; its violation is a ConflictError."""
    first = await library.books().save(library.book(isbn="1"))
    await library.books(OTHER_ORG).save(library.book(isbn="1"))

    with pytest.raises(ConflictError, match="isbn"):
        await library.books().save(library.book(isbn="1"))
    await library.books().delete(first.id)
    await library.books().save(library.book(isbn="1"))
    with pytest.raises(ConflictError, match="isbn"):
        await library.books().restore(first.id)


async def test_the_unique_validator_gives_the_kind_message(library: Library) -> None:
    """Semantics 6, 7: a failure of the field, its sensitive value redacted."""
    first = await library.books().save(library.book(secret="hush"))
    await library.books(OTHER_ORG).save(library.book(secret="hush"))
    await library.books().save(first._replace({"title": "the same secret, its own"}))

    with pytest.raises(ValidationError) as refused:
        await library.books().save(library.book(secret="hush"))
    assert [("secret", "UNIQUE", "[redacted]")] == [(failure.path, failure.code, failure.value) for failure in refused.value.failures]


async def test_a_reference_must_lead_to_an_entity_of_the_organisation(library: Library) -> None:
    """Semantics 6, 23."""
    theirs = await library.authors(OTHER_ORG).save(Author._new({"id": "theirs", "name": "Jane"}))
    gone = await library.authors().save(Author._new({"id": "gone", "name": "Jane"}))
    book = await library.books().save(library.book(author=gone.id))
    await library.authors().delete(gone.id)

    for author in ("nobody", theirs.id, gone.id):
        with pytest.raises(ValidationError, match="author"):
            await library.books().save(library.book(author=author))
    assert 2 == (await library.books().save(book._replace({"title": "its author has gone since"}))).version


async def test_an_entity_without_switches_has_neither_their_columns_nor_their_behaviour(library: Library) -> None:
    """Semantics 9, 22."""
    notes = library.notes()
    await notes.save(Note._new({"id": "n1", "text": "one"}))
    await notes.save(Note._new({"id": "n1", "text": "two"}))
    row = notes._codec.table
    await notes.delete("n1")

    assert ["id", "organization_id", "text", "meta"] == [column.name for column in row.columns]
    assert await notes.find_by_id("n1") is None
    assert [("note.created", 1), ("note.updated", 2), ("note.deleted", 3)] == [(event.type, event.version) for event in await events(library)]
    with pytest.raises(CoreError, match="soft delete"):
        await notes.restore("n1")


async def test_an_entity_of_another_organisation_is_not_saved(library: Library) -> None:
    book = await library.books(OTHER_ORG).save(library.book())

    with pytest.raises(AuthorizationError):
        await library.books().save(book)
    with pytest.raises(AuthorizationError):
        await library.books().save(library.book(organization_id=OTHER_ORG))
    with pytest.raises(CoreError):
        library.books("")


async def test_pages_are_stable_complete_and_limited(library: Library) -> None:
    """Semantics 25: ties are broken by id, every row comes once, and a limit above 500 is refused."""
    books = library.books()
    saved = await books.save_batch([library.book("same") for _ in range(7)])
    pages = [await books.find_many({}, QueryOptions(page=page, limit=3, sort=[SortSpec(field="title")])) for page in (1, 2, 3, 4)]

    assert sorted(book.id for book in saved) == [book.id for page in pages for book in page.data]
    assert [(3, True, 7), (3, True, 7), (1, False, 7), (0, False, 7)] == [(len(page.data), page.has_next, page.total) for page in pages]
    uncounted = await books.find_many({}, QueryOptions(total=False))
    assert (7, None, 50, False) == (len(uncounted.data), uncounted.total, uncounted.limit, uncounted.has_next)
    for options in (QueryOptions(limit=501), QueryOptions(limit=0), QueryOptions(page=0)):
        with pytest.raises(ValidationError):
            await books.find_many({}, options)


@pytest.mark.parametrize("direction", ["asc", "desc"])
async def test_a_cursor_goes_through_everything_once_absence_and_ties_included(library: Library, direction: Any) -> None:
    """Semantics 25: keyset cursors beside pages."""
    books = library.books()
    await books.save_batch([library.book(pages=pages) for pages in (3, None, 1, 3, None, 2.5, 3)])
    sort = [SortSpec(field="pages", direction=direction)]
    whole = (await books.find_many({}, QueryOptions(sort=sort))).data
    seen: list[str] = []
    after = None
    for _ in range(len(whole)):
        page = await books.find_many({}, QueryOptions(limit=2, sort=sort, after=after))
        seen += [book.id for book in page.data]
        if not page.has_next:
            break
        after = books.cursor(page.data[-1], sort)

    assert [book.id for book in whole] == seen


async def test_raw_is_bound_to_the_organisation(library: Library) -> None:
    """Semantics 23: `raw` on SQLite must name `:org`; on PostgreSQL other organisations' rows are not there. It reads alone."""
    if library.db.dialect == "memory":
        with pytest.raises(CoreError, match="no SQL"):
            await library.books().raw("SELECT 1")
        return
    await library.books().save(library.book("ours"))
    await library.books(OTHER_ORG).save(library.book("theirs"))
    count = "SELECT title FROM library_book WHERE organization_id = :org AND title LIKE :like"

    assert [{"title": "ours"}] == await library.books().raw(count, {"like": "%"})
    for unbound in ("SELECT title FROM library_book", "SELECT title FROM library_book -- :org", "SELECT title, ':org' FROM library_book"):
        if library.db.dialect == "postgresql":
            assert ["ours"] == [row["title"] for row in await library.books().raw(unbound)]
            continue
        with pytest.raises(CoreError, match=":org"):
            await library.books().raw(unbound)
    with pytest.raises(CoreError):
        await library.books().raw("DELETE FROM library_book WHERE organization_id <> :org")
    async with library.db.transaction(Scope(ORG)) as tx:
        if library.db.dialect == "sqlite":
            with pytest.raises(CoreError, match=":org"):
                await library.books().within(tx).raw("SELECT title FROM library_book")
        with pytest.raises(CoreError):
            async with tx.savepoint() as inner:
                await library.books().within(inner).raw("DELETE FROM library_book WHERE organization_id = :org")
        assert [{"title": "ours"}] == await library.books().within(tx).raw(count, {"like": "%"})
    assert 1 == await library.books(OTHER_ORG).count()


async def test_hooks_may_change_and_veto_and_see_the_saved_row(library: Library) -> None:
    """Semantics 26: all of them inside the transaction."""
    seen: list[tuple[str, int]] = []

    async def before_save(chapter: Chapter, ctx: object) -> Chapter:
        if chapter.title == "forbidden":
            raise BusinessError("FORBIDDEN_TITLE")
        return chapter._replace({"title": chapter.title.upper()})

    def after_save(chapter: Chapter, ctx: object) -> None:
        seen.append((chapter.title, chapter.version))
        if chapter.title == "UNDO":
            raise BusinessError("UNDO")

    def before_delete(chapter: Chapter, ctx: object) -> None:
        raise BusinessError("KEEP")

    hooks = EntityHooks(before_save=before_save, after_save=after_save, before_delete=before_delete)
    chapters = Library(library.db, library.clock, chapter_schema(hooks)).chapters()
    saved = await chapters.save(Chapter._new({"title": "one"}))
    for title in ("forbidden", "undo"):
        with pytest.raises(BusinessError):
            await chapters.save(Chapter._new({"title": title}))
    for removal in (chapters.delete(saved.id), chapters.hard_delete(saved.id)):
        with pytest.raises(BusinessError):
            await removal

    assert "ONE" == (await chapters.find_by_id_or_fail(saved.id)).title
    assert [("ONE", 1), ("UNDO", 1)] == seen
    assert (1, 1) == (await chapters.count(), len(await events(library)))


async def test_a_restore_passes_through_the_hooks_of_a_save(library: Library) -> None:
    """Semantics 26: what comes back may be changed or vetoed as what is saved, and `before` is the deleted row."""
    seen: list[tuple[str, str | None, bool]] = []

    def before_save(chapter: Chapter, ctx: object, before: Chapter | None) -> Chapter | None:
        seen.append(("before", before.title if before is not None else None, before is not None and before.deleted_at is not None))
        if chapter.title == "gone for good":
            raise BusinessError("GONE")
        return chapter._replace({"title": "back"}) if before is not None and before.deleted_at is not None else None

    async def after_save(chapter: Chapter, ctx: object, before: Chapter | None) -> None:
        seen.append(("after", chapter.title, chapter.deleted_at is not None))

    hooks = EntityHooks(before_save=before_save, after_save=after_save)
    chapters = Library(library.db, library.clock, chapter_schema(hooks)).chapters()
    first = await chapters.save(Chapter._new({"title": "one"}))
    await chapters.delete(first.id)
    restored = await chapters.restore(first.id)

    assert [("before", None, False), ("after", "one", False), ("before", "one", True), ("after", "back", False)] == seen
    assert restored == await chapters.find_by_id(first.id)
    assert ("back", 3, None) == (restored.title, restored.version, restored.deleted_at)
    final = await chapters.save(restored._replace({"title": "x"}))
    assert "x" == seen[-1][1]
    await library.db.apply(Scope(ORG), [UpdateWhere(chapters._codec.table, AllOf(), {"title": "gone for good"})])
    await chapters.delete(final.id)
    with pytest.raises(BusinessError):
        await chapters.restore(final.id)
    assert await chapters.find_by_id(final.id) is None


async def test_a_hook_that_wants_to_know_sees_the_row_as_it_stood(library: Library) -> None:
    """Semantics 26: `hook(entity, ctx)` and `hook(entity, ctx, before)` are both hooks, of a delete too."""
    seen: list[tuple[str, str | None]] = []

    def after_save(chapter: Chapter, ctx: object, before: Chapter | None) -> None:
        seen.append((chapter.title, before.title if before is not None else None))

    def before_delete(chapter: Chapter, ctx: object, before: Chapter) -> None:
        seen.append((chapter.title, before.title))

    hooks = EntityHooks(after_save=after_save, before_delete=before_delete)
    chapters = Library(library.db, library.clock, chapter_schema(hooks)).chapters()
    first = await chapters.save(Chapter._new({"title": "one"}))
    await chapters.save(first._replace({"title": "two"}))
    await chapters.delete(first.id)

    assert [("one", None), ("two", "one"), ("two", "two")] == seen


async def test_what_a_hook_returns_must_be_the_entity(library: Library) -> None:
    """Semantics 26: a hook may change the entity, and may not put another in its place."""
    hooks = EntityHooks(before_save=lambda chapter, ctx: Chapter._new({"title": "another"}))
    chapters = Library(library.db, library.clock, chapter_schema(hooks)).chapters()

    with pytest.raises(CoreError, match="before_save of library.Chapter must return the entity"):
        await chapters.save(Chapter._new({"title": "one"}))
    assert 0 == await chapters.count()


async def test_a_restored_row_is_held_to_the_unique_validator(library: Library) -> None:
    """Semantics 6: the kind message comes first when a value was taken while its row was deleted."""
    first = await library.books().save(library.book(secret="hush"))
    await library.books().delete(first.id)
    await library.books().save(library.book(secret="hush"))

    with pytest.raises(ValidationError, match="is taken by another Book"):
        await library.books().restore(first.id)


async def test_of_two_in_a_batch_that_share_a_value_the_validator_tells_first(library: Library) -> None:
    """Semantics 6: `unique()` sees what the same batch has written; the index alone is a ConflictError that names the field."""
    with pytest.raises(ValidationError, match="secret: is taken"):
        await library.books().save_batch([library.book(secret="hush"), library.book(secret="hush")])
    with pytest.raises(ConflictError, match="isbn"):
        await library.books().save_batch([library.book(isbn=str(number % 9)) for number in range(10)])
    assert (0, []) == (await library.books().count(), await events(library))


async def test_entities_of_a_batch_may_refer_to_each_other_in_any_order(library: Library) -> None:
    """Semantics 6: `refExists` is asked in the transaction, once everything of the batch is written."""
    author = Author._new({"id": "zz", "name": "Jane"})

    async def both(tx: Transaction) -> int:
        await library.authors().within(tx).save(author)
        return len(await library.books().within(tx).save_batch([library.book(author=author.id) for _ in range(20)]))

    assert 20 == await library.books().transaction(both)
    with pytest.raises(ValidationError, match="author"):
        await library.books().save_batch([library.book(author=author.id), library.book(author="nobody")])
    assert 20 == await library.books().count()


async def test_of_one_hundred_racers_for_a_unique_value_one_wins(library: Library) -> None:
    """Semantics 6: under a race it is the index that refuses, and the loser is told which field."""
    saves = [library.books().save(library.book(isbn="1", secret=str(number))) for number in range(100)]
    outcomes = await asyncio.gather(*saves, return_exceptions=True)
    refused = [outcome for outcome in outcomes if isinstance(outcome, BaseException)]

    assert 99 == len(refused)
    assert {"isbn"} == {outcome.meta["fields"] for outcome in refused if isinstance(outcome, ConflictError)}
    assert 1 == await library.books().count()


async def test_a_row_that_was_edited_by_hand_is_an_error_that_names_it_and_no_value(library: Library) -> None:
    """Semantics 5, 7: rows are held to the schema when they are read."""
    book = await library.books().save(library.book(secret="hush", unit_price=Money(amount=5, currency="EUR")))
    await library.db.apply(Scope(ORG), [UpdateWhere(library.books()._codec.table, AllOf(), {"status": "burnt", "unit_price_currency": "!!!"})])

    with pytest.raises(CoreError, match=f"the row {book.id} of library.Book does not fit") as refused:
        await library.books().find_by_id(book.id)
    assert "status" in str(refused.value) and "unitPrice" in str(refused.value)
    assert "hush" not in str(refused.value) and "burnt" not in str(refused.value)


async def test_a_serializable_transaction_is_run_again_until_it_fits(library: Library) -> None:
    """Semantics 22: `isolation="serializable"` retries serialisation failures, and nothing else."""
    runs: list[str] = []

    async def refused_twice(tx: Transaction) -> str:
        runs.append("run")
        await library.books().within(tx).save(library.book())
        if len(runs) < 3:
            raise lost_a_race()
        return "done"

    async def fails(tx: Transaction) -> None:
        runs.append("fails")
        raise ConflictError("CONFLICT")

    assert "done" == await library.books().transaction(refused_twice, isolation="serializable")
    assert (3, 1) == (len(runs), await library.books().count())
    with pytest.raises(ConflictError):
        await library.books().transaction(fails, isolation="serializable")
    assert ["fails"] == runs[3:]
    runs.clear()
    with pytest.raises(ConflictError, match="SERIALIZATION_CONFLICT"):
        await library.books().transaction(refused_twice, isolation="serializable", attempts=2)

    async def nested(tx: Transaction) -> None:
        await library.books().within(tx).transaction(fails, isolation="serializable")

    with pytest.raises(CoreError, match="a savepoint has the isolation of its transaction"):
        await library.books().transaction(nested)


async def test_a_repository_in_a_transaction_reads_what_was_written_there(library: Library) -> None:
    async def work(tx: Transaction) -> int:
        books = library.books().within(tx)
        book = await books.save(library.book())
        await books.save(book._replace({"title": "x"}))
        return await books.count({"title": "x"})

    assert 1 == await library.books().transaction(work)
    assert 1 == await library.books().count()
