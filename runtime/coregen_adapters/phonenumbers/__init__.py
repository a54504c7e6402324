"""Telephone numbers by phonenumbers: those that their country's plan has, where `phone` asks for the form of E.164 (extra `phone`).

In a definition `{"custom": "coregen_adapters.phonenumbers:assigned_number"}`, in Python `Validators.custom(assigned_number)`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from coregen_runtime.entity.checks import check_value
from coregen_runtime.errors.base import ValidationError
from coregen_runtime.errors.codes import FailureCode

if TYPE_CHECKING:
    from coregen_runtime.entity.checks import ValidationContext

try:
    from phonenumbers import NumberParseException, is_valid_number, parse
except ImportError as error:
    raise ImportError('telephone numbers need phonenumbers: pip install "coregen-runtime[phone]"', name=error.name) from None

__all__ = ["assigned_number"]


def assigned_number(value: object, context: ValidationContext | None = None) -> ValidationError | None:
    """Whether the number, in the form of E.164, is one that its country gives out: its length and its first digits are in the plan.

    Everything that it takes, `phone` takes as well. What is no text it leaves to the type.
    """
    if not isinstance(value, str):
        return None
    try:
        fits = check_value("phone", None, value) and is_valid_number(parse(value))
    except NumberParseException:
        fits = False
    return None if fits else ValidationError.of("", FailureCode.PHONE, "must be a telephone number of its country's plan", value)
