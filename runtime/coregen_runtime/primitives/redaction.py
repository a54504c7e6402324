"""What may be shown of anything: sensitive values replaced by their keys, and all else as small plain data (semantics 7).

Made for log lines, which nobody may break and nothing may leak through: no object's own `repr` is called, whatever raises is named instead, and size and
depth are bounded. What a key is called is a matter of words, not of spelling: `apiKey`, `api_key` and `X-Api-Key` are one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import lru_cache
from typing import Any

from pydantic import BaseModel

from coregen_runtime.errors.base import REDACTED
from coregen_runtime.errors.describe import describe
from coregen_runtime.primitives.money import Money
from coregen_runtime.primitives.words import spelling, words

SENSITIVE_PARTS = (
    "apikey",
    "accesskey",
    "privatekey",
    "authorization",
    "cookie",
    "credential",
    "passphrase",
    "passwd",
    "password",
    "secret",
    "token",
)
"""A key is sensitive when it holds one of these, joined to whatever else: `userPassword`, `X-Api-Key`, `accesstoken`."""

SENSITIVE_WORDS = frozenset({"auth", "bearer", "cvc", "cvv", "jwt", "otp", "pin", "pwd", "ssn"})
"""A key is sensitive when one of its words is one of these: `cardCvc`, but not `shipping`."""

_DEPTH, _VALUES, _CHARACTERS, _KEY = 12, 500, 2_000, 200
_SPOKEN = frozenset({"datetime", "decimal", "fractions", "ipaddress", "pathlib", "uuid"})
"""Modules of the standard library whose values say what they are, and hold nothing else."""

Hides = Callable[[object], bool]


def hides(keys: Collection[str] = ()) -> Hides:
    """Whether the value under a key is to be hidden: by the lists above, or because the key is one of `keys` in any spelling."""
    own = frozenset(spelling(key) for key in keys)

    def hidden(key: object) -> bool:
        text = bytes(key).decode("utf-8", "replace") if isinstance(key, bytes | bytearray) else key
        if not isinstance(text, str):
            return False
        return len(text) > _KEY or spelling(text) in own or _sensitive(text)

    return hidden


@lru_cache(4096)
def _sensitive(key: str) -> bool:
    joined = spelling(key)
    return any(part in joined for part in SENSITIVE_PARTS) or not SENSITIVE_WORDS.isdisjoint(word.lower() for word in words(key))


def shown(value: object, hidden: Hides) -> Any:
    """`value` as None, booleans, numbers, texts, lists and dictionaries with text keys: what is too much, too deep or unreadable is named. Never raises."""
    return _Walk(hidden).show(value)


class _Walk:
    """One value, walked once, with what is left of its budget and what lies on the way from its root."""

    def __init__(self, hidden: Hides) -> None:
        self._hidden = hidden
        self._left = _VALUES
        self._above: list[int] = []

    def show(self, value: object) -> Any:
        self._left -= 1
        try:
            return self._plain(value)
        except Exception:  # noqa: BLE001  (a log line does not fail for what it was to show)
            return f"<unreadable {type(value).__name__}>"

    def _plain(self, value: object) -> Any:
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, Enum):
            return self.show(value.value)
        if isinstance(value, str):
            return _cut(str.__str__(value))
        if isinstance(value, int):
            return int(value) if value.bit_length() <= 1024 else f"<integer of {value.bit_length()} bits>"
        if isinstance(value, float):
            return float(value) if math.isfinite(value) else str(float(value))
        if isinstance(value, Money):
            return str(value)
        if isinstance(value, bytes | bytearray | memoryview):
            return f"<{len(value)} bytes>"
        if isinstance(value, BaseException):
            return _cut(describe(value))
        if isinstance(value, type):
            return f"<class {value.__name__}>"
        if type(value).__module__ in _SPOKEN:
            return _cut(str(value))
        return self._inside(value)

    def _inside(self, value: object) -> Any:
        if id(value) in self._above:
            return "<itself>"
        if len(self._above) >= _DEPTH:
            return "<too deep>"
        self._above.append(id(value))
        try:
            if isinstance(value, Mapping):
                return self._pairs((key, item, False) for key, item in value.items())
            if isinstance(value, BaseModel):
                return self._pairs(_fields_of_model(value))
            if is_dataclass(value):
                return self._pairs((each.name, getattr(value, each.name), not each.repr) for each in fields(value))
            if isinstance(value, tuple) and hasattr(value, "_fields"):
                return self._pairs((key, item, False) for key, item in zip(value._fields, value, strict=True))
            if isinstance(value, Sequence | AbstractSet):
                return self._items(value)
            return f"<{type(value).__name__}>"
        finally:
            self._above.pop()

    def _pairs(self, pairs: Iterable[tuple[object, object, bool]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, item, secret in pairs:
            if self._left <= 0:
                found["…"] = "<more>"
                break
            name = _cut(str.__str__(key)) if isinstance(key, str) else str(self.show(key))
            found[name] = REDACTED if secret or self._hidden(key) else self.show(item)
        return found

    def _items(self, items: Iterable[object]) -> list[Any]:
        found: list[Any] = []
        for item in items:
            if self._left <= 0:
                found.append("<more>")
                break
            found.append(self.show(item))
        return found


def _fields_of_model(model: BaseModel) -> Iterator[tuple[str, object, bool]]:
    """Wire name, value and whether it is marked sensitive, as `repr=False`."""
    kinds = type(model).model_fields
    for name, value in model.__dict__.items():
        kind = kinds.get(name)
        yield (kind.serialization_alias or name) if kind else name, value, kind is not None and not kind.repr
    for name, value in (model.__pydantic_extra__ or {}).items():
        yield name, value, False


def _cut(text: str) -> str:
    return text if len(text) <= _CHARACTERS else f"{text[:_CHARACTERS]}… ({len(text) - _CHARACTERS:,} more)"
