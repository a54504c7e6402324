"""What can be asked of Entry, and what that does. Declare a message in the definition, and its handler is yours."""

from typing import Annotated, Literal, NotRequired, TypedDict

from coregen_runtime import (
    ID,
    MISSING,
    Boolean,
    CommandMessage,
    Field,
    FilterData,
    IncludedResult,
    Integer,
    Meta,
    Model,
    Money,
    PaginatedResult,
    QueryMessage,
    QueryOptions,
    SortSpec,
    SystemContext,
    Text,
    Validators,
)

from ..entities.entry import Entry, EntrySideInput
from ..ids import AccountId, EntryId, TransactionId
from ..repositories.entry import EntryFilter, EntryIncluded, EntryRepository


class EntryFields(TypedDict):
    """What `Entry.new` takes."""

    id: NotRequired[EntryId]
    organization_id: NotRequired[ID]
    transaction: TransactionId
    account: AccountId
    side: EntrySideInput
    amount: Money
    meta: NotRequired[Meta]


class EntryChanges(TypedDict, total=False):
    """What `Entry.replace` takes."""

    transaction: TransactionId
    account: AccountId
    side: EntrySideInput
    amount: Money
    meta: Meta


class EntryCreate(Model):
    """What a new Entry is made from."""

    transaction: TransactionId
    account: AccountId
    side: EntrySideInput
    amount: Money
    """More than nothing; the side says which way."""


class EntryUpdate(Model):
    """What changes about an Entry; what is left out stays."""

    transaction: TransactionId | MISSING = MISSING
    account: AccountId | MISSING = MISSING
    side: EntrySideInput | MISSING = MISSING
    amount: Money | MISSING = MISSING
    """More than nothing; the side says which way."""

    def changes(self) -> EntryChanges:
        """What was given, under the names that `replace` takes."""
        changes: EntryChanges = {}
        if self.transaction is not MISSING:
            changes["transaction"] = self.transaction
        if self.account is not MISSING:
            changes["account"] = self.account
        if self.side is not MISSING:
            changes["side"] = self.side
        if self.amount is not MISSING:
            changes["amount"] = self.amount
        return changes


class CreateEntry(EntryCreate, CommandMessage[Entry], type="ledger.createEntry"):
    """Make an Entry."""


class UpdateEntry(EntryUpdate, CommandMessage[Entry], type="ledger.updateEntry"):
    """Change an Entry; what is left out stays."""

    id: EntryId
    expected_version: Annotated[Integer, Validators.min(1)] | None = Field(
        default=None,
        validation_alias="expectedVersion",
        serialization_alias="expectedVersion",
    )


class DeleteEntry(Model, CommandMessage[None], type="ledger.deleteEntry"):
    """Delete an Entry."""

    id: EntryId
    expected_version: Annotated[Integer, Validators.min(1)] | None = Field(
        default=None,
        validation_alias="expectedVersion",
        serialization_alias="expectedVersion",
    )


class GetEntry(Model, QueryMessage[Entry], type="ledger.getEntry"):
    """One Entry by its id."""

    id: EntryId


class GetEntryIncluding(
    Model,
    QueryMessage[IncludedResult[Entry, EntryIncluded]],
    type="ledger.getEntryIncluding",
):
    """One Entry by its id, and beside it what it refers to."""

    id: EntryId
    include: tuple[Literal["transaction", "account"], ...]


class ListEntries(
    Model,
    QueryMessage[PaginatedResult[Entry, EntryIncluded]],
    type="ledger.listEntries",
):
    """A page of those Entry that a filter holds for."""

    filter: Annotated[EntryFilter | None, FilterData] = None
    page: Annotated[Integer, Validators.min(1)] = 1
    limit: Annotated[Integer, Validators.min(1), Validators.max(500)] = 50
    sort: tuple[SortSpec, ...] = ()
    total: Boolean = True
    after: Text | None = None
    include: tuple[Literal["transaction", "account"], ...] = ()


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


async def get_entry_including(
    query: GetEntryIncluding,
    ctx: SystemContext,
) -> IncludedResult[Entry, EntryIncluded]:
    return await ctx.repo(EntryRepository).find_by_id_including(query.id, query.include)


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
