"""E-mail addresses by email-validator: stricter than the pattern of `email`, which stands in every document (extra `email`).

In a definition `{"custom": "coregen_adapters.email_validator:deliverable_form"}`, in Python `Validators.custom(deliverable_form)`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from coregen_runtime.entity.checks import check_value
from coregen_runtime.errors.base import ValidationError
from coregen_runtime.errors.codes import FailureCode

if TYPE_CHECKING:
    from coregen_runtime.entity.checks import ValidationContext

try:
    from email_validator import EmailNotValidError, validate_email
except ImportError as error:
    raise ImportError('e-mail addresses need email-validator: pip install "coregen-runtime[email]"', name=error.name) from None

__all__ = ["deliverable_form"]


def deliverable_form(value: object, context: ValidationContext | None = None) -> ValidationError | None:
    """Whether mail could be sent to the address, as far as its form tells: a domain with a dot, no reserved name, nothing too long. It asks no network.

    Everything that it takes, `email` takes as well. What is no text it leaves to the type.
    """
    if not isinstance(value, str):
        return None
    try:
        fits = check_value("email", None, value)
        validate_email(value, check_deliverability=False, allow_smtputf8=False, strict=True)
    except EmailNotValidError:
        fits = False
    return None if fits else ValidationError.of("", FailureCode.EMAIL, "must be an e-mail address that mail can be sent to", value)
