"""When two JSON values are the same: strictly, at any depth, whatever their shape in memory."""

from __future__ import annotations

import time
from types import MappingProxyType
from typing import Any

import pytest

from coregen_runtime.primitives.equality import equal


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        (1, 1.0, True),
        (0, -0.0, True),
        (True, 1, False),
        (False, 0, False),
        (None, False, False),
        (None, None, True),
        ("1", 1, False),
        ([1], (1.0,), True),
        ([1], [True], False),
        ([1, 2], [1], False),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, True),
        ({"a": None}, {}, False),
        ({"a": 1}, MappingProxyType({"a": 1}), True),
        ([], {}, False),
        (float("nan"), float("nan"), False),
        (2**53, float(2**53), True),
        (2**53 + 1, float(2**53), False),
        (object(), object(), False),
        ("x", b"x", False),
    ],
)
def test_equality_is_that_of_json(left: Any, right: Any, same: bool) -> None:
    """Semantics 10: `True` and `1` differ, `1` and `1.0` do not; and it asks both ways alike."""
    assert (same, same) == (equal(left, right), equal(right, left))


def nested(levels: int, inner: object) -> object:
    value = inner
    for _ in range(levels):
        value = [value]
    return value


def test_depth_is_no_matter() -> None:
    """Semantics 10: evaluation never raises on data."""
    assert equal(nested(100_000, 1), nested(100_000, 1.0))
    assert not equal(nested(100_000, 1), nested(100_000, 2))


def shared(levels: int) -> object:
    """Two to the power of `levels` leaves, in as many lists as there are levels."""
    value: object = 1
    for _ in range(levels):
        value = [value, value]
    return value


def test_what_is_shared_is_compared_once() -> None:
    started = time.perf_counter()

    assert equal(shared(60), shared(60))
    assert 1.0 > time.perf_counter() - started


def test_what_holds_itself_comes_to_an_end() -> None:
    one: list[Any] = [1]
    other: list[Any] = [1]
    one.append(one)
    other.append(other)

    assert equal(one, other)
    other[0] = 2
    assert not equal(one, other)
