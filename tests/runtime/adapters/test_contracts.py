"""Every adapter passes the same contracts."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager

from coregen_runtime.repository.types import DatabaseAdapter
from coregen_runtime.testing.database import DatabaseContract
from coregen_runtime.testing.events import EventOutboxContract, EventStoreContract
from tests.runtime.adapters.databases import memory, sqlite_file, sqlite_memory
from tests.runtime.adapters.postgres import postgres


class _Memory:
    def adapter(self) -> AbstractAsyncContextManager[DatabaseAdapter]:
        return memory()


class _SqliteMemory:
    def adapter(self) -> AbstractAsyncContextManager[DatabaseAdapter]:
        return sqlite_memory()


class _SqliteFile:
    def adapter(self) -> AbstractAsyncContextManager[DatabaseAdapter]:
        return sqlite_file()


class _Postgres:
    def adapter(self) -> AbstractAsyncContextManager[DatabaseAdapter]:
        return postgres()


class TestMemoryDatabase(_Memory, DatabaseContract): ...


class TestSqliteMemoryDatabase(_SqliteMemory, DatabaseContract): ...


class TestSqliteFileDatabase(_SqliteFile, DatabaseContract): ...


class TestPostgresDatabase(_Postgres, DatabaseContract): ...


class TestMemoryEventStore(_Memory, EventStoreContract): ...


class TestSqliteMemoryEventStore(_SqliteMemory, EventStoreContract): ...


class TestSqliteFileEventStore(_SqliteFile, EventStoreContract): ...


class TestPostgresEventStore(_Postgres, EventStoreContract): ...


class TestMemoryOutbox(_Memory, EventOutboxContract): ...


class TestSqliteMemoryOutbox(_SqliteMemory, EventOutboxContract): ...


class TestSqliteFileOutbox(_SqliteFile, EventOutboxContract): ...


class TestPostgresOutbox(_Postgres, EventOutboxContract): ...
