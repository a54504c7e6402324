"""One attempt at a delivery: its handler in one transaction with the mark that it is done, and what becomes of a failure (semantics 30, 31).

What is attempted when, and by which relay, is `relay.py`'s.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from coregen_runtime.errors.describe import describe
from coregen_runtime.event.delivery import DeliveryLog, RetryPolicy
from coregen_runtime.event.outbox import TIMERS, Delivery, DeliveryStatus, DispatchRecord, OutboxRecord

if TYPE_CHECKING:
    from coregen_runtime.event.subscriptions import DurableSubscription, Subscriptions
    from coregen_runtime.event.types import DomainEvent
    from coregen_runtime.primitives.clock import Clock
    from coregen_runtime.primitives.logger import Logger
    from coregen_runtime.repository.types import Transaction


@dataclass(frozen=True, slots=True)
class Callees:
    """Who is called in the transaction of an attempt: with an event, a command that a transaction left behind, or a timer that is due."""

    deliver: Callable[[DurableSubscription, DomainEvent, Transaction], Awaitable[None]]
    dispatch: Callable[[DispatchRecord, Transaction], Awaitable[None]]
    fire: Callable[[DispatchRecord, Transaction], Awaitable[None]] | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whether a delivery was made, so that its lane may go on, and whether the one behind it has been claimed with it."""

    made: bool
    began: bool = False


class Attempts:
    """Attempts what has been claimed; `timeout` is how many ms one may take."""

    def __init__(
        self, log: DeliveryLog, subscriptions: Subscriptions, callees: Callees, policy: RetryPolicy, clock: Clock, logger: Logger, timeout: int
    ) -> None:
        self._log, self._subscriptions, self._callees = log, subscriptions, callees
        self._policy, self._clock, self._logger, self._timeout = policy, clock, logger, timeout

    async def attempt(self, delivery: Delivery, record: OutboxRecord, following: Delivery | None) -> Outcome:
        """One attempt; the transaction that ends it claims the one that follows."""
        started = began = False
        try:
            async with asyncio.timeout(self._timeout / 1000), self._log.transaction() as tx:
                started = True
                status = DeliveryStatus.SKIPPED if record.erased else DeliveryStatus.DONE
                mine, began = await self._log.finish(delivery, tx, status, following)
                if not mine:
                    return Outcome(made=False)
                if not record.erased:
                    await self._hand_over(delivery, record, tx)
        except asyncio.CancelledError as error:
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                await asyncio.shield(self._log.release([delivery], self._clock.now()))
                raise
            return await self.failed(delivery, error, following if began else None)
        except Exception as error:  # noqa: BLE001  # whatever a handler raises is counted, told and tried again
            if not started:
                self._logger.warning("relay could not begin a transaction", handler=delivery.handler, error=describe(error))
                await self._log.release([delivery], self._clock.now() + self._policy.first)
                return Outcome(made=False)
            return await self.failed(delivery, error, following if began else None)
        return Outcome(made=True, began=began)

    async def _hand_over(self, delivery: Delivery, record: OutboxRecord, tx: Transaction) -> None:
        if record.dispatch is not None:
            perform = self._callees.fire if delivery.handler == TIMERS and self._callees.fire is not None else self._callees.dispatch
            await perform(record.dispatch, tx)
            return
        if record.unreadable is not None:
            raise record.unreadable
        subscription = self._subscriptions.get(delivery.handler)
        if subscription is not None and record.event is not None:
            await self._callees.deliver(subscription, record.event, tx)

    async def failed(self, delivery: Delivery, error: BaseException, following: Delivery | None) -> Outcome:
        """Note the failure. When it turns out that the delivery was made all the same, what it has begun behind it is given back."""
        delay = self._policy.delay(delivery.attempts)
        facts = {"record": delivery.record_id, "handler": delivery.handler, "attempt": delivery.attempts, "error": describe(error)}
        if not await self._log.fail(delivery, describe(error), None if delay is None else self._clock.now() + delay):
            if following is not None:
                await self._log.release([following], self._clock.now())
            return Outcome(made=True)
        if delay is None:
            self._logger.error("delivery parked", **facts)
        else:
            self._logger.warning("delivery failed", **facts, retry_in_ms=delay)
        return Outcome(made=False)
