"""Money for people: written and read in a language's own form (specification, section 1; semantics 3).

Decimal places are ISO's for every currency, also where CLDR says otherwise (IQD has 3, MGA 2). Digits are Latin ones. What a language's form
is, locales.py knows.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from typing import Literal, NoReturn

from coregen_adapters.babel.locales import Language, language, plain_character
from coregen_runtime.errors.base import BusinessError
from coregen_runtime.errors.codes import ErrorCode
from coregen_runtime.primitives.money import Money

_LONGEST, _DIGITS = 200, 40
_NBSP = "\u00a0"


def format_money(
    money: Money,
    locale: str,
    *,
    display: Literal["symbol", "code", "name"] = "symbol",
    style: Literal["standard", "accounting"] = "standard",
    grouping: bool = True,
) -> str:
    """The amount as people of a locale write it: `4.990,00 €` in `de`, `€4,990.00` in `en`.

    Args:
        locale: a name of CLDR, `de_AT` or `de-AT`.
        display: the currency as its symbol there, its code (`EUR`), or its name (`4,990.00 euros`).
        style: `accounting` writes negative amounts as the language's accountants do, `($4,990.00)`; a name has no such form.
        grouping: whether thousands stand apart.

    Raises:
        BusinessError: `INVALID_MONEY` when CLDR knows no such locale.
    """
    here = language(locale)
    number = _number(money, here, grouping)
    negative = money.is_negative()
    if display == "name":
        return here.with_name(f"{here.minus}{number}" if negative else number, money.currency, money.to_decimal())
    symbol = money.currency if display == "code" else here.symbol(money.currency)
    affixes = here.affixes(style, negative)
    before = affixes.before.replace("¤", symbol)
    after = affixes.after.replace("¤", symbol)
    # CLDR's spacing of currencies: letters never touch digits
    if affixes.before.endswith("¤") and _needs_space(symbol[-1:]):
        before += _NBSP
    if affixes.after.startswith("¤") and _needs_space(symbol[:1]):
        after = _NBSP + after
    return f"{before}{number}{after}"


def parse_money(text: str, locale: str, *, currency: str | None = None) -> Money:
    """What a person of a locale wrote: whatever `format_money` writes there, with or without groups, with the currency's code, symbol or name.

    Nothing is guessed: groups are complete and of the language's size, there is one decimal mark, at most the currency's decimal places and one sign. So
    `1.234` is 1234 in `de` and an error for euros in `en`.

    Args:
        currency: what the amount is in. A text that names none needs it, and one whose symbol means several; one that names another is an error.

    Raises:
        BusinessError: `INVALID_MONEY`, with the place in the text (`meta["position"]`, from 1) where there is one.
    """
    if not isinstance(text, str):
        raise BusinessError(ErrorCode.INVALID_MONEY, "what is read is a text; a float is never money")
    if len(text) > _LONGEST:
        raise BusinessError(ErrorCode.INVALID_MONEY, f"a text of more than {_LONGEST} characters is no amount of money")
    if currency is not None:
        Money.zero(currency)
    return _Reading(text, language(locale)).money(currency)


def _number(money: Money, here: Language, grouping: bool) -> str:
    """The digits of the amount, without its sign."""
    whole, fraction = divmod(abs(money.amount), 10**money.minor_units)
    digits, size = str(whole), here.grouping[0]
    groups: list[str] = []
    while grouping and len(digits) > size:
        groups.insert(0, digits[-size:])
        digits, size = digits[:-size], here.grouping[1]
    written = here.group.join([digits, *groups])
    return f"{written}{here.decimal}{fraction:0{money.minor_units}}" if money.minor_units else written


def _needs_space(character: str) -> bool:
    """Whether a symbol that ends so stands apart from digits: letters and points do, signs of currencies and spaces do not."""
    return unicodedata.category(character)[0] not in "SZ"


def _mark(separator: str) -> str:
    return "".join(map(plain_character, separator))


class _Reading:
    """One text, by its plain characters, each with its place in the original."""

    def __init__(self, text: str, here: Language) -> None:
        kept = [(character, place) for place, each in enumerate(text, start=1) if (character := plain_character(each))]
        self._text = "".join(character for character, _ in kept)
        self._places = [*(place for _, place in kept), len(text) + 1]
        self._here = here
        self._decimal, self._group = _mark(here.decimal), _mark(here.group)

    def money(self, currency: str | None) -> Money:
        group, mark = re.escape(self._group), re.escape(self._decimal)
        found = re.search(rf"[0-9](?:(?:{group})?[0-9])*(?:{mark}[0-9]+)?", self._text)
        if found is None:
            self._fail(0, "there is no number")
        if found.end() - found.start() > _DIGITS:
            self._fail(found.start(), "this is more money than there is")
        whole, _, fraction = found.group().partition(self._decimal)
        self._check_groups(found.start(), whole)
        before, after, negative = self._sign(found.start(), found.end())
        amount = f"{'-' if negative else ''}{whole.replace(self._group, '')}{'.' if fraction else ''}{fraction}"
        meant = self._currency(before, after, found, currency, amount)
        places = Money.zero(meant).minor_units
        if len(fraction) > places:
            self._fail(found.start() + len(whole), f"{meant} has {places} decimal places")
        return Money.of(amount, meant)

    def _check_groups(self, start: int, whole: str) -> None:
        groups = whole.split(self._group)
        last, others = self._here.grouping
        at = start
        for index, each in enumerate(groups if len(groups) > 1 else ()):
            size = last if index == len(groups) - 1 else others
            complete = 1 <= len(each) <= size and not each.startswith("0") if index == 0 else len(each) == size
            if not complete:
                self._fail(at, f"a group of {size} digits is expected here" if index else "a first group is neither longer than the others nor 0")
            at += len(each) + len(self._group)

    def _sign(self, start: int, end: int) -> tuple[str, str, bool]:
        """What stands before and after the number without the one sign that may stand at either end of it, or round all of it."""
        before, after = self._text[:start], self._text[end:]
        if before.lstrip().startswith("(") and after.rstrip().endswith(")"):
            before, after, negative = before.lstrip()[1:], after.rstrip()[:-1], True
            return before.strip(), after.strip(), negative
        negative = False
        before, after = before.strip(), after.strip()
        for sign in (before.startswith("-"), before.endswith("-") and before != "-", after.startswith("-"), after.endswith("-") and after != "-"):
            if sign and negative:
                self._fail(0, "there is more than one sign")
            negative = negative or sign
        return before.removeprefix("-").removesuffix("-").strip(), after.removeprefix("-").removesuffix("-").strip(), negative

    def _currency(self, before: str, after: str, found: re.Match[str], given: str | None, amount: str) -> str:
        if before and after:
            self._fail(found.end(), "a currency stands before the number or after it, and nothing else does")
        named = before or after
        if not named:
            return given or self._fail(len(self._text), "the text names no currency; pass currency=")
        meant = self._here.meant(named, Decimal(amount))
        at = self._text.find(named)
        if not meant:
            self._fail(at, "this is no code, symbol or name of a currency here")
        if given is not None:
            return given if given in meant else self._fail(at, f"this is no {given}")
        return meant[0] if len(meant) == 1 else self._fail(at, f"this can mean {', '.join(meant)}; pass currency=")

    def _fail(self, at: int, why: str) -> NoReturn:
        position = self._places[min(at, len(self._places) - 1)]
        raise BusinessError(ErrorCode.INVALID_MONEY, f"at character {position}: {why}", {"position": position})
