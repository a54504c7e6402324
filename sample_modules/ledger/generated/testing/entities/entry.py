"""Factories and strategies of Entry, for tests."""

from typing import TypedDict, Unpack

from coregen_runtime import ID, Money
from coregen_runtime.testing import Recipe, Strategy

from ...entities.entry import Entry, EntrySideInput
from ...ids import AccountId, EntryId, TransactionId
from ...operations.entry import CreateEntry, EntryChanges, UpdateEntry
from ...schemas.entry import entry_schema


class EntryValues(TypedDict, total=False):
    """What an input of Entry can be given."""

    transaction: TransactionId
    account: AccountId
    side: EntrySideInput
    amount: Money


class EntryOverrides(EntryChanges, total=False):
    """What Entry itself can be given."""

    id: EntryId
    organization_id: ID


entry_recipe = Recipe(Entry, entry_schema)
create_entry_recipe = Recipe(CreateEntry)
update_entry_recipe = Recipe(UpdateEntry)


def make_entry(**values: Unpack[EntryOverrides]) -> Entry:
    """One with these values; what else it must have is unlike that of any other made here."""
    return entry_recipe.make(values)


def any_entry(**values: Unpack[EntryOverrides]) -> Strategy[Entry]:
    """Every one with these values that the definition allows."""
    return entry_recipe.any(values)


def make_create_entry(**values: Unpack[EntryValues]) -> CreateEntry:
    """One with these values; what else it must have is unlike that of any other made here."""
    return create_entry_recipe.make(values)


def any_create_entry(**values: Unpack[EntryValues]) -> Strategy[CreateEntry]:
    """Every one with these values that the definition allows."""
    return create_entry_recipe.any(values)


def make_update_entry(
    id: EntryId,
    expected_version: int | None = None,
    **values: Unpack[EntryValues],
) -> UpdateEntry:
    """One with these values; what else it must have is unlike that of any other made here."""
    return update_entry_recipe.make(
        {"id": id, "expected_version": expected_version, **values},
    )


def any_update_entry(
    id: EntryId,
    expected_version: int | None = None,
    **values: Unpack[EntryValues],
) -> Strategy[UpdateEntry]:
    """Every one with these values that the definition allows."""
    return update_entry_recipe.any(
        {"id": id, "expected_version": expected_version, **values},
    )
