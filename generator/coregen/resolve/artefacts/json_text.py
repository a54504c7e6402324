"""Documents as text: JSON with an indent of two, in which what fits on a line stands on one.

So a property is a line of its own, in a diff as for a reader, and most of a document is written by the standard library's
encoder, which is fast where it need not indent.
"""

from __future__ import annotations

from collections.abc import Sequence
from json import JSONEncoder
from json.encoder import encode_basestring
from typing import Any

WIDTH = 120
"""How long a line may be before what stands on it is broken up."""
_MANY = 12
"""Whatever has more members than that is broken up unseen."""
_flat = JSONEncoder(ensure_ascii=False, check_circular=False, allow_nan=False).encode


def json_text(value: dict[str, Any]) -> str:
    """The document, and a newline."""
    return f"{_written(value, chr(10), 0)}\n"


def _written(value: Any, line: str, used: int) -> str:
    """The value's text; `line` is a newline and the indent of the line that it begins on, `used` how much of that line is taken."""
    kind = type(value)
    if kind is str:
        return encode_basestring(value)
    if kind is not dict and kind is not list and kind is not tuple or not value:
        return _flat(value)
    if len(value) <= _MANY:
        flat = _flat(value)
        if used + len(flat) < WIDTH:
            return flat
    inner = line + "  "
    if kind is dict:
        parts = [f"{encode_basestring(key)}: {_written(each, inner, len(inner) + len(key) + 4)}" for key, each in value.items()]
        return f"{{{inner}{f',{inner}'.join(parts)}{line}}}"
    if all(type(each) is str for each in value):
        return f"[{inner}{_filled(value, inner)}{line}]"
    return f"[{inner}{f',{inner}'.join([_written(each, inner, len(inner)) for each in value])}{line}]"


def _filled(texts: Sequence[str], line: str) -> str:
    """As many texts on each line as fit."""
    lines: list[str] = []
    part: list[str] = []
    used = len(line)
    for text in map(encode_basestring, texts):
        if part and used + len(text) >= WIDTH:
            lines.append(", ".join(part))
            part, used = [], len(line)
        part.append(text)
        used += len(text) + 2
    return f",{line}".join([*lines, ", ".join(part)])
