"""Money in people's own forms: written as their language writes it, and read back or refused, never guessed."""

from __future__ import annotations

import decimal
import itertools
import random
import subprocess
import sys
from typing import Any, Literal

import pytest
from babel import localedata

from coregen_adapters.babel import format_money, parse_money
from coregen_runtime import BusinessError, Money
from coregen_runtime.primitives.currencies import CURRENCIES

LIMIT = 2**53 - 1
LOCALES = (
    "am ar ar_EG bg bn cs da de de_AT de_CH el en en_AU en_CA en_GB en_IN es es_MX et fa fi fr fr_CA fr_CH gu he hi hr hu id it ja ka ko lt lv ml my ne nl "
    "pl pt pt_PT ro ru sk sl sv ta th tr uk ur vi zh zh_Hant_TW zu"
).split()
WAYS: list[tuple[Literal["symbol", "code", "name"], Literal["standard", "accounting"]]] = [
    ("symbol", "standard"),
    ("symbol", "accounting"),
    ("code", "standard"),
    ("code", "accounting"),
    ("name", "standard"),
]
EDGES = (0, 1, -1, 100, -100, 105, 2_000, 123_456_789, -123_456_789, LIMIT, -LIMIT)


@pytest.mark.parametrize(
    ("money", "locale", "options", "written"),
    [
        (Money(499_000, "EUR"), "en", {}, "€4,990.00"),
        (Money(499_000, "EUR"), "de", {}, "4.990,00 €"),
        (Money(499_000, "EUR"), "de-AT", {}, "€ 4.990,00"),
        (Money(499_000, "EUR"), "fr", {}, "4 990,00 €"),
        (Money(-499_000, "EUR"), "sv", {}, "−4 990,00 €"),
        (Money(-499_000, "EUR"), "nl", {}, "€ -4.990,00"),
        (Money(-499_000, "USD"), "en", {"style": "accounting"}, "($4,990.00)"),
        (Money(-499_000, "USD"), "de", {"style": "accounting"}, "-4.990,00 $"),
        (Money(123_456_789, "INR"), "hi", {}, "₹12,34,567.89"),
        (Money(499_000, "EUR"), "en", {"display": "code"}, "EUR 4,990.00"),
        (Money(-499_000, "EUR"), "en", {"display": "code"}, "-EUR 4,990.00"),
        (Money(499_000, "EUR"), "en", {"display": "name"}, "4,990.00 euros"),
        (Money(1, "JPY"), "en", {"display": "name"}, "1 Japanese yen"),
        (Money(100, "RUB"), "ru", {"display": "name"}, "1,00 российского рубля"),
        (Money(499_000, "EUR"), "en", {"grouping": False}, "€4990.00"),
        (Money(499_000, "CHF"), "en", {}, "CHF 4,990.00"),
        (Money(4_990, "JPY"), "en", {}, "¥4,990"),
        (Money(5, "EUR"), "en", {}, "€0.05"),
        (Money(0, "EUR"), "en", {}, "€0.00"),
        (Money(-123_456, "ILS"), "he", {}, "\u200f\u200e-1,234.56 \u200f₪"),
        (Money(-123_456, "AED"), "ar", {}, "\u200f\u200e-1,234.56 د.إ.\u200f"),
    ],
)
def test_money_is_written_as_a_language_writes_it(money: Money, locale: str, options: dict[str, Any], written: str) -> None:
    """Semantics 3: no place is lost on the way to people."""
    assert written.replace(" ", "·") == format_money(money, locale, **options).replace("\u00a0", "·").replace("\u202f", "·").replace(" ", "·")


@pytest.mark.parametrize(
    ("code", "written"), [("IQD", "IQD 12.345"), ("MGA", "MGA 123.45"), ("CLF", "CLF 1.2345"), ("UYI", "UYI 12,345"), ("LBP", "LBP 123.45")]
)
def test_decimal_places_are_isos_where_cldr_has_others(code: str, written: str) -> None:
    """Semantics 3: CLDR says 0 for IQD and MGA; ISO says 3 and 2."""
    assert written == format_money(Money(12_345, code), "en").replace("\u00a0", " ")


@pytest.mark.parametrize("locale", LOCALES)
def test_what_is_written_is_read_again(locale: str) -> None:
    """Semantics 3: every currency in every way of writing it, amounts drawn from the edges and at random."""
    draw = random.Random(locale)
    for currency in CURRENCIES:
        for way in WAYS:
            goes_round(Money(draw.choice((*EDGES, draw.randint(-LIMIT, LIMIT))), currency), locale, *way)


@pytest.mark.nightly
@pytest.mark.parametrize("locale", localedata.locale_identifiers())
def test_what_is_written_in_any_locale_is_read_again(locale: str) -> None:
    """Semantics 3: all locales of CLDR, every currency, every way, the edges in turn."""
    turn = itertools.cycle(EDGES)
    for currency in CURRENCIES:
        for way in WAYS:
            goes_round(Money(next(turn), currency), locale, *way)


def goes_round(money: Money, locale: str, display: Literal["symbol", "code", "name"], style: Literal["standard", "accounting"]) -> None:
    text = format_money(money, locale, display=display, style=style)

    assert money == parse_money(text, locale, currency=money.currency), (text, locale)
    try:
        assert money == parse_money(text, locale), (text, locale)
    except BusinessError as error:
        assert "can mean" in error.message, (text, locale)


@pytest.mark.parametrize(
    ("text", "locale", "money"),
    [
        ("1.234 €", "de", Money(123_400, "EUR")),
        ("1234,5 €", "de", Money(123_450, "EUR")),
        ("EUR 1.234,50", "de", Money(123_450, "EUR")),
        ("€1,234", "en", Money(123_400, "EUR")),
        ("1 234,50 €", "fr", Money(123_450, "EUR")),
        ("1’234.50 CHF", "de_CH", Money(123_450, "CHF")),
        ("1'234.50 CHF", "de_CH", Money(123_450, "CHF")),
        ("- 5 EUR", "en", Money(-500, "EUR")),
        ("5- EUR", "en", Money(-500, "EUR")),
        ("(5 EUR)", "en", Money(-500, "EUR")),
        ("−5 kr", "sv", Money(-500, "SEK")),
        ("5 us dollars", "en", Money(500, "USD")),
        ("1 euro", "en", Money(100, "EUR")),
        ("  \u200f5 EUR\u200e ", "en", Money(500, "EUR")),
        ("$5", "en_AU", Money(500, "AUD")),
    ],
)
def test_what_people_write_by_hand_is_read(text: str, locale: str, money: Money) -> None:
    assert money == parse_money(text, locale)


@pytest.mark.parametrize(
    ("text", "locale", "why"),
    [
        ("1.234 €", "en", "at character 2: EUR has 2 decimal places"),
        ("1,234.5 €", "de", "at character 6: this is no code"),
        ("1.23 €", "de", "at character 3: a group of 3 digits is expected here"),
        ("1.2345 €", "de", "at character 3: a group of 3 digits is expected here"),
        ("1234.567 €", "de", "at character 1: a first group is neither longer"),
        ("0.123 €", "de", "at character 1: a first group is neither longer than the others nor 0"),
        ("1,2,3 €", "en", "at character 3: a group of 3"),
        ("1,00,000 €", "en", "at character 3: a group of 3"),
        ("100,000 €", "en_IN", "at character 1: a first group"),
        ("1.00 2.00 EUR", "en", "at character 6: this is no code"),
        ("€5 EUR", "en", "at character 3: a currency stands before the number or after it"),
        ("--5 EUR", "en", "more than one sign"),
        ("-5- EUR", "en", "more than one sign"),
        ("(-5 EUR)", "en", "at character 4: a currency stands before"),
        ("(5 EUR", "en", "at character 3: a currency stands before"),
        ("5", "en", "at character 2: the text names no currency"),
        ("", "en", "at character 1: there is no number"),
        ("EUR", "en", "at character 1: there is no number"),
        ("NaN EUR", "en", "there is no number"),
        ("∞ EUR", "en", "there is no number"),
        ("٥ EUR", "en", "there is no number"),
        ("5 XXX", "en", "at character 3: this is no code, symbol or name"),
        ("5 eur", "en", "at character 3: this is no code, symbol or name"),
        ("5e3 EUR", "en", "at character 2: this is no code, symbol or name"),
        ("5. EUR", "en", "at character 2: this is no code, symbol or name"),
        ("1_000 EUR", "en", "at character 2: this is no code"),
        ("\u200f\u200f5 XXX", "en", "at character 5: this is no code"),
        ("9" * 41 + " EUR", "en", "at character 1: this is more money than there is"),
        ("9" * 20 + " EUR", "en", "beyond 2\\^53−1"),
        ("9" * 10_000_000, "en", "more than 200 characters"),
    ],
)
def test_what_is_ambiguous_or_no_money_is_refused_with_its_place(text: str, locale: str, why: str) -> None:
    """Semantics 3: the same text is 1234 euros to one language and an error to another; nothing is guessed."""
    with pytest.raises(BusinessError, match=f"INVALID_MONEY: .*{why}"):
        parse_money(text, locale)


def test_an_error_tells_its_place_to_programs() -> None:
    with pytest.raises(BusinessError) as caught:
        parse_money("5 XXX", "en")

    assert {"position": 3} == caught.value.meta


@pytest.mark.parametrize("text", [5.0, 5, None, b"5 EUR", float("nan")])
def test_what_is_no_text_is_refused(text: Any) -> None:
    """Semantics 3: floats are an error."""
    with pytest.raises(BusinessError, match="a float is never money"):
        parse_money(text, "en")


def test_the_currency_that_is_given_decides_and_is_held_to_the_text() -> None:
    assert Money(500, "EUR") == parse_money("5", "en", currency="EUR")
    with pytest.raises(BusinessError, match="at character 3: this is no EUR"):
        parse_money("5 USD", "en", currency="EUR")
    with pytest.raises(BusinessError, match="ISO 4217"):
        parse_money("5", "en", currency="eur")


def test_a_symbol_of_several_currencies_needs_one_of_them_named() -> None:
    """Semantics 3: to Albanians the Caribbean guilder still has the sign of the Antillean one."""
    with pytest.raises(BusinessError, match="at character 3: this can mean ANG, XCG; pass currency="):
        parse_money("5 ANG", "sq")
    assert Money(500, "XCG") == parse_money("5 ANG", "sq", currency="XCG")


@pytest.mark.parametrize("locale", ["", "xx", "english", "../../etc", "de_", "e" * 10_000_000, "de\n", None, 7])
def test_a_locale_that_nobody_knows_is_an_error(locale: Any) -> None:
    with pytest.raises(BusinessError, match="the locale is none that CLDR knows"):
        format_money(Money(1, "EUR"), locale)


def test_the_callers_decimal_context_has_no_say() -> None:
    """Semantics 3: an amount of sixteen digits stays one where somebody computes with three."""
    with decimal.localcontext(decimal.Context(prec=3)):
        for way in WAYS:
            goes_round(Money(LIMIT, "EUR"), "fr", *way)


def test_without_the_extra_the_error_says_what_to_install() -> None:
    code = "import sys; sys.modules['babel'] = None; import coregen_adapters.babel"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert 1 == done.returncode
    assert 'pip install "coregen-runtime[babel]"' in done.stderr.splitlines()[-1]
