"""A `Result` is two cases to mypy: forgetting one is an error, and what passes through keeps its types."""

from __future__ import annotations

from typing import assert_never, assert_type

from coregen_runtime import BusinessError, ConflictError, CoreError, Err, NotFoundError, Ok, Result


def found(id: str) -> Result[int, NotFoundError]:
    return Ok(len(id)) if id else Err(NotFoundError("NOT_FOUND"))


def halved(value: int) -> Result[float, BusinessError]:
    return Ok(value / 2) if value % 2 == 0 else Err(BusinessError("ODD"))


def both_cases(outcome: Result[int, NotFoundError]) -> str:
    match outcome:
        case Ok(value):
            return f"{value + 1}"
        case Err(error):
            return error.code


def both_cases_and_no_other(outcome: Result[int, NotFoundError]) -> str:
    match outcome:
        case Ok(value):
            return str(value)
        case Err(error):
            return error.message
        case other:
            assert_never(other)


def one_case(outcome: Result[int, NotFoundError]) -> str:  # E: Missing return statement
    match outcome:
        case Ok(value):
            return str(value)


def one_case_said_to_be_all(outcome: Result[int, NotFoundError]) -> str:
    match outcome:
        case Ok(value):
            return str(value)
        case other:
            assert_never(other)  # E: Argument 1 to "assert_never" has incompatible type "Err[NotFoundError]"


def by_its_flag(outcome: Result[int, NotFoundError]) -> int:
    if outcome.ok:
        return outcome.value
    assert_type(outcome, Err[NotFoundError])
    return outcome.value  # E: has no attribute "value" # E: Returning Any


def types_pass_through(id: str) -> None:
    assert_type(found(id).map(str), Ok[str] | Err[NotFoundError])
    assert_type(found(id).map(lambda value: [value]), Ok[list[int]] | Err[NotFoundError])
    assert_type(found(id).and_then(halved), Ok[float] | Err[BusinessError] | Err[NotFoundError])
    assert_type(found(id).map_error(lambda error: ConflictError(error.code)), Ok[int] | Err[ConflictError])
    assert_type(found(id).or_else(lambda error: halved(0)), Ok[int] | Ok[float] | Err[BusinessError])
    assert_type(found(id).unwrap(), int)
    assert_type(found(id).unwrap_or(None), int | None)


def wider_is_fine(outcome: Result[int, NotFoundError]) -> Result[float, CoreError]:
    return outcome


def narrower_is_not(outcome: Result[int, CoreError]) -> Result[int, NotFoundError]:
    return outcome  # E: Incompatible return value type


def wrong() -> None:
    Err("it failed")  # E: Value of type variable "E_co" of "Err" cannot be "str"
    found("x").map(lambda value: value.upper())  # E: "int" has no attribute "upper"
    found("x").and_then(lambda value: value + 1)  # E: incompatible type # E: Incompatible return value type
    found("x").map_error(lambda error: error.code)  # E: Value of type variable "E"
    found("x").value  # E: has no attribute "value"
