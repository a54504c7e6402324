"""Copies of JSON values, and how deep and how large one may be (semantics 4: I-JSON).

What a value has to look like beyond that is its schema's business (json_judge.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic_core import PydanticCustomError

from coregen_runtime.primitives.numbers import MAX_INTEGER

MAX_DEPTH = 64
"""How deep a value of a `json` field may be nested."""
MAX_VALUES = 250_000
"""How many values a value of a `json` field may hold, at all its levels together."""


_CONTAINERS = (Mapping, list, tuple)


def json_copy(value: object) -> object:
    """A JSON value without ties to the one given. Raises PydanticCustomError for anything else, and for what is too deep or too large.

    What data shares, it shares no longer in the copy: a few parts that hold each other twice are a billion values when written out.
    """
    return _copied(value, 0, [MAX_VALUES])


def _copied(value: Any, depth: int, left: list[int]) -> object:
    kind = type(value)
    if kind is str:
        return value if value.isascii() else _unicode(value)
    if kind is int:
        return _integer(value)
    if value is None or kind is bool:
        return value
    if kind is dict or kind is list or (kind is not float and isinstance(value, _CONTAINERS)):
        if depth >= MAX_DEPTH:
            raise PydanticCustomError("TYPE", "must be nested less deeply")
        spend(left, len(value))
        if kind is dict or isinstance(value, Mapping):
            return {_key(key): _copied(inner, depth + 1, left) for key, inner in value.items()}
        return [_copied(inner, depth + 1, left) for inner in value]
    if isinstance(value, float):
        if value - value == 0.0:
            return value
        raise PydanticCustomError("TYPE", "must hold finite numbers")
    if isinstance(value, str):
        return _unicode(value)
    if isinstance(value, int):
        return _integer(value)
    raise PydanticCustomError("TYPE", "must be a JSON value")


def spend(left: list[int], values: int) -> None:
    """Takes the members of a list or object off what a value may still hold. Raises PydanticCustomError where it holds more."""
    left[0] -= values
    if left[0] < 0:
        raise PydanticCustomError("TYPE", "must hold a quarter of a million values or fewer, each counted as often as it stands there")


def _integer(value: int) -> int:
    if -MAX_INTEGER <= value <= MAX_INTEGER:
        return value
    raise PydanticCustomError("TYPE", "must hold integers within ±(2^53−1)")


def _key(key: object) -> str:
    if not isinstance(key, str):
        raise PydanticCustomError("TYPE", "must hold objects whose keys are strings")
    return key if type(key) is str and key.isascii() else _unicode(str(key))


def _unicode(text: str) -> str:
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            raise PydanticCustomError("TYPE", "must hold no half of a surrogate pair") from None
    return text
