"""The one thread that writes (architecture, "Adapters"): it groups waiting writes into one commit, or is leased to one transaction.

Each member of a group stands in a savepoint of its own, so one that fails undoes nothing of the others. What is written is left
to the callers: they hand in functions of a connection.
"""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import Any, TypeAlias, TypeVar

T = TypeVar("T")

Work: TypeAlias = Callable[[sqlite3.Connection], Any]

GROUP = 64
"""Writes that share one commit at most."""


@dataclass(frozen=True, slots=True)
class _Job:
    work: Work
    future: Future[Any]
    writes: bool


@dataclass(frozen=True, slots=True)
class Lease:
    """A transaction of a caller's own: its commands are performed one by one until `end` says whether to commit."""

    granted: Future[None]
    commands: SimpleQueue[tuple[Work | bool, Future[Any]]] = field(default_factory=SimpleQueue)

    async def call(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """The work's result, performed in the transaction."""
        future: Future[T] = Future()
        self.commands.put((work, future))
        return await _finished(future)

    async def end(self, commit: bool) -> None:
        """Commit or undo, and give the writer back. Raises sqlite3.Error when the commit fails; nothing is written then."""
        future: Future[None] = Future()
        self.commands.put((commit, future))
        await _finished(future)


async def _finished(future: Future[T]) -> T:
    """The result of work that has been handed over. It is waited for even when the caller is cancelled: it can no longer be stopped."""
    waiting = asyncio.wrap_future(future)
    try:
        return await asyncio.shield(waiting)
    except asyncio.CancelledError:
        await asyncio.wait([waiting])
        raise


async def _begun(future: Future[T], timeout: float) -> T:
    """The result of work that waits for its turn: until it has begun it can be given up, by a cancellation or after `timeout` seconds."""
    waiting = asyncio.wrap_future(future)
    try:
        done, _ = await asyncio.wait([waiting], timeout=timeout)
    except asyncio.CancelledError:
        if not future.cancel():
            await asyncio.wait([waiting])
        raise
    if not done and future.cancel():
        raise TimeoutError
    return await waiting


class Writer:
    """Owns the writing connection. `open` is called on the thread itself and makes it."""

    def __init__(self, open: Callable[[], sqlite3.Connection], name: str) -> None:
        self._open = open
        self._jobs: SimpleQueue[_Job | Lease | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._opened: Future[None] = Future()

    async def start(self) -> None:
        """Begin. Raises sqlite3.Error when the database cannot be opened."""
        self._thread.start()
        await asyncio.wrap_future(self._opened)

    async def stop(self) -> None:
        """Finish what was handed in, close the connection, end the thread."""
        self._jobs.put(None)
        await asyncio.get_running_loop().run_in_executor(None, self._thread.join)

    async def write(self, work: Callable[[sqlite3.Connection], T], timeout: float) -> T:
        """The work's result once its commit is durable. Cancelled, or not begun after `timeout` seconds (TimeoutError), it never begins."""
        return await self._submit(work, timeout, writes=True)

    async def read(self, work: Callable[[sqlite3.Connection], T], timeout: float) -> T:
        """The work's result, outside any transaction."""
        return await self._submit(work, timeout, writes=False)

    async def _submit(self, work: Callable[[sqlite3.Connection], T], timeout: float, *, writes: bool) -> T:
        future: Future[T] = Future()
        self._jobs.put(_Job(work, future, writes))
        return await _begun(future, timeout)

    async def lease(self, timeout: float) -> Lease:
        """The writer for a transaction of one's own, begun. Cancelled or timed out while it waits, it is given back."""
        lease = Lease(Future())
        self._jobs.put(lease)
        try:
            await _begun(lease.granted, timeout)
        except asyncio.CancelledError:
            lease.commands.put((False, Future()))
            raise
        return lease

    def _run(self) -> None:
        try:
            connection = self._open()
        except BaseException as error:  # noqa: BLE001  # it is raised where `start` waits
            self._opened.set_exception(error)
            return
        self._opened.set_result(None)
        carried: _Job | Lease | None = None
        while (job := carried or self._jobs.get()) is not None:
            carried = None
            if isinstance(job, Lease):
                _serve(connection, job)
            elif job.writes:
                group, carried, stop = self._gather(job)
                _commit_group(connection, group)
                if stop:
                    break
            else:
                _answer(job.future, lambda work=job.work: work(connection))  # type: ignore[misc]  # the default binds this job
        connection.close()

    def _gather(self, first: _Job) -> tuple[list[_Job], _Job | Lease | None, bool]:
        group = [first]
        while len(group) < GROUP:
            try:
                job = self._jobs.get_nowait()
            except Empty:
                break
            if job is None:
                return group, None, True
            if isinstance(job, Lease) or not job.writes:
                return group, job, False
            group.append(job)
        return group, None, False


def _answer(future: Future[Any], work: Callable[[], Any]) -> None:
    if future.set_running_or_notify_cancel():
        try:
            future.set_result(work())
        except BaseException as error:  # noqa: BLE001  # it is raised where the caller waits
            future.set_exception(error)


def _commit_group(connection: sqlite3.Connection, group: list[_Job]) -> None:
    running = [job for job in group if job.future.set_running_or_notify_cancel()]
    if not running:
        return
    outcomes: list[tuple[Future[Any], Any, BaseException | None]] = []
    try:
        connection.execute("BEGIN IMMEDIATE")
        for job in running:
            connection.execute("SAVEPOINT member")
            try:
                outcomes.append((job.future, job.work(connection), None))
            except BaseException as error:
                if not connection.in_transaction:
                    raise
                connection.execute("ROLLBACK TO member")
                outcomes.append((job.future, None, error))
            connection.execute("RELEASE member")
        connection.execute("COMMIT")
    except BaseException as error:  # noqa: BLE001  # it is raised where the callers wait
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        for job in running:
            job.future.set_exception(error)
        return
    for future, result, failure in outcomes:
        if failure is None:
            future.set_result(result)
        else:
            future.set_exception(failure)


def _serve(connection: sqlite3.Connection, lease: Lease) -> None:
    if not lease.granted.set_running_or_notify_cancel():
        return
    try:
        connection.execute("BEGIN IMMEDIATE")
    except BaseException as error:  # noqa: BLE001  # it is raised where the caller waits
        lease.granted.set_exception(error)
        return
    lease.granted.set_result(None)
    while True:
        command, future = lease.commands.get()
        if isinstance(command, bool):
            _answer(future, lambda commit=command: _end(connection, commit))  # type: ignore[misc]  # the default binds this command
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            return
        _answer(future, lambda work=command: work(connection))  # type: ignore[misc]  # the default binds this command


def _end(connection: sqlite3.Connection, commit: bool) -> None:
    if connection.in_transaction:
        connection.execute("COMMIT" if commit else "ROLLBACK")
    elif commit:
        raise sqlite3.OperationalError("the transaction was undone by an earlier error")
