"""The relay's wake-up from other processes: a notification beside its polling, at most one each few milliseconds (semantics 29).

It carries nothing, and may be lost: the outbox is the truth, and polling finds what a notification does not tell.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from uuid import uuid4

from coregen_adapters.postgres.errors import DRIVER
from coregen_adapters.postgres.pool import Connect, Pool
from coregen_runtime.errors.base import CoreError

CHANNEL = "coregen_outbox"
_APART = 0.02
"""Seconds between two notifications: commits between them share the second one. PostgreSQL lets one committing notifier through at a time."""
_AGAIN = 1.0
"""Seconds until a lost connection is made anew."""


class Wakeups:
    """Tells the other processes of a database that records were left, and calls `heard` when they do."""

    def __init__(self, connect: Connect, pool: Pool, heard: Callable[[], None]) -> None:
        self._connect, self._pool, self._heard = connect, pool, heard
        self._id = uuid4().hex
        self._telling: asyncio.Task[None] | None = None
        self._again = False
        self._listening: asyncio.Task[None] | None = None

    def listen(self) -> None:
        """Hear the others from now on."""
        if self._listening is None:
            self._listening = asyncio.get_running_loop().create_task(self._listen(), name="coregen-listen")

    def tell(self) -> None:
        """Let the others know, soon."""
        self._again = True
        if self._telling is None:
            self._telling = asyncio.get_running_loop().create_task(self._tell(), name="coregen-notify")

    async def stop(self) -> None:
        """Say what is still to be said, and hear no more."""
        if self._telling is not None:
            await self._telling
        if self._listening is not None:
            self._listening.cancel()
            await asyncio.gather(self._listening, return_exceptions=True)

    async def _tell(self) -> None:
        try:
            while self._again:
                self._again = False
                with suppress(CoreError, *DRIVER):  # polling finds what is not told
                    async with self._pool.session(None) as session:
                        await session.fetch("SELECT pg_notify($1, $2)", [CHANNEL, self._id])
                await asyncio.sleep(_APART)
        finally:
            self._telling = None

    async def _listen(self) -> None:
        again = False
        while True:
            with suppress(*DRIVER):
                connection = await self._connect()
                lost = asyncio.Event()
                try:
                    connection.add_termination_listener(lambda _, lost=lost: lost.set())
                    await connection.add_listener(CHANNEL, self._hear)
                    if again:
                        self._heard()
                    again = True
                    await lost.wait()
                finally:
                    connection.terminate()
            await asyncio.sleep(_AGAIN)

    def _hear(self, connection: object, pid: int, channel: str, payload: object) -> None:
        if payload != self._id:
            self._heard()
