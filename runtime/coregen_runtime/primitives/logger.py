"""The logger that Core speaks to, and one on the standard library.

Facts go beside the message, not into it: `logger.info("command handled", type="catalog.reprice", ms=3)`.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Protocol, Self

from coregen_runtime.errors.base import REDACTED, redact

SENSITIVE_KEYS = frozenset({"authorization", "cookie", "password", "secret", "token"})


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

    Args:
        name: the logger of the standard library.
        sensitive: further keys whose values are redacted, at any depth.
    """

    def __init__(self, name: str = "coregen", sensitive: Collection[str] = (), facts: Mapping[str, Any] | None = None) -> None:
        self._logger = logging.getLogger(name)
        self._sensitive = SENSITIVE_KEYS.union(sensitive)
        self._facts = dict(facts or {})

    def debug(self, message: str, /, **facts: Any) -> None:
        self._write(logging.DEBUG, message, facts)

    def info(self, message: str, /, **facts: Any) -> None:
        self._write(logging.INFO, message, facts)

    def warning(self, message: str, /, **facts: Any) -> None:
        self._write(logging.WARNING, message, facts)

    def error(self, message: str, /, **facts: Any) -> None:
        self._write(logging.ERROR, message, facts)

    def bind(self, **facts: Any) -> Self:
        return type(self)(self._logger.name, self._sensitive, {**self._facts, **facts})

    def _write(self, level: int, message: str, facts: Mapping[str, Any]) -> None:
        if not self._logger.isEnabledFor(level):
            return
        shown = {key: REDACTED if key in self._sensitive else _plain(value, self._sensitive) for key, value in {**self._facts, **facts}.items()}
        line = " ".join((message, *(f"{key}={value!r}" for key, value in shown.items())))
        self._logger.log(level, "%s", line, extra={"facts": shown}, stacklevel=3)


def _plain(value: object, sensitive: Collection[str]) -> object:
    return redact(value, sensitive) if isinstance(value, Mapping | Sequence) else value
