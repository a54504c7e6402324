"""The logger that Core speaks to, and one on the standard library.

Facts go beside the message, not into it: `logger.info("command handled", type="catalog.reprice", ms=3)`.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping
from typing import Any, Protocol, Self

from coregen_runtime.errors.base import REDACTED
from coregen_runtime.primitives.redaction import Hides, hides, shown


class Logger(Protocol):
    """A structured logger. Values are plain data; a sensitive one is redacted before it is written (semantics 7)."""

    def debug(self, message: str, /, **facts: Any) -> None: ...
    def info(self, message: str, /, **facts: Any) -> None: ...
    def warning(self, message: str, /, **facts: Any) -> None: ...
    def error(self, message: str, /, **facts: Any) -> None: ...
    def bind(self, **facts: Any) -> Self:
        """The same logger, with facts that stand on every line."""
        ...


class StandardLogger:
    """Writes to `logging`: one line, the facts as `key=value`, and as attributes of the record under `facts`.

    Sensitive values are hidden at any depth: under the keys that redaction.py lists, under `sensitive`, and in the fields of models and dataclasses that are
    marked `repr=False`. Facts become plain data of bounded size; a fact that cannot be shown is named, and the line is written all the same.

    Args:
        name: the logger of the standard library.
        sensitive: further keys whose values are hidden, in any spelling. `App` gives the sensitive fields of its entities.
    """

    def __init__(self, name: str = "coregen", sensitive: Collection[str] = ()) -> None:
        self._logger = logging.getLogger(name)
        self._hides: Hides = hides(sensitive)
        self._facts: dict[str, Any] = {}

    def debug(self, message: str, /, **facts: Any) -> None:
        self._write(logging.DEBUG, message, facts)

    def info(self, message: str, /, **facts: Any) -> None:
        self._write(logging.INFO, message, facts)

    def warning(self, message: str, /, **facts: Any) -> None:
        self._write(logging.WARNING, message, facts)

    def error(self, message: str, /, **facts: Any) -> None:
        self._write(logging.ERROR, message, facts)

    def bind(self, **facts: Any) -> Self:
        bound = type(self).__new__(type(self))
        bound._logger, bound._hides, bound._facts = self._logger, self._hides, {**self._facts, **facts}
        return bound

    def _write(self, level: int, message: str, facts: Mapping[str, Any]) -> None:
        if not self._logger.isEnabledFor(level):
            return
        plain = {key: REDACTED if self._hides(key) else shown(value, self._hides) for key, value in {**self._facts, **facts}.items()}
        line = " ".join((_one_line(message), *(f"{_one_line(key)}={value!r}" for key, value in plain.items())))
        self._logger.log(level, "%s", line, extra={"facts": plain}, stacklevel=3)


def _one_line(text: str) -> str:
    """What would begin another line, or steer a terminal, is written as an escape."""
    return text if text.isprintable() else "".join(each if each.isprintable() else repr(each)[1:-1] for each in text)
