"""Identity: ULIDs that never go backwards, id types, slugs and checksums (specification, section 1; semantics 1)."""

from __future__ import annotations

import os
import re
import threading
import unicodedata
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from json import dumps
from math import isfinite
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema
from ulid import base32

from coregen_runtime.errors.base import CoreError, ValidationError
from coregen_runtime.errors.codes import ErrorCode, FailureCode
from coregen_runtime.primitives.clock import Clock, SystemClock
from coregen_runtime.primitives.numbers import MAX_INTEGER, canonical_number

_ULID = r"[0-7][0-9A-HJKMNP-TV-Z]{25}"
_PREFIX = re.compile(r"[a-z][a-z0-9]*")
_ID = re.compile(rf"(?:([a-z][a-z0-9]*)_)?({_ULID})")
_MAX_TIME = 2**48 - 1
_LOW, _HIGH = 2**20 - 1, 2**60 - 1
"""The random part, 80 bits, in two: within a millisecond the low one counts, and the front before it is encoded once."""
_DRAWN = 64
"""For how many milliseconds randomness is drawn at once."""
_PAIRS = tuple(one + other for one in base32.ENCODE for other in base32.ENCODE)
_TO_BASE_32 = bytes.maketrans(base32.ENCODE.encode(), b"0123456789abcdefghijklmnopqrstuv")
_EXAMPLE = "01ARZ3NDEKTSV4RRFFQ69G5FAV"


class IDGenerator:
    """Makes ULIDs: sorted by time, strictly increasing within a process, never backwards when the clock is (semantics 1).

    Safe to share between threads. A forked process goes its own way, one millisecond on from where it left its parent.
    """

    def __init__(self, clock: Clock | None = None) -> None:
        self._clock: Clock = clock or SystemClock()
        # one lock a process: the parent's may have been held by another thread at the moment of a fork
        self._locks = {os.getpid(): threading.Lock()}
        self._process = os.getpid()
        self._last, self._high, self._low, self._front = -1, _HIGH, _LOW, ""
        self._drawn: list[int] = []

    def generate(self) -> str:
        """A new ULID, 26 characters.

        Raises:
            CoreError: `INVALID_STATE` when the clock tells no integer from 0 to 2^48−1, the times that a ULID can hold.
        """
        process = os.getpid()
        with self._locks.get(process) or self._locks.setdefault(process, threading.Lock()):
            now = self._clock.now()
            if now > self._last or process != self._process or self._low == _LOW:
                self._move(now, process)
            else:
                self._low += 1
            low = self._low
            return self._front + _PAIRS[low >> 10] + _PAIRS[low & 1023]

    def _move(self, now: int, process: int) -> None:
        """Fresh randomness for a new millisecond; within one, the next of the 2^60 fronts, and when they run out the next millisecond."""
        if type(now) is not int or not 0 <= max(now, self._last) <= _MAX_TIME:
            raise CoreError(ErrorCode.INVALID_STATE, "the clock is off; an id needs integer milliseconds from 0 to 2^48−1 (the year 10889)")
        if now <= self._last and process == self._process and self._high < _HIGH:
            time, high, low = self._last, self._high + 1, 0
        else:
            time = max(now, self._last + 1)
            if not self._drawn or process != self._process:
                self._drawn = _random_parts()
            high, low = divmod(self._drawn.pop(), _LOW + 1)
        if time > _MAX_TIME:
            raise CoreError(ErrorCode.INVALID_STATE, "the ids of the last millisecond that a ULID can hold, 2^48−1, are used up")
        self._front = _encoded(time, high)
        self._last, self._high, self._low, self._process = time, high, low, process

    def generate_for(self, namespace: str) -> str:
        """A new id with a prefix: `ord` and `ord_` both give `ord_01…`.

        Raises:
            ValidationError: the prefix has another form than `[a-z][a-z0-9]*`.
            CoreError: as `generate`.
        """
        return f"{bare_prefix(namespace)}_{self.generate()}"

    @staticmethod
    def is_valid(id: str) -> bool:
        """Whether it is a ULID, with a prefix or without."""
        return isinstance(id, str) and _ID.fullmatch(id) is not None

    @staticmethod
    def extract_timestamp(id: str) -> int:
        """When it was made, in epoch milliseconds.

        Raises:
            ValidationError: it is no id.
        """
        match = _ID.fullmatch(id) if isinstance(id, str) else None
        if match is None:
            raise ValidationError.of("id", FailureCode.ID, "is no id", id)
        return int(match.group(2)[:10].encode().translate(_TO_BASE_32), 32)


def id_prefix(id: str) -> str | None:
    """The prefix of an id, bare: of `ord_01…`, `ord`. None where it has none, and of what is no id."""
    match = _ID.fullmatch(id) if isinstance(id, str) else None
    return match.group(1) if match else None


def _random_parts() -> list[int]:
    """Random parts for many milliseconds to come: whoever asks the system for them lets go of the interpreter, and waits for it to come back.

    Each has its top bit free, so that a millisecond does not run out.
    """
    drawn = os.urandom(10 * _DRAWN)
    return [int.from_bytes(drawn[at : at + 10], "big") >> 1 for at in range(0, len(drawn), 10)]


def _encoded(time: int, high: int) -> str:
    """Milliseconds and the front of the random part in Crockford's digits, ten and twelve; written out, it costs a third of a loop."""
    of = _PAIRS
    return (
        f"{of[time >> 40]}{of[time >> 30 & 1023]}{of[time >> 20 & 1023]}{of[time >> 10 & 1023]}{of[time & 1023]}"
        f"{of[high >> 50]}{of[high >> 40 & 1023]}{of[high >> 30 & 1023]}{of[high >> 20 & 1023]}{of[high >> 10 & 1023]}{of[high & 1023]}"
    )


def bare_prefix(prefix: str) -> str:
    """`prod_` and `prod` mean the same; the bare form.

    Raises:
        ValidationError: it has another form than `[a-z][a-z0-9]*`.
    """
    bare = prefix.removesuffix("_") if isinstance(prefix, str) else ""
    if not _PREFIX.fullmatch(bare):
        raise ValidationError.of("idPrefix", FailureCode.PATTERN, "must be lower-case letters and digits, beginning with a letter", prefix)
    return bare


_ids = IDGenerator()


def new_id(prefix: str = "") -> str:
    """A fresh id from the process's own generator; contexts carry one of their own, on their clock."""
    return _ids.generate_for(prefix) if prefix else _ids.generate()


def id_pattern(prefix: str | None) -> str:
    """The pattern of an entity's ids, as JSON Schema and Pydantic both read it."""
    return f"^{bare_prefix(prefix)}_{_ULID}$" if prefix else f"^{_ULID}$"


def id_type(prefix: str | None = None) -> type[str]:
    """The run-time twin of an id's `NewType`: calling it checks prefix and ULID and gives back the plain string.

    Made without importing the module that owns the entity, so modules may refer to each other in a circle.
    """
    pattern = id_pattern(prefix)
    example = f"{bare_prefix(prefix)}_{_EXAMPLE}" if prefix else _EXAMPLE

    @cache
    def compiled() -> re.Pattern[str]:
        return re.compile(pattern[1:-1])

    def make(cls: type[str], value: object) -> Any:
        if not isinstance(value, str) or not compiled().fullmatch(value):
            raise ValidationError.of("", FailureCode.ID, f"must be an id such as {example}", value)
        return value

    def core(cls: type[str], source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.custom_error_schema(
            core_schema.str_schema(strict=True, pattern=pattern),
            custom_error_type=FailureCode.ID.value,
            custom_error_message=f"must be an id such as {example}",
        )

    def json(cls: type[str], schema: CoreSchema, handler: GetJsonSchemaHandler) -> Mapping[str, Any]:
        return {"type": "string", "pattern": pattern}

    members = {
        "__new__": make,
        "__id_prefix__": prefix or "",
        "__get_pydantic_core_schema__": classmethod(core),
        "__get_pydantic_json_schema__": classmethod(json),
    }
    return type(f"Id[{prefix or ''}]", (str,), members)


def slug(text: str) -> str:
    """Lower-case ASCII words joined by hyphens: `Crème Brûlée!` → `creme-brulee`, `Straße` → `strasse`; empty where no letter has such a form."""
    ascii_text = unicodedata.normalize("NFKD", text.translate(_LETTERS)).encode("ascii", "ignore").decode("ascii")
    return re.sub(r"[^a-z0-9]+", "-", ascii_text.lower()).strip("-")


_LETTERS = str.maketrans(dict(zip("ßẞæÆœŒøØłŁđĐðÐþÞħĦıŋŊ", "ss ss ae ae oe oe o o l l d d d d th th h h i n n".split(), strict=True)))
"""Latin letters that Unicode does not take apart into one of ASCII's and a mark."""

_DEEPEST = 200


def checksum(value: object) -> str:
    """SHA-256 in hex of a JSON value: equal values (semantics 10) have equal ones, so neither the order of an object's keys matters, nor `1.0` for `1`.

    Raises:
        ValidationError: it is no I-JSON value, holds itself, or is deeper than 200 levels; the failure's path says where.
    """
    text = dumps(_canonical(value, ()), sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return sha256(text.encode("utf-8")).hexdigest()


def _canonical(value: object, path: tuple[str, ...]) -> object:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _encodable(value, path)
    if isinstance(value, int | float):
        if not -MAX_INTEGER <= value <= MAX_INTEGER and (isinstance(value, int) or not isfinite(value)):
            raise _no_json(path, "must be a finite number, an integer within ±(2^53−1)")
        return canonical_number(value)
    if not isinstance(value, Mapping | list | tuple):
        raise _no_json(path, f"must be a JSON value, and is a {type(value).__name__}")
    if len(path) >= _DEEPEST:
        raise _no_json(path, f"must not be deeper than {_DEEPEST} levels")
    if not isinstance(value, Mapping):
        return [_canonical(inner, (*path, str(index))) for index, inner in enumerate(value)]
    for key in value:
        if not isinstance(key, str):
            raise _no_json(path, f"must have texts as keys, and has a {type(key).__name__}")
    return {_encodable(key, path): _canonical(inner, (*path, key)) for key, inner in value.items()}


def _encodable(text: str, path: tuple[str, ...]) -> str:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise _no_json(path, "must be text of Unicode, without half a surrogate pair") from None
    return text


def _no_json(path: tuple[str, ...], message: str) -> ValidationError:
    return ValidationError.of(".".join(path if len(path) <= 10 else (*path[:10], "…")), FailureCode.TYPE, message)
