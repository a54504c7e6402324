"""Performs what a state machine computes: the handlers of every generated transition call this (semantics 16, 17, 19).

State, assigns, the entity's save, emitted events, commands to send and timers commit in one transaction, or none of them does.
What a transition is, is state/'s to say; timers are timers.py's.
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
from coregen_runtime.state.actions import FSMContext
from coregen_runtime.state.engine import emitted
from coregen_runtime.state.machine import open_events, reachable_states, transition
from coregen_runtime.state.types import Dispatch, Log

if TYPE_CHECKING:
    from coregen_runtime.context.types import SystemContext
    from coregen_runtime.entity.types import Entity
    from coregen_runtime.repository.base import BaseRepository
    from coregen_runtime.state.engine import BoundMachine
    from coregen_runtime.state.table import Outcome
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
        context = context_of(tx, entity, payload)
        outcome = transition(definition, state_of(definition, context), str(event), context, tx.rules)
        return await perform_outcome(tx, repo, definition, entity, context, outcome)


async def perform_outcome(
    tx: SystemContext, repo: BaseRepository[E, Any, Any], definition: StateMachine, entity: E, context: FSMContext, outcome: Outcome
) -> E:
    """Save the entity in its next state and leave what follows in the outbox, in the transaction of `tx`. Raises as `perform_transition`."""
    saved = await repo.save(entity._replace(_attributes(entity, {**outcome.assigned, definition.field: outcome.state})))
    if outcome.state == state_of(definition, context):
        await repo.enter_again(saved, definition.field)
    await tx.publish_batch(emitted(outcome, definition, context.entity))
    key = f"{definition.id}:{saved.id}:{getattr(saved, 'version', None) or tx.ids.generate()}"
    for number, action in enumerate(outcome.actions):
        if isinstance(action, Dispatch):
            command = Request(type=action.command, payload=action.payload)
            await tx.dispatch_later(command, aggregate_id=saved.id, idempotency_key=f"{key}:{number}")
        elif isinstance(action, Log):
            tx.logger.info(action.message, machine=definition.id, id=saved.id, state=outcome.state)
    return saved


async def transition_options(
    ctx: SystemContext, repository: type[BaseRepository[Any, Any, Any]], machine: type[BoundMachine[S, V]], id: str
) -> TransitionOptions[S, V]:
    """What `perform_transition` would accept now, without a payload. Raises NotFoundError."""
    definition = ctx.fsm.resolve(machine.definition().id)
    states, events = cast("type[S]", machine.states), cast("type[V]", machine.events)
    context = context_of(ctx, await ctx.repo(repository).find_by_id_or_fail(id), None)
    state = state_of(definition, context)
    options: list[TransitionOption[S, V]] = []
    for event, target in open_events(definition, state, context, ctx.rules):
        node = definition.states[target]
        options.append(TransitionOption(event=events(event), target=states(target), label=node.label, color=node.color))
    return TransitionOptions(
        state=states(state), events=tuple(options), reachable=tuple(states(each) for each in reachable_states(definition, state))
    )


def context_of(ctx: SystemContext, entity: Entity, payload: Mapping[str, Any] | BaseModel | None) -> FSMContext:
    """What a machine decides on: the entity, who acts, and the event's payload, in wire names."""
    return FSMContext(
        entity=to_jsonable_python(entity, by_alias=True),
        actor={"id": ctx.actor.id, "roles": list(ctx.actor.roles), "orgId": ctx.actor.org_id, "type": ctx.actor.type},
        payload=to_jsonable_python(payload if payload is not None else {}, by_alias=True),
    )


def state_of(definition: StateMachine, context: FSMContext) -> str:
    """The state in which the entity of a context stands."""
    return str(context.entity[definition.field])


def _attributes(entity: Entity, values: Mapping[str, Any]) -> dict[str, Any]:
    attributes = {wire: name for name, wire in wire_names(type(entity)).items()}
    return {attributes.get(wire, wire): value for wire, value in values.items()}
