"""A filter as data → a condition on rows, checked against the schema (semantics 24). Pure: the clock's time is an argument.

Unknown fields, unknown operators and values of the wrong type are failures of one `ValidationError`; how a condition becomes SQL is
left to the adapters.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from math import ceil, floor
from typing import TYPE_CHECKING, Any, TypeAlias

from pydantic import ValidationError as PydanticValidationError
from pydantic_core import PydanticCustomError, to_jsonable_python

from coregen_runtime.entity.fields import FIELD_TYPES
from coregen_runtime.entity.json_copy import json_copy
from coregen_runtime.entity.schema import FieldType
from coregen_runtime.entity.types import GeoLineString, GeoPoint, GeoPolygon
from coregen_runtime.errors.base import REDACTED, ValidationError, ValidationFailure
from coregen_runtime.errors.codes import FailureCode
from coregen_runtime.primitives.numbers import MAX_INTEGER
from coregen_runtime.primitives.patterns import searcher
from coregen_runtime.primitives.suggest import did_you_mean
from coregen_runtime.repository.table import Codec, StoredField
from coregen_runtime.repository.types import AllOf, AnyOf, Compare, Linked, LinkedTo, Negate, Where
from coregen_runtime.rule.operators import DAY_MS
from coregen_runtime.rule.types import is_rule

if TYPE_CHECKING:
    from coregen_runtime.entity.types import Timestamp

ORDERED = ("gt", "gte", "lt", "lte")
MAX_DEPTH = 32
_A_RULE = 'is a rule; a filter maps fields to conditions: {"title": {"eq": "x"}}, joined by "and", "or" and "not"'
_NO_ELEMENTS = 'is of rules alone; a filter asks an array with "contains" and "containsAll"'


class _Refused(Exception):
    """A value that its operator cannot take; the sentence says what it takes."""


def where_of(codec: Codec[Any], filter: Mapping[str, Any] | None, now: Timestamp) -> Where:
    """The condition that the filter means.

    Raises ValidationError with every failure: its path is the field's wire key and the operator, `name.substring`.
    """
    failures: list[ValidationFailure] = []
    where = _all(codec, {} if filter is None else filter, now, (), failures)
    if failures:
        raise ValidationError(failures)
    return where


def _all(codec: Codec[Any], filter: object, now: Timestamp, path: tuple[str, ...], failures: list[ValidationFailure]) -> Where:
    if len(path) > MAX_DEPTH:
        failures.append(ValidationFailure(".".join(path[:2]), FailureCode.OPERATOR, None, f"is nested more than {MAX_DEPTH} deep"))
        return AllOf()
    if is_rule(filter, codec.fields):
        failures.append(ValidationFailure(".".join(path), FailureCode.TYPE, None, _A_RULE))
        return AllOf()
    if not isinstance(filter, Mapping):
        failures.append(ValidationFailure(".".join(path), FailureCode.TYPE, None, "must be a mapping of fields to conditions"))
        return AllOf()
    return AllOf(tuple(_entry(codec, key, value, now, path, failures) for key, value in filter.items()))


def _entry(codec: Codec[Any], key: object, value: object, now: Timestamp, path: tuple[str, ...], failures: list[ValidationFailure]) -> Where:
    here = (*path, str(key))
    if key in ("and", "or"):
        if isinstance(value, str) or not isinstance(value, Sequence):
            failures.append(ValidationFailure(".".join(here), FailureCode.TYPE, None, "must be a list of filters"))
            return AllOf()
        parts = tuple(_all(codec, part, now, (*here, str(index)), failures) for index, part in enumerate(value))
        return AllOf(parts) if key == "and" else AnyOf(parts)
    if key == "not":
        return Negate(_all(codec, value, now, here, failures))
    field = codec.fields.get(key) if isinstance(key, str) else None
    if field is None:
        unknown = f"is no stored field of {codec.schema.name}{did_you_mean(str(key), list(codec.fields))}"
        message = _NO_ELEMENTS if key in ("any", "all") else unknown
        failures.append(ValidationFailure(".".join(here), FailureCode.UNKNOWN_FIELD, None, message))
        return AllOf()
    return _field(codec, field, value, now, here, failures)


def _field(codec: Codec[Any], field: StoredField, given: object, now: Timestamp, path: tuple[str, ...], failures: list[ValidationFailure]) -> Where:
    allowed = FIELD_TYPES[field.type].filter_ops
    conditions = _conditions(field, given)
    parts: list[Where] = []
    for op, value in conditions.items():
        here = ".".join((*path, str(op)) if conditions is given else path)
        if op not in allowed:
            known = ", ".join(allowed)
            message = f"is no operator of a {field.type} field{did_you_mean(str(op), allowed)}; it takes {known}"
            failures.append(ValidationFailure(here, FailureCode.OPERATOR, None, message))
            continue
        try:
            parts.append(_condition(field, op, value, now))
        except _Refused as refused:
            failures.append(ValidationFailure(here, FailureCode.TYPE, REDACTED if field.sensitive else _shown(value), str(refused)))
        except ValidationError as error:
            failures += [
                replace(each, path=f"{here}.{each.path}", value=REDACTED if field.sensitive else _shown(each.value)) for each in error.failures
            ]
    return AllOf(tuple(parts))


def _conditions(field: StoredField, given: Any) -> Mapping[Any, Any]:
    """Operator → value; a bare value asks for equality, and so does an amount of money or a place written as a mapping."""
    bare = not isinstance(given, Mapping) or set(given) == _WRITTEN.get(field.type)
    return {"eq": given} if bare else given


def _shown(value: object) -> object:
    return value if value is None or isinstance(value, str | int | float | bool) else str(type(value).__name__)


def _condition(field: StoredField, op: str, value: Any, now: Timestamp) -> Where:
    if op in ("exists", "empty"):
        if not isinstance(value, bool):
            raise _Refused("must be true or false")
        holds = _exists(field) if op == "exists" else _empty(field)
        return holds if value else Negate(holds)
    if op == "neq":
        return Negate(_condition(field, "eq", value, now))
    if op == "nin":
        return Negate(_condition(field, "in", value, now))
    if op in ("contains", "containsAll"):
        return _contains(field, [value] if op == "contains" else _sequence(value))
    if op == "withinDays":
        return _within_days(field, _number(value), now)
    if op == "spatialWithin":
        return Compare(field.columns[0], "spatialWithin", _geometry(GeoPolygon, value))
    if op == "in":
        values = [None if item is None else _value(field, item) for item in _sequence(value)]
        return _among(field, values)
    if value is None:
        if op != "eq":
            raise _Refused("must be a value; absence has no order")
        return Negate(_exists(field))
    if field.link is not None:
        return LinkedTo(field.link, tuple(_text(each) for each in _sequence(value)))
    return _compare(field, op, _value(field, value, op))


def _within_days(field: StoredField, days: float, now: Timestamp) -> Where:
    """Between two times as far as a column holds any: whole milliseconds of a date, finite numbers in a document."""
    if days < 0:
        return AnyOf()
    most = sys.float_info.max
    first, last = max(now - days * DAY_MS, -most), min(now + days * DAY_MS, most)
    if field.type is not FieldType.JSON:
        first, last = max(ceil(first), -MAX_INTEGER), min(floor(last), MAX_INTEGER)
    return AllOf((Compare(field.columns[0], "gte", first), Compare(field.columns[0], "lte", last)))


def _exists(field: StoredField) -> Where:
    return AllOf() if field.link else Negate(Compare(field.columns[0], "eq", None))


def _empty(field: StoredField) -> Where:
    """What the rule operator means: absent, or an empty text or array."""
    return Negate(Linked(field.link)) if field.link else AnyOf((Compare(field.columns[0], "eq", None), Compare(field.columns[0], "empty")))


def _contains(field: StoredField, values: Sequence[Any]) -> Where:
    if field.link is None:
        return Compare(field.columns[0], "containsAll", [_json(value) for value in values])
    return AllOf(tuple(Linked(field.link, (_text(value),)) for value in values))


def _among(field: StoredField, values: Sequence[Any]) -> Where:
    given = tuple(value for value in values if value is not None)
    if field.type is FieldType.MONEY:
        among: tuple[Where, ...] = tuple(_compare(field, "eq", value) for value in given)
    else:
        among = (Compare(field.columns[0], "in", given),)
    return AnyOf((*among, *([Negate(_exists(field))] if len(given) < len(values) else [])))


def _compare(field: StoredField, op: Any, value: Any) -> Where:
    if field.type is not FieldType.MONEY:
        return Compare(field.columns[0], op, value)
    amount, currency = field.columns
    return AllOf((Compare(currency, "eq", value[1]), Compare(amount, op, value[0])))


def _sequence(value: Any) -> Sequence[Any]:
    if isinstance(value, str | bytes | Mapping) or not isinstance(value, Sequence | set | frozenset):
        raise _Refused("must be a list")
    return list(value)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise _Refused("must be a string")
    text = str(value.value) if hasattr(value, "value") else str(value)
    if not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text):
        raise _Refused("must be well-formed Unicode")
    return text


def _number(value: Any) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _Refused("must be a number")
    if value - value != 0 or (isinstance(value, int) and abs(value) > MAX_INTEGER):
        raise _Refused("must be a finite number, an integer within ±(2^53−1)")
    return value


def _timestamp(value: Any) -> int:
    number = _number(value)
    if number != int(number):
        raise _Refused("must be a time in whole milliseconds")
    return int(number)


def _boolean(value: Any) -> bool:
    if not isinstance(value, bool):
        raise _Refused("must be true or false")
    return value


def _money(value: Any) -> tuple[int, str]:
    if isinstance(value, Mapping) and set(value) == {"amount", "currency"}:
        amount, currency = value["amount"], value["currency"]
    elif hasattr(value, "amount") and hasattr(value, "currency"):
        amount, currency = value.amount, value.currency
    else:
        raise _Refused("must be an amount of money: amount in minor units, and currency")
    if isinstance(amount, bool) or not isinstance(amount, int):
        raise _Refused("must be an amount in whole minor units")
    return int(_number(amount)), _text(currency)


_Geometry: TypeAlias = type[GeoPoint] | type[GeoPolygon] | type[GeoLineString]
_FORMS: Mapping[_Geometry, str] = {
    GeoPoint: "a point: its lat and its lng in degrees",
    GeoPolygon: "a GeoJSON polygon: its type and its coordinates, longitude first",
    GeoLineString: "a GeoJSON line: its type and its coordinates, longitude first",
}


def _geometry(kind: _Geometry, value: Any) -> dict[str, Any]:
    """A point, a polygon or a line as JSON. Raises ValidationError, its paths within the value."""
    if not isinstance(value, (kind, Mapping)):
        raise _Refused(f"must be {_FORMS[kind]}")
    try:
        return kind.model_validate(value).model_dump(mode="json")
    except PydanticValidationError as error:
        raise ValidationError.from_pydantic(error) from None


def _json(value: Any) -> Any:
    """The value as a json field could hold it (semantics 4); what no field holds no filter asks for."""
    try:
        return json_copy(to_jsonable_python(value, by_alias=True))
    except PydanticCustomError as error:
        raise _Refused(error.message()) from None
    except ValueError:
        raise _Refused("must be a JSON value") from None


_READ: Mapping[FieldType, Callable[[Any], Any]] = {
    FieldType.STRING: _text,
    FieldType.ENUM: _text,
    FieldType.REF: _text,
    FieldType.NUMBER: _number,
    FieldType.DATE: _timestamp,
    FieldType.BOOLEAN: _boolean,
    FieldType.MONEY: _money,
    FieldType.JSON: _json,
    FieldType.GEO_POINT: partial(_geometry, GeoPoint),
    FieldType.GEO_POLYGON: partial(_geometry, GeoPolygon),
    FieldType.GEO_LINESTRING: partial(_geometry, GeoLineString),
}

_WRITTEN: Mapping[FieldType, set[str]] = {
    FieldType.MONEY: {"amount", "currency"},
    FieldType.GEO_POINT: {"lat", "lng"},
    FieldType.GEO_POLYGON: {"type", "coordinates"},
    FieldType.GEO_LINESTRING: {"type", "coordinates"},
}
"""The keys of a value that is a mapping; no operator has such a name."""


def _value(field: StoredField, value: Any, op: str = "eq") -> Any:
    read = _READ[field.type](value)
    if op in ORDERED and field.type is FieldType.JSON:
        if isinstance(read, bool) or not isinstance(read, int | float | str):
            raise _Refused("must be a number or a text; nothing else has an order")
        read = _text(read) if isinstance(read, str) else _number(read)
    if op == "matches":
        read = _text(read)
        try:
            searcher(read)
        except ValueError as error:
            raise _Refused(str(error)) from None
    return read
