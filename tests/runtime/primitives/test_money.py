"""Money: exact, in minor units of ISO's table, one currency at a time."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from coregen_runtime.errors.base import BusinessError
from coregen_runtime.primitives.currencies import MINOR_UNITS
from coregen_runtime.primitives.money import Money

AMOUNTS = st.integers(-(10**12), 10**12)


@pytest.mark.parametrize(
    ("major", "currency", "minor"),
    [("49.90", "EUR", 4990), (12, "JPY", 12), (Decimal("1.234"), "IQD", 1234), ("1.25", "MGA", 125), ("-0.01", "USD", -1), ("1e2", "EUR", 10_000)],
)
def test_major_units_become_minor_ones_by_isos_table(major: Any, currency: str, minor: int) -> None:
    """Semantics 3: ISO says 3 for IQD and 2 for MGA, whatever CLDR says."""
    assert minor == Money.of(major, currency).amount


@pytest.mark.parametrize("major", ["49.999", "x", "", "NaN", "Infinity", 49.9, True, None])
def test_what_is_no_amount_is_refused(major: Any) -> None:
    """Semantics 3: floats are an error."""
    with pytest.raises(BusinessError, match="INVALID_MONEY"):
        Money.of(major, "EUR")


@pytest.mark.parametrize("currency", ["XXX", "eur", "", "XAU", "EURO"])
def test_an_unknown_code_is_refused(currency: str) -> None:
    with pytest.raises(BusinessError, match="ISO 4217"):
        Money(1, currency)


@pytest.mark.parametrize("amount", [1.0, True, "1", 2**53, None])
def test_an_amount_is_an_exact_integer(amount: Any) -> None:
    with pytest.raises(BusinessError):
        Money(amount, "EUR")


@pytest.mark.parametrize(
    "operation",
    [
        lambda a, b: a + b,
        lambda a, b: a - b,
        lambda a, b: a < b,
        lambda a, b: a <= b,
        lambda a, b: a > b,
        lambda a, b: a >= b,
        lambda a, _: a * 1.5,
        lambda a, _: a * True,
        lambda a, _: a + 1,
        lambda a, _: a.times(1.5),
    ],
)
def test_mixing_currencies_or_floats_is_an_error(operation: Any) -> None:
    """Semantics 3."""
    with pytest.raises(BusinessError, match="INVALID_MONEY"):
        operation(Money(1, "EUR"), Money(1, "USD"))


@given(AMOUNTS, AMOUNTS)
def test_arithmetic_is_that_of_integers(a: int, b: int) -> None:
    left, right = Money(a, "EUR"), Money(b, "EUR")

    assert (a + b, a - b, -a, abs(a), 3 * a) == ((left + right).amount, (left - right).amount, (-left).amount, abs(left).amount, (3 * left).amount)
    assert (a < b, a <= b, a == b) == (left < right, left <= right, left == right)


@given(AMOUNTS, st.lists(st.integers(0, 1_000), min_size=1, max_size=12).filter(any))
def test_allocating_loses_nothing(amount: int, ratios: list[int]) -> None:
    """Semantics 3: `allocate([1, 1, 1])` loses nothing."""
    shares = Money(amount, "EUR").allocate(ratios)

    assert amount == sum(share.amount for share in shares)
    assert all(abs(share.amount - Fraction(amount * ratio, sum(ratios))) < 1 for share, ratio in zip(shares, ratios, strict=True))
    assert all(share.amount == 0 for share, ratio in zip(shares, ratios, strict=True) if ratio == 0)


def test_what_does_not_divide_goes_to_the_first() -> None:
    assert (34, 33, 33) == tuple(share.amount for share in Money(100, "EUR").allocate([1, 1, 1]))


@pytest.mark.parametrize("ratios", [[], [0, 0], [-1, 2], [0.5, 0.5]])
def test_ratios_that_mean_nothing_are_refused(ratios: Any) -> None:
    with pytest.raises(BusinessError, match="ratios"):
        Money(1, "EUR").allocate(ratios)


@given(AMOUNTS, st.decimals(-1000, 1000, places=3), st.sampled_from([ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_DOWN]))
def test_times_rounds_as_decimal_does(amount: int, factor: Decimal, rounding: str) -> None:
    assert int((amount * factor).to_integral_value(rounding=rounding)) == Money(amount, "EUR").times(factor, rounding).amount


@given(AMOUNTS, st.sampled_from(sorted(MINOR_UNITS)))
def test_major_units_come_back(amount: int, currency: str) -> None:
    money = Money(amount, currency)

    assert money == Money.of(money.to_decimal(), currency)


def test_money_sums() -> None:
    assert Money(6, "EUR") == Money.sum([Money(1, "EUR"), Money(2, "EUR"), Money(3, "EUR")], "EUR")
    assert Money.zero("EUR") == Money.sum([], "EUR")


def test_money_is_data_to_pydantic() -> None:
    adapter = TypeAdapter(Money)

    assert Money(4990, "EUR") == adapter.validate_python({"amount": 4990.0, "currency": "EUR"})
    assert b'{"amount":4990,"currency":"EUR"}' == adapter.dump_json(Money(4990, "EUR"))


@pytest.mark.parametrize("data", [{"amount": 1}, {"amount": 1, "currency": "EUR", "x": 1}, {"amount": "1", "currency": "EUR"}, "1 EUR", 1, None])
def test_other_data_is_no_money(data: object) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Money).validate_python(data)


def test_a_share_that_comes_out_even_gets_nothing_of_the_rest() -> None:
    assert (2, 2, 1, 5) == tuple(share.amount for share in Money(10, "EUR").allocate([2, 3, 3, 8]))
