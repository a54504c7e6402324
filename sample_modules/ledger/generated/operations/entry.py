"""What the messages of Entry do. Declare one in the definition, and its handler is yours."""

from __future__ import annotations

from coregen_runtime import PaginatedResult, QueryOptions, SystemContext

from ..entities.entry import (
    CreateEntry,
    DeleteEntry,
    Entry,
    EntryIncluded,
    EntryRepository,
    GetEntry,
    ListEntries,
    UpdateEntry,
)


async def create_entry(command: CreateEntry, ctx: SystemContext) -> Entry:
    entry = Entry.new(
        transaction=command.transaction,
        account=command.account,
        side=command.side,
        amount=command.amount,
    )
    return await ctx.repo(EntryRepository).save(entry)


async def update_entry(command: UpdateEntry, ctx: SystemContext) -> Entry:
    repository = ctx.repo(EntryRepository)
    entry = await repository.find_by_id_or_fail(command.id)
    repository.check_version(entry, command.expected_version)
    return await repository.save(entry.replace(**command.changes()))


async def delete_entry(command: DeleteEntry, ctx: SystemContext) -> None:
    await ctx.repo(EntryRepository).delete(command.id, command.expected_version)


async def get_entry(query: GetEntry, ctx: SystemContext) -> Entry:
    return await ctx.repo(EntryRepository).find_by_id_or_fail(query.id)


async def list_entries(
    query: ListEntries,
    ctx: SystemContext,
) -> PaginatedResult[Entry, EntryIncluded]:
    options = QueryOptions(
        page=query.page,
        limit=query.limit,
        sort=query.sort,
        total=query.total,
        after=query.after,
        include=query.include,
    )
    return await ctx.repo(EntryRepository).find_many(query.filter, options)
