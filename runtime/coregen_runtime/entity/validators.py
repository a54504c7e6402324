"""Validators: data in a definition, functions when called, metadata in an annotation (specification, section 2).

As data: `"email"`, `{"minLength": 3}`, `{"custom": "pkg.mod:fn"}`. In Python: `Validators.min_length(3)`. In generated
code: `Annotated[Text, Validators.min_length(3)]`. What a validator means is one row of `checks.py`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Self

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler, model_validator
from pydantic_core import CoreSchema, PydanticCustomError

from coregen_runtime.entity.checks import CHECKS, ValidationContext, check
from coregen_runtime.entity.constraints import constrained, unconstrained
from coregen_runtime.errors.base import ValidationError
from coregen_runtime.primitives.functions import is_dotted_name
from coregen_runtime.primitives.model import DefinitionModel
from coregen_runtime.primitives.numbers import MAX_INTEGER
from coregen_runtime.primitives.patterns import searcher


class _ClassOrMetadata:
    """Pydantic asks a class for its own schema, and an instance in an annotation for what it does to another's; `Validator` is both."""

    def __init__(self, of_class: str, of_instance: str) -> None:
        self._of_class, self._of_instance = of_class, of_instance

    def __get__(self, instance: object, owner: type[DefinitionModel]) -> Callable[..., Any]:
        found: Callable[..., Any] = (
            getattr(super(DefinitionModel, owner), self._of_class) if instance is None else getattr(instance, self._of_instance)
        )
        return found


class Validator(DefinitionModel):
    """One check of one value. `name` is the specification's (`minLength`), `argument` its parameter, if it takes one.

    Called, it gives its verdict as the specification's function. As metadata of an annotation it makes the model enforce what
    can be said of the value alone.
    """

    name: str
    argument: Any = None

    if not TYPE_CHECKING:
        __get_pydantic_core_schema__ = _ClassOrMetadata("__get_pydantic_core_schema__", "_core_schema")
        __get_pydantic_json_schema__ = _ClassOrMetadata("__get_pydantic_json_schema__", "_json_schema")

    def __call__(self, value: object, context: ValidationContext) -> ValidationError | None:
        """The verdict on `value`; None is none of its business. `refExists` and `unique` are the repository's to answer."""
        return check(self.name, self.argument, value, context)

    def _core_schema(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return constrained(handler(source), source, self.name, self.argument)

    def _json_schema(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        made = handler(unconstrained(schema))
        return merge(made, CHECKS[self.name].json_schema(self.argument, _FIELD_TYPES.get(str(made.get("type")), "")))

    @model_validator(mode="before")
    @classmethod
    def _from_data(cls, value: object) -> object:
        if isinstance(value, str):
            return {"name": value}
        if isinstance(value, Mapping) and "name" not in value and len(value) == 1:
            [(name, argument)] = value.items()
            return {"name": name, "argument": argument}
        return value

    @model_validator(mode="after")
    def _known(self) -> Self:
        accepts = _ARGUMENTS.get(self.name)
        if accepts is None:
            known = ", ".join(sorted(_ARGUMENTS))
            raise PydanticCustomError("validator_unknown", 'there is no validator "{name}"; there are {known}', {"name": self.name, "known": known})
        problem = accepts(self.argument)
        if problem:
            raise PydanticCustomError("validator_argument", "{name} {problem}", {"name": self.name, "problem": problem})
        return self


_FIELD_TYPES = {"array": "ref[]", "object": "money"}
"""The field type behind a JSON type, where a validator is written otherwise for it."""

_TIGHTER: Mapping[str, Callable[[Any, Any], Any]] = {
    **dict.fromkeys(("minimum", "exclusiveMinimum", "minLength", "minItems"), max),
    **dict.fromkeys(("maximum", "exclusiveMaximum", "maxLength", "maxItems"), min),
}


def merge(schema: Mapping[str, Any], fragment: Mapping[str, Any]) -> dict[str, Any]:
    """A JSON Schema that says both: of two bounds the tighter; what one keyword cannot say twice goes into `allOf`."""
    merged, further = dict(schema), dict[str, Any]()
    for key, value in fragment.items():
        if key not in merged or merged[key] == value or (key, merged[key], value) == ("type", "number", "integer"):
            merged[key] = value
        elif key in _TIGHTER:
            merged[key] = _TIGHTER[key](merged[key], value)
        elif key == "properties":
            merged[key] = {**merged[key], **{name: merge(merged[key].get(name, {}), inner) for name, inner in value.items()}}
        elif key == "allOf":
            merged[key] = [*merged[key], *value]
        else:
            further[key] = value
    return {**merged, "allOf": [*merged.get("allOf", ()), further]} if further else merged


def _nothing(argument: object) -> str | None:
    return None if argument is None else "takes no argument"


def _length(argument: object) -> str | None:
    return None if type(argument) is int and argument >= 0 else "takes a length: an integer, 0 or more"


def _number(argument: object) -> str | None:
    if type(argument) is int:
        return None if abs(argument) <= MAX_INTEGER else "takes an integer within ±(2^53−1)"
    return None if type(argument) is float and math.isfinite(argument) else "takes a finite number"


def _pattern(argument: object) -> str | None:
    if not isinstance(argument, str):
        return "takes a regular expression as a string"
    try:
        searcher(argument)
    except ValueError as error:
        return f"takes a regular expression of the linear-time engine: {error}"
    return None


def _function(argument: object) -> str | None:
    return None if callable(argument) or is_dotted_name(argument) else 'takes a function, in data as "package.module:function"'


_ARGUMENTS: dict[str, Callable[[object], str | None]] = {
    "minLength": _length,
    "maxLength": _length,
    "min": _number,
    "max": _number,
    "pattern": _pattern,
    "email": _nothing,
    "url": _nothing,
    "phone": _nothing,
    "future": _nothing,
    "past": _nothing,
    "positive": _nothing,
    "nonZero": _nothing,
    "integer": _nothing,
    "refExists": _nothing,
    "unique": _nothing,
    "custom": _function,
}


class Validators:
    """The built-in validators of the specification; `integer` is ours (the specification has one number type)."""

    @staticmethod
    def min_length(n: int) -> Validator:
        return Validator(name="minLength", argument=n)

    @staticmethod
    def max_length(n: int) -> Validator:
        return Validator(name="maxLength", argument=n)

    @staticmethod
    def min(n: float) -> Validator:
        return Validator(name="min", argument=n)

    @staticmethod
    def max(n: float) -> Validator:
        return Validator(name="max", argument=n)

    @staticmethod
    def pattern(regex: str) -> Validator:
        """An unanchored search on the linear-time engine; look-around and back-references are refused."""
        return Validator(name="pattern", argument=regex)

    @staticmethod
    def email() -> Validator:
        return Validator(name="email")

    @staticmethod
    def url() -> Validator:
        return Validator(name="url")

    @staticmethod
    def phone() -> Validator:
        return Validator(name="phone")

    @staticmethod
    def future() -> Validator:
        return Validator(name="future")

    @staticmethod
    def past() -> Validator:
        return Validator(name="past")

    @staticmethod
    def positive() -> Validator:
        return Validator(name="positive")

    @staticmethod
    def non_zero() -> Validator:
        return Validator(name="nonZero")

    @staticmethod
    def integer() -> Validator:
        return Validator(name="integer")

    @staticmethod
    def ref_exists() -> Validator:
        """The referenced entity exists in the organisation; asked by the repository, in the transaction."""
        return Validator(name="refExists")

    @staticmethod
    def unique() -> Validator:
        """No other active entity of the organisation has this value; asked by the repository, in the transaction."""
        return Validator(name="unique")

    @staticmethod
    def custom(fn: Callable[..., Any] | str) -> Validator:
        """A pure function `(value, context) -> ValidationError | None`, or its dotted name."""
        return Validator(name="custom", argument=fn)
