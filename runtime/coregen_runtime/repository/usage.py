"""How a transaction may be used: by one task at a time, for one organisation, until it ends (semantics 22)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from coregen_runtime.errors.base import CoreError
from coregen_runtime.errors.codes import ErrorCode
from coregen_runtime.repository.system_tables import OUTBOX
from coregen_runtime.repository.types import Insert

if TYPE_CHECKING:
    from coregen_runtime.repository.types import Operation, Scope


class Usage:
    """What an adapter's transaction keeps about itself. `callbacks` wait for the commit; `left_records` says whether the outbox got any."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._busy = False
        self._ended = False
        self._nested: list[object] = []
        self.callbacks: list[Callable[[], None]] = []
        self.left_records = False

    @contextmanager
    def of(self, scope: Scope) -> Iterator[None]:
        """One statement. Raises CoreError when another is under way, for another organisation, and after the end."""
        self.check_open()
        if self._scope.organization not in (None, scope.organization):
            raise CoreError(ErrorCode.INVALID_STATE, "a transaction of one organisation was used for another")
        if self._busy:
            raise two_tasks()
        self._busy = True
        try:
            yield
        finally:
            self._busy = False

    @contextmanager
    def nested(self) -> Iterator[None]:
        """A savepoint: when it is undone, so are the callbacks that were left in it.

        Raises CoreError when one that was begun within it, by another task, has not ended.
        """
        callbacks, own = len(self.callbacks), object()
        self._nested.append(own)
        try:
            yield
            if self._nested[-1] is not own:
                raise two_tasks()
        except BaseException:
            del self.callbacks[callbacks:]
            raise
        finally:
            self._nested.remove(own)

    def check_open(self) -> None:
        """Raises CoreError after the end."""
        if self._ended:
            raise CoreError(ErrorCode.INVALID_STATE, "the transaction has ended; what follows it needs another one")

    def end(self) -> None:
        self._ended = True

    def applied(self, operations: Sequence[Operation]) -> None:
        self.left_records |= leaves_records(operations)


def two_tasks() -> CoreError:
    """Statements of two tasks meet in one transaction."""
    return CoreError(ErrorCode.INVALID_STATE, "two tasks use one transaction at once; give each a transaction of its own")


def leaves_records(operations: Sequence[Operation]) -> bool:
    """Whether the operations put records into the outbox."""
    for operation in operations:
        if type(operation) is Insert and operation.table is OUTBOX:
            return True
    return False
