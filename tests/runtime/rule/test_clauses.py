"""Semantics 10 to 15, clause by clause, where no broader test says it as plainly: each through every door of the engine."""

from __future__ import annotations

from itertools import product
from types import SimpleNamespace
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from coregen_runtime.errors.base import CoreError
from coregen_runtime.primitives.clock import FrozenClock
from coregen_runtime.rule.builder import F
from coregen_runtime.rule.engine import RuleEngine
from coregen_runtime.rule.types import AllRule, LeafRule, NotRule, Op, RuleExpr, TemplateRule
from tests.runtime.rule.test_oracle import CONTEXTS, PATHS, VALUES

DAY = 86_400_000
NOW = 1_700_000_000_000
NAN, INFINITE = float("nan"), float("inf")
SQUARE = [[0, 0], [4, 0], [4, 4], [0, 4], [0, 0]]
HOLE = [[1, 1], [2, 1], [2, 2], [1, 2], [1, 1]]


def decide(rule: RuleExpr, context: dict[str, Any]) -> bool:
    """What all doors say: read, compiled, by itself and explained, and the opposite of what `not` says."""
    engine = RuleEngine(FrozenClock(NOW))
    verdicts = {engine.evaluate(rule, context), engine.evaluate(rule, context), engine.compile(rule).evaluate(context)}
    verdicts |= {engine.explain(rule, context).passed, not engine.evaluate(NotRule(not_=rule), context)}

    assert 1 == len(verdicts)
    return verdicts.pop()


# 10: absence, negation, equality, order, arrays, paths


@pytest.mark.parametrize("context", [{}, {"a": None}, {"a": {}}, {"a": {"b": {}}}, {"a": "b"}, {"a": [1]}, {"b": 1}])
@pytest.mark.parametrize("other", [1, None, {"ref": "nowhere"}, {"ref": "a.b.c"}])
def test_what_is_missing_equals_nothing_and_its_negations_hold(context: dict[str, Any], other: Any) -> None:
    """Semantics 10: neither null nor another missing path is its equal, so eq and in say no, and neq, nin and not say yes."""
    for yes, no in ((Op.NEQ, Op.EQ), (Op.NIN, Op.IN)):
        value = [other] if no is Op.IN and not isinstance(other, dict) else other

        assert not decide(LeafRule(field="a.b.c", op=no, value=value), context)
        assert decide(LeafRule(field="a.b.c", op=yes, value=value), context)
        assert decide(NotRule(not_=LeafRule(field="a.b.c", op=no, value=value)), context)


@given(PATHS, VALUES | st.builds(lambda path: {"ref": path}, PATHS), CONTEXTS)
def test_neq_and_nin_are_eq_and_in_negated(path: str, value: Any, context: dict[str, Any]) -> None:
    """Semantics 10: on any data, also where a path is missing or no list is given."""
    for plain, negated in ((Op.EQ, Op.NEQ), (Op.IN, Op.NIN)):
        assert decide(LeafRule(field=path, op=plain, value=value), context) is not decide(LeafRule(field=path, op=negated, value=value), context)


@pytest.mark.parametrize(
    ("context", "exists", "empty"),
    [
        ({}, False, True),
        ({"a": None}, False, True),
        ({"a": ""}, True, True),
        ({"a": []}, True, True),
        ({"a": ()}, True, True),
        ({"a": {}}, True, False),
        ({"a": 0}, True, False),
        ({"a": False}, True, False),
        ({"a": " "}, True, False),
        ({"a": [None]}, True, False),
    ],
)
def test_absence_is_asked_for_by_exists_and_empty(context: dict[str, Any], exists: bool, empty: bool) -> None:
    """Semantics 10: with no value and with true they ask, with false for the opposite."""
    for op, expected in ((Op.EXISTS, exists), (Op.EMPTY, empty)):
        assert expected is decide(LeafRule(field="a", op=op), context) is decide(LeafRule(field="a", op=op, value=True), context)
        assert expected is not decide(LeafRule(field="a", op=op, value=False), context)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ({"a": [{"b": [True]}]}, {"a": [{"b": [1]}]}, False),
        ({"a": [{"b": [1]}]}, {"a": [{"b": [1.0]}]}, True),
        ([[0]], [[False]], False),
        ([[0]], [[-0.0]], True),
        ({"a": None}, {}, False),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, True),
        ([1, 2], [2, 1], False),
        ([1], [1, 1], False),
        ([], {}, False),
        (["1"], [1], False),
        ([None], [False], False),
        ({"a": [NAN]}, {"a": [NAN]}, False),
    ],
)
def test_equality_is_that_of_json_at_any_depth(one: Any, other: Any, same: bool) -> None:
    """Semantics 10: for eq and neq, and for each element that in, contains and containsAll look for; literal or by path."""
    for literal in (True, False):
        value, several = (other, [None, other]) if literal else ({"ref": "y"}, {"ref": "ys"})
        context = {"x": one, "xs": ["", one], "y": other, "ys": [None, other]}

        assert same is decide(LeafRule(field="x", op=Op.EQ, value=value), context)
        assert same is not decide(LeafRule(field="x", op=Op.NEQ, value=value), context)
        assert same is decide(LeafRule(field="x", op=Op.IN, value=several), context)
        assert same is decide(LeafRule(field="xs", op=Op.CONTAINS, value=value), context)
        assert same is decide(LeafRule(field="xs", op=Op.CONTAINS_ALL, value=[other] if literal else {"ref": "only"}), {**context, "only": [other]})


def test_order_exists_between_two_numbers_and_between_two_texts_and_nowhere_else() -> None:
    """Semantics 10: of any two kinds of JSON that are not one, and of two that have no order, each comparison is false."""
    kinds: dict[str, list[Any]] = {
        "number": [0, 1, 1.5],
        "text": ["", "1", "true"],
        "truth": [True, False],
        "null": [None],
        "array": [[], [1]],
        "object": [{}, {"a": 1}],
    }
    for (one, left), (other, right) in product(kinds.items(), repeat=2):
        for a, b, op in product(left, right, (Op.GT, Op.GTE, Op.LT, Op.LTE)):
            ordered = one == other and one in ("number", "text")
            expected = ordered and {Op.GT: a > b, Op.GTE: a >= b, Op.LT: a < b, Op.LTE: a <= b}[op] if ordered else False

            assert expected is decide(LeafRule(field="x", op=op, value=b), {"x": a}), (a, op, b)
            assert expected is decide(LeafRule(field="x", op=op, value={"ref": "y"}), {"x": a, "y": b}), (a, op, b)


@pytest.mark.parametrize("held", ["abc", "", {"a": 1}, {"a"}, frozenset("a"), range(3), b"a", iter("a"), 5, None])
def test_contains_asks_arrays_alone(held: object) -> None:
    """Semantics 10: a text holds no text, an object no key, and Python's other containers are no JSON."""
    for rule in (F("x").contains("a"), F("x").contains(1), F("x").contains_all(["a"]), F("x").contains_all([]), F("x").contains(F("a"))):
        assert not decide(rule, {"x": held, "a": "a"})


class Model(BaseModel):
    name: str = "model"


class Named(NamedTuple):
    name: str


class Keeper:
    name = "of the class"

    def __init__(self) -> None:
        self.name = "of the object"

    def __getitem__(self, key: str) -> str:
        return "by subscript"


@pytest.mark.parametrize("held", [Model(), Keeper(), Keeper, SimpleNamespace(name="x"), Named("x"), "text", 1, 1.5, [1], {"other": 1}, len])
@pytest.mark.parametrize("segment", ["name", "upper", "real", "append", "keys", "__class__", "__dict__", "__len__", "count", "get"])
def test_a_path_never_reaches_an_attribute(held: object, segment: str) -> None:
    """Semantics 10: an object's fields, the methods of texts, numbers, lists and dictionaries, and what Python keeps on everything, are not there."""
    for path in (f"x.{segment}", f"x.{segment}.{segment}"):
        assert not decide(F(path).exists(), {"x": held})
        assert decide(F(path).empty(), {"x": held})


# 11: an explanation of each operator, upright and below a not


@pytest.mark.parametrize(
    ("rule", "failing", "holding", "message", "negated"),
    [
        (F("x") == 1, 2, 1, "x must be 1", "x must not be 1"),
        (F("x") != 1, 1, 2, "x must not be 1", "x must be 1"),
        (F("x") > 1, 1, 2, "x must be more than 1", "x must not be more than 1"),
        (F("x") >= 1, 0, 1, "x must be at least 1", "x must be less than 1"),
        (F("x") < 1, 1, 0, "x must be less than 1", "x must be at least 1"),
        (F("x") <= 1, 2, 1, "x must be at most 1", "x must be more than 1"),
        (F("x").in_([1, 2]), 3, 2, "x must be one of 1, 2", "x must not be one of 1, 2"),
        (F("x").not_in([1, 2]), 2, 3, "x must not be one of 1, 2", "x must be one of 1, 2"),
        (F("x").contains(1), [2], [1], "x must contain 1", "x must not contain 1"),
        (F("x").contains_all([1, 2]), [1], [2, 1], "x must contain all of 1, 2", "x must not contain all of 1, 2"),
        (F("x").matches("^a"), "b", "a", 'x must match "^a"', 'x must not match "^a"'),
        (F("x").exists(), None, 1, "x must be there", "x must not be there"),
        (F("x").exists(False), 1, None, "x must not be there", "x must be there"),
        (F("x").empty(), [1], [], "x must be empty", "x must not be empty"),
        (F("x").empty(False), "", "a", "x must not be empty", "x must be empty"),
        (F("x").within_days(2), 0, NOW, "x must be within 2 days of now", "x must not be within 2 days of now"),
        (
            F("x").spatial_within({"type": "Polygon", "coordinates": [SQUARE]}),
            {"lat": 5, "lng": 5},
            {"lat": 1, "lng": 1},
            "x must lie within the area",
            "x must lie outside the area",
        ),
    ],
)
def test_every_operator_explains_itself(rule: LeafRule, failing: Any, holding: Any, message: str, negated: str) -> None:
    """Semantics 11: path, operator, expected, actual and a sentence, and below a not the sentence of what would make it fail."""
    engine = RuleEngine(FrozenClock(NOW))
    [upright] = engine.explain(rule, {"x": failing}).failures
    [below] = engine.explain(NotRule(not_=rule), {"x": holding}).failures
    [twice] = engine.explain(NotRule(not_=NotRule(not_=rule)), {"x": failing}).failures

    assert ("x", rule.op, rule.value, failing, message) == (upright.field, upright.op, upright.expected, upright.actual, upright.message)
    assert ("x", rule.op, rule.value, holding, negated) == (below.field, below.op, below.expected, below.actual, below.message)
    assert upright == twice
    assert () == engine.explain(rule, {"x": holding}).failures == engine.explain(NotRule(not_=rule), {"x": failing}).failures


def test_every_failed_leaf_is_named_and_none_that_held() -> None:
    """Semantics 11: of a group all of whose parts are needed, of one of which one is enough, and of both below a not."""
    held, lost = F("a") == 1, [F("b") == 1, F("c") == 1]
    engine, context = RuleEngine(), {"a": 1, "b": 2}

    for rule in (held & lost[0] & lost[1], lost[0] | lost[1], ~(~lost[0] & ~lost[1]), ~(~lost[0] | ~held | ~lost[1])):
        assert ["b", "c"] == [failure.field for failure in engine.explain(rule, context).failures]
        assert [2, None] == [failure.actual for failure in engine.explain(rule, context).failures]


# 12 and 13: what is refused when it is registered


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [("(?=a)b", "look-around"), (r"(a)\1", "backreferences"), ("(a", "unclosed group"), ("[z-a]", "character class range"), ("a{3,1}", "repetition")],
)
def test_a_refused_pattern_is_refused_with_the_engines_reason(pattern: str, reason: str) -> None:
    """Semantics 12: at registration, with the pattern and why; the rules that came with it are not registered either."""
    engine = RuleEngine()
    with pytest.raises(CoreError) as refused:
        engine.register_all({"sound": F("x") == 1, "unsound": ~(F("x").exists() | F("x").matches(pattern))})

    assert f'the pattern "{pattern}" is refused' in str(refused.value)
    assert reason in str(refused.value)
    assert 0 == engine.revision


@pytest.mark.parametrize("pattern", [1, None, ["a"], {"a": 1}, True])
def test_what_is_no_pattern_is_refused(pattern: object) -> None:
    """Semantics 12: with the path that it stands at."""
    with pytest.raises(CoreError, match='"matches" on "x.y" takes a pattern'):
        RuleEngine().register("r", LeafRule(field="x.y", op=Op.MATCHES, value=pattern))


def test_a_circle_through_templates_and_their_parameters_is_printed() -> None:
    """Semantics 13: parameters that differ make no way out, and a circle that begins later is printed from where it begins."""
    engine = RuleEngine()
    engine.register("plain", F("x") == {"param": "p"})
    round_: dict[str, RuleExpr] = {
        "start": ~TemplateRule(template="one", params={"p": 2}),
        "one": (F("x") == {"param": "p"}) & TemplateRule(template="two", params={"q": 1}),
        "two": F("x").all(TemplateRule(template="one", params={"p": {"param": "q"}})),
    }
    with pytest.raises(CoreError, match="in a circle: one → two → one$"):
        engine.register_all(round_)

    assert 1 == engine.revision


# 14: time and place


@pytest.mark.parametrize("days", [0, 0.5, 3, 3.0, 30])
def test_exactly_so_many_days_are_within_before_and_after(days: float) -> None:
    """Semantics 14: to the millisecond, of whole days and of parts; by literal and by path."""
    span = int(days * DAY)
    for away, expected in ((-span - 1, False), (-span, True), (0, True), (span, True), (span + 1, False)):
        assert expected is decide(F("x").within_days(days), {"x": NOW + away})
        assert expected is decide(F("x").within_days(F("days")), {"x": NOW + away, "days": days})


@pytest.mark.parametrize(
    ("days", "expected"), [(-1, False), (-0.0, True), (NAN, False), (INFINITE, True), (-INFINITE, False), (True, False), ("3", False), (None, False)]
)
def test_days_that_are_no_distance_are_met_by_no_time(days: Any, expected: bool) -> None:
    """Semantics 14: negative days and NaN contain not even now, without end they contain everything, and other types do not fit."""
    assert expected is decide(LeafRule(field="x", op=Op.WITHIN_DAYS, value=days), {"x": NOW})
    assert expected is decide(F("x").within_days(F("days")), {"x": NOW, "days": days})


@pytest.mark.parametrize("time", [NAN, True, "1700000000000", None, [NOW], INFINITE])
def test_what_is_no_time_is_within_no_days(time: object) -> None:
    """Semantics 14: nor a time that is not a number of milliseconds."""
    assert not decide(F("x").within_days(3), {"x": time})


@pytest.mark.parametrize(
    ("lng", "lat", "inside"),
    [
        (3, 3, True),
        (4, 2, True),
        (2, 0, True),
        (0, 0, True),
        (4, 4, True),
        (1.5, 1.5, False),
        (1, 1.5, True),
        (1.5, 2, True),
        (2, 2, True),
        (4.001, 2, False),
        (-0.001, 0, False),
    ],
)
def test_edges_and_corners_are_inside_and_holes_are_not(lng: float, lat: float, inside: bool) -> None:
    """Semantics 14: the hole's own edge and corners belong to the area; in whatever direction the rings go round, closed or left open, and either way to write a point."""
    for rings in ([SQUARE, HOLE], [SQUARE[::-1], HOLE], [SQUARE, HOLE[::-1]], [SQUARE[:-1], HOLE[:-1]]):
        rule = F("p").spatial_within({"type": "Polygon", "coordinates": rings})
        by_path = F("p").spatial_within(F("area"))
        for point in ({"lng": lng, "lat": lat}, {"type": "Point", "coordinates": [lng, lat]}, {"type": "Point", "coordinates": (lng, lat, 100)}):
            assert inside is decide(rule, {"p": point})
            assert inside is decide(by_path, {"p": point, "area": {"type": "Polygon", "coordinates": rings}})


def test_an_edge_too_short_for_products_is_a_point() -> None:
    """Semantics 14: of the smallest float nothing is left in a product, and all that is near would lie on such an edge."""
    rule = F("p").spatial_within({"type": "Polygon", "coordinates": [[[0, 0], [5e-324, 5e-324], [-1, -1], [-1, 0], [0, 0]]]})

    assert not decide(rule, {"p": {"lng": 0.3, "lat": 0.3}})
    assert decide(rule, {"p": {"lng": 0, "lat": 0}})
    assert decide(rule, {"p": {"lng": -0.9, "lat": -0.5}})


def test_positions_are_longitude_first() -> None:
    """Semantics 14: an area that is wide and low tells the two apart; what is no position on the globe is nowhere."""
    wide = F("p").spatial_within({"type": "Polygon", "coordinates": [[[0, 0], [100, 0], [100, 10], [0, 10], [0, 0]]]})

    assert decide(wide, {"p": {"lng": 80, "lat": 5}})
    assert decide(wide, {"p": {"type": "Point", "coordinates": [80, 5]}})
    assert not decide(wide, {"p": {"lng": 5, "lat": 80}})
    assert not decide(wide, {"p": {"type": "Point", "coordinates": [5, 80]}})
    assert not decide(wide, {"p": {"type": "Point", "coordinates": [80, 5000]}})


def test_areas_are_plane_and_one_across_the_antimeridian_is_two() -> None:
    """Semantics 14: an edge from 170 to -170 goes the long way round, over Greenwich; the two sides are joined by or."""

    def box(west: float, east: float) -> LeafRule:
        return F("p").spatial_within({"type": "Polygon", "coordinates": [[[west, -20], [east, -20], [east, -10], [west, -10], [west, -20]]]})

    fiji, taveuni, greenwich = {"lng": 178, "lat": -17.8}, {"lng": -179.9, "lat": -16.8}, {"lng": 0, "lat": -15}

    assert [False, False, True] == [decide(box(170, -170), {"p": place}) for place in (fiji, taveuni, greenwich)]
    assert [True, True, False] == [decide(box(170, 180) | box(-180, -170), {"p": place}) for place in (fiji, taveuni, greenwich)]


# 15: what a rule says never becomes code

HOSTILE = [
    "__import__('os').system('false')",
    "'); raise SystemExit #",
    '"""',
    "'''",
    "\\",
    "\n    return True\n",
    "\r",
    "{0}{context}",
    "{{",
    "%s",
    "$k0",
    "k0",
    "context",
    "MISSING",
    "None",
    "True",
    "\x00",
    "\u2028",
    "﹍",
    "…",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_is_a_text_wherever_it_stands(text: str) -> None:
    """Semantics 15: as a segment, literal, in a list, in an object, as a key of one, a name of an element, of a rule and of a parameter."""
    other = text + "x"
    key = text.replace(".", "")
    context = {key: {key: text, "list": [text], "object": {key: [text]}}, "x": text}
    for yes, no in (
        (F(f"{key}.{key}") == text, F(f"{key}.{key}") == other),
        (F("x") == F(f"{key}.{key}"), F("x") == F(f"{key}.{key}.{key}")),
        (F("x").in_([text, 1]), F("x").in_([other, 1])),
        (F("x") >= text, F("x") > text),
        (F(f"{key}.list").contains(text), F(f"{key}.list").contains(other)),
        (F(f"{key}.list").contains_all([text]), F(f"{key}.list").contains_all([text, other])),
        (F(f"{key}.object") == {key: [text]}, F(f"{key}.object") == {key: [other]}),
        (AllRule(all_=f"{key}.list", where=F(key) == text, as_=key), AllRule(all_=f"{key}.list", where=F(key) == other, as_=key)),
        (F(f"{key}.list").any(F("item") == F("x")), F(f"{key}.list").any(F(f"item.{key}") == F("x"))),
        (F("x").exists() & LeafRule(field="x", op=Op.EXISTS, value=text), F("x").empty() | LeafRule(field="x", op=Op.EMPTY, value=text)),
    ):
        assert decide(yes, context)
        assert not decide(no, context)
    for op in (Op.GT, Op.WITHIN_DAYS, Op.SPATIAL_WITHIN, Op.IN, Op.CONTAINS_ALL):
        assert not decide(LeafRule(field="number", op=op, value=text), {"number": 1})
    engine = RuleEngine()
    engine.register(text, F("x") == {"param": text})

    assert engine.compile(TemplateRule(template=text, params={text: text})).evaluate(context)
    assert not engine.compile(TemplateRule(template=text, params={text: other})).evaluate(context)
