"""Transaction of ledger: its classes, repository, messages and events."""

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
    NumberFilter,
    PaginatedResult,
    QueryMessage,
    SortSpec,
    Text,
    TextFilter,
    Timestamp,
    Validators,
)

from ..ids import TransactionId, TransactionIdFilter


class TransactionStatus(StrEnum):
    """The values of `status` of Transaction."""

    DRAFT = "draft"
    POSTED = "posted"


if TYPE_CHECKING:
    _TransactionStatusValue: TypeAlias = Literal["draft", "posted"]
    TransactionStatusInput: TypeAlias = TransactionStatus | _TransactionStatusValue
else:
    TransactionStatusInput = TransactionStatus

TransactionStatusFilter = TypedDict(
    "TransactionStatusFilter",
    {
        "eq": TransactionStatusInput | None,
        "neq": TransactionStatusInput | None,
        "in": Sequence[TransactionStatusInput | None],
        "nin": Sequence[TransactionStatusInput | None],
        "exists": bool,
    },
    total=False,
)


class Transaction(Entity):
    """Transaction of ledger."""

    __entity__: ClassVar[str] = "ledger.Transaction"
    __id_prefix__: ClassVar[str] = "txn"

    id: TransactionId
    reference: Annotated[Text, Validators.max_length(80)]
    description: Annotated[Text, Validators.max_length(200)] | None = None
    reverses: TransactionId | None = None
    status: TransactionStatus = TransactionStatus.DRAFT
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
    def new(cls, **fields: Unpack[TransactionFields]) -> Transaction:
        """A new one, with an id of its own unless it is given. Raises ValidationError."""
        return cls._new(fields)

    def replace(self, **changes: Unpack[TransactionChanges]) -> Transaction:
        """The same with some values changed. Raises ValidationError."""
        return self._replace(changes)


class TransactionFields(TypedDict):
    """What `Transaction.new` takes."""

    id: NotRequired[TransactionId]
    organization_id: NotRequired[ID]
    reference: Text
    description: NotRequired[Text | None]
    reverses: NotRequired[TransactionId | None]
    status: NotRequired[TransactionStatusInput]
    meta: NotRequired[Meta]


class TransactionChanges(TypedDict, total=False):
    """What `Transaction.replace` takes."""

    reference: Text
    description: Text | None
    reverses: TransactionId | None
    status: TransactionStatusInput
    meta: Meta


class TransactionCreate(Model):
    """What a new Transaction is made from."""

    reference: Annotated[Text, Validators.max_length(80)]
    description: Annotated[Text, Validators.max_length(200)] | None = None
    reverses: TransactionId | None = None


class TransactionUpdate(Model):
    """What changes about a Transaction; what is left out stays."""

    reference: Annotated[Text, Validators.max_length(80)] | MISSING = MISSING
    description: Annotated[Text, Validators.max_length(200)] | None | MISSING = MISSING
    reverses: TransactionId | None | MISSING = MISSING

    def changes(self) -> TransactionChanges:
        """What was given, under the names that `replace` takes."""
        changes: TransactionChanges = {}
        if self.reference is not MISSING:
            changes["reference"] = self.reference
        if self.description is not MISSING:
            changes["description"] = self.description
        if self.reverses is not MISSING:
            changes["reverses"] = self.reverses
        return changes


TransactionFilter = TypedDict(
    "TransactionFilter",
    {
        "id": TransactionId | TransactionIdFilter,
        "reference": Text | None | TextFilter,
        "description": Text | None | TextFilter,
        "reverses": TransactionId | None | TransactionIdFilter,
        "status": TransactionStatusInput | None | TransactionStatusFilter,
        "createdAt": Timestamp | DateFilter,
        "updatedAt": Timestamp | DateFilter,
        "version": int | NumberFilter,
        "meta": JsonFilter,
        "and": "list[TransactionFilter]",
        "or": "list[TransactionFilter]",
        "not": "TransactionFilter",
    },
    total=False,
)

if TYPE_CHECKING:
    TransactionIncluded = TypedDict(
        "TransactionIncluded",
        {"reverses": Mapping[TransactionId, Transaction]},
        total=False,
    )
else:
    TransactionIncluded = dict[str, Any]


class TransactionRepository(
    BaseRepository[Transaction, TransactionId, TransactionFilter, TransactionIncluded],
):
    """The rows of Transaction, seen by one organisation."""

    entity: ClassVar[type[Transaction]] = Transaction

    async def find_by_reference(self, reference: Text) -> Transaction | None:
        """The Transaction with this reference, if there is one."""
        return await self.find_one({"reference": reference})


class CreateTransaction(
    TransactionCreate,
    CommandMessage[Transaction],
    type="ledger.createTransaction",
):
    """Make a Transaction."""


class UpdateTransaction(
    TransactionUpdate,
    CommandMessage[Transaction],
    type="ledger.updateTransaction",
):
    """Change a Transaction; what is left out stays."""

    id: TransactionId
    expected_version: int | None = Field(
        default=None,
        validation_alias="expectedVersion",
        serialization_alias="expectedVersion",
    )


class DeleteTransaction(Model, CommandMessage[None], type="ledger.deleteTransaction"):
    """Delete a Transaction."""

    id: TransactionId
    expected_version: int | None = Field(
        default=None,
        validation_alias="expectedVersion",
        serialization_alias="expectedVersion",
    )


class GetTransaction(Model, QueryMessage[Transaction], type="ledger.getTransaction"):
    """One Transaction by its id."""

    id: TransactionId


class ListTransactions(
    Model,
    QueryMessage[PaginatedResult[Transaction, TransactionIncluded]],
    type="ledger.listTransactions",
):
    """A page of those Transaction that a filter holds for."""

    filter: Annotated[TransactionFilter | None, FilterData] = None
    page: int = Field(default=1, ge=1, strict=True)
    limit: int = Field(default=50, ge=1, le=500, strict=True)
    sort: tuple[SortSpec, ...] = ()
    total: Boolean = True
    after: Text | None = None
    include: tuple[Literal["reverses"], ...] = ()


class TransactionSnapshot(Model):
    """What events say of a Transaction: its stored fields, without sensitive ones."""

    reference: Text
    description: Text | None = None
    reverses: TransactionId | None = None
    status: TransactionStatus = TransactionStatus.DRAFT


class TransactionUpdatedPayload(Model):
    """The wire names of what changed about a Transaction, and how it stands now."""

    changed: tuple[Text, ...]
    snapshot: TransactionSnapshot


class TransactionCreated(
    DomainEvent[TransactionSnapshot],
    type="transaction.created",
    source="ledger",
    aggregate="Transaction",
):
    """A Transaction was made."""

    payload: TransactionSnapshot


class TransactionUpdated(
    DomainEvent[TransactionUpdatedPayload],
    type="transaction.updated",
    source="ledger",
    aggregate="Transaction",
):
    """A Transaction was changed."""

    payload: TransactionUpdatedPayload


class TransactionDeleted(
    DomainEvent[TransactionSnapshot],
    type="transaction.deleted",
    source="ledger",
    aggregate="Transaction",
):
    """A Transaction was deleted."""

    payload: TransactionSnapshot
