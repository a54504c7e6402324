"""Numbers as I-JSON has them: finite, integers within ±(2^53−1), `1.0` an integer, booleans none (semantics 4)."""

from __future__ import annotations

from pydantic_core import CoreSchema, core_schema

MAX_INTEGER = 2**53 - 1


def number_schema(low: int = -MAX_INTEGER, high: int = MAX_INTEGER) -> CoreSchema:
    """An integer stays an integer and a fraction a fraction. Above 2^53 every double is an integer, so one bound serves both."""
    return core_schema.union_schema(
        [
            core_schema.int_schema(strict=True, ge=low, le=high),
            core_schema.float_schema(strict=True, ge=low, le=high, allow_inf_nan=False),
        ],
        mode="left_to_right",
        custom_error_type="TYPE",
        custom_error_message=f"must be a number from {low} to {high}",
    )


def _whole(value: float) -> int:
    if not value.is_integer():
        raise ValueError("not a whole number")
    return int(value)


def integer_schema(low: int = -MAX_INTEGER, high: int = MAX_INTEGER) -> CoreSchema:
    """An integer; `1.0` is one, and becomes `1`."""
    return core_schema.union_schema(
        [
            core_schema.int_schema(strict=True, ge=low, le=high),
            core_schema.no_info_after_validator_function(_whole, core_schema.float_schema(strict=True, ge=low, le=high, allow_inf_nan=False)),
        ],
        mode="left_to_right",
        custom_error_type="TYPE",
        custom_error_message=f"must be an integer from {low} to {high}",
    )
