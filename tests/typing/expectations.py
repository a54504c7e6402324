"""Compares what mypy reports with what a file says it will: `# E: text` marks a line that must be an error holding that text.

Both directions count: a mark without its error, and an error without a mark. Running mypy is left to the test.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_REPORTED = re.compile(r"^(?P<path>.+?\.py):(?P<line>\d+): error: (?P<message>.*)$")
_MARK = re.compile(r"#\s*E:\s*(?P<text>.+?)\s*(?=#\s*E:|$)")


@dataclass(frozen=True, order=True)
class Reported:
    """One error of mypy: file name, line (from 1) and message with its code in brackets."""

    path: str
    line: int
    message: str


def reported(output: str) -> tuple[Reported, ...]:
    """The errors in mypy's normal output; notes and the summary are left out."""
    found = (_REPORTED.match(line) for line in output.splitlines())
    return tuple(Reported(Path(match["path"]).name, int(match["line"]), match["message"]) for match in found if match)


def marks(source: str) -> tuple[tuple[int, str], ...]:
    """The (line, text) of every mark in a source."""
    return tuple((number, match["text"]) for number, line in enumerate(source.splitlines(), start=1) for match in _MARK.finditer(line))


def differences(source: str, errors: Iterable[Reported]) -> list[str]:
    """A sentence for each mark without an error and each error without a mark."""
    left = sorted(errors)
    sentences = []
    for line, text in marks(source):
        hit = next((error for error in left if error.line == line and text in error.message), None)
        if hit is None:
            sentences.append(f"line {line}: no error says {text!r}")
        else:
            left.remove(hit)
    return [*sentences, *(f"line {error.line}: unexpected: {error.message}" for error in left)]
