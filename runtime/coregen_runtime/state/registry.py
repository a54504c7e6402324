"""Machines by id; an id is unique in an application (specification, section 4; semantics 37)."""

from __future__ import annotations

from coregen_runtime.errors.base import CoreError
from coregen_runtime.errors.codes import ErrorCode
from coregen_runtime.primitives.suggest import did_you_mean
from coregen_runtime.state.types import StateMachine


class StateMachineRegistry:
    """What the modules of an application registered at boot."""

    def __init__(self) -> None:
        self._machines: dict[str, StateMachine] = {}
        self._timed: dict[str, list[StateMachine]] = {}

    def register(self, machine: StateMachine, module: str = "") -> None:
        """Make a machine ready and keep it; `module` is whose entity it belongs to.

        Raises CoreError: `DUPLICATE` where the id is taken, `INVALID_MACHINE` for a state that is not there, `INVALID_RULE` for a guard that no
        engine would take.
        """
        if machine.id in self._machines:
            raise CoreError(ErrorCode.DUPLICATE, f'a state machine "{machine.id}" is registered already; give one of the two another id')
        timed = bool(machine.table.timeouts)
        self._machines[machine.id] = machine
        if timed:
            self._timed.setdefault(f"{module}.{machine.entity_type}" if module else machine.entity_type, []).append(machine)

    def resolve(self, id: str) -> StateMachine:
        """Raises CoreError: `UNKNOWN`, with the nearest id."""
        try:
            return self._machines[id]
        except KeyError:
            raise CoreError(ErrorCode.UNKNOWN, f'no state machine "{id}" is registered{did_you_mean(id, self._machines)}') from None

    def get_all(self) -> tuple[StateMachine, ...]:
        return tuple(self._machines.values())

    def timed(self, entity: str) -> tuple[StateMachine, ...]:
        """The machines of an entity (`catalog.Product`) that have timeouts; those registered without a module belong to any entity of the name."""
        return (*self._timed.get(entity, ()), *self._timed.get(entity.rpartition(".")[2], ()))
