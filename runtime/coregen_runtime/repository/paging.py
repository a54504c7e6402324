"""Orders, pages and keyset cursors (semantics 25). Pure.

A cursor holds the sort keys of the row it stands behind; it is data of the caller's and is checked like a filter.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from collections.abc import Mapping, Sequence
from math import isfinite
from typing import TYPE_CHECKING, Any

from coregen_runtime.entity.schema import FieldType
from coregen_runtime.errors.base import ValidationError
from coregen_runtime.errors.codes import FailureCode
from coregen_runtime.primitives.pagination import MAX_LIMIT, MAX_PAGE
from coregen_runtime.primitives.suggest import did_you_mean
from coregen_runtime.repository.table import Codec
from coregen_runtime.repository.types import AllOf, AnyOf, Compare, Negate, Order, QueryOptions, Where

if TYPE_CHECKING:
    from coregen_runtime.primitives.pagination import SortSpec

_UNORDERED = (FieldType.JSON, FieldType.REFS, FieldType.GEO_POINT, FieldType.GEO_POLYGON, FieldType.GEO_LINESTRING)
_SCALARS: Mapping[str, tuple[type, ...]] = {
    "text": (str,),
    "number": (int, float),
    "integer": (int,),
    "timestamp": (int,),
    "boolean": (bool,),
}


def check_page(options: QueryOptions) -> None:
    """Raises ValidationError for a limit outside 1 to 500, and for a page below 1 or of rows that no number within 2^53−1 counts."""
    for name, value, most in (("page", options.page, MAX_PAGE), ("limit", options.limit, MAX_LIMIT)):
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise ValidationError.of(name, FailureCode.MIN, "must be 1 or more", value)
        if value > most:
            raise ValidationError.of(name, FailureCode.MAX, f"must be at most {most}", value)


def order_of(codec: Codec[Any], sort: Sequence[SortSpec]) -> tuple[Order, ...]:
    """The order by column, ties broken by id; money is ordered by currency, then amount. Raises ValidationError."""
    order: list[Order] = []
    for index, spec in enumerate(sort):
        field = codec.fields.get(spec.field)
        if field is None:
            message = f'"{spec.field}" is no stored field of {codec.schema.name}{did_you_mean(spec.field, list(codec.fields))}'
            raise ValidationError.of(f"sort.{index}.field", FailureCode.UNKNOWN_FIELD, message)
        if field.type in _UNORDERED:
            raise ValidationError.of(f"sort.{index}.field", FailureCode.OPERATOR, f"a {field.type} field has no order")
        columns = reversed(field.columns) if field.type is FieldType.MONEY else field.columns
        order += [Order(column, spec.direction == "desc") for column in columns if all(key.column != column for key in order)]
    return tuple(order) if any(key.column == "id" for key in order) else (*order, Order("id"))


def cursor_at(codec: Codec[Any], order: Sequence[Order], row: Mapping[str, Any]) -> str:
    """The cursor that stands behind a row. Raises ValidationError for an order by a sensitive field, whose value it would carry."""
    sensitive = {column for field in codec.fields.values() if field.sensitive for column in field.columns}
    if any(key.column in sensitive for key in order):
        raise ValidationError.of("sort", FailureCode.OPERATOR, "an order by a sensitive field has no cursor; take pages")
    held = [[key.column, key.descending, row[key.column]] for key in order]
    return urlsafe_b64encode(json.dumps(held, ensure_ascii=False, separators=(",", ":")).encode()).decode().rstrip("=")


def behind(codec: Codec[Any], order: Sequence[Order], cursor: str) -> Where:
    """The rows behind the cursor. Raises ValidationError for one that is damaged or was made for another order."""
    values = _values(codec, order, cursor)
    alternatives: list[Where] = []
    for index, (key, value) in enumerate(zip(order, values, strict=True)):
        same = [Compare(before.column, "eq", values[position]) for position, before in enumerate(order[:index])]
        further = _further(key, value)
        if further is not None:
            alternatives.append(AllOf((*same, further)))
    return AnyOf(tuple(alternatives))


def _further(key: Order, value: Any) -> Where | None:
    """Booleans have no `gt` (semantics 10), but an order: false before true."""
    absent = Compare(key.column, "eq", None)
    if isinstance(value, bool):
        other = () if value is not key.descending else (Compare(key.column, "eq", not value),)
        return AnyOf((*other, absent) if key.descending else other)
    if not key.descending:
        return Negate(absent) if value is None else Compare(key.column, "gt", value)
    return None if value is None else AnyOf((Compare(key.column, "lt", value), absent))


def _values(codec: Codec[Any], order: Sequence[Order], cursor: str) -> list[Any]:
    try:
        held = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode())
        keys, values = [entry[:2] for entry in held], [entry[2] for entry in held]
    except (ValueError, NotBase64, TypeError, LookupError, AttributeError, RecursionError):
        raise ValidationError.of("after", FailureCode.TYPE, "is no cursor of this query") from None
    fits = keys == [[key.column, key.descending] for key in order]
    if not fits or not all(_scalar(codec, key.column, value) for key, value in zip(order, values, strict=True)):
        raise ValidationError.of("after", FailureCode.TYPE, "is no cursor of this query")
    return values


def _scalar(codec: Codec[Any], column: str, value: object) -> bool:
    if value is None:
        return True
    kinds = _SCALARS[codec.table.column(column).type]
    if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
        return False
    if isinstance(value, str):
        return not any("\ud800" <= character <= "\udfff" for character in value)
    return isinstance(value, int) and abs(value) < 2**63 or isinstance(value, float) and isfinite(value)
