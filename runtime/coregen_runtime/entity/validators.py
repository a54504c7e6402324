"""Validators: data in a definition, functions when called (specification, section 2).

As data: `"email"`, `{"minLength": 3}`, `{"custom": "pkg.mod:fn"}`. In Python: `Validators.min_length(3)`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import model_validator

from coregen_runtime.primitives.model import DefinitionModel


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


class Validators:
    """The built-in validators; `integer` is ours (the specification has one number type)."""

    @staticmethod
    def min_length(n: int) -> Validator:
        return Validator(name="minLength", argument=n)

    @staticmethod
    def max_length(n: int) -> Validator:
        return Validator(name="maxLength", argument=n)
