"""SQL of the caller's own: values by name become bound parameters, and what comes back is JSON's (port, `raw`). Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import asyncpg

from coregen_adapters.postgres.values import loads, whole
from coregen_runtime.errors.base import CoreError
from coregen_runtime.errors.codes import ErrorCode

_TOKEN = re.compile(
    r"""
    (?P<skipped>
        [eE]'(?:[^'\\]|\\.|'')*'              # a string with escapes
      | '(?:[^']|'')*'                        # a string
      | "(?:[^"]|"")*"                        # an identifier
      | (?P<tag>\$(?:[A-Za-z_]\w*)?\$).*?(?P=tag)   # a dollar-quoted string
      | --[^\n]*                              # a comment
      | /\*.*?\*/
      | ::                                    # a cast
    )
  | :(?P<name>[A-Za-z_]\w*)
    """,
    re.VERBOSE | re.DOTALL,
)


def bound(sql: str, params: Mapping[str, Any]) -> tuple[str, list[Any]]:
    """The statement with numbered parameters, and their values. Raises CoreError for a name that has no value."""
    names: dict[str, int] = {}

    def mark(found: re.Match[str]) -> str:
        name = found["name"]
        if name is None:
            return found.group()
        if name not in params:
            raise CoreError(ErrorCode.INVALID_STATE, f'the raw statement names ":{name}", and no value was given for it')
        return f"${names.setdefault(name, len(names) + 1)}"

    numbered = _TOKEN.sub(mark, sql)
    return numbered, [params[name] for name in names]


def rows(attributes: Sequence[asyncpg.Attribute], records: Sequence[asyncpg.Record]) -> list[dict[str, Any]]:
    """The records as rows: documents and numbers as Core has them."""
    repairs = [_REPAIRS.get(attribute.type.name) for attribute in attributes]
    names = [attribute.name for attribute in attributes]
    return [
        {name: value if value is None or repair is None else repair(value) for name, repair, value in zip(names, repairs, record, strict=True)}
        for record in records
    ]


def _decimal(value: Decimal) -> int | float:
    return whole(float(value)) if value.is_finite() else float(value)


_REPAIRS: Mapping[str, Callable[[Any], Any]] = {"jsonb": loads, "json": loads, "float8": whole, "float4": whole, "numeric": _decimal}
