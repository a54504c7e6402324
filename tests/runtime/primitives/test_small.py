"""The small primitives: results, functions by name, clocks, pages, model names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pydantic import Field, ValidationError

from coregen_runtime.errors.base import BusinessError, CoreError
from coregen_runtime.primitives.clock import FrozenClock, SystemClock
from coregen_runtime.primitives.functions import dotted_name, is_dotted_name, resolve
from coregen_runtime.primitives.model import Model, sensitive_keys, wire_names
from coregen_runtime.primitives.pagination import MAX_LIMIT, MAX_PAGE, IncludedResult, PageOptions, PaginatedResult, SortSpec
from coregen_runtime.primitives.result import Err, Ok, Result


def halved(value: int) -> Result[int, BusinessError]:
    return Ok(value // 2) if value % 2 == 0 else Err(BusinessError("ODD", "it is odd"))


def described(outcome: Result[int, BusinessError]) -> str:
    match outcome:
        case Ok(value):
            return f"value {value}"
        case Err(error):
            return f"error {error.code}"


def test_a_result_is_matched_by_its_two_cases() -> None:
    assert ("value 2", "error ODD") == (described(halved(4)), described(halved(3)))


def test_results_chain_until_the_first_error() -> None:
    assert 1 == halved(4).and_then(halved).unwrap()
    assert (True, False) == (halved(4).ok, halved(6).and_then(halved).ok)
    assert (20, 0) == (halved(4).map(lambda value: value * 10).unwrap(), halved(3).map(lambda value: value * 10).unwrap_or(0))


def test_an_error_can_become_another_or_a_value() -> None:
    assert "error EVEN" == described(halved(3).map_error(lambda error: BusinessError("EVEN", error.message)))
    assert 2 == halved(4).map_error(lambda error: BusinessError("EVEN")).unwrap()
    assert (7, 2) == (halved(3).or_else(lambda error: Ok(7)).unwrap(), halved(4).or_else(lambda error: Ok(7)).unwrap())
    assert "error LATER" == described(halved(3).or_else(lambda error: Err(BusinessError("LATER"))))


def test_unwrapping_an_error_raises_it() -> None:
    with pytest.raises(BusinessError, match="ODD"):
        halved(3).unwrap()


class Nest:
    def inner(self) -> int:
        return 7


def test_a_dotted_name_leads_back_to_its_function() -> None:
    assert dotted_name is resolve(dotted_name(dotted_name))
    assert "json:dumps" == dotted_name("json:dumps")
    assert "fromkeys" == resolve("collections:OrderedDict.fromkeys").__name__


@pytest.mark.parametrize("function", [lambda: 1, (lambda: lambda: 1)(), "".join, Nest().inner])  # noqa: PLC3002  # a function made inside a function
def test_what_has_no_name_is_refused(function: Callable[..., Any]) -> None:
    with pytest.raises(ValueError, match="no dotted name"):
        dotted_name(function)


@pytest.mark.parametrize("name", ["", "json", "json.dumps", ":x", "json:", "a-b:c", "a:b c", "a..b:c"])
def test_another_form_is_no_dotted_name(name: str) -> None:
    assert not is_dotted_name(name)
    with pytest.raises(ValueError, match=r"package\.module:function"):
        resolve(name)


def test_a_name_that_leads_nowhere_says_what_is_missing() -> None:
    with pytest.raises(ImportError, match='"json" has no "nope"'):
        resolve("json:nope")
    with pytest.raises(ImportError):
        resolve("no_such_module:x")
    with pytest.raises(TypeError, match="not a function"):
        resolve("json:__name__")


def test_a_frozen_clock_moves_when_told() -> None:
    clock = FrozenClock(5)
    clock.advance(10)

    assert 15 == clock.now()


def test_the_system_clock_counts_milliseconds() -> None:
    """Semantics 2: integer epoch milliseconds."""
    now = SystemClock().now()

    assert int is type(now)
    assert 1_600_000_000_000 < now < 10_000_000_000_000


@pytest.mark.parametrize(
    "options",
    [
        {"page": 0},
        {"page": 10**30},
        {"page": 2**53 // 500 + 1},
        {"page": None},
        {"page": "1"},
        {"page": -1},
        {"limit": 501},
        {"limit": 0},
        {"page": 1.5},
        {"page": True},
    ],
)
def test_a_page_has_bounds(options: dict[str, Any]) -> None:
    """Semantics 25: 50 by default, 500 at most."""
    assert (1, 50) == (PageOptions().page, PageOptions().limit)
    with pytest.raises(ValidationError):
        PageOptions(**options)


def test_the_last_page_that_can_be_asked_for_counts_its_rows_exactly() -> None:
    """Semantics 4 and 25: integers stay within 2^53−1."""
    assert 2**53 - 1 >= MAX_PAGE * MAX_LIMIT > 2**53 - 1 - MAX_LIMIT
    assert MAX_PAGE == PageOptions(page=MAX_PAGE, limit=MAX_LIMIT).page


def test_a_page_speaks_the_specifications_keys() -> None:
    page = PaginatedResult((1, 2), None, 1, 2, True).map(str)

    assert {"data": ["1", "2"], "total": None, "page": 1, "limit": 2, "hasNext": True} == page.to_wire(lambda item: item)


def test_what_is_included_is_on_the_wire_where_it_was_asked_for() -> None:
    page = PaginatedResult((1,), 1, 1, 2, False, {"other": {"a": 7}})

    assert {"other": {"a": "7"}} == page.to_wire(str)["included"]
    assert {"data": "1", "included": {"other": {"a": "7"}}} == IncludedResult(1, {"other": {"a": 7}}).to_wire(str)
    assert {"data": "1", "included": {}} == IncludedResult(1, {}).to_wire(str)


def test_sorting_goes_up_unless_told() -> None:
    assert "asc" == SortSpec(field="name").direction
    with pytest.raises(ValidationError):
        SortSpec(field="name", direction="up")  # type: ignore[arg-type]  # what the test is about


class Account(Model):
    full_name: str = Field(validation_alias="fullName", serialization_alias="fullName")
    api_key: str = Field(default="", repr=False, validation_alias="apiKey", serialization_alias="apiKey")


def test_a_model_knows_its_wire_names_and_its_sensitive_keys() -> None:
    assert {"full_name": "fullName", "api_key": "apiKey"} == wire_names(Account)
    assert {"api_key", "apiKey"} == sensitive_keys(Account)


def test_a_model_takes_both_names_and_refuses_unknown_ones() -> None:
    assert Account.model_validate({"fullName": "A"}) == Account.model_validate({"full_name": "A"})
    with pytest.raises(ValidationError):
        Account.model_validate({"fullName": "A", "nope": 1})


def test_core_errors_are_the_bound_of_results() -> None:
    failed: Result[int, CoreError] = Err(BusinessError("X"))

    assert not failed.ok
