"""What the messages of User do. Declare one in the definition, and its handler is yours."""

from __future__ import annotations

from coregen_runtime import PaginatedResult, QueryOptions, SystemContext

from ..entities.user import (
    CreateUser,
    DeleteUser,
    GetUser,
    ListUsers,
    RestoreUser,
    UpdateUser,
    User,
    UserRepository,
)


async def create_user(command: CreateUser, ctx: SystemContext) -> User:
    user = User.new(
        name=command.name,
        email=command.email,
        suspended_for=command.suspended_for,
    )
    return await ctx.repo(UserRepository).save(user)


async def update_user(command: UpdateUser, ctx: SystemContext) -> User:
    repository = ctx.repo(UserRepository)
    user = await repository.find_by_id_or_fail(command.id)
    repository.check_version(user, command.expected_version)
    return await repository.save(user.replace(**command.changes()))


async def delete_user(command: DeleteUser, ctx: SystemContext) -> None:
    await ctx.repo(UserRepository).delete(command.id, command.expected_version)


async def restore_user(command: RestoreUser, ctx: SystemContext) -> User:
    repository = ctx.repo(UserRepository)
    return await repository.restore(command.id, command.expected_version)


async def get_user(query: GetUser, ctx: SystemContext) -> User:
    return await ctx.repo(UserRepository).find_by_id_or_fail(query.id)


async def list_users(query: ListUsers, ctx: SystemContext) -> PaginatedResult[User]:
    options = QueryOptions(
        page=query.page,
        limit=query.limit,
        sort=query.sort,
        with_deleted=query.with_deleted,
        total=query.total,
        after=query.after,
    )
    return await ctx.repo(UserRepository).find_many(query.filter, options)
