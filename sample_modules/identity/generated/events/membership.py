"""What is heard of Membership: its events and what they carry."""

from coregen_runtime import DomainEvent, Model, Text

from ..ids import RoleId, UserId


class MembershipSnapshot(Model):
    """What events say of a Membership: its stored fields, without sensitive ones."""

    user: UserId
    role: RoleId


class MembershipUpdatedPayload(Model):
    """The wire names of what changed about a Membership, and how it stands now."""

    changed: tuple[Text, ...]
    snapshot: MembershipSnapshot


class MembershipCreated(
    DomainEvent[MembershipSnapshot],
    type="membership.created",
    source="identity",
    aggregate="Membership",
):
    """A Membership was made."""

    payload: MembershipSnapshot


class MembershipUpdated(
    DomainEvent[MembershipUpdatedPayload],
    type="membership.updated",
    source="identity",
    aggregate="Membership",
):
    """A Membership was changed."""

    payload: MembershipUpdatedPayload


class MembershipDeleted(
    DomainEvent[MembershipSnapshot],
    type="membership.deleted",
    source="identity",
    aggregate="Membership",
):
    """A Membership was deleted."""

    payload: MembershipSnapshot


class MembershipRestored(
    DomainEvent[MembershipSnapshot],
    type="membership.restored",
    source="identity",
    aggregate="Membership",
):
    """A Membership is back."""

    payload: MembershipSnapshot
