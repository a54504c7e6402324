"""What the messages of Membership do. Declare one in the definition, and its handler is yours."""

from __future__ import annotations

from coregen_runtime import PaginatedResult, QueryOptions, SystemContext

from ..entities.membership import (
    CreateMembership,
    DeleteMembership,
    GetMembership,
    ListMemberships,
    Membership,
    MembershipIncluded,
    MembershipRepository,
    RestoreMembership,
    UpdateMembership,
)


async def create_membership(
    command: CreateMembership,
    ctx: SystemContext,
) -> Membership:
    membership = Membership.new(user=command.user, role=command.role)
    return await ctx.repo(MembershipRepository).save(membership)


async def update_membership(
    command: UpdateMembership,
    ctx: SystemContext,
) -> Membership:
    repository = ctx.repo(MembershipRepository)
    membership = await repository.find_by_id_or_fail(command.id)
    repository.check_version(membership, command.expected_version)
    return await repository.save(membership.replace(**command.changes()))


async def delete_membership(command: DeleteMembership, ctx: SystemContext) -> None:
    await ctx.repo(MembershipRepository).delete(command.id, command.expected_version)


async def restore_membership(
    command: RestoreMembership,
    ctx: SystemContext,
) -> Membership:
    repository = ctx.repo(MembershipRepository)
    return await repository.restore(command.id, command.expected_version)


async def get_membership(query: GetMembership, ctx: SystemContext) -> Membership:
    return await ctx.repo(MembershipRepository).find_by_id_or_fail(query.id)


async def list_memberships(
    query: ListMemberships,
    ctx: SystemContext,
) -> PaginatedResult[Membership, MembershipIncluded]:
    options = QueryOptions(
        page=query.page,
        limit=query.limit,
        sort=query.sort,
        with_deleted=query.with_deleted,
        total=query.total,
        after=query.after,
        include=query.include,
    )
    return await ctx.repo(MembershipRepository).find_many(query.filter, options)
