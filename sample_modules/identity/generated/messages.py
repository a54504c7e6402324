"""The commands, queries and events that identity declares."""

from __future__ import annotations

from coregen_runtime import (
    Boolean,
    CommandMessage,
    DomainEvent,
    Model,
    QueryMessage,
    Text,
)

from .entities.membership import Membership
from .ids import UserId


class GrantRole(Model, CommandMessage[Membership], type="identity.grantRole"):
    """Give an active user a role, found by its name."""

    user: UserId
    role: Text


class RevokeRole(Model, CommandMessage[None], type="identity.revokeRole"):
    """Take a role from a user."""

    user: UserId
    role: Text


class HoldsResult(Model):
    """What identity.holds gives back."""

    held: Boolean


class Holds(Model, QueryMessage[HoldsResult], type="identity.holds"):
    """Whether a user is active and holds a role."""

    user: UserId
    role: Text


class UserActivatedPayload(Model):
    """What user.activated carries."""

    name: Text


class UserActivated(
    DomainEvent[UserActivatedPayload],
    type="user.activated",
    source="identity",
    aggregate="User",
):
    """user.activated."""

    payload: UserActivatedPayload


class UserSuspendedPayload(Model):
    """What user.suspended carries."""

    reason: Text


class UserSuspended(
    DomainEvent[UserSuspendedPayload],
    type="user.suspended",
    source="identity",
    aggregate="User",
):
    """user.suspended."""

    payload: UserSuspendedPayload
