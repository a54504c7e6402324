"""A state's timers as deliveries of the outbox: the writes that arm and cancel them, and which is the newest (semantics 18).

When a timer is due to fire is told by `deliveries.py`, what firing does by `context/timers.py`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from coregen_runtime.event.outbox import TIMERS, DeliveryStatus, DispatchRecord
from coregen_runtime.repository.outbox import UNFINISHED, delivery_record, dispatched, outbox_record
from coregen_runtime.repository.system_tables import DELIVERIES
from coregen_runtime.repository.types import AllOf, Compare, DbQuery, DeleteWhere, Operation, Order, Scope, Where

if TYPE_CHECKING:
    from coregen_runtime.entity.types import ID, Timestamp
    from coregen_runtime.repository.types import Statements


def arm_timer(record: DispatchRecord, due_at: Timestamp, now: Timestamp) -> tuple[Operation, ...]:
    """The writes of a timer: its record, already handed out, and its delivery, due at a time in ms (semantics 18)."""
    kept = outbox_record(record.id, record.org_id, record.aggregate_id, dispatch=dispatched(record), published_at=now)
    return (kept, delivery_record(record.id, TIMERS, record.org_id, record.aggregate_id, due_at, due_at))


def cancel_timers(org_id: ID, aggregate_id: ID) -> Operation:
    """The write that takes an aggregate's timers out of the work, parked ones too: it left the state that armed them."""
    return DeleteWhere(DELIVERIES, AllOf((UNFINISHED, *_timers_of(org_id, aggregate_id))))


async def newest_timer(db: Statements, org_id: ID, aggregate_id: ID) -> ID | None:
    """The key of the timer that an aggregate armed last, fired or not; None where it has none."""
    any_status = Compare("status", "in", tuple(status.value for status in DeliveryStatus))
    query = DbQuery(DELIVERIES, AllOf((any_status, *_timers_of(org_id, aggregate_id))), (Order("record_id", descending=True),), limit=1)
    rows = await db.select(Scope(org_id), query)
    return str(rows[0]["record_id"]) if rows else None


def _timers_of(org_id: ID, aggregate_id: ID) -> tuple[Where, ...]:
    return (Compare("handler", "eq", TIMERS), Compare("organization_id", "eq", org_id), Compare("aggregate_id", "eq", aggregate_id))
