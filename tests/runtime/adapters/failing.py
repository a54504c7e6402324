"""A database that refuses one of the writes that are asked of it, whichever: what came before it in the same transaction must be undone."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from coregen_runtime.repository.system_tables import OUTBOX
from coregen_runtime.repository.types import Applied, Compare, DatabaseAdapter, DbQuery, Expect, Isolation, Operation, Scope, Transaction


class Refused(Exception):
    """What the write ends in that is refused."""


_NEVER = Expect(DbQuery(OUTBOX, Compare("id", "eq", "nothing")), present=True, error=lambda: Refused("the disk is full"))
"""It stands among the operations like any other, so the database itself undoes what was before it."""


class Failing:
    """`db`, of which the write number `left` is refused; below zero, none is. After the last operation of a list there is one more place: before the commit.

    `alone` says whether lists that stand in no transaction are counted too.
    """

    def __init__(self, db: DatabaseAdapter, *, alone: bool) -> None:
        self._db, self._alone = db, alone
        self.left = -1

    def __getattr__(self, name: str) -> Any:
        return getattr(self._db, name)

    async def apply(self, scope: Scope, operations: Sequence[Operation]) -> tuple[Applied, ...]:
        return await self._db.apply(scope, self.counted(operations) if self._alone else operations)

    @asynccontextmanager
    async def transaction(self, scope: Scope, isolation: Isolation = "read committed") -> AsyncIterator[Any]:
        async with self._db.transaction(scope, isolation) as tx:
            yield _Within(tx, self)

    def counted(self, operations: Sequence[Operation]) -> Sequence[Operation]:
        place, self.left = self.left, self.left - len(operations) - 1 if self.left > len(operations) else -1
        return operations if place < 0 or place > len(operations) else [*operations[:place], _NEVER, *operations[place:]]


class _Within:
    """A transaction of such a database."""

    def __init__(self, tx: Transaction, db: Failing) -> None:
        self._tx, self._db = tx, db

    def __getattr__(self, name: str) -> Any:
        return getattr(self._tx, name)

    async def apply(self, scope: Scope, operations: Sequence[Operation]) -> tuple[Applied, ...]:
        return await self._tx.apply(scope, self._db.counted(operations))

    @asynccontextmanager
    async def savepoint(self) -> AsyncIterator[Any]:
        async with self._tx.savepoint() as inner:
            yield _Within(inner, self._db)
