"""What the messages of Role do. Declare one in the definition, and its handler is yours."""

from __future__ import annotations

from coregen_runtime import PaginatedResult, QueryOptions, SystemContext

from ..entities.role import (
    CreateRole,
    DeleteRole,
    GetRole,
    ListRoles,
    RestoreRole,
    Role,
    RoleRepository,
    UpdateRole,
)


async def create_role(command: CreateRole, ctx: SystemContext) -> Role:
    role = Role.new(name=command.name, description=command.description)
    return await ctx.repo(RoleRepository).save(role)


async def update_role(command: UpdateRole, ctx: SystemContext) -> Role:
    repository = ctx.repo(RoleRepository)
    role = await repository.find_by_id_or_fail(command.id)
    repository.check_version(role, command.expected_version)
    return await repository.save(role.replace(**command.changes()))


async def delete_role(command: DeleteRole, ctx: SystemContext) -> None:
    await ctx.repo(RoleRepository).delete(command.id, command.expected_version)


async def restore_role(command: RestoreRole, ctx: SystemContext) -> Role:
    repository = ctx.repo(RoleRepository)
    return await repository.restore(command.id, command.expected_version)


async def get_role(query: GetRole, ctx: SystemContext) -> Role:
    return await ctx.repo(RoleRepository).find_by_id_or_fail(query.id)


async def list_roles(query: ListRoles, ctx: SystemContext) -> PaginatedResult[Role]:
    options = QueryOptions(
        page=query.page,
        limit=query.limit,
        sort=query.sort,
        with_deleted=query.with_deleted,
        total=query.total,
        after=query.after,
    )
    return await ctx.repo(RoleRepository).find_many(query.filter, options)
