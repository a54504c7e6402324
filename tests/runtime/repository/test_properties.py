"""Filters and cursors held to oracles in plain Python, on every adapter: the rule engine says what a condition means, a sorted list what an order does."""

from __future__ import annotations

import asyncio
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coregen_runtime.entity.fields import FIELD_TYPES
from coregen_runtime.errors.base import ValidationError
from coregen_runtime.primitives.clock import FrozenClock
from coregen_runtime.primitives.pagination import SortSpec
from coregen_runtime.repository.types import QueryOptions
from coregen_runtime.rule.engine import RuleEngine
from coregen_runtime.rule.types import LeafRule
from tests.runtime.adapters.databases import DATABASES
from tests.runtime.repository.library import BOOK, Book, Library

NOW = FrozenClock().now()
DAY = 86_400_000

texts = st.text(alphabet="aAzé%_'\\ \uffff\U0001f600\x00", max_size=3)
numbers = st.integers(-2, 2) | st.sampled_from([0.5, -1.5, 2.0])
times = st.integers(-2, 2).map(lambda days: NOW + days * DAY)
amounts = st.fixed_dictionaries({"amount": st.integers(-1, 2), "currency": st.sampled_from(["EUR", "USD"])})
grid = st.integers(-2, 2)
places = grid | st.floats(-2, 2)
points = st.fixed_dictionaries({"lat": places, "lng": places})
extremes = st.sampled_from([2**53 - 1, 1 - 2**53, 2.0**53, 1e23, 1e308, -1e308, 5e-324, -0.0, 0.1])
days = st.sampled_from([-1, 0, 1e-9, 1 / 3, 0.5, 1, 2, 2**53 - 1, 1e308])
pairs = st.lists(places | st.just("1"), min_size=1, max_size=3)
documents = st.recursive(
    st.none()
    | st.booleans()
    | numbers
    | texts
    | times
    | times.map(lambda time: time + 0.25)
    | extremes
    | points
    | pairs.map(lambda pair: {"type": "Point", "coordinates": pair}),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "b", "lat", "lng", "type"]), inner, max_size=2),
    max_leaves=4,
).filter(lambda document: document is not None)
"""JSON of every kind, among it much that is nearly a text, a time or a point."""
rings = st.lists(st.lists(grid | st.floats(-2, 2), min_size=2, max_size=2), min_size=3, max_size=6).map(lambda open: [*open, open[0]])
"""Many points of the grid lie on an edge or a corner of such a ring, and a second ring is a hole, here and there past the first one's bounds."""
polygons = st.lists(rings, min_size=1, max_size=2).map(lambda rings: {"type": "Polygon", "coordinates": rings})
authors = st.sampled_from(["x", "y", "z"])
areas = st.sampled_from([{"type": "Polygon", "coordinates": [[[0, 0], [far, 0], [far, 2.5], [0, 2.5], [0, 0]]]} for far in (1, 2)])
lines = st.lists(st.tuples(grid, grid), min_size=2, max_size=3).map(lambda line: {"type": "LineString", "coordinates": [list(each) for each in line]})

VALUES: Mapping[str, st.SearchStrategy[Any]] = {
    "title": texts,
    "isbn": texts,
    "status": st.sampled_from(["draft", "printed"]),
    "pages": numbers,
    "inPrint": st.booleans(),
    "publishedOn": times,
    "unitPrice": amounts,
    "tags": authors,
    "extra": documents,
    "place": points,
    "setting": areas,
    "journey": lines,
}
TYPES = {field.key: field.type for field in BOOK.fields}
PYTHON = {"inPrint": "in_print", "publishedOn": "published_on", "unitPrice": "unit_price"}

books = st.fixed_dictionaries(
    {
        "title": texts,
        "status": VALUES["status"],
        **{key: st.none() | VALUES[key] for key in ("pages", "inPrint", "publishedOn", "unitPrice", "extra", "place", "setting", "journey")},
        "tags": st.lists(authors, unique=True, max_size=3),
    }
)
without_nul = books.map(lambda book: json.loads(json.dumps(book).replace("\\u0000", "0")))
"""What PostgreSQL can hold; it may be asked for anything."""
ROWS = {database: without_nul if database == "postgresql" else books for database in DATABASES}


def _leaf(key: str, op: str) -> st.SearchStrategy[tuple[str, str, Any]]:
    value = VALUES[key]
    given: Mapping[str, st.SearchStrategy[Any]] = {
        "in": st.lists(value | st.none(), max_size=3),
        "nin": st.lists(value | st.none(), max_size=3),
        "exists": st.booleans(),
        "empty": st.booleans(),
        "containsAll": st.lists(value, max_size=2),
        "withinDays": days,
        "spatialWithin": polygons,
        "matches": st.sampled_from(["^[axd]", "z$", "%", "^$", "[aA]{2}"]),
    }
    if key == "extra" and op in ("gt", "gte", "lt", "lte"):
        value = texts | numbers | times | extremes
    if key == "extra" and op == "contains":
        value = documents | st.none()
    if key == "tags" and op in ("eq", "neq"):
        value = st.lists(authors | texts, max_size=3)
    return st.tuples(st.just(key), st.just(op), given.get(op, value))


leaves = st.sampled_from([(key, op) for key in VALUES for op in FIELD_TYPES[TYPES[key]].filter_ops]).flatmap(lambda each: _leaf(*each))
Tree = tuple[str, Any]
trees: st.SearchStrategy[Tree] = st.recursive(
    leaves.map(lambda leaf: ("leaf", leaf)),
    lambda inner: st.tuples(st.sampled_from(["and", "or"]), st.lists(inner, max_size=3)) | st.tuples(st.just("not"), inner),
    max_leaves=5,
)


def _filter(tree: Tree) -> dict[str, Any]:
    kind, inner = tree
    if kind == "leaf":
        key, op, value = inner
        return {key: {op: value}}
    return {kind: _filter(inner)} if kind == "not" else {kind: [_filter(part) for part in inner]}


_TEXT: Mapping[str, Callable[[str, str], bool]] = {"startsWith": str.startswith, "endsWith": str.endswith, "substring": str.__contains__}
RULES = RuleEngine(FrozenClock())


def _holds(tree: Tree, book: Mapping[str, Any]) -> bool:
    kind, inner = tree
    if kind == "not":
        return not _holds(inner, book)
    if kind != "leaf":
        return (all if kind == "and" else any)(_holds(part, book) for part in inner)
    key, op, value = inner
    held: Any = book.get(key)
    if op in _TEXT:
        return held is not None and _TEXT[op](held, value)
    if key == "unitPrice" and op in ("gt", "gte", "lt", "lte"):
        same = held is not None and held["currency"] == value["currency"]
        return same and _rule("amount", op, value["amount"], held)
    if op in ("in", "nin") and None in value:
        return _asks_for_absence(op, held, value, book, key)
    return _rule(key, op, value, {name: each for name, each in book.items() if each is not None})


def _rule(field: str, op: str, value: Any, context: Mapping[str, Any]) -> bool:
    return RULES.evaluate(LeafRule.model_validate({"field": field, "op": op, "value": value}), context)


def _asks_for_absence(op: str, held: object, value: Any, book: Mapping[str, Any], key: str) -> bool:
    """Null in a list asks for what is absent, which rules have `exists` for."""
    others = [each for each in value if each is not None]
    found = held is None or _holds(("leaf", (key, "in", others)), book)
    return found if op == "in" else not found


@pytest.mark.parametrize("database", list(DATABASES))
def test_every_operator_means_what_the_rule_engine_says(database: str) -> None:
    """Semantics 10, 24: the adapters and the rule engine agree on every operator of every field type, and on all that is made of them."""
    with asyncio.Runner() as runner:
        opened = DATABASES[database]()
        library = Library(runner.run(opened.__aenter__()))
        organizations = iter(range(1_000_000))

        @given(st.lists(ROWS[database], min_size=1, max_size=6), st.lists(trees, min_size=1, max_size=8))
        def agree(rows: list[dict[str, Any]], asked: list[Tree]) -> None:
            async def ask() -> None:
                repository = library.books(f"org_{next(organizations)}")
                made = [library.book(id=f"b{at}", **{PYTHON.get(key, key): value for key, value in row.items()}) for at, row in enumerate(rows)]
                saved = await repository.save_batch(made)
                wire = {book.id: book.model_dump(mode="json", by_alias=True) for book in saved}
                for tree in asked:
                    expected = [id for id in sorted(wire) if _holds(tree, wire[id])]

                    assert expected == [book.id for book in await repository.find_all(_filter(tree))], _filter(tree)

            runner.run(ask())

        agree()
        runner.run(opened.__aexit__(None, None, None))


SORTABLE = ["title", "status", "pages", "inPrint", "publishedOn", "unitPrice", "isbn", "createdAt", "id"]
sorts = st.lists(st.builds(SortSpec, field=st.sampled_from(SORTABLE), direction=st.sampled_from(["asc", "desc"])), max_size=3)


def _in_order(entities: Sequence[Book], sort: Sequence[SortSpec]) -> list[Book]:
    """Python's stable sort, by the last key first: absence before all values, money by currency and then amount."""
    ordered = sorted(entities, key=lambda book: str(book.id))
    for spec in reversed(sort):
        ordered.sort(key=lambda book: _sortable(book, spec.field), reverse=spec.direction == "desc")
    return ordered


def _sortable(book: Book, field: str) -> tuple[Any, ...]:
    value = book.model_dump(mode="json", by_alias=True)[field]
    if isinstance(value, dict):
        return (True, value["currency"], value["amount"])
    return (value is not None, value if value is not None else 0)


@pytest.mark.parametrize("database", list(DATABASES))
def test_a_cursor_neither_skips_nor_repeats_while_rows_are_inserted(database: str) -> None:
    """Semantics 25: by any order, in either direction, over absence and ties, each row that was there comes once and in its place."""
    with asyncio.Runner() as runner:
        opened = DATABASES[database]()
        library = Library(runner.run(opened.__aenter__()))
        organizations = iter(range(1_000_000))

        @settings(max_examples=max(settings.default.max_examples // 2, 1))  # type: ignore[union-attr]  # a profile is loaded
        @given(st.lists(ROWS[database], min_size=1, max_size=9), st.lists(ROWS[database], max_size=4), sorts, st.integers(1, 4))
        def walk(rows: list[dict[str, Any]], later: list[dict[str, Any]], sort: list[SortSpec], limit: int) -> None:
            async def go() -> None:
                repository = library.books(f"org_{next(organizations)}")
                given_ = [{PYTHON.get(key, key): value for key, value in row.items()} for row in (*rows, *later)]
                there = await repository.save_batch([library.book(id=f"b{at * 7 % 31:02}", **row) for at, row in enumerate(given_[: len(rows)])])
                coming = iter([library.book(id=f"c{at * 5 % 31:02}", **row) for at, row in enumerate(given_[len(rows) :])])
                seen: list[Book] = []
                after = None
                while True:
                    page = await repository.find_many({}, QueryOptions(limit=limit, sort=sort, after=after, total=False))
                    seen += page.data
                    if not page.has_next:
                        break
                    after = repository.cursor(page.data[-1], sort)
                    if (book := next(coming, None)) is not None:
                        await repository.save(book)

                assert len({book.id for book in seen}) == len(seen)
                assert [book.id for book in _in_order(seen, sort)] == [book.id for book in seen]
                assert {book.id for book in there} <= {book.id for book in seen}

            runner.run(go())

        walk()
        runner.run(opened.__aexit__(None, None, None))


@pytest.mark.parametrize(("direction", "expected"), [("asc", "debfac"), ("desc", "acbfde")])
async def test_a_cursor_stands_between_false_and_true(library: Library, direction: Literal["asc", "desc"], expected: str) -> None:
    """Semantics 25: booleans have an order though no rule compares them by it, absence before both."""
    held = {"a": True, "b": False, "c": True, "d": None, "e": None, "f": False}
    repository, sort = library.books(), [SortSpec(field="inPrint", direction=direction)]
    await repository.save_batch([library.book(id=id, in_print=value) for id, value in held.items()])
    for limit in (1, 2, 3):
        page = await repository.find_many({}, QueryOptions(limit=limit, sort=sort, total=False))
        seen = [book.id for book in page.data]
        while page.has_next:
            page = await repository.find_many({}, QueryOptions(limit=limit, sort=sort, after=repository.cursor(page.data[-1], sort), total=False))
            seen += [book.id for book in page.data]

        assert list(expected) == seen


async def test_a_cursor_that_was_cut_or_forged_is_refused_or_finds_own_rows(library: Library) -> None:
    """Semantics 23, 24: a cursor is the caller's data, and says nothing about whose rows are read."""
    ours, theirs = library.books("org_ours"), library.books("org_theirs")
    await ours.save_batch([library.book(f"t{number}") for number in range(3)])
    foreign = (await theirs.save_batch([library.book(f"t{number}") for number in range(3)]))[0]
    sort = [SortSpec(field="title"), SortSpec(field="pages", direction="desc")]
    cursor = ours.cursor(foreign, sort)
    whole = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    found = await ours.find_many({}, QueryOptions(sort=sort, after=cursor))

    assert {"org_ours"} == {book.organization_id for book in found.data}
    for cut in range(len(cursor)):
        with pytest.raises(ValidationError):
            await ours.find_many({}, QueryOptions(sort=sort, after=cursor[:cut]))
    for other in ([], sort[:1], [*sort, SortSpec(field="isbn")], [SortSpec(field="title", direction="desc"), sort[1]]):
        with pytest.raises(ValidationError):
            await ours.find_many({}, QueryOptions(sort=other, after=cursor))
    for old, new in ((b'"t0"', b"5"), (b'"t0"', b"true"), (b"null", b'"x"'), (b"null", b"1e999"), (b"null", b"[]"), (b'"t0"', b'"\\ud800"')):
        forged = urlsafe_b64encode(whole.replace(old, new, 1)).decode()
        with pytest.raises(ValidationError):
            await ours.find_many({}, QueryOptions(sort=sort, after=forged))
