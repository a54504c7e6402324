"""Rules as generated Python: what stands in the text, what it is held to, and how large a rule may be."""

from __future__ import annotations

import ast
import re
from collections import OrderedDict, UserDict
from collections.abc import Iterator
from decimal import Decimal
from enum import IntEnum, StrEnum
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coregen_runtime.rule.builder import F
from coregen_runtime.rule.compiler import HELPERS, Generated, compiled, generated, generated_explanation
from coregen_runtime.rule.engine import RuleEngine
from coregen_runtime.rule.tree import finder, holds, paths, prepared
from coregen_runtime.rule.types import AndRule, LeafRule, NotRule, Op, OrRule, RuleExpr

NOW = 10 * 86_400_000
HOSTILE = [
    '"""',
    "'''",
    "__import__('os')",
    "k0",
    "v0",
    "MISSING",
    "\n    return True #",
    "\\",
    "{}",
    "%s",
    "\x00",
    "\ud800",
    "ä",
    "lambda",
    ")",
    "now",
]


def now() -> int:
    return NOW


def every_function(one: Generated) -> Iterator[Generated]:
    yield one
    for inner in one.inner:
        yield from every_function(inner)


class Text(str):
    __slots__ = ()


class Number(int):
    pass


class Colour(StrEnum):
    RED = "red"


class Level(IntEnum):
    ONE = 1


class Agreeable:
    """Equals whatever it is compared with, and is no JSON."""

    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return 1


class Refusing:
    """Cannot be compared, as an array of some libraries cannot."""

    __hash__ = None  # type: ignore[assignment]  # unhashable on purpose

    def __eq__(self, other: object) -> bool:
        raise ValueError("ambiguous")


NAN = float("nan")
EXOTIC: list[Any] = [
    None, True, False, 0, 1, -1, 1.0, 1.5, 0.0, -0.0, NAN, float("inf"), 10**400, -(10**400), 2**53, 2**53 + 1, float(2**53),
    "", "a", "1", "red", "\ud800", "ä", Text("a"), Number(1), Colour.RED, Level.ONE, Decimal(1), b"a", object(), Agreeable(), Refusing(),
    [], ["a"], [1], [True], [None], (1,), ("a", "b"), [Text("a")], [Agreeable()], [Refusing(), "a"], [[1]], [NAN], {1}, range(2),
    {}, {"a": 1}, {"a": [1.0]}, {1: 2}, OrderedDict(a=1), UserDict(a=1), MappingProxyType({"a": 1}), NOW, NOW - 86_400_000, NOW + 86_400_001.5,
    {"lat": 0.5, "lng": 0.5}, {"type": "Point", "coordinates": [0.5, 0.5]}, {"lat": NAN, "lng": 1},
]  # fmt: skip
SQUARE = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]]}
LITERALS: list[Any] = [*EXOTIC, SQUARE, {"type": "Polygon"}, ["a", 1, None, True, NAN, [1], {"a": 1}], ["a", Agreeable()], [2**53, "red"], ["\ud800"]]


def held_to_the_reading(rule: RuleExpr, context: Any) -> None:
    tree = prepared(rule)
    expected = holds(tree, finder(context), NOW)

    assert expected is compiled(tree, now)(context)
    assert expected is RuleEngine().compile(rule).explain(context, NOW).passed


@pytest.mark.parametrize("op", [op for op in Op if op is not Op.MATCHES])
def test_generated_code_means_what_the_operators_mean_whatever_the_values(op: Op) -> None:
    """Semantics 10: values beyond JSON, subclasses, NaN, what has no hash and what refuses to be compared get the operator's answer."""
    for literal in LITERALS:
        tree = prepared(LeafRule(field="x", op=op, value=literal))
        decide = compiled(tree, now)
        for actual in EXOTIC:
            context = {"x": actual}

            assert holds(tree, finder(context), NOW) is decide(context), (actual, literal)


@pytest.mark.parametrize("op", list(Op))
def test_generated_code_compares_two_paths_as_the_operators_do(op: Op) -> None:
    """Semantics 10: the same for values that both come from the data."""
    tree = prepared(LeafRule(field="x", op=op, value={"ref": "y"}))
    decide = compiled(tree, now)
    for left in EXOTIC:
        for right in LITERALS:
            context = {"x": left, "y": right}

            assert holds(tree, finder(context), NOW) is decide(context), (left, right)


@pytest.mark.parametrize(
    "context", [None, 1, [], "x", {}, {"x": None}, UserDict(x={"y": 1}), OrderedDict(x=UserDict(y=1)), {"x": [{"y": 1}]}, {"x": Agreeable()}]
)
@pytest.mark.parametrize("path", ["x", "x.y", "x.0.y", "x.y.z", "x.-1", "x.00", "x.99999999999", "x.½", "a.b.c.d.e.f.g.h", ".", "..", "x."])
def test_any_path_into_any_context_finds_what_the_reading_finds(path: str, context: Any) -> None:
    """Semantics 10: paths walk mappings and sequences only, and lead nowhere elsewhere."""
    for rule in (F(path).exists(), F(path).empty(), F(path) == 1, F(path) != 1, F(path) == F("x")):
        held_to_the_reading(rule, context)


@given(
    st.lists(st.sampled_from(HOSTILE), min_size=1, max_size=4), st.sampled_from(HOSTILE), st.sampled_from([op for op in Op if op is not Op.MATCHES])
)
def test_nothing_of_a_rule_stands_in_the_text_that_is_made_of_it(path: list[str], value: str, op: Op) -> None:
    """Semantics 15: the text holds generated names, the helpers' names, and no constant beside None, True and False."""
    field = ".".join(path).replace("\ud800", "?")
    several: Any = [value, 1] if op in (Op.IN, Op.NIN, Op.CONTAINS_ALL) else value
    rule = LeafRule(field=field, op=op, value=several) & LeafRule(field="a", op=op, value={"ref": field}) & F(field).matches(r"^\$")
    tree = prepared(rule)
    for one in (*every_function(generated(tree, now)), *every_function(generated_explanation(tree, paths(tree), now))):
        module = ast.parse(one.source)
        constants = {node.value for node in ast.walk(module) if isinstance(node, ast.Constant)}
        names = {node.id for node in ast.walk(module) if isinstance(node, ast.Name)}
        attributes = {node.attr for node in ast.walk(module) if isinstance(node, ast.Attribute)}
        bound = {name for name in names if re.fullmatch(r"k\d+", name)}

        assert constants <= {None, True, False}
        assert attributes <= {"get"}
        assert bound == set(one.constants)
        assert all(name in HELPERS or name in ("context", "now", "t", "items", "each", "passed") or re.fullmatch(r"[kve]\d+", name) for name in names)
        assert one.source.isascii()


def test_rules_of_one_shape_have_one_text() -> None:
    """Semantics 15: what two rules say differs in what is bound alone."""
    one, other = (generated(prepared((F(path) > limit) & (F("b") == word)), now) for path, limit, word in (("a", 1, "x"), ("c", 2, "y")))

    assert one.source == other.source
    assert one.constants != other.constants


def test_generated_functions_have_no_builtins() -> None:
    """Semantics 15: what text there is can reach nothing that was not handed to it."""
    function = generated(prepared(F("a") > 1), now).function()

    assert {} == function.__globals__["__builtins__"]


def test_the_clock_is_asked_only_where_a_rule_asks_the_time() -> None:
    """Semantics 14: the clock is passed in."""
    asked: list[int] = []

    def clock() -> int:
        asked.append(NOW)
        return NOW

    compiled(prepared((F("a") > 1) & F("b").exists()), clock)({"a": 2, "b": 1})
    compiled(prepared(F("a").within_days(1)), clock)({"a": NOW}, NOW)

    assert [] == asked

    compiled(prepared(F("a").within_days(1) | F("b").within_days(1)), clock)({})

    assert [NOW] == asked


def nested(levels: int, wide: int = 1) -> RuleExpr:
    rule: RuleExpr = F("x.y") == 1
    for level in range(levels - 1):
        others = [F(f"a{level}.b") == level for _ in range(wide - 1)]
        rule = NotRule(not_=rule) if wide == 1 else AndRule(and_=[*others, rule]) if level % 2 else OrRule(or_=[*others, rule])
    return rule


@pytest.mark.parametrize(("levels", "wide"), [(64, 1), (64, 2), (64, 150), (2, 9_998)])
def test_a_rule_as_large_as_rules_may_be_compiles(levels: int, wide: int) -> None:
    """Semantics 12 and 15: 64 levels and 10,000 conditions meet no limit of Python's."""
    rule = nested(levels, wide)
    context = {"x": {"y": 1}, "a1": {"b": 1}}

    held_to_the_reading(rule, context)
    held_to_the_reading(rule, {})


def test_a_long_path_compiles() -> None:
    data: Any = 1
    for _ in range(5_000):
        data = {"a": data}

    held_to_the_reading(F(".".join("a" * 5_000)) == 1, data)
