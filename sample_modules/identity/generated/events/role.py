"""What is heard of Role: its events and what they carry."""

from coregen_runtime import DomainEvent, Model, Text


class RoleSnapshot(Model):
    """What events say of a Role: its stored fields, without sensitive ones."""

    name: Text
    description: Text | None = None


class RoleUpdatedPayload(Model):
    """The wire names of what changed about a Role, and how it stands now."""

    changed: tuple[Text, ...]
    snapshot: RoleSnapshot


class RoleCreated(
    DomainEvent[RoleSnapshot],
    type="role.created",
    source="identity",
    aggregate="Role",
):
    """A Role was made."""

    payload: RoleSnapshot


class RoleUpdated(
    DomainEvent[RoleUpdatedPayload],
    type="role.updated",
    source="identity",
    aggregate="Role",
):
    """A Role was changed."""

    payload: RoleUpdatedPayload


class RoleDeleted(
    DomainEvent[RoleSnapshot],
    type="role.deleted",
    source="identity",
    aggregate="Role",
):
    """A Role was deleted."""

    payload: RoleSnapshot


class RoleRestored(
    DomainEvent[RoleSnapshot],
    type="role.restored",
    source="identity",
    aggregate="Role",
):
    """A Role is back."""

    payload: RoleSnapshot
