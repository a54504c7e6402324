"""SQLite, the embedded default."""

from coregen_adapters.sqlite.adapter import SqliteAdapter

__all__ = ["SqliteAdapter"]
