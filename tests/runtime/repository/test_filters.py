"""Filters are data: they find what they say on every adapter, and what they cannot say is refused (semantics 24)."""

from __future__ import annotations

from typing import Any

import pytest

from coregen_runtime.entity.fields import FIELD_TYPES
from coregen_runtime.entity.schema import FieldType
from coregen_runtime.entity.types import GeoPoint, GeoPolygon
from coregen_runtime.errors.base import ValidationError
from coregen_runtime.primitives.money import Money
from coregen_runtime.primitives.pagination import SortSpec
from coregen_runtime.repository.types import QueryOptions
from coregen_runtime.rule.builder import F
from tests.runtime.repository.library import Author, BookStatus, Library

DAY = 86_400_000
NOW = 1_700_000_000_000

SQUARE = {"type": "Polygon", "coordinates": [[[0, 0], [4, 0], [4, 2], [0, 2], [0, 0]]]}
WITH_A_HOLE = {"type": "Polygon", "coordinates": [*SQUARE["coordinates"], [[0.5, 0.5], [0.5, 1.5], [1.5, 1.5], [1.5, 0.5], [0.5, 0.5]]]}

FOUND: list[tuple[dict[str, Any], str]] = [
    ({}, "abc"),
    ({"title": "Emma"}, "a"),
    ({"title": {"eq": "Emma"}}, "a"),
    ({"title": {"neq": "Emma"}}, "bc"),
    ({"isbn": None}, "c"),
    ({"isbn": {"neq": None}}, "ab"),
    ({"isbn": {"neq": "1"}}, "bc"),
    ({"isbn": {"exists": True}}, "ab"),
    ({"isbn": {"exists": False}}, "c"),
    ({"isbn": {"in": ["1", None]}}, "ac"),
    ({"isbn": {"nin": ["1"]}}, "bc"),
    ({"isbn": {"in": []}}, ""),
    ({"isbn": {"nin": []}}, "abc"),
    ({"isbn": {"empty": True}}, "bc"),
    ({"isbn": {"empty": False}}, "a"),
    ({"title": {"gt": "Emma"}}, "bc"),
    ({"title": {"gte": "Emma", "lt": "a"}}, "ab"),
    ({"title": {"startsWith": "Em"}}, "a"),
    ({"title": {"startsWith": ""}}, "abc"),
    ({"title": {"startsWith": "em"}}, ""),
    ({"title": {"endsWith": "%"}}, "b"),
    ({"title": {"endsWith": ""}}, "abc"),
    ({"title": {"endsWith": "longer than any of the titles"}}, ""),
    ({"title": {"substring": "_"}}, "b"),
    ({"title": {"substring": "mm"}}, "a"),
    ({"title": {"matches": "^[A-Z][a-z]+$"}}, "a"),
    ({"isbn": {"matches": ".*"}}, "ab"),
    ({"status": {"matches": "^pr"}}, "a"),
    ({"author": {"matches": "^an"}}, "b"),
    ({"not": {"author": {"matches": "."}}}, "ac"),
    ({"id": {"matches": "[ac]"}}, "ac"),
    ({"status": "printed"}, "a"),
    ({"status": BookStatus.DRAFT}, "bc"),
    ({"status": {"in": ["printed", "draft"]}}, "abc"),
    ({"pages": 3}, "a"),
    ({"pages": 3.0}, "a"),
    ({"pages": {"gt": 2.4}}, "ab"),
    ({"pages": {"lte": 2.5}}, "b"),
    ({"not": {"pages": {"lte": 2.5}}}, "ac"),
    ({"inPrint": True}, "a"),
    ({"inPrint": {"neq": True}}, "bc"),
    ({"publishedOn": {"withinDays": 1}}, "a"),
    ({"publishedOn": {"withinDays": 3}}, "ab"),
    ({"publishedOn": {"withinDays": -1}}, ""),
    ({"publishedOn": {"withinDays": 2**53 - 1}}, "ab"),
    ({"publishedOn": {"withinDays": 1e308}}, "ab"),
    ({"publishedOn": NOW}, "a"),
    ({"unitPrice": {"gt": Money(amount=100, currency="EUR")}}, "a"),
    ({"unitPrice": {"amount": 500, "currency": "EUR"}}, "a"),
    ({"unitPrice": {"neq": {"amount": 500, "currency": "EUR"}}}, "bc"),
    ({"unitPrice": {"in": [{"amount": 500, "currency": "USD"}, None]}}, "bc"),
    ({"unitPrice": None}, "c"),
    ({"tags": {"contains": "x"}}, "ab"),
    ({"tags": {"containsAll": ["x", "y"]}}, "a"),
    ({"tags": {"empty": True}}, "c"),
    ({"tags": ["y", "x"]}, "a"),
    ({"tags": {"eq": ["x", "y"]}}, ""),
    ({"tags": {"eq": ["x"]}}, "b"),
    ({"tags": []}, "c"),
    ({"tags": {"neq": ["y", "x"]}}, "bc"),
    ({"tags": {"exists": True}}, "abc"),
    ({"tags": None}, ""),
    ({"extra": {"contains": 1}}, "a"),
    ({"extra": {"contains": True}}, "b"),
    ({"extra": {"contains": {"k": 1}}}, "a"),
    ({"extra": {"containsAll": [1.0, "1"]}}, "a"),
    ({"extra": {"eq": [True]}}, "b"),
    ({"extra": {"eq": [1]}}, ""),
    ({"extra": {"empty": True}}, "c"),
    ({"place": {"exists": True}}, "ac"),
    ({"place": {"spatialWithin": SQUARE}}, "ac"),
    ({"place": {"spatialWithin": GeoPolygon.model_validate(SQUARE)}}, "ac"),
    ({"place": {"spatialWithin": WITH_A_HOLE}}, "c"),
    ({"place": {"spatialWithin": SQUARE, "exists": False}}, ""),
    ({"not": {"place": {"spatialWithin": WITH_A_HOLE}}}, "ab"),
    ({"place": {"spatialWithin": SQUARE}, "title": "Emma"}, "a"),
    ({"or": [{"place": {"spatialWithin": WITH_A_HOLE}}, {"title": {"matches": "^_"}}]}, "bc"),
    ({"version": 1}, "abc"),
    ({"createdAt": {"lt": NOW}}, ""),
    ({"id": {"in": ["a", "c", "z"]}}, "ac"),
    ({"title": "Emma", "pages": 2.5}, ""),
    ({"or": [{"title": "Emma"}, {"pages": 2.5}]}, "ab"),
    ({"or": []}, ""),
    ({"and": []}, "abc"),
    ({"not": {"or": [{"title": "Emma"}, {"not": {"inPrint": {"exists": True}}}]}}, "b"),
    ({"and": [{"title": {"neq": "x"}}, {"or": [{"tags": {"contains": "y"}}, {"isbn": None}]}]}, "ac"),
]


@pytest.mark.parametrize("kind", list(FieldType))
def test_a_filter_asks_a_field_all_that_a_rule_may_ask_it(kind: FieldType) -> None:
    """Semantics 24: the rule operators by field; beyond them parts of texts, and the order of money within a currency."""
    more = {FieldType.STRING: {"startsWith", "endsWith", "substring"}, FieldType.MONEY: {"gt", "gte", "lt", "lte"}}
    row = FIELD_TYPES[kind]

    assert row.rule_ops | more.get(kind, set()) == set(row.filter_ops)


REFUSED: list[tuple[dict[str, Any], str, str]] = [
    ({"titel": "x"}, "titel", 'did you mean "title"'),
    ({"unit_price": None}, "unit_price", "UNKNOWN_FIELD"),
    ({"title": {"substr": "x"}}, "title.substr", 'did you mean "substring"'),
    ({"title": {"contains": "x"}}, "title.contains", "OPERATOR"),
    ({"title": 5}, "title", "must be a string"),
    ({"title": {"gt": None}}, "title.gt", "no order"),
    ({"title": {"in": "Emma"}}, "title.in", "must be a list"),
    ({"title": {"exists": "yes"}}, "title.exists", "true or false"),
    ({"title": {"matches": "("}}, "title.matches", "refused"),
    ({"title": {"eq": "\ud800"}}, "title.eq", "Unicode"),
    ({"pages": "5"}, "pages", "must be a number"),
    ({"pages": True}, "pages", "must be a number"),
    ({"pages": 2**53}, "pages", "2^53"),
    ({"pages": float("nan")}, "pages", "finite"),
    ({"publishedOn": 1.5}, "publishedOn", "milliseconds"),
    ({"publishedOn": {"withinDays": float("inf")}}, "publishedOn.withinDays", "finite"),
    ({"inPrint": 1}, "inPrint", "true or false"),
    ({"unitPrice": 5}, "unitPrice", "amount of money"),
    ({"unitPrice": {"amount": 5.5, "currency": "EUR"}}, "unitPrice", "minor units"),
    ({"tags": "x"}, "tags", "must be a list"),
    ({"tags": {"in": [["x"]]}}, "tags.in", "OPERATOR"),
    ({"tags": {"eq": [5]}}, "tags.eq", "must be a string"),
    ({"extra": {"gt": True}}, "extra.gt", "must be a number or a text"),
    ({"extra": {"lte": {"lat": 1}}}, "extra.lte", "must be a number or a text"),
    ({"extra": {"lt": None}}, "extra.lt", "no order"),
    ({"extra": {"gt": "\ud800"}}, "extra.gt", "surrogate"),
    ({"extra": {"in": "Emma"}}, "extra.in", "must be a list"),
    ({"extra": float("nan")}, "extra", "finite"),
    ({"extra": {"neq": {"a": [2**53]}}}, "extra.neq", "2^53"),
    ({"extra": {"in": [1, ["\ud800"]]}}, "extra.in", "surrogate"),
    ({"extra": {"contains": object()}}, "extra.contains", "must be a JSON value"),
    ({"extra": {"matches": 5}}, "extra.matches", "must be a string"),
    ({"extra": {"matches": "("}}, "extra.matches", "refused"),
    ({"extra": {"withinDays": "1"}}, "extra.withinDays", "must be a number"),
    ({"extra": {"spatialWithin": {"type": "Polygon", "coordinates": []}}}, "extra.spatialWithin.coordinates", "GEOMETRY"),
    ({"tags": {"contains": 5}}, "tags.contains", "string"),
    ({"place": {"gt": {"lat": 1, "lng": 1}}}, "place.gt", "OPERATOR"),
    ({"place": {"eq": "Berlin"}}, "place.eq", "must be a point: its lat and its lng"),
    ({"place": {"lat": 91, "lng": 1}}, "place.lat", "from -90 to 90"),
    ({"setting": {"eq": {**SQUARE, "type": "LineString"}}}, "setting.eq.type", "Polygon"),
    ({"journey": 5}, "journey", "must be a GeoJSON line"),
    ({"place": {"spatialWithn": SQUARE}}, "place.spatialWithn", 'did you mean "spatialWithin"'),
    ({"place": {"spatialWithin": None}}, "place.spatialWithin", "must be a GeoJSON polygon"),
    ({"place": {"spatialWithin": {"coordinates": SQUARE["coordinates"]}}}, "place.spatialWithin.type", "REQUIRED"),
    ({"place": {"spatialWithin": {"type": "Point", "coordinates": SQUARE["coordinates"]}}}, "place.spatialWithin.type", "Polygon"),
    ({"place": {"spatialWithin": {"type": "Polygon", "coordinates": []}}}, "place.spatialWithin.coordinates", "GEOMETRY"),
    ({"or": [{"place": {"spatialWithin": {"type": "Polygon", "coordinates": [[[0, 0], [4, 0], [4, 2], [0, 2]]]}}}]}, "or.0.place.spatialWithin.coordinates.0", "GEOMETRY"),
    ({"status": {"matches": "("}}, "status.matches", "refused"),
    ({"author": {"matches": 5}}, "author.matches", "must be a string"),
    ({"and": {"title": "x"}}, "and", "list of filters"),
    ({"or": ["title"]}, "or.0", "mapping"),
    ({"not": [{"title": "x"}]}, "not", "mapping"),
    ({"any": "tags"}, "any", 'a filter asks an array with "contains"'),
    ({"all": {"tags": "x"}}, "all", 'a filter asks an array with "contains"'),
    ({"or": [{"any": "tags", "where": {"field": "item", "op": "eq", "value": "x"}}]}, "or.0", "is a rule; a filter maps fields"),
    ({"all": "tags", "where": {"field": "item", "op": "eq", "value": "x"}, "as": "item"}, "", "is a rule; a filter maps fields"),
    ({"field": "title", "op": "eq", "value": "Emma"}, "", "is a rule; a filter maps fields"),
    ({"and": [{"field": "title", "op": "exists"}]}, "and.0", "is a rule; a filter maps fields"),
    ({"not": F("title") == "Emma"}, "not", "is a rule; a filter maps fields"),
]  # fmt: skip


async def _three(library: Library) -> None:
    books = [
        library.book(
            "Emma", id="a", isbn="1", status="printed", pages=3, in_print=True, published_on=NOW, unit_price=Money(amount=500, currency="EUR")
        )._replace({"tags": ("y", "x"), "extra": [1, "1", {"k": 1.0}], "place": GeoPoint(lat=1, lng=1)}),
        library.book(
            "_%", id="b", isbn="", pages=2.5, in_print=False, author="ann", published_on=NOW - 2 * DAY, unit_price=Money(amount=500, currency="USD")
        )._replace({"tags": ("x",), "extra": [True]}),
        library.book("été", id="c")._replace({"place": GeoPoint(lat=2, lng=3)}),
    ]
    await library.authors().save(Author._new({"id": "ann", "name": "A. N."}))
    await library.books().save_batch(books)


async def test_a_filter_finds_what_it_says(library: Library) -> None:
    await _three(library)
    found = {str(filter): "".join(book.id for book in await library.books().find_all(filter)) for filter, _ in FOUND}

    assert {str(filter): expected for filter, expected in FOUND} == found


async def test_a_filter_and_its_negation_part_the_rows(library: Library) -> None:
    """Semantics 10: negation is plain, absence included."""
    await _three(library)
    for filter, expected in FOUND:
        negated = await library.books().find_all({"not": filter})

        assert sorted(set("abc") - set(expected)) == [book.id for book in negated], filter


@pytest.mark.parametrize(("filter", "path", "words"), REFUSED, ids=[str(filter)[:40].encode("ascii", "replace").decode() for filter, _, _ in REFUSED])
async def test_what_a_filter_cannot_say_is_refused(library: Library, filter: dict[str, Any], path: str, words: str) -> None:
    with pytest.raises(ValidationError) as refused:
        await library.books().find_many(filter)
    [failure] = refused.value.failures

    assert failure.path in (path, path.removesuffix(".eq"))
    assert words in f"{failure.code} {failure.message}"


async def test_a_rule_is_no_filter(library: Library) -> None:
    """Semantics 24: what was written as a rule in Python is refused where a filter is asked for, with what to write."""
    for rule in (F("title") == "Emma", (F("title") == "Emma") & F("isbn").exists(), ~F("isbn").exists(), F("tags").any(F("item") == "x")):
        with pytest.raises(ValidationError, match="is a rule; a filter maps fields to conditions"):
            await library.books().find_many(rule)  # type: ignore[arg-type]  # the mistake that is asked about


async def test_every_failure_is_reported_and_a_sensitive_value_is_not(library: Library) -> None:
    """Semantics 5, 7."""
    with pytest.raises(ValidationError) as refused:
        await library.books().count({"secret": 4711, "titel": 1, "or": [{"pages": "x"}]})

    assert [("secret", "[redacted]"), ("titel", None), ("or.0.pages", "x")] == [(failure.path, failure.value) for failure in refused.value.failures]


async def test_a_filter_nested_without_end_is_refused(library: Library) -> None:
    filter: dict[str, Any] = {"title": "x"}
    for _ in range(5_000):
        filter = {"not": filter}

    with pytest.raises(ValidationError, match="deep"):
        await library.books().count(filter)


@pytest.mark.parametrize("sort", [[SortSpec(field="titel")], [SortSpec(field="tags")], [SortSpec(field="extra")]])
async def test_an_order_that_there_is_not_is_refused(library: Library, sort: list[SortSpec]) -> None:
    with pytest.raises(ValidationError):
        await library.books().find_many({}, QueryOptions(sort=sort))


async def test_a_cursor_of_another_query_or_none_is_refused(library: Library) -> None:
    book = await library.books().save(library.book(secret="hush"))
    by_title = library.books().cursor(book, [SortSpec(field="title")])

    for after in (by_title, "", "%%%", "bm9uc2Vuc2U", "e30", by_title[:-4], "W10", "bnVsbA"):
        with pytest.raises(ValidationError):
            await library.books().find_many({}, QueryOptions(after=after))
    with pytest.raises(ValidationError, match="sensitive"):
        library.books().cursor(book, [SortSpec(field="secret")])
