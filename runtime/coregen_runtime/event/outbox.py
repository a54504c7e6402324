"""The transactional outbox: what leaves a transaction stands in it first (specification, section 3; semantics 27, 30).

A record is either an event to deliver or a command to dispatch after the commit. The records are stored by `repository/outbox.py`
and delivered by `event/relay.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from coregen_runtime.entity.types import ID, Timestamp
    from coregen_runtime.errors.base import CoreError
    from coregen_runtime.event.types import DomainEvent
    from coregen_runtime.repository.types import Operation, Statements


TIMERS = "coregen.timers"
"""The name under which deliveries of timers stand: records that are due later, and in order of that (semantics 18)."""


@dataclass(frozen=True, slots=True)
class DispatchRecord:
    """A command to send once the transaction has committed, in order within its aggregate (semantics 17).

    `command` is its type, `payload` JSON in wire keys. `idempotency_key` makes a repeated delivery recognisable to the command's chain.
    """

    id: ID
    command: str
    payload: Mapping[str, Any]
    org_id: ID
    aggregate_id: ID
    idempotency_key: str
    actor_id: ID = ""
    correlation_id: ID = ""
    caused_by: ID | None = None


@dataclass(frozen=True, slots=True)
class OutboxRecord:
    """A record as it is stored: `event` or `dispatch`, never both. `erased` says that the event's payload has been taken out of the log.

    `received`: the event came from a broker, and stands beside the log. `unreadable` says why `event` is in the shape that it was stored in: an
    upcaster failed. Each of its deliveries fails by that, and no other's.
    """

    id: ID
    position: int
    event: DomainEvent | None
    dispatch: DispatchRecord | None
    erased: bool
    org_id: ID
    aggregate_id: ID
    published_at: Timestamp | None
    attempts: int
    last_error: str | None
    received: bool = False
    unreadable: CoreError | None = None


class DeliveryStatus(StrEnum):
    """`pending` is the first unfinished one of its lane, `waiting` stands behind it; `parked` waits for a person, and its lane behind it."""

    WAITING = "waiting"
    PENDING = "pending"
    DONE = "done"
    PARKED = "parked"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One (record, handler) pair.

    `due_at` (ms) is when the next attempt may run, while one runs when its claim ends, and once it is finished when that was. Attempts are
    counted when they are claimed, by the relay named in `claimed_by`. `last_error` is a sentence without sensitive values.
    """

    record_id: ID
    handler: str
    org_id: ID
    aggregate_id: ID
    position: int
    status: DeliveryStatus
    attempts: int
    due_at: Timestamp
    last_error: str | None
    claimed_by: str | None = None

    @property
    def lane(self) -> Lane:
        """What is delivered in order: one aggregate's records to one handler."""
        return Lane(self.handler, self.org_id, self.aggregate_id)


@dataclass(frozen=True, slots=True, order=True)
class Lane:
    """One aggregate of an organisation, as one handler hears it: its deliveries are made in order, one at a time (semantics 30)."""

    handler: str
    org_id: ID
    aggregate_id: ID


class EventOutbox(Protocol):
    """The outbox (specification, section 3). `tx` is the transaction that the change itself stands in."""

    def operations(self, events: Sequence[DomainEvent], *, advance: bool = False) -> tuple[Operation, ...]:
        """The writes as values: the events in the log and a record of each in the outbox. A save sends them in one hop with its row."""
        ...

    async def write(self, event: DomainEvent, tx: Statements) -> None: ...

    async def write_batch(self, events: Sequence[DomainEvent], tx: Statements) -> None: ...

    async def write_dispatch(self, record: DispatchRecord, tx: Statements) -> None: ...

    async def poll_unpublished(self, limit: int) -> list[OutboxRecord]: ...

    async def mark_published(self, id: ID) -> None: ...

    async def mark_failed(self, id: ID, error: str) -> None: ...
