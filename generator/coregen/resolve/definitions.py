"""A definition's objects as code again: what stands in `schemas/`, `manifest.py`, the machines and the migrations.

Written is what differs from the default, under Python's names; functions stand as dotted names, resolved when they are called.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from functools import cache
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
    return _writer(type(value))(value)  # type: ignore[arg-type]  # a class is hashable


@cache
def _writer(kind: type) -> Callable[[Any], Expr]:
    """How values of a type are written."""
    if issubclass(kind, Validator):
        return validator_code
    if issubclass(kind, Factory):
        return lambda value: call(runtime("Factory"), factory=string(value.name))
    if issubclass(kind, BaseModel):
        return lambda value: Call(runtime(kind.__name__), tuple(_keywords(value)))
    if issubclass(kind, StrEnum):
        return lambda value: string(value.value)
    if issubclass(kind, Mapping):
        return lambda value: Items(tuple(Pair(literal(key), _on(inner)) for key, inner in value.items()), "{}")
    if issubclass(kind, Sequence) and not issubclass(kind, str):
        return lambda value: Items(tuple(expression(each) for each in value))
    if issubclass(kind, Callable):  # type: ignore[arg-type]  # an abstract class at run time
        return lambda value: string(dotted_name(value))
    return literal


def code(name: str, type: str, value: Any) -> CodeIR:
    """A function of that name that returns the value; `type` is what it returns."""
    written = expression(value)
    return CodeIR(name, (Name("annotations", "__future__"), runtime(type), *imported(written)), written)


def _keywords(value: BaseModel) -> list[Pair]:
    given = value.__dict__
    return [
        Pair(name, expression(given[name.text])) for name, required, default in _parameters(type(value)) if required or given[name.text] != default
    ]


@cache
def _parameters(kind: type[BaseModel]) -> tuple[tuple[Name, bool, Any], ...]:
    """What a model's call takes: the name, whether it has to be given, and otherwise its default."""
    return tuple(
        (Name(name), field.is_required(), None if field.is_required() else field.get_default(call_default_factory=True, validated_data={}))
        for name, field in kind.model_fields.items()
    )


def _on(value: Any) -> Expr:
    """A value of a mapping; a single transition stands without its list."""
    if isinstance(value, tuple) and len(value) == 1 and isinstance(value[0], BaseModel):
        return expression(value[0])
    return expression(value)
