"""Values between Core and PostgreSQL: what a column holds, how it is sent, and how it comes back. Pure.

A number is one number (decision 0012): whole ones are integers again when they are read. `jsonb` holds a value, not its spelling.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, TypeAlias

from coregen_runtime.errors.base import ValidationError
from coregen_runtime.errors.codes import FailureCode
from coregen_runtime.repository.table import ColumnSpec, Table

DOCUMENTS = frozenset({"json", "geo.point", "geo.polygon", "geo.linestring"})
_TYPES = {"text": "text", "number": "float8", "integer": "int8", "timestamp": "int8", "boolean": "bool"}
_KINDS: Mapping[str, tuple[type, ...]] = {"text": (str,), "number": (int, float), "integer": (int,), "timestamp": (int,), "boolean": (bool,)}
_SURROGATES = re.compile("[\ud800-\udfff]")
_LARGEST = 2**63 - 1
_SAFE_DIGITS = 15
"""Integers of so many digits are exact in JSON everywhere."""


def typed(column: ColumnSpec) -> str:
    """The column's type as a cast names it."""
    return _TYPES.get(column.type, "jsonb")


dumps: Callable[[object], str] = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode
"""JSON as it is sent: compact, no NaN."""


def _integer(digits: str) -> int | float:
    """jsonb spells 1e22 as an integer; beyond what JSON's integers are exact in, what a float is written as was one."""
    number = int(digits)
    if len(digits) <= _SAFE_DIGITS or abs(number) < 2**53:
        return number
    try:
        wide = float(digits)
    except OverflowError:
        return number
    return wide if wide - wide == 0 and int(Decimal(repr(wide))) == number else number


_read = json.JSONDecoder(parse_int=_integer).raw_decode


def loads(text: str) -> Any:
    """JSON as it comes back: jsonb has no space around it."""
    return _read(text)[0]


def whole(value: float) -> int | float:
    """A number in its one spelling."""
    return int(value) if value.is_integer() else value


def storable(value: Any) -> bool:
    """Whether PostgreSQL can hold the value: no text in it has a NUL or half of a surrogate pair."""
    if isinstance(value, str):
        return "\0" not in value and (value.isascii() or _SURROGATES.search(value) is None)
    if isinstance(value, Mapping):
        return all(storable(key) and storable(inner) for key, inner in value.items())
    return all(map(storable, value)) if isinstance(value, list | tuple) else True


def fits(column: ColumnSpec, value: Any) -> bool:
    """Whether a column can hold a value of this kind; against another kind every comparison is false (semantics 10)."""
    kinds = _KINDS.get(column.type)
    if kinds is None:
        return True
    if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
        return False
    return abs(value) <= _LARGEST if isinstance(value, int) else True


def encoded(column: ColumnSpec, value: Any) -> Any:
    """The value as the driver takes it: where a document must stand, null is one."""
    return (None if value is None and column.nullable else dumps(value)) if column.type in DOCUMENTS else value


Writer: TypeAlias = Callable[[Any], Any]
"""Makes the value of a row one that the driver takes."""


def writer(column: ColumnSpec) -> Writer | None:
    """How a column's values are sent; None where they go as they are. It raises ValidationError for what PostgreSQL cannot hold."""

    def text(value: Any) -> Any:
        if isinstance(value, str) and not (value.isascii() and "\0" not in value) and not storable(value):
            raise _refused(column)
        return value

    def document(value: Any) -> Any:
        if value is None and column.nullable:
            return None
        written = dumps(value)
        if ("\\u0000" in written or not written.isascii()) and not storable(value):
            raise _refused(column)
        return written

    return document if column.type in DOCUMENTS else text if column.type == "text" else None


def written(column: ColumnSpec, value: Any) -> Any:
    """One value as it is sent. Raises ValidationError for what PostgreSQL cannot hold."""
    write = writer(column)
    return value if write is None else write(value)


def _refused(column: ColumnSpec) -> ValidationError:
    message = "holds a NUL character or half of a surrogate pair, which PostgreSQL cannot store"
    return ValidationError.of(column.name, FailureCode.TYPE, message)


def repairs(table: Table) -> tuple[tuple[str, Callable[[Any], Any]], ...]:
    """The columns whose values the driver gives in another form, and what makes them Core's."""
    number = [(column.name, whole) for column in table.columns if column.type == "number"]
    documents = [(column.name, loads) for column in table.columns if column.type in DOCUMENTS]
    return (*number, *documents)
