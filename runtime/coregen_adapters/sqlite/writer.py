"""The one thread that writes (architecture, "Adapters"): it groups waiting writes into one commit, or is leased to one transaction.

A group is tried as a whole first. When a member fails, all of it is undone and done again with each member in a savepoint of its own, so
one that fails undoes nothing of the others; a savepoint copies every page that is touched in it. What is written is left to the callers: they
hand in functions of a connection, which do nothing beyond it and may be called twice, or `Operations`, which a group may do together.
"""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Sequence
from queue import SimpleQueue
from typing import Any

from coregen_adapters.sqlite.connection import Connection
from coregen_adapters.sqlite.statements import Operations, perform_together
from coregen_adapters.sqlite.turns import Deadlines, Outcome, T, Turn, Work, deliver, perform

GROUP = 256
"""Writes that share one commit at most."""


class Lease:
    """A transaction of a caller's own: its commands are performed one by one until `end` says whether to commit."""

    def __init__(self) -> None:
        self.granted: Turn[None] = Turn(_begin)
        self.commands: SimpleQueue[Turn[Any]] = SimpleQueue()
        self._closed = False
        self.ended = False
        self.committed = False
        """Whether a commit has succeeded: true even for one who was cancelled while it was under way."""

    async def call(self, work: Work[T]) -> T:
        """The work's result, performed in the transaction: it counts as begun once it is handed over. Raises sqlite3.Error after the end."""
        return await self._handed_over(work).result()

    async def end(self, commit: bool) -> None:
        """Commit or undo, and give the writer back. Raises sqlite3.Error when the commit fails; nothing is written then."""
        turn = self._handed_over(self.commit if commit else self.undo)
        self._closed = True
        await turn.result()

    def _handed_over(self, work: Work[T]) -> Turn[T]:
        if self._closed:
            raise sqlite3.ProgrammingError("the transaction has ended")
        turn = Turn(work)
        turn.claim()
        self.commands.put(turn)
        return turn

    def give_back(self) -> None:
        """Undo, without waiting for it: for a lease that nobody took."""
        self._closed = True
        self.commands.put(Turn(self.undo))

    def commit(self, connection: Connection) -> None:
        self.ended = True
        if not connection.in_transaction:
            raise sqlite3.OperationalError("the transaction was undone by an earlier error")
        connection.execute("COMMIT")
        self.committed = True

    def undo(self, connection: Connection) -> None:
        self.ended = True
        if connection.in_transaction:
            connection.execute("ROLLBACK")


class Writer:
    """Owns the writing connection. `open` is called on the thread itself and makes it.

    What has not begun `patience` seconds after it was handed in never begins, and raises TimeoutError.
    """

    def __init__(self, open: Callable[[], Connection], name: str, patience: float) -> None:
        self._open = open
        self._deadlines = Deadlines(patience)
        self._turns: SimpleQueue[Turn[Any] | Lease | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    async def start(self) -> None:
        """Begin. Raises sqlite3.Error when the database cannot be opened."""
        self._opened: Turn[None] = Turn(lambda connection: None)
        self._thread.start()
        await self._opened.result()

    async def stop(self) -> None:
        """Finish what was handed in, close the connection, end the thread."""
        self._turns.put(None)
        await asyncio.get_running_loop().run_in_executor(None, self._thread.join)

    async def write(self, work: Work[T]) -> T:
        """The work's result once its commit is durable. Cancelled before it has begun, it never begins."""
        turn = Turn(work, writes=True)
        self._turns.put(turn)
        self._deadlines.watch(turn)
        return await turn.result()

    async def read(self, work: Work[T]) -> T:
        """The work's result, outside any transaction."""
        turn = Turn(work)
        self._turns.put(turn)
        self._deadlines.watch(turn)
        return await turn.result()

    async def lease(self) -> Lease:
        """The writer for a transaction of one's own, begun. Cancelled or timed out while it waits, it is given back."""
        lease = Lease()
        self._turns.put(lease)
        self._deadlines.watch(lease.granted)
        try:
            await lease.granted.result()
        except asyncio.CancelledError:
            lease.give_back()
            raise
        return lease

    def _run(self) -> None:
        try:
            connection = self._open()
        except BaseException as error:  # noqa: BLE001  # it is raised where `start` waits
            deliver([(self._opened, None, error)])
            return
        deliver([(self._opened, None, None)])
        carried: Turn[Any] | Lease | None = None
        while (job := carried or self._turns.get()) is not None:
            carried = None
            if isinstance(job, Lease):
                _serve(connection, job)
            elif job.writes:
                group, carried, stop = self._gather(job)
                _commit_group(connection, group)
                if stop:
                    break
            elif job.claim():
                deliver([perform(job, connection)])
        connection.close()

    def _gather(self, first: Turn[Any]) -> tuple[list[Turn[Any]], Turn[Any] | Lease | None, bool]:
        group = [first]
        while len(group) < GROUP and not self._turns.empty():
            job = self._turns.get()
            if job is None:
                return group, None, True
            if isinstance(job, Lease) or not job.writes:
                return group, job, False
            group.append(job)
        return group, None, False


def _commit_group(connection: Connection, group: list[Turn[Any]]) -> None:
    running = [turn for turn in group if turn.claim()]
    if not running:
        return
    try:
        connection.execute("BEGIN IMMEDIATE")
        outcomes = _members(connection, running)
        connection.execute("COMMIT")
    except BaseException as error:  # noqa: BLE001  # it is raised where the callers wait
        _undo_after(connection, error)
        outcomes = [(turn, None, error) for turn in running]
    deliver(outcomes)


def _members(connection: Connection, running: Sequence[Turn[Any]]) -> list[Outcome]:
    """The outcomes of all in one transaction. Raises what fails when there is one member, or when SQLite has undone the whole."""
    operations = [turn.work for turn in running if isinstance(turn.work, Operations)]
    try:
        if len(operations) == len(running) > 1:
            return [(turn, applied, None) for turn, applied in zip(running, perform_together(connection, operations), strict=True)]
        return [(turn, turn.work(connection), None) for turn in running]
    except BaseException:
        if len(running) == 1 or not connection.in_transaction:
            raise
        connection.execute("ROLLBACK")
    connection.execute("BEGIN IMMEDIATE")
    return [_member(connection, turn) for turn in running]


def _member(connection: Connection, turn: Turn[Any]) -> Outcome:
    connection.execute("SAVEPOINT member")
    outcome = perform(turn, connection)
    if outcome[2] is not None:
        if not connection.in_transaction:
            raise outcome[2]
        connection.execute("ROLLBACK TO member")
    connection.execute("RELEASE member")
    return outcome


def _undo_after(connection: Connection, error: BaseException) -> None:
    if connection.in_transaction:
        try:
            connection.execute("ROLLBACK")
        except sqlite3.Error as another:
            error.add_note(f"and undoing it failed: {another}")


def _begin(connection: Connection) -> None:
    connection.execute("BEGIN IMMEDIATE")


def _serve(connection: Connection, lease: Lease) -> None:
    if not lease.granted.claim():
        return
    begun = perform(lease.granted, connection)
    deliver([begun])
    if begun[2] is not None:
        return
    while not lease.ended:
        turn = lease.commands.get()
        outcome = perform(turn, connection)
        _, _, error = outcome
        if error is not None and turn.work in (lease.commit, lease.undo):
            _undo_after(connection, error)
        deliver([outcome])
