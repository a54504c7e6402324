"""What a validator adds to the core schema of an annotation, so that Pydantic's engine checks it without a call into Python.

What each validator means is checks.py's; here stands only how the engine says the same. What it cannot say is a function after it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from coregen_runtime.entity.checks import CHECKS, refusal, run_pattern, text_pattern

Schema: TypeAlias = dict[str, Any]
"""A core schema as what it is at run time; its type is a union of seventy typed dicts."""
_BEYOND = 2**60
"""No value is as large: a bound further out says the same."""


def constrained(schema: CoreSchema, source: Any, name: str, argument: Any) -> CoreSchema:
    """The core schema of an annotation that carries one validator more.

    Args:
        source: the annotation without metadata, as Pydantic hands it on: `str`, `int`, `int | float`.
    """
    if CHECKS[name].passes is None:
        return schema
    given: Any = schema
    makes = (_TEXTS if source is str else _NUMBERS if source in (int, int | float) else {}).get(name)
    if makes is None:
        return core_schema.no_info_after_validator_function(_enforcing(name, argument), schema)
    return makes(given, argument)


def unconstrained(schema: CoreSchema) -> CoreSchema:
    """The first step of what `constrained` made: what the JSON Schema of the type is made from."""
    given: Any = schema
    return unconstrained(given["steps"][0]) if given["type"] == "chain" else schema


def _enforcing(name: str, argument: Any) -> Callable[[Any], Any]:
    row, passes = CHECKS[name], CHECKS[name].passes

    def enforce(value: Any) -> Any:
        if value is not None and passes is not None and not passes(value, argument):
            raise PydanticCustomError(row.code.value, "{sentence}", {"sentence": refusal(name, argument, value)})
        return value

    return enforce


def _then(schema: Schema, name: str, argument: Any, step: Any) -> Schema:
    """The schema, and after it a step that fails with the validator's own code and sentence."""
    row = CHECKS[name]
    checked = core_schema.custom_error_schema(
        step, custom_error_type=row.code.value, custom_error_message="{sentence}", custom_error_context={"sentence": row.sentence(argument)}
    )
    return {**schema, "steps": [*schema["steps"], checked]} if schema["type"] == "chain" else {"type": "chain", "steps": [schema, checked]}


def _text(key: str, name: str, limit: Callable[[Any], Any]) -> Callable[[Schema, Any], Schema]:
    """A limit of the engine's own text schema; the second of a kind is a step of its own."""

    def makes(schema: Schema, argument: Any) -> Schema:
        first, *later = schema["steps"] if schema["type"] == "chain" else [schema]
        if first["type"] == "str" and not first.get(key):
            limited = {**first, key: limit(argument)}
            return {**schema, "steps": [limited, *later]} if later else limited
        return _then(schema, name, argument, {"type": "str", "strict": True, key: limit(argument)})

    return makes


def _matching(name: str) -> Callable[[Schema, Any], Schema]:
    return lambda schema, argument: _then(
        schema, name, argument, core_schema.str_schema(strict=True, pattern=text_pattern(name), regex_engine="rust-regex")
    )


def _bounded(name: str, bounds: Callable[[Any], list[tuple[str, Any]]]) -> Callable[[Schema, Any], Schema]:
    """Integers by bounds of integers, doubles by doubles: each exact. What stands here is behind the type, and a number."""

    def makes(schema: Schema, argument: Any) -> Schema:
        choices: list[Schema] = []
        for key, value in bounds(argument):
            near = max(-_BEYOND, min(_BEYOND, value))
            choices.append({"type": "int", "strict": True, key: math.ceil(near) if key == "ge" else math.floor(near)})
            choices.append({"type": "float", "strict": True, key: float(near)})
        return _then(schema, name, argument, {"type": "union", "choices": choices, "mode": "left_to_right"})

    return makes


_TEXTS: Mapping[str, Callable[[Schema, Any], Schema]] = {
    "minLength": _text("min_length", "minLength", lambda n: n),
    "maxLength": _text("max_length", "maxLength", lambda n: n),
    "pattern": _text("pattern", "pattern", run_pattern),
    **{name: _matching(name) for name in ("email", "url", "phone")},
}
_NUMBERS: Mapping[str, Callable[[Schema, Any], Schema]] = {
    "min": _bounded("min", lambda n: [("ge", n)]),
    "max": _bounded("max", lambda n: [("le", n)]),
    "positive": _bounded("positive", lambda _: [("gt", 0)]),
    "nonZero": _bounded("nonZero", lambda _: [("gt", 0), ("lt", 0)]),
}
