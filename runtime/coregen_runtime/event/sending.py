"""Events on their way to a broker: deliveries like any other, in order per aggregate, but handed over many at once (semantics 30).

An event counts as delivered when the broker holds it durably. A broker that is away costs no attempt, so that nothing is parked for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from coregen_runtime.errors.base import CoreError
from coregen_runtime.errors.describe import describe
from coregen_runtime.event.outbox import Delivery, DeliveryStatus

if TYPE_CHECKING:
    from coregen_runtime.event.broker import EventBroker
    from coregen_runtime.event.delivery import DeliveryLog, RetryPolicy, Taken
    from coregen_runtime.event.types import DomainEvent
    from coregen_runtime.primitives.clock import Clock
    from coregen_runtime.primitives.logger import Logger

AWAY = 1_000
"""Ms after which a broker that was away is tried again."""


class Sender:
    """Hands what the relay has claimed for the broker over to it, and notes what became of it."""

    def __init__(self, broker: EventBroker, log: DeliveryLog, policy: RetryPolicy, clock: Clock, logger: Logger) -> None:
        self._broker, self._log, self._policy, self._clock, self._logger = broker, log, policy, clock, logger
        self._away_until = 0

    @property
    def ready(self) -> bool:
        """False for a while after the broker was found to be away; a clock that is set back makes it no longer."""
        return not self._away_until - AWAY <= self._clock.now() < self._away_until

    async def send(self, taken: Sequence[Taken]) -> None:
        """Publish what has been claimed, one delivery a lane."""
        unreadable = [(delivery, record.unreadable) for delivery, record in taken if record.unreadable is not None]
        readable = [(delivery, record) for delivery, record in taken if record.unreadable is None]
        events = [(delivery, record.event) for delivery, record in readable if record.event is not None and not record.erased]
        settled = [(delivery, DeliveryStatus.SKIPPED) for delivery, record in readable if record.event is None or record.erased]
        outcomes = await self._publish([event for _, event in events])
        away: list[Delivery] = []
        for (delivery, _), outcome in zip(events, outcomes, strict=True):
            if outcome is None:
                settled.append((delivery, DeliveryStatus.DONE))
            elif isinstance(outcome, CoreError) and outcome.transient:
                away.append(delivery)
            else:
                await self._failed(delivery, outcome, "the broker refused an event")
        for delivery, error in unreadable:
            await self._failed(delivery, error, "an event could not be read for the broker")
        await self._log.finish_all(settled)
        await self._log.advance_all([delivery.lane for delivery, _ in settled])
        if away:
            await self._wait(away, next(outcome for outcome in outcomes if isinstance(outcome, CoreError) and outcome.transient))

    async def _publish(self, events: Sequence[DomainEvent[Any]]) -> Sequence[Exception | None]:
        try:
            return await self._broker.publish(events) if events else []
        except Exception as error:  # noqa: BLE001  # told and tried again, for each of them
            return [error] * len(events)

    async def _wait(self, away: Sequence[Delivery], error: CoreError) -> None:
        self._away_until = self._clock.now() + AWAY
        self._logger.warning("the broker is away; its events wait", events=len(away), error=describe(error))
        await self._log.release(away, self._away_until)

    async def _failed(self, delivery: Delivery, error: Exception, message: str) -> None:
        delay = self._policy.delay(delivery.attempts)
        await self._log.fail(delivery, describe(error), None if delay is None else self._clock.now() + delay)
        self._logger.error(
            message if delay is not None else f"{message}; its delivery is parked",
            record=delivery.record_id,
            attempt=delivery.attempts,
            error=describe(error),
        )
