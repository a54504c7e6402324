"""Typed JSON: the bases of the classes and annotations that are generated from a JSON Schema.

The schema is the judge, and its verdict the only one (json_judge.py); a class says how Python reads what the schema takes. Wire names
are the schema's own; a property that is not there is `MISSING`, and what the schema allows beyond its properties is in `model_extra`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Self, TypeAlias, TypeVar

from pydantic import (
    MISSING,
    AfterValidator,
    BaseModel,
    ConfigDict,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    ModelWrapValidatorHandler,
    TypeAdapter,
    model_validator,
)
from pydantic_core import CoreSchema, InitErrorDetails, PydanticCustomError, ValidationError, core_schema, to_jsonable_python

from coregen_runtime.entity.json_copy import MAX_DEPTH, MAX_VALUES, json_copy, spend
from coregen_runtime.entity.json_judge import JsonJudge
from coregen_runtime.entity.json_keywords import at as part
from coregen_runtime.entity.json_keywords import expanded, published, steps
from coregen_runtime.primitives.model import Model, wire_names
from coregen_runtime.primitives.numbers import MAX_INTEGER

T = TypeVar("T")

JsonList: TypeAlias = Annotated[Sequence[T], AfterValidator(tuple)]
"""A list in typed JSON: any sequence is accepted, a tuple is kept."""
JsonMap: TypeAlias = Mapping[str, T]
"""An object of which the schema names no property."""


class _Named(dict[str, Any]):
    """What was judged already, under Python names: of a class that refers to itself, Pydantic runs the wrapper twice."""


class JsonModel(Model):
    """Base of the class of an object: `class Size(JsonModel, schema=…, at="/$defs/Size")`, the schema it belongs to and its place in there."""

    model_config = ConfigDict(extra="allow")

    __judge__: ClassVar[JsonJudge] = JsonJudge({})

    def __init_subclass__(cls, *, schema: Mapping[str, Any] | None = None, at: str = "", **rest: Any) -> None:
        super().__init_subclass__(**rest)
        for base in cls.__bases__:
            if issubclass(base, JsonModel) and base is not JsonModel:
                base.model_rebuild()  # its annotations mean what they mean in its own file
        if schema is not None:
            cls.__judge__ = JsonJudge(schema, part(schema, steps(f"#{at}") or ()))

    if not TYPE_CHECKING:

        def __init__(self, /, **values: object) -> None:
            """From values under their Python names, where data has wire names."""
            wire = wire_names(type(self))
            super().__init__(**{wire.get(name, name): value for name, value in values.items()})

        __init__.__pydantic_base_init__ = True  # Pydantic then validates nested data without a call of it

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler, /) -> dict[str, Any]:
        whole = published(cls.__judge__.root)
        found: dict[str, Any] = expanded(whole, published(cls.__judge__.node))
        return found

    @model_validator(mode="wrap")
    @classmethod
    def _judged(cls, value: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        if isinstance(value, cls):
            return value
        if isinstance(value, _Named):
            return handler(value)
        given = _judged(cls.__judge__, value)
        if not isinstance(given, dict):
            raise PydanticCustomError("TYPE", "must be an object")
        names = {wire: name for name, wire in wire_names(cls).items()}
        made = handler(_Named((names[key], inner) for key, inner in given.items() if key in names))
        if made.__pydantic_extra__ is not None:
            made.__pydantic_extra__.update((key, inner) for key, inner in given.items() if key not in names)
        return made


class Judged:
    """Annotation metadata: a JSON Schema, whose verdict comes before the annotation reads the value."""

    def __init__(self, schema: Mapping[str, Any]) -> None:
        self._judge = JsonJudge(schema)

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(lambda value: _judged(self._judge, value), handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        found: dict[str, Any] = expanded(published(self._judge.root))
        return found


def json_value(annotation: Any, value: object) -> Any:
    """A JSON value as a typed annotation reads it: `json_value(ProductTags, ["new"])`. Raises Pydantic's ValidationError."""
    return _adapter(annotation).validate_python(value)


@lru_cache(maxsize=256)
def _adapter(annotation: Any) -> TypeAdapter[Any]:
    return TypeAdapter(annotation)


def _judged(judge: JsonJudge, value: object) -> Any:
    """The value as plain JSON, if the schema takes it; else every reason why not, at its place."""
    plain = json_copy(_plain(value, 0, [MAX_VALUES]))
    refusals = judge.refusals(plain)
    if refusals:
        details = [InitErrorDetails(type=PydanticCustomError(each.code, each.message), loc=each.way, input=each.value) for each in refusals]
        raise ValidationError.from_exception_data("JSON", details, hide_input=True)
    return plain


def _plain(value: Any, depth: int, left: list[int]) -> Any:
    """The value without classes; a whole number is an integer. Raises PydanticCustomError for what is too deep or too large: what holds itself never ends."""
    if isinstance(value, BaseModel):
        return to_jsonable_python(value, by_alias=True)
    if isinstance(value, str):
        return str(value)
    if isinstance(value, float) and value.is_integer() and abs(value) <= MAX_INTEGER:
        return int(value)
    if not isinstance(value, Mapping | list | tuple):
        return value
    if depth >= MAX_DEPTH:
        raise PydanticCustomError("TYPE", "must be nested less deeply")
    spend(left, len(value))
    if isinstance(value, Mapping):
        return {key: _plain(inner, depth + 1, left) for key, inner in value.items() if inner is not MISSING}
    return [_plain(inner, depth + 1, left) for inner in value]
