"""What entities are made of at run time: primitive types, the row types of the field types, filters and `Entity` (specification, section 1).

Which type stands for which field type is decided in fields.py.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, ClassVar, Literal, Self, TypeAlias, TypedDict, TypeVar, get_args

from pydantic import Field, GetCoreSchemaHandler, GetJsonSchemaHandler, StrictBool
from pydantic import ValidationError as PydanticValidationError
from pydantic.fields import FieldInfo
from pydantic_core import CoreSchema, InitErrorDetails, PydanticCustomError, core_schema

from coregen_runtime.entity.checks import CHECKS, check_value, refusal
from coregen_runtime.entity.generator import new_id
from coregen_runtime.entity.json_copy import json_copy
from coregen_runtime.entity.validators import Validator
from coregen_runtime.errors.base import MAX_FAILURES, REDACTED, ValidationError, ValidationFailure, again, failures_of, further
from coregen_runtime.primitives.model import Model, sensitive_keys, wire_names
from coregen_runtime.primitives.money import Money
from coregen_runtime.primitives.numbers import MAX_INTEGER, integer_schema, number_schema

ID: TypeAlias = str
JsonValue: TypeAlias = "None | bool | int | float | str | Sequence[JsonValue] | Mapping[str, JsonValue]"

_AT_ONCE = 1_000
"""How many items of a list are asked at a time to find the first of very many errors."""

T = TypeVar("T")


class _Row:
    """Annotation metadata: a core schema of our own, and its JSON Schema. Pydantic writes into the core schema it is given, so it gets a copy."""

    def __init__(self, schema: CoreSchema, json_schema: Mapping[str, Any]) -> None:
        self._schema, self._json_schema = schema, json_schema

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return dict(self._schema)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return dict(self._json_schema)


_NUMBER_JSON = {"type": "number", "minimum": -MAX_INTEGER, "maximum": MAX_INTEGER}
_INTEGER_JSON = {"type": "integer", "minimum": -MAX_INTEGER, "maximum": MAX_INTEGER}

Text: TypeAlias = Annotated[str, _Row(core_schema.str_schema(strict=True, min_length=0), {"type": "string"})]
"""Any characters of Unicode; the least length makes Pydantic look at them, and refuse half of a surrogate pair."""
Number: TypeAlias = Annotated[int | float, _Row(number_schema(), _NUMBER_JSON)]
"""Finite; an integer stays one, `True` is none (semantics 4)."""
Integer: TypeAlias = Annotated[int, _Row(integer_schema(), _INTEGER_JSON)]
"""For fields with the validator `integer`: `1.0` is accepted and becomes `1`."""
Boolean: TypeAlias = StrictBool
Timestamp: TypeAlias = Annotated[int, _Row(integer_schema(), _INTEGER_JSON)]
"""Epoch milliseconds (semantics 2)."""
Date: TypeAlias = Timestamp
Json: TypeAlias = Annotated[Any, _Row(core_schema.no_info_plain_validator_function(json_copy), {})]
"""Any JSON value, copied on the way in; at most 64 levels deep, and of a quarter of a million values at most."""


META_JSON: Mapping[str, Any] = {
    "type": "object",
    "additionalProperties": {"type": ["string", "number", "boolean", "null"], "minimum": -MAX_INTEGER, "maximum": MAX_INTEGER},
}


def _meta_schema() -> CoreSchema:
    text = core_schema.str_schema(strict=True, min_length=0)
    plain = core_schema.union_schema(
        [text, core_schema.bool_schema(strict=True), number_schema(), core_schema.none_schema()],
        mode="left_to_right",
        custom_error_type="TYPE",
        custom_error_message="must be a text, a number, true, false or null",
    )
    return core_schema.dict_schema(text, plain)


Meta: TypeAlias = Annotated[dict[str, str | int | float | bool | None], _Row(_meta_schema(), META_JSON)]
"""Plain facts by name."""


class _Refs:
    """Annotation metadata of `ref[]`: any list or tuple in, a tuple without repeats out (semantics 8)."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        [item] = source.__args__ if len(source.__args__) == 1 else source.__args__[:1]
        return _many(handler.generate_schema(item), _without_repeats)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        inner: Any = schema
        items = handler(inner["schema"]["items_schema"][0])
        return {"type": "array", "items": items, "uniqueItems": True}


def _many(item: CoreSchema, check: Callable[[tuple[Any, ...]], tuple[Any, ...]]) -> CoreSchema:
    """A tuple of items that is checked as a whole. Where very many are refused, the first of them are told: a million errors are gigabytes."""

    def told(value: Any, handler: core_schema.ValidatorFunctionWrapHandler) -> tuple[Any, ...]:
        try:
            made: tuple[Any, ...] = handler(value)
        except PydanticValidationError as error:
            if error.error_count() <= MAX_FAILURES:
                raise
            raise _first_of(value, handler, error.error_count()) from None
        return check(made)

    return core_schema.no_info_wrap_validator_function(told, core_schema.tuple_schema([item], variadic_item_index=0))


def _first_of(value: Any, handler: core_schema.ValidatorFunctionWrapHandler, count: int) -> PydanticValidationError:
    """The first of very many errors, and how many more there are; a thousand items are asked at a time."""
    details: list[InitErrorDetails] = []
    for start in range(0, len(value), _AT_ONCE):
        try:
            handler(value[start : start + _AT_ONCE])
        except PydanticValidationError as error:
            details += again(error, start)
        if len(details) >= MAX_FAILURES:
            break
    beyond = [InitErrorDetails(type=PydanticCustomError(each.code, each.message), loc=(), input=each.value) for each in further(count - len(details))]
    return PydanticValidationError.from_exception_data("list", [*details, *beyond], hide_input=True)


def _without_repeats(value: tuple[Any, ...]) -> tuple[Any, ...]:
    if len(set(value)) != len(value):
        raise PydanticCustomError("REPEATED", "must not hold an id twice")
    return value


Refs: TypeAlias = Annotated[Sequence[T], _Refs()]
"""An ordered list of ids without repeats; any sequence is accepted, a tuple is kept."""

Latitude: TypeAlias = Annotated[int | float, _Row(number_schema(-90, 90), {"type": "number", "minimum": -90, "maximum": 90})]
Longitude: TypeAlias = Annotated[int | float, _Row(number_schema(-180, 180), {"type": "number", "minimum": -180, "maximum": 180})]
Position: TypeAlias = tuple[Longitude, Latitude] | tuple[Longitude, Latitude, Number]
"""GeoJSON's order: longitude, latitude and perhaps altitude in metres."""


class GeoPoint(Model):
    """A point of the earth, in degrees (WGS 84)."""

    lat: Latitude
    lng: Longitude


def _position_schema() -> CoreSchema:
    wide, high, number = number_schema(-180, 180), number_schema(-90, 90), number_schema()
    pair, triple = core_schema.tuple_schema([wide, high]), core_schema.tuple_schema([wide, high, number])
    return core_schema.union_schema(
        [pair, triple],
        mode="left_to_right",
        custom_error_type="GEOMETRY",
        custom_error_message="must be a position: [longitude, latitude] in degrees, perhaps an altitude",
    )


_POSITION_JSON = {
    "type": "array",
    "prefixItems": [
        {"type": "number", "minimum": -180, "maximum": 180},
        {"type": "number", "minimum": -90, "maximum": 90},
        _NUMBER_JSON,
    ],
    "items": False,
    "minItems": 2,
}


def _at_least(least: int, of: str, items: CoreSchema) -> CoreSchema:
    def check(value: tuple[Any, ...]) -> tuple[Any, ...]:
        if len(value) < least:
            raise PydanticCustomError("GEOMETRY", "must have {least} {of} or more", {"least": least, "of": of})
        return value

    return _many(items, check)


def _closed(ring: tuple[Any, ...]) -> tuple[Any, ...]:
    if ring[0] != ring[-1]:
        raise PydanticCustomError("GEOMETRY", "must be a closed ring: its last position is its first")
    return ring


_RING_SCHEMA = core_schema.no_info_after_validator_function(_closed, _at_least(4, "positions", _position_schema()))
RINGS_JSON = {"type": "array", "minItems": 1, "items": {"type": "array", "minItems": 4, "items": _POSITION_JSON, "x-closed": True}}
LINE_JSON = {"type": "array", "minItems": 2, "items": _POSITION_JSON}

Rings: TypeAlias = Annotated[Sequence[Sequence[Position]], _Row(_at_least(1, "rings", _RING_SCHEMA), RINGS_JSON)]
Line: TypeAlias = Annotated[Sequence[Position], _Row(_at_least(2, "positions", _position_schema()), LINE_JSON)]


class GeoPolygon(Model):
    """A GeoJSON polygon: an outer ring, then holes; each ring closed, four positions or more."""

    type: Literal["Polygon"]
    coordinates: Rings

    @classmethod
    def of(cls, *rings: Sequence[Position]) -> Self:
        return cls(type="Polygon", coordinates=rings)


class GeoLineString(Model):
    """A GeoJSON line string: two positions or more."""

    type: Literal["LineString"]
    coordinates: Line

    @classmethod
    def of(cls, *positions: Position) -> Self:
        return cls(type="LineString", coordinates=positions)


class FilterData:
    """Annotation metadata for a filter in a message: taken as it is; the repository checks it against the schema (semantics 24)."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.any_schema()

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"type": "object"}


TextFilter = TypedDict(
    "TextFilter",
    {
        "eq": str | None,
        "neq": str | None,
        "gt": str,
        "gte": str,
        "lt": str,
        "lte": str,
        "in": Sequence[str | None],
        "nin": Sequence[str | None],
        "matches": str,
        "exists": bool,
        "empty": bool,
        "startsWith": str,
        "endsWith": str,
        "substring": str,
    },
    total=False,
)
NumberFilter = TypedDict(
    "NumberFilter",
    {
        "eq": float | None,
        "neq": float | None,
        "gt": float,
        "gte": float,
        "lt": float,
        "lte": float,
        "in": Sequence[float | None],
        "nin": Sequence[float | None],
        "exists": bool,
    },
    total=False,
)
BooleanFilter = TypedDict(
    "BooleanFilter",
    {"eq": bool | None, "neq": bool | None, "in": Sequence[bool | None], "nin": Sequence[bool | None], "exists": bool},
    total=False,
)
DateFilter = TypedDict(
    "DateFilter",
    {
        "eq": int | None,
        "neq": int | None,
        "gt": int,
        "gte": int,
        "lt": int,
        "lte": int,
        "in": Sequence[int | None],
        "nin": Sequence[int | None],
        "exists": bool,
        "withinDays": float,
    },
    total=False,
)
MoneyFilter = TypedDict(
    "MoneyFilter",
    {
        "eq": Money | None,
        "neq": Money | None,
        "gt": Money,
        "gte": Money,
        "lt": Money,
        "lte": Money,
        "in": Sequence[Money | None],
        "nin": Sequence[Money | None],
        "exists": bool,
    },
    total=False,
)
JsonFilter = TypedDict(
    "JsonFilter",
    {
        "eq": Any,
        "neq": Any,
        "gt": float | str,
        "gte": float | str,
        "lt": float | str,
        "lte": float | str,
        "in": Sequence[Any],
        "nin": Sequence[Any],
        "contains": Any,
        "containsAll": Sequence[Any],
        "matches": str,
        "exists": bool,
        "empty": bool,
        "withinDays": float,
        "spatialWithin": GeoPolygon | Mapping[str, Any],
    },
    total=False,
)
GeoFilter = TypedDict(
    "GeoFilter",
    {"eq": GeoPolygon | GeoLineString | Mapping[str, Any] | None, "neq": GeoPolygon | GeoLineString | Mapping[str, Any] | None, "exists": bool},
    total=False,
)
GeoPointFilter = TypedDict(
    "GeoPointFilter",
    {
        "eq": GeoPoint | Mapping[str, Any] | None,
        "neq": GeoPoint | Mapping[str, Any] | None,
        "exists": bool,
        "spatialWithin": GeoPolygon | Mapping[str, Any],
    },
    total=False,
)


class Entity(Model):
    """Base of generated entities: frozen; made with `new`, changed with `replace` (semantics 2).

    0 and "" stand for what the repository has not stamped yet. The columns that an entity's switches control are emitted
    into each entity that has them.
    """

    __entity__: ClassVar[str] = ""
    __id_prefix__: ClassVar[str] = ""

    id: ID
    organization_id: ID = Field(default="", strict=True, validation_alias="organizationId", serialization_alias="organizationId")
    meta: Meta = Field(default_factory=dict)

    @classmethod
    def _new(cls, values: Mapping[str, object]) -> Self:
        """An entity from values under their Python names, with a fresh id unless they bring one.

        Raises:
            ValidationError: every failure, under wire names.
        """
        given = dict(values)
        if "id" not in given:
            given["id"] = new_id(cls.__id_prefix__)
        return cls._validated(given)

    def _replace(self, changes: Mapping[str, object]) -> Self:
        """This entity with some values changed, under their Python names; the whole is validated again.

        Raises:
            ValidationError: every failure, under wire names.
        """
        return type(self)._validated({**self.__dict__, **changes})

    @classmethod
    def _validated(cls, values: Mapping[str, object]) -> Self:
        try:
            return cls.__pydantic_validator__.validate_python(values, by_name=True, by_alias=False)  # type: ignore[no-any-return]  # core is untyped
        except PydanticValidationError as error:
            found = failures_of(error, sensitive_keys(cls), wire_names(cls))
            raise ValidationError(_with_further_failures(cls, values, found)) from None


def _with_further_failures(model: type[Model], values: Mapping[str, object], found: Sequence[ValidationFailure]) -> list[ValidationFailure]:
    """Pydantic stops at a field's first validator; the others of that field are asked here (semantics 5)."""
    wire = wire_names(model)
    told = {(failure.path, failure.code): failure for failure in found}
    refused = {path for path, code in told if code in _VALIDATOR_CODES}
    further: list[ValidationFailure] = []
    for name, field in model.model_fields.items():
        if wire[name] not in refused:
            continue
        for validator in validators_of(field):
            row, value = CHECKS[validator.name], values.get(name)
            if (wire[name], row.code) not in told and not check_value(validator.name, validator.argument, value):
                shown = value if field.repr else REDACTED
                further.append(ValidationFailure(wire[name], row.code, shown, refusal(validator.name, validator.argument, value)))
    return [*found, *further]


def validators_of(field: FieldInfo) -> tuple[Validator, ...]:
    """The validators that a model's field carries, those inside `… | None` included."""
    return tuple(_validators(field.annotation, field.metadata))


def _validators(annotation: Any, metadata: Sequence[Any]) -> list[Validator]:
    """The validators of an annotation, those inside `… | None` included."""
    own = [each for each in metadata if isinstance(each, Validator)]
    inner = [each for part in get_args(annotation) for each in _validators(part, getattr(part, "__metadata__", ()))]
    return [*inner, *own]


_VALIDATOR_CODES = frozenset(str(row.code) for row in CHECKS.values())
