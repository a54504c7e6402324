"""Data in other clothes: mappings that are no dictionary, and sequences that are no list, at any depth."""

from __future__ import annotations

from collections import ChainMap, OrderedDict, UserDict, defaultdict, namedtuple
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import RootModel

from coregen_runtime.primitives.clock import FrozenClock
from coregen_runtime.rule.builder import F
from coregen_runtime.rule.engine import RuleEngine
from coregen_runtime.rule.types import RuleExpr
from tests.runtime.rule.test_oracle import CONTEXTS, NOW, RULES


class Rows(Mapping[str, Any]):
    """A mapping of the least that makes one."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self._data = dict(data)

    def __getitem__(self, key: str) -> Any:
        return self._data[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._data)

    def __len__(self) -> int:
        return len(self._data)


class Model(RootModel[dict[str, Any]], Mapping[str, Any]):
    """A Pydantic model that is a mapping."""

    def __getitem__(self, key: str) -> Any:
        return self.root[key]

    def __iter__(self) -> Iterator[str]:  # type: ignore[override]  # the mapping's
        return iter(self.root)

    def __len__(self) -> int:
        return len(self.root)


class Listed(list[Any]):
    """A list of the application."""


Pair = namedtuple("Pair", "first second")

MAPPINGS: list[Callable[[dict[str, Any]], Mapping[str, Any]]] = [
    dict,
    OrderedDict,
    UserDict,
    MappingProxyType,
    Rows,
    Model.model_construct,
    lambda data: ChainMap({}, data),
    lambda data: defaultdict(int, data),
]
SEQUENCES: list[Callable[[list[Any]], Any]] = [list, tuple, Listed, lambda items: Pair(*items) if len(items) == 2 else items]


def dressed(value: Any, draw: Callable[[st.SearchStrategy[Any]], Any]) -> Any:
    """The same data, each mapping and each sequence of a type of its own."""
    if isinstance(value, dict):
        return draw(st.sampled_from(MAPPINGS))({key: dressed(inner, draw) for key, inner in value.items()})
    return draw(st.sampled_from(SEQUENCES))([dressed(inner, draw) for inner in value]) if isinstance(value, list) else value


@given(RULES, CONTEXTS, st.data())
def test_a_rule_says_the_same_of_the_same_data_whatever_holds_it(rule: RuleExpr, context: dict[str, Any], data: st.DataObject) -> None:
    """Semantics 10: a mapping is a mapping and an array is an array, at the top and below, read, compiled and explained."""
    rules, other = RuleEngine(FrozenClock(NOW)), dressed(context, data.draw)
    expected = rules.evaluate(rule, context)
    plain, explained = rules.explain(rule, context), rules.explain(rule, other)

    assert (expected,) * 4 == (RuleEngine(FrozenClock(NOW)).evaluate(rule, other), rules.evaluate(rule, other), explained.passed, plain.passed)
    assert plain.sentence() == explained.sentence()
    assert [(each.field, each.op, each.message) for each in plain.failures] == [(each.field, each.op, each.message) for each in explained.failures]


def test_a_look_into_a_mapping_adds_nothing_to_it() -> None:
    """Semantics 10: evaluation is a reading, also of a mapping that makes what it lacks."""
    inner: defaultdict[str, Any] = defaultdict(dict)
    outer: defaultdict[str, Any] = defaultdict(dict, {"a": inner})
    rule = F("a.x.y").exists() | F("b.c").exists()

    assert not RuleEngine().explain(rule, outer).passed
    assert not RuleEngine().compile(rule).evaluate(outer)
    assert ({}, {"a": inner}) == (inner, outer)


@pytest.mark.parametrize("kind", [dict, OrderedDict, UserDict, MappingProxyType, ChainMap, lambda data: Listed([data]), lambda data: (data,)])
def test_an_explanation_keeps_what_stood_in_any_of_pythons_own_containers(kind: Callable[[Any], Any]) -> None:
    """Semantics 11: what changes afterwards is not told, at any depth."""
    below: dict[str, Any] = {"n": [1]}
    explained = RuleEngine().explain(F("x") == 3, {"x": kind({"below": UserDict(below)})})
    below["n"].append(2)
    told = explained.failures[0].actual

    assert told in ({"below": {"n": [1]}}, [{"below": {"n": [1]}}])


def test_a_mapping_that_has_no_end_is_explained() -> None:
    """Semantics 10: what loads its parts when they are asked for is asked for no more than the rule asks."""

    class Endless(Rows):
        def __iter__(self) -> Iterator[str]:
            yield "next"

        def __getitem__(self, key: str) -> Any:
            return Endless({})

        def get(self, key: str, default: Any = None) -> Any:
            return self[key]

    explained = RuleEngine().explain(F("x.next.next").empty() | (F("x") == 1), {"x": Endless({})})

    assert ["x.next.next", "x"] == [failure.field for failure in explained.failures]
