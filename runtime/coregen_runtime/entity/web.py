"""URLs by the parser of the web: stricter than the pattern of `url`, which stands in every document.

In a definition `{"custom": "coregen_runtime.entity.web:parsed_url"}`, in Python `Validators.custom(parsed_url)`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic_core import SchemaValidator, core_schema

from coregen_runtime.entity.checks import check_value
from coregen_runtime.errors.base import ValidationError
from coregen_runtime.errors.codes import FailureCode

if TYPE_CHECKING:
    from coregen_runtime.entity.checks import ValidationContext

_PARSER = SchemaValidator(core_schema.url_schema(allowed_schemes=["http", "https"], strict=True))


def parsed_url(value: object, context: ValidationContext | None = None) -> ValidationError | None:
    """Whether the WHATWG parser takes the URL: a port up to 65,535, an address within brackets that is one, a host that means something.

    Everything that it takes, `url` takes as well. What is no text it leaves to the type.
    """
    if not isinstance(value, str):
        return None
    if check_value("url", None, value) and _PARSER.isinstance_python(value):
        return None
    return ValidationError.of("", FailureCode.URL, "must be an absolute http or https URL that can be opened", value)
