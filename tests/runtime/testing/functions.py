"""The functions that the recipes' validators name."""

from __future__ import annotations

from coregen_runtime.entity.checks import ValidationContext


def even(value: int, context: ValidationContext) -> str | None:
    return None if value % 2 == 0 else "must be even"


def never(value: object, context: ValidationContext) -> str | None:
    return "is not liked"


def below_its_limit(value: int, context: ValidationContext) -> str | None:
    return None if value <= context.entity["limit"] else "is beyond the limit"
