"""Strict equality of JSON values, for databases that have none of their own (semantics 10)."""

from __future__ import annotations

from collections.abc import Mapping


def json_equal(left: object, right: object) -> bool:
    """`True` and `1` differ, `1` and `1.0` do not; objects are equal key by key, in any order."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, Mapping) and isinstance(right, Mapping):
        return left.keys() == right.keys() and all(json_equal(value, right[key]) for key, value in left.items())
    if isinstance(left, list | tuple) and isinstance(right, list | tuple):
        return len(left) == len(right) and all(json_equal(one, other) for one, other in zip(left, right, strict=True))
    return left == right


def json_contains(array: object, value: object) -> bool:
    """Whether `array` is an array that holds the value."""
    return isinstance(array, list | tuple) and any(json_equal(item, value) for item in array)
