"""The words of a name in any convention, as tables, columns and labels spell them."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_KNOWN = 8192
"""How many names are remembered with their words: each is spelt in many ways."""
_BOUNDARY = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_NO_WORD = re.compile(r"[\x00-\x2f\x3a-\x40\x5b-\x60\x7b-\x7f]+")


@lru_cache(_KNOWN)
def words(name: str) -> tuple[str, ...]:
    """`unitPrice`, `UnitPrice`, `unit-price` and `unit price` are all (unit, price) but for case; what is no letter, mark or digit parts words."""
    plain = unicodedata.normalize("NFKC", name)
    if not plain.isascii():
        plain = "".join(character if f"a{character}".isidentifier() else " " for character in plain)
    return tuple(word for part in _NO_WORD.split(plain) if part for word in _BOUNDARY.split(part))


def spelling(name: str) -> str:
    """What all spellings of a name have in common: `apiKey`, `api_key`, `API-Key` and `apikey` → `apikey`."""
    return "".join(words(name)).lower()


def snake_case(name: str) -> str:
    """`unitPrice` → `unit_price`, `HTTPServer` → `http_server`; "_" where the name holds no letter or digit."""
    return unicodedata.normalize("NFKC", "_".join(words(name)).lower()) or "_"
