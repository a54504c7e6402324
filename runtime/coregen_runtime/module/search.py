"""Keeps the `search` adapter in step with the entities that say `searchSync`, from the outbox, and builds it anew from the rows (semantics 8).

A durable subscription an entity: what is indexed are its searchable, non-sensitive fields. Asking is the adapter's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from coregen_runtime.errors.base import CoreError
from coregen_runtime.errors.codes import ErrorCode
from coregen_runtime.event.subscriptions import DurableSubscription
from coregen_runtime.repository.table import stem
from coregen_runtime.repository.types import QueryOptions

if TYPE_CHECKING:
    from coregen_runtime.adapter.types import SearchAdapter
    from coregen_runtime.context.types import SystemContext
    from coregen_runtime.entity.schema import EntitySchema
    from coregen_runtime.entity.types import ID
    from coregen_runtime.event.types import DomainEvent
    from coregen_runtime.repository.base import BaseRepository

AT_A_TIME = 200
"""Rows that a rebuild holds in memory."""


@dataclass(frozen=True, slots=True)
class SearchRebuilt:
    """What a rebuild did: `indexed` rows stand in the index now, `removed` documents had no row."""

    indexed: int
    removed: int


def events_of(schema: EntitySchema) -> str:
    """The pattern of an entity's events, of its own module alone."""
    return f"{schema.namespace}/{stem(schema)}.*"


def search_sync(schema: EntitySchema) -> DurableSubscription:
    """The subscription of an entity; `<module>.search.<entity>` is its durable name."""
    entity, keys = stem(schema), searchable(schema)

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
        await search.index(schema.qualified_name, event.org_id, event.aggregate_id, _document(keys, snapshot))

    return DurableSubscription(f"{schema.namespace}.search.{entity}", events_of(schema), sync)


def searchable(schema: EntitySchema) -> tuple[str, ...]:
    """The keys of the fields that a search document has."""
    return tuple(field.key for field in schema.fields if field.searchable and not field.sensitive and field.computed is None)


async def rebuild_search(ctx: SystemContext, entity: str) -> SearchRebuilt:
    """Make the search documents of an entity what its rows say, for the context's organisation: all are indexed anew, those without a row removed.

    It holds a few hundred rows at a time, and may run while the application writes: what changes meanwhile is read again before it goes on.

    Raises:
        CoreError: `INVALID_STATE`: the entity has no `searchSync`, or the call stands in a transaction, which would hide what others write.
    """
    repository: Any = ctx.repo(entity)
    schema: EntitySchema = repository.schema
    if not schema.search_sync:
        raise CoreError(ErrorCode.INVALID_STATE, f"{schema.qualified_name} has no searchSync; nothing is searched that could be built anew")
    if ctx.in_transaction:
        raise CoreError(ErrorCode.INVALID_STATE, "a search index is built outside transactions, which would hide what others write")
    index = _Index(repository, ctx.adapters.get("search"), ctx.org.id)
    indexed, after, more = 0, None, True
    while more:
        page = await repository.find_many(None, QueryOptions(limit=AT_A_TIME, after=after, total=False))
        indexed += await index.settle([each.id for each in page.data])
        more = page.has_next
        after = repository.cursor(page.data[-1]) if more else None
    removed, batch = 0, []
    async for id in index.search.ids(schema.qualified_name, ctx.org.id):
        batch.append(id)
        if len(batch) == AT_A_TIME:
            removed += await index.sweep(batch)
            batch = []
    return SearchRebuilt(indexed, removed + await index.sweep(batch))


class _Index:
    """The documents of one entity and organisation, and the rows that they are made of."""

    def __init__(self, repository: BaseRepository[Any], search: SearchAdapter, org_id: ID) -> None:
        self._repository, self.search, self._org_id = repository, search, org_id
        self._keys, self._name = searchable(repository.schema), repository.schema.qualified_name
        self._snapshot = repository.environment.mappings.named(self._name).snapshot

    async def settle(self, ids: Sequence[ID]) -> int:
        """Index or remove each id as its row says, until reading the rows again says the same; how many have a row.

        A change that comes after the last reading has an event that is delivered after it, so that no old document stands.
        """
        told: dict[ID, Mapping[str, Any] | None] = {}
        while True:
            rows = await self._documents(ids)
            changed = [id for id in ids if id not in told or told[id] != rows.get(id)]
            if not changed:
                return len(rows)
            for id in changed:
                document = told[id] = rows.get(id)
                if document is None:
                    await self.search.remove(self._name, self._org_id, id)
                else:
                    await self.search.index(self._name, self._org_id, id, document)

    async def sweep(self, ids: Sequence[ID]) -> int:
        """Remove the documents of those ids that have no row; how many."""
        there = await self._documents(ids)
        gone = [id for id in ids if id not in there]
        return len(gone) - await self.settle(gone)

    async def _documents(self, ids: Sequence[ID]) -> dict[ID, Mapping[str, Any]]:
        found = await self._repository.find_all({"id": {"in": list(ids)}}) if ids else []
        return {each.id: _document(self._keys, self._snapshot(each)) for each in found}


def _document(keys: Sequence[str], snapshot: Mapping[str, Any]) -> dict[str, Any]:
    return {key: snapshot[key] for key in keys if snapshot.get(key) is not None}
