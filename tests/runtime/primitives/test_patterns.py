"""Patterns: linear time, and one reading everywhere."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coregen_runtime.primitives.patterns import portable, searcher
from coregen_runtime.primitives.strings import matching

PIECES = st.sampled_from(
    [r"\d", r"\w", r"\s", ".", "a", "b", "-", "/", r"\.", r"\$", "[a-c]", r"[\w.-]", "[^/]", r"[\s\]]", "(?:ab)", "(a|b)", "#", "é"]
)
PATTERNS = st.lists(st.tuples(PIECES, st.sampled_from(["", "*", "+", "?", "{2}", "{1,2}", "+?"])), min_size=1, max_size=4).map(
    lambda several: "".join(piece + times for piece, times in several)
)


@given(PATTERNS, st.text("ab-/. \n$é#\t1_]", max_size=8))
def test_the_portable_form_means_what_the_pattern_does_in_ascii(pattern: str, text: str) -> None:
    """Semantics 4: ASCII classes, one verdict."""
    form = portable(pattern)

    assert form is not None
    assert searcher(form)(text) == (re.search(pattern, text, re.ASCII) is not None)
    assert searcher(form)(text) == (re.search(form, text, re.ASCII) is not None)


@given(PATTERNS)
def test_the_portable_form_is_its_own(pattern: str) -> None:
    form = portable(pattern)

    assert form is not None
    assert form == portable(form)


@pytest.mark.parametrize(
    "pattern", ["(?i)a", r"\bfoo", r"\p{L}", "[a-z&&b]", "[[:alpha:]]", r"\A", "(?=a)", "x**", "]", "{", r"[^\D]", "[b-a]", "a{,3}", "("]
)
def test_what_has_no_portable_form_says_so(pattern: str) -> None:
    assert None is portable(pattern)


@pytest.mark.parametrize("pattern", ["(?=a)", r"(a)\1", "(", "[b-a]", "(?<!x)a"])
def test_what_the_engine_refuses_is_refused_with_its_reason(pattern: str) -> None:
    """Semantics 12."""
    with pytest.raises(ValueError, match="is refused"):
        searcher(pattern)


def test_searching_takes_linear_time() -> None:
    """Semantics 12: the pattern that ruins a backtracking engine."""
    search = searcher("^(a+)+$")
    started = time.perf_counter()

    assert not search("a" * 50_000 + "b")
    assert time.perf_counter() - started < 2.0


def test_dollar_means_the_very_end() -> None:
    assert (True, False) == (searcher("^a$")("a"), searcher("^a$")("a\n"))


@pytest.mark.parametrize(
    "pattern", ["(" * 60 + "ab+" + ")*" * 60, "(" * 60 + "a+" + ")+" * 60, "(a{99}){9}", "([a-c]{2,}x?){3,}", r"^\$[^a-z]{5}\.$"]
)
def test_a_text_for_a_pattern_is_found_at_once_however_its_groups_are_nested(pattern: str) -> None:
    """Semantics 12: nothing multiplies with each level of a pattern."""
    form = portable(pattern)
    assert form is not None
    started = time.perf_counter()
    for generous, seed in ((0, 0), (3, 0), (3, 7)):
        text = matching(form, generous, seed)

        assert searcher(form)(text)
        assert 200_000 > len(text)
    assert 2.0 > time.perf_counter() - started
