"""What is heard of User: its events and what they carry."""

from coregen_runtime import DomainEvent, Field, Model, Text

from ..entities.user import UserStatus


class UserSnapshot(Model):
    """What events say of a User: its stored fields, without sensitive ones."""

    name: Text
    suspended_for: Text | None = Field(
        default=None,
        validation_alias="suspendedFor",
        serialization_alias="suspendedFor",
    )
    """Reason of the suspension."""
    status: UserStatus = UserStatus.INVITED


class UserUpdatedPayload(Model):
    """The wire names of what changed about a User, and how it stands now."""

    changed: tuple[Text, ...]
    snapshot: UserSnapshot


class UserCreated(
    DomainEvent[UserSnapshot],
    type="user.created",
    source="identity",
    aggregate="User",
):
    """A User was made."""

    payload: UserSnapshot


class UserUpdated(
    DomainEvent[UserUpdatedPayload],
    type="user.updated",
    source="identity",
    aggregate="User",
):
    """A User was changed."""

    payload: UserUpdatedPayload


class UserDeleted(
    DomainEvent[UserSnapshot],
    type="user.deleted",
    source="identity",
    aggregate="User",
):
    """A User was deleted."""

    payload: UserSnapshot


class UserRestored(
    DomainEvent[UserSnapshot],
    type="user.restored",
    source="identity",
    aggregate="User",
):
    """A User is back."""

    payload: UserSnapshot
