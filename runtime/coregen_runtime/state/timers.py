"""Timed transitions as data: what entering a state arms, and what a timer that fires does (specification, section 4; semantics 18).

Pure: the clock's time and the token of the entry are arguments. Storing timers with the change, and firing them, is context/timers.py's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from coregen_runtime.state.actions import FSMContext
from coregen_runtime.state.machine import Judge, outcome_of, passes, scope_of
from coregen_runtime.state.table import Outcome
from coregen_runtime.state.types import StateMachine


@dataclass(frozen=True, slots=True)
class Timer:
    """One timeout of one entry into a state. `delay` and `due_at` in ms; `index` counts the state's `after`; `token` is new at every entry."""

    machine: str
    entity_id: str
    state: str
    token: str
    index: int
    delay: int
    due_at: int
    target: str

    @property
    def key(self) -> str:
        """Unique: a job under it is armed once per entry."""
        return f"{self.token}.{self.index}"

    def data(self) -> dict[str, Any]:
        """The timer as JSON."""
        return {
            "machine": self.machine,
            "entityId": self.entity_id,
            "state": self.state,
            "token": self.token,
            "index": self.index,
            "delay": self.delay,
            "dueAt": self.due_at,
            "target": self.target,
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Timer:
        """What `data` gave."""
        return cls(
            machine=data["machine"],
            entity_id=data["entityId"],
            state=data["state"],
            token=data["token"],
            index=data["index"],
            delay=data["delay"],
            due_at=data["dueAt"],
            target=data["target"],
        )


def timers(machine: StateMachine, state: str, entity_id: str, token: str, now: int) -> tuple[Timer, ...]:
    """What entering `state` at `now` (ms) arms, in the order in which it falls due; nothing for a state without `after`."""
    node = machine.states.get(state)
    made = (
        Timer(machine.id, entity_id, state, token, index, timed.delay, now + timed.delay, timed.target)
        for index, timed in enumerate(node.after if node is not None else ())
    )
    return tuple(sorted(made, key=lambda timer: timer.due_at))


def fire(machine: StateMachine, timer: Timer, state: str, token: str, context: FSMContext, rules: Judge | None = None) -> Outcome | None:
    """What a timer does, given the state in which the entity stands now and the token of its entry into it.

    None where it is stale (the entity left the state, or entered it again since; the definition has no such timeout any more), or where its
    guard fails. The machine's present definition decides about target and guard. Raises CoreError as `transition`.
    """
    ways = machine.table.timeouts.get(timer.state, ())
    if state != timer.state or token != timer.token or timer.index >= len(ways):
        return None
    way = ways[timer.index]
    return outcome_of(machine, way, context) if passes(way.rule, scope_of(machine, context), rules) else None
