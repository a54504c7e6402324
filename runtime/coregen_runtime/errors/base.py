"""The error tree (specification, section 12), and how Pydantic's errors become part of it.

Exceptions are for what a caller cannot expect; where failing is an expected outcome there is `Result` (primitives/result.py).
Messages never carry a value of the data: what was offending stands in `ValidationFailure.value`, redacted where sensitive.
"""

from __future__ import annotations

import pickle
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from math import isfinite
from types import MappingProxyType
from typing import Any, ClassVar, TypeAlias

from pydantic import ValidationError as PydanticValidationError
from pydantic_core import ErrorDetails, InitErrorDetails, PydanticCustomError

from coregen_runtime.errors.codes import SENTENCES, ErrorCode, FailureCode
from coregen_runtime.primitives.numbers import MAX_INTEGER
from coregen_runtime.primitives.words import spelling

ErrorMeta: TypeAlias = Mapping[str, str | int | float | bool | None]

REDACTED = "[redacted]"
"""Stands in the place of every sensitive value (semantics 7)."""

_MAX_DEPTH, _MAX_BITS = 64, 1024
_TOLD = 20
"""How many failures a message tells."""
MAX_FAILURES = 5_000
"""How many failures are told of one document, before the last one says how many there are beside them (semantics 5)."""


class CoreError(Exception):
    """Base of all errors that leave Core or a module.

    Args:
        code: stable and machine-readable, `NOT_FOUND` (codes.py holds Core's own).
        message: a sentence for people; without one, the code's own.
        meta: further plain facts; never sensitive ones. They are JSON, whatever is given: what is no scalar of JSON is named by its type.
        cause: what led to it; an exception becomes `__cause__`.
        transient: the same request may succeed when it is tried again (semantics 36).
    """

    status: ClassVar[int] = 500

    def __init__(self, code: str, message: str = "", meta: ErrorMeta | None = None, cause: object = None, *, transient: bool = False) -> None:
        self.code = str(code)
        self.message = message or SENTENCES.get(code, self.code)
        self.meta: ErrorMeta = {_text(key): _fact(value) for key, value in (meta or {}).items()}
        self.cause = cause
        self.transient = transient
        super().__init__(self.message)
        if isinstance(cause, BaseException):
            self.__cause__ = cause

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.code!r}, {self.message!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (type(self), {name: _portable(value) for name, value in self.__dict__.items()})


def _rebuild(kind: type[CoreError], state: dict[str, Any]) -> CoreError:
    error = kind.__new__(kind)
    error.__dict__.update(state)
    error.args = (state["message"],)
    if isinstance(error.cause, BaseException):
        error.__cause__ = error.cause
    return error


def _portable(value: object) -> object:
    """`value` if another process can have it; else its type's name, so that an error never fails to arrive for what it carries."""
    try:
        pickle.loads(pickle.dumps(value))  # what was made a moment ago by this process
    except Exception:  # noqa: BLE001  (anything can refuse to be pickled, in any way)
        if isinstance(value, tuple) and all(isinstance(each, ValidationFailure) for each in value):
            return tuple(ValidationFailure(each.path, each.code, _portable(each.value), each.message) for each in value)
        return f"<{type(value).__name__}>"
    return value


def _fact(value: object) -> str | int | float | bool | None:
    """A scalar of I-JSON: numbers that are none of its numbers become texts, and any other object the name of its type."""
    if isinstance(value, Enum):
        return _fact(value.value)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int) and abs(value) <= MAX_INTEGER:
        return int(value)
    if isinstance(value, float) and isfinite(value):
        return float(value)
    if isinstance(value, float | Decimal) or (isinstance(value, int) and value.bit_length() < _MAX_BITS):
        return str(value)
    return _text(value)


def _text(value: object) -> str:
    """A text that UTF-8 can hold."""
    return str.__str__(value).encode("utf-8", "replace").decode() if isinstance(value, str) else f"<{type(value).__name__}>"


class NotFoundError(CoreError):
    """404: the entity does not exist, or not for this organisation."""

    status = 404


class AuthenticationError(CoreError):
    """401: nobody knows who is asking."""

    status = 401


class AuthorizationError(CoreError):
    """403: known, but not permitted."""

    status = 403


class ConflictError(CoreError):
    """409: a stale version, a duplicate, a request in progress."""

    status = 409


class BusinessError(CoreError):
    """422: a rule of the domain is violated."""

    status = 422


class RateLimitError(CoreError):
    """429: too many requests; `meta["retryAfter"]` says in ms when to come again."""

    status = 429


class IntegrationError(CoreError):
    """502: an external service failed."""

    status = 502


@dataclass(frozen=True, slots=True)
class ValidationFailure:
    """One failure: the field's path in wire names (`price.amount`, `tags.0`), a stable code, the offending value and a sentence."""

    path: str
    code: str
    value: Any
    message: str


class ValidationError(CoreError):
    """422: data does not fit its schema; every failure, not the first (semantics 5). The message tells the first twenty."""

    status = 422

    def __init__(self, failures: Iterable[ValidationFailure], message: str = "") -> None:
        self.failures: tuple[ValidationFailure, ...] = tuple(failures)
        told = [f"{failure.path}: {failure.message}" if failure.path else failure.message for failure in self.failures[:_TOLD]]
        beyond = sum(failure.value if failure.code == FailureCode.FURTHER else 1 for failure in self.failures[_TOLD:])
        sentence = "; ".join([*told, *([f"and {beyond:,} more"] if beyond else [])])
        super().__init__(ErrorCode.VALIDATION_FAILED, message or sentence)

    @classmethod
    def of(cls, path: str, code: str, message: str, value: object = None) -> ValidationError:
        """An error with a single failure."""
        return cls([ValidationFailure(path, str(code), value, message)])

    @classmethod
    def from_pydantic(
        cls, error: PydanticValidationError, sensitive: Collection[str] = (), wire_names: Mapping[str, str] | None = None
    ) -> ValidationError:
        """Pydantic's error as ours.

        Args:
            sensitive: the names whose values are redacted, at any depth.
            wire_names: wire name by Python name, where data was validated under the latter.
        """
        return cls(failures_of(error, sensitive, wire_names or {}))


_CODES: dict[str, FailureCode] = {
    "missing": FailureCode.REQUIRED,
    "missing_keyword_only_argument": FailureCode.REQUIRED,
    "extra_forbidden": FailureCode.UNKNOWN_FIELD,
    "unexpected_keyword_argument": FailureCode.UNKNOWN_FIELD,
    "enum": FailureCode.ENUM,
    "literal_error": FailureCode.ENUM,
    "string_too_short": FailureCode.MIN_LENGTH,
    "string_too_long": FailureCode.MAX_LENGTH,
    "string_pattern_mismatch": FailureCode.PATTERN,
    "greater_than_equal": FailureCode.MIN,
    "less_than_equal": FailureCode.MAX,
}


def failures_of(
    error: PydanticValidationError, sensitive: Collection[str] = (), wire_names: Mapping[str, str] = MappingProxyType({})
) -> tuple[ValidationFailure, ...]:
    """Every failure of a Pydantic error; several findings of a union on one value are one failure of its type."""
    details = error.errors(include_url=False, include_context=True)
    found: dict[tuple[str, str], ValidationFailure] = {}
    for detail in details[:MAX_FAILURES]:
        failure = _failure(detail, sensitive, wire_names)
        found.setdefault((failure.path, failure.code), failure)
    beyond = sum(detail["input"] if detail["type"] == FailureCode.FURTHER else 1 for detail in details[MAX_FAILURES:])
    return bounded([*found.values(), *further(beyond)])


def further(count: int) -> tuple[ValidationFailure, ...]:
    """The last failure, which says how many there are that are not told; none where all are."""
    return (ValidationFailure("", FailureCode.FURTHER, count, f"and {count:,} more"),) if count else ()


def bounded(failures: Iterable[ValidationFailure]) -> tuple[ValidationFailure, ...]:
    """The first 5,000 failures, and how many more there are."""
    told: list[ValidationFailure] = []
    beyond = 0
    for failure in failures:
        if failure.code == FailureCode.FURTHER:
            beyond += failure.value
        elif len(told) < MAX_FAILURES:
            told.append(failure)
        else:
            beyond += 1
    return (*told, *further(beyond))


def again(error: PydanticValidationError, start: int) -> Iterator[InitErrorDetails]:
    """What a Pydantic error found in part of a list, to be raised again: every place is `start` further on."""
    for detail in error.errors(include_url=False, include_context=True):
        failure = _failure(detail, (), {})
        index, *inner = detail["loc"]
        found = PydanticCustomError(failure.code, failure.message)
        yield InitErrorDetails(type=found, loc=(start + int(index), *inner), input=detail["input"])


def _failure(detail: ErrorDetails, sensitive: Collection[str], wire_names: Mapping[str, str]) -> ValidationFailure:
    kind = detail["type"]
    code = _CODES.get(kind) or (kind if kind.isupper() else FailureCode.TYPE)
    path = ".".join(str(wire_names.get(str(part), part) if index == 0 else part) for index, part in enumerate(detail["loc"]))
    if code == FailureCode.FURTHER:
        return ValidationFailure(path, code, detail["input"], detail["msg"])
    value = None if code == FailureCode.REQUIRED else redact(detail["input"], sensitive)
    if any(part in sensitive for part in detail["loc"]):
        value = None if code == FailureCode.REQUIRED else REDACTED
    return ValidationFailure(path, str(code), value, _sentence(code, detail))


def _sentence(code: str, detail: ErrorDetails) -> str:
    if code == FailureCode.REQUIRED:
        return "is required"
    if code == FailureCode.UNKNOWN_FIELD:
        return "is no known field"
    if code == FailureCode.PATTERN and detail["type"] == "string_pattern_mismatch":
        return f"must match {detail['ctx']['pattern']}"
    if code == FailureCode.MIN_LENGTH and "ctx" in detail and "min_length" in detail["ctx"]:
        return f"must have at least {detail['ctx']['min_length']} characters"
    if code == FailureCode.MAX_LENGTH and "ctx" in detail and "max_length" in detail["ctx"]:
        return f"must have at most {detail['ctx']['max_length']} characters"
    return detail["msg"].replace("Input should", "must").replace("String should have", "must have").removeprefix("Value error, ")


def redact(value: object, sensitive: Collection[str], depth: int = 0) -> object:
    """`value` with everything under a sensitive key, in any spelling, replaced, and what lies too deep to look at."""
    if not sensitive or not isinstance(value, Mapping | list | tuple):
        return value
    return _redacted(value, frozenset(spelling(name) for name in sensitive), depth)


def _redacted(value: object, sensitive: Collection[str], depth: int) -> object:
    if not isinstance(value, Mapping | list | tuple):
        return value
    if depth >= _MAX_DEPTH:
        return REDACTED
    if isinstance(value, Mapping):
        return {
            key: REDACTED if isinstance(key, str) and spelling(key) in sensitive else _redacted(inner, sensitive, depth + 1)
            for key, inner in value.items()
        }
    return [_redacted(inner, sensitive, depth + 1) for inner in value]
