"""Performs what a state machine computes: the handlers of every generated transition call this (semantics 16, 17, 19).

State, assigns, the entity's save, emitted events and commands to send commit in one transaction, or none of them does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from pydantic import BaseModel
from pydantic_core import to_jsonable_python
from typing_extensions import TypeVar as DefaultedTypeVar

from coregen_runtime.cqrs.types import Request
from coregen_runtime.primitives.model import wire_names
from coregen_runtime.state.machine import FSMContext, emitted, reachable_states, select, transition, valid_events
from coregen_runtime.state.types import Dispatch, Log

if TYPE_CHECKING:
    from coregen_runtime.context.types import SystemContext
    from coregen_runtime.entity.types import Entity
    from coregen_runtime.repository.base import BaseRepository
    from coregen_runtime.state.machine import BoundMachine
    from coregen_runtime.state.types import StateMachine

E = TypeVar("E", bound="Entity")
S = TypeVar("S", bound=StrEnum)
V = TypeVar("V", bound=StrEnum)
S_co = DefaultedTypeVar("S_co", bound=str, covariant=True, default=str)
V_co = DefaultedTypeVar("V_co", bound=str, covariant=True, default=str)


@dataclass(frozen=True, slots=True)
class TransitionOption(Generic[S_co, V_co]):
    """A valid event: where it leads, and how that state is shown."""

    event: V_co
    target: S_co
    label: str | None = None
    color: str | None = None


@dataclass(frozen=True, slots=True)
class TransitionOptions(Generic[S_co, V_co]):
    """What can happen to an entity: its state, the events that are valid now, the states that can still come."""

    state: S_co
    events: tuple[TransitionOption[S_co, V_co], ...]
    reachable: tuple[S_co, ...]


async def perform_transition(
    ctx: SystemContext,
    repository: type[BaseRepository[E, Any, Any]],
    machine: type[BoundMachine[Any, Any]],
    id: str,
    event: str,
    payload: Mapping[str, Any] | BaseModel | None = None,
    expected_version: int | None = None,
) -> E:
    """Send an event to an entity's machine, and perform what comes of it in one transaction.

    Commands of the machine leave through the outbox after the commit; the transition is their idempotency key.

    Args:
        machine: a machine of a booted module: its guards are judged as they were registered.

    Raises:
        NotFoundError: there is no such entity.
        ConflictError: the entity stands at another version than expected.
        BusinessError: `INVALID_TRANSITION`, `GUARD_FAILED`.
        ValidationError: an assigned value does not fit its field.
    """
    definition = ctx.fsm.resolve(machine.definition().id)
    async with ctx.transaction() as tx:
        repo = tx.repo(repository)
        entity = await repo.find_by_id_or_fail(id)
        repo.check_version(entity, expected_version)
        context = _context(tx, entity, payload)
        outcome = transition(definition, _state(definition, context), str(event), context, tx.rules)
        saved = await repo.save(entity._replace(_attributes(entity, {**outcome.assigned, definition.field: outcome.next_state})))
        await tx.publish_batch(emitted(outcome, definition, context.entity))
        key = f"{definition.id}:{saved.id}:{getattr(saved, 'version', None) or tx.ids.generate()}"
        for number, action in enumerate(outcome.actions):
            if isinstance(action, Dispatch):
                command = Request(type=action.command, payload=action.payload)
                await tx.dispatch_later(command, aggregate_id=saved.id, idempotency_key=f"{key}:{number}")
            elif isinstance(action, Log):
                tx.logger.info(action.message, machine=definition.id, id=saved.id, state=outcome.next_state)
        return saved


async def transition_options(
    ctx: SystemContext, repository: type[BaseRepository[Any, Any, Any]], machine: type[BoundMachine[S, V]], id: str
) -> TransitionOptions[S, V]:
    """What `perform_transition` would accept now, without a payload. Raises NotFoundError."""
    definition = ctx.fsm.resolve(machine.definition().id)
    states, events = cast("type[S]", machine.states), cast("type[V]", machine.events)
    context = _context(ctx, await ctx.repo(repository).find_by_id_or_fail(id), None)
    state = _state(definition, context)
    options: list[TransitionOption[S, V]] = []
    for event in valid_events(definition, state, context, ctx.rules):
        chosen = select(definition, state, event, context, ctx.rules)
        if chosen is not None:
            node = definition.states[chosen.target]
            options.append(TransitionOption(event=events(event), target=states(chosen.target), label=node.label, color=node.color))
    return TransitionOptions(
        state=states(state), events=tuple(options), reachable=tuple(states(each) for each in reachable_states(definition, state))
    )


def _context(ctx: SystemContext, entity: Entity, payload: Mapping[str, Any] | BaseModel | None) -> FSMContext:
    return FSMContext(
        entity=to_jsonable_python(entity, by_alias=True),
        actor={"id": ctx.actor.id, "roles": list(ctx.actor.roles), "orgId": ctx.actor.org_id},
        payload=to_jsonable_python(payload if payload is not None else {}, by_alias=True),
    )


def _state(definition: StateMachine, context: FSMContext) -> str:
    return str(context.entity[definition.field])


def _attributes(entity: Entity, values: Mapping[str, Any]) -> dict[str, Any]:
    attributes = {wire: name for name, wire in wire_names(type(entity)).items()}
    return {attributes.get(wire, wire): value for wire, value in values.items()}
