"""What can be asked of Transaction, and what that does. Declare a message in the definition, and its handler is yours."""

# fmt: off
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
    PaginatedResult,
    QueryMessage,
    QueryOptions,
    SortSpec,
    SystemContext,
    Text,
    Validators,
)

from ..entities.transaction import Transaction, TransactionStatusInput
from ..ids import TransactionId
from ..repositories.transaction import (
    TransactionFilter,
    TransactionIncluded,
    TransactionRepository,
)


class TransactionFields(TypedDict):
    """What `Transaction.new` takes."""

    id: NotRequired[TransactionId]
    organization_id: NotRequired[ID]
    reference: Text
    description: NotRequired[Text | None]
    reverses: NotRequired[TransactionId | None]
    status: NotRequired[TransactionStatusInput]
    meta: NotRequired[Meta]


class TransactionChanges(TypedDict, total=False):
    """What `Transaction.replace` takes."""

    reference: Text
    description: Text | None
    reverses: TransactionId | None
    status: TransactionStatusInput
    meta: Meta


class TransactionCreate(Model):
    """What a new Transaction is made from."""

    reference: Annotated[Text, Validators.max_length(80)]
    """What it is about, an order's id for one. Must have at most 80 characters. Must be unique."""
    description: Annotated[Text, Validators.max_length(200)] | None = None
    """Must have at most 200 characters."""
    reverses: TransactionId | None = None


class TransactionUpdate(Model):
    """What changes about a Transaction; what is left out stays."""

    reference: Annotated[Text, Validators.max_length(80)] | MISSING = MISSING
    """What it is about, an order's id for one. Must have at most 80 characters. Must be unique."""
    description: Annotated[Text, Validators.max_length(200)] | None | MISSING = MISSING
    """Must have at most 200 characters."""
    reverses: TransactionId | None | MISSING = MISSING

    def changes(self) -> TransactionChanges:
        """What was given, under the names that `replace` takes."""
        changes: TransactionChanges = {}
        if self.reference is not MISSING:
            changes["reference"] = self.reference
        if self.description is not MISSING:
            changes["description"] = self.description
        if self.reverses is not MISSING:
            changes["reverses"] = self.reverses
        return changes


class CreateTransaction(
    TransactionCreate,
    CommandMessage[Transaction],
    type="ledger.createTransaction",
):
    """Make a Transaction."""


class UpdateTransaction(
    TransactionUpdate,
    CommandMessage[Transaction],
    type="ledger.updateTransaction",
):
    """Change a Transaction; what is left out stays."""

    id: TransactionId
    expected_version: Annotated[Integer, Validators.min(1)] | None = Field(
        default=None,
        validation_alias="expectedVersion",
        serialization_alias="expectedVersion",
    )


class DeleteTransaction(Model, CommandMessage[None], type="ledger.deleteTransaction"):
    """Delete a Transaction."""

    id: TransactionId
    expected_version: Annotated[Integer, Validators.min(1)] | None = Field(
        default=None,
        validation_alias="expectedVersion",
        serialization_alias="expectedVersion",
    )


class GetTransaction(Model, QueryMessage[Transaction], type="ledger.getTransaction"):
    """One Transaction by its id."""

    id: TransactionId


class GetTransactionIncluding(
    Model,
    QueryMessage[IncludedResult[Transaction, TransactionIncluded]],
    type="ledger.getTransactionIncluding",
):
    """One Transaction by its id, and beside it what it refers to."""

    id: TransactionId
    include: tuple[Literal["reverses"], ...]


class ListTransactions(
    Model,
    QueryMessage[PaginatedResult[Transaction, TransactionIncluded]],
    type="ledger.listTransactions",
):
    """A page of those Transaction that a filter holds for."""

    filter: Annotated[TransactionFilter | None, FilterData] = None
    page: Annotated[Integer, Validators.min(1)] = 1
    limit: Annotated[Integer, Validators.min(1), Validators.max(500)] = 50
    sort: tuple[SortSpec, ...] = ()
    total: Boolean = True
    after: Text | None = None
    include: tuple[Literal["reverses"], ...] = ()


async def create_transaction(
    command: CreateTransaction,
    ctx: SystemContext,
) -> Transaction:
    transaction = Transaction.new(
        reference=command.reference,
        description=command.description,
        reverses=command.reverses,
    )
    return await ctx.repo(TransactionRepository).save(transaction)


async def update_transaction(
    command: UpdateTransaction,
    ctx: SystemContext,
) -> Transaction:
    repository = ctx.repo(TransactionRepository)
    transaction = await repository.find_by_id_or_fail(command.id)
    repository.check_version(transaction, command.expected_version)
    return await repository.save(transaction.replace(**command.changes()))


async def delete_transaction(command: DeleteTransaction, ctx: SystemContext) -> None:
    await ctx.repo(TransactionRepository).delete(command.id, command.expected_version)


async def get_transaction(query: GetTransaction, ctx: SystemContext) -> Transaction:
    return await ctx.repo(TransactionRepository).find_by_id_or_fail(query.id)


async def get_transaction_including(
    query: GetTransactionIncluding,
    ctx: SystemContext,
) -> IncludedResult[Transaction, TransactionIncluded]:
    return await ctx.repo(TransactionRepository).find_by_id_including(query.id, query.include)


async def list_transactions(
    query: ListTransactions,
    ctx: SystemContext,
) -> PaginatedResult[Transaction, TransactionIncluded]:
    options = QueryOptions(
        page=query.page,
        limit=query.limit,
        sort=query.sort,
        total=query.total,
        after=query.after,
        include=query.include,
    )
    return await ctx.repo(TransactionRepository).find_many(query.filter, options)
