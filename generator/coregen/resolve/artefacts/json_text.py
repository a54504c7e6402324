"""Documents as text: JSON with an indent of two, as the standard library writes it.

Python's own indented writer is a generator that passes each token up through every level; artefacts are long, and deep.
"""

from __future__ import annotations

import json
from json.encoder import encode_basestring
from typing import Any


def json_text(value: dict[str, Any]) -> str:
    """What `json.dumps(value, indent=2, ensure_ascii=False)` gives, and a newline."""
    return f"{_written(value, chr(10))}\n"


def _written(value: Any, line: str) -> str:
    """The value's text; `line` is a newline and the indent of the line it begins on."""
    kind = type(value)
    if kind is str:
        return encode_basestring(value)
    if kind is dict:
        if not value:
            return "{}"
        inner = line + "  "
        parts = [
            f"{encode_basestring(key)}: {encode_basestring(each) if type(each) is str else _written(each, inner)}" for key, each in value.items()
        ]
        return f"{{{inner}{f',{inner}'.join(parts)}{line}}}"
    if kind is list or kind is tuple:
        if not value:
            return "[]"
        inner = line + "  "
        return f"[{inner}{f',{inner}'.join([_written(each, inner) for each in value])}{line}]"
    return json.dumps(value, indent=2, ensure_ascii=False).replace("\n", line)
