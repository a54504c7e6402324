"""`Result`: the outcome of an operation that is expected to fail at times (specification, section 12).

    match outcome:
        case Ok(value): …
        case Err(error): …

is exhaustive to a type checker. `map` and `and_then` go on with a value, `map_error` and `or_else` with an error; what they do not concern passes through.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, Literal, NoReturn, TypeAlias, TypeVar

from coregen_runtime.errors.base import CoreError

T_co = TypeVar("T_co", covariant=True)
E_co = TypeVar("E_co", bound=CoreError, covariant=True)
T = TypeVar("T")
U = TypeVar("U")
E = TypeVar("E", bound=CoreError)


@dataclass(frozen=True, slots=True)
class Ok(Generic[T_co]):
    """It worked; `value` is what came of it."""

    value: T_co

    @property
    def ok(self) -> Literal[True]:
        return True

    def map(self, function: Callable[[T_co], U]) -> Ok[U]:
        return Ok(function(self.value))

    def and_then(self, function: Callable[[T_co], Ok[U] | Err[E]]) -> Ok[U] | Err[E]:
        return function(self.value)

    def map_error(self, function: Callable[[Any], CoreError]) -> Ok[T_co]:
        return self

    def or_else(self, function: Callable[[Any], object]) -> Ok[T_co]:
        return self

    def unwrap(self) -> T_co:
        return self.value

    def unwrap_or(self, default: object) -> T_co:
        return self.value


@dataclass(frozen=True, slots=True)
class Err(Generic[E_co]):
    """It did not work; `error` says why. Nothing has been raised."""

    error: E_co

    @property
    def ok(self) -> Literal[False]:
        return False

    def map(self, function: Callable[[Any], object]) -> Err[E_co]:
        return self

    def and_then(self, function: Callable[[Any], object]) -> Err[E_co]:
        return self

    def map_error(self, function: Callable[[E_co], E]) -> Err[E]:
        return Err(function(self.error))

    def or_else(self, function: Callable[[E_co], Ok[U] | Err[E]]) -> Ok[U] | Err[E]:
        return function(self.error)

    def unwrap(self) -> NoReturn:
        """Raises: the error it holds."""
        raise self.error

    def unwrap_or(self, default: U) -> U:
        return default


Result: TypeAlias = Ok[T] | Err[E]
