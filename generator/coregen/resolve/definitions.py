"""A definition's objects as code again: what stands in `schemas/`, `manifest.py`, the machines and the migrations.

Written is what differs from the default, under Python's names; functions stand as dotted names, resolved when they are called.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from pydantic import BaseModel

from coregen.ir import CodeIR
from coregen.printing import Call, Expr, Items, Name, Pair, call, imported, literal, string
from coregen.resolve.fields import runtime, validator_code
from coregen_runtime.entity.schema import Factory
from coregen_runtime.entity.validators import Validator
from coregen_runtime.primitives.functions import dotted_name


def expression(value: Any) -> Expr:
    """The value as an expression. Raises ValueError for a function without a name."""
    if isinstance(value, Validator):
        return validator_code(value)
    if isinstance(value, Factory):
        return call(runtime("Factory"), factory=string(value.name))
    if isinstance(value, BaseModel):
        return Call(runtime(type(value).__name__), tuple(_keywords(value)))
    if isinstance(value, StrEnum):
        return string(value.value)
    if isinstance(value, Mapping):
        return Items(tuple(Pair(literal(key), _on(inner)) for key, inner in value.items()), "{}")
    if isinstance(value, Sequence) and not isinstance(value, str):
        return Items(tuple(expression(each) for each in value))
    if callable(value):
        return string(dotted_name(value))
    return literal(value)


def code(name: str, type: str, value: Any) -> CodeIR:
    """A function of that name that returns the value; `type` is what it returns."""
    written = expression(value)
    return CodeIR(name, (Name("annotations", "__future__"), runtime(type), *imported(written)), written)


def _keywords(value: BaseModel) -> list[Pair]:
    found = []
    for name, field in type(value).model_fields.items():
        given = getattr(value, name)
        if field.is_required() or given != field.get_default(call_default_factory=True, validated_data={}):
            found.append(Pair(Name(name), expression(given)))
    return found


def _on(value: Any) -> Expr:
    """A value of a mapping; a single transition stands without its list."""
    if isinstance(value, tuple) and len(value) == 1 and isinstance(value[0], BaseModel):
        return expression(value[0])
    return expression(value)
