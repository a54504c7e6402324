"""Upcasters: how an old event is read as the present shape of its type (semantics 29; specification, section 3).

What is stored is never rewritten. An event carries the number of its shape, from 1; each upcaster takes the payload one shape further, so
the present shape of a type is one more than it has upcasters, and writers stamp that. Where events are read is left to the stores.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any, TypeAlias

from coregen_runtime.errors.base import CoreError
from coregen_runtime.errors.codes import ErrorCode
from coregen_runtime.errors.describe import describe
from coregen_runtime.event.types import DomainEvent
from coregen_runtime.primitives.functions import resolve

Upcaster: TypeAlias = Callable[[Any], Any]
"""A payload of one shape, as JSON in wire keys → the same of the next. It is given a copy; it does no I/O."""


class Upcasters:
    """All upcasters of an application, by what identifies an event: its source module and type (semantics 27). Filled at boot."""

    def __init__(self) -> None:
        self._chains: dict[tuple[str, str], list[Upcaster]] = {}

    def add(self, source: str, type: str, *chain: Upcaster | str) -> None:
        """Register the whole chain of a type, oldest first: the first takes shape 1 to 2. A text names a function: `pkg.mod:fn`.

        Raises `CoreError("DUPLICATE")` when the type has its chain already.
        """
        if (source, type) in self._chains:
            raise CoreError(ErrorCode.DUPLICATE, f'the upcasters of "{source}/{type}" are registered already; they are one chain, from one module')
        self._chains[source, type] = [resolve(each) if isinstance(each, str) else each for each in chain]

    def version_of(self, source: str, type: str) -> int:
        """The number of the present shape."""
        return 1 + len(self._chains.get((source, type), ()))

    def stamped(self, event: DomainEvent[Any]) -> DomainEvent[Any]:
        """The event with the number of its shape, which is the present one unless it says otherwise."""
        return event if event.schema_version else event.model_copy(update={"schema_version": self.version_of(event.source, event.type)})

    def written(self, event: DomainEvent[Any]) -> DomainEvent[Any]:
        """The event as it is handed to the log: stamped, except with the number 1, which is what the log takes the lack of one for."""
        return event if event.schema_version or (event.source, event.type) not in self._chains else self.stamped(event)

    def upcast(self, event: DomainEvent[Any]) -> DomainEvent[Any]:
        """The event in its present shape. One without payload (erased), and one of a later shape than is known here, stay as they are.

        Raises CoreError where an upcaster fails, naming it and the event.
        """
        chain = self._chains.get((event.source, event.type), [])
        version = max(event.schema_version, 1)
        if version > len(chain) or event.payload is None:
            return event
        payload = deepcopy(event.payload)
        for shape, upcaster in enumerate(chain[version - 1 :], version):
            try:
                payload = upcaster(payload)
            except Exception as error:
                message = (
                    f'the upcaster of "{event.source}/{event.type}" from shape {shape} to {shape + 1} failed on event {event.id}: {describe(error)}'
                )
                raise CoreError(ErrorCode.INVALID_STATE, message) from error
        return event.model_copy(update={"payload": payload, "schema_version": len(chain) + 1})
