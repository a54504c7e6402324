"""Event patterns, and an index of them whose look-up costs what matches, not what is registered (specification, section 3; semantics 33)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from coregen_runtime.errors.base import CoreError
from coregen_runtime.errors.codes import ErrorCode

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Pattern:
    """A parsed pattern. `source` is a module, or "" for all of them; `text` the whole type, its beginning up to a dot, or its end from one."""

    source: str
    kind: Literal["exact", "prefix", "suffix", "all"]
    text: str

    @classmethod
    def parse(cls, pattern: str) -> Pattern:
        """`order.placed`, `order.*`, `*.created` or `*`, and each with a module before it: `ordering/order.placed`.

        Raises:
            CoreError: `INVALID_PATTERN`: a star elsewhere, or nothing to match.
        """
        source, slash, type = pattern.rpartition("/")
        if not slash or source:
            match type.split("*"):
                case ["", ""]:
                    return cls(source, "all", "")
                case [exact] if exact:
                    return cls(source, "exact", exact)
                case [prefix, ""] if len(prefix) > 1 and prefix.endswith("."):
                    return cls(source, "prefix", prefix)
                case ["", suffix] if len(suffix) > 1 and suffix.startswith("."):
                    return cls(source, "suffix", suffix)
        raise CoreError(ErrorCode.INVALID_PATTERN, f'"{pattern}" is no event pattern; write "order.placed", "order.*", "*.created" or "*"')

    def matches(self, type: str, source: str = "") -> bool:
        return self in patterns_of(type, source)


def patterns_of(type: str, source: str = "") -> Iterator[Pattern]:
    """Every pattern that hears an event: two for each dot of its type, and two more; once for its source and once for all sources."""
    dots = [index for index, character in enumerate(type) if character == "."]
    for module in dict.fromkeys(("", source)):
        yield Pattern(module, "all", "")
        yield Pattern(module, "exact", type)
        for dot in dots:
            if dot + 1 < len(type):
                yield Pattern(module, "prefix", type[: dot + 1])
            if dot > 0:
                yield Pattern(module, "suffix", type[dot:])


class PatternIndex(Generic[T]):
    """Values under patterns."""

    def __init__(self) -> None:
        self._values: dict[Pattern, dict[int, T]] = {}
        self._next = 0

    def add(self, pattern: str, value: T) -> tuple[Pattern, int]:
        """File a value; the result is what `remove` takes. Numbers rise with each call. Raises as `Pattern.parse`."""
        parsed = Pattern.parse(pattern)
        self._next += 1
        self._values.setdefault(parsed, {})[self._next] = value
        return parsed, self._next

    def remove(self, key: tuple[Pattern, int]) -> None:
        """Take a value out; a second time, nothing happens."""
        pattern, number = key
        filed = self._values.get(pattern, {})
        filed.pop(number, None)
        if not filed:
            self._values.pop(pattern, None)

    def matching(self, type: str, source: str = "") -> list[T]:
        """What is filed under any pattern that hears the event, in the order in which it was added."""
        found = [entry for pattern in patterns_of(type, source) if pattern in self._values for entry in self._values[pattern].items()]
        return [value for _, value in sorted(found, key=lambda entry: entry[0])]
