"""Errors: codes, sentences, causes, and Pydantic's made ours."""

from __future__ import annotations

import json
import pickle
from decimal import Decimal
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
    RateLimitError,
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
        (RateLimitError, 429),
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


@pytest.mark.parametrize(
    ("given", "carried"),
    [
        (None, None),
        (True, True),
        (1, 1),
        (2**53, "9007199254740992"),
        (10**1000, "<int>"),
        (1.5, 1.5),
        (float("nan"), "nan"),
        (Decimal("1.50"), "1.50"),
        ("text", "text"),
        ("\ud800", "?"),
        (ErrorCode.CONFLICT, "CONFLICT"),
        ([1], "<list>"),
        ({"pin": 1}, "<dict>"),
        (b"x", "<bytes>"),
        (object(), "<object>"),
    ],
)
def test_meta_is_json_whatever_is_given(given: Any, carried: object) -> None:
    """Semantics 43: a problem document can always be written; what is no scalar of JSON is named, and its value not told."""
    error = BusinessError("X", meta={"fact": given, 7: 1})  # type: ignore[dict-item]  # what the test is about

    assert {"fact": carried, "<int>": 1} == error.meta
    assert type(carried) is type(error.meta["fact"])
    json.dumps(error.meta, allow_nan=False).encode()


class Unportable:
    def __reduce__(self) -> Any:
        raise RuntimeError


class Fussy(Exception):
    """An exception that pickle takes and does not give back."""

    def __init__(self, one: int, two: int) -> None:
        super().__init__("fussy")


@pytest.mark.parametrize(
    ("cause", "carried"), [(OSError("disk"), OSError), (Unportable(), str), (Fussy(1, 2), str), (lambda: 1, str), ("text", str), (None, type(None))]
)
def test_errors_arrive_whatever_they_carry(cause: object, carried: type) -> None:
    """A process pool gets the error, not one about pickling."""
    arrived = pickle.loads(pickle.dumps(IntegrationError("STORE", "it failed", {"try": 1}, cause, transient=True)))

    assert ("STORE", "it failed", {"try": 1}, True) == (arrived.code, arrived.message, arrived.meta, arrived.transient)
    assert carried is type(arrived.cause)
    assert arrived.__cause__ is (arrived.cause if isinstance(arrived.cause, BaseException) else None)


def test_failures_arrive_whatever_their_values_are() -> None:
    deep: Any = 1
    for _ in range(100_000):
        deep = [deep]
    arrived = pickle.loads(
        pickle.dumps(
            ValidationError(
                [ValidationFailure("a", "MIN", Unportable(), "no"), ValidationFailure("b", "MIN", 7, "no"), ValidationFailure("c", "MIN", deep, "no")]
            )
        )
    )

    assert [("a", "<Unportable>"), ("b", 7), ("c", "<list>")] == [(failure.path, failure.value) for failure in arrived.failures]


def test_a_message_of_many_failures_stays_one_that_is_read() -> None:
    """Semantics 5: every failure is there; the sentence tells the first twenty."""
    error = ValidationError(ValidationFailure(f"rows.{number}", "REQUIRED", None, "is required") for number in range(100_000))

    assert 100_000 == len(error.failures)
    assert error.message.endswith("rows.19: is required; and 99,980 more")


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


def test_a_sensitive_value_under_another_spelling_is_not_carried() -> None:
    """Semantics 7: a key that was mistyped holds what was meant for the right one."""
    error = ValidationError.from_pydantic(
        raised({"name": "abc", "inner": {"pin": 1, "size": 1}, "more": {"PIN": "12x4", "p-i-n": "12x4"}}), sensitive={"pin"}
    )

    assert "12x4" not in repr(error.failures)


def test_wire_names_stand_in_the_place_of_python_names() -> None:
    error = ValidationError.from_pydantic(raised({"name": "a", "inner": {"pin": 1, "size": 1}}), wire_names={"name": "fullName"})

    assert "fullName" == error.failures[0].path


def test_redacting_ends_somewhere() -> None:
    value: Any = {"pin": 1}
    for _ in range(10_000):
        value = [value]

    assert "pin" not in repr(redact(value, {"pin"}))
