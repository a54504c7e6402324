"""Edits: spans of bytes and what stands there instead.

Owns applying many of them to one text at once, so that every byte outside a span survives. What to edit is decided
by the callers.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Edit:
    """Bytes `start` to `end` (exclusive) become `text`; an insertion has `start == end`."""

    start: int
    end: int
    text: str


def apply_edits(source: bytes, edits: Iterable[Edit]) -> bytes:
    """Returns `source` with every edit made. Insertions at one place keep the order in which they were given.

    Raises:
        ValueError: two edits overlap, or one lies outside the source.
    """
    pieces: list[bytes] = []
    done = 0
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        if not done <= edit.start <= edit.end <= len(source):
            raise ValueError(f"edit {edit} overlaps the one before it, which ends at {done}, or lies outside {len(source)} bytes")
        pieces += (source[done : edit.start], edit.text.encode())
        done = edit.end
    return b"".join((*pieces, source[done:]))
