"""The threads that read a file while others write it: each has a connection of its own, and takes the next turn that waits."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any

from coregen_adapters.sqlite.connection import Connection
from coregen_adapters.sqlite.turns import T, Turn, Work, deliver, perform


class Readers:
    """`count` reading threads. `open` is called on each of them and makes its connection."""

    def __init__(self, open: Callable[[], Connection], name: str, count: int) -> None:
        self._open = open
        self._turns: SimpleQueue[Turn[Any] | None] = SimpleQueue()
        self._threads = [threading.Thread(target=self._run, name=f"{name}-{number}", daemon=True) for number in range(count)]
        for thread in self._threads:
            thread.start()

    async def read(self, work: Work[T]) -> T:
        """The work's result."""
        turn = Turn(work)
        self._turns.put(turn)
        return await turn.result()

    async def stop(self) -> None:
        """Finish what was handed in, close the connections, end the threads."""
        for _ in self._threads:
            self._turns.put(None)
        for thread in self._threads:
            await asyncio.get_running_loop().run_in_executor(None, thread.join)

    def _run(self) -> None:
        connection: Connection | None = None
        while (turn := self._turns.get()) is not None:
            if not turn.claim():
                continue
            if connection is None:
                try:
                    connection = self._open()
                except BaseException as error:  # noqa: BLE001  # it is raised where the caller waits; the next turn tries again
                    deliver([(turn, None, error)])
                    continue
            deliver([perform(turn, connection)])
        if connection is not None:
            connection.close()
