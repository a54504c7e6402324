"""A connection to SQLite as the adapter wants it: its settings, the functions that conditions call, and what is compiled for it.

It belongs to one thread.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable
from functools import lru_cache, partial
from typing import Any

from coregen_adapters.sqlite.compile import DOCUMENT_OPS
from coregen_runtime.primitives.patterns import searcher
from coregen_runtime.rule.operators import OPERATORS, polygon_rings, within_rings

WAL_LIMIT = 64 * 1024 * 1024
"""Bytes to which the log beside the file is cut back once a checkpoint has emptied it."""
_PAUSE = 0.01


class Connection(sqlite3.Connection):
    """`compiled` keeps statements by what they were compiled from: a table, and the shape of what is asked of it."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.compiled: dict[Any, Any] = {}


def connect(path: str | None, patience: float, *, readonly: bool = False) -> Connection:
    """A connection to the file, or, without one, to a database in memory; `patience` in seconds is how long it waits for another process's lock.

    Raises sqlite3.Error.
    """
    connection = sqlite3.connect(
        path or ":memory:", timeout=patience, isolation_level=None, check_same_thread=False, cached_statements=512, factory=Connection
    )
    try:
        if readonly:
            connection.execute("PRAGMA query_only = ON")
        else:
            _patiently(lambda: connection.execute("PRAGMA journal_mode = WAL").fetchall(), patience)
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = OFF")
            connection.execute(f"PRAGMA journal_size_limit = {WAL_LIMIT}")
        compiled = lru_cache(maxsize=64)(searcher)
        rings = lru_cache(maxsize=64)(lambda polygon: polygon_rings(json.loads(polygon)))
        functions: dict[str, Callable[[str, Any], int]] = {
            "matches": lambda pattern, value: int(compiled(pattern)(value)),
            "document_matches": lambda pattern, value: int(_text_matches(compiled(pattern), value)),
            **{f"document_{op}": partial(_document, OPERATORS[op]) for op in DOCUMENT_OPS},
            "within": lambda polygon, value: int(isinstance(value, str) and within_rings(json.loads(value), rings(polygon))),
        }
        for name, function in functions.items():
            connection.create_function(f"coregen_{name}", 2, function, deterministic=True)
    except BaseException:
        connection.close()
        raise
    return connection


def _patiently(attempt: Callable[[], object], patience: float) -> None:
    """SQLite does not wait for a lock when it turns the log on, so this does."""
    until = time.monotonic() + patience
    while True:
        try:
            attempt()
            return
        except sqlite3.OperationalError as error:
            if not error.sqlite_errorname.startswith("SQLITE_BUSY") or time.monotonic() > until:
                raise
        time.sleep(_PAUSE)


def _document(holds: Callable[[Any, Any, int], bool], document: str, column: object) -> int:
    return int(isinstance(column, str) and holds(json.loads(column), json.loads(document), 0))


def _text_matches(search: Callable[[str], bool], column: object) -> bool:
    text = json.loads(column) if isinstance(column, str) else None
    return isinstance(text, str) and search(text)
