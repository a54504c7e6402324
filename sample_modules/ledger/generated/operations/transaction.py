"""What the messages of Transaction do. Declare one in the definition, and its handler is yours."""

from __future__ import annotations

from coregen_runtime import PaginatedResult, QueryOptions, SystemContext

from ..entities.transaction import (
    CreateTransaction,
    DeleteTransaction,
    GetTransaction,
    ListTransactions,
    Transaction,
    TransactionIncluded,
    TransactionRepository,
    UpdateTransaction,
)


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
