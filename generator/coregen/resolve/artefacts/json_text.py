"""Documents as text: JSON with an indent of two, in which what fits on a line stands on one.

So a property is a line of its own, in a diff as for a reader. Python's own writer has one layout, all or nothing, and where it indents it is slow.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from json.encoder import encode_basestring as quoted
from typing import Any

WIDTH = 120
"""How long a line may be before what stands on it is broken up."""
_WORDS = {True: "true", False: "false", None: "null"}


def json_text(value: dict[str, Any]) -> str:
    """The document, and a newline."""
    return f"{_written(value, chr(10), 0)}\n"


def _written(value: Any, line: str, used: int) -> str:
    """The value's text; `line` is a newline and the indent of the line that it begins on, `used` how much of that line is taken."""
    kind = type(value)
    if kind is str:
        return quoted(value)
    if kind is bool or value is None:
        return _WORDS[value]
    if kind is int:
        return repr(value)
    if (kind is not dict and kind is not list and kind is not tuple) or not value:
        return json.dumps(value, allow_nan=False)
    inner = line + "  "
    width = len(inner)
    if kind is dict:
        brackets = "{}"
        parts = [
            f"{quoted(key)}: {quoted(each) if type(each) is str else _written(each, inner, width + len(key) + 4)}" for key, each in value.items()
        ]
    else:
        brackets = "[]"
        parts = [quoted(each) if type(each) is str else _written(each, inner, width) for each in value]
    flat = ", ".join(parts)
    if used + len(flat) + 2 < WIDTH and "\n" not in flat:
        return f"{brackets[0]}{flat}{brackets[1]}"
    broken = _filled(parts, inner) if kind is not dict and all(type(each) is str for each in value) else f",{inner}".join(parts)
    return f"{brackets[0]}{inner}{broken}{line}{brackets[1]}"


def _filled(texts: Sequence[str], line: str) -> str:
    """As many texts on each line as fit."""
    lines: list[str] = []
    part: list[str] = []
    used = len(line)
    for text in texts:
        if part and used + len(text) >= WIDTH:
            lines.append(", ".join(part))
            part, used = [], len(line)
        part.append(text)
        used += len(text) + 2
    return f",{line}".join([*lines, ", ".join(part)])
