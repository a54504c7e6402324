"""What the messages of Account do. Declare one in the definition, and its handler is yours."""

from __future__ import annotations

from coregen_runtime import PaginatedResult, QueryOptions, SystemContext

from ..entities.account import (
    Account,
    AccountRepository,
    CreateAccount,
    DeleteAccount,
    GetAccount,
    ListAccounts,
    RestoreAccount,
    UpdateAccount,
)


async def create_account(command: CreateAccount, ctx: SystemContext) -> Account:
    account = Account.new(code=command.code, name=command.name, kind=command.kind)
    return await ctx.repo(AccountRepository).save(account)


async def update_account(command: UpdateAccount, ctx: SystemContext) -> Account:
    repository = ctx.repo(AccountRepository)
    account = await repository.find_by_id_or_fail(command.id)
    repository.check_version(account, command.expected_version)
    return await repository.save(account.replace(**command.changes()))


async def delete_account(command: DeleteAccount, ctx: SystemContext) -> None:
    await ctx.repo(AccountRepository).delete(command.id, command.expected_version)


async def restore_account(command: RestoreAccount, ctx: SystemContext) -> Account:
    repository = ctx.repo(AccountRepository)
    return await repository.restore(command.id, command.expected_version)


async def get_account(query: GetAccount, ctx: SystemContext) -> Account:
    return await ctx.repo(AccountRepository).find_by_id_or_fail(query.id)


async def list_accounts(
    query: ListAccounts,
    ctx: SystemContext,
) -> PaginatedResult[Account]:
    options = QueryOptions(
        page=query.page,
        limit=query.limit,
        sort=query.sort,
        with_deleted=query.with_deleted,
        total=query.total,
        after=query.after,
    )
    return await ctx.repo(AccountRepository).find_many(query.filter, options)
