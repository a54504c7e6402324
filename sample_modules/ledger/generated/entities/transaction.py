"""Transaction of ledger."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal, Self, TypeAlias, Unpack

from coregen_runtime import Entity, Field, Integer, Text, Timestamp, Validators

from ..ids import TransactionId

if TYPE_CHECKING:
    from ..operations.transaction import TransactionChanges, TransactionFields


class TransactionStatus(StrEnum):
    """The values of `status` of Transaction."""

    DRAFT = "draft"
    """Draft, shown in #94A3B8."""
    POSTED = "posted"
    """Posted, shown in #22C55E."""


if TYPE_CHECKING:
    _TransactionStatusValue: TypeAlias = Literal["draft", "posted"]
    TransactionStatusInput: TypeAlias = TransactionStatus | _TransactionStatusValue
else:
    TransactionStatusInput = TransactionStatus


class Transaction(Entity):
    """Transaction of ledger."""

    __entity__: ClassVar[str] = "ledger.Transaction"
    __id_prefix__: ClassVar[str] = "txn"

    id: TransactionId
    reference: Annotated[Text, Validators.max_length(80)]
    """What it is about, an order's id for one. Must have at most 80 characters. Must be unique."""
    description: Annotated[Text, Validators.max_length(200)] | None = None
    """Must have at most 200 characters."""
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
    version: Integer = 0

    @classmethod
    def new(cls, **fields: "Unpack[TransactionFields]") -> Self:
        """A new one, with an id of its own unless it is given. Raises ValidationError."""
        return cls._new(fields)

    def replace(self, **changes: "Unpack[TransactionChanges]") -> Self:
        """The same with some values changed. Raises ValidationError."""
        return self._replace(changes)
