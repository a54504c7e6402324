"""Entry of ledger: its classes, repository, messages and events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    ClassVar,
    Literal,
    NotRequired,
    TypeAlias,
    TypedDict,
    Unpack,
)

from coregen_runtime import (
    ID,
    MISSING,
    BaseRepository,
    Boolean,
    CommandMessage,
    DateFilter,
    DomainEvent,
    Entity,
    Field,
    FilterData,
    JsonFilter,
    Meta,
    Model,
    Money,
    MoneyFilter,
    NumberFilter,
    PaginatedResult,
    QueryMessage,
    SortSpec,
    Text,
    Timestamp,
)

from ..ids import (
    AccountId,
    AccountIdFilter,
    EntryId,
    EntryIdFilter,
    TransactionId,
    TransactionIdFilter,
)

if TYPE_CHECKING:
    from .account import Account
    from .transaction import Transaction


class EntrySide(StrEnum):
    """The values of `side` of Entry."""

    DEBIT = "debit"
    CREDIT = "credit"


if TYPE_CHECKING:
    _EntrySideValue: TypeAlias = Literal["debit", "credit"]
    EntrySideInput: TypeAlias = EntrySide | _EntrySideValue
else:
    EntrySideInput = EntrySide

EntrySideFilter = TypedDict(
    "EntrySideFilter",
    {
        "eq": EntrySideInput | None,
        "neq": EntrySideInput | None,
        "in": Sequence[EntrySideInput | None],
        "nin": Sequence[EntrySideInput | None],
        "exists": bool,
    },
    total=False,
)


class Entry(Entity):
    """Entry of ledger."""

    __entity__: ClassVar[str] = "ledger.Entry"
    __id_prefix__: ClassVar[str] = "entry"

    id: EntryId
    transaction: TransactionId
    account: AccountId
    side: EntrySide
    amount: Money
    created_at: Timestamp = Field(
        default=0,
        validation_alias="createdAt",
        serialization_alias="createdAt",
    )
    updated_at: Timestamp = Field(
        default=0,
        validation_alias="updatedAt",
        serialization_alias="updatedAt",
    )
    version: int = 0

    @classmethod
    def new(cls, **fields: Unpack[EntryFields]) -> Entry:
        """A new one, with an id of its own unless it is given. Raises ValidationError."""
        return cls._new(fields)

    def replace(self, **changes: Unpack[EntryChanges]) -> Entry:
        """The same with some values changed. Raises ValidationError."""
        return self._replace(changes)


class EntryFields(TypedDict):
    """What `Entry.new` takes."""

    id: NotRequired[EntryId]
    organization_id: NotRequired[ID]
    transaction: TransactionId
    account: AccountId
    side: EntrySideInput
    amount: Money
    meta: NotRequired[Meta]


class EntryChanges(TypedDict, total=False):
    """What `Entry.replace` takes."""

    transaction: TransactionId
    account: AccountId
    side: EntrySideInput
    amount: Money
    meta: Meta


class EntryCreate(Model):
    """What a new Entry is made from."""

    transaction: TransactionId
    account: AccountId
    side: EntrySideInput
    amount: Money


class EntryUpdate(Model):
    """What changes about an Entry; what is left out stays."""

    transaction: TransactionId | MISSING = MISSING
    account: AccountId | MISSING = MISSING
    side: EntrySideInput | MISSING = MISSING
    amount: Money | MISSING = MISSING

    def changes(self) -> EntryChanges:
        """What was given, under the names that `replace` takes."""
        changes: EntryChanges = {}
        if self.transaction is not MISSING:
            changes["transaction"] = self.transaction
        if self.account is not MISSING:
            changes["account"] = self.account
        if self.side is not MISSING:
            changes["side"] = self.side
        if self.amount is not MISSING:
            changes["amount"] = self.amount
        return changes


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


class CreateEntry(EntryCreate, CommandMessage[Entry], type="ledger.createEntry"):
    """Make an Entry."""


class UpdateEntry(EntryUpdate, CommandMessage[Entry], type="ledger.updateEntry"):
    """Change an Entry; what is left out stays."""

    id: EntryId
    expected_version: int | None = Field(
        default=None,
        validation_alias="expectedVersion",
        serialization_alias="expectedVersion",
    )


class DeleteEntry(Model, CommandMessage[None], type="ledger.deleteEntry"):
    """Delete an Entry."""

    id: EntryId
    expected_version: int | None = Field(
        default=None,
        validation_alias="expectedVersion",
        serialization_alias="expectedVersion",
    )


class GetEntry(Model, QueryMessage[Entry], type="ledger.getEntry"):
    """One Entry by its id."""

    id: EntryId


class ListEntries(
    Model,
    QueryMessage[PaginatedResult[Entry, EntryIncluded]],
    type="ledger.listEntries",
):
    """A page of those Entry that a filter holds for."""

    filter: Annotated[EntryFilter | None, FilterData] = None
    page: int = Field(default=1, ge=1, strict=True)
    limit: int = Field(default=50, ge=1, le=500, strict=True)
    sort: tuple[SortSpec, ...] = ()
    total: Boolean = True
    after: Text | None = None
    include: tuple[Literal["transaction", "account"], ...] = ()


class EntrySnapshot(Model):
    """What events say of an Entry: its stored fields, without sensitive ones."""

    transaction: TransactionId
    account: AccountId
    side: EntrySide
    amount: Money


class EntryUpdatedPayload(Model):
    """The wire names of what changed about an Entry, and how it stands now."""

    changed: tuple[Text, ...]
    snapshot: EntrySnapshot


class EntryCreated(
    DomainEvent[EntrySnapshot],
    type="entry.created",
    source="ledger",
    aggregate="Entry",
):
    """An Entry was made."""

    payload: EntrySnapshot


class EntryUpdated(
    DomainEvent[EntryUpdatedPayload],
    type="entry.updated",
    source="ledger",
    aggregate="Entry",
):
    """An Entry was changed."""

    payload: EntryUpdatedPayload


class EntryDeleted(
    DomainEvent[EntrySnapshot],
    type="entry.deleted",
    source="ledger",
    aggregate="Entry",
):
    """An Entry was deleted."""

    payload: EntrySnapshot
