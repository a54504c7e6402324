"""What a save, delete, restore or erase of an entity is, as operations: stamps, checks, the row, and the event beside it.

Pure; hooks are `hooks.py`'s, reading what stands in the database and sending the operations `base.py`'s.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Generic, Literal, NamedTuple, Protocol

from coregen_runtime.entity.checks import ValidationContext
from coregen_runtime.entity.schema import FieldSchema, FieldType
from coregen_runtime.entity.verdict import asked
from coregen_runtime.errors.base import REDACTED, AuthorizationError, ValidationError
from coregen_runtime.errors.codes import ErrorCode, FailureCode
from coregen_runtime.event.types import DomainEvent
from coregen_runtime.repository.log import erase_events
from coregen_runtime.repository.refusals import missing, stale
from coregen_runtime.repository.table import Codec, Mappings, StoredField
from coregen_runtime.repository.types import (
    AllOf,
    AppendEvent,
    Compare,
    DbQuery,
    Delete,
    E,
    Expect,
    Insert,
    Negate,
    Operation,
    SetLinks,
    Update,
    Where,
)

if TYPE_CHECKING:
    from coregen_runtime.entity.generator import IDGenerator
    from coregen_runtime.entity.types import ID
    from coregen_runtime.event.outbox import EventOutbox
    from coregen_runtime.primitives.clock import Clock


class Timers(Protocol):
    """Says which writes belong to a change of an entity that a machine with timeouts owns; None is an entity that is not there (semantics 18)."""

    def __call__(self, codec: Codec[Any], before: Any | None, after: Any | None, again: str | None = None) -> tuple[Operation, ...]: ...


@dataclass(frozen=True, slots=True)
class RepositoryEnvironment:
    """What a repository takes from the context it belongs to.

    `mappings` knows the application's entities. Events are stamped with actor, correlation and cause. `context_for` gives hooks the
    context of the transaction they run in; without it they get None. `timers` says what entering and leaving a state writes.
    """

    mappings: Mappings
    clock: Clock
    ids: IDGenerator
    actor_id: ID | None = None
    correlation_id: ID = ""
    caused_by: ID | None = None
    context_for: Callable[[Any], Any] | None = None
    timers: Timers | None = None


class Change(NamedTuple, Generic[E]):
    """The entity as it will stand, and the writes that make it so: `row` with what is asked right before it, `links`, and the `event`.

    `references` must be there once everything is written, so a batch may bring them along.
    """

    entity: E
    row: tuple[Operation, ...]
    event: DomainEvent[Any]
    links: tuple[Operation, ...] = ()
    references: tuple[tuple[Any, Expect], ...] = ()
    timers: tuple[Operation, ...] = ()


class Changes(Generic[E]):
    """The changes of one entity in one organisation."""

    def __init__(self, codec: Codec[E], outbox: EventOutbox, org_id: ID, environment: RepositoryEnvironment) -> None:
        self._codec, self._outbox, self._org_id, self._environment = codec, outbox, org_id, environment
        self._table = codec.table

    def is_new(self, entity: E) -> bool:
        """Whether the entity was never saved, as far as it can tell (semantics 22)."""
        if self._table.versioned:
            return _stamp(entity, "version") == 0
        return _stamp(entity, "created_at") == 0 if self._table.timestamps else False

    def operations(self, changes: Sequence[Change[E]]) -> list[Operation]:
        """The writes of several changes as one: what is of one kind stands together, for an adapter to send as one statement."""
        events = self._outbox.operations([change.event for change in changes], advance=not self._table.versioned)
        if len(changes) == 1:
            [one] = changes
            return [*one.row, *one.links, *events, *one.timers, *dict(one.references).values()]
        events = tuple(sorted(events, key=lambda operation: not isinstance(operation, AppendEvent)))
        references = {key: expected for change in changes for key, expected in change.references}
        return [
            *(operation for change in changes for operation in change.row),
            *(operation for change in changes for operation in change.links),
            *events,
            *(operation for change in changes for operation in change.timers),
            *references.values(),
        ]

    def save(self, entity: E, before: E | None) -> Change[E]:
        """Insert or update; `before` is the active row, if there is one.

        Raises AuthorizationError for another organisation's entity, NotFoundError, ConflictError, ValidationError.
        """
        self._own(entity)
        if before is None and not self.is_new(entity) and (self._table.versioned or self._table.timestamps):
            raise missing(self._table.entity, str(entity.id))
        if before is None:
            return self._insert(entity)
        if self._table.versioned and _stamp(before, "version") != _stamp(entity, "version"):
            raise stale(self._table.entity, str(entity.id))
        return self._update(entity, before)

    def _insert(self, entity: E) -> Change[E]:
        now = self._environment.clock.now()
        stamps: dict[str, Any] = {"organization_id": self._org_id}
        if self._table.timestamps:
            stamps["created_at"] = stamps["updated_at"] = now
        if self._table.soft_delete:
            stamps["deleted_at"] = None
        if self._table.versioned:
            stamps["version"] = 1
        saved: E = entity._replace(stamps)
        self._ask(saved, None)
        row = Insert(self._table, self._codec.encode(saved))
        return self._change("created", saved, None, row, self._codec.snapshot(saved))

    def _update(self, entity: E, before: E, state: Literal["active", "deleted"] = "active") -> Change[E]:
        stamps: dict[str, Any] = {"organization_id": self._org_id, **self._touched(before)}
        stamps |= {"created_at": _stamp(before, "created_at")} if self._table.timestamps else {}
        stamps |= {"deleted_at": None} if self._table.soft_delete else {}
        saved: E = entity._replace(stamps)
        self._ask(saved, before)
        payload: dict[str, Any] = self._codec.snapshot(saved)
        if state == "active":
            payload = {"changed": list(self._codec.changed(before, saved)), "snapshot": payload}
        changes = self._codec.encode(saved)
        for kept in ("id", "organization_id", "created_at"):
            changes.pop(kept, None)
        row = Update(self._table, saved.id, changes, self._version(before), state)
        return self._change("updated" if state == "active" else "restored", saved, before, row, payload)

    def restore(self, entity: E, before: E) -> Change[E]:
        """Take the deleted mark off; `entity` is the deleted row, as a hook may have changed it."""
        return self._update(entity, before, "deleted")

    def _change(self, verb: str, saved: E, before: E | None, row: Operation, payload: dict[str, Any]) -> Change[E]:
        checked = self._codec.checked
        return Change(
            saved,
            (*self._unique(saved, before), row) if checked["unique"] else (row,),
            self._event(verb, saved, payload),
            tuple(self._set_links(saved, before)) if self._table.links else (),
            tuple(self._references(saved, before)) if checked["refExists"] else (),
            self.timers(None if verb == "restored" else before, saved),
        )

    def delete(self, before: E) -> tuple[Operation, ...]:
        """Mark the active entity as deleted, or, without soft delete, remove it."""
        self._own(before)
        payload = self._codec.snapshot(before)
        if not self._table.soft_delete:
            gone = before.model_copy(update=self._touched(before))
            return (Delete(self._table, before.id, self._version(before)), *self._told("deleted", gone, payload), *self.timers(before, None))
        stamps = {"deleted_at": self._environment.clock.now(), **self._touched(before)}
        marked = Update(self._table, before.id, stamps, self._version(before))
        return (marked, *self._told("deleted", before.model_copy(update=stamps), payload), *self.timers(before, None))

    def erase(self, before: E) -> tuple[Operation, ...]:
        """Remove the row and the payloads of its events; the event that says so carries nothing."""
        gone = before.model_copy(update=self._touched(before))
        erased = (*erase_events(before.id), *self._told("erased", gone, {}))
        return (Delete(self._table, before.id, self._version(before)), *erased, *self.timers(before, None))

    def timers(self, before: E | None, after: E | None, again: str | None = None) -> tuple[Operation, ...]:
        """What entering and leaving states writes; `again` as in `Timers`."""
        return () if self._environment.timers is None else self._environment.timers(self._codec, before, after, again)

    def _own(self, entity: E) -> None:
        if entity.organization_id not in ("", self._org_id):
            raise AuthorizationError(ErrorCode.FORBIDDEN, f"the {self._table.entity} belongs to another organisation", {"id": entity.id})

    def _touched(self, before: E) -> dict[str, Any]:
        stamps: dict[str, Any] = {"updated_at": self._environment.clock.now()} if self._table.timestamps else {}
        return stamps | ({"version": _stamp(before, "version") + 1} if self._table.versioned else {})

    def _version(self, before: E) -> int | None:
        return _stamp(before, "version") if self._table.versioned else None

    def _set_links(self, saved: E, before: E | None) -> Iterator[Operation]:
        after, earlier = self._codec.links(saved), self._codec.links(before) if before is not None else {}
        for link in self._table.links:
            if after[link.key] != earlier.get(link.key, ()):
                yield SetLinks(link, saved.id, after[link.key])

    def _told(self, verb: str, entity: E, payload: dict[str, Any]) -> tuple[Operation, ...]:
        return self._outbox.operations([self._event(verb, entity, payload)], advance=not self._table.versioned)

    def _event(self, verb: str, entity: E, payload: dict[str, Any]) -> DomainEvent[Any]:
        environment, codec = self._environment, self._codec
        return DomainEvent._of(
            {
                "payload": payload,
                "id": f"evt_{environment.ids.generate()}",
                "type": f"{codec.stem}.{verb}",
                "aggregate_id": entity.__dict__["id"],
                "aggregate_type": codec.name,
                "occurred_at": environment.clock.now(),
                "actor_id": environment.actor_id,
                "org_id": self._org_id,
                "correlation_id": environment.correlation_id,
                "caused_by": environment.caused_by,
                "version": _stamp(entity, "version") if self._table.versioned else 0,
                "source": codec.namespace,
                "metadata": None,
                "schema_version": 0,
            }
        )

    # --- checks that need a clock or the whole entity (semantics 4) --------------------------------------------------------------

    def _ask(self, saved: E, before: E | None) -> None:
        """Ask `future`, `past` and `custom` of the values that are new or changed: what was in the future once may stay. Raises ValidationError."""
        if not self._codec.asked:
            return
        attributes = self._codec.attributes
        new = [
            (field, validators, value)
            for field, validators in self._codec.asked
            if (value := getattr(saved, attributes[field.key])) is not None and (before is None or getattr(before, attributes[field.key]) != value)
        ]
        if not new:
            return
        context = ValidationContext(
            saved.model_dump(mode="json", by_alias=True, exclude_computed_fields=True),
            self._codec.schema,
            before is None,
            before is not None,
            self._environment.actor_id or "",
            self._org_id,
            self._environment.clock.now(),
        )
        failures = [each for field, validators, value in new for each in asked(validators, field.key, value, field.sensitive, context)]
        if failures:
            raise ValidationError(failures)

    # --- checks that need the database (semantics 6) --------------------------------------------------------------------------

    def _checked(self, validator: str, saved: E, before: E | None) -> Iterator[tuple[FieldSchema, Any]]:
        """The fields with that validator that have a value, and another one than before."""
        for field, attribute in self._codec.checked[validator]:
            value = getattr(saved, attribute)
            if value is not None and (before is None or getattr(before, attribute) != value):
                yield field, value

    def _references(self, saved: E, before: E | None) -> Iterator[tuple[Any, Expect]]:
        for field, value in self._checked("refExists", saved, before):
            name = field.ref_entity or ""
            target = self._environment.mappings.named(name if "." in name else f"{self._codec.schema.namespace}.{name}")
            [column] = target.fields[field.ref_field].columns
            error = partial(_failed, field, FailureCode.REF_EXISTS, f"must be the {field.ref_field} of an existing {target.schema.name}", value)
            for wanted in value if field.type is FieldType.REFS else [value]:
                yield (field.key, str(wanted)), Expect(DbQuery(target.table, Compare(column, "eq", str(wanted)), limit=1), True, error)

    def _unique(self, saved: E, before: E | None) -> Iterator[Operation]:
        back = before is not None and self._table.soft_delete and before.__dict__["deleted_at"] is not None
        for field, value in self._checked("unique", saved, None if back else before):
            stored: StoredField = self._codec.fields[field.key]
            same = [Compare(column, "eq", own) for column, own in self._codec.encode_value(stored, value).items()]
            others: Sequence[Where] = (*same, Negate(Compare("id", "eq", saved.id)))
            error = partial(_failed, field, FailureCode.UNIQUE, f"is taken by another {self._codec.schema.name}", value)
            yield Expect(DbQuery(self._table, AllOf(tuple(others)), limit=1), False, error)


def _stamp(entity: Any, name: Literal["version", "created_at"]) -> int:
    """A column that an entity has when its switches say so, and that its base class does not know."""
    stamp: int = entity.__dict__[name]
    return stamp


def _failed(field: FieldSchema, code: FailureCode, message: str, value: Any) -> ValidationError:
    return ValidationError.of(field.key, code, message, REDACTED if field.sensitive else value)
