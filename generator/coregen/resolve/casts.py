"""One storage's values as another's, in the SQL of each database: the same value on both, or a stop on both.

Owns which pairs there are, which values fit, and the expressions. A value that does not fit is never bent into one that does.
What a storage is stands in `coregen_runtime.entity.fields`; the statements around an expression are ddl's.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from coregen_runtime.primitives.numbers import MAX_INTEGER

DialectName: TypeAlias = Literal["sqlite", "postgresql"]

_DOCUMENTS = ("json", "geo.point", "geo.polygon", "geo.linestring")
_WHOLE = ("integer", "timestamp")


@dataclass(frozen=True)
class Cast:
    """A cast of the column `{c}`: what is true of the values that fit ("" for all), what they become, and what is wrong with the others."""

    fits: str
    becomes: str
    otherwise: str = ""

    def of(self, column: str) -> Cast:
        """The cast of that column, as it is written in SQL."""
        return Cast(self.fits.replace("{c}", column), self.becomes.replace("{c}", column), self.otherwise)


def cast(was: str, to: str, dialect: DialectName) -> Cast | None:
    """How values of storage `was` become those of storage `to`; None where nothing is a value of both."""
    if was == to or (was in _WHOLE and to in _WHOLE) or (was in _DOCUMENTS and to == "json"):
        return Cast("", "{c}")
    table = _SQLITE if dialect == "sqlite" else _POSTGRESQL
    return table.get(("integer" if was in _WHOLE else was, "integer" if to in _WHOLE else to))


def constant(value: Any, storage: str, dialect: DialectName) -> str:
    """A JSON value as an SQL literal of the storage. None is SQL's null."""
    if value is None:
        return "NULL"
    if storage == "boolean":
        return str(bool(value)).upper() if dialect == "postgresql" else str(int(value))
    if storage in _WHOLE:
        return str(int(value))
    if storage == "number":
        return repr(int(value) if float(value).is_integer() else float(value))
    if storage in _DOCUMENTS:
        written = quoted(json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")))
        return f"CAST({written} AS jsonb)" if dialect == "postgresql" else written
    return quoted(str(value))


def quoted(text: str) -> str:
    """A text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


_NUMERAL = "a text that is no number"
_INTEGER = "a text that is no integer"
_FRACTION = "a number that is no integer"
_TRUTH = "a text other than true and false"
_BIT = "a number other than 0 and 1"
_RANGE = str(MAX_INTEGER)


def _document(kind: str) -> str:
    return f"JSON that is no {kind}"


_DIGITS = "CASE WHEN abs({c}) >= 1e15 THEN printf('%!.16e', {c})" + "".join(
    f" WHEN CAST(printf('%!.{digits}g', {{c}}) AS REAL) = {{c}} THEN replace(printf('%!.{digits}g', {{c}}), '.0e', 'e')" for digits in (15, 16)
)
_SHORTEST = f"CASE typeof({{c}}) WHEN 'null' THEN NULL WHEN 'integer' THEN CAST({{c}} AS TEXT) ELSE {_DIGITS} ELSE replace(printf('%!.17g', {{c}}), '.0e', 'e') END END"
"""A number as PostgreSQL writes it: the fewest digits that read as the same number."""
_MANTISSA = "substr({c}, 1, CASE WHEN instr(lower({c}), 'e') THEN instr(lower({c}), 'e') - 1 ELSE length({c}) END)"
_READS_AS_A_NUMBER = (
    "json_valid({c}) AND {c} NOT GLOB '*[^-+.0-9eE]*' AND abs(CAST({c} AS REAL)) <= "
    f"{_RANGE} AND NOT (CAST({{c}} AS REAL) = 0 AND {_MANTISSA} GLOB '*[1-9]*')"
)
_VALUE = "json_extract({c}, '$')"

_SQLITE = {
    ("text", "number"): Cast(_READS_AS_A_NUMBER, "CAST({c} AS NUMERIC)", _NUMERAL),
    ("text", "integer"): Cast(
        f"json_valid({{c}}) AND {{c}} NOT GLOB '*[^-0-9]*' AND abs(CAST({{c}} AS REAL)) <= {_RANGE}", "CAST({c} AS INTEGER)", _INTEGER
    ),
    ("text", "boolean"): Cast("{c} IN ('true', 'false')", "{c} = 'true'", _TRUTH),
    ("text", "json"): Cast("", "CASE WHEN {c} IS NOT NULL THEN json_quote({c}) END"),
    ("number", "text"): Cast("", _SHORTEST),
    ("number", "integer"): Cast("{c} = CAST({c} AS INTEGER)", "CAST({c} AS INTEGER)", _FRACTION),
    ("number", "boolean"): Cast("{c} IN (0, 1)", "CAST({c} AS INTEGER)", _BIT),
    ("number", "json"): Cast("", _SHORTEST),
    ("boolean", "text"): Cast("", "CASE {c} WHEN 1 THEN 'true' WHEN 0 THEN 'false' END"),
    ("boolean", "number"): Cast("", "{c}"),
    ("boolean", "json"): Cast("", "CASE {c} WHEN 1 THEN 'true' WHEN 0 THEN 'false' END"),
    ("integer", "text"): Cast("", "CAST({c} AS TEXT)"),
    ("integer", "number"): Cast("", "{c}"),
    ("integer", "json"): Cast("", "CAST({c} AS TEXT)"),
    ("json", "text"): Cast("json_type({c}) IN ('text', 'null')", _VALUE, _document("text")),
    ("json", "number"): Cast(
        f"json_type({{c}}) = 'null' OR json_type({{c}}) IN ('integer', 'real') AND abs({_VALUE}) <= {_RANGE}", _VALUE, _document("number")
    ),
    ("json", "integer"): Cast(
        f"json_type({{c}}) = 'null' OR json_type({{c}}) IN ('integer', 'real') AND abs({_VALUE}) <= {_RANGE} "
        f"AND {_VALUE} = CAST({_VALUE} AS INTEGER)",
        f"CAST({_VALUE} AS INTEGER)",
        _document("integer"),
    ),
    ("json", "boolean"): Cast("json_type({c}) IN ('true', 'false', 'null')", _VALUE, _document("boolean")),
}

_TEXT = "({c} #>> '{}')"
_KIND = "jsonb_typeof({c})"
_WRITTEN = "CASE WHEN {c} = trunc({c}) THEN CAST(CAST({c} AS bigint) AS text) ELSE CAST({c} AS text) END"

_POSTGRESQL = {
    ("text", "number"): Cast(
        r"CASE WHEN {c} ~ '^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?$' "
        f"THEN abs(CAST({{c}} AS double precision)) <= {_RANGE} ELSE FALSE END",
        "CAST({c} AS double precision)",
        _NUMERAL,
    ),
    ("text", "integer"): Cast(
        f"CASE WHEN {{c}} ~ '^-?(0|[1-9][0-9]{{0,15}})$' THEN abs(CAST({{c}} AS bigint)) <= {_RANGE} ELSE FALSE END", "CAST({c} AS bigint)", _INTEGER
    ),
    ("text", "boolean"): Cast("{c} IN ('true', 'false')", "{c} = 'true'", _TRUTH),
    ("text", "json"): Cast("", "to_jsonb({c})"),
    ("number", "text"): Cast("", _WRITTEN),
    ("number", "integer"): Cast("{c} = trunc({c})", "CAST({c} AS bigint)", _FRACTION),
    ("number", "boolean"): Cast("{c} IN (0, 1)", "{c} = 1", _BIT),
    ("number", "json"): Cast("", f"CAST({_WRITTEN} AS jsonb)"),
    ("boolean", "text"): Cast("", "CAST({c} AS text)"),
    ("boolean", "number"): Cast("", "CAST(CAST({c} AS integer) AS double precision)"),
    ("boolean", "json"): Cast("", "to_jsonb({c})"),
    ("integer", "text"): Cast("", "CAST({c} AS text)"),
    ("integer", "number"): Cast("", "CAST({c} AS double precision)"),
    ("integer", "json"): Cast("", "to_jsonb({c})"),
    ("json", "text"): Cast(f"{_KIND} IN ('string', 'null')", _TEXT, _document("text")),
    ("json", "number"): Cast(
        f"CASE {_KIND} WHEN 'null' THEN TRUE WHEN 'number' THEN abs(CAST({_TEXT} AS numeric)) <= {_RANGE} ELSE FALSE END",
        f"CAST({_TEXT} AS double precision)",
        _document("number"),
    ),
    ("json", "integer"): Cast(
        f"CASE {_KIND} WHEN 'null' THEN TRUE WHEN 'number' THEN abs(CAST({_TEXT} AS numeric)) <= {_RANGE} "
        f"AND CAST({_TEXT} AS numeric) = trunc(CAST({_TEXT} AS numeric)) ELSE FALSE END",
        f"CAST(trunc(CAST({_TEXT} AS numeric)) AS bigint)",
        _document("integer"),
    ),
    ("json", "boolean"): Cast(f"{_KIND} IN ('boolean', 'null')", f"CAST({_TEXT} AS boolean)", _document("boolean")),
}
