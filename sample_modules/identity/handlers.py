"""What only identity knows: who may be given a role, and whether somebody holds one."""

from __future__ import annotations

from coregen_runtime import NotFoundError, SystemContext

from sample_modules.identity import (
    GrantRole,
    Holds,
    HoldsResult,
    Membership,
    MembershipRepository,
    RevokeRole,
    Role,
    RoleRepository,
    UserRepository,
    UserStatus,
)


async def grant_role(command: GrantRole, ctx: SystemContext) -> Membership:
    """Give an active user a role; one that is held already stays as it is.

    Raises:
        NotFoundError: no such user, or no role of that name, in this organisation.
        BusinessError: USER_NOT_ACTIVE.
    """
    memberships = ctx.repo(MembershipRepository)
    user = await ctx.repo(UserRepository).find_by_id_or_fail(command.user)
    role = await _role(command.role, ctx)
    held = await memberships.find_one({"user": user.id, "role": role.id})
    return held or await memberships.save(Membership.new(user=user.id, role=role.id))


async def revoke_role(command: RevokeRole, ctx: SystemContext) -> None:
    """Take a role from a user; from one who does not hold it there is nothing to take. Raises NotFoundError without a role of that name."""
    memberships = ctx.repo(MembershipRepository)
    held = await memberships.find_one({"user": command.user, "role": (await _role(command.role, ctx)).id})
    if held is not None:
        await memberships.delete(held.id)


async def holds(query: Holds, ctx: SystemContext) -> HoldsResult:
    """Whether a user is active and holds a role. Raises NotFoundError without such a user or role."""
    user = await ctx.repo(UserRepository).find_by_id_or_fail(query.user)
    role = await _role(query.role, ctx)
    member = await ctx.repo(MembershipRepository).exists({"user": user.id, "role": role.id})
    return HoldsResult(held=member and user.status == UserStatus.ACTIVE)


async def _role(name: str, ctx: SystemContext) -> Role:
    role = await ctx.repo(RoleRepository).find_by_name(name)
    if role is None:
        raise NotFoundError("NOT_FOUND", f"there is no role {name}")
    return role
