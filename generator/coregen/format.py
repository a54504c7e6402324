"""Text that goes into a person's file, as their Black would write it.

Generated files never come here: the templates emit what Black writes at any line length from 88 up. Only text that is
appended to handlers, or a file made once, meets the line length of the person's own, and only if one of its lines is too
long is Black imported at all.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

STABLE_FROM = 88
"""The line length from which rendered text is what Black would write."""


def line_length(root: Path) -> int:
    """The line length of `[tool.black]` in the project's pyproject.toml; Black's own default without one."""
    try:
        document = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return STABLE_FROM
    tool = document.get("tool", {})
    black = tool.get("black", {}) if isinstance(tool, dict) else {}
    value = black.get("line-length", black.get("line_length")) if isinstance(black, dict) else None
    return value if isinstance(value, int) and value > 0 else STABLE_FROM


def format_text(text: str, length: int) -> str:
    """`text` as Black writes it at `length` columns; unchanged where it already fits."""
    if length >= STABLE_FROM or all(len(line) <= length for line in text.splitlines()):
        return text
    import black

    return black.format_str(text, mode=black.Mode(line_length=length))
