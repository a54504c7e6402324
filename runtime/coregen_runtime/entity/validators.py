"""Validators: data in a definition, functions when called, metadata in an annotation (specification, section 2).

As data: `"email"`, `{"minLength": 3}`, `{"custom": "pkg.mod:fn"}`. In Python: `Validators.min_length(3)`. In generated
code: `Annotated[Text, Validators.min_length(3)]`. What a validator means is one row of `checks.py`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, Self

from pydantic import model_validator
from pydantic_core import PydanticCustomError


from coregen_runtime.primitives.functions import is_dotted_name
from coregen_runtime.primitives.model import DefinitionModel
from coregen_runtime.primitives.patterns import searcher


class Validator(DefinitionModel):
    """One check of one value. `name` is the specification's (`minLength`), `argument` its parameter, if it takes one."""

    name: str
    argument: Any = None

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


def _nothing(argument: object) -> str | None:
    return None if argument is None else "takes no argument"


def _length(argument: object) -> str | None:
    return None if type(argument) is int and argument >= 0 else "takes a length: an integer, 0 or more"


def _number(argument: object) -> str | None:
    return None if type(argument) is int or (type(argument) is float and math.isfinite(argument)) else "takes a finite number"


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
