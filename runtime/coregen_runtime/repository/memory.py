"""The database port in plain Python: the twin that every adapter must behave like. Tables are made by their first row.

A transaction works on a copy of the tables it touches and puts it in the place of the old one when it commits, so readers see whole
transactions and there is one writer at a time. It speaks no SQL: `raw` and steps of SQL have nothing to run on.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from copy import deepcopy
from typing import TYPE_CHECKING, Any

from coregen_runtime.errors.base import CoreError
from coregen_runtime.errors.codes import ErrorCode
from coregen_runtime.repository import refusals
from coregen_runtime.repository.log import event_row
from coregen_runtime.repository.matching import matches
from coregen_runtime.repository.system_tables import EVENTS, MIGRATIONS
from coregen_runtime.repository.table import Table
from coregen_runtime.repository.types import (
    SYSTEM,
    AllOf,
    AppendEvent,
    Applied,
    Compare,
    DbQuery,
    Delete,
    DeleteWhere,
    Expect,
    Insert,
    Isolation,
    Operation,
    Row,
    Scope,
    SetLinks,
    Transaction,
    Update,
    UpdateWhere,
)
from coregen_runtime.repository.usage import Usage, leaves_records

if TYPE_CHECKING:
    from coregen_runtime.module.migration import Migration

Rows = dict[tuple[Any, ...], Row]


class _Tables:
    """All rows, by table and primary key. A copy shares every table until one of the two writes to it."""

    def __init__(self, rows: Mapping[str, Rows] | None = None, sequences: Mapping[str, int] | None = None) -> None:
        self._rows = dict(rows or {})
        self._sequences = dict(sequences or {})
        self._own: set[str] = set()

    def copy(self) -> _Tables:
        self._own = set()
        return _Tables(self._rows, self._sequences)

    def of(self, name: str) -> Mapping[tuple[Any, ...], Row]:
        return self._rows.get(name, {})

    def put(self, table: Table, row: Row) -> None:
        self._writable(table.name)[tuple(row[column] for column in table.primary_key)] = row

    def remove(self, table: Table, row: Row) -> None:
        del self._writable(table.name)[tuple(row[column] for column in table.primary_key)]

    def next(self, table: Table) -> int:
        self._sequences[table.name] = self._sequences.get(table.name, 0) + 1
        return self._sequences[table.name]

    def _writable(self, name: str) -> Rows:
        if name not in self._own:
            self._rows[name] = dict(self._rows.get(name, {}))
            self._own.add(name)
        return self._rows[name]

    def find(self, scope: Scope, query: DbQuery) -> list[Row]:
        """The query's rows, without regard to limit and offset."""
        refusals.needs_organization(scope, query.table)
        found: Iterable[Row] = [row for row in self.of(query.table.name).values() if self._seen(scope, query, row)]
        for key in reversed(query.order):
            found = sorted(found, key=lambda row, column=key.column: _sortable(row[column]), reverse=key.descending)  # type: ignore[misc]  # the default binds this column
        if query.heads_of:
            heads: dict[tuple[Any, ...], Row] = {}
            for row in found:
                heads.setdefault(tuple(row[column] for column in query.heads_of), row)
            found = [row for row in heads.values() if matches(query.then, row, self.of)]
        return list(found)

    def _seen(self, scope: Scope, query: DbQuery, row: Row) -> bool:
        foreign = scope.organization is not None and row.get("organization_id", scope.organization) != scope.organization
        deleted = query.table.soft_delete and not query.with_deleted and row["deleted_at"] is not None
        return not foreign and not deleted and matches(query.where, row, self.of)


def _sortable(value: Any) -> tuple[bool, Any]:
    return (value is not None, value if value is not None else 0)


class MemoryAdapter:
    """A `DatabaseAdapter` without a database. `busy_timeout`: ms to wait for the writer."""

    dialect = "memory"

    def __init__(self, *, busy_timeout: int = 5_000) -> None:
        self._tables = _Tables()
        self._writer = asyncio.Lock()
        self._holder: asyncio.Task[Any] | None = None
        self._open = False
        self._busy_timeout = busy_timeout
        self._callbacks: list[Callable[[], None]] = []

    async def open(self) -> None:
        if self._open:
            raise CoreError(ErrorCode.INVALID_STATE, "the database is open already")
        self._open = True

    async def close(self) -> None:
        self._open = False

    def on_commit(self, callback: Callable[[], None]) -> None:
        self._callbacks.append(callback)

    async def apply(self, scope: Scope, operations: Sequence[Operation]) -> tuple[Applied, ...]:
        async with self._writing():
            tables = self._tables.copy()
            applied = perform(tables, scope, operations)
            self._tables = tables
        if leaves_records(operations):
            self._committed()
        return applied

    async def select(self, scope: Scope, query: DbQuery) -> list[Row]:
        return _page(self._read().find(scope, query), query)

    async def count(self, scope: Scope, query: DbQuery) -> int:
        return len(self._read().find(scope, query))

    async def raw(self, scope: Scope, sql: str, params: Mapping[str, Any] | None = None) -> list[Row]:
        raise _no_sql()

    async def migrate(self, module: str, migrations: Sequence[Migration]) -> tuple[int, ...]:
        """Notes what has run: tables make themselves, and a step of SQL is refused."""
        ordered = sorted(migrations, key=lambda migration: migration.version)
        if len({migration.version for migration in ordered}) != len(ordered):
            raise CoreError(ErrorCode.DUPLICATE, f"{module} has two migrations of one version")
        done = {row["version"] for row in await self.select(SYSTEM, DbQuery(MIGRATIONS, Compare("module", "eq", module)))}
        ran = [migration for migration in ordered if migration.version not in done]
        if any(step.op == "runSql" for migration in ran for step in migration.steps):
            raise _no_sql()
        await self.apply(SYSTEM, [Insert(MIGRATIONS, {"module": module, "version": each.version, "name": each.name}) for each in ran])
        return tuple(migration.version for migration in ran)

    def transaction(self, scope: Scope, isolation: Isolation = "read committed") -> AbstractAsyncContextManager[Transaction]:
        """There is one writer, so both isolations are the same here."""
        return self._transaction(scope)

    @asynccontextmanager
    async def _transaction(self, scope: Scope) -> AsyncIterator[Transaction]:
        async with self._writing():
            self._holder = asyncio.current_task()
            transaction = _MemoryTransaction(self._tables.copy(), scope)
            try:
                yield transaction
            finally:
                self._holder = None
                transaction.usage.end()
            self._tables = transaction.tables
        for callback in transaction.usage.callbacks:
            callback()
        if transaction.usage.left_records:
            self._committed()

    @asynccontextmanager
    async def _writing(self) -> AsyncIterator[None]:
        self._read()
        if self._holder is not None and self._holder is asyncio.current_task():
            raise refusals.holds_a_transaction()
        try:
            async with asyncio.timeout(self._busy_timeout / 1000):
                await self._writer.acquire()
        except TimeoutError:
            raise refusals.not_free(self._busy_timeout) from None
        try:
            yield
        finally:
            self._writer.release()

    def _read(self) -> _Tables:
        if not self._open:
            raise refusals.not_open()
        return self._tables

    def _committed(self) -> None:
        for callback in self._callbacks:
            callback()


class _MemoryTransaction:
    """A `Transaction` on a copy of the tables."""

    def __init__(self, tables: _Tables, scope: Scope) -> None:
        self.tables = tables
        self.usage = Usage(scope)

    async def apply(self, scope: Scope, operations: Sequence[Operation]) -> tuple[Applied, ...]:
        with self.usage.of(scope):
            await asyncio.sleep(0)
            tables = self.tables.copy()
            applied = perform(tables, scope, operations)
            self.tables = tables
            self.usage.applied(operations)
            return applied

    async def select(self, scope: Scope, query: DbQuery) -> list[Row]:
        with self.usage.of(scope):
            await asyncio.sleep(0)
            return _page(self.tables.find(scope, query), query)

    async def count(self, scope: Scope, query: DbQuery) -> int:
        with self.usage.of(scope):
            await asyncio.sleep(0)
            return len(self.tables.find(scope, query))

    async def raw(self, scope: Scope, sql: str, params: Mapping[str, Any] | None = None) -> list[Row]:
        raise _no_sql()

    @asynccontextmanager
    async def savepoint(self) -> AsyncIterator[Transaction]:
        self.usage.check_open()
        before = self.tables.copy()
        try:
            with self.usage.nested():
                yield self
        except BaseException:
            self.tables = before
            raise

    def on_commit(self, callback: Callable[[], None]) -> None:
        self.usage.check_open()
        self.usage.callbacks.append(callback)


def _no_sql() -> CoreError:
    return CoreError(ErrorCode.NOT_CONFIGURED, 'the memory adapter speaks no SQL; use the database "sqlite://"')


def _page(rows: list[Row], query: DbQuery) -> list[Row]:
    end = None if query.limit is None else query.offset + query.limit
    return [dict(row) for row in rows[query.offset : end]]


def perform(tables: _Tables, scope: Scope, operations: Sequence[Operation]) -> tuple[Applied, ...]:
    """All operations in order. Raises what they name; the tables are thrown away then."""
    return tuple(_perform(tables, scope, operation) for operation in operations)


def _perform(tables: _Tables, scope: Scope, operation: Operation) -> Applied:
    match operation:
        case Insert():
            return _insert(tables, scope, operation)
        case Update():
            return _update(tables, scope, operation)
        case Delete():
            return _delete(tables, scope, operation)
        case SetLinks(link, owner_id, targets):
            _clear(tables, scope, link.table, owner_id)
            for position, target in enumerate(targets):
                tables.put(link.table, {"organization_id": scope.organization, "owner_id": owner_id, "position": position, "target_id": target})
            return Applied(len(targets))
        case UpdateWhere(table, where, changes):
            found = tables.find(scope, DbQuery(table, where, with_deleted=True))
            for row in found:
                _replace(tables, table, row, changes)
            return Applied(len(found))
        case DeleteWhere(table, where):
            found = tables.find(scope, DbQuery(table, where, with_deleted=True))
            for row in found:
                tables.remove(table, row)
            return Applied(len(found))
        case Expect(query, present, error):
            if (not tables.find(scope, query)) is present:
                raise error()
            return Applied(0)
        case AppendEvent():
            return _append(tables, scope, operation)


def _insert(tables: _Tables, scope: Scope, operation: Insert) -> Applied:
    table = operation.table
    if "organization_id" in operation.row:
        refusals.belongs(scope, table, operation.row["organization_id"])
    row = {column.name: deepcopy(operation.row.get(column.name)) for column in table.columns}
    given: dict[str, Any] = {}
    if table.sequence is not None:
        given[table.sequence] = tables.next(table)
    row |= given
    taken = _in_the_way(tables, table, row, None)
    if taken is None:
        tables.put(table, row)
        return Applied(1, given)
    if operation.if_absent:
        return Applied(0)
    raise refusals.duplicate(taken, table.entity)


def _in_the_way(tables: _Tables, table: Table, row: Row, instead_of: Row | None) -> tuple[str, ...] | None:
    """The columns of a unique index, or of the primary key, that another row shares with this one."""
    others = [other for other in tables.of(table.name).values() if other is not instead_of]
    for index in table.indexes:
        if index.unique and not (index.active_only and row["deleted_at"] is not None):
            key = [row[column] for column in index.columns]
            active = [other for other in others if not (index.active_only and other["deleted_at"] is not None)]
            if None not in key and any(key == [other[column] for column in index.columns] for other in active):
                return index.columns
    key = [row[column] for column in table.primary_key]
    return table.primary_key if any(key == [other[column] for column in table.primary_key] for other in others) else None


def _replace(tables: _Tables, table: Table, row: Row, changes: Row) -> None:
    changed = {**row, **deepcopy(dict(changes))}
    taken = _in_the_way(tables, table, changed, row)
    if taken is not None:
        raise refusals.duplicate(taken, table.entity)
    tables.put(table, changed)


def _update(tables: _Tables, scope: Scope, operation: Update) -> Applied:
    table = operation.table
    deleted = Compare("deleted_at", "eq", None)
    found = tables.find(scope, DbQuery(table, Compare("id", "eq", operation.id), with_deleted=True))
    if table.soft_delete and operation.state != "any":
        found = [row for row in found if matches(deleted, row, tables.of) is (operation.state == "active")]
    _replace(tables, table, _at_version(table, found, operation.id, operation.expected_version), operation.changes)
    return Applied(1)


def _delete(tables: _Tables, scope: Scope, operation: Delete) -> Applied:
    table = operation.table
    found = tables.find(scope, DbQuery(table, Compare("id", "eq", operation.id), with_deleted=True))
    tables.remove(table, _at_version(table, found, operation.id, operation.expected_version))
    for link in table.links:
        _clear(tables, scope, link.table, operation.id)
    return Applied(1)


def _at_version(table: Table, found: Sequence[Row], id: str, version: int | None) -> Row:
    if not found:
        raise refusals.missing(table.entity, id)
    if version is not None and found[0]["version"] != version:
        raise refusals.stale(table.entity, id)
    return found[0]


def _clear(tables: _Tables, scope: Scope, links: Table, owner_id: str) -> None:
    for row in tables.find(scope, DbQuery(links, Compare("owner_id", "eq", owner_id))):
        tables.remove(links, row)


def _append(tables: _Tables, scope: Scope, operation: AppendEvent) -> Applied:
    row = event_row(operation.event)
    refusals.belongs(scope, EVENTS, row["organization_id"])
    aggregate = AllOf((Compare("organization_id", "eq", row["organization_id"]), Compare("aggregate_id", "eq", row["aggregate_id"])))
    log = tables.find(SYSTEM, DbQuery(EVENTS, aggregate))
    present = max((event["version"] for event in log), default=0)
    if operation.expected_version not in (None, present):
        raise refusals.stale(row["aggregate_type"], row["aggregate_id"])
    row["version"] = row["version"] or present + operation.advance
    row["ordinal"] = 1 + max((event["ordinal"] for event in log if event["version"] == row["version"]), default=-1)
    inserted = _insert(tables, scope, Insert(EVENTS, row))
    return Applied(1, {**inserted.values, "version": row["version"], "ordinal": row["ordinal"]})
