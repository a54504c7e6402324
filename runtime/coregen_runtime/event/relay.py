"""The relay: takes what stands in the outbox to the named handlers, at least once and in order per aggregate (semantics 30, 31).

A handler runs in one transaction together with the mark that its delivery is done: a crash anywhere leaves the delivery to be made
again, and nothing half done. Where records are kept is left to `repository/log.py`, who hears an event to `subscriptions.py`, and
what a handler is given to the callables passed in.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from coregen_runtime.errors.base import CoreError
from coregen_runtime.errors.codes import ErrorCode
from coregen_runtime.errors.describe import describe
from coregen_runtime.event.outbox import TIMERS, Delivery, DeliveryStatus, DispatchRecord, OutboxRecord

if TYPE_CHECKING:
    from coregen_runtime.entity.types import ID, Timestamp
    from coregen_runtime.event.subscriptions import DurableSubscription, Subscriptions
    from coregen_runtime.event.types import DomainEvent
    from coregen_runtime.primitives.clock import Clock
    from coregen_runtime.primitives.logger import Logger
    from coregen_runtime.repository.types import Statements, Transaction

DISPATCHER = "coregen.dispatch"
"""The name under which deliveries of dispatch records stand."""

BATCH = 100


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often a delivery is attempted before it is parked, and how long the relay waits between (ms): `first`, then `factor` times longer each time."""

    attempts: int = 6
    first: int = 200
    factor: int = 4
    longest: int = 300_000

    def delay(self, failed: int) -> int | None:
        """The wait after that many failed attempts; None when the last one has failed."""
        return None if failed >= self.attempts else min(self.first * self.factor ** (failed - 1), self.longest)


class DeliveryLog(Protocol):
    """What the relay needs to know and to note; `Deliveries` in repository/log.py is one."""

    def transaction(self) -> Any:
        """A transaction that may touch any organisation's rows: an async context manager of a `Transaction`."""
        ...

    async def waiting(self, limit: int) -> list[OutboxRecord]: ...
    async def fan_out(self, records: Sequence[tuple[OutboxRecord, Sequence[str]]]) -> None: ...
    async def due(self, handlers: Sequence[str], limit: int) -> list[tuple[Delivery, OutboxRecord]]: ...
    async def due_timers(self, limit: int) -> list[tuple[Delivery, OutboxRecord]]: ...
    async def next_due(self, handlers: Sequence[str]) -> Timestamp | None: ...
    async def finish(self, delivery: Delivery, tx: Statements, status: DeliveryStatus = DeliveryStatus.DONE) -> bool: ...
    async def fail(self, delivery: Delivery, error: str, retry_at: Timestamp | None) -> None: ...
    async def parked(self) -> list[Delivery]: ...
    async def unpark(self, record_id: ID, handler: str) -> None: ...
    async def skip(self, record_id: ID, handler: str) -> None: ...


class Relay:
    """Delivers outbox records.

    Args:
        log: the outbox and the deliveries.
        subscriptions: who hears which event, by name.
        deliver: calls a handler with the event, in the transaction given.
        dispatch: sends a command that a transaction left behind, in the transaction given.
        fire: performs a timer that is due, in the transaction given; without it, timers wait.
        publish: hands every event to the in-process bus, once it is known to be committed; its own failures are its own to report.
        interval: ms between polls while nothing wakes it.
    """

    def __init__(
        self,
        log: DeliveryLog,
        subscriptions: Subscriptions,
        *,
        deliver: Callable[[DurableSubscription, DomainEvent, Transaction], Awaitable[None]],
        dispatch: Callable[[DispatchRecord, Transaction], Awaitable[None]],
        clock: Clock,
        logger: Logger,
        fire: Callable[[DispatchRecord, Transaction], Awaitable[None]] | None = None,
        publish: Callable[[DomainEvent], Awaitable[None]] | None = None,
        policy: RetryPolicy | None = None,
        interval: int = 1_000,
    ) -> None:
        self._log, self._subscriptions, self._clock, self._logger = log, subscriptions, clock, logger
        self._deliver, self._dispatch, self._fire, self._publish = deliver, dispatch, fire, publish
        self._policy = policy or RetryPolicy()
        self._interval = interval
        self._awake = asyncio.Event()
        self._working = asyncio.Lock()
        self._stopping = False
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Deliver in the background until `stop`."""
        if self._task is not None:
            raise CoreError(ErrorCode.INVALID_STATE, "the relay runs already")
        self._stopping = False
        self._task = asyncio.create_task(self._run(), name="coregen-relay")

    async def stop(self, timeout: int = 10_000) -> None:
        """Finish the delivery at hand and end; one that takes longer than `timeout` ms is cancelled, undone, and made again later."""
        task, self._task = self._task, None
        if task is None:
            return
        self._stopping = True
        self._awake.set()
        await asyncio.wait([task], timeout=timeout / 1000)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    def wake(self) -> None:
        """Poll now: something has been committed."""
        self._awake.set()

    async def settle(self, timeout: int = 30_000) -> None:
        """Return when every delivery is done, skipped or parked; timers that are not due yet are not waited for.

        Raises CoreError(TIMEOUT) after that many ms.
        """
        try:
            async with asyncio.timeout(timeout / 1000):
                while True:
                    if await self.deliver_due():
                        continue
                    due = await self._log.next_due(self._handlers())
                    if due is None:
                        return
                    await asyncio.sleep(max(due - self._clock.now(), 1) / 1000)
        except TimeoutError:
            raise CoreError(ErrorCode.TIMEOUT, f"deliveries were still waiting after {timeout} ms", transient=True) from None

    async def deliver_due(self) -> int:
        """One round: publish what is new, attempt what is due. Returns how many records and deliveries it handled."""
        async with self._working:
            records = await self._log.waiting(BATCH)
            if records:
                await self._announce(records)
            due = await self._log.due(self._handlers(), BATCH)
            due += await self._log.due_timers(BATCH) if self._fire is not None else []
            for delivery, record in due:
                if self._stopping:
                    break
                await self._attempt(delivery, record)
            return len(records) + len(due)

    async def parked(self) -> list[Delivery]:
        """The deliveries that wait for a person, in order."""
        return await self._log.parked()

    async def unpark(self, record_id: ID, handler: str) -> None:
        """Attempt a parked delivery again. Raises NotFoundError."""
        await self._log.unpark(record_id, handler)
        self.wake()

    async def skip(self, record_id: ID, handler: str) -> None:
        """Give a parked delivery up and go on with those behind it. Raises NotFoundError."""
        await self._log.skip(record_id, handler)
        self.wake()

    def _handlers(self) -> list[str]:
        return [*(subscription.name for subscription in self._subscriptions), DISPATCHER]

    def _hearers(self, record: OutboxRecord) -> list[str]:
        if record.dispatch is not None:
            return [DISPATCHER]
        return [] if record.event is None else [subscription.name for subscription in self._subscriptions.matching(record.event)]

    async def _announce(self, records: Sequence[OutboxRecord]) -> None:
        if self._publish is not None:
            for record in records:
                if record.event is not None and not record.erased:
                    await self._publish(record.event)
        await self._log.fan_out([(record, self._hearers(record)) for record in records])

    async def _attempt(self, delivery: Delivery, record: OutboxRecord) -> None:
        try:
            async with self._log.transaction() as tx:
                status = DeliveryStatus.SKIPPED if record.erased else DeliveryStatus.DONE
                if await self._log.finish(delivery, tx, status) and not record.erased:
                    await self._hand_over(delivery, record, tx)
        except Exception as error:  # noqa: BLE001  # whatever a handler raises is counted, told and tried again
            await self._failed(delivery, error)

    async def _hand_over(self, delivery: Delivery, record: OutboxRecord, tx: Transaction) -> None:
        if record.dispatch is not None:
            perform = self._fire if delivery.handler == TIMERS and self._fire is not None else self._dispatch
            await perform(record.dispatch, tx)
            return
        subscription = self._subscriptions.get(delivery.handler)
        if subscription is not None and record.event is not None:
            await self._deliver(subscription, record.event, tx)

    async def _failed(self, delivery: Delivery, error: Exception) -> None:
        delay = self._policy.delay(delivery.attempts + 1)
        facts = {"record": delivery.record_id, "handler": delivery.handler, "attempt": delivery.attempts + 1, "error": describe(error)}
        if delay is None:
            self._logger.error("delivery parked", **facts)
        else:
            self._logger.warning("delivery failed", **facts, retry_in_ms=delay)
        await self._log.fail(delivery, describe(error), None if delay is None else self._clock.now() + delay)

    async def _run(self) -> None:
        while not self._stopping:
            self._awake.clear()
            try:
                if await self.deliver_due():
                    continue
            except Exception as error:  # noqa: BLE001  # the relay outlives a database that is away for a while
                self._logger.error("relay could not poll", error=describe(error))
            try:
                await asyncio.wait_for(self._awake.wait(), self._interval / 1000)
            except TimeoutError:
                continue
