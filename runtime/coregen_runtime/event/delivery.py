"""What the relay stands on: the log of deliveries as a port, how often one is attempted, and what can be read of it all (semantics 30, 31).

The relay itself is `relay.py`; the log in a database `repository/deliveries.py`.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol, TypeAlias

from coregen_runtime.event.outbox import Delivery, DeliveryStatus, Lane, OutboxRecord

if TYPE_CHECKING:
    from coregen_runtime.entity.types import ID, Timestamp
    from coregen_runtime.repository.types import Statements, Transaction

DISPATCHER = "coregen.dispatch"
"""The name under which deliveries of dispatch records stand."""

BROKER = "coregen.broker"
"""The name under which deliveries to a broker stand."""

Taken: TypeAlias = tuple[Delivery, OutboxRecord]
"""A delivery that this relay has claimed, or that waits behind such a one, and what is to be delivered."""


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often a delivery is attempted before it is parked, and how long the relay waits between (ms): `first`, then `factor` times longer each time.

    `jitter` is the share of a wait that is left to chance, so that what failed together is not tried together again.
    """

    attempts: int = 6
    first: int = 200
    factor: int = 4
    longest: int = 300_000
    jitter: float = 0.5
    chance: Callable[[], float] = field(default=random.random, repr=False)

    def delay(self, failed: int) -> int | None:
        """The wait after that many failed attempts; None when the last one has failed."""
        if failed >= self.attempts:
            return None
        wait: int = min(self.first * self.factor ** (failed - 1), self.longest)
        return round(wait * (1 - self.jitter * self.chance()))


@dataclass(frozen=True, slots=True)
class Claim:
    """Whose the claimed deliveries are, and until when (ms): then they are due again, whatever became of the relay."""

    by: str
    until: Timestamp


@dataclass(frozen=True, slots=True)
class Backlog:
    """What stands in the way between commits and handlers, now.

    `unpublished` records have no deliveries yet; `pending` deliveries are the first of their lanes, due, running or backing off; `waiting`
    ones stand behind those and behind the `parked`. `lag` is how long (ms) the oldest that could be delivered has been waiting for it.
    """

    unpublished: int
    pending: int
    waiting: int
    parked: int
    lag: int


def claimed(delivery: Delivery, claim: Claim) -> Delivery:
    """The delivery as it stands once the claim has won it: its attempt is counted."""
    return replace(delivery, status=DeliveryStatus.PENDING, attempts=delivery.attempts + 1, claimed_by=claim.by, due_at=claim.until)


class DeliveryLog(Protocol):
    """What the relay needs to know and to note. Of a lane, at most one delivery is pending or parked; those behind it are waiting."""

    def transaction(self) -> AbstractAsyncContextManager[Transaction]:
        """A transaction that may touch any organisation's rows."""
        ...

    async def waiting(self, limit: int) -> list[OutboxRecord]:
        """What has no deliveries yet, in order."""
        ...

    async def newest(self) -> int:
        """The position of the record that was written last; 0 when there is none."""
        ...

    async def fan_out(
        self, records: Sequence[tuple[OutboxRecord, Sequence[str]]], claim: Claim, slots: int, batched: Collection[str]
    ) -> list[Taken] | None:
        """Make a delivery of each record to each of its handlers, and mark the records published, at once.

        Of those that stand first in their lanes, `slots` come back claimed, and all of the `batched` handlers'. None: another relay was faster.
        """
        ...

    async def due(self, handlers: Sequence[str], limit: int) -> list[Delivery]:
        """What may be attempted now, the longest due first."""
        ...

    async def due_timers(self, limit: int) -> list[Delivery]:
        """The timers that may fire now: one an aggregate, that which fell due first."""
        ...

    async def timers_left(self) -> bool:
        """Whether a timer that has fallen due is still to be done, claimed or backing off; one behind a parked one is not."""
        ...

    async def claim(self, deliveries: Sequence[Delivery], claim: Claim) -> list[Taken]:
        """Those of the deliveries that are this relay's from now on, their attempt counted durably before it begins."""
        ...

    async def advance(self, lane: Lane, claim: Claim | None, limit: int = 1) -> list[Taken]:
        """Let the next of a lane be pending, once what stood before it is finished.

        With `claim`, it is claimed at once and returned, and behind it those that wait in its lane, `limit` at most in all; none where there is nothing
        to be done.
        """
        ...

    async def advance_all(self, lanes: Sequence[Lane]) -> None:
        """The same for several lanes, without a claim."""
        ...

    async def finish(
        self, delivery: Delivery, tx: Statements, status: DeliveryStatus = DeliveryStatus.DONE, following: Delivery | None = None
    ) -> tuple[bool, bool]:
        """Take a claimed delivery out of the work, in the handler's transaction, and let the one that waits behind it be pending and claimed as `following` says.

        Whether the one was still this relay's, and whether the other still waited.
        """
        ...

    async def finish_all(self, deliveries: Sequence[tuple[Delivery, DeliveryStatus]]) -> None:
        """The same for several whose effects stand elsewhere."""
        ...

    async def fail(self, delivery: Delivery, error: str, retry_at: Timestamp | None) -> bool:
        """Note a failed attempt; without `retry_at` it was the last one and the delivery is parked. False: it was no longer this relay's."""
        ...

    async def release(self, deliveries: Sequence[Delivery], due_at: Timestamp) -> None:
        """Give back what was claimed and not attempted; it counts as no attempt."""
        ...

    async def beat(self, by: str, until: Timestamp) -> None:
        """Say that the relay lives, and will have said so again by then."""
        ...

    async def revive(self, latest: Timestamp) -> int:
        """Make what relays had claimed that gave no sign of life due at once. Returns how many deliveries.

        None promises one after `latest`: who seems to did so before the clock was set back, and is silent since.
        """
        ...

    async def give_back(self, by: str, lanes: Sequence[Lane]) -> int:
        """Make due at once what that relay has claimed beside these lanes: of such a claim the answer was lost. Returns how many deliveries."""
        ...

    async def mend(self) -> int:
        """Let the first of every lane that has no pending one be pending: what a crash between two steps left. Returns how many."""
        ...

    async def left(self, handlers: Sequence[str]) -> bool:
        """Whether anything is still to be delivered to them, by one look at all lanes; what stands behind a parked delivery is not."""
        ...

    async def next_due(self, handlers: Sequence[str]) -> Timestamp | None:
        """When the next attempt may run; None when nothing waits for one."""
        ...

    async def backlog(self) -> Backlog: ...

    async def parked(self) -> list[Delivery]: ...

    async def unpark(self, record_id: ID, handler: str) -> None: ...

    async def skip(self, record_id: ID, handler: str) -> None: ...

    async def purge(self, before: Timestamp) -> int:
        """Forget deliveries that were finished, and records that were published, before that time and have none left. Returns how many rows went."""
        ...
