"""Keeps the `search` adapter in step with the entities that say `searchSync`, from the outbox (semantics 8).

A durable subscription an entity: what is indexed are its searchable, non-sensitive fields. Asking is the adapter's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from coregen_runtime.event.subscriptions import DurableSubscription
from coregen_runtime.repository.table import stem

if TYPE_CHECKING:
    from coregen_runtime.context.types import SystemContext
    from coregen_runtime.entity.schema import EntitySchema
    from coregen_runtime.event.types import DomainEvent


def events_of(schema: EntitySchema) -> str:
    """The pattern of an entity's events, of its own module alone."""
    return f"{schema.namespace}/{stem(schema)}.*"


def search_sync(schema: EntitySchema) -> DurableSubscription:
    """The subscription of an entity; `<module>.search.<entity>` is its durable name."""
    searchable = [field.key for field in schema.fields if field.searchable and not field.sensitive]
    entity = stem(schema)

    async def sync(event: DomainEvent[Any], ctx: SystemContext, /) -> None:
        search = ctx.adapters.get("search")
        match event.type.removeprefix(f"{entity}."):
            case "created" | "restored":
                snapshot = event.payload
            case "updated":
                snapshot = event.payload["snapshot"]
            case "deleted" | "erased":
                await search.remove(schema.qualified_name, event.org_id, event.aggregate_id)
                return
            case _:
                return
        document = {key: snapshot[key] for key in searchable if snapshot.get(key) is not None}
        await search.index(schema.qualified_name, event.org_id, event.aggregate_id, document)

    return DurableSubscription(f"{schema.namespace}.search.{entity}", events_of(schema), sync)
