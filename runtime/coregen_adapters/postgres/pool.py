"""Connections, and which organisation each of them remembers (semantics 23).

A session is lent to one caller at a time. It keeps the organisation that it was last set to, so that a caller of the same one finds
it ready; after an error it keeps nothing, and one that is in doubt is thrown away.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeAlias

import asyncpg
from asyncpg.prepared_stmt import PreparedStatement

from coregen_adapters.postgres.errors import DRIVER, LOST, translated, unreachable
from coregen_runtime.repository import refusals

SETTING = "coregen.organization"
_SET = f"SELECT set_config('{SETTING}', $1, false)"
_SET_LOCALLY = f"SELECT set_config('{SETTING}', $1, true)"
_POSTGIS = """
SELECT n.nspname::text FROM pg_extension AS e JOIN pg_namespace AS n ON n.oid = e.extnamespace
WHERE e.extname = 'postgis' AND has_schema_privilege(n.oid, 'USAGE')
"""

_STATEMENTS = 1024
"""Prepared statements that a session keeps."""

Connect: TypeAlias = Callable[[], Awaitable["asyncpg.Connection[asyncpg.Record]"]]


class Session:
    """One connection, and the statements that it has prepared. `organization` is what the database knows of it: "" for none, None when that is not known."""

    def __init__(self, connection: asyncpg.Connection[asyncpg.Record]) -> None:
        self.connection = connection
        self.organization: str | None = None
        self._prepared: dict[str, PreparedStatement[asyncpg.Record]] = {}
        self._postgis: tuple[str | None] | None = None

    async def postgis(self) -> str | None:
        """The schema that PostGIS is in, if it is installed and this role may use it. Asked once a connection."""
        if self._postgis is None:
            self._postgis = (await self.connection.fetchval(_POSTGIS),)
        return self._postgis[0]

    def belongs(self, organization: str | None) -> bool:
        """Whether it sees the rows of that organisation, and no others."""
        return self.organization == (organization or "")

    async def belong(self, organization: str | None, *, locally: bool = False) -> None:
        """See the rows of that organisation from now on, `locally` until the transaction ends."""
        if not self.belongs(organization):
            self.organization = None
            await self.fetch(_SET_LOCALLY if locally else _SET, (organization or "",))
            self.organization = organization or ""

    async def fetch(self, sql: str, values: Sequence[Any] = (), *, once: bool = False) -> list[asyncpg.Record]:
        """The statement's records. It is prepared once, and kept while it is among those used last.

        Args:
            once: plan it for these very values, and do not keep it. A plan for any values looks through a long array row by row.
        """
        if once:
            return await (await self.connection.prepare(sql)).fetch(*values)
        prepared = self._prepared.pop(sql, None) or await self.connection.prepare(sql)
        try:
            records = await prepared.fetch(*values)
        except asyncpg.InvalidCachedStatementError:
            self._prepared.clear()
            if self.connection.is_in_transaction():
                raise
            prepared = await self.connection.prepare(sql)
            records = await prepared.fetch(*values)
        self._prepared[sql] = prepared
        if len(self._prepared) > _STATEMENTS:
            del self._prepared[next(iter(self._prepared))]
        return records

    async def execute(self, sql: str) -> str:
        """Statements of Core's own, without values; what the last of them says that it did."""
        return await self.connection.execute(sql)

    @property
    def sound(self) -> bool:
        """Whether the connection is open and in no transaction, so that another caller can have it."""
        return not self.connection.is_closed() and not self.connection.is_in_transaction()


class Pool:
    """At most `size` connections, made when they are needed. A caller waits `timeout` ms for one."""

    def __init__(self, connect: Connect, size: int, timeout: int) -> None:
        self._connect, self._size, self._timeout = connect, size, timeout
        self._idle: list[Session] = []
        self._count = 0
        self._waiting: deque[asyncio.Future[Session | None]] = deque()
        self._closed = False

    @asynccontextmanager
    async def session(self, organization: str | None) -> AsyncIterator[Session]:
        """A session that belongs to the organisation, to no other caller while the block runs. Raises IntegrationError when none is free."""
        try:
            session = await self.acquire(organization)
        except DRIVER as error:
            raise translated(error) from error
        try:
            yield session
        except BaseException as error:
            self.give_back(session, error)
            raise
        self.release(session)

    def ready(self, organization: str | None) -> Session | None:
        """A session that belongs to the organisation already, if the one used last does."""
        if self._idle and self._idle[-1].belongs(organization) and not self._idle[-1].connection.is_closed():
            return self._idle.pop()
        return None

    async def acquire(self, organization: str | None) -> Session:
        """A session that belongs to the organisation. Raises IntegrationError when none is free, and the driver's errors."""
        session = await self._acquire(organization)
        try:
            await session.belong(organization)
        except BaseException as error:
            self.give_back(session, error)
            raise
        return session

    def release(self, session: Session, *, sound: bool = True) -> None:
        """Give a session back: to whoever waits longest, and away where it is not sound."""
        if self._closed or not sound or not session.sound:
            session.connection.terminate()
            self._free()
            return
        while self._waiting:
            waiting = self._waiting.popleft()
            if not waiting.done():
                waiting.set_result(session)
                return
        self._idle.append(session)

    def give_back(self, session: Session, error: BaseException) -> None:
        """Give a session back after an error: what it knew is forgotten, and where its state is in doubt, it is thrown away."""
        session.organization = None
        self.release(session, sound=not isinstance(error, (*LOST, asyncio.CancelledError, GeneratorExit)))

    async def close(self) -> None:
        """Close what is idle now, and what is in use as soon as it is given back."""
        self._closed = True
        while self._waiting:
            waiting = self._waiting.popleft()
            if not waiting.done():
                waiting.set_exception(refusals.not_open())
        idle, self._idle = self._idle, []
        for session in idle:
            await session.connection.close(timeout=self._timeout / 1000)

    async def _acquire(self, organization: str | None) -> Session:
        if self._closed:
            raise refusals.not_open()
        session = self._take(organization or "")
        if session is not None:
            return session
        if self._count < self._size:
            self._count += 1
            return await self._connected()
        waiting: asyncio.Future[Session | None] = asyncio.get_running_loop().create_future()
        self._waiting.append(waiting)
        try:
            async with asyncio.timeout(self._timeout / 1000):
                handed = await waiting
        except TimeoutError:
            self._give_up(waiting)
            raise refusals.no_connection(self._timeout) from None
        except asyncio.CancelledError:
            self._give_up(waiting)
            raise
        return handed if handed is not None else await self._connected()

    def _give_up(self, waiting: asyncio.Future[Session | None]) -> None:
        """What was handed over in the same moment goes to the next one."""
        if waiting in self._waiting:
            self._waiting.remove(waiting)
        if waiting.done() and not waiting.cancelled() and waiting.exception() is None:
            session = waiting.result()
            if session is not None:
                self.release(session)
            else:
                self._free()

    def _take(self, organization: str) -> Session | None:
        """The session used last of those that belong to the organisation, else any; what was closed meanwhile is dropped."""
        while self._idle:
            place = len(self._idle) - 1
            while place > 0 and self._idle[place].organization != organization:
                place -= 1
            if self._idle[place].organization != organization:
                place = -1
            session = self._idle.pop(place)
            if not session.connection.is_closed():
                return session
            self._count -= 1
        return None

    async def _connected(self) -> Session:
        """A new session, in a place that is counted already."""
        try:
            return Session(await self._connect())
        except BaseException as error:
            self._free()
            if isinstance(error, DRIVER):
                raise unreachable(error) from error
            raise

    def _free(self) -> None:
        """A place in the pool is free: it goes to whoever waits longest."""
        while self._waiting:
            waiting = self._waiting.popleft()
            if not waiting.done():
                waiting.set_result(None)
                return
        self._count -= 1
