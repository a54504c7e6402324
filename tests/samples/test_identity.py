"""Identity: how a user becomes active, and who may be given a role."""

from __future__ import annotations

import pytest

from coregen_adapters.app import App
from coregen_runtime import BusinessError, ConflictError, NotFoundError, SystemContext
from sample_modules import identity
from sample_modules.identity.generated.testing import make_create_user
from tests.samples.shop import active_user


async def held(ctx: SystemContext, user: identity.User, role: str = "buyer") -> bool:
    return (await ctx.query(identity.Holds(user=user.id, role=role))).held


@pytest.mark.parametrize("payload", [{}, {"acceptedTerms": False}, {"acceptedTerms": 1}])
async def test_a_user_who_accepts_no_terms_is_not_activated(ctx: SystemContext, payload: dict[str, bool | int]) -> None:
    """Semantics 10: equality is strict, 1 is not true."""
    user = await ctx.dispatch(make_create_user())

    with pytest.raises(BusinessError, match="acceptedTerms"):
        await ctx.dispatch(identity.TransitionUser(id=user.id, event="activate", payload={**payload}))
    assert "invited" == (await ctx.query(identity.GetUser(id=user.id))).status


async def test_a_suspension_names_its_reason_and_ends(ctx: SystemContext) -> None:
    user = await active_user(ctx)
    suspended = await ctx.dispatch(identity.TransitionUser(id=user.id, event="suspend", payload={"reason": "chargeback"}))
    again = await ctx.dispatch(identity.TransitionUser(id=user.id, event="reinstate"))

    assert ("suspended", "chargeback") == (suspended.status, suspended.suspended_for)
    assert ("active", None) == (again.status, again.suspended_for)


async def test_a_suspension_without_a_reason_is_refused(ctx: SystemContext) -> None:
    user = await active_user(ctx)

    with pytest.raises(BusinessError, match="reason"):
        await ctx.dispatch(identity.TransitionUser(id=user.id, event="suspend", payload={"reason": ""}))


async def test_a_role_is_granted_once_and_revoked(ctx: SystemContext) -> None:
    user = await active_user(ctx)
    await ctx.dispatch(identity.CreateRole(name="buyer"))
    before = await held(ctx, user)
    first, second = [await ctx.dispatch(identity.GrantRole(user=user.id, role="buyer")) for _ in range(2)]
    granted = await held(ctx, user)
    await ctx.dispatch(identity.RevokeRole(user=user.id, role="buyer"))

    assert first == second
    assert (False, True, False) == (before, granted, await held(ctx, user))


async def test_a_suspended_user_holds_nothing_until_reinstated(ctx: SystemContext) -> None:
    user = await active_user(ctx)
    await ctx.dispatch(identity.CreateRole(name="buyer"))
    await ctx.dispatch(identity.GrantRole(user=user.id, role="buyer"))
    await ctx.dispatch(identity.TransitionUser(id=user.id, event="suspend", payload={"reason": "chargeback"}))
    meanwhile = await held(ctx, user)
    await ctx.dispatch(identity.TransitionUser(id=user.id, event="reinstate"))

    assert (False, True) == (meanwhile, await held(ctx, user))


async def test_who_is_only_invited_is_given_no_role_in_any_way(ctx: SystemContext) -> None:
    """Semantics 26: the hook vetoes the generated command as well."""
    user = await ctx.dispatch(make_create_user())
    role = await ctx.dispatch(identity.CreateRole(name="buyer"))

    for message in (identity.GrantRole(user=user.id, role="buyer"), identity.CreateMembership(user=user.id, role=role.id)):
        with pytest.raises(BusinessError, match="USER_NOT_ACTIVE"):
            await ctx.dispatch(message)


async def test_roles_and_users_of_another_organisation_do_not_exist(app: App, ctx: SystemContext) -> None:
    """Semantics 23: an id of another organisation behaves as if it did not exist."""
    stranger = app.context(organization="org_2", actor="actor_2")
    user, foreign = await active_user(ctx), await active_user(stranger)
    await stranger.dispatch(identity.CreateRole(name="buyer"))

    with pytest.raises(NotFoundError, match="there is no role buyer"):
        await ctx.dispatch(identity.GrantRole(user=user.id, role="buyer"))
    await ctx.dispatch(identity.CreateRole(name="buyer"))
    with pytest.raises(NotFoundError):
        await ctx.dispatch(identity.GrantRole(user=foreign.id, role="buyer"))


async def test_an_address_is_used_once_and_never_shown(ctx: SystemContext) -> None:
    """Semantics 7: a sensitive value is in no error message and no repr."""
    user = await active_user(ctx)

    with pytest.raises(ConflictError) as caught:
        await active_user(ctx)
    assert "harbour@" not in str(caught.value)
    assert "harbour@" not in repr(user)
