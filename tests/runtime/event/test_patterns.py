"""Patterns of events, and the index that finds them (semantics 33)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coregen_runtime import CoreError
from coregen_runtime.event.patterns import Pattern, PatternIndex

segments = st.lists(st.sampled_from(["order", "placed", "created", "a", "b"]), min_size=1, max_size=4)


@pytest.mark.parametrize(
    ("pattern", "type", "hears"),
    [
        ("order.placed", "order.placed", True),
        ("order.placed", "order.placed.late", False),
        ("order.*", "order.placed", True),
        ("order.*", "order.line.added", True),
        ("order.*", "order", False),
        ("order.*", "orders.placed", False),
        ("order.line.*", "order.line.added", True),
        ("order.line.*", "order.placed", False),
        ("*.created", "order.created", True),
        ("*.created", "order.line.created", True),
        ("*.created", "created", False),
        ("*.line.created", "order.line.created", True),
        ("*", "anything", True),
        ("ordering/order.placed", "order.placed", True),
        ("ordering/order.*", "order.placed", True),
        ("ordering/*", "order.placed", True),
        ("billing/order.placed", "order.placed", False),
        ("billing/*", "order.placed", False),
    ],
)
def test_a_pattern_hears(pattern: str, type: str, hears: bool) -> None:
    """Semantics 33: `order.*` is one or more further segments, `*.created` one or more leading ones."""
    assert hears is Pattern.parse(pattern).matches(type, "ordering")


@pytest.mark.parametrize("pattern", ["", "order.*.placed", "*.order.*", "ord*", "**", "*.", ".*", "/order.placed", "ordering/"])
def test_a_star_stands_for_the_beginning_or_the_end_and_nowhere_else(pattern: str) -> None:
    with pytest.raises(CoreError, match='INVALID_PATTERN: ".*" is no event pattern; write "order.placed"'):
        Pattern.parse(pattern)


def plainly(pattern: str, type: str) -> bool:
    """What a pattern means, word by word."""
    wanted, words = pattern.split("."), type.split(".")
    if pattern == "*":
        return True
    if wanted[-1] == "*":
        return len(words) > len(wanted) - 1 and words[: len(wanted) - 1] == wanted[:-1]
    if wanted[0] == "*":
        return len(words) > len(wanted) - 1 and words[-(len(wanted) - 1) :] == wanted[1:]
    return words == wanted


@given(st.lists(st.tuples(segments, st.sampled_from(["exact", "prefix", "suffix", "all"])), max_size=20), segments)
def test_the_index_finds_what_a_walk_over_all_patterns_finds_in_order(filed: list[tuple[list[str], str]], words: list[str]) -> None:
    forms = {"exact": "{}", "prefix": "{}.*", "suffix": "*.{}", "all": "*"}
    patterns = [forms[form].format(".".join(parts)) for parts, form in filed]
    index: PatternIndex[int] = PatternIndex()
    for number, pattern in enumerate(patterns):
        index.add(pattern, number)
    type = ".".join(words)

    assert [number for number, pattern in enumerate(patterns) if plainly(pattern, type)] == index.matching(type)


def test_what_is_removed_is_not_found_and_removing_it_again_is_nothing() -> None:
    index: PatternIndex[str] = PatternIndex()
    first, second = index.add("a", "first"), index.add("a", "second")
    index.remove(first)
    index.remove(first)

    assert ["second"] == index.matching("a")
    index.remove(second)
    assert [] == index.matching("a")
