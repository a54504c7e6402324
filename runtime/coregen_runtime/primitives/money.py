"""Money: an integer amount in minor units and a currency of ISO 4217 (specification, section 1; semantics 3).

Writing it for people, and reading what they write, needs a locale: coregen_adapters/babel. What stands here is exact and costs the same
whatever it is given: numbers of a thousand digits are refused before anything is computed with them.
"""

from __future__ import annotations

import decimal
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from typing import Any, NoReturn

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema

from coregen_runtime.errors.base import BusinessError
from coregen_runtime.errors.codes import ErrorCode, FailureCode
from coregen_runtime.primitives.currencies import CURRENCIES, MINOR_UNITS
from coregen_runtime.primitives.numbers import MAX_INTEGER, integer_schema

_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,9})?")
_RATIO = re.compile(r"[+-]?[0-9]+/[0-9]+")
_WRITTEN = re.compile(r"(?P<before>[A-Z]{3} )?(?P<amount>-?[0-9]+(?:\.[0-9]+)?)(?P<after> [A-Z]{3})?")
_DIGITS = 1_000
"""How many digits a factor or a text may have, before and after the point."""
_ROUNDINGS = frozenset(
    {"ROUND_CEILING", "ROUND_DOWN", "ROUND_FLOOR", "ROUND_HALF_DOWN", "ROUND_HALF_EVEN", "ROUND_HALF_UP", "ROUND_UP", "ROUND_05UP"}
)


@dataclass(frozen=True, slots=True)
class Money:
    """An amount of money. On the wire `{"amount": 4990, "currency": "EUR"}`.

    Two amounts are equal when amount and currency are: nothing in one currency is not nothing in another. Order exists within a currency.

    Args:
        amount: minor units (cents, fils), an integer within ±(2^53−1).
        currency: the code of ISO 4217.

    Raises:
        BusinessError: `INVALID_MONEY`; also from every operation that mixes currencies, is given a float or a boolean, or leaves the range.
    """

    amount: int
    currency: str

    def __post_init__(self) -> None:
        if type(self.amount) is not int:
            raise _invalid("an amount is an integer in minor units; Money.of takes major units")
        _places(self.currency)
        if not -MAX_INTEGER <= self.amount <= MAX_INTEGER:
            raise _beyond()

    @classmethod
    def of(cls, major: str | int | Decimal, currency: str) -> Money:
        """Money from major units: `Money.of("49.90", "EUR")`. More decimal places than the currency has are an error."""
        if isinstance(major, bool) or not isinstance(major, str | int | Decimal):
            raise _invalid('major units are a string, an integer or a Decimal: Money.of("49.90", "EUR")')
        places = _places(currency)
        if isinstance(major, int):
            return cls(_in_range(major) * 10**places, currency)
        number = _decimal(major, 'the amount is no decimal number such as "49.90"')
        if number.adjusted() > _EXACT.prec - places - 1 and number != 0:
            raise _beyond()
        try:
            minor = number.quantize(Decimal(1).scaleb(-places, _EXACT), context=_EXACT)
        except decimal.Inexact:
            raise _invalid(f"{currency} has {places} decimal places") from None
        return cls(int(minor.scaleb(places, _EXACT)), currency)

    @classmethod
    def parse(cls, text: str) -> Money:
        """What `str` writes, `49.90 EUR`, or the code first, `EUR 49.90`: a point, no groups, all decimal places or none.

        What people write in their own language is read by `parse_money` of coregen_adapters/babel.
        """
        match = _WRITTEN.fullmatch(text) if isinstance(text, str) and len(text) < _DIGITS else None
        if match is None or (match["before"] is None) == (match["after"] is None):
            raise _invalid('the text is no money such as "49.90 EUR"')
        currency = (match["before"] or match["after"]).strip()
        if len(match["amount"].partition(".")[2]) not in (0, _places(currency)):
            raise _invalid(f"{currency} has {_places(currency)} decimal places; write all of them, or none")
        return cls.of(match["amount"], currency)

    @classmethod
    def zero(cls, currency: str) -> Money:
        return cls(0, currency)

    @classmethod
    def sum(cls, amounts: Iterable[Money], currency: str) -> Money:
        """The total of any number of amounts in one currency; none at all is zero. Only the total has to be in range."""
        zero = cls.zero(currency)
        return cls(sum(zero._same(amount, "+") for amount in amounts), currency)

    @property
    def minor_units(self) -> int:
        """Decimal places of the currency."""
        return MINOR_UNITS[self.currency]

    def to_decimal(self) -> Decimal:
        """The amount in major units, exactly."""
        return Decimal(self.amount).scaleb(-self.minor_units, _EXACT)

    def is_zero(self) -> bool:
        return self.amount == 0

    def is_positive(self) -> bool:
        return self.amount > 0

    def is_negative(self) -> bool:
        return self.amount < 0

    def __add__(self, other: Money) -> Money:
        return Money(self.amount + self._same(other, "+"), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.amount - self._same(other, "-"), self.currency)

    def __radd__(self, other: object) -> NoReturn:
        raise _invalid(f"{type(other).__name__} + money means nothing; Money.sum adds several amounts")

    def __neg__(self) -> Money:
        return Money(-self.amount, self.currency)

    def __abs__(self) -> Money:
        return Money(abs(self.amount), self.currency)

    def __mul__(self, factor: int) -> Money:
        if type(factor) is not int:
            raise _invalid("money is multiplied by an integer; times() takes a fraction and rounds")
        return Money(self.amount * factor, self.currency)

    __rmul__ = __mul__

    def times(self, factor: int | Decimal | Fraction | str, rounding: str = ROUND_HALF_EVEN) -> Money:
        """The amount times a decimal or a fraction, rounded to a whole minor unit.

        Args:
            factor: exact: `Decimal("1.19")`, `Fraction(1, 3)`, `"1.19"`, `"1/3"`; at most 1,000 digits before and after the point.
            rounding: one of `decimal.ROUND_*`, banker's by default.
        """
        if rounding not in _ROUNDINGS:
            raise _invalid("rounding is one of decimal.ROUND_*, such as ROUND_HALF_UP")
        exact = _factor(factor) * self.amount
        whole, rest = divmod(abs(exact.numerator), exact.denominator)
        # half is kept as half, and any other rest on its side of it: what rounding looks at
        digit = 0 if rest == 0 else 5 if 2 * rest == exact.denominator else 3 if 2 * rest < exact.denominator else 7
        sign = 1 if exact < 0 else 0
        rounded = Decimal((sign, tuple(int(figure) for figure in str(_in_range(whole))) + (digit,), -1)).to_integral_value(rounding=rounding)
        return Money(int(rounded), self.currency)

    def allocate(self, ratios: Sequence[int]) -> tuple[Money, ...]:
        """Shares in these ratios that add up to the whole, none off by a minor unit; what does not divide goes to the first that do not come out even."""
        if not ratios or any(type(ratio) is not int or ratio < 0 for ratio in ratios) or sum(ratios) == 0:
            raise _invalid("ratios are integers, none negative and not all zero")
        total, sign, amount = sum(ratios), -1 if self.amount < 0 else 1, abs(self.amount)
        shares = [amount * ratio // total for ratio in ratios]
        rest = amount - sum(shares)
        for index, ratio in enumerate(ratios):
            if rest == 0:
                break
            if amount * ratio % total:
                shares[index] += 1
                rest -= 1
        return tuple(Money(sign * share, self.currency) for share in shares)

    def __lt__(self, other: Money) -> bool:
        return self.amount < self._same(other, "<")

    def __le__(self, other: Money) -> bool:
        return self.amount <= self._same(other, "<=")

    def __gt__(self, other: Money) -> bool:
        return self.amount > self._same(other, ">")

    def __ge__(self, other: Money) -> bool:
        return self.amount >= self._same(other, ">=")

    def __str__(self) -> str:
        return f"{self.to_decimal()} {self.currency}"

    def _same(self, other: object, operation: str) -> int:
        if not isinstance(other, Money):
            raise _invalid(f"money {operation} {type(other).__name__} means nothing")
        if other.currency != self.currency:
            raise _invalid(f"{self.currency} {operation} {other.currency}: convert one of them first")
        return other.amount

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        fields = [core_schema.dataclass_field("amount", integer_schema()), core_schema.dataclass_field("currency", _currency_schema())]
        data = core_schema.dataclass_args_schema("Money", fields)
        return core_schema.dataclass_schema(
            cls, data, ["amount", "currency"], strict=False, frozen=True, slots=True, config={"extra_fields_behavior": "forbid"}
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return money_json_schema()


def currency_json_schema() -> dict[str, Any]:
    """A code of ISO 4217 as JSON Schema."""
    return {"type": "string", "enum": list(CURRENCIES)}


def money_json_schema(currency: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Money as JSON Schema: the verdict of the model, in data. `currency` is a reference, where the list of codes stands in a place of its own."""
    return {
        "type": "object",
        "properties": {
            "amount": {"type": "integer", "minimum": -MAX_INTEGER, "maximum": MAX_INTEGER},
            "currency": dict(currency or currency_json_schema()),
        },
        "required": ["amount", "currency"],
        "additionalProperties": False,
    }


def _currency_schema() -> CoreSchema:
    return core_schema.custom_error_schema(
        core_schema.literal_schema(list(CURRENCIES)),
        custom_error_type=FailureCode.CURRENCY.value,
        custom_error_message="must be a currency code of ISO 4217",
    )


_EXACT = decimal.Context(prec=40, Emin=decimal.MIN_EMIN, Emax=decimal.MAX_EMAX, traps=[decimal.Inexact, decimal.InvalidOperation])
"""Wide enough for every amount, and whatever does not fit is an error; the caller's own context has no say in what money is worth."""


def _places(currency: str) -> int:
    if not isinstance(currency, str) or currency not in MINOR_UNITS:
        raise _invalid("the currency is no code of ISO 4217")
    return MINOR_UNITS[currency]


def _in_range(number: int) -> int:
    if not -MAX_INTEGER <= number <= MAX_INTEGER:
        raise _beyond()
    return number


def _decimal(number: str | Decimal, complaint: str) -> Decimal:
    """A finite Decimal, exactly; raises with `complaint` for any other text."""
    if isinstance(number, Decimal):
        if not number.is_finite():
            raise _invalid(complaint)
        return number
    if len(number) > 2 * _DIGITS or not _NUMBER.fullmatch(number):
        raise _invalid(complaint)
    return Decimal(number)


def _factor(factor: object) -> Fraction:
    """The factor as a fraction, once it is known to be no larger than what can be computed with at once."""
    if isinstance(factor, bool) or not isinstance(factor, int | Decimal | Fraction | str):
        raise _invalid("a factor is an integer, a Decimal, a Fraction or a string, never a float")
    if isinstance(factor, str) and len(factor) <= 2 * _DIGITS and _RATIO.fullmatch(factor):
        above, _, below = factor.partition("/")
        if int(below) == 0:
            raise _invalid("the factor is no finite number")
        return Fraction(int(above), int(below))
    if isinstance(factor, str | Decimal):
        number = _decimal(factor, "the factor is no finite number")
        exponent = number.as_tuple().exponent
        if number.adjusted() >= _DIGITS or not isinstance(exponent, int) or exponent < -_DIGITS:
            raise _invalid(_LONG)
        return Fraction(number)
    if max(abs(factor.numerator), factor.denominator).bit_length() > 4 * _DIGITS:
        raise _invalid(_LONG)
    return Fraction(factor)


_LONG = f"the factor has more than {_DIGITS:,} digits"


def _beyond() -> BusinessError:
    return _invalid("the amount is beyond 2^53−1 minor units")


def _invalid(message: str) -> BusinessError:
    return BusinessError(ErrorCode.INVALID_MONEY, message)
