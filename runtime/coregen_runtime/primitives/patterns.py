"""Text patterns: one linear-time engine, and the subset that every JSON Schema validator reads the same way.

Patterns run on the Rust engine inside pydantic-core (no backtracking), as an unanchored search. `portable` rewrites a
pattern so that ECMAScript (with its flag `u`) and Rust agree on every string (semantics 4 and 12).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from pydantic_core import SchemaError, SchemaValidator, core_schema

_ASCII_CLASSES = {"d": "0-9", "w": "A-Za-z0-9_", "s": "\\t\\n\\v\\f\\r "}
_CONTROL = "nrtfv"
_SYNTAX = "^$\\.*+?()[]{}|/"
_IDENTITY = _SYNTAX + "-#&~ @!%\"'`,:;<=>_"
_QUANTIFIER = re.compile(r"(?:[*+?]|\{\d{1,4}(?:,\d{0,4})?\})\??")
_GROUP = re.compile(r"\((?:\?:|\?P?<[A-Za-z_][A-Za-z0-9_]*>)?(?!\?)")


@lru_cache(maxsize=1024)
def searcher(pattern: str) -> Callable[[object], bool]:
    """A function that tells whether a string contains a match, in time linear in the string; False for what is no string.

    Raises:
        ValueError: the engine refuses the pattern (look-around, back-references, syntax errors), with its reason.
    """
    try:
        validator = SchemaValidator(core_schema.str_schema(pattern=pattern, strict=True, regex_engine="rust-regex"))
    except SchemaError as error:
        reason = " ".join(str(error).split())
        raise ValueError(f'the pattern "{pattern}" is refused: {reason.split("error: ")[-1]}') from None
    return validator.isinstance_python


def portable(pattern: str) -> str | None:
    """`pattern` in the subset that JSON Schema's and our engine read alike, or None when it has no such form.

    `\\d`, `\\w` and `\\s` become ASCII classes, `.` everything but a line feed; named groups lose their names. Flags,
    Unicode classes, word boundaries and class arithmetic have no portable form.
    """
    out: list[str] = []
    at, quantifiable = 0, False
    while at < len(pattern):
        char = pattern[at]
        if char == "[":
            read = _class(pattern, at)
        elif char == "\\":
            read = _escape(pattern, at)
        elif char == "(":
            group = _GROUP.match(pattern, at)
            read = ("(?:" if group.group() != "(" else "(", group.end()) if group else None
        elif char in "*+?{":
            quantifier = _QUANTIFIER.match(pattern, at) if quantifiable else None
            read = (quantifier.group(), quantifier.end()) if quantifier else None
        elif char in "]}":
            read = None
        else:
            read = ("[^\\n]" if char == "." else "\\/" if char == "/" else char, at + 1)
        if read is None:
            return None
        quantifiable = char not in "(|^$*+?{"
        out.append(read[0])
        at = read[1]
    form = "".join(out)
    try:
        searcher(form)
    except ValueError:
        return None
    return form


def _escape(pattern: str, at: int) -> tuple[str, int] | None:
    char = pattern[at + 1 : at + 2]
    if char in _ASCII_CLASSES and char:
        return f"[{_ASCII_CLASSES[char]}]", at + 2
    if char.lower() in _ASCII_CLASSES and char:
        return f"[^{_ASCII_CLASSES[char.lower()]}]", at + 2
    literal = _literal(char)
    return (literal, at + 2) if literal else None


def _literal(char: str, inside_class: bool = False) -> str | None:
    """An escaped character, written as both engines want it."""
    if not char:
        return None
    if char in _CONTROL:
        return f"\\{char}"
    if char not in _IDENTITY:
        return None
    return f"\\{char}" if char in _SYNTAX or (inside_class and char == "-") else char


def _class(pattern: str, at: int) -> tuple[str, int] | None:
    """One bracketed class; members, ranges and the ASCII classes, nothing nested."""
    out, at = ["["], at + 1
    if pattern[at : at + 1] == "^":
        out.append("^")
        at += 1
    start = at
    while at < len(pattern):
        char, following = pattern[at], pattern[at + 1 : at + 2]
        if char == "]":
            return ("".join((*out, "]")), at + 1) if at > start else None
        if char == "\\" and following in _ASCII_CLASSES and following:
            out.append(_ASCII_CLASSES[following])
            at += 2
            if pattern[at : at + 1] == "-" and pattern[at + 1 : at + 2] != "]":
                return None
            continue
        low = _member(pattern, at)
        if low is None:
            return None
        at = low[2]
        if pattern[at : at + 1] == "-" and pattern[at + 1 : at + 2] not in ("]", ""):
            high = _member(pattern, at + 1)
            if high is None or high[1] < low[1]:
                return None
            out.append(f"{low[0]}-{high[0]}")
            at = high[2]
        else:
            out.append(low[0])
    return None


def _member(pattern: str, at: int) -> tuple[str, str, int] | None:
    """One character of a class: its text, the character itself, and where it ends."""
    char = pattern[at : at + 1]
    if char == "\\":
        char = pattern[at + 1 : at + 2]
        literal = _literal(char, inside_class=True)
        real = dict(zip(_CONTROL, "\n\r\t\f\v", strict=True)).get(char, char)
        return (literal, real, at + 2) if literal else None
    if not char or char in "[]" or pattern[at : at + 2] in ("&&", "~~", "--"):
        return None
    return (f"\\{char}" if char in _SYNTAX or char == "-" else char), char, at + 1
