"""Money: exact, in minor units of ISO's table, one currency at a time."""

from __future__ import annotations

import decimal
import math
import time
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from iso4217 import raw_table
from pydantic import TypeAdapter, ValidationError

from coregen_runtime.errors.base import BusinessError
from coregen_runtime.primitives.currencies import CURRENCIES, MINOR_UNITS
from coregen_runtime.primitives.money import Money

AMOUNTS = st.integers(-(10**12), 10**12)
LIMIT = 2**53 - 1
EVERY_AMOUNT = st.integers(-LIMIT, LIMIT)
RATIOS = st.integers(0, 1_000) | st.integers(0, 10**400)
WITHDRAWN = {"ANG": 2, "BGN": 2}
"""Codes that ISO has taken from its table since 2025 and amounts may still stand in."""


STRANGERS: tuple[object, ...] = (0, "0.00 EUR", None, {"amount": 0, "currency": "EUR"}, (0, "EUR"))


def nearest(exact: Fraction, towards_zero: bool) -> int:
    """The nearest integer; a half goes towards zero or away from it."""
    whole, rest = divmod(abs(exact), 1)
    up = rest > Fraction(1, 2) or (rest == Fraction(1, 2) and not towards_zero)
    return (whole + up) * (-1 if exact < 0 else 1)


def away(exact: Fraction) -> int:
    return math.ceil(exact) if exact > 0 else math.floor(exact)


ROUNDED: dict[str, Callable[[Fraction], int]] = {
    decimal.ROUND_CEILING: math.ceil,
    decimal.ROUND_FLOOR: math.floor,
    decimal.ROUND_DOWN: math.trunc,
    decimal.ROUND_UP: away,
    decimal.ROUND_HALF_EVEN: round,
    decimal.ROUND_HALF_UP: lambda exact: nearest(exact, towards_zero=False),
    decimal.ROUND_HALF_DOWN: lambda exact: nearest(exact, towards_zero=True),
    decimal.ROUND_05UP: lambda exact: away(exact) if abs(math.trunc(exact)) % 5 == 0 else math.trunc(exact),
}
"""What each way of rounding is, said with fractions."""


@pytest.mark.parametrize(
    ("major", "currency", "minor"),
    [("49.90", "EUR", 4990), (12, "JPY", 12), (Decimal("1.234"), "IQD", 1234), ("1.25", "MGA", 125), ("-0.01", "USD", -1), ("1e2", "EUR", 10_000)],
)
def test_major_units_become_minor_ones_by_isos_table(major: Any, currency: str, minor: int) -> None:
    """Semantics 3: ISO says 3 for IQD and 2 for MGA, whatever CLDR says."""
    assert minor == Money.of(major, currency).amount


@pytest.mark.parametrize(
    "major",
    [
        "49.999",
        "x",
        "",
        "NaN",
        "Infinity",
        49.9,
        True,
        None,
        "1_000",
        " 1",
        "1 ",
        "1,5",
        "١",
        ".5",
        "5.",
        "--1",
        b"1",
        Decimal("sNaN"),
        Decimal("1e-3"),
    ],
)
def test_what_is_no_amount_is_refused(major: Any) -> None:
    """Semantics 3: floats are an error."""
    with pytest.raises(BusinessError, match="INVALID_MONEY"):
        Money.of(major, "EUR")


@pytest.mark.parametrize("currency", ["XXX", "eur", "", "XAU", "EURO", "EUR ", None, 978, ["EUR"], b"EUR"])
def test_an_unknown_code_is_refused(currency: Any) -> None:
    """Semantics 3: and by every way to money."""
    for operation in (Money, Money.of, lambda _, code: Money.zero(code), lambda _, code: Money.sum([], code)):
        with pytest.raises(BusinessError, match="ISO 4217"):
            operation(1, currency)


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
        lambda a, _: 1 + a,
        lambda a, _: sum([a, a]),
        lambda a, _: a - 1.0,
        lambda a, _: a < 1,
        lambda a, _: a >= None,
        lambda a, _: 1.5 * a,
        lambda a, _: a * Decimal(2),
        lambda a, b: a * b,
        lambda a, b: Money.sum([a, b], "EUR"),
        lambda a, _: Money.sum([a, 1], "EUR"),  # type: ignore[list-item]  # what the test is about
        lambda a, _: a.times(True),
        lambda a, _: a.allocate([0.5, 0.5]),
        lambda a, _: a.allocate([True, 1]),
        lambda a, b: max(a, b),
        lambda a, _: a.times(1.5),
    ],
)
def test_mixing_currencies_or_floats_is_an_error(operation: Any) -> None:
    """Semantics 3: in every operation, comparisons among them."""
    with pytest.raises(BusinessError, match="INVALID_MONEY"):
        operation(Money(1, "EUR"), Money(1, "USD"))


@given(AMOUNTS, AMOUNTS)
def test_arithmetic_is_that_of_integers(a: int, b: int) -> None:
    left, right = Money(a, "EUR"), Money(b, "EUR")

    assert (a + b, a - b, -a, abs(a), 3 * a) == ((left + right).amount, (left - right).amount, (-left).amount, abs(left).amount, (3 * left).amount)
    assert left == left + right - right
    assert (left.is_negative(), left.is_zero(), left.is_positive()) == (a < 0, a == 0, a > 0)


@given(AMOUNTS, AMOUNTS, AMOUNTS)
def test_the_order_within_a_currency_is_total(a: int, b: int, c: int) -> None:
    """Semantics 3: of two amounts exactly one is less, or they are equal; sorting is that of the integers."""
    left, right = Money(a, "EUR"), Money(b, "EUR")

    assert 1 == (left < right) + (left > right) + (left == right)
    assert (left <= right, left >= right) == (a <= b, a >= b)
    assert sorted([a, b, c]) == [money.amount for money in sorted(Money(each, "EUR") for each in (a, b, c))]


@given(AMOUNTS, AMOUNTS, st.sampled_from(CURRENCIES), st.sampled_from(CURRENCIES))
def test_equal_money_has_the_same_amount_and_currency(a: int, b: int, one: str, other: str) -> None:
    """Semantics 3: nothing in one currency is not nothing in another, so that sets and dictionaries can hold both."""
    left, right = Money(a, one), Money(b, other)

    assert (a == b and one == other) == (left == right)
    assert left != right or hash(left) == hash(right)
    assert not any(left == other_thing for other_thing in STRANGERS)


@given(EVERY_AMOUNT, st.lists(RATIOS, min_size=1, max_size=12).filter(any))
def test_allocating_loses_nothing(amount: int, ratios: list[int]) -> None:
    """Semantics 3: `allocate([1, 1, 1])` loses nothing, whatever the ratios; no share is off by a unit, and none has another sign."""
    shares = Money(amount, "EUR").allocate(ratios)

    assert amount == sum(share.amount for share in shares)
    assert all(abs(share.amount - Fraction(amount * ratio, sum(ratios))) < 1 for share, ratio in zip(shares, ratios, strict=True))
    assert all(share.amount * amount > 0 or share.amount == 0 for share in shares)
    assert all(share.amount == 0 for share, ratio in zip(shares, ratios, strict=True) if ratio == 0)


@given(EVERY_AMOUNT, st.integers(1, 200))
def test_what_is_split_adds_up_again(amount: int, parts: int) -> None:
    """Semantics 3: the sum of the shares is the whole, and equal shares differ by a unit at most."""
    whole = Money(amount, "JPY")
    shares = whole.allocate([1] * parts)

    assert whole == Money.sum(shares, "JPY")
    assert 1 >= max(shares).amount - min(shares).amount


@given(st.lists(EVERY_AMOUNT, max_size=20))
def test_a_sum_is_that_of_the_integers_wherever_it_passes(amounts: list[int]) -> None:
    """Semantics 3: only the total has to be in range."""
    total = sum(amounts)
    moneys = [Money(amount, "EUR") for amount in amounts]
    if abs(total) > LIMIT:
        with pytest.raises(BusinessError, match="beyond"):
            Money.sum(moneys, "EUR")
    else:
        assert Money(total, "EUR") == Money.sum(iter(moneys), "EUR")


@pytest.mark.parametrize(
    "operation",
    [
        lambda most: most + Money(1, "EUR"),
        lambda most: -most - Money(1, "EUR"),
        lambda most: most * 2,
        lambda most: most * 10**5000,
        lambda most: most.times("1.0001"),
        lambda most: most.times(10**900),
        lambda most: most.times(Fraction(10**900, 3)),
        lambda most: Money.sum([most, most], "EUR"),
        lambda most: Money(most.amount + 1, "EUR"),
        lambda most: Money.of(most.amount, "EUR"),
        lambda most: Money.of(str(most.amount), "EUR"),
        lambda most: Money.parse(f"{most.amount} EUR"),
    ],
)
def test_leaving_the_range_is_an_error_in_every_operation(operation: Callable[[Money], object]) -> None:
    """Semantics 3: beyond 2^53−1 minor units nothing is exact to every reader of JSON."""
    with pytest.raises(BusinessError, match="beyond"):
        operation(Money(LIMIT, "EUR"))


def test_what_does_not_divide_goes_to_the_first() -> None:
    assert (34, 33, 33) == tuple(share.amount for share in Money(100, "EUR").allocate([1, 1, 1]))


@pytest.mark.parametrize("ratios", [[], [0, 0], [-1, 2], [0.5, 0.5]])
def test_ratios_that_mean_nothing_are_refused(ratios: Any) -> None:
    with pytest.raises(BusinessError, match="ratios"):
        Money(1, "EUR").allocate(ratios)


@given(AMOUNTS, st.fractions(-1000, 1000) | st.decimals(-1000, 1000, places=3).map(Fraction), st.sampled_from(sorted(ROUNDED)))
def test_times_rounds_what_fractions_say(amount: int, factor: Fraction, rounding: str) -> None:
    """Semantics 3: the exact product, rounded once, in each of the ways that `decimal` knows."""
    assert ROUNDED[rounding](amount * factor) == Money(amount, "EUR").times(factor, rounding).amount


@given(AMOUNTS, st.decimals(-1000, 1000, places=3))
def test_a_factor_means_the_same_in_every_form(amount: int, factor: Decimal) -> None:
    money = Money(amount, "EUR")
    exact = Fraction(factor)

    assert money.times(factor) == money.times(str(factor)) == money.times(exact) == money.times(f"{exact.numerator}/{exact.denominator}")


def test_the_callers_decimal_context_has_no_say() -> None:
    """Semantics 3: an amount of sixteen digits stays one where somebody computes with three."""
    money = Money(LIMIT, "EUR")
    with decimal.localcontext(decimal.Context(prec=3, traps=[])):
        assert "90071992547409.91" == str(money.to_decimal())
        assert money == Money.of(money.to_decimal(), "EUR") == Money.of("90071992547409.91", "EUR") == Money.parse(str(money)) == money.times("1.00")


@pytest.mark.parametrize("rounding", ["up", "", None, "ROUND_HALF_ODD"])
def test_a_rounding_that_nobody_knows_is_refused(rounding: Any) -> None:
    with pytest.raises(BusinessError, match="ROUND_HALF_UP"):
        Money(1, "EUR").times("0.5", rounding)


ENORMOUS: dict[str, Any] = {
    "a large exponent": "1e999999999",
    "a small exponent": "1e-999999999",
    "an exponent that no Decimal has": "1e9999999999999999999999",
    "a large Decimal": Decimal("1e999999999"),
    "a small Decimal": Decimal("1e-999999999"),
    "ten megabytes of digits": "9" * 10_000_000,
    "as many after the point": "0." + "9" * 10_000_000,
    "a Decimal of a million digits": Decimal("9" * 1_000_000),
    "an integer of 5,000 digits": 10**5000,
}


@pytest.mark.parametrize("number", ENORMOUS.values(), ids=ENORMOUS)
def test_an_enormous_number_is_an_error_at_once(number: Any) -> None:
    """Semantics 3: nothing of the size of the number is computed."""
    started = time.perf_counter()
    operations: list[Callable[[Any], Money]] = [lambda of: Money.of(of, "EUR"), Money(1, "EUR").times, Money(0, "EUR").times]
    for operation in operations:
        with pytest.raises(BusinessError, match="INVALID_MONEY"):
            operation(number)

    assert 2.0 > time.perf_counter() - started


@pytest.mark.parametrize(
    "factor", ["NaN", "sNaN", "Infinity", "1/0", "", "x", "1 ", "1_0", "١", "1.", "0x1", Decimal("NaN"), Decimal("-Infinity"), 0.5, None, True]
)
def test_what_is_no_factor_is_refused(factor: Any) -> None:
    with pytest.raises(BusinessError, match="factor"):
        Money(1, "EUR").times(factor)


@given(EVERY_AMOUNT, st.sampled_from(CURRENCIES))
def test_what_money_writes_it_reads(amount: int, currency: str) -> None:
    """Semantics 3: every amount of every currency."""
    money = Money(amount, currency)

    assert money == Money.parse(str(money)) == Money.parse(" ".join(reversed(str(money).split())))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "EUR",
        "1",
        "1EUR",
        "1  EUR",
        " 1 EUR",
        "1 EUR\n",
        "1.5 EUR",
        "1.234 EUR",
        "1,00 EUR",
        "1_000 EUR",
        "1e2 EUR",
        "+1 EUR",
        "--1 EUR",
        "1.00 JPY",
        "1 eur",
    ]
    + ["EUR 1 EUR", "1 XXX", "NaN EUR", "١ EUR", "1." + "0" * 100 + " EUR", "9" * 5_000 + " EUR", 1.5, None, b"1 EUR"],
)
def test_what_money_does_not_write_it_does_not_read(text: Any) -> None:
    with pytest.raises(BusinessError, match="INVALID_MONEY"):
        Money.parse(text)


def test_our_table_is_isos() -> None:
    """Semantics 3: the minor units come from ISO's own table, and only what was withdrawn of late stands here beside it."""
    isos = {code: row["CcyMnrUnts"] for code, row in raw_table.items() if code is not None}
    withdrawn = {code: places for code, places in MINOR_UNITS.items() if code not in isos}

    assert {code: int(str(places)) for code, places in isos.items() if places != "N.A."} == {
        code: places for code, places in MINOR_UNITS.items() if code not in withdrawn
    }
    assert WITHDRAWN == withdrawn


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
