"""Money: an integer amount in minor units and a currency of ISO 4217 (specification, section 1; semantics 3).

Formatting for people is not done here; it needs a locale.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema

from coregen_runtime.errors.base import BusinessError
from coregen_runtime.errors.codes import ErrorCode, FailureCode
from coregen_runtime.primitives.currencies import CURRENCIES, MINOR_UNITS
from coregen_runtime.primitives.numbers import MAX_INTEGER, integer_schema


@dataclass(frozen=True, slots=True)
class Money:
    """An amount of money. On the wire `{"amount": 4990, "currency": "EUR"}`.

    Args:
        amount: minor units (cents, fils), an integer within ±(2^53−1).
        currency: the code of ISO 4217.

    Raises:
        BusinessError: `INVALID_MONEY`; also from every operation that mixes currencies or is given a float.
    """

    amount: int
    currency: str

    def __post_init__(self) -> None:
        if type(self.amount) is not int:
            raise _invalid("an amount is an integer in minor units; Money.of takes major units")
        if self.currency not in MINOR_UNITS:
            raise _invalid("the currency is no code of ISO 4217")
        if not -MAX_INTEGER <= self.amount <= MAX_INTEGER:
            raise _invalid("the amount is beyond 2^53−1 minor units")

    @classmethod
    def of(cls, major: str | int | Decimal, currency: str) -> Money:
        """Money from major units: `Money.of("49.90", "EUR")`. More decimal places than the currency has are an error."""
        if isinstance(major, bool) or not isinstance(major, str | int | Decimal):
            raise _invalid('major units are a string, an integer or a Decimal: Money.of("49.90", "EUR")')
        if currency not in MINOR_UNITS:
            raise _invalid("the currency is no code of ISO 4217")
        places = MINOR_UNITS[currency]
        try:
            minor = Fraction(Decimal(major)) * 10**places
        except (InvalidOperation, ValueError, OverflowError):
            raise _invalid('the amount is no decimal number such as "49.90"') from None
        if minor.denominator != 1:
            raise _invalid(f"{currency} has {places} decimal places")
        return cls(int(minor), currency)

    @classmethod
    def zero(cls, currency: str) -> Money:
        return cls(0, currency)

    @classmethod
    def sum(cls, amounts: Sequence[Money], currency: str) -> Money:
        """The total of any number of amounts in one currency; none at all is zero."""
        total = cls.zero(currency)
        for amount in amounts:
            total = total + amount
        return total

    @property
    def minor_units(self) -> int:
        """Decimal places of the currency."""
        return MINOR_UNITS[self.currency]

    def to_decimal(self) -> Decimal:
        """The amount in major units, exactly."""
        return Decimal(self.amount).scaleb(-self.minor_units)

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
        """The amount times a decimal or a fraction, rounded to a whole minor unit (`decimal.ROUND_*`, banker's by default)."""
        if isinstance(factor, bool) or not isinstance(factor, int | Decimal | Fraction | str):
            raise _invalid("a factor is an integer, a Decimal, a Fraction or a string, never a float")
        try:
            exact = Fraction(factor) * self.amount
        except (ValueError, OverflowError, ZeroDivisionError):
            raise _invalid("the factor is no finite number") from None
        whole, rest = divmod(abs(exact.numerator), exact.denominator)
        # half is kept as half, and any other rest on its side of it: what rounding looks at
        digit = 0 if rest == 0 else 5 if 2 * rest == exact.denominator else 3 if 2 * rest < exact.denominator else 7
        sign = 1 if exact < 0 else 0
        rounded = Decimal((sign, tuple(int(figure) for figure in str(whole)) + (digit,), -1)).to_integral_value(rounding=rounding)
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


def _invalid(message: str) -> BusinessError:
    return BusinessError(ErrorCode.INVALID_MONEY, message)
