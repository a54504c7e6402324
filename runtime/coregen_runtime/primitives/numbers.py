"""Numbers as I-JSON has them: finite, integers within ±(2^53−1), `1.0` an integer, booleans none (semantics 4)."""

from __future__ import annotations

from pydantic_core import CoreSchema, core_schema

MAX_INTEGER = 2**53 - 1


def canonical_number(value: float) -> int | float:
    """One number, one spelling, whatever a client or a database made of it: a whole number is an int, -0.0 is 0, all else a float."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def number_schema(low: int = -MAX_INTEGER, high: int = MAX_INTEGER) -> CoreSchema:
    """An integer stays an integer, `1.0` becomes one, a fraction stays a fraction. Above 2^53 every double is an integer, so one bound serves both."""
    whole = core_schema.int_schema(strict=False)  # of a double: the integer that it is, or a refusal
    canonical = core_schema.union_schema([whole, core_schema.float_schema(strict=True)], mode="left_to_right")
    return _either(low, high, canonical, "a number")


def integer_schema(low: int = -MAX_INTEGER, high: int = MAX_INTEGER) -> CoreSchema:
    """An integer; `1.0` is one, and becomes `1`."""
    return _either(low, high, core_schema.int_schema(strict=False), "an integer")


def _either(low: int, high: int, of_double: CoreSchema, what: str) -> CoreSchema:
    double = core_schema.float_schema(strict=True, ge=low, le=high, allow_inf_nan=False)
    return core_schema.union_schema(
        [core_schema.int_schema(strict=True, ge=low, le=high), core_schema.chain_schema([double, of_double])],
        mode="left_to_right",
        custom_error_type="TYPE",
        custom_error_message=f"must be {what} from {low} to {high}",
    )
