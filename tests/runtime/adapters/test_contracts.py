"""Every adapter passes the same contracts."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from coregen_runtime.event.broker import EventBroker, InMemoryBroker, InMemoryStream
from coregen_runtime.event.dedup import DedupStore, InMemoryDedup
from coregen_runtime.primitives.clock import FrozenClock
from coregen_runtime.repository.types import DatabaseAdapter
from coregen_runtime.testing.brokers import EventBrokerContract
from coregen_runtime.testing.database import DatabaseContract
from coregen_runtime.testing.events import DedupStoreContract, EventOutboxContract, EventStoreContract, SnapshotStoreContract
from tests.runtime.adapters.databases import memory, sqlite_file, sqlite_memory
from tests.runtime.adapters.nats import nats_stream
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


class TestMemorySnapshots(_Memory, SnapshotStoreContract): ...


class TestSqliteMemorySnapshots(_SqliteMemory, SnapshotStoreContract): ...


class TestSqliteFileSnapshots(_SqliteFile, SnapshotStoreContract): ...


class TestPostgresSnapshots(_Postgres, SnapshotStoreContract): ...


class TestMemoryDedup(_Memory, DedupStoreContract): ...


class TestSqliteMemoryDedup(_SqliteMemory, DedupStoreContract): ...


class TestSqliteFileDedup(_SqliteFile, DedupStoreContract): ...


class TestPostgresDedup(_Postgres, DedupStoreContract): ...


class TestDedupWithoutADatabase(_Memory, DedupStoreContract):
    def dedup(self, db: DatabaseAdapter, clock: FrozenClock) -> DedupStore:
        return InMemoryDedup(clock)


class TestMemoryBroker(EventBrokerContract):
    @asynccontextmanager
    async def stream(self) -> AsyncIterator[Callable[[str], EventBroker]]:
        shared = InMemoryStream()
        yield lambda group: InMemoryBroker(shared, group)


class TestNatsBroker(EventBrokerContract):
    def stream(self) -> AbstractAsyncContextManager[Callable[[str], EventBroker]]:
        return nats_stream()
