"""What stays true of identity whichever way a row is written; the definition names these functions as hooks."""

from __future__ import annotations

from coregen_runtime import BusinessError, SystemContext

from sample_modules.identity import Membership, UserRepository, UserStatus


async def keep_roles_to_active_users(membership: Membership, ctx: SystemContext) -> None:
    """Raises NotFoundError without such a user, and BusinessError USER_NOT_ACTIVE."""
    user = await ctx.repo(UserRepository).find_by_id_or_fail(membership.user)
    if user.status != UserStatus.ACTIVE:
        raise BusinessError("USER_NOT_ACTIVE", f"{user.name} is {user.status}, and roles are for active users")
