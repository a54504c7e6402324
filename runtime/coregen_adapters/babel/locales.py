"""What CLDR says about a language's money, as format and parser both read it; the only file that asks Babel.

Babel formats and parses too, but with CLDR's decimal places instead of ISO's (semantics 3), with a hyphen for every language's minus and without the
space that CLDR puts between a symbol of letters and digits. So its data is taken, and assembled in money.py.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Context, Decimal, localcontext
from functools import cached_property, lru_cache

from coregen_runtime.errors.base import BusinessError
from coregen_runtime.errors.codes import ErrorCode
from coregen_runtime.primitives.currencies import CURRENCIES

try:
    from babel import Locale, UnknownLocaleError
    from babel.numbers import (
        get_currency_name,
        get_currency_symbol,
        get_currency_unit_pattern,
        get_decimal_symbol,
        get_group_symbol,
        get_minus_sign_symbol,
    )
except ImportError as error:
    raise ImportError('money in a language\'s own form needs Babel: pip install "coregen-runtime[babel]"', name=error.name) from error

_NAME = re.compile(r"[A-Za-z]{2,3}([_-][A-Za-z0-9]{2,8}){0,3}")
_QUOTED = re.compile(r"'([^']*)'")
_INVISIBLE = "".join(map(chr, (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))))
"""Marks of writing direction: they may stand anywhere, and mean nothing."""
_MINUS = "-\u2010\u2011\u2012\u2013\u2212\ufe63\uff0d"
_APOSTROPHES = "'\u2019\u02bc"
_COUNTS = Context(prec=40)


@dataclass(frozen=True)
class Affixes:
    """What stands before and after the number, `¤` where the currency goes, the language's own minus in it."""

    before: str
    after: str


@dataclass(frozen=True)
class Language:
    """One locale's conventions."""

    locale: Locale

    @cached_property
    def decimal(self) -> str:
        return get_decimal_symbol(self.locale, numbering_system="latn")

    @cached_property
    def group(self) -> str:
        return get_group_symbol(self.locale, numbering_system="latn")

    @cached_property
    def minus(self) -> str:
        return get_minus_sign_symbol(self.locale, numbering_system="latn")

    @cached_property
    def grouping(self) -> tuple[int, int]:
        """How many digits the last group has, and each of those before it."""
        last, others = self.locale.currency_formats["standard"].grouping
        return last, others

    def affixes(self, style: str, negative: bool) -> Affixes:
        """`standard` or `accounting`. A language without the latter writes accounts as everything else."""
        formats = self.locale.currency_formats
        pattern = formats[style] if style in formats else formats["standard"]
        before, after = pattern.prefix[negative], pattern.suffix[negative]
        return Affixes(*(_QUOTED.sub(lambda quoted: quoted[1] or "'", text).replace("-", self.minus) for text in (before, after)))

    def symbol(self, currency: str) -> str:
        return get_currency_symbol(currency, self.locale)

    def name(self, currency: str, count: Decimal | None = None) -> str:
        """The currency's name, in the form that goes with `count`, or the form it has by itself."""
        with localcontext(_COUNTS):
            return get_currency_name(currency, count, self.locale)

    def with_name(self, number: str, currency: str, count: Decimal | None) -> str:
        with localcontext(_COUNTS):
            return get_currency_unit_pattern(currency, count, self.locale).format(number, self.name(currency, count))

    def meant(self, text: str, count: Decimal) -> tuple[str, ...]:
        """The currencies that `text`, plain, can mean beside a number: a code, a symbol, a name by itself or in the form that goes with the number."""
        found = dict.fromkeys((*((text,) if text in CURRENCIES else ()), *self._symbols.get(text, ())))
        if not found:
            with localcontext(_COUNTS):
                form = self.locale.plural_form(count)
            named = text.casefold()
            found = dict.fromkeys((*self._names_of("", None).get(named, ()), *self._names_of(form, count).get(named, ())))
        return tuple(found)

    @cached_property
    def _symbols(self) -> Mapping[str, tuple[str, ...]]:
        return _index((plain(self.symbol(currency)), currency) for currency in CURRENCIES)

    def _names_of(self, form: str, count: Decimal | None) -> Mapping[str, tuple[str, ...]]:
        """Currencies by their names in a plural form, of which `count` is an example."""
        if form not in self._names:
            # some languages put a word between number and name: `20,00 de lei`
            spelt = ((self.name(currency, count), self.with_name("", currency, count)) for currency in CURRENCIES)
            self._names[form] = _index(
                (text, currency) for currency, both in zip(CURRENCIES, spelt, strict=True) for text in {plain(each).casefold() for each in both}
            )
        return self._names[form]

    @cached_property
    def _names(self) -> dict[str, Mapping[str, tuple[str, ...]]]:
        return {}


def _index(pairs: Iterable[tuple[str, str]]) -> Mapping[str, tuple[str, ...]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for text, currency in pairs:
        found[text].append(currency)
    return {text: tuple(currencies) for text, currencies in found.items()}


@lru_cache(64)
def language(name: str) -> Language:
    """A locale of CLDR by its name, `de_AT` or `de-AT`.

    Raises:
        BusinessError: `INVALID_MONEY` when CLDR knows no such locale.
    """
    try:
        if not isinstance(name, str) or len(name) > 30 or not _NAME.fullmatch(name):
            raise ValueError
        return Language(Locale.parse(name.replace("-", "_")))
    except (ValueError, UnknownLocaleError):
        raise BusinessError(ErrorCode.INVALID_MONEY, 'the locale is none that CLDR knows; write "de", "en_GB" or "zh-Hant-TW"') from None


def plain(text: str) -> str:
    """Without marks of direction, each space and minus as the ASCII one, ends trimmed: what two spellings of the same have in common."""
    return "".join(map(plain_character, text)).strip()


def plain_character(character: str) -> str:
    """One character of `plain`, or nothing for a mark of direction."""
    if character in _INVISIBLE:
        return ""
    if character in _MINUS:
        return "-"
    if character in _APOSTROPHES:
        return "'"
    return " " if unicodedata.category(character) == "Zs" else character
