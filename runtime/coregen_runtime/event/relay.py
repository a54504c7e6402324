"""The relay: takes what stands in the outbox to the named handlers, at least once and in order per aggregate (semantics 30, 31).

A handler runs in one transaction together with the mark that its delivery is done: a crash anywhere leaves the delivery to be made
again, and nothing half done. Attempts are counted when they are claimed, before the handler runs, so one that takes its process with it is
parked as well; until then it runs alone, so that it takes no other with it. Any number of relays may work on one database. Where records are
kept is left to `repository/deliveries.py`, how one delivery is attempted to `attempts.py`, who hears an event to `subscriptions.py`.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, TypeAlias
from uuid import uuid4

from coregen_runtime.errors.base import CoreError
from coregen_runtime.errors.codes import ErrorCode
from coregen_runtime.errors.describe import describe
from coregen_runtime.event.attempts import Attempts, Callees
from coregen_runtime.event.delivery import BROKER, DISPATCHER, Backlog, Claim, DeliveryLog, RetryPolicy, Taken, claimed
from coregen_runtime.event.outbox import Delivery, DispatchRecord, OutboxRecord
from coregen_runtime.event.sending import Sender

if TYPE_CHECKING:
    from coregen_runtime.entity.types import ID
    from coregen_runtime.event.broker import EventBroker
    from coregen_runtime.event.subscriptions import DurableSubscription, Subscriptions
    from coregen_runtime.event.types import DomainEvent
    from coregen_runtime.primitives.clock import Clock
    from coregen_runtime.primitives.logger import Logger
    from coregen_runtime.repository.types import Transaction

BATCH = 256
"""Records that are published, and events that are handed to a broker, at a time."""

RUN = 64
"""Deliveries of one lane that are made one after the other before others get its place."""

AHEAD = 16
"""Deliveries of one lane that are read at a time."""

DAY = 86_400_000
_Place: TypeAlias = "tuple[ID, str]"
"""A delivery, whatever its state: its record and its handler."""
_AHEAD = 10
"""Heartbeats by which the clocks of two relays may differ."""
_GRACE = 30_000
"""Ms by which a claim outlasts the longest attempt."""
_MEND_EVERY = 30_000
_PURGE_EVERY = 3_600_000
SENDS = 4
"""Batches that are under way to a broker at a time."""


class Relay:
    """Delivers outbox records.

    Args:
        log: the outbox and the deliveries.
        subscriptions: who hears which event, by name.
        deliver: calls a handler with the event, in the transaction given.
        dispatch: sends a command that a transaction left behind, in the transaction given.
        fire: performs a timer that is due, in the transaction given; without it, timers wait.
        publish: hands every event to the in-process bus, once it is known to be committed; its own failures are its own to report.
        broker: where events of this database go as well; those that came from it do not go back.
        concurrency: attempts that run at a time, of different lanes.
        timeout: ms that an attempt may take; a longer one is cancelled, undone and counted as failed.
        interval: ms between polls while nothing wakes it.
        heartbeat: ms without a sign of life after which what a relay had claimed is taken up by another.
        retention: ms for which what has been delivered is kept; None keeps it until `purge` is called.
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
        broker: EventBroker | None = None,
        policy: RetryPolicy | None = None,
        concurrency: int = 8,
        timeout: int = 60_000,
        interval: int = 1_000,
        heartbeat: int = 10_000,
        retention: int | None = 7 * DAY,
    ) -> None:
        self._log, self._subscriptions, self._clock, self._logger = log, subscriptions, clock, logger
        self._publish, self._fires = publish, fire is not None
        self._policy = policy or RetryPolicy()
        self._making = Attempts(log, subscriptions, Callees(deliver, dispatch, fire), self._policy, clock, logger, timeout)
        self._sender = None if broker is None else Sender(broker, log, self._policy, clock, logger)
        self._concurrency, self._timeout, self._interval = concurrency, timeout, interval
        self._heartbeat, self._retention = heartbeat, retention
        self._name = uuid4().hex
        self._awake = asyncio.Event()
        self._working = asyncio.Lock()
        self._attempts: set[asyncio.Task[None]] = set()
        self._sends: set[asyncio.Task[None]] = set()
        self._carried: dict[asyncio.Task[None], Sequence[Delivery]] = {}
        self._held: set[_Place] = set()
        self._unnoted: list[tuple[Delivery, BaseException]] = []
        self._unsent: list[Delivery] = []
        self._in_doubt = False
        self._alone = False
        self._hungry = False
        self._stopping = False
        self._kept_at = self._beat_at = self._revive_at = self._mend_at = self._purge_at = 0
        self._task: asyncio.Task[None] | None = None

    # --- its life -------------------------------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Deliver in the background until `stop`."""
        if self._task is not None:
            raise CoreError(ErrorCode.INVALID_STATE, "the relay runs already")
        self._stopping = False
        self._task = asyncio.create_task(self._run(), name="coregen-relay")

    async def stop(self, timeout: int = 10_000) -> None:
        """Finish the attempts at hand and end; one that takes longer than `timeout` ms is cancelled, undone, and made again later."""
        task, self._task = self._task, None
        if task is None:
            return
        self._stopping = True
        self._awake.set()
        await asyncio.wait({task, *self._attempts, *self._sends}, timeout=timeout / 1000)
        left = {task, *self._attempts, *self._sends}
        for each in left:
            each.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        self._stopping = False

    def wake(self) -> None:
        """Poll now: something has been committed."""
        self._awake.set()

    async def settle(self, timeout: int = 30_000) -> None:
        """Return when every delivery is done, skipped or parked, whichever relay makes it; timers that are not due yet are not waited for.

        Raises CoreError(TIMEOUT) after that many ms.
        """
        try:
            async with asyncio.timeout(timeout / 1000):
                while await self._unsettled():
                    await asyncio.sleep(0)
        except TimeoutError:
            raise CoreError(ErrorCode.TIMEOUT, f"deliveries were still waiting after {timeout} ms", transient=True) from None

    async def _unsettled(self) -> bool:
        if self._task is None:
            if await self.deliver_due():
                return True
        else:
            self.wake()
            await asyncio.sleep(0.002)
        newest = await self._log.newest()
        if await self._log.waiting(1):
            return True
        due = await self._log.next_due(self._handlers())
        if due is not None:
            await asyncio.sleep(min(max(due - self._clock.now(), 1), 20) / 1000)
            return True
        if self._fires and await self._log.timers_left():
            await asyncio.sleep(0.002)
            return True
        if await self._log.mend() or self._attempts or self._sends:
            return True
        return await self._log.left(self._handlers()) or await self._log.newest() != newest

    async def deliver_due(self) -> int:
        """One round: publish what is new, attempt what is due, and wait for it. Returns how many records and deliveries it took up."""
        try:
            async with self._working:
                count = await self._take_up()
            await asyncio.gather(*self._attempts, *self._sends)
        except asyncio.CancelledError:
            running = self._attempts | self._sends
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)
            raise
        return count

    async def _run(self) -> None:
        while not self._stopping:
            self._awake.clear()
            try:
                async with self._working:
                    took = await self._take_up()
                if took:
                    continue
            except Exception as error:  # noqa: BLE001  # the relay outlives a database that is away for a while
                self._logger.error("relay could not poll", error=describe(error))
            try:
                await asyncio.wait_for(self._awake.wait(), self._interval / 1000)
            except TimeoutError:
                continue

    async def _keep_house(self) -> None:
        if self._unnoted or self._unsent or self._in_doubt:
            await self._note()
        now = self._clock.now()
        if now < self._kept_at:
            self._beat_at = self._revive_at = self._mend_at = self._purge_at = 0  # the clock was set back: the house does not wait for it
        self._kept_at = now
        if (self._attempts or self._sends) and now >= self._beat_at:
            await self._beat()
        if now >= self._revive_at:
            self._revive_at = now + self._heartbeat // 3
            await self._log.revive(now + _AHEAD * self._heartbeat)
        if now >= self._mend_at:
            self._mend_at = now + _MEND_EVERY
            self._held.clear()
            await self._log.mend()
        if self._retention is not None and now >= self._purge_at:
            self._purge_at = now + _PURGE_EVERY
            await self.purge(self._retention)

    async def _note(self) -> None:
        """Note what a database that was away did not take: attempts have failed, unless they were made; what was for the broker is sent again, and
        claims of which no answer came are given back.
        """
        while self._unnoted:
            await self._making.failed(*self._unnoted[-1], None)
            self._unnoted.pop()
        await self._log.release(self._unsent, self._clock.now())
        self._unsent.clear()
        await self._log.give_back(self._name, [delivery.lane for carried in self._carried.values() for delivery in carried])
        self._in_doubt = False
        self._mend_at = 0

    async def _beat(self) -> None:
        now = self._clock.now()
        self._beat_at = now + self._heartbeat // 3
        await self._log.beat(self._name, now + self._heartbeat)

    # --- what a person sees and does ------------------------------------------------------------------------------------------

    async def backlog(self) -> Backlog:
        """What stands between commits and handlers, in numbers."""
        return await self._log.backlog()

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

    async def purge(self, retention: int) -> int:
        """Forget what was delivered, and records that were published, more than `retention` ms ago; events stay in the log. Returns how many rows went."""
        return await self._log.purge(self._clock.now() - retention)

    # --- taking up ------------------------------------------------------------------------------------------------------------

    def _handlers(self) -> list[str]:
        return [*(subscription.name for subscription in self._subscriptions), DISPATCHER, *([BROKER] if self._sender else [])]

    def _hearers(self, record: OutboxRecord) -> list[str]:
        if record.dispatch is not None:
            return [DISPATCHER]
        if record.event is None:
            return []
        own = [subscription.name for subscription in self._subscriptions.matching(record.event)]
        return own if self._sender is None or record.received else [BROKER, *own]

    async def _claim(self, *, behind: bool = False) -> Claim:
        """A claim, of a relay that is known to live; of what stands `behind` another attempt, which may take as long."""
        if self._clock.now() >= self._beat_at:
            await self._beat()
        return Claim(self._name, self._clock.now() + self._timeout * (1 + behind) + _GRACE)

    async def _take_up(self) -> int:
        await self._keep_house()
        if self._alone or self._stopping:
            return 0
        try:
            return await self._round()
        except BaseException:
            self._in_doubt = True
            raise

    async def _round(self) -> int:
        count = await self._fan_out() + await self._take_up_for_broker()
        free = self._concurrency - len(self._attempts)
        if self._alone or free <= 0:
            self._hungry = True
            return count
        due = await self._due(free * 2)
        suspects = [delivery for delivery in due if delivery.claimed_by is not None]
        if lost := [delivery for delivery in suspects if delivery.attempts >= self._policy.attempts]:
            await self._give_up(lost)
            return count + len(lost)
        if suspects and self._attempts:
            self._hungry = True
            return count
        chosen = suspects[:1] or due[:free]
        self._alone = bool(suspects)
        taken: list[Taken] = []
        try:
            taken = await self._log.claim(chosen, await self._claim())
        finally:
            self._alone = bool(suspects) and bool(taken)
        if suspects and not taken:
            self._held.update(map(_place, chosen))
        self._hungry = len(due) > len(chosen)
        self._begin(taken)
        return count + len(taken)

    async def _due(self, limit: int) -> list[Delivery]:
        """What is due, apart from what this relay is at and from what was found to be held: a process that hangs has it in its transaction."""
        passed_over = self._held | {_place(delivery) for carried in self._carried.values() for delivery in carried}
        limit += len(passed_over)
        due = await self._log.due([handler for handler in self._handlers() if handler != BROKER], limit)
        due += await self._log.due_timers(limit) if self._fires else []
        return [delivery for delivery in due if _place(delivery) not in passed_over]

    async def _give_up(self, lost: Sequence[Delivery]) -> None:
        """Park what ended the process that attempted it, the last time too."""
        for delivery in lost:
            error = delivery.last_error or "the process that attempted it ended each time"
            if await self._log.fail(delivery, error, None):
                self._logger.error("delivery parked", record=delivery.record_id, handler=delivery.handler, attempt=delivery.attempts, error=error)
            else:
                self._held.add(_place(delivery))

    async def _take_up_for_broker(self) -> int:
        if not self._can_send():
            return 0
        taken = await self._log.claim(await self._log.due([BROKER], BATCH), await self._claim())
        self._send(taken)
        return len(taken)

    def _can_send(self) -> bool:
        return self._sender is not None and self._sender.ready and len(self._sends) < SENDS

    async def _fan_out(self) -> int:
        """Make deliveries of what is new, and begin with as many of them as there is room for."""
        records = await self._log.waiting(BATCH)
        if not records:
            return 0
        free = self._concurrency - len(self._attempts)
        batched = [BROKER] if self._can_send() else []
        taken = await self._log.fan_out([(record, self._hearers(record)) for record in records], await self._claim(), free, batched)
        if taken is None:
            return len(records)
        self._begin([each for each in taken if each[0].handler != BROKER])
        self._send([each for each in taken if each[0].handler == BROKER])
        if self._publish is not None:
            for record in records:
                if record.unreadable is not None:
                    self._logger.error("an event was not published", record=record.id, error=describe(record.unreadable))
                elif record.event is not None and not record.erased:
                    await self._publish(record.event)
        return len(records)

    def _begin(self, taken: Sequence[Taken]) -> None:
        for delivery, record in taken:
            task = asyncio.create_task(self._carry(delivery, record), name="coregen-delivery")
            self._watched(task, self._attempts, [delivery])

    def _send(self, taken: Sequence[Taken]) -> None:
        if taken and self._sender is not None:
            task = asyncio.create_task(self._sender.send(taken), name="coregen-send")
            self._watched(task, self._sends, [delivery for delivery, _ in taken])

    def _watched(self, task: asyncio.Task[None], among: set[asyncio.Task[None]], carried: Sequence[Delivery]) -> None:
        self._carried[task] = carried
        among.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        sent = task in self._sends
        carried = self._carried.pop(task)
        self._attempts.discard(task)
        self._sends.discard(task)
        if not self._attempts:
            self._alone = False
        if not task.cancelled() and (error := task.exception()) is not None:
            self._logger.error("relay could not note what became of its deliveries; it will", deliveries=len(carried), error=describe(error))
            if sent:
                self._unsent += carried
            else:
                self._unnoted += [(delivery, error) for delivery in carried]
        if self._hungry or sent:
            self._awake.set()

    # --- one lane -------------------------------------------------------------------------------------------------------------

    async def _carry(self, delivery: Delivery, record: OutboxRecord) -> None:
        """Make a delivery, and those that stand behind it in its lane."""
        task = asyncio.current_task()
        assert task is not None
        behind: deque[Taken] = deque()
        for made in range(1, RUN + 1):
            self._carried[task] = [delivery]
            last = made == RUN or self._stopping or self._alone
            following = claimed(behind[0][0], await self._claim(behind=True)) if behind and not last else None
            outcome = await self._making.attempt(delivery, record, following)
            if not outcome.made:
                return
            if following is not None and outcome.began:
                delivery, record = following, behind.popleft()[1]
                continue
            behind = deque(await self._log.advance(delivery.lane, None if last else await self._claim(), AHEAD))
            if not behind:
                if last:
                    self._awake.set()
                return
            delivery, record = behind.popleft()


def _place(delivery: Delivery) -> _Place:
    return delivery.record_id, delivery.handler
