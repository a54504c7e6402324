"""`; did you mean "price"?`: the nearest of the names that would have been right."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

_LONGEST = 200


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """The end of a sentence about an unknown name; empty where nothing is near, as for a name longer than any is."""
    if len(name) > _LONGEST:
        return ""
    names = {candidate.lower(): candidate for candidate in sorted(known)}
    near = get_close_matches(name.lower(), names, n=1, cutoff=0.6)
    return f'; did you mean "{names[near[0]]}"?' if near else ""
