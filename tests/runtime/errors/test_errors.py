"""Errors: codes, sentences, causes, and Pydantic's made ours."""

from __future__ import annotations

import pickle
from typing import Any

import pytest
from pydantic import BaseModel, Field
from pydantic import ValidationError as PydanticValidationError

from coregen_runtime.errors.base import (
    REDACTED,
    AuthenticationError,
    AuthorizationError,
    BusinessError,
    ConflictError,
    CoreError,
    IntegrationError,
    NotFoundError,
    ValidationError,
    ValidationFailure,
    redact,
)
from coregen_runtime.errors.codes import SENTENCES, ErrorCode


class Inner(BaseModel):
    pin: int
    size: int


class Outer(BaseModel):
    model_config = {"extra": "forbid"}

    name: str = Field(min_length=3)
    inner: Inner
    either: int | bool = 0


def raised(data: object) -> PydanticValidationError:
    with pytest.raises(PydanticValidationError) as caught:
        Outer.model_validate(data)
    return caught.value


def test_an_error_has_a_code_a_sentence_and_facts() -> None:
    error = BusinessError("RETURN_WINDOW", "the window has closed", {"days": 14})

    assert ("RETURN_WINDOW", "the window has closed", {"days": 14}, False) == (error.code, error.message, error.meta, error.transient)
    assert "RETURN_WINDOW: the window has closed" == str(error)


def test_an_error_without_a_sentence_has_its_codes() -> None:
    assert "the same request" in ConflictError("IN_PROGRESS").message


def test_every_code_of_core_has_a_sentence() -> None:
    assert [] == [code for code in ErrorCode if not SENTENCES.get(code)]


def test_a_cause_is_chained() -> None:
    cause = OSError("disk")
    error = IntegrationError("STORE", "the store failed", cause=cause, transient=True)

    assert cause is error.__cause__
    assert error.transient


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (NotFoundError, 404),
        (AuthenticationError, 401),
        (AuthorizationError, 403),
        (ConflictError, 409),
        (BusinessError, 422),
        (IntegrationError, 502),
        (CoreError, 500),
    ],
)
def test_the_tree_carries_the_specifications_status(kind: type[CoreError], status: int) -> None:
    """Semantics 43: status by class."""
    assert status == kind("X").status
    assert issubclass(kind, CoreError)


def test_errors_survive_pickling() -> None:
    error = pickle.loads(pickle.dumps(ValidationError.of("a", "MIN", "too small", 1)))

    assert (ValidationFailure("a", "MIN", 1, "too small"),) == error.failures
    assert "VALIDATION_FAILED: a: too small" == str(error)


def test_every_finding_of_pydantic_becomes_a_failure() -> None:
    """Semantics 5."""
    error = ValidationError.from_pydantic(raised({"name": "a", "inner": {"pin": "x"}, "more": 1, "either": "?"}))

    assert [
        ("name", "MIN_LENGTH", "must have at least 3 characters"),
        ("inner.pin", "TYPE", "must be a valid integer, unable to parse string as an integer"),
        ("inner.size", "REQUIRED", "is required"),
        ("either.int", "TYPE", "must be a valid integer, unable to parse string as an integer"),
        ("either.bool", "TYPE", "must be a valid boolean, unable to interpret input"),
        ("more", "UNKNOWN_FIELD", "is no known field"),
    ] == [(failure.path, failure.code, failure.message) for failure in error.failures]


def test_no_sensitive_value_is_carried_at_any_depth() -> None:
    """Semantics 7."""
    error = ValidationError.from_pydantic(raised({"name": "abc", "inner": {"pin": "12x4"}, "more": {"pin": "12x4"}}), sensitive={"pin"})

    assert "12x4" not in repr([failure for failure in error.failures])
    assert REDACTED == error.failures[0].value


def test_wire_names_stand_in_the_place_of_python_names() -> None:
    error = ValidationError.from_pydantic(raised({"name": "a", "inner": {"pin": 1, "size": 1}}), wire_names={"name": "fullName"})

    assert "fullName" == error.failures[0].path


def test_redacting_ends_somewhere() -> None:
    value: Any = {"pin": 1}
    for _ in range(10_000):
        value = [value]

    assert "pin" not in repr(redact(value, {"pin"}))
