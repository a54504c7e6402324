"""What is heard of Category: its events and what they carry."""

from coregen_runtime import DomainEvent, Model, Text


class CategorySnapshot(Model):
    """What events say of a Category: its stored fields, without sensitive ones."""

    name: Text


class CategoryUpdatedPayload(Model):
    """The wire names of what changed about a Category, and how it stands now."""

    changed: tuple[Text, ...]
    snapshot: CategorySnapshot


class CategoryCreated(
    DomainEvent[CategorySnapshot],
    type="category.created",
    source="catalog",
    aggregate="Category",
):
    """A Category was made."""

    payload: CategorySnapshot


class CategoryUpdated(
    DomainEvent[CategoryUpdatedPayload],
    type="category.updated",
    source="catalog",
    aggregate="Category",
):
    """A Category was changed."""

    payload: CategoryUpdatedPayload


class CategoryDeleted(
    DomainEvent[CategorySnapshot],
    type="category.deleted",
    source="catalog",
    aggregate="Category",
):
    """A Category was deleted."""

    payload: CategorySnapshot


class CategoryRestored(
    DomainEvent[CategorySnapshot],
    type="category.restored",
    source="catalog",
    aggregate="Category",
):
    """A Category is back."""

    payload: CategorySnapshot
