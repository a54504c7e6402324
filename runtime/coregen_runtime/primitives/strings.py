"""Texts that a portable pattern matches (see patterns.py for what is portable), found by walking the pattern once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

_KEPT = 256
"""How many texts are remembered: a pattern stands in every schema of its field."""
_GENEROUS_DEPTH = 3
"""How deep within groups a part may stand more often than it must: each level multiplies what is written."""
_PRINTABLE = "".join(chr(code) for code in range(32, 127))
_CONTROL = {"n": "\n", "r": "\r", "t": "\t", "f": "\f", "v": "\v"}


@lru_cache(_KEPT)
def matching(pattern: str, generous: int = 0, seed: int = 0) -> str:
    """A text for a portable pattern; callers check it, since an anchor in the middle can make it wrong.

    Args:
        generous: how many more times than it must each quantified part stands there, where it may.
        seed: chooses among the characters of classes.
    """
    return _Walk(pattern, generous, seed).alternatives()


@dataclass
class _Walk:
    pattern: str
    generous: int
    seed: int
    at: int = 0
    depth: int = 0

    def alternatives(self) -> str:
        """The first alternative; the others are walked past."""
        first = self._sequence()
        while self._next("|"):
            self._sequence()
        return first

    def _sequence(self) -> str:
        text = ""
        while self.at < len(self.pattern) and self.pattern[self.at] not in "|)":
            start = self.at
            made = self._atom()
            end = self.at
            least, most = self._quantifier()
            after, many = self.at, min(most, least + (self.generous if self.depth <= _GENEROUS_DEPTH else 0))
            text += made if many else ""
            if many > 1 and not self.seed:
                text += made * (many - 1)
            for _ in range(1, many if self.seed else 1):
                self.at = start
                text += self._atom()
            self.at = after if many > 1 else max(after, end)
        return text

    def _atom(self) -> str:
        char = self.pattern[self.at]
        self.at += 1
        if char in "^$":
            return ""
        if char == "(":
            if self.pattern.startswith("?:", self.at):
                self.at += 2
            self.depth += 1
            inner = self.alternatives()
            self.depth -= 1
            self._next(")")
            return inner
        if char == "[":
            return self._class()
        return self._escaped() if char == "\\" else char

    def _escaped(self) -> str:
        char = self.pattern[self.at]
        self.at += 1
        if char == "u" or char == "x":
            length = 4 if char == "u" else 2
            code = self.pattern[self.at : self.at + length]
            self.at += length
            return chr(int(code, 16))
        return _CONTROL.get(char, char)

    def _class(self) -> str:
        negated, members = self._next("^"), list[str]()
        while self.at < len(self.pattern) and self.pattern[self.at] != "]":
            first = self._member()
            if self.pattern[self.at] == "-" and self.pattern[self.at + 1 : self.at + 2] not in ("]", ""):
                self.at += 1
                members += [chr(code) for code in range(ord(first), ord(self._member()) + 1)]
            else:
                members.append(first)
        self.at += 1
        chosen = [char for char in _PRINTABLE[1:] if char not in members] if negated else members
        self.seed, index = divmod(self.seed, len(chosen) or 1)
        return chosen[index] if chosen else ""

    def _member(self) -> str:
        char = self.pattern[self.at]
        self.at += 1
        return self._escaped() if char == "\\" else char

    def _quantifier(self) -> tuple[int, int]:
        char = self.pattern[self.at : self.at + 1]
        found = {"*": (0, 1_000), "+": (1, 1_000), "?": (0, 1)}.get(char)
        if found:
            self.at += 1
        elif char == "{":
            end = self.pattern.index("}", self.at)
            least, comma, most = self.pattern[self.at + 1 : end].partition(",")
            found = (int(least), int(most) if most else 1_000 if comma else int(least))
            self.at = end + 1
        else:
            return 1, 1
        self._next("?")
        return found

    def _next(self, char: str) -> bool:
        found = self.pattern.startswith(char, self.at)
        self.at += found
        return found
