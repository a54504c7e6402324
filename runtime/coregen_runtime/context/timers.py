"""Timed transitions, stored with the change that enters a state and performed when they fall due (semantics 17, 18).

A timer is a record of the outbox that is due later, so it commits with the entity or not at all, needs no engine beside the database, and
is delivered by the relay: once, with retries, in one transaction with what it does. What a timer does is state/timers.py's to say.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from coregen_runtime.context.transitions import context_of, perform_outcome, state_of
from coregen_runtime.event.outbox import TIMERS, DispatchRecord
from coregen_runtime.repository.timers import arm_timer, cancel_timers, newest_timer
from coregen_runtime.repository.types import Operation
from coregen_runtime.state.timers import Timer, fire, timers

if TYPE_CHECKING:
    from coregen_runtime.context.factory import BoundContext
    from coregen_runtime.repository.table import Codec
    from coregen_runtime.state.types import StateMachine


@dataclass(frozen=True, slots=True)
class Arming:
    """What a repository asks when it writes an entity whose machines have timeouts: which writes belong to the change."""

    ctx: BoundContext
    machines: tuple[StateMachine, ...]

    def __call__(self, codec: Codec[Any], before: Any | None, after: Any | None, again: str | None = None) -> tuple[Operation, ...]:
        """The writes for a change of `before` into `after`; None is an entity that is not there.

        Args:
            again: the field of a machine whose state was left and entered again, though it reads as before.
        """
        found: list[Operation] = []
        for machine in self.machines:
            attribute = codec.attributes[machine.field]
            left, entered = (None if entity is None else str(getattr(entity, attribute)) for entity in (before, after))
            if left == entered and again != machine.field:
                continue
            id = (after if after is not None else before).id  # type: ignore[union-attr]  # one of the two is there
            if left is not None:
                found.append(cancel_timers(self.ctx.org.id, aggregate_of(machine, id)))
            if entered is not None:
                token, now = self.ctx.ids.generate(), self.ctx.clock.now()
                found += [
                    operation
                    for timer in timers(machine, entered, id, token, now)
                    for operation in arm_timer(self._record(machine, timer, codec.schema.qualified_name), timer.due_at, now)
                ]
        return tuple(found)

    def _record(self, machine: StateMachine, timer: Timer, entity: str) -> DispatchRecord:
        return DispatchRecord(
            id=timer.key,
            command=TIMERS,
            payload={"entity": entity, **timer.data()},
            org_id=self.ctx.org.id,
            aggregate_id=aggregate_of(machine, timer.entity_id),
            idempotency_key=timer.key,
            correlation_id=self.ctx.correlation_id,
            caused_by=self.ctx.caused_by,
        )


def aggregate_of(machine: StateMachine, id: str) -> str:
    """Whose timers those of a machine of an entity are: what leaving the state cancels."""
    return f"{machine.id}:{id}"


async def fire_timer(ctx: BoundContext, record: DispatchRecord) -> None:
    """Perform what a due timer does, or nothing where it is stale or its guard fails, in the transaction of `ctx` (semantics 18)."""
    entity_name, timer = record.payload["entity"], Timer.from_data(record.payload)
    machine = ctx.fsm.resolve(timer.machine)
    async with ctx.bind(module=entity_name.rpartition(".")[0]).transaction() as tx:
        repo: Any = tx.repo(entity_name)
        entity = await repo.find_by_id(timer.entity_id)
        newest = await newest_timer(repo.db, record.org_id, record.aggregate_id)
        if entity is None or newest is None:
            return
        context = context_of(tx, entity, None)
        outcome = fire(machine, timer, state_of(machine, context), newest.rpartition(".")[0], context, tx.rules)
        if outcome is not None:
            await perform_outcome(tx, repo, machine, entity, context, outcome)
