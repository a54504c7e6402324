"""The words of a name in any convention, as tables, columns, classes and labels spell them."""

from __future__ import annotations

import keyword
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


def pascal_case(name: str) -> str:
    """`order.placed` → `OrderPlaced`; capitals inside a word stay."""
    return unicodedata.normalize("NFKC", "".join(word[:1].upper() + word[1:] for word in words(name)))


def identifier(name: str, otherwise: str) -> str:
    """`name` made an identifier that starts with a letter: a leading digit gets `otherwise` before it, nothing at all becomes it."""
    plain = name.lstrip("_")
    if plain.isidentifier():
        return plain
    joined = f"{otherwise}_{plain}" if plain else otherwise
    return joined if joined.isidentifier() else re.sub(r"[^A-Za-z0-9_]", "_", joined)


def class_name(name: str, suffix: str = "") -> str:
    """The class of an entity, message, event or enum: PascalCase, and no keyword. What it clashes with is imported by a `private` name."""
    plain = identifier(pascal_case(name), "Type")
    plain = (plain[:1].upper() + plain[1:]) + suffix
    return f"{plain}_" if keyword.iskeyword(plain) else plain
