"""The rows of Entry: what filters take, what can be included, the repository."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, TypedDict

from coregen_runtime import (
    BaseRepository,
    DateFilter,
    JsonFilter,
    Money,
    MoneyFilter,
    NumberFilter,
    Timestamp,
)

from ..conditions import AccountIdFilter, EntryIdFilter, TransactionIdFilter
from ..entities.entry import Entry, EntrySideInput
from ..ids import AccountId, EntryId, TransactionId

if TYPE_CHECKING:
    from ..entities.account import Account
    from ..entities.transaction import Transaction

EntrySideFilter = TypedDict(
    "EntrySideFilter",
    {
        "eq": EntrySideInput | None,
        "neq": EntrySideInput | None,
        "in": Sequence[EntrySideInput | None],
        "nin": Sequence[EntrySideInput | None],
        "exists": bool,
        "matches": str,
    },
    total=False,
)

EntryFilter = TypedDict(
    "EntryFilter",
    {
        "id": EntryId | EntryIdFilter,
        "transaction": TransactionId | None | TransactionIdFilter,
        "account": AccountId | None | AccountIdFilter,
        "side": EntrySideInput | None | EntrySideFilter,
        "amount": Money | None | MoneyFilter,
        "createdAt": Timestamp | DateFilter,
        "updatedAt": Timestamp | DateFilter,
        "version": int | NumberFilter,
        "meta": JsonFilter,
        "and": "list[EntryFilter]",
        "or": "list[EntryFilter]",
        "not": "EntryFilter",
    },
    total=False,
)

if TYPE_CHECKING:
    EntryIncluded = TypedDict(
        "EntryIncluded",
        {
            "transaction": Mapping[TransactionId, Transaction],
            "account": Mapping[AccountId, Account],
        },
        total=False,
    )
else:
    EntryIncluded = dict[str, Any]


class EntryRepository(BaseRepository[Entry, EntryId, EntryFilter, EntryIncluded]):
    """The rows of Entry, seen by one organisation."""

    entity: ClassVar[type[Entry]] = Entry
