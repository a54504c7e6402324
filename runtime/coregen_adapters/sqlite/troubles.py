"""SQLite's errors as Core's, each with what to do about it (semantics 22)."""

from __future__ import annotations

import sqlite3

from coregen_runtime.errors.base import CoreError, IntegrationError
from coregen_runtime.errors.codes import ErrorCode
from coregen_runtime.repository import refusals


def translated(error: sqlite3.Error, path: str | None = None) -> CoreError:
    """A broken unique index is a conflict, a lock held elsewhere is worth another try; of the rest each says what is wrong and what helps."""
    name = getattr(error, "sqlite_errorname", "") or ""
    if name in ("SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY"):
        columns = str(error).partition(": ")[2].split(", ")
        return refusals.duplicate(tuple(column.rpartition(".")[2] for column in columns))
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return IntegrationError(ErrorCode.INTEGRATION_FAILED, "the database is locked by another process", {"sqlite": name}, transient=True)
    text = str(error)
    if text.startswith("no such table: "):
        return IntegrationError(
            ErrorCode.INTEGRATION_FAILED,
            f"there is no table {text.removeprefix('no such table: ')}; run the module's migrations first",
            {"sqlite": name},
        )
    where = path or "the database in memory"
    for prefix, sentence in _SENTENCES:
        if name.startswith(prefix):
            return IntegrationError(ErrorCode.INTEGRATION_FAILED, sentence.format(where), {"sqlite": name})
    return IntegrationError(ErrorCode.INTEGRATION_FAILED, f"SQLite refused the statement ({name or type(error).__name__})", {"sqlite": name})


_SENTENCES = (
    ("SQLITE_FULL", "the disk that holds {} is full, and nothing of this was written; free some space"),
    ("SQLITE_READONLY_DBMOVED", "the file {} was moved or deleted while it was open; put it back and start again"),
    ("SQLITE_READONLY", "{} is read-only; the process needs to write to the file and to its folder, where the log stands"),
    ("SQLITE_NOTADB", "{} is no SQLite database, or is damaged; name another file, or restore a backup"),
    ("SQLITE_CORRUPT", "{} is damaged; restore a backup, or save what `sqlite3 FILE .recover` finds"),
    ("SQLITE_CANTOPEN", "{} cannot be opened; its folder must exist, and the process must be allowed to write there"),
    (
        "SQLITE_IOERR",
        "the disk failed to read or write {0}, or {0}-wal beside it was deleted; nothing of this was written: look after the disk and start again",
    ),
    ("SQLITE_TOOBIG", "a value is larger than SQLite takes"),
)
