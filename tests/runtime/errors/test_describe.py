"""An exception as a line that holds no value of the data (semantics 7)."""

from __future__ import annotations

from coregen_runtime import BusinessError
from coregen_runtime.errors.describe import describe


def test_cores_errors_say_their_code_and_sentence() -> None:
    assert "TOO_LATE: the shop is closed" == describe(BusinessError("TOO_LATE", "the shop is closed"))


def test_of_any_other_the_type_and_the_place_are_told_and_the_words_are_not() -> None:
    try:
        raise ValueError("pin 4711")
    except ValueError as error:
        said = describe(error)

    assert said.startswith("ValueError at test_describe.py:")
    assert said.endswith("in test_of_any_other_the_type_and_the_place_are_told_and_the_words_are_not")


def test_one_that_was_never_raised_has_no_place() -> None:
    assert "KeyError" == describe(KeyError("pin 4711"))
